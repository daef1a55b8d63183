"""What the training cases train on, and how. Hidden with them: held-out digits, initial weights, orders.

All data, weights, and orders are fixed, so stochastic descent is deterministic: a right program ends within 1e-14 of
the reference's weights, in float32 within 1e-5 (docs/calibration-extensions.md). A step size that is a power of two and
pixels in sixteenths make a perceptron's arithmetic exact.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

DIGITS = Path(__file__).resolve().parents[3] / "datasets" / "digits"
CLASSES = 10
# Logistic regression takes whole-batch steps, and few of them: a literal implementation of (22), which recomputes the
# weighted sum for each weight, needs 90 ms for one. The neuron and the perceptron make passes over the images in a
# shuffled order.
LOGISTIC_ETA, LOGISTIC_EPOCHS = 0.02, 25
NEURON_ETA, PERCEPTRON_ETA, PASSES = 0.5, 0.125, 10
# The network that reads ten digits has 65 inputs, one of them constant. It makes few passes, because nested loops over
# NumPy arrays need 4 ms for a step. Eight passes with half the step size would reach as much.
HIDDEN, SPREAD, ETA, TEN_PASSES = 20, 0.3, 1.0, 5
# The network on the two sets that no line separates.
SHAPES, SHAPE_HIDDEN, SHAPE_SPREAD, SHAPE_ETA, SHAPE_PASSES = 100, 10, 1.0, 3.0, 20
SHAPE_LOGISTIC_ETA, SHAPE_LOGISTIC_EPOCHS = 0.05, 200
SEED = 109


class Set(NamedTuple):
    """Datapoints for training and for testing: a constant 1 first; labels are 0.0 or 1.0, or classes."""

    x: np.ndarray
    y: np.ndarray
    held_out_x: np.ndarray
    held_out_y: np.ndarray


def ten_digits():
    """Return all digits: x (400, 65) and 1,197 held-out ones; y holds classes from 0 to 9."""
    return Set(*_images(DIGITS / "public", "ten_train_"), *_images(DIGITS / "held_out", "ten_"))


def pair(a, b):
    """Return digits `a` against `b`, 40 of each for training; y = 1 means `b`."""
    x, y, held_out_x, held_out_y = ten_digits()
    ours, theirs = np.isin(y, (a, b)), np.isin(held_out_y, (a, b))
    return Set(x[ours], (y[ours] == b).astype(float), held_out_x[theirs], (held_out_y[theirs] == b).astype(float))


def _images(folder, prefix):
    images, labels = np.load(folder / f"{prefix}images.npy"), np.load(folder / f"{prefix}labels.npy")
    return _with_constant(images / 16), labels.astype(int)


def disc(seed=SEED):
    """Return a disc in a ring: y = 1 for a radius below 0.5, 0 from 0.7 to 1.2."""
    random = np.random.RandomState(seed)

    def some(n):
        y = np.arange(n) % 2
        radius = np.where(y == 1, random.uniform(0, 0.5, n), random.uniform(0.7, 1.2, n))
        angle = random.uniform(0, 2 * np.pi, n)
        return _with_constant(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)), y.astype(float)

    return Set(*some(SHAPES), *some(4 * SHAPES))


def quadrants(seed=SEED):
    """Return four quadrants (XOR): coordinates of 0.1 to 1 on either side of 0, y = 1 where their signs agree."""
    random = np.random.RandomState(seed)

    def some(n):
        signs = random.choice([-1.0, 1.0], (n, 2))
        return _with_constant(signs * random.uniform(0.1, 1, (n, 2))), (signs[:, 0] == signs[:, 1]).astype(float)

    return Set(*some(SHAPES), *some(4 * SHAPES))


def _with_constant(x):
    return np.concatenate([np.ones((len(x), 1)), x], axis=1)


def one_hot(y, classes):
    """Return labels as rows with a single 1."""
    return np.eye(classes)[y.astype(int)]


def first_weights(m_x, m_h, K, spread, seed=SEED):
    """Return W (m_x, m_h) and V (m_h, K), normal with standard deviation `spread`."""
    random = np.random.RandomState(seed)
    return random.normal(0, spread, (m_x, m_h)), random.normal(0, spread, (m_h, K))


def mixed(n, passes, seed=SEED):
    """Return an order of `passes` passes over n datapoints, each shuffled anew."""
    random = np.random.RandomState(seed)
    return np.concatenate([random.permutation(n) for _ in range(passes)])


def accuracy(y, yes):
    """Return the share of datapoints with a right answer: `yes` where y = 1, or the right class."""
    return float(np.mean(np.asarray(yes) == y))
