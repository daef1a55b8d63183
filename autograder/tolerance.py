"""How far a right answer may be off, as a case declares it and as a student reads it."""

import math
from typing import NamedTuple


class Tolerance(NamedTuple):
    """`limit` in units of what `kind` says."""

    limit: float
    kind: str = "absolute"

    def __str__(self) -> str:
        number = f"{self.limit:g}"
        if 0 < self.limit < 0.01:
            mantissa, _, exponent = f"{self.limit:e}".partition("e")
            number = f"{float(mantissa):g}e{int(exponent)}"
        return (
            number
            + {
                "absolute": "",
                "of_largest": " of the largest entry",
                "relative": " of the value, or of 1 if that is more",
            }[self.kind]
        )


def absolute(limit: float) -> Tolerance:
    """Each entry within `limit`."""
    return _tolerance(limit, "absolute")


def of_largest(limit: float) -> Tolerance:
    """Each entry within `limit` times the largest entry of the array: for gradients, whose small entries cancel."""
    return _tolerance(limit, "of_largest")


def relative(limit: float) -> Tolerance:
    """Each entry within `limit` times max(1, |entry|): for sums that grow with the data."""
    return _tolerance(limit, "relative")


def _tolerance(limit: float, kind: str) -> Tolerance:
    # A text, nan or less than nothing would let no answer be right.
    if not isinstance(limit, (int, float)) or not 0 <= limit < math.inf:
        raise ValueError(f"a tolerance is a number from 0 up, not {limit!r}")
    return Tolerance(limit, kind)
