import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    eps = 1e-18
    first = y * np.log(y_hat + eps)
    second = (1 - y) * np.log(1 - y_hat + eps)
    return np.sum(first + second)


def backprop(x, y, h, y_hat, theta_y):
    d_ll_d_yhat = y / y_hat + (1 - y) / (1 - y_hat)     # from the slide
    d_yhat_d_z = y_hat * (1 - y_hat)
    chain = d_ll_d_yhat * d_yhat_d_z
    grad_theta_y = (chain[:, None] * h).sum(axis=0)
    grad_theta_h = x.T @ (chain[:, None] * theta_y[None, :] * h * (1 - h))
    return grad_theta_h, grad_theta_y
