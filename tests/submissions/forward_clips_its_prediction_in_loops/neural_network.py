import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h, y_hat = [], []
    for image in x:
        row = [float(sigmoid(np.dot(image, theta_h[:, j]))) for j in range(theta_h.shape[1])]
        p = float(sigmoid(np.dot(row, theta_y)))
        h.append(row)
        y_hat.append(max(0.05, min(p, 0.95)))
    return np.array(h), np.array(y_hat)


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    d_output = (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)
    d_hidden = d_output[:, None] * theta_y * h * (1 - h)
    return np.einsum("ki,kj->ij", x, d_hidden), np.einsum("k,kj->j", d_output, h)
