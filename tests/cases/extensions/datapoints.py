"""Inputs of the cases with hidden data, and the rules for choosing any input. Never part of the starter.

As in the first hundred points: distinct sizes, both labels, dense inputs, and outputs within [0.1, 0.9], where a wrong
formula shows. The sizes of the open cases come first, with other values.
"""

import numpy as np
from reference import forward_multi, sigmoid

# RandomState, because NumPy never changes its stream: a regrade next year sees the same data.
# Each row is n, m_x.
POINTS = ((3, 3), (6, 3), (9, 3), (7, 5), (4, 8), (5, 1), (1, 4), (40, 6))
# The same for the perceptron, whose open case trains with four datapoints.
LINES = ((4, 3), *POINTS[1:])
# Each row is n, m_x, m_h, K.
STEPS = ((4, 3, 2, 3), (6, 3, 2, 3), (7, 5, 3, 3), (7, 5, 4, 6))
NETWORKS = (*STEPS, (4, 3, 6, 5), (5, 4, 4, 4), (5, 4, 3, 1), (30, 6, 4, 3))


def points(seed, n, m_x):
    """Return datapoints, labels, and weights of one unit without confident outputs: x, y, w."""
    random = np.random.RandomState(seed)
    while True:
        x, w = random.uniform(0.05, 1, (n, m_x)), random.normal(0, 0.8, m_x)
        y = (random.uniform(size=n) < 0.5).astype(float)
        y_hat = sigmoid(x @ w)
        both = n == 1 or 0 < y.sum() < n
        # Near a weighted sum of 0, rounding would decide the step function's answer.
        if both and y_hat.min() > 0.1 and y_hat.max() < 0.9 and np.abs(x @ w).min() > 0.02:
            return x, y, w


def on_either_side(seed, n, m_x):
    """Return the same, with weights that give some datapoints a yes and others a no, unless n or m_x is 1."""
    x, y, w = points(seed, n, m_x)
    if n == 1 or m_x == 1:  # all of them would lie on the line
        return x, y, w
    return x, y, w - x.mean(axis=0) @ w / x.mean(axis=0).sum()


def network(seed, n, m_x, m_h, K):
    """Return datapoints, one-hot labels, and weights of a network without confident outputs: x, y, W, V."""
    random = np.random.RandomState(seed)
    while True:
        x = random.uniform(0.05, 1, (n, m_x))
        W, V = (
            random.normal(0, 0.5 if m_x < 20 else 0.2, (m_x, m_h)),
            random.normal(0, 1 if m_h < 10 else 0.4, (m_h, K)),
        )
        y = np.eye(K)[random.randint(K, size=n)]  # with K = 1, every datapoint has label 1
        _, y_hat = forward_multi(x, W, V)
        ordered = np.sort(y_hat, axis=1)
        apart = K == 1 or np.diff(ordered, axis=1).min() > 1e-3  # no two outputs may be equal up to rounding
        if y_hat.min() > 0.1 and y_hat.max() < 0.9 and apart and (n < 3 or K == 1 or len(np.unique(y, axis=0)) > 1):
            return x, y, W, V
