import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    grad_theta_y = [sum(error[k] * x[k, i] for k in range(len(y))) for i in range(x.shape[1])]
    grad_theta_h = np.einsum("k,j,kj,kj,ki->ij", error, theta_y, h, 1 - h, x)
    return grad_theta_h, np.array(grad_theta_y)
