"""backprop writes every answer into the same file and returns a view of it, so that earlier answers change afterwards."""
import tempfile

import numpy as np

file = tempfile.TemporaryFile()
file.truncate(8 * 100_000)
shared = np.memmap(file, dtype=float, mode="r+")


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
    grad_theta_h = shared[: x.shape[1] * h.shape[1]].reshape(x.shape[1], h.shape[1])
    grad_theta_y = shared[-h.shape[1] :]
    grad_theta_h[...] = x.T @ (np.outer(slope, theta_y) * h * (1 - h))
    grad_theta_y[...] = h.T @ slope
    return grad_theta_h, grad_theta_y
