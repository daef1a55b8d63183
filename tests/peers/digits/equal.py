"""The digits of the graded cases, from the same files as ours."""

from functools import lru_cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent / "data"


def pair(a, b, images=15, held_out=60):
    """Return digits `a` against `b`: x, y, held_out_x, held_out_y. y = 1 means the digit 1."""
    return (*_rows("public/train_", a, b, images), *_rows("held_out/", a, b, held_out))


def _rows(prefix, a, b, count):
    images, labels = _load(prefix)
    rows = np.sort(np.concatenate([np.flatnonzero(labels == digit)[:count] for digit in (a, b)]))
    return images[rows] / 16, (labels[rows] == 1).astype(float)


@lru_cache
def _load(prefix):
    return np.load(FOLDER / f"{prefix}images.npy"), np.load(FOLDER / f"{prefix}labels.npy")
