import numpy as np


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    s = np.zeros(z.shape)
    s[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    s[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return s


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    y_hat = sigmoid(h.dot(theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    y_hat = np.clip(y_hat, 1e-5, 1 - 1e-5)
    total = 0
    for i in range(len(y)):
        total += y[i] * np.log(y_hat[i]) + (1 - y[i]) * np.log(1 - y_hat[i])
    return total


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T.dot(np.outer(error, theta_y) * h * (1 - h)), h.T.dot(error)
