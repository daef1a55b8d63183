import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return y_hat


def log_likelihood(y, y_hat):
    q = np.where(y == 1, y_hat, 1 - y_hat)
    q[q < 1e-50] = 1e-50
    return np.log(q).sum()


def backprop(x, y, h, y_hat, theta_y):
    delta_y = (y - y_hat)[:, None]
    delta_h = delta_y * theta_y * h * (1.0 - h)
    return np.dot(x.T, delta_h), np.dot(delta_y.T, h)[0]
