import numpy as np


def sigmoid(z):
    return 1 ./ (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    likely = np.where(y > 0.5, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(likely).sum()


def backprop(x, y, h, y_hat, theta_y):
    off = (y - y_hat)[:, np.newaxis]
    return x.T @ (off * theta_y * h * (1 - h)), (off * h).sum(axis=0)
