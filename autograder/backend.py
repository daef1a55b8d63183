"""The interface between a case and a student's functions, which run in a sandboxed worker or in this process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from .assignment import Function
from .outcome import Outcome

# Larger counts in a report are reduced to this; larger line numbers are ignored.
MAX_COUNT = 10**9


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
        self.informed: bool | None = None
        """Whether a worker had been given hidden data before the plugin first saw this; None until it sees it."""


@dataclass
class Returned:
    """What a function returned, validated: float64 arrays, and what was noticed during the call."""

    values: list[np.ndarray]
    kinds: list[str]
    warnings: list[str] = field(default_factory=list)
    changed: dict[int, np.ndarray] = field(default_factory=dict)
    """Position of each argument that was changed in place, and its new content."""


def as_given(function: Function, arguments: Sequence[Any]) -> list[Any]:
    """Copy the arguments of a call, as a submission gets them: float64 arrays and floats, or int64 arrays and ints."""
    kinds = [int if i in function.whole else float for i in range(len(arguments))]
    return [
        _array(argument, kind) if np.ndim(argument) or (kind is float and isinstance(argument, np.ndarray))
        else kind(argument)
        for argument, kind in zip(arguments, kinds)
    ]  # fmt: skip


def _array(argument: Any, kind: type) -> np.ndarray:
    # A case may pass on what a wrong program returned. NumPy warns that nan or 1e300 is no whole number.
    with np.errstate(invalid="ignore"):
        return np.array(argument, dtype=kind)


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


def returned(reply: dict[str, Any], arrays: Sequence[np.ndarray], function: Function) -> Returned:
    """Return what a report of `box.call` says, if it says that the function returned.

    The report may come from a process that a submission controls, so only known keys with values of known types count.

    Raises:
        CallFailed: the function did not return, or the report makes no sense.
    """
    if reply.get("outcome") != "returned":
        raise failure(reply, function.name)
    count = len(function.returns)
    changed = _list(reply.get("changed"))
    kinds = [text_of(kind) for kind in _list(reply.get("kinds"))]
    sensible = (
        all(type(i) is int and 0 <= i < len(function.arguments) for i in changed)
        and len(set(changed)) == len(changed)
        and len(arrays) == count + len(changed)
        and len(kinds) == count
    )
    if not sensible:
        raise CallFailed(Outcome.DIED, function.name, problem="its answer makes no sense")
    warnings = [text_of(warning) for warning in _list(reply.get("warnings"))]
    return Returned(list(arrays[:count]), kinds, warnings, dict(zip(changed, arrays[count:])))


def failure(reply: dict[str, Any], function: str) -> CallFailed:
    """Convert a report without an answer to an exception, trusting the report no more than `returned` does."""
    outcome = reply.get("outcome")
    if outcome == "unusable":
        problem, kind, count = text_of(reply.get("problem")), text_of(reply.get("kind")), reply.get("count")
        count = min(count, MAX_COUNT) if type(count) is int and count > 0 else 0
        return CallFailed(Outcome.FAILED, function, problem=problem, kind=kind, count=count)
    if outcome == "missing":
        return CallFailed(Outcome.MISSING, function, found=text_of(reply.get("found")))
    if outcome == "raised":
        parents = [text_of(parent) for parent in _list(reply.get("parents"))]
        lines = [
            (line[0], text_of(line[1]))
            for line in _list(reply.get("lines"))
            if type(line) is list and len(line) == 2 and type(line[0]) is int
        ]
        place = _list(reply.get("elsewhere"))
        # Callers that have the submission check whether this file and line exist.
        plausible = len(place) == 2 and type(place[1]) is int and 0 < place[1] <= MAX_COUNT and text_of(place[0])
        kind = text_of(reply.get("type"))
        raised = Outcome.OUT_OF_MEMORY if "MemoryError" in parents else Outcome.RAISED
        return CallFailed(
            raised,
            function,
            type=kind,
            parents=parents,
            message=text_of(reply.get("message")),
            lines=lines,
            innermost=text_of(reply.get("innermost")),
            **({"elsewhere": (text_of(place[0]), place[1])} if plausible else {}),
        )
    return CallFailed(Outcome.DIED, function, problem="its answer makes no sense")


def text_of(value: Any) -> str:
    """Return `value`, cut to 500 characters, if it is a string; otherwise an empty string."""
    return value[:500] if type(value) is str else ""


def _list(value: Any) -> list[Any]:
    return value[:16] if type(value) is list else []
