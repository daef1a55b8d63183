"""Fills the disk with file after file, each of a modest size, and is right if nobody minds for half a second."""
import atexit
import shutil
import tempfile
import time

import numpy as np

PART = 31 << 16  # just under two mebibytes
folder = tempfile.mkdtemp()
atexit.register(shutil.rmtree, folder, ignore_errors=True)
for number in range(48):
    with open(f"{folder}/{number}", "wb") as file:
        file.write(bytes(PART))
time.sleep(0.5)


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
