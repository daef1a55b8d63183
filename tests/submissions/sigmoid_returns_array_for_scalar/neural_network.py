import numpy as np


def sigmoid(z):
    z = np.atleast_1d(z).astype(float)
    answer = np.zeros_like(z)
    big = z >= 0
    answer[big] = 1 / (1 + np.exp(-z[big]))
    answer[~big] = np.exp(z[~big]) / (1 + np.exp(z[~big]))
    return answer


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    return sum(np.log(np.maximum(np.where(y == 1, y_hat, 1 - y_hat), 1e-12)))


def backprop(x, y, h, y_hat, theta_y):
    dz2 = y_hat - y
    dtheta_y = -(h.T @ dz2)
    dz1 = np.outer(dz2, theta_y) * h * (1 - h)
    dtheta_h = -(x.T @ dz1)
    return dtheta_h, dtheta_y
