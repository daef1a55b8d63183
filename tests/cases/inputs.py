"""Inputs of the cases whose data stay hidden, and how all inputs are chosen. Never part of the starter.

A careless input hides mistakes: one datapoint hides an average, m_x = m_h hides a transpose, y_hat near 0 or 1 hides
everything. Hence distinct sizes, both labels, dense x, and y_hat within [0.1, 0.9] unless a case is about confidence.
"""

import numpy as np
from reference import forward

# RandomState, because its stream is frozen for ever: a regrade next year sees the same data.
# n, m_x, m_h: more and fewer inputs than hidden units, as many, one hidden unit, many images, the lecture's own size.
# First m_x and m_h as in the open cases, with other values; then another m_x; m_h changes with the first of SIZES. Who
# is right here and wrong there is wrong for a size, and for which one is known (autograder/sizes.py). More images than
# the next have, lest a limit on their number be taken for it, and many: with one alone, too many mistakes look alike.
STEPS = ((11, 3, 2), (9, 3, 2), (8, 5, 2))
SIZES = ((7, 5, 3), (4, 3, 6), (5, 4, 4), (5, 4, 1), (70, 5, 4), (6, 40, 20))


def confident_network():
    """A network whose weighted sums run from -12 to 12 and whose y_hat from 0.001 to 0.999: x, theta_h, theta_y."""
    x = np.array([[1.0, 0.1, 0.9], [0.2, 1.0, 0.4], [0.9, 0.8, 0.05]])
    theta_h = np.array([[12.0, -9.0], [-9.0, 12.0], [0.5, -0.5]])
    theta_y = np.array([7.2, -7.2])
    return x, theta_h, theta_y


def confident_hidden_layer():
    """Images sure of themselves, rightly and wrongly, some with hidden units near 0 and 1: x, y, h, y_hat, theta_y.

    y_hat belongs to h and theta_y, so that a program may compute one from the other.
    """
    random = np.random.RandomState(470)
    theta_y = np.array([12.0, -11.0, 5.0])
    h = np.array([[0.0, 0.1, 0.3], [0.0, 0.005, 0.3], [0.0, 0.9, 0.2], [0.0, 0.995, 0.2]])
    sure = np.log(0.9995 / 0.0005) * np.array([1.0, 1.0, -1.0, -1.0])
    h[:, 0] = (sure - h[:, 1:] @ theta_y[1:]) / theta_y[0]
    y_hat = 1 / (1 + np.exp(-(h @ theta_y)))
    return random.uniform(0.05, 1, (4, 6)), np.array([1.0, 0.0, 1.0, 0.0]), h, y_hat, theta_y


def network(seed, n, m_x, m_h):
    """Inputs, labels and parameters of a random network that separates right from wrong: x, y, theta_h, theta_y."""
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
