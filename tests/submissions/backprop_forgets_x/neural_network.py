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
    grad_theta_h, grad_theta_y = np.zeros((x.shape[1], len(theta_y))), np.zeros(len(theta_y))
    for k in range(len(y)):
        for j in range(len(theta_y)):
            grad_theta_y[j] += (y[k] - y_hat[k]) * h[k, j]
            for i in range(x.shape[1]):
                grad_theta_h[i, j] += (y[k] - y_hat[k]) * theta_y[j] * h[k, j] * (1 - h[k, j])
    return grad_theta_h, grad_theta_y
