"""Name the mistake: find the wrong formula that gives exactly what a student's function gave.

A cause is computed or not named at all: it must reproduce every returned array of every call, and no other may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compare import close
from .mistake import Mistake

# Two formulas that agree to this, of the largest entry, on the inputs of a case are taken for the same.
SAME = 1e-6


@dataclass(frozen=True)
class Observation:
    """One call of a function, and what it returned."""

    arguments: Sequence[Any]
    got: Sequence[np.ndarray]


def recognise(
    catalogue: Sequence[Mistake],
    function: str,
    observations: Sequence[Observation],
    want: dict[int, np.ndarray],
) -> Mistake | None:
    """The one mistake that reproduces everything a function returned, or None if none does or several do.

    Args:
        observations: all calls of this function in the case, the wrong one last; earlier ones were right.
        want: for the last call, position -> what the returned array should have been.
    """
    fitting = [
        mistake
        for mistake in catalogue
        if mistake.function == function
        and _is_wrong(mistake, observations[-1], want)
        and all(_reproduces(mistake, observation) for observation in observations)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _is_wrong(mistake: Mistake, observation: Observation, want: dict[int, np.ndarray]) -> bool:
    """Whether the formula gives a wrong answer here: one that is right on these inputs explains nothing."""
    arrays = _apply(mistake, observation)
    return len(arrays) == len(observation.got) and not all(close(arrays[i], right, SAME) for i, right in want.items())


def _reproduces(mistake: Mistake, observation: Observation) -> bool:
    arrays = _apply(mistake, observation)
    return len(arrays) == len(observation.got) and all(close(a, b, SAME) for a, b in zip(observation.got, arrays))


def _apply(mistake: Mistake, observation: Observation) -> list[np.ndarray]:
    """What the formula returns for these arguments; nothing if it does not apply to them."""
    copies = [np.array(a, dtype=float) if np.ndim(a) else a for a in observation.arguments]
    try:
        with np.errstate(all="ignore"):
            result = mistake.formula(*copies)
            return [np.asarray(a, dtype=float) for a in (result if isinstance(result, tuple) else (result,))]
    except Exception:  # shapes that the formula cannot take, for instance
        return []
