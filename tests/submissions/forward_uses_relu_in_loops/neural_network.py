import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.einsum("ki,ij->kj", x, theta_h)
    for index, value in np.ndenumerate(h):
        if value < 0:
            h[index] = 0
    return h, np.array([float(sigmoid(np.dot(theta_y, row))) for row in h])


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
