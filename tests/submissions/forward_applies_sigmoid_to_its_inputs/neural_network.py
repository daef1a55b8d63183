import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def layer(inputs, weights):
    return np.dot(sigmoid(inputs), weights)


def forward(x, theta_h, theta_y):
    h = layer(x, theta_h)
    y_hat = layer(h, theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = error[:, None] * theta_y * h * (1 - h)
    return x.T @ back, h.T @ error
