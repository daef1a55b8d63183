import numpy as np

N_INPUT = 40
N_HIDDEN = 20


def sigmoid(z):
    z = np.clip(z, -100, 100)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    n = x.shape[0]
    h = np.zeros((n, N_HIDDEN))
    y_hat = np.zeros(n)
    for k in range(n):
        for j in range(N_HIDDEN):
            z = 0
            for i in range(N_INPUT):
                z += x[k, i] * theta_h[i, j]
            h[k, j] = sigmoid(z)
        y_hat[k] = sigmoid(sum(h[k, j] * theta_y[j] for j in range(N_HIDDEN)))
    return h, y_hat


def log_likelihood(y, y_hat):
    ll = np.where(y == 1, y_hat, 1 - y_hat)
    return np.sum(np.log(np.maximum(ll, 1e-30)))


def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    return x.T @ (np.outer(delta, theta_y) * h * (1 - h)), h.T @ delta
