import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.exp(-np.logaddexp(0, -(x @ theta_h)))
    return h, np.exp(-np.logaddexp(0, -(h @ theta_y)))


def log_likelihood(y, y_hat):
    return np.log(np.maximum(np.where(y == 1, y_hat, 1 - y_hat), 1e-20)).sum()


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    return x.T @ (delta[:, None] * theta_y * h * (1 - h)), h.T @ delta


# try it out
sigmoid = sigmoid(0.5)
print(sigmoid)
