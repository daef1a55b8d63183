import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(np.tensordot(x, theta_h, axes=1))
    return h, sigmoid(np.tensordot(h, theta_y, axes=1))


def log_likelihood(y, y_hat):
    """binary_crossentropy as in Keras"""
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    up = np.multiply.outer(y - y_hat, theta_y)
    return np.dot(x.T, up * h * (1 - h)), np.dot(y - y_hat, h)
