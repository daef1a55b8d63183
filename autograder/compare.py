"""What differs, and where: numbers only, no words for students (those are in `feedback`)."""

from typing import NamedTuple

import numpy as np

from .tolerance import Tolerance

ALIKE = 1e-9


class Difference(NamedTuple):
    """How an answer differs from what was wanted."""

    kind: str
    """"shape", "nan" (not finite where a number was wanted) or "values"."""
    wrong: tuple[tuple[int, ...], ...] = ()
    """Indices of the wrong entries, in C order; () for a scalar."""
    total: int = 0
    largest: float = 0.0
    largest_at: tuple[int, ...] = ()


def difference(got: np.ndarray, want: np.ndarray, within: Tolerance) -> Difference | None:
    """Return None if `got` is right (the exact shape, each entry within the tolerance); otherwise how it differs.

    An infinity is right where the same infinity is wanted. nan is never right.
    """
    if got.shape != want.shape:
        return Difference("shape")
    # An infinity minus itself is nan, which the comparison below must not see.
    same = got == want
    with np.errstate(all="ignore"):
        off = np.where(same, 0.0, np.abs(got - want))
    bad = ~(off <= allowed(want, within))
    if not bad.any():
        return None
    wrong = tuple(tuple(int(i) for i in index) for index in np.argwhere(bad))
    kind = "values" if np.isfinite(got[bad]).all() else "nan"
    # The largest difference between finite entries; two huge ones of opposite sign may still be infinitely far apart.
    between_numbers = bad & np.isfinite(got) & np.isfinite(want)
    if not between_numbers.any():
        return Difference(kind, wrong, got.size)
    sizes = np.where(between_numbers, off, -1.0)
    # The first of those that are alike: which of them is larger in its last digit depends on the machine.
    first = int(np.argmax(sizes >= sizes.max() * (1 - ALIKE)))
    at = tuple(int(i) for i in np.unravel_index(first, off.shape))
    return Difference(kind, wrong, got.size, float(off[at]), at)


def allowed(want: np.ndarray, within: Tolerance) -> np.ndarray | float:
    """Return how far each entry may be off."""
    finite = np.where(np.isfinite(want), np.abs(want), 0.0)
    if within.kind == "of_largest":
        return within.limit * float(finite.max(initial=0.0))
    if within.kind == "relative":
        larger: np.ndarray = np.maximum(1.0, finite)
        return within.limit * larger
    return within.limit


def close(a: np.ndarray, b: np.ndarray, limit: float) -> bool:
    """Return whether two answers agree well enough to recognize a mistake: to `limit` of the largest entry of `b`."""
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        scale = float(np.max(np.abs(b[np.isfinite(b)]), initial=0.0))
        return bool(np.all((a == b) | (np.abs(a - b) <= limit * max(scale, 1e-300)) | (np.isnan(a) & np.isnan(b))))
