import numpy as np


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return 1 / (1 + np.exp(-np.where(z > -709, z, -709)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    total, k = 0.0, 0
    while k < len(y) - 1:
        total += np.log(y_hat[k] if y[k] == 1 else 1 - y_hat[k])
        k += 1
    return total


def backprop(x, y, h, y_hat, theta_y):
    total_h = np.zeros((x.shape[1], h.shape[1]))
    total_y = np.zeros(h.shape[1])
    k = 0
    while k < len(y):
        total_y += (y[k] - y_hat[k]) * h[k]
        total_h += np.outer(x[k], (y[k] - y_hat[k]) * theta_y * h[k] * (1 - h[k]))
        k += 1
    return total_h, total_y
