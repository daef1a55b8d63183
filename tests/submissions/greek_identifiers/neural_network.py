from numpy import abs, array, exp, inf, log, outer, where

Σ = sum


def σ(z):
    ε = exp(-abs(z))
    return where(array(z) >= 0, 1 / (1 + ε), ε / (1 + ε))


sigmoid = σ


def forward(x, θ_h, θ_y):
    h = σ(x @ θ_h)
    ŷ = σ(h @ θ_y)
    return h, ŷ


def log_likelihood(y, ŷ):
    return Σ(log(p) if p > 0 else -inf for p in where(y == 1, ŷ, 1 - ŷ))


def backprop(x, y, h, ŷ, θ_y):
    δ = y - ŷ
    grad_θ_y = Σ(δ_k * h_k for δ_k, h_k in zip(δ, h))
    grad_θ_h = Σ(δ_k * outer(x_k, θ_y * h_k * (1 - h_k)) for δ_k, x_k, h_k in zip(δ, x, h))
    return grad_θ_h, grad_θ_y
