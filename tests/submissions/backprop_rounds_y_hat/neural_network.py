import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return sum(np.log(p) if p > 0 else -np.inf for p in (b if a == 1 else 1 - b for a, b in zip(y, y_hat)))


def backprop(x, y, h, y_hat, theta_y):
    guess = np.round(y_hat)          # 0 or 1
    error = y - guess
    return x.T @ (error[:, None] * theta_y * h * (1 - h)), h.T @ error
