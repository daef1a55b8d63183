"""Inputs of the cases whose data stay hidden, and how all inputs are chosen. Never part of the starter.

A careless input hides mistakes: one datapoint hides an average, m_x = m_h hides a transpose, y_hat near 0 or 1 hides
everything. Hence distinct sizes, both labels, dense x, and y_hat within [0.1, 0.9] unless a case is about confidence.
"""

import numpy as np
from reference import forward

# RandomState, because its stream is frozen for ever: a regrade next year sees the same data.
SIZES = ((7, 5, 3), (4, 3, 6), (6, 40, 20))


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
