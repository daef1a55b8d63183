from math import exp, inf, log
from numpy import array, ndarray, outer


def sigmoid(z):
    if isinstance(z, ndarray) and z.ndim > 0:
        return array([sigmoid(part) for part in z])
    return 1 / (1 + exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    y_hat = sigmoid(h.dot(theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    def term(a, b):
        p = b if a else 1 - b
        return log(p) if p > 0 else -inf

    return sum(term(a, b) for a, b in zip(y, y_hat))


def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    return x.T.dot(outer(d, theta_y) * h * (1 - h)), h.T.dot(d)
