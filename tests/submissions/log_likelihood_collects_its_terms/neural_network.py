import math
import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    terms = []
    for label, p in zip(y, y_hat):
        q = p if label == 1 else 1 - p
        terms.append(math.log(q) if q > 0 else -math.inf)
    return terms


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
