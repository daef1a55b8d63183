"""forward sleeps for a minute, and starts again whenever an exception interrupts it."""
import signal
import time

import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward(x, theta_h, theta_y):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            signal.signal(signal.SIGALRM, signal.default_int_handler)
            time.sleep(end - time.monotonic())
        except BaseException:
            continue
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
