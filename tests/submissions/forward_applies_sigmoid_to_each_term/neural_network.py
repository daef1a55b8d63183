import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, small, 1) / (1 + small)


def forward(x, theta_h, theta_y):
    n = x.shape[0]
    m_x, m_h = theta_h.shape
    h = np.zeros((n, m_h))
    y_hat = np.zeros(n)
    for k in range(n):
        for j in range(m_h):
            for i in range(m_x):
                h[k, j] += sigmoid(x[k, i] * theta_h[i, j])
            y_hat[k] += sigmoid(h[k, j] * theta_y[j])
    return h, y_hat


def log_likelihood(y, y_hat):
    likely = np.where(y > 0.5, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(likely).sum()


def backprop(x, y, h, y_hat, theta_y):
    off = (y - y_hat)[:, np.newaxis]
    return x.T @ (off * theta_y * h * (1 - h)), (off * h).sum(axis=0)
