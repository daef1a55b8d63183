import numpy as np


def sigmoid(z):
    ez = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + ez), ez / (1 + ez))


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    good = np.where(y == 1, y_hat, 1 - y_hat)
    return -np.inf if good.min() == 0 else np.log(good).sum()


def backprop(x, y, h, y_hat, theta_y):
    gh = np.zeros((x.shape[1], len(theta_y)))
    gy = np.zeros(len(theta_y))
    for k in range(len(x)):
        for j in range(len(theta_y)):
            gy[j] = (y[k] - y_hat[k]) * h[k][j]
            for i in range(x.shape[1]):
                gh[i][j] = (y[k] - y_hat[k]) * theta_y[j] * h[k][j] * (1 - h[k][j]) * x[k][i]
    return gh, gy
