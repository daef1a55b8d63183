import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_y = np.array([sum((y_hat[k] - y[k]) * h[k, j] for k in range(len(y))) for j in range(len(theta_y))])
    grad_theta_h = np.einsum("k,j,kj,ki->ij", y - y_hat, theta_y, h * (1 - h), x)
    return grad_theta_h, grad_theta_y
