"""Makes forty thousand empty files in the temporary folder, leaves them there, and is right if nobody minds."""
import os
import tempfile

import numpy as np

folder = tempfile.mkdtemp()
for number in range(40_000):
    os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))


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
