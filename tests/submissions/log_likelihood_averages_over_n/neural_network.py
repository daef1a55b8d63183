import numpy as np


def sigmoid(z):
    return (1 + np.tanh(np.multiply(0.5, z))) / 2


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.mean(np.log(p))


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    return x.T @ (delta[:, None] * theta_y * h * (1 - h)), h.T @ delta
