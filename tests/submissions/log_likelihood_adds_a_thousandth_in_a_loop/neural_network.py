import math
import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    ll = 0
    for k in range(len(y)):
        if y[k] == 1:
            ll += math.log(y_hat[k] + 0.001)
        else:
            ll += math.log(1 - y_hat[k] + 0.001)
    return ll


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for k in range(len(y)):
        error = y[k] - y_hat[k]
        grad_theta_y += error * h[k]
        grad_theta_h += np.outer(x[k], error * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, grad_theta_y
