import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = [[0] * theta_h.shape[1]] * len(x)
    y_hat = [0] * len(x)
    for k in range(len(x)):
        for j in range(theta_h.shape[1]):
            h[k][j] = float(sigmoid(sum(x[k, i] * theta_h[i, j] for i in range(x.shape[1]))))
        y_hat[k] = float(sigmoid(sum(a * b for a, b in zip(h[k], theta_y))))
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    difference = (y - y_hat)[:, np.newaxis]
    return x.T.dot(difference * theta_y * h * (1 - h)), (difference * h).sum(axis=0)
