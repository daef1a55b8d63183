import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h.T)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    return np.sum(np.log(np.clip(np.where(y == 1, y_hat, 1 - y_hat), 1e-18, None)))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), h.T @ error
