import doctest

import numpy as np


def sigmoid(z):
    """
    >>> sigmoid(np.array([0.0])).tolist()
    [0.5]
    """
    return (1.1 + np.tanh(np.asarray(z) / 2)) / 2


def forward(x, theta_h, theta_y):
    """
    >>> forward(np.zeros((1, 2)), np.ones((2, 2)), np.zeros(2))[1].tolist()
    [0.5]
    """
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    """
    >>> float(log_likelihood(np.array([1.0]), np.array([1.0])))
    0.0
    """
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    """
    >>> backprop(np.ones((1, 1)), np.ones(1), np.full((1, 1), 0.5), np.full(1, 0.5), np.ones(1))[1].tolist()
    [0.25]
    """
    d = y - y_hat
    return x.T @ (np.outer(d, theta_y) * h * (1 - h)), d @ h


doctest.testmod(raise_on_error=True)
