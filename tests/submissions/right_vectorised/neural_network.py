"""CS109, Deep Learning assignment."""
import numpy as np


def sigmoid(z):
    """Only ever takes exp of something negative, so nothing overflows."""
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + small), small / (1 + small))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    # probability that the network gave to what really happened
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    # (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)  ==  y - y_hat
    error = y - y_hat
    delta = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ delta, h.T @ error
