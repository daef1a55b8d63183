"""Name the mistake: find the wrong formula that gives exactly what a student's function gave.

A cause is computed or not named at all: it must reproduce every returned array, and no other formula may.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .compare import close
from .mistake import Mistake

# Two formulas that agree to this, of the largest entry, on the inputs of a case are taken for the same.
SAME = 1e-6


def recognise(
    catalogue: Sequence[Mistake],
    function: str,
    arguments: Sequence[Any],
    got: Sequence[np.ndarray],
    want: Sequence[np.ndarray],
) -> Mistake | None:
    """The one mistake that reproduces `got`, or None if none does or several do."""
    fitting = [mistake for mistake in catalogue if mistake.function == function and _fits(mistake, arguments, got, want)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(mistake: Mistake, arguments: Sequence[Any], got: Sequence[np.ndarray], want: Sequence[np.ndarray]) -> bool:
    copies = [np.array(argument, dtype=float) if np.ndim(argument) else argument for argument in arguments]
    try:
        with np.errstate(all="ignore"):
            wrong = mistake.formula(*copies)
    except Exception:  # the formula does not apply to these inputs
        return False
    arrays = [np.asarray(a, dtype=float) for a in (wrong if isinstance(wrong, tuple) else (wrong,))]
    if len(arrays) != len(got):
        return False
    # A formula that is right on these inputs explains nothing.
    if all(close(a, b, SAME) for a, b in zip(arrays, want)):
        return False
    return all(close(a, b, SAME) for a, b in zip(got, arrays))
