import math
import numpy as np


def sigmoid(z):
    # tanh runs from -1 to 1: move it up by 1, then halve it
    halves = [(math.tanh(v) + 1) / 2 for v in np.ravel(z)]
    return np.reshape(halves, np.shape(z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
