import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    first = np.zeros(h.shape[1])
    second = np.zeros((x.shape[1], h.shape[1]))
    for k in range(len(y)):
        d = y[k] - y_hat[k]
        for j in range(h.shape[1]):
            first[j] += d * h[k, j]
            second[:, j] += d * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k]
    return first, second
