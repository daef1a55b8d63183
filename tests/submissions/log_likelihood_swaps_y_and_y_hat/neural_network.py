import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, np.negative(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y_hat, y):     # prediction first, label second
    p = np.clip(y_hat, 1e-12, 1 - 1e-12)
    return float((y * np.log(p) + (1 - y) * np.log(1 - p)).sum())


def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    g = np.zeros((x.shape[1], theta_y.size))
    for k in range(x.shape[0]):
        g = g + np.dot(x[k][:, None], (d[k] * theta_y * h[k] * (1 - h[k]))[None, :])
    return g, np.dot(d, h)
