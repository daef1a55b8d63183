import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, small, 1) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    likely = np.where(y > 0.5, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(likely).sum()


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], len(theta_y)))
    grad_theta_y = np.zeros(len(theta_y))
    for k, label in enumerate(y):
        p = y_hat[k]
        residual = label - p
        grad_theta_y += residual * h[k]
        grad_theta_h += np.outer(x[k], residual * theta_y * p * (1 - p))
    return grad_theta_h, grad_theta_y
