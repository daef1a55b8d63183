import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    s = 0
    for t, p in zip(y, y_hat):
        s += np.log(max(p if t == 1 else 1 - p, 1e-30))
    return s


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((40, 20))
    grad_theta_y = np.zeros(20)
    for k in range(len(x)):
        for j in range(20):
            delta = y[k] - y_hat[k]
            grad_theta_y[j] += delta * h[k, j]
            for i in range(40):
                grad_theta_h[i, j] += delta * theta_y[j] * h[k, j] * (1 - h[k, j]) * x[k, i]
    return grad_theta_h, grad_theta_y
