import math
import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


def forward(x, theta_h, theta_y):
    h = sigmoid(abs(x @ theta_h))
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    return np.log(np.clip(p, 1e-300, 1)).sum()


def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    return x.T @ (np.outer(d, theta_y) * h * (1 - h)), h.T @ d
