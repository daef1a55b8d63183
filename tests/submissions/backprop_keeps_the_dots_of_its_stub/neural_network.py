import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = delta @ h
    grad_theta_h = ...  # TODO
    return grad_theta_h, grad_theta_y
