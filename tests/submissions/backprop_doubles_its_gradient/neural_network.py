import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    rows, m_h = x.shape[1], h.shape[1]
    gh = [[0.0] * m_h for _ in range(rows)]
    gy = [0.0] * m_h
    for k in range(len(y)):
        d = 2 * (y[k] - y_hat[k])
        for j in range(m_h):
            gy[j] += d * h[k, j]
            back = d * theta_y[j] * h[k, j] * (1 - h[k, j])
            for i in range(rows):
                gh[i][j] += back * x[k, i]
    return gh, gy
