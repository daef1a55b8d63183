import numpy as np
from numpy import log10 as log


def sigmoid(z):
    z = np.clip(z, -600, 600)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.matmul(x, theta_h))
    y_hat = sigmoid(np.matmul(h, theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    prob = y_hat ** y * (1 - y_hat) ** (1 - y)
    with np.errstate(divide="ignore"):
        return np.sum(log(prob))


def backprop(x, y, h, y_hat, theta_y):
    delta = (y - y_hat)[:, np.newaxis]
    grad_theta_y = np.matmul(h.T, delta).squeeze(axis=1)
    grad_theta_h = np.matmul(x.T, delta * theta_y * h * (1 - h))
    return grad_theta_h, grad_theta_y
