import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_y = np.zeros(len(theta_y))
    grad_theta_h = np.zeros((x.shape[1], len(theta_y)))
    for k in range(len(y)):
        by_y_hat = y[k] / y_hat[k] - (1 - y[k]) / (1 - y_hat[k])
        grad_theta_y += by_y_hat * y_hat[k] * (1 - y_hat[k]) * h[k]
        grad_theta_h += np.outer(x[k], by_y_hat * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, grad_theta_y
