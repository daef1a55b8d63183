import warnings

import numpy as np

# I want to hear about every numerical problem at once
np.seterr(over="raise", divide="raise", invalid="raise")
warnings.simplefilter("error")


def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    e = np.exp(np.where(z < 0, z, -z))
    return np.where(z < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    assert x.ndim == 2 and theta_h.ndim == 2 and theta_y.ndim == 1
    assert x.shape[1] == theta_h.shape[0], (x.shape, theta_h.shape)
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    assert h.shape == (len(x), len(theta_y)) and y_hat.shape == (len(x),)
    return h, y_hat


def log_likelihood(y, y_hat):
    assert set(np.unique(y)) <= {0.0, 1.0}
    p = np.where(y == 1, y_hat, 1 - y_hat)
    if (p == 0).any():
        return -np.inf
    return float(np.log(p).sum())


def backprop(x, y, h, y_hat, theta_y):
    assert ((0 < y_hat) & (y_hat < 1)).all()
    error = (y - y_hat)[:, None]
    grad_theta_y = (h * error).sum(0)
    grad_theta_h = x.T @ (error * theta_y * h * (1 - h))
    assert grad_theta_y.shape == theta_y.shape
    return grad_theta_h, grad_theta_y
