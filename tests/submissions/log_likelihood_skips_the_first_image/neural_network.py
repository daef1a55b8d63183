import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    total = 0.0
    for i in range(1, len(y)):
        p = y_hat[i] if y[i] == 1 else 1 - y_hat[i]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    difference = (y - y_hat)[:, np.newaxis]
    return x.T.dot(difference * theta_y * h * (1 - h)), (difference * h).sum(axis=0)
