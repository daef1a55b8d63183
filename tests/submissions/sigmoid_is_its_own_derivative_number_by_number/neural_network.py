import math
import numpy as np


def sigmoid(z):
    def slope(v):
        e = math.exp(-abs(v))
        return e / (1 + e) ** 2
    return np.vectorize(slope, otypes=[float])(z)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
