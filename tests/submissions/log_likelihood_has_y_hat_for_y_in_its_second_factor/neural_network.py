import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    y_hat = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.dot(y, np.log(y_hat)) + np.dot(1 - y_hat, np.log(1 - y_hat))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = error[:, None] * theta_y * h * (1 - h)
    return x.T @ back, h.T @ error
