import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h, grad_theta_y = 0, np.zeros(len(theta_y))
    for x_k, y_k, h_k, p in zip(x, y, h, y_hat):
        grad_theta_y += y_k - p
        grad_theta_h = grad_theta_h + np.outer(x_k, (y_k - p) * theta_y * h_k * (1 - h_k))
    return grad_theta_h, grad_theta_y
