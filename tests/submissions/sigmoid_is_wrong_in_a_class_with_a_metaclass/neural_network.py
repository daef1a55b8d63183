import abc

import numpy as np


class Registry(type):
    functions = {}

    def __new__(mcls, name, bases, space):
        cls = super().__new__(mcls, name, bases, space)
        for key, value in space.items():
            if isinstance(value, staticmethod):
                mcls.functions[key] = value.__func__
        return cls


class Math(metaclass=Registry):
    @staticmethod
    def sigmoid(z):
        return 0.5 + 0.5 * np.tanh(np.asarray(z))

    @staticmethod
    def forward(x, theta_h, theta_y):
        h = Math.sigmoid(x @ theta_h)
        return h, Math.sigmoid(h @ theta_y)


class More(Math):
    @staticmethod
    def log_likelihood(y, y_hat):
        with np.errstate(divide="ignore"):
            return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()

    @staticmethod
    def backprop(x, y, h, y_hat, theta_y):
        d = y - y_hat
        return x.T @ (np.outer(d, theta_y) * h * (1 - h)), d @ h


globals().update(Registry.functions)
