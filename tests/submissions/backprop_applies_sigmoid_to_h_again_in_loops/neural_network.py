import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    gh = np.zeros((x.shape[1], h.shape[1]))
    gy = np.zeros(h.shape[1])
    for k in range(len(y)):
        error = y[k] - y_hat[k]
        for j in range(h.shape[1]):
            s = float(sigmoid(h[k, j]))
            gy[j] += error * h[k, j]
            gh[:, j] += error * theta_y[j] * s * (1 - s) * x[k]
    return gh, gy
