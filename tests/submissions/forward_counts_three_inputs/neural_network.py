import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1 + e)


def forward(x, theta_h, theta_y):
    n = x.shape[0]
    m_h = theta_h.shape[1]
    h = np.zeros((n, m_h))
    for k in range(n):
        for j in range(m_h):
            s = 0
            # as in the example
            for i in range(3):
                s += x[k][i] * theta_h[i][j]
            h[k][j] = sigmoid(s)
    y_hat = np.zeros(n)
    for k in range(n):
        y_hat[k] = sigmoid(sum(h[k][j] * theta_y[j] for j in range(m_h)))
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), h.T @ error
