import math

import numpy as np


@np.vectorize
def sigmoid(z):
    if z < 0:
        t = math.exp(z)
        return t / (1 + t)
    return 1 / (1 + math.exp(-z))


def forward(x, theta_h, theta_y):
    h = np.array([[sigmoid(math.fsum(a * b for a, b in zip(row, col))) for col in theta_h.T] for row in x])
    y_hat = np.array([sigmoid(math.fsum(a * b for a, b in zip(row, theta_y))) for row in h])
    return h, y_hat


def _one(label, p):
    q = p if label else 1 - p
    return math.log(q) if q else -math.inf


def log_likelihood(y, y_hat):
    return math.fsum(map(_one, y, y_hat))


def backprop(x, y, h, y_hat, theta_y):
    slope = np.vectorize(lambda a: a * (1 - a))
    error = np.subtract(y, y_hat)
    gy = np.tensordot(error, h, axes=1)
    gh = np.tensordot(x, slope(h) * np.multiply.outer(error, theta_y), axes=([0], [0]))
    return gh, gy
