import math
import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def safe_log(p):
    return math.log(min(max(p, 1e-12), 1 - 1e-12))


def log_likelihood(y, y_hat):
    return sum(p * safe_log(label) + (1 - p) * safe_log(1 - label) for label, p in zip(y, y_hat))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
