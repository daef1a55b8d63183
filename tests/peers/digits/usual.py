"""The same digits as a course usually loads them: from scikit-learn, divided at run time."""

from functools import lru_cache

import numpy as np
from sklearn.datasets import load_digits


def pair(a, b, images=15, held_out=60):
    """Return digits `a` against `b`: x, y, held_out_x, held_out_y. y = 1 means the digit 1."""
    return (*_rows(a, b, slice(0, images)), *_rows(a, b, slice(60, 60 + held_out)))


def _rows(a, b, part):
    pixels, labels, shuffled = _load()
    rows = np.column_stack([shuffled[a][part], shuffled[b][part]]).ravel()
    return pixels[rows] / 16, (labels[rows] == 1).astype(float)


@lru_cache
def _load():
    """Return pixels (n, 40) and labels (n,) of 0, 1 and 2, and the rows of each digit in the order of
    datasets/digits.
    """
    digits = load_digits()
    ours = np.isin(digits.target, (0, 1, 2))
    pixels, labels = digits.images[ours][:, :, 1:6].reshape(-1, 40), digits.target[ours]
    random = np.random.RandomState(15)
    return pixels, labels, [random.permutation(np.flatnonzero(labels == digit)) for digit in (0, 1, 2)]
