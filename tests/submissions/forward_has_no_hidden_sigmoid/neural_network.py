import numpy as np


def sigmoid(z):
    e = np.exp(-np.fabs(z))
    return np.where(np.less(z, 0), e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = x @ theta_h
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    success = y_hat[y == 1]
    failure = 1 - y_hat[y == 0]
    every = np.concatenate([success, failure])
    return -np.inf if 0 in every else np.log(every).sum()


def backprop(x, y, h, y_hat, theta_y):
    dll_dyhat = y / y_hat - (1 - y) / (1 - y_hat)
    dyhat_dz = y_hat * (1 - y_hat)
    dz_dh = theta_y
    dh_dz = h * (1 - h)
    first = (dll_dyhat * dyhat_dz)[:, None]
    return x.T @ (first * dz_dh * dh_dz), (first * h).sum(axis=0)
