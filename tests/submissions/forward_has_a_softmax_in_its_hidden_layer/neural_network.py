import math
import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    rows = []
    for image in x:
        z = [float(np.dot(image, theta_h[:, j])) for j in range(theta_h.shape[1])]
        most = max(z)
        e = [math.exp(v - most) for v in z]
        rows.append([v / sum(e) for v in e])
    h = np.array(rows)
    return h, np.array([float(sigmoid(np.dot(row, theta_y))) for row in h])


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    d_output = (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)
    d_hidden = d_output[:, None] * theta_y * h * (1 - h)
    return np.einsum("ki,kj->ij", x, d_hidden), np.einsum("k,kj->j", d_output, h)
