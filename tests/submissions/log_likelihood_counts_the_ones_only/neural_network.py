import math
import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    total = 0.0
    for label, p in zip(y, y_hat):
        if label == 1:
            total += math.log(p) if p > 0 else -math.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    d_output = (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)
    d_hidden = d_output[:, None] * theta_y * h * (1 - h)
    return np.einsum("ki,kj->ij", x, d_hidden), np.einsum("k,kj->j", d_output, h)
