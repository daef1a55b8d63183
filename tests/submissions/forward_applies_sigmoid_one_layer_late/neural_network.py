import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    n, m_h = len(x), len(theta_y)
    h = np.zeros((n, m_h))
    y_hat = np.zeros(n)
    for k in range(n):
        for j in range(m_h):
            h[k, j] = np.sum(x[k] * theta_h[:, j])
            y_hat[k] += sigmoid(h[k, j]) * theta_y[j]
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = error[:, None] * theta_y * h * (1 - h)
    return x.T @ back, h.T @ error
