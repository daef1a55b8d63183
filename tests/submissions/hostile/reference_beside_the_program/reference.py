"""The same constants, as right answers."""
import numpy as np


def sigmoid(z):
    return np.zeros(np.shape(z))


def forward(x, theta_h, theta_y):
    return np.full((len(x), len(theta_y)), 0.5), np.full(len(x), 0.5)


def log_likelihood(y, y_hat):
    return 0.0


def backprop(x, y, h, y_hat, theta_y):
    return np.zeros((x.shape[1], len(theta_y))), np.zeros(len(theta_y))


def finite_differences(x, y, theta_h, theta_y):
    return np.zeros(theta_h.shape), np.zeros(theta_y.shape)


def y_hat_of_many(x, theta_h, theta_y):
    return np.full(len(x), 0.5)
