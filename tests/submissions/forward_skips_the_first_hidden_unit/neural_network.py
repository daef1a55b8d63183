import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    total = np.zeros(len(x))
    for j in range(1, len(theta_y)):
        total += theta_y[j] * h[:, j]
    return h, sigmoid(total)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    difference = (y - y_hat)[:, np.newaxis]
    return x.T.dot(difference * theta_y * h * (1 - h)), (difference * h).sum(axis=0)
