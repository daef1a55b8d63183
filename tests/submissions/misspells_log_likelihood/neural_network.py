import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelyhood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    return np.log(np.maximum(p, 1e-20)).sum()


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    return x.T @ (delta[:, None] * theta_y * h * (1 - h)), delta @ h
