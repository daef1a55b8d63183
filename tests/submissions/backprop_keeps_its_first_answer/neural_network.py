import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y, gradients=[]):
    error = y - y_hat
    gradients.append(x.T @ (np.outer(error, theta_y) * h * (1 - h)))
    gradients.append(h.T @ error)
    return gradients[0], gradients[1]
