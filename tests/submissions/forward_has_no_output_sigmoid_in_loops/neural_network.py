import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = np.zeros((len(x), len(theta_y)))
    y_hat = np.zeros(len(x))
    for k in range(len(x)):
        for j in range(len(theta_y)):
            h[k, j] = sigmoid(np.sum(x[k] * theta_h[:, j]))
            y_hat[k] += h[k, j] * theta_y[j]
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    d_output = (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)
    d_hidden = d_output[:, None] * theta_y * h * (1 - h)
    return np.einsum("ki,kj->ij", x, d_hidden), np.einsum("k,kj->j", d_output, h)
