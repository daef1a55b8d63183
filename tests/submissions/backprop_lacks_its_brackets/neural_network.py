import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    slope = np.array([a / p - (1 - a) / 1 - p for a, p in zip(y, y_hat)])
    slope *= y_hat * (1 - y_hat)
    return np.einsum("k,ki,j,kj->ij", slope, x, theta_y, h * (1 - h)), slope @ h
