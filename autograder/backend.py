"""The seam between a case and wherever a student's functions live: a worker in its box, or this very process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from .assignment import Function
from .outcome import Outcome


class GraderFault(Exception):
    """Our fault, not the student's."""


class CallFailed(Exception):
    """A submission's function gave no usable answer, or the submission could not be loaded."""

    def __init__(self, outcome: Outcome, function: str = "", **facts: Any) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.function = function
        self.facts = facts
        """Plain data for the message: type, message, lines, problem, limit_s ..."""


@dataclass
class Returned:
    """What a function returned, checked: float64 arrays, and what was noticed during the call."""

    values: list[np.ndarray]
    kinds: list[str]
    warnings: list[str] = field(default_factory=list)
    changed: dict[int, np.ndarray] = field(default_factory=dict)
    """Position of each argument that was changed in place, and its new content."""


class Backend(Protocol):
    """Where a student's functions live for one try of one case."""

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call one function.

        Raises:
            CallFailed: it gave no usable answer.
            GraderFault: we are to blame.
        """

    @property
    def printed(self) -> str:
        """What the submission has printed so far, shortened."""
