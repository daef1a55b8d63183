import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    d = [t / p - (1 - t) / (1 - p) for t, p in zip(y, y_hat)]
    grad_theta_y = np.einsum("k,kj->j", d, h)
    grad_theta_h = np.einsum("k,j,ki->ij", d, theta_y, x)
    return grad_theta_h, grad_theta_y
