import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    gy = [0.0 for _ in theta_y]
    for k in range(len(y)):
        for j in range(len(theta_y)):
            gy[j] += (y[k] - y_hat[k]) * h[k, j]
    new = [w + 0.01 * g for w, g in zip(theta_y, gy)]
    gh = np.zeros((x.shape[1], len(theta_y)))
    for k in range(len(y)):
        for j in range(len(theta_y)):
            gh[:, j] += (y[k] - y_hat[k]) * new[j] * h[k, j] * (1 - h[k, j]) * x[k]
    return gh, gy
