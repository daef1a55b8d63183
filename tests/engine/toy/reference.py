"""Right answers of the toy assignment."""

import numpy as np


def double(z):
    return 2 * np.asarray(z, dtype=float)


def both(a, b):
    return a + b, a * b
