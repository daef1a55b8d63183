import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = np.zeros((x.shape[0], theta_h.shape[1]))
    for k in range(x.shape[0]):
        for j in range(theta_h.shape[1]):
            for i in range(x.shape[1]):
                total = x[k, i] * theta_h[i, j]
            h[k, j] = sigmoid(total)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    difference = (y - y_hat)[:, np.newaxis]
    return x.T.dot(difference * theta_y * h * (1 - h)), (difference * h).sum(axis=0)
