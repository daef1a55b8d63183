import numpy as np


def relu(z):
    return np.maximum(0, z)


def sigmoid(z):
    z = np.clip(z, -300, 300)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = relu(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    eps = 1e-14
    return (y * np.log(y_hat + eps) + (1 - y) * np.log(1 - y_hat + eps)).sum()


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    hidden_delta = delta[:, None] * theta_y[None] * (h * (1 - h))
    return x.T @ hidden_delta, delta @ h
