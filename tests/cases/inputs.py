"""Inputs of the cases with hidden data, and the rules for choosing any input. Never part of the starter.

A careless input hides mistakes: one datapoint hides an average, m_x = m_h hides a transpose, y_hat near 0 or 1 hides
everything. Hence distinct sizes, both labels, dense x, and y_hat within [0.1, 0.9] unless a case is about confidence.
"""

import numpy as np
from reference import forward

# RandomState, because NumPy never changes its stream: a regrade next year sees the same data.
# Each row is n, m_x, m_h. STEPS begins with m_x and m_h as in the open cases, but with other values; then m_x changes,
# and the first row of SIZES changes m_h. A program that is right in one row and wrong in the next fails because of a
# size, and it is known which one (autograder/naming/sizes.py). Each row of STEPS has more images than the next row, or
# a limit on n could be mistaken for the cause; and each has many, because too many mistakes look alike on one image.
# SIZES holds more inputs than hidden units, fewer, as many, one hidden unit, many images, and the lecture's own size.
STEPS = ((11, 3, 2), (9, 3, 2), (8, 5, 2))
SIZES = ((7, 5, 3), (4, 3, 6), (5, 4, 4), (5, 4, 1), (70, 5, 4), (6, 40, 20))


def confident_network():
    """Return a network with weighted sums from -12 to 12 and y_hat from 0.001 to 0.999: x, theta_h, theta_y."""
    x = np.array([[1.0, 0.1, 0.9], [0.2, 1.0, 0.4], [0.9, 0.8, 0.05]])
    theta_h = np.array([[12.0, -9.0], [-9.0, 12.0], [0.5, -0.5]])
    theta_y = np.array([7.2, -7.2])
    return x, theta_h, theta_y


def confident_hidden_layer():
    """Return images with confident predictions, right and wrong, some with h near 0 and 1: x, y, h, y_hat, theta_y.

    y_hat follows from h and theta_y, so that a program may compute one from the other.
    """
    random = np.random.RandomState(470)
    theta_y = np.array([12.0, -11.0, 5.0])
    h = np.array([[0.0, 0.1, 0.3], [0.0, 0.005, 0.3], [0.0, 0.9, 0.2], [0.0, 0.995, 0.2]])
    sure = np.log(0.9995 / 0.0005) * np.array([1.0, 1.0, -1.0, -1.0])
    h[:, 0] = (sure - h[:, 1:] @ theta_y[1:]) / theta_y[0]
    y_hat = 1 / (1 + np.exp(-(h @ theta_y)))
    return random.uniform(0.05, 1, (4, 6)), np.array([1.0, 0.0, 1.0, 0.0]), h, y_hat, theta_y


def network(seed, n, m_x, m_h):
    """Return a random network whose values tell right programs from wrong ones: x, y, theta_h, theta_y."""
    random = np.random.RandomState(seed)
    while True:
        x = random.uniform(0.05, 1, (n, m_x))
        theta_h = random.normal(0, 0.5 if m_x < 20 else 0.2, (m_x, m_h))
        theta_y = random.normal(0, 1 if m_h < 10 else 0.4, m_h)
        y = (random.uniform(size=n) < 0.5).astype(float)
        if np.abs(theta_y).min() <= 0.02 or (n > 1 and not 0 < y.sum() < n):
            continue
        _, y_hat = forward(x, theta_h, theta_y)
        if y_hat.min() > 0.1 and y_hat.max() < 0.9:
            return x, y, theta_h, theta_y
