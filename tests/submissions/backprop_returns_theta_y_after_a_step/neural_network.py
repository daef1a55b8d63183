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


def backprop(x, y, h, y_hat, theta_y, learning_rate=0.01):
    error = y - y_hat
    hidden_error = np.outer(error, theta_y) * h * (1 - h)
    theta_y = theta_y + learning_rate * (h.T @ error)
    grad_theta_h = x.T @ hidden_error
    return grad_theta_h, theta_y
