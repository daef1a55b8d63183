import numpy as np


def sigmoid(z, derivative=False):
    s = 1.0 / (1.0 + np.exp(np.clip(z, -700, 700)))
    if derivative:
        return s * (1 - s)
    return s


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h, derivative=False)
    y_hat = sigmoid(h @ theta_y, False)
    return h, y_hat


def log_likelihood(y, y_hat):
    right = np.where(y == 1, y_hat, 1 - y_hat)
    return np.sum(np.log(np.maximum(right, 1e-300)))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), error @ h
