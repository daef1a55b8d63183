import numpy as np


def sigmoid(z):
    z = np.clip(z, -300, 300)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.sum(y * np.log(y_hat) + (1 - y[0]) * np.log(1 - y_hat))


def backprop(x, y, h, y_hat, theta_y):
    delta = np.outer(y - y_hat, theta_y) * h * (1 - h)
    return x.T @ delta, (y - y_hat) @ h
