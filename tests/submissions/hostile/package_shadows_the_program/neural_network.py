"""Returns zeros. A package of the same name lies beside it, and Python imports packages first."""
import numpy as np


def sigmoid(z):
    return np.zeros(np.shape(z))


def forward(x, theta_h, theta_y):
    return np.zeros((len(x), len(theta_y))), np.zeros(len(x))


def log_likelihood(y, y_hat):
    return 0.0


def backprop(x, y, h, y_hat, theta_y):
    return np.zeros((x.shape[1], len(theta_y))), np.zeros(len(theta_y))
