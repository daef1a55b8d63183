import numpy as np

EPS = 1e-3  # so that the log is never of zero


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    a = sigmoid(x @ theta_h)
    b = sigmoid(a @ theta_y)
    return a, b


def log_likelihood(y, y_hat):
    return np.sum(y * np.log(y_hat + EPS) + (1 - y) * np.log(1 - y_hat + EPS))


def backprop(x, y, h, y_hat, theta_y):
    c = y - y_hat
    return x.T @ ((c[:, None] * theta_y) * (h * (1 - h))), c @ h
