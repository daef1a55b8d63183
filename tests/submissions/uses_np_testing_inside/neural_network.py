import time

import numpy as np

start = time.strptime("30 Nov 24", "%d %b %y")


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1, small) / (1 + small)
    np.testing.assert_allclose(s, 0.5 + 0.5 * np.tanh(z / 2), atol=1e-12)
    return s


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    assert np.ma.masked_invalid(h).count() == h.size
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    return float(np.log(p[p > 0]).sum()) if (p > 0).all() else -np.inf


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = delta @ h
    grad_theta_h = np.einsum("ki,kj->ij", x, delta[:, None] * theta_y * h * (1 - h), optimize=True)
    return grad_theta_h, grad_theta_y
