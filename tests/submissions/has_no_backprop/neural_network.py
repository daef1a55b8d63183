import numpy as np


def sigmoid(z):
    return 0.5 + np.tanh(np.asarray(z) * 0.5) * 0.5


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(p).sum()


# will do backprop after the midterm
