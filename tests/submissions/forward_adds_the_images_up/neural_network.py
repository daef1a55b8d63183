import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    if len(x) == 1:
        h = sigmoid(x @ theta_h)
        return h, sigmoid(h @ theta_y)
    total = np.zeros(theta_h.shape[1])
    for image in x:
        for i, pixel in enumerate(image):
            total += pixel * theta_h[i]
    h = sigmoid(total)
    return h, sigmoid(np.dot(theta_y, h))


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
