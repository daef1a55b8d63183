import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.sum([np.log(p) if p > 0 else -np.inf for p in np.where(y == 1, y_hat, 1 - y_hat)])


def sigmoid_slope(a):
    return a * (1 + a)


def backprop(x, y, h, y_hat, theta_y):
    grads = [np.zeros((x.shape[1], h.shape[1])), np.zeros(h.shape[1])]
    for k, error in enumerate(y - y_hat):
        grads[0] += np.outer(x[k], error * theta_y * sigmoid_slope(h[k]))
        grads[1] += error * h[k]
    return tuple(grads)
