import numpy as np


def sigmoid(z):
    z = np.clip(z, -90, 90)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    ll = 0
    for k in range(len(y)):
        q = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        ll = ll + (np.log(q) if q > 0 else -9e9)
    return ll


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for k in range(len(y)):
        delta = y[k] - y_hat[k]
        for j in range(h.shape[1]):
            grad_theta_y[j] += delta * h[k, j]
            for i in range(x.shape[1]):
                grad_theta_h[i, j] += delta * theta_y[j] * h[k, j] * (h[k, j] - 1) * x[k, i]
    return grad_theta_h, grad_theta_y
