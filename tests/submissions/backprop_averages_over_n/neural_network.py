import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    y_hat = sigmoid(np.dot(h, theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    return np.log(np.clip(p, 1e-300, 1)).sum()


def backprop(x, y, h, y_hat, theta_y):
    m = x.shape[0]
    dz2 = y - y_hat
    dW2 = np.dot(h.T, dz2) / m
    dz1 = np.outer(dz2, theta_y) * h * (1 - h)
    dW1 = np.dot(x.T, dz1) / m
    return dW1, dW2
