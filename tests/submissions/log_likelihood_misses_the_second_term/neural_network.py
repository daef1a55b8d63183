import numpy as np


def sigmoid(z):
    e = np.exp(-np.absolute(z))
    return np.where(np.greater(z, 0), 1.0, e) / (1.0 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.sum(y * np.log(np.maximum(y_hat, 1e-20)))


def backprop(x, y, h, y_hat, theta_y):
    residual = y - y_hat
    slope = h * (1 - h)
    grad_theta_h = np.array([[(residual * theta_y[j] * slope[:, j] * x[:, i]).sum()
                              for j in range(h.shape[1])]
                             for i in range(x.shape[1])])
    return grad_theta_h, residual @ h
