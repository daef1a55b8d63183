import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    missing = [1 - p for p in y_hat]
    grad_theta_y = sum(m * row for m, row in zip(missing, h))
    grad_theta_h = sum(np.outer(image, m * theta_y * row * (1 - row)) for m, row, image in zip(missing, h, x))
    return grad_theta_h, grad_theta_y
