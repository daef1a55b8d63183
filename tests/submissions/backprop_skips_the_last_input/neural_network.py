import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    m_x = x.shape[1]
    gh = np.zeros((m_x, h.shape[1]))
    back = np.array([(y[k] - y_hat[k]) * theta_y * h[k] * (1 - h[k]) for k in range(len(y))])
    for i in range(m_x - 1):
        gh[i] = sum(x[k, i] * back[k] for k in range(len(y)))
    return gh, sum((y[k] - y_hat[k]) * h[k] for k in range(len(y)))
