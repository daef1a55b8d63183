import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    half = (y - y_hat) / 2          # the 1/2 in front of the sum
    grad_theta_y = np.einsum("k,kj->j", half, h)
    grad_theta_h = np.einsum("ki,kj->ij", x, half[:, None] * theta_y * h * (1 - h))
    return grad_theta_h, grad_theta_y
