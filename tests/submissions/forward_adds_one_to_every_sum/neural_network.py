import numpy as np


def sigmoid(z):
    return np.where(np.asarray(z) > 0, 1.0, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))


def forward(x, theta_h, theta_y):
    bias = 1
    h = sigmoid(np.dot(x, theta_h) + bias)
    y_hat = sigmoid(np.dot(h, theta_y) + bias)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0
    for true, guess in zip(y, y_hat):
        p = guess ** true * (1 - guess) ** (1 - true)
        total += np.log(p) if p > 0 else -1000
    return total


def backprop(x, y, h, y_hat, theta_y):
    back = (y - y_hat)[:, None] * theta_y[None, :]
    return x.T.dot(back * (h - h ** 2)), (y - y_hat).dot(h)
