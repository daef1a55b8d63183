import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, small, 1) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    weighted = np.multiply(h, theta_y)
    total = 0
    for row in weighted:  # the sum, I think
        total = total + row
    return h, sigmoid(total)


def log_likelihood(y, y_hat):
    likely = np.where(y > 0.5, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(likely).sum()


def backprop(x, y, h, y_hat, theta_y):
    off = (y - y_hat)[:, np.newaxis]
    return x.T @ (off * theta_y * h * (1 - h)), (off * h).sum(axis=0)
