import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid((theta_h.T @ x.T).T)
    y_hat = sigmoid(theta_y @ h.T)
    return h, y_hat


def log_likelihood(y, y_hat):
    return np.log(np.maximum(1e-25, np.where(y == 1, y_hat, 1 - y_hat))).sum()


def backprop(x, y, h, y_hat, theta_y):
    E = y - y_hat
    D = (theta_y[:, None] * E[None, :]) * h.T * (1 - h.T)
    return D @ x, h.T @ E
