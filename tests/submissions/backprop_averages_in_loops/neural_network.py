import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    n = len(y)
    gh = np.zeros((x.shape[1], h.shape[1]))
    gy = np.zeros(h.shape[1])
    for k in range(n):
        for j in range(h.shape[1]):
            gy[j] += (y[k] - y_hat[k]) * h[k, j] / n
            for i in range(x.shape[1]):
                gh[i, j] += (y[k] - y_hat[k]) * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k, i] / n
    return gh, gy
