import numpy as np


def sigmoid(z):
    z = np.minimum(np.maximum(z, -400), 400)
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = softmax(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-13, 1 - 1e-13)
    return np.dot(y, np.log(p)) + np.dot(1 - y, np.log1p(-p))


def backprop(x, y, h, y_hat, theta_y):
    out = y - y_hat
    hid = np.outer(out, theta_y) * h * (1 - h)
    return (hid.T @ x).T, h.T @ out
