import math
import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = np.array([[float(sigmoid(np.dot(image, unit))) for unit in theta_h.T] for image in x])
    powers = [math.exp(np.dot(row, theta_y)) for row in h]
    total = math.fsum(powers)
    return h, [power / total for power in powers]


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
