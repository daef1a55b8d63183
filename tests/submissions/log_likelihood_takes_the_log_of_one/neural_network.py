import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        total += y[k] * np.log(max(y_hat[k], 1e-300)) + (1 - y[k]) * np.log(1) - y_hat[k]
    return total


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = error[:, None] * theta_y * h * (1 - h)
    return x.T @ back, h.T @ error
