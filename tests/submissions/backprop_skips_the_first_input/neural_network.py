import math
import numpy as np


def sigmoid(z):
    def one(t):
        return 1 / (1 + math.exp(-t)) if t > 0 else math.exp(t) / (1 + math.exp(t))
    return np.vectorize(one, otypes=[float])(z)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    ll = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] > 0 else 1 - y_hat[k]
        ll += math.log(p) if p > 0 else -math.inf
    return ll


def backprop(x, y, h, y_hat, theta_y):
    n, m_x = x.shape
    m_h = h.shape[1]
    gh = np.zeros((m_x, m_h))
    gy = np.zeros(m_h)
    for k in range(n):
        for j in range(m_h):
            gy[j] += (y[k] - y_hat[k]) * h[k, j]
            for i in range(1, m_x):      # i = 1 ... m_x, like in the sum
                gh[i, j] += (y[k] - y_hat[k]) * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k, i]
    return gh, gy
