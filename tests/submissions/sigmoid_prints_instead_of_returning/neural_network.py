import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    print(np.where(np.asarray(z) >= 0, 1, e) / (1 + e))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    right = y_hat * y + (1 - y_hat) * (1 - y)
    with np.errstate(divide="ignore"):
        return np.log(right).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (error[:, None] * theta_y * h * (1 - h)), h.T @ error
