import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    n = x.shape[0]
    m_x, m_h = theta_h.shape
    h = np.zeros((n, m_x))
    y_hat = np.zeros(n)
    for k in range(n):
        for i in range(m_x):
            total = 0.0
            for j in range(m_h):
                total += x[k, j] * theta_h[i, j]
            h[k, i] = sigmoid(total)
        total = 0.0
        for j in range(m_h):
            total += h[k, j] * theta_y[j]
        y_hat[k] = sigmoid(total)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
