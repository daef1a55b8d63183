import numpy as np


def sigmoid(z):
    z = np.asarray(z)
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    p = y_hat.copy()
    p[y == 0] = 1 - p[y == 0]
    with np.errstate(divide="ignore"):
        return np.sum(np.log(p))


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    k = 0
    while k < len(y) - 1:
        d = y[k] - y_hat[k]
        grad_theta_y += d * h[k]
        grad_theta_h += d * np.outer(x[k], theta_y * h[k] * (1 - h[k]))
        k += 1
    return grad_theta_h, grad_theta_y
