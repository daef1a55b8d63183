import numpy as np


class net:
    """just a namespace"""

    @staticmethod
    def squash(z):
        return np.exp(-np.logaddexp(0, np.negative(z)))


sigmoid = net.squash


def forward(x, theta_h, theta_y):
    h = net.squash(x @ theta_h)
    return h, net.squash(h @ theta_y)


def log_likelihood(y, y_hat):
    return sum(np.log(b) if a == 1 else np.log1p(-b) for a, b in zip(y, y_hat) if a != b)


def backprop(x, y, h, y_hat, theta_y):
    # gradient of the loss
    error = y_hat - y
    grad_theta_y = h.T @ error
    grad_theta_h = x.T @ (error[:, None] * theta_y * h * (1 - h))
    return grad_theta_h, grad_theta_y
