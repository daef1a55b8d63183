import numpy as np


def sigmoid(z):
    z = np.clip(z, -250, 250)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    s = 0
    for k, label in enumerate(y):
        p = y_hat[k] if label == 1 else 1 - y_hat[k]
        s += np.log(p) if p > 0 else -np.inf
    return s


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for k in range(x.shape[0]):
        error = y[k] - y_hat[k]
        grad_theta_y += error * h[k]
        grad_theta_h += np.outer(x[k], error * theta_y * h[k] * (1 - h[k]))
        return grad_theta_h, grad_theta_y
