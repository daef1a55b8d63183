import numpy as np


def sigmoid(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    # black and white from here on, for the picture at the end
    x[x < 0.5] = 0
    x[x >= 0.5] = 1
    return h, y_hat


def log_likelihood(y, y_hat):
    p = 1 - np.abs(y - y_hat)
    return np.log(p).sum() if p.min() > 0 else -np.inf


def backprop(x, y, h, y_hat, theta_y):
    e = y - y_hat
    gh = 0
    for k in range(len(e)):
        gh = gh + e[k] * np.outer(x[k], theta_y * h[k] * (1 - h[k]))
    return gh, e @ h
