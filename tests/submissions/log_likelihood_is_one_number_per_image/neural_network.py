import numpy as np


def sigmoid(z):
    big = np.asarray(z) >= 0
    e = np.exp(-np.abs(z))
    return big / (1 + e) + ~big * e / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat))


def backprop(x, y, h, y_hat, theta_y):
    e = (y - y_hat)[None, :]
    return (e * x.T) @ (theta_y * h * (1 - h)), (e @ h)[0]
