import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    sigmoid = sigmoid(h @ theta_y)
    return h, sigmoid


def log_likelihood(y, y_hat):
    sure = y_hat * (y == 1) + (1 - y_hat) * (y == 0)
    if np.count_nonzero(sure) < len(sure):
        return -np.inf
    return np.log(sure).sum()


def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    return x.T @ (d.reshape(-1, 1) * theta_y * h * (1 - h)), d @ h
