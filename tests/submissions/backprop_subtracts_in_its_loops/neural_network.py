import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for image, label, row, p in zip(x, y, h, y_hat):
        error = label - p
        grad_theta_y -= error * row
        grad_theta_h -= np.outer(image, error * theta_y * row * (1 - row))
    return grad_theta_h, grad_theta_y
