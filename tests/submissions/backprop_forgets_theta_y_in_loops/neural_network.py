import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
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
        for j in range(h.shape[1]):
            gy[j] += (y[k] - y_hat[k]) * h[k, j]
            for i in range(x.shape[1]):
                gh[i, j] += (y[k] - y_hat[k]) * h[k, j] * (1 - h[k, j]) * x[k, i]
    return gh, gy
