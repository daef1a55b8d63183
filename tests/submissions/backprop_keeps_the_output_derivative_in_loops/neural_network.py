import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    gh = np.zeros((x.shape[1], h.shape[1]))
    gy = np.zeros(h.shape[1])
    for k in range(len(y)):
        p = y_hat[k]
        back = (y[k] - p) * (p - p * p)
        for j in range(h.shape[1]):
            gy[j] += back * h[k, j]
            for i in range(x.shape[1]):
                gh[i, j] += back * theta_y[j] * (h[k, j] - h[k, j] ** 2) * x[k, i]
    return gh, gy
