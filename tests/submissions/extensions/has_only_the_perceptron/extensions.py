import numpy as np


def perceptron_predict(x, w):
    return np.where(np.dot(x, w) >= 0, 1, 0)


def train_perceptron(x, y, w, eta, order):
    for k in order:
        w = w + eta * (y[k] - (1 if np.dot(x[k], w) >= 0 else 0)) * x[k]
    return w
