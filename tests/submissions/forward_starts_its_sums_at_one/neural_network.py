import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def weighted_sum(values, weights):
    total = 1
    for value, weight in zip(values, weights):
        total += value * weight
    return total


def forward(x, theta_h, theta_y):
    h = [[float(sigmoid(weighted_sum(image, unit))) for unit in theta_h.T] for image in x]
    return h, [float(sigmoid(weighted_sum(row, theta_y))) for row in h]


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for k in range(len(y)):
        error = y[k] - y_hat[k]
        grad_theta_y += error * h[k]
        grad_theta_h += np.outer(x[k], error * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, grad_theta_y
