"""A known wrong formula, as the instructor's catalogue lists it, and what is told when a cause has been found."""

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
    """For the student: what it is, why it is wrong."""
    staff: str = ""
    """For whoever teaches: what it says about what was not understood, and what to do about it."""

    def gives(self, arguments: Sequence[Any]) -> list[np.ndarray]:
        """The arrays that the formula gives for copies of these arguments. It may raise whatever it likes."""
        copies = [np.array(a) if np.ndim(a) else a for a in arguments]
        with np.errstate(all="ignore"):
            result = self.formula(*copies)
            return [np.asarray(a, dtype=float) for a in (result if isinstance(result, tuple) else (result,))]


class Diagnosis(NamedTuple):
    """What is wrong with an answer, computed and not guessed."""

    identifier: str
    """Of a mistake in the catalogue, or `structure.what`; several, with a plus between them, if arrays differ in it."""
    sentence: str
    """For the student; a line for each array if they differ."""
    evidence: str = ""
    """What it was computed from, for staff: a factor, a place, a shape. It carries no data where those are hidden."""
