import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    eps = 1e-15
    p = np.clip(y_hat, eps, 1 - eps)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    # cost = (y_hat - y) ** 2
    d_cost = 2 * (y_hat - y)
    d_z2 = d_cost * y_hat * (1 - y_hat)
    grad_theta_y = np.dot(h.T, d_z2)
    d_z1 = d_z2[:, None] * theta_y[None, :] * h * (1 - h)
    grad_theta_h = np.dot(x.T, d_z1)
    return grad_theta_h, grad_theta_y
