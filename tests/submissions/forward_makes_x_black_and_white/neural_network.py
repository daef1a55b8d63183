import numpy as np


def sigmoid(z):
    z = np.clip(z, -200, 200)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    pixels = (x > 0.5).astype(float)
    h = sigmoid(pixels @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.where(y == 1, np.log(np.clip(y_hat, 1e-10, 1)), np.log(np.clip(1 - y_hat, 1e-10, 1))).sum()


def backprop(x, y, h, y_hat, theta_y):
    dy = np.asarray(y) - y_hat
    return np.einsum("ki,kj->ij", x, dy[:, None] * theta_y * h * (1 - h)), np.einsum("k,kj", dy, h)
