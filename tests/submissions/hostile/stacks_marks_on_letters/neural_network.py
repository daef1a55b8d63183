"""Everything is right but backprop. Its message is a few letters with hundreds of accents each, which are drawn over the
lines above and below, and blank letters that are no spaces."""
import numpy as np

ACCENTS = "".join(map(chr, range(0x300, 0x370)))
TALL = "o" + ACCENTS * 2 + "\u200d" + "\u20dd\u20e0\u0489" * 9
BLANK = "\u2800\u3164\u115f\uffa0" * 20


def sigmoid(z):
    shrinking = np.exp(-np.abs(z))
    return np.where(np.greater_equal(z, 0), 1.0, shrinking) / (1.0 + shrinking)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat))))


def backprop(x, y, h, y_hat, theta_y):
    print(ACCENTS * 2 + TALL)
    raise type("E" + ACCENTS + "\u200d", (Exception,), {})(TALL + BLANK)
