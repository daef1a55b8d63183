"""A known wrong formula, as the instructor's catalogue lists it, and the diagnosis that reports a cause."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np


class Mistake(NamedTuple):
    """One known wrong formula."""

    identifier: str
    """`function.what`, for tables; it never changes once published."""
    function: str
    formula: Callable[..., Any]
    """Called with the arguments of the function; returns what a student with this mistake would return."""
    sentence: str
    """For the student: what the mistake is, and why it is wrong."""
    staff: str = ""
    """For teachers: what the mistake shows the student has not understood, and what to do about it."""

    def gives(self, arguments: Sequence[Any]) -> list[np.ndarray]:
        """Return the arrays that the formula gives for copies of these arguments. The formula may raise anything."""
        copies = [np.array(a) if np.ndim(a) else a for a in arguments]
        with np.errstate(all="ignore"):
            result = self.formula(*copies)
            return [np.asarray(a, dtype=float) for a in (result if isinstance(result, tuple) else (result,))]


class Diagnosis(NamedTuple):
    """What is wrong with an answer, computed and not guessed."""

    identifier: str
    """Of a mistake in the catalogue, or `structure.what`; joined with a plus if the arrays have different ones."""
    sentence: str
    """For the student; one line per array if their causes differ."""
    evidence: str = ""
    """What the cause was found from, for staff: a factor, a place, a shape. It contains no data that are hidden."""
