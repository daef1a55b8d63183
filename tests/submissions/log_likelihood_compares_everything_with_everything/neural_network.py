import numpy as np


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    y = y.reshape(-1, 1)        # a column against a row: numpy makes an n x n table of it
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    residuals = y - y_hat
    grad_theta_y = np.zeros_like(theta_y)
    grad_theta_h = np.zeros((x.shape[1], theta_y.shape[0]))
    for r, pixels, units in zip(residuals, x, h):
        grad_theta_y += r * units
        grad_theta_h += pixels[:, None] * (r * theta_y * units * (1 - units))[None, :]
    return grad_theta_h, grad_theta_y
