import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    n = len(y)
    gh, gy = 0, 0
    for k in range(n):
        back = (y[k] - y_hat[k]) * y_hat[k] * (1 - y_hat[k])
        gy = gy + back * h[k] / n
        gh = gh + np.outer(x[k], back * theta_y * h[k] * (1 - h[k])) / n
    return gh, gy
