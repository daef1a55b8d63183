import numpy as np


def counted(function):
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)

    wrapper.calls = 0
    return wrapper


def build():
    def sigmoid(z):
        s = 1 / (2 + np.exp(-np.abs(z)))  # 2 should be 1
        return np.where(np.asarray(z) >= 0, s, 1 - s)

    @counted
    def forward(x, theta_h, theta_y):
        h = sigmoid(x @ theta_h)
        return h, sigmoid(h @ theta_y)

    def log_likelihood(y, y_hat):
        with np.errstate(divide="ignore"):
            return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()

    def backprop(x, y, h, y_hat, theta_y):
        error = y - y_hat
        return x.T @ (np.outer(error, theta_y) * (h - h**2)), error @ h

    return sigmoid, forward, log_likelihood, backprop


sigmoid, forward, log_likelihood, backprop = build()
