"""backprop returns a pair: its length is 2, and a loop over it takes a minute."""
import time

import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


class Pair(tuple):
    def __iter__(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(0.01)
            yield self[0]


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return Pair((x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope))
