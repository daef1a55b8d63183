import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


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
        decision = 1 if y_hat[k] > 0.5 else 0
        error = y[k] - decision
        if error != 0:
            gy += error * h[k]
            gh += np.outer(x[k], error * theta_y * h[k] * (1 - h[k]))
    return gh, gy
