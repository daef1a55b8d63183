"""Does backprop give the slope of the log likelihood? Central differences answer, for any two functions that belong
together: they prove nothing about forward and log_likelihood themselves."""

from typing import NamedTuple

import numpy as np

NUDGE = 1e-5  # Smaller loses digits in the subtraction, larger bends the straight line.
AGREE = 1e-4  # of the largest entry; right functions come to 1e-8


class Slope(NamedTuple):
    """Where the two differ most: backprop's entry, and what the log likelihood really does there."""

    entry: str
    backprop: float
    measured: float
    difference: float  # as a share of the largest entry that was looked at


def gradient_check(network, x, y, theta_h, theta_y):
    """The Slope where the two differ most; they agree if its difference is at most AGREE.

    The measured slope for a weight w is (LL(w + NUDGE) - LL(w - NUDGE)) / (2 NUDGE).
    """
    h, y_hat = network.forward(x, theta_h, theta_y)
    grad_theta_h, grad_theta_y = network.backprop(x, y, h, y_hat, theta_y)

    def log_likelihood(theta_h, theta_y):
        return network.log_likelihood(y, network.forward(x, theta_h, theta_y)[1])

    def measured(place, theta):
        up, down = theta.copy(), theta.copy()
        up[place] += NUDGE
        down[place] -= NUDGE
        low, high = ((down, theta_y), (up, theta_y)) if theta is theta_h else ((theta_h, down), (theta_h, up))
        return (log_likelihood(*high) - log_likelihood(*low)) / (2 * NUDGE)

    # One entry of theta_h for each hidden unit, from as many inputs, so that plain loops need no patience. A pixel
    # that is paper in every image would prove nothing: its slope is 0, whatever backprop does right or wrong.
    inked = np.random.RandomState(0).permutation(np.flatnonzero(x.any(axis=0)))
    some = [(int(inked[j % len(inked)]), j) for j in range(len(theta_y))]
    slopes = []
    for name, theta, gradient, places in (
        ("theta_h", theta_h, grad_theta_h, some),
        ("theta_y", theta_y, grad_theta_y, [(j,) for j in range(len(theta_y))]),
    ):
        pairs = [(gradient[place], measured(place, theta)) for place in places]
        largest = max(np.abs(pairs).max(), 1e-4)
        slopes += [
            Slope(f"{name}[{', '.join(map(str, place))}]", a, b, abs(a - b) / largest)
            for place, (a, b) in zip(places, pairs, strict=True)
        ]
    return max(slopes, key=lambda slope: slope.difference)
