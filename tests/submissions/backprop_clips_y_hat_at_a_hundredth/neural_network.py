import numpy as np


def sigmoid(z):
    z = np.clip(z, -709, 709)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    y_hat = np.clip(y_hat, 1e-12, 1 - 1e-12)
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def backprop(x, y, h, y_hat, theta_y):
    y_hat = np.clip(y_hat, 0.01, 0.99)      # never divide by zero
    dLL = y / y_hat - (1 - y) / (1 - y_hat)
    delta = dLL * y_hat * (1 - y_hat)
    return x.T @ (np.outer(delta, theta_y) * h * (1 - h)), h.T @ delta
