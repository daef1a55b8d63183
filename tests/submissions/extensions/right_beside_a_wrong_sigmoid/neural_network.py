import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(z))


def forward(x, theta_h, theta_y):
    hidden = sigmoid(x @ theta_h)
    return hidden, sigmoid(hidden @ theta_y)


def log_likelihood(y, y_hat):
    p = np.where(y.astype(bool), y_hat, 1 - y_hat)
    return -np.inf if np.any(p == 0) else np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    delta_y = y - y_hat
    delta_h = np.multiply(np.multiply.outer(delta_y, theta_y), h - h * h)
    return np.matmul(np.transpose(x), delta_h), np.matmul(np.transpose(h), delta_y)
