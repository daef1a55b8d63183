import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    n, m_x = x.shape
    m_h = h.shape[1]
    grad_theta_h = np.zeros((m_x, m_h))
    grad_theta_y = np.zeros(m_h)
    for k in range(n):
        error = y[k] - y_hat[k]
        for j in range(m_h):
            grad_theta_y[j] = error * h[k, j]
            for i in range(m_x):
                grad_theta_h[i, j] += error * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k, i]
    return grad_theta_h, grad_theta_y
