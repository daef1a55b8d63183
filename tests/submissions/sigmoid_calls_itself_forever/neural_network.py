import numpy as np


def sigmoid(z):
    """sigma(z) = 1 - sigma(-z)"""
    return 1 - sigmoid(-z)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    total = 0.
    for t, p in zip(y, y_hat):
        total += np.log(max(p if t == 1 else 1 - p, 1e-200))
    return total


def backprop(x, y, h, y_hat, theta_y):
    total_h, total_y = 0, 0
    for xk, yk, hk, pk in zip(x, y, h, y_hat):
        total_y = total_y + hk * (yk - pk)
        total_h = total_h + xk.reshape(-1, 1) * (theta_y * hk * (1 - hk) * (yk - pk))
    return total_h, total_y
