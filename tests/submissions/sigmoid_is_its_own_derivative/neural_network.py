import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    s = np.where(np.asarray(z) >= 0, 1, e) / (1 + e)
    return s * (1 - s)


def forward(x, theta_h, theta_y):
    hidden = []
    output = []
    for picture in x:
        unit = sigmoid(theta_h.T.dot(picture))
        hidden.append(unit)
        output.append(sigmoid(np.dot(theta_y, unit)))
    return np.array(hidden), np.array(output)


def log_likelihood(y, y_hat):
    surprise = -np.log(np.maximum(np.where(y == 1, y_hat, 1 - y_hat), 1e-35))
    return -surprise.sum()


def backprop(x, y, h, y_hat, theta_y):
    delta_2 = y - y_hat
    delta_1 = h * (1 - h) * (delta_2[:, None] * theta_y)
    return np.tensordot(x, delta_1, axes=(0, 0)), np.tensordot(delta_2, h, axes=(0, 0))
