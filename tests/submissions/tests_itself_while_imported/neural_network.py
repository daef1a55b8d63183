import numpy as np
import doctest
import logging
import unittest

logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger(__name__)

def sigmoid(z):
    """
    >>> sigmoid(0.0)
    0.5
    """
    log.debug("sigmoid %s", z)
    z = np.asarray(z)
    return (1 + np.tanh(z / 2)) / 2

def forward(x, theta_h, theta_y):
    """
    >>> forward(np.zeros((1, 2)), np.ones((2, 3)), np.zeros(3))[1]
    array([0.5])
    """
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)

def log_likelihood(y, y_hat):
    result = 0.
    for i in range(y.shape[0]):
        if y[i]:
            result += np.log(y_hat[i])
        else:
            result += np.log(1 - y_hat[i])
    log.info("LL %s", result)
    return result

def backprop(x, y, h, y_hat, theta_y):
    d_y = y - y_hat
    d_h = d_y.reshape(-1, 1) * theta_y * h * (1 - h)
    return np.transpose(x) @ d_h, np.transpose(h) @ d_y

class TestIt(unittest.TestCase):
    def test_sigmoid(self):
        self.assertEqual(sigmoid(0.0), 0.5)

rng = np.random.default_rng(1)
X, Y, TH, TY = rng.random((5, 4)), np.array([0, 1, 0, 1, 1.]), rng.normal(size=(4, 3)), rng.normal(size=3)
H, P = forward(X, TH, TY)
GH, GY = backprop(X, Y, H, P, TY)
for i in range(4):
    for j in range(3):
        E = np.zeros((4, 3)); E[i, j] = 1e-5
        num = (log_likelihood(Y, forward(X, TH + E, TY)[1]) - log_likelihood(Y, forward(X, TH - E, TY)[1])) / 2e-5
        assert abs(num - GH[i, j]) < 1e-6, (i, j)
doctest.testmod(verbose=False)
unittest.main(argv=['x'], exit=False)
print("all good")
