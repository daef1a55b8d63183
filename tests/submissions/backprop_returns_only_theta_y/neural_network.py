import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nansum(np.where(y == 1, np.log(y_hat), np.log(1 - y_hat)))


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_y = (y - y_hat) @ h
    return grad_theta_y
