"""Does backprop give the slope of the log likelihood, or backprop_multi that of the squared error? Central differences
answer, for any functions that belong together: they prove nothing about forward and log_likelihood themselves.
"""

import time
from typing import NamedTuple

import numpy as np

# Smaller than NUDGE loses digits in the subtraction, larger bends the straight line. Of the largest entry AGREE is
# allowed; right functions come to 1e-8. With the 7 digits of float32 both have to be larger.
NUDGE, AGREE = 1e-5, 1e-4
NUDGE_SINGLE, AGREE_SINGLE = 1e-2, 1e-2
MOST, FEWEST = 20, 3  # entries of each array that are looked at, as many as there is time for
SECONDS = 4.0


class Comparison(NamedTuple):
    """Slopes as backprop gives them beside the measured ones, where the two differ most."""

    entry: str
    backprop: float
    measured: float
    difference: float  # as a share of the largest entry that was looked at
    agrees: bool
    factor: float | None  # by which every entry of backprop must be multiplied to be right, if there is such a number


def gradient_check(network, x, y, first, second):
    """Compare backprop with the slope that the student's own forward and log_likelihood have there.

    The measured slope for a weight w is (LL(w + NUDGE) - LL(w - NUDGE)) / (2 NUDGE).
    """
    nudge, agree = (NUDGE_SINGLE, AGREE_SINGLE) if _is_single(network, x, y, first, second) else (NUDGE, AGREE)
    begin = time.perf_counter()
    h, y_hat = network.forward(x, first, second)
    network.score(y, y_hat)
    count = int(min(MOST, max(FEWEST, SECONDS / 4 / max(time.perf_counter() - begin, 1e-9))))
    gradients = network.backprop(x, y, h, y_hat, second)

    def score(first, second):
        return network.score(y, network.forward(x, first, second)[1])

    def measured(place, weights):
        up, down = weights.copy(), weights.copy()
        up[place] += nudge
        down[place] -= nudge
        low, high = ((down, second), (up, second)) if weights is first else ((first, down), (first, up))
        return (score(*high) - score(*low)) / (2 * nudge)

    # One entry for each hidden unit, from as many inputs and to as many outputs, so that plain loops need no patience.
    # A pixel that is paper in every image would prove nothing: its slope is 0, whatever backprop does right or wrong.
    inked = np.random.RandomState(0).permutation(np.flatnonzero(x.any(axis=0)))
    units = range(len(second))
    entries, said, found, scale = [], [], [], []
    for name, weights, gradient, places in (
        (network.WEIGHTS[0], first, gradients[0], [(int(inked[j % len(inked)]), j) for j in units]),
        (network.WEIGHTS[1], second, gradients[1], [(j, *(j % size for size in second.shape[1:])) for j in units]),
    ):
        pairs = np.array([(gradient[place], measured(place, weights)) for place in places[:count]])
        entries += [f"{name}[{', '.join(map(str, place))}]" for place in places[:count]]
        said += [*pairs[:, 0]]
        found += [*pairs[:, 1]]
        # Each array by its own measure: an error of the smaller one must not hide behind the larger.
        scale += [max(np.abs(pairs).max(), 1e-4)] * len(pairs)
    said, found, scale = np.array(said), np.array(found), np.array(scale)
    differences = np.abs(said - found) / scale
    worst = int(differences.argmax())
    factor = float(said @ found / max(said @ said, 1e-300))
    fits = np.all(np.abs(factor * said - found) <= agree * scale)
    agrees = bool(differences[worst] <= agree)
    return Comparison(entries[worst], said[worst], found[worst], differences[worst], agrees, factor if fits else None)


def _is_single(network, x, y, first, second):
    """Whether forward or log_likelihood keep 7 digits only. That is allowed, and too few for a small NUDGE."""
    results = [*network.call(network.FORWARD, x, first, second), network.call(network.SCORE, y, np.full(y.shape, 0.5))]
    return any(getattr(result, "dtype", None) in (np.float32, np.float16) for result in results)
