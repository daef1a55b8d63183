import numpy as np


def sigmoid(z):
    z = np.clip(z, -200, 200)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y, h=[], y_hat=[]):
    for row in x:
        units = sigmoid(np.dot(row, theta_h))
        h.append(units)
        y_hat.append(sigmoid(np.dot(units, theta_y)))
    return np.array(h), np.array(y_hat)


def log_likelihood(y, y_hat):
    total = 0.0
    for label, p in zip(y, y_hat):
        p = p if label == 1 else 1 - p
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    difference = y - y_hat
    grad_theta_h = x.T @ (difference[:, None] * theta_y * h * (1 - h))
    return grad_theta_h, h.T @ difference
