import numpy as np


def sigmoid(z):
    # exp(-z) may become inf, and 1 / (1 + inf) = 0 is just what we want
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(z)))


def forward(x, theta_h, theta_y):
    z_h = x @ theta_h
    h = sigmoid(z_h)
    z_y = h @ theta_y
    y_hat = sigmoid(z_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    eps = np.finfo(float).eps
    y_hat = np.clip(y_hat, eps, 1 - eps)
    ll = y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)
    return ll.sum()


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], theta_y.shape[0]))
    grad_theta_y = np.zeros_like(theta_y)
    for k in reversed(range(x.shape[0])):
        d = y[k] - y_hat[k]
        grad_theta_y = grad_theta_y + d * h[k]
        for j in range(theta_y.shape[0]):
            grad_theta_h[:, j] += d * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k]
    return grad_theta_h, grad_theta_y
