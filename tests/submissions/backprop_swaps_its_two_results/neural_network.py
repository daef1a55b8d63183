import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    ll = 0
    for p in np.where(y == 1, y_hat, 1 - y_hat):
        ll += np.log(p) if p else -np.inf
    return ll


def backprop(x, y, h, y_hat, theta_y):
    # output layer first, because that is the order in which they are found
    grad_theta_y = h.T @ (y - y_hat)
    grad_theta_h = x.T @ (np.outer(y - y_hat, theta_y) * h * (1 - h))
    return grad_theta_y, grad_theta_h
