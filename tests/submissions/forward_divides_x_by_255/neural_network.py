import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    x = x.astype(np.float64) / 255.0  # normalize the images
    z1 = np.dot(x, theta_h)
    a1 = sigmoid(z1)
    z2 = np.dot(a1, theta_y)
    a2 = sigmoid(z2)
    return a1, a2


def log_likelihood(y, y_hat):
    eps = 1e-15
    p = np.clip(y_hat, eps, 1 - eps)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = h.T @ delta
    grad_theta_h = x.T @ (np.outer(delta, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y
