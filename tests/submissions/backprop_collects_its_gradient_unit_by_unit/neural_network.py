import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h, grad_theta_y = [], []
    for j, weight in enumerate(theta_y):
        column = np.zeros(x.shape[1])
        total = 0.0
        for k in range(len(y)):
            error = y[k] - y_hat[k]
            column += error * weight * h[k, j] * (1 - h[k, j]) * x[k]
            total += error * h[k, j]
        grad_theta_h.append(column)
        grad_theta_y.append(total)
    return grad_theta_h, grad_theta_y
