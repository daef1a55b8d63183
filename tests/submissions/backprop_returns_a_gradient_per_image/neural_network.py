import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    grads_h, grads_y = [], []
    for k in range(len(y)):
        error = y[k] - y_hat[k]
        grads_y.append(error * h[k])
        grads_h.append(np.outer(x[k], error * theta_y * h[k] * (1 - h[k])))
    return np.array(grads_h), np.array(grads_y)
