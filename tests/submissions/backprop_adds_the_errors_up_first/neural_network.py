import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(np.matmul(x, theta_h))
    y_hat = sigmoid(np.matmul(h, theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = np.sum(y - y_hat)
    grad_theta_y = np.sum(error * h, axis=0)
    grad_theta_h = np.matmul(x.T, error * theta_y * h * (1 - h))
    return grad_theta_h, grad_theta_y
