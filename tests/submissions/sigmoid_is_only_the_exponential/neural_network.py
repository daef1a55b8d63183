import numpy as np


def sigmoid(z):
    return np.exp(-z)     # 1 over 1 plus this, must not forget


def forward(x, theta_h, theta_y):
    a = sigmoid(x @ theta_h)
    return a, sigmoid(a @ theta_y)


def log_likelihood(y, y_hat):
    i = 0
    ll = 0.0
    while i < y.size:
        p = y_hat[i] if y[i] == 1 else 1 - y_hat[i]
        ll += np.log(p) if p > 0 else -np.inf
        i += 1
    return ll


def backprop(x, y, h, y_hat, theta_y):
    m_h = theta_y.size
    e = y - y_hat
    cols = [x.T @ (e * theta_y[j] * h[:, j] * (1 - h[:, j])) for j in range(m_h)]
    return np.transpose(cols), np.array([e @ h[:, j] for j in range(m_h)])
