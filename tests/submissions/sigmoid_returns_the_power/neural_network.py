import numpy as np


def sigmoid(z):
    powers = [np.exp(-v) for v in np.ravel(z)]
    return np.reshape(powers, np.shape(z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    d_output = (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)
    d_hidden = d_output[:, None] * theta_y * h * (1 - h)
    return np.einsum("ki,kj->ij", x, d_hidden), np.einsum("k,kj->j", d_output, h)
