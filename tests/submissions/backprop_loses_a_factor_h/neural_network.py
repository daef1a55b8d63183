import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    columns = []
    for j, weight in enumerate(theta_y):
        unit = h[:, j]
        columns.append(sum(error[k] * weight * (1 - unit[k]) * x[k] for k in range(len(y))))
    return np.transpose(columns), [np.dot(error, h[:, j]) for j in range(len(theta_y))]
