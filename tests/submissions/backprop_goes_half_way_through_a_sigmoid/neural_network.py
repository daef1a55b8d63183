import warnings

import numpy as np

warnings.filterwarnings("error")
warnings.filterwarnings("ignore", category=DeprecationWarning)
np.seterr(all="raise", under="ignore")
np.set_printoptions(precision=3, suppress=True)


def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    out = np.empty_like(z)
    right = z >= 0
    out[right] = 1 / (1 + np.exp(-z[right]))
    t = np.exp(z[~right])
    out[~right] = t / (1 + t)
    return out


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    try:
        with np.errstate(divide="raise"):
            return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()
    except FloatingPointError:
        return -np.inf


def backprop(x, y, h, y_hat, theta_y):
    slope = y / y_hat - (1 - y) / (1 - y_hat)
    slope = slope * y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
