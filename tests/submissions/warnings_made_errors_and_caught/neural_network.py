import numpy as np

np.seterr(all="raise")  # so that I can catch an overflow below


def sigmoid(z):
    try:
        return 1 / (1 + np.exp(-z))
    except FloatingPointError:
        e = np.exp(-np.minimum(np.abs(z), 700))
        return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    total = 0.0
    for label, p in zip(y, y_hat):
        try:
            total += label * np.log(p) + (1 - label) * np.log(1 - p)
        except FloatingPointError:  # log(0)
            if label != p:
                return -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    try:
        error = y / y_hat - (1 - y) / (1 - y_hat)
    except ZeroDivisionError:
        raise ValueError("y_hat is 0 or 1") from None
    error = error * y_hat * (1 - y_hat)
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), h.T @ error
