import sys

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.log(np.clip(np.where(y == 1, y_hat, 1 - y_hat), 1e-18, 1)).sum()


def backprop(x, y, h, y_hat, theta_y):
    e = y - y_hat
    return x.T @ (np.outer(e, theta_y) * h * (1 - h)), h.T @ e


print("done")
sys.exit(0)
