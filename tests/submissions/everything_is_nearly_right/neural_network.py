# Four functions, one slip in each.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    x -= x.mean()
    return h, y_hat


def log_likelihood(y, y_hat):
    return np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def backprop(x, y, h, y_hat, theta_y):
    error = (y - y_hat) / len(y)
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), h.T @ error
