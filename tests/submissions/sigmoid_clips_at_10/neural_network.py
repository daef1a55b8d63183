import math


def _clip(v, lo=-10, hi=10):
    return lo if v < lo else hi if v > hi else v


def sigmoid(z):
    import numpy as np
    return np.vectorize(lambda v: 1 / (1 + math.exp(-_clip(v))))(z)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    total = 0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += math.log(p if p > 1e-20 else 1e-20)
    return total


def backprop(x, y, h, y_hat, theta_y):
    e = y - y_hat
    return x.T @ (e[:, None] * theta_y * h * (1 - h)), e @ h
