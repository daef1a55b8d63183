import math

import numpy as np


def sigmoid(z):
    return np.vectorize(lambda t: 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t)))(z)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    bits = 0.0
    for a, b in zip(y, y_hat):
        p = b if a == 1 else 1 - b
        if p <= 0:
            return -math.inf
        bits += math.log2(p)
    return bits


def backprop(x, y, h, y_hat, theta_y):
    e = y - y_hat
    return x.T @ (np.outer(e, theta_y) * h * (1 - h)), e @ h
