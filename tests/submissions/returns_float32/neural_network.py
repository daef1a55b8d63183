import numpy as np

DTYPE = np.float32  # half the memory


def sigmoid(z):
    z = np.asarray(z, dtype=DTYPE)
    out = np.empty_like(z)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    out[~positive] = e / (1 + e)
    return out[()]


def forward(x, theta_h, theta_y):
    x, theta_h, theta_y = (a.astype(DTYPE) for a in (x, theta_h, theta_y))
    h = sigmoid(np.dot(x, theta_h))
    y_hat = sigmoid(np.dot(h, theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    y_hat = np.asarray(y_hat, dtype=DTYPE)
    eps = DTYPE(1e-30)
    right = np.where(y == 1, y_hat, 1 - y_hat)
    return np.log(np.maximum(right, eps)).sum(dtype=DTYPE)


def backprop(x, y, h, y_hat, theta_y):
    x, y, h, y_hat, theta_y = (np.array(a, dtype=DTYPE) for a in (x, y, h, y_hat, theta_y))
    residual = y - y_hat
    grad_theta_y = residual @ h
    grad_theta_h = x.T @ (residual[:, np.newaxis] * theta_y * h * (1 - h))
    return grad_theta_h, grad_theta_y
