"""Inputs of the cases whose data stay hidden, and how all inputs are chosen. Never part of the starter.

As in the first hundred points: distinct sizes, both labels, dense inputs, and outputs within [0.1, 0.9], where a
wrong formula shows; sizes at which the open cases were right come first, with other values.
"""

import numpy as np
from reference import forward_multi, sigmoid

# RandomState, because its stream is frozen for ever: a regrade next year sees the same data.
# n, m_x
POINTS = ((3, 3), (6, 3), (9, 3), (7, 5), (4, 8), (5, 1), (1, 4), (40, 6))
# The same for the perceptron, which is trained with four datapoints in its open case.
LINES = ((4, 3), *POINTS[1:])
# n, m_x, m_h, K
STEPS = ((4, 3, 2, 3), (6, 3, 2, 3), (7, 5, 3, 3), (7, 5, 4, 6))
NETWORKS = (*STEPS, (4, 3, 6, 5), (5, 4, 4, 4), (5, 4, 3, 1), (30, 6, 4, 3))


def points(seed, n, m_x):
    """Datapoints, labels and weights of one unit that is sure of nothing: x, y, w."""
    random = np.random.RandomState(seed)
    while True:
        x, w = random.uniform(0.05, 1, (n, m_x)), random.normal(0, 0.8, m_x)
        y = (random.uniform(size=n) < 0.5).astype(float)
        y_hat = sigmoid(x @ w)
        both = n == 1 or 0 < y.sum() < n
        # A weighted sum of nearly 0 would leave the step function to rounding.
        if both and y_hat.min() > 0.1 and y_hat.max() < 0.9 and np.abs(x @ w).min() > 0.02:
            return x, y, w


def on_either_side(seed, n, m_x):
    """The same, with weights that give some datapoints a yes and others a no, where there are several of each."""
    x, y, w = points(seed, n, m_x)
    if n == 1 or m_x == 1:  # the line would go through all of them
        return x, y, w
    return x, y, w - x.mean(axis=0) @ w / x.mean(axis=0).sum()


def network(seed, n, m_x, m_h, K):
    """Datapoints, one-hot labels and weights of a network that is sure of nothing: x, y, W, V."""
    random = np.random.RandomState(seed)
    while True:
        x = random.uniform(0.05, 1, (n, m_x))
        W, V = (
            random.normal(0, 0.5 if m_x < 20 else 0.2, (m_x, m_h)),
            random.normal(0, 1 if m_h < 10 else 0.4, (m_h, K)),
        )
        y = np.eye(K)[random.randint(K, size=n)]  # with a single output, every datapoint is of its class
        _, y_hat = forward_multi(x, W, V)
        ordered = np.sort(y_hat, axis=1)
        apart = K == 1 or np.diff(ordered, axis=1).min() > 1e-3  # no two outputs may be equal by rounding
        if y_hat.min() > 0.1 and y_hat.max() < 0.9 and apart and (n < 3 or K == 1 or len(np.unique(y, axis=0)) > 1):
            return x, y, W, V
