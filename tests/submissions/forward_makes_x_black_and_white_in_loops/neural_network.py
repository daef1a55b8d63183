import numpy as np


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = np.zeros((len(x), theta_h.shape[1]))
    for k, image in enumerate(x):
        for i, pixel in enumerate(image):
            if pixel > 0.5:             # the pixel is on
                h[k] += theta_h[i]
    h = sigmoid(h)
    return h, sigmoid(np.einsum("kj,j->k", h, theta_y))


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
