import numpy as np


def sigmoid(z):
    a = np.abs(z)
    s = 1 / (1 + np.exp(-a))
    return np.where(np.asarray(z) < 0, 1 - s, s)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return y_hat, h


def log_likelihood(y, y_hat):
    acc = 0.0
    for yk, pk in zip(y, y_hat):
        chance = pk if yk == 1 else 1 - pk
        acc += np.log(chance) if chance > 1e-250 else -575.0
    return acc


def backprop(x, y, h, y_hat, theta_y):
    e = y - y_hat
    g_h = np.zeros((x.shape[1], h.shape[1]))
    for i in range(g_h.shape[0]):
        for j in range(g_h.shape[1]):
            g_h[i, j] = np.sum(e * theta_y[j] * h[:, j] * (1 - h[:, j]) * x[:, i])
    return g_h, np.sum(e[:, None] * h, axis=0)
