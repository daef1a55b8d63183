import numpy as np


def sigmoid(z):
    if np.ndim(z) == 0:
        return 1 / (1 + np.exp(-min(max(z, -500), 500)))
    z[z > 500] = 500
    z[z < -500] = -500
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    difference = (y - y_hat)[:, np.newaxis]
    return x.T.dot(difference * theta_y * h * (1 - h)), (difference * h).sum(axis=0)
