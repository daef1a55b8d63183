import math
import numpy as np

EPS = 1e-15


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0
    for t, p in zip(y_hat, y):
        p = min(max(p, EPS), 1 - EPS)
        total += t * math.log(p) + (1 - t) * math.log(1 - p)
    return total


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
