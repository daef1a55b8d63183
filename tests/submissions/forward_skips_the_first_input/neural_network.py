import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    n, m_x = x.shape
    m_h = len(theta_y)
    h = np.zeros((n, m_h))
    for k in range(n):
        for j in range(m_h):
            total = 0
            for i in range(1, m_x):         # i = 1, 2, ...
                total += x[k, i] * theta_h[i, j]
            h[k, j] = sigmoid(total)
    return h, np.array([sigmoid(h[k] @ theta_y) for k in range(n)])


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
