import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    y_hat = sigmoid(np.dot(h, theta_y.reshape(-1, 1)))
    return h, y_hat


def log_likelihood(y, y_hat):
    y_hat = np.ravel(y_hat)
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    y, y_hat = y.reshape(-1, 1), np.reshape(y_hat, (-1, 1))
    delta = y - y_hat
    grad_theta_y = np.dot(h.T, delta)[:, 0]
    grad_theta_h = np.dot(x.T, np.dot(delta, theta_y.reshape(1, -1)) * h * (1 - h))
    return grad_theta_h, grad_theta_y
