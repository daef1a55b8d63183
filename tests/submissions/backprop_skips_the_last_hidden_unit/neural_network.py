import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


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
    m_h = h.shape[1]
    gh = np.zeros((x.shape[1], m_h))
    gy = np.zeros(m_h)
    for k in range(len(y)):
        j = 0
        while j < m_h - 1:
            gy[j] += (y[k] - y_hat[k]) * h[k, j]
            gh[:, j] += (y[k] - y_hat[k]) * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k]
            j += 1
    return gh, gy
