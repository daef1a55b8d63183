import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], len(theta_y)))
    grad_theta_y = np.zeros(len(theta_y))
    for label, p, row, image in zip(y, y_hat, h, x):
        error = (label - p) * (label - p)
        for j in range(len(theta_y)):
            grad_theta_y[j] += error * row[j]
            grad_theta_h[:, j] += error * theta_y[j] * row[j] * (1 - row[j]) * image
    return grad_theta_h, grad_theta_y
