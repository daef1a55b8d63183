import numpy as np


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    out = np.empty(z.shape)
    neg = z < 0
    out[~neg] = 1 / (1 + np.exp(-z[~neg]))
    out[neg] = np.exp(z[neg]) / (1 + np.exp(z[neg]))
    return out[()]


def forward(x, theta_h, theta_y):
    return (h := sigmoid(x @ theta_h)), sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    likelihood = y * y_hat + (1 - y) * (1 - y_hat)
    return np.log(likelihood, out=np.full_like(likelihood, -np.inf), where=likelihood > 0).sum()


def backprop(x, y, h, y_hat, theta_y):
    error = (y - y_hat).reshape(-1, 1)
    grad_theta_h = x.T @ (error * h * (1 - h))
    return grad_theta_h, (h.T @ error).flatten()
