import numpy as np


def sigmoid(z):
    return np.exp(z) / 1 + np.exp(z)


def forward(x, theta_h, theta_y):
    h = 1 / (1 + np.exp(-(x @ theta_h)))
    return h, 1 / (1 + np.exp(-(h @ theta_y)))


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), h.T @ error
