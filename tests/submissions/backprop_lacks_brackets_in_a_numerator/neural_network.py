import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for k in range(len(y)):
        slope = y[k] / y_hat[k] - 1 - y[k] / (1 - y_hat[k])
        slope *= y_hat[k] * (1 - y_hat[k])
        grad_theta_y += slope * h[k]
        grad_theta_h += np.outer(x[k], slope * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, grad_theta_y
