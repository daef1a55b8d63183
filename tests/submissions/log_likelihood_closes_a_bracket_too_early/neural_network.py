import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    terms = np.empty(len(y))
    for k in range(len(y)):
        if y[k] == 1:
            terms[k] = np.log(y_hat[k])
        else:
            terms[k] = 1 - np.log(y_hat[k])
    return terms.sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
