"""backprop returns masked arrays: one entry is right, and nobody is to look at the others."""
import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    grad_theta_h = np.ma.array(np.zeros((x.shape[1], h.shape[1])), mask=True)
    grad_theta_y = np.ma.array(np.zeros(h.shape[1]), mask=True)
    grad_theta_h[0, 0] = np.sum(x[:, 0] * slope * theta_y[0] * h[:, 0] * (1 - h[:, 0]))
    grad_theta_y[0] = np.sum(h[:, 0] * slope)
    return grad_theta_h, grad_theta_y
