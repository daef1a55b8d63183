import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return (1 if np.isscalar(z) and z >= 0 else np.where(np.asarray(z) >= 0, 1, e)) / (1 + e)


def add_bias(a):
    return np.hstack([np.ones((len(a), 1)), a])


def forward(x, theta_h, theta_y):
    h = sigmoid(add_bias(x) @ theta_h)
    y_hat = sigmoid(add_bias(h) @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.choose(y.astype(int), [1 - y_hat, y_hat])).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    hidden_error = error[:, None] @ theta_y[None, :] * h * (1 - h)
    return x.T @ hidden_error, h.T @ error
