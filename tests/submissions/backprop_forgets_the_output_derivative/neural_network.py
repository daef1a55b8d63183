import numpy as np


def sigmoid(z):
    z = np.clip(z, -333, 333)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.log(np.clip(y * y_hat + (1 - y) * (1 - y_hat), 1e-100, None)).sum()


def backprop(x, y, h, y_hat, theta_y):
    dLL_dy_hat = y / y_hat - (1 - y) / (1 - y_hat)
    dh = h * (1 - h)
    grad_theta_y = dLL_dy_hat @ h
    grad_theta_h = x.T @ (dLL_dy_hat[:, None] * theta_y * dh)
    return grad_theta_h, grad_theta_y
