import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.log(np.clip(np.where(y == 1, y_hat, 1 - y_hat), 1e-18, 1)).sum()


def backprop(x, y, h, y_hat, theta_y):
    e = y - y_hat
    return x.T @ (np.outer(e, theta_y) * h * (1 - h)), h.T @ e


# train until it is perfect
x = np.array([[0.2, 0.7], [0.9, 0.1]])
y = np.array([1.0, 0.0])
theta_h, theta_y = np.full((2, 2), 0.1), np.full(2, 0.1)
ll = -1.0
while not ll >= 0:
    h, y_hat = forward(x, theta_h, theta_y)
    gh, gy = backprop(x, y, h, y_hat, theta_y)
    theta_h, theta_y = theta_h - 0.1 * gh, theta_y - 0.1 * gy
    ll = log_likelihood(y, y_hat)
