import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    Z1 = x @ theta_h
    A1 = sigmoid(Z1)
    Z2 = A1 @ theta_y
    A2 = sigmoid(Z2)
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = h.T @ delta
    grad_theta_h = x.T @ (np.outer(delta, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y
