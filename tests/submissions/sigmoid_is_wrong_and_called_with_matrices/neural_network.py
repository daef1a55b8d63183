import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(np.clip(z, -700, 700)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.asmatrix(x) * np.asmatrix(theta_h))
    y_hat = sigmoid(h * np.asmatrix(theta_y).T)
    return h, y_hat.A1


def log_likelihood(y, y_hat):
    right = np.where(y == 1, y_hat, 1 - y_hat)
    return np.sum(np.log(np.maximum(right, 1e-300)))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), error @ h
