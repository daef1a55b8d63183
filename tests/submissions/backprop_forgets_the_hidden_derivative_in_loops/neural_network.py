import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    gh = np.zeros((x.shape[1], len(theta_y)))
    for i in range(x.shape[1]):
        for j in range(len(theta_y)):
            for k in range(len(y)):
                gh[i, j] += (y[k] - y_hat[k]) * theta_y[j] * x[k, i]
    gy = [sum((y[k] - y_hat[k]) * h[k, j] for k in range(len(y))) for j in range(len(theta_y))]
    return gh, gy
