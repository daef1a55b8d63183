import numpy as np


def sigmoid(z):
    values = []
    for v in np.ravel(z):
        power = np.float64(2.718) ** v
        values.append(1 - 1 / (1 + power))
    return np.reshape(values, np.shape(z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
