"""How far a right answer may be off, as a case declares it and as a student reads it."""

import math
from typing import NamedTuple

# A few times the distance from 1 to the next float64: correct programs that sum in different orders differ by as much.
FINEST = 1e-15


class Tolerance(NamedTuple):
    """A limit; `kind` says whether it is absolute, or what it is relative to."""

    limit: float
    kind: str

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
                "relative": f" of the value, or {number} if that is more",
            }[self.kind]
        )


def absolute(limit: float) -> Tolerance:
    """Allow each entry to be off by `limit`."""
    return _tolerance(limit, "absolute")


def of_largest(limit: float) -> Tolerance:
    """Allow `limit` times the largest entry of the array: for gradients, whose small entries come from cancellation."""
    return _tolerance(limit, "of_largest")


def relative(limit: float) -> Tolerance:
    """Allow each entry to be off by `limit` times max(1, |entry|): for sums that grow with the data."""
    return _tolerance(limit, "relative")


def _tolerance(limit: float, kind: str) -> Tolerance:
    """Return a tolerance, if correct programs can meet it; 0 is for answers that must be exact.

    Raises:
        ValueError: correct programs cannot meet it, and would be told of mistakes that they do not make.
    """
    if not isinstance(limit, (int, float)) or not (limit == 0 or FINEST <= limit < math.inf):
        raise ValueError(
            f"a tolerance of {limit!r}: take {FINEST:g} or more, since right programs differ in the last of 16 digits; "
            "0 if all have to agree; of_largest if the values themselves are small"
        )
    return Tolerance(limit, kind)
