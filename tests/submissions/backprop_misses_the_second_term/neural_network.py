import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    mask = y == 1
    probabilities = np.concatenate((y_hat[mask], 1 - y_hat[~mask]))
    return np.log(np.maximum(probabilities, 1e-17)).sum()


def backprop(x, y, h, y_hat, theta_y):
    dll = y / y_hat
    dz = dll * y_hat * (1 - y_hat)
    grad_y = np.array([np.sum(dz * unit) for unit in h.T])
    grad_h = np.column_stack([x.T @ (dz * t * unit * (1 - unit)) for t, unit in zip(theta_y, h.T)])
    return grad_h, grad_y
