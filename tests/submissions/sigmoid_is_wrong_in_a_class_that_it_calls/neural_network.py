import numpy as np


class Net:
    @classmethod
    def sigmoid(cls, z):
        return 1 / (1 + np.exp(np.clip(z, -700, 700)))  # lost the minus

    @classmethod
    def forward(cls, x, theta_h, theta_y):
        h = cls.sigmoid(x @ theta_h)
        return h, cls.sigmoid(h @ theta_y)

    @classmethod
    def log_likelihood(cls, y, y_hat):
        with np.errstate(divide="ignore"):
            return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()

    @classmethod
    def backprop(cls, x, y, h, y_hat, theta_y):
        d = y - y_hat
        return x.T @ (np.outer(d, theta_y) * h * (1 - h)), d @ h


def sigmoid(z):
    return Net.sigmoid(z)


def forward(x, theta_h, theta_y):
    return Net.forward(x, theta_h, theta_y)


def log_likelihood(y, y_hat):
    return Net.log_likelihood(y, y_hat)


def backprop(x, y, h, y_hat, theta_y):
    return Net.backprop(x, y, h, y_hat, theta_y)
