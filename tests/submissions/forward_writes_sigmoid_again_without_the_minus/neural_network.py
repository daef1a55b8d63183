import math
import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    def unit(total):
        return 1 / (1 + math.exp(total))

    h = np.empty((x.shape[0], theta_h.shape[1]))
    for k, image in enumerate(x):
        for j, weights in enumerate(theta_h.T):
            h[k, j] = unit(np.sum(image * weights))
    return h, np.array([unit(np.sum(row * theta_y)) for row in h])


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
