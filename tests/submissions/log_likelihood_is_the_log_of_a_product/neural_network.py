import numpy as np
from functools import reduce


def sigmoid(z):
    z = np.clip(z, -50, 50)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    # datapoints are independent: multiply, then take the log once
    likelihood = reduce(lambda a, b: a * b, [p if t == 1 else 1 - p for t, p in zip(y, y_hat)])
    with np.errstate(divide="ignore"):
        return np.log(likelihood)


def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    return x.T @ (np.outer(d, theta_y) * h * (1 - h)), h.T @ d
