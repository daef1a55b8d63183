"""Everything is right but backprop, which raises lone surrogates, half letters that cannot be written to a file, and
prints bytes that are no text at all."""
import os

import numpy as np


def sigmoid(z):
    shrinking = np.exp(-np.abs(z))
    return np.where(np.greater_equal(z, 0), 1.0, shrinking) / (1.0 + shrinking)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat))))


def backprop(x, y, h, y_hat, theta_y):
    os.write(1, b"\xff\xfe\xc0\x80\xed\xa0\x80\xf5" * 3 + b"\n")
    print("\udcff\ud800 \ud83d")
    raise ValueError("\ud800 and \udfff, \udc80" * 20)
