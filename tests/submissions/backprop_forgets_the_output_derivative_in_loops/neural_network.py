import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    gh, gy = np.zeros((x.shape[1], h.shape[1])), np.zeros(h.shape[1])
    for k in range(len(y)):
        if y[k] == 1:
            d = 1 / y_hat[k]
        else:
            d = -1 / (1 - y_hat[k])
        gy += d * h[k]
        gh += np.outer(x[k], d * theta_y * h[k] * (1 - h[k]))
    return gh, gy
