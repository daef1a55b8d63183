import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    ll = np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()
    print "log likelihood:", ll
    return ll


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return np.dot(x.T, np.outer(error, theta_y) * h * (1 - h)), np.dot(h.T, error)
