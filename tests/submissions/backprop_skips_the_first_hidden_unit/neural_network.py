import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


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
    error = y - y_hat
    for j in range(1, h.shape[1]):
        gy[j] = np.sum(error * h[:, j])
        for i in range(x.shape[1]):
            gh[i, j] = np.sum(error * theta_y[j] * h[:, j] * (1 - h[:, j]) * x[:, i])
    return gh, gy
