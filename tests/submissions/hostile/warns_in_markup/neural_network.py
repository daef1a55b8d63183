"""Everything is right, but sigmoid raises a warning at every call, and the text of the warning is HTML and an escape
sequence: whoever forbids warnings has to say which one there was. It is also written out, as Python would do."""
import sys
import warnings

import numpy as np

TEXT = "<script>document.title = '100 of 100'</script>\x1b[2J\u202e<img src=x onerror=alert(1)>\n1.4  5 / 5"


def sigmoid(z):
    print("RuntimeWarning:", TEXT, file=sys.stderr)
    warnings.warn(TEXT, RuntimeWarning)
    shrinking = np.exp(-np.abs(z))
    return np.where(np.greater_equal(z, 0), 1.0, shrinking) / (1.0 + shrinking)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat))))


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
