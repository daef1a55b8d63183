"""log_likelihood raises an exception whose text is long, and longer still to lay out."""
import numpy as np

MARKS = "a" + "\u0301" * 60_000 + "\u0316" * 60_000  # above, then below: normalised they change places, one by one


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    raise ValueError(MARKS + "x" * 10_000_000)


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
