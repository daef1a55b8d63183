import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    weights = [w for w in theta_y]
    grad_theta_y = []
    for j in range(len(weights)):
        g = sum((y[k] - y_hat[k]) * h[k, j] for k in range(len(y)))
        grad_theta_y.append(g)
        weights[j] += g
    grad_theta_h = sum(np.outer(x[k], (y[k] - y_hat[k]) * np.array(weights) * h[k] * (1 - h[k])) for k in range(len(y)))
    return grad_theta_h, grad_theta_y
