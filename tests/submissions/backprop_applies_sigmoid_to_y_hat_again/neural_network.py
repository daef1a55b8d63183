import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def slope(z):
    s = sigmoid(z)
    return s - s * s


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for k in range(len(y)):
        d = (y[k] / y_hat[k] - (1 - y[k]) / (1 - y_hat[k])) * slope(y_hat[k])
        grad_theta_y += d * h[k]
        grad_theta_h += np.outer(x[k], d * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, grad_theta_y
