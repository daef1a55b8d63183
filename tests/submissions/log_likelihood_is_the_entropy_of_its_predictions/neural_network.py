import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    return sum(p * np.log(p) + (1 - p) * np.log(1 - p) for p in y_hat)


def backprop(x, y, h, y_hat, theta_y):
    difference = (y - y_hat)[:, np.newaxis]
    return x.T.dot(difference * theta_y * h * (1 - h)), (difference * h).sum(axis=0)
