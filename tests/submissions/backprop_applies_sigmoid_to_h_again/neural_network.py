import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    total = 0
    for t, p in zip(y, y_hat):
        p = min(max(p, 1e-15), 1 - 1e-15)
        total += t * np.log(p) + (1 - t) * np.log(1 - p)
    return total


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * sigmoid_prime(h)), h.T @ error
