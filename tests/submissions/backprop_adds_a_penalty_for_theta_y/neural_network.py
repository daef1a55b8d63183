import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


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


def backprop(x, y, h, y_hat, theta_y, reg=0.01):
    n, m_x = x.shape
    m_h = len(theta_y)
    grad_theta_h = np.zeros((m_x, m_h))
    grad_theta_y = -reg * theta_y
    for k in range(n):
        d = y[k] - y_hat[k]
        grad_theta_y += d * h[k]
        grad_theta_h += np.outer(x[k], d * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, grad_theta_y
