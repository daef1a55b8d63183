import numpy as np

ETA = 0.01


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(1 - np.abs(y - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    grad_theta_y = h.T @ error
    theta_y = theta_y + ETA * grad_theta_y          # step uphill
    grad_theta_h = x.T @ (np.outer(error, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y
