import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h, grad_theta_y = np.zeros((x.shape[1], h.shape[1])), np.zeros(h.shape[1])
    for k, p in enumerate(y_hat):
        inner = p * (1 - p)
        outer = 2 * (y[k] - p)
        grad_theta_y += outer * inner * h[k]
        grad_theta_h += x[k][:, None] * (outer * inner * theta_y * h[k] * (1 - h[k]))[None, :]
    return grad_theta_h, grad_theta_y
