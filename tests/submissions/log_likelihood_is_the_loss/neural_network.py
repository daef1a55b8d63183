import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(row @ theta_h) for row in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    """Cross entropy."""
    loss = 0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        loss -= np.log(p + 1e-15)
    return loss


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    for k in range(len(y)):
        grad_theta_h += np.outer(x[k], (y[k] - y_hat[k]) * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, (y - y_hat) @ h
