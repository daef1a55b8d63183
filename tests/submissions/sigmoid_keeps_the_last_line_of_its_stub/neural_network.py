import numpy as np


def sigmoid(z):
    """Squash any number into a probability.

        z          any shape     any real number

        returns    shape of z
    """
    # Your code goes here.
    e = np.exp(-np.abs(z))
    result = np.where(np.asarray(z) >= 0, 1, e) / (1 + e)
    raise NotImplementedError("Task 1: write sigmoid, then delete this line")
    return result


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), error @ h
