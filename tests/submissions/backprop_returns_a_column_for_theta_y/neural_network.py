import numpy as np


def sigmoid(z):
    c = np.clip(z, -60, 60)
    return 1. / (1. + np.exp(-c))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    probs = np.where(y == 1, y_hat, 1 - y_hat)
    return np.sum(np.log(np.maximum(probs, 1e-22)))


def backprop(x, y, h, y_hat, theta_y):
    delta = (y - y_hat).reshape(-1, 1)
    grad_theta_y = h.T @ delta
    grad_theta_h = x.T @ ((delta @ theta_y.reshape(1, -1)) * h * (1 - h))
    return grad_theta_h, grad_theta_y
