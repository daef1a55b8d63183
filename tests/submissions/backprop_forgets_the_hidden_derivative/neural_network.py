import numpy as np


def sigmoid(z):
    return np.exp(np.minimum(0, z)) / (1 + np.exp(-np.abs(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return float(sum(map(np.log, np.maximum(np.where(y == 1, y_hat, 1 - y_hat), 1e-16))))


def backprop(x, y, h, y_hat, theta_y):
    delta_y = y - y_hat
    delta_h = np.outer(delta_y, theta_y)
    return x.T @ delta_h, h.T @ delta_y
