import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, small, 1) / (1 + small)


def forward(x, theta_h, theta_y):
    cache = {}
    cache["h"] = sigmoid(x @ theta_h)
    cache["y_hat"] = sigmoid(cache["h"] @ theta_y)
    return cache


def log_likelihood(y, y_hat):
    likely = np.where(y > 0.5, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(likely).sum()


def backprop(x, y, h, y_hat, theta_y):
    off = (y - y_hat)[:, np.newaxis]
    return x.T @ (off * theta_y * h * (1 - h)), (off * h).sum(axis=0)
