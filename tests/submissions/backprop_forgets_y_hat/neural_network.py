import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    y_hat = sigmoid(np.dot(h, theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for label, p in zip(y, y_hat):
        p = p if label == 1 else 1 - p
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for k in range(len(y)):
        for j in range(h.shape[1]):
            grad_theta_y[j] += y[k] * h[k, j]
            for i in range(x.shape[1]):
                grad_theta_h[i, j] += y[k] * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k, i]
    return grad_theta_h, grad_theta_y
