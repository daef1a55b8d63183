import math

import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    n, m_h = len(x), len(theta_y)
    h, y_hat = np.zeros((n, m_h)), np.zeros(n)
    for k in range(n):
        for j in range(m_h):
            h[k, j] = math.tanh(sum(x[k, i] * theta_h[i, j] for i in range(x.shape[1])))
        y_hat[k] = sigmoid(sum(h[k, j] * theta_y[j] for j in range(m_h)))
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        logs = np.log(np.stack([1 - y_hat, y_hat]))
    return logs[y.astype(int), np.arange(len(y))].sum()


def backprop(x, y, h, y_hat, theta_y):
    r = y - y_hat
    return x.T @ (r[:, None] * theta_y * h * (1 - h)), r @ h
