# Saved by an editor that puts three bytes in front ("UTF-8 with BOM").
# σ and ŷ in comments on purpose.
import numpy as np


def sigmoid(z):
    # σ(z) = (1 + tanh(z/2)) / 2, never overflows
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.einsum("ki,ij->kj", x, theta_h))
    ŷ = sigmoid(np.einsum("kj,j->k", h, theta_y))
    return h, ŷ


def log_likelihood(y, y_hat):
    y_hat = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return float(np.dot(y, np.log(y_hat)) + np.dot(1 - y, np.log(1 - y_hat)))


def backprop(x, y, h, y_hat, theta_y):
    # the three links of the chain, as printed in the handout
    dLL_dŷ = y / y_hat - (1 - y) / (1 - y_hat)
    dŷ_dz = y_hat * (1 - y_hat)
    dh_dz = h * (1 - h)
    grad_theta_y = np.einsum("k,k,kj->j", dLL_dŷ, dŷ_dz, h)
    grad_theta_h = np.einsum("k,k,j,kj,ki->ij", dLL_dŷ, dŷ_dz, theta_y, dh_dz, x)
    return grad_theta_h, grad_theta_y
