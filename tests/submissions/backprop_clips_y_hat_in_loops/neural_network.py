import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    gh, gy = 0, 0
    for image, label, row, p in zip(x, y, h, y_hat):
        p = min(max(p, 0.01), 0.99)
        gy = gy + (label - p) * row
        gh = gh + np.outer(image, (label - p) * theta_y * row * (1 - row))
    return gh, gy
