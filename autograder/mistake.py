"""A known wrong formula, as the instructor's catalogue lists it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mistake:
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
