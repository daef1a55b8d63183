import math

import numpy as np


def sigmoid(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def forward(x, theta_h, theta_y):
    n = len(x)
    h = np.zeros((n, len(theta_y)))
    y_hat = np.zeros(n)
    for k in range(n):
        for j in range(len(theta_y)):
            h[k, j] = sigmoid(sum(x[k] * theta_h[:, j]))
        y_hat[k] = sigmoid(sum(h[k] * theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    s = 0
    for a, b in zip(y, y_hat):
        try:
            s += math.log(b if a == 1 else 1 - b)
        except ValueError:
            return -math.inf
    return s


def backprop(x, y, h, y_hat, theta_y):
    gy = np.zeros(len(theta_y))
    gh = np.zeros((len(x[0]), len(theta_y)))
    for k in range(len(x)):
        for j in range(len(theta_y)):
            gy[j] += (y[k] - y_hat[k]) * h[k, j]
            gh[:, j] += (y[k] - y_hat[k]) * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k]
    return gh, gy
