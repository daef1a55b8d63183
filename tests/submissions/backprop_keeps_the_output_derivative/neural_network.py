import numpy as np

# adapted from the 11-lines-of-python network


def sigmoid(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def forward(X, syn0, syn1):
    l1 = sigmoid(np.dot(X, syn0))
    l2 = sigmoid(np.dot(l1, syn1))
    return l1, l2


def log_likelihood(y, l2):
    return np.log(np.maximum(np.where(y == 1, l2, 1 - l2), 1e-12)).sum()


def backprop(X, y, l1, l2, syn1):
    l2_error = y - l2
    l2_delta = l2_error * sigmoid(l2, deriv=True)
    l1_error = np.outer(l2_delta, syn1)
    l1_delta = l1_error * sigmoid(l1, deriv=True)
    return X.T.dot(l1_delta), l1.T.dot(l2_delta)
