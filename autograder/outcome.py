"""The vocabulary: what a case is, how it can end, and what a grade is made of. Plain data, no behavior but sums."""

import enum
import numbers
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple


class Outcome(str, enum.Enum):
    """Every way in which a case can end."""

    PASSED = "Passed"
    FAILED = "Failed"
    """A function returned something that is not the right answer."""
    RAISED = "Raised"
    """The submission raised an exception, in a call or while it was imported."""
    MISSING = "Missing"
    """The submission does not define the function."""
    TIMED_OUT = "TimedOut"
    OUT_OF_MEMORY = "OutOfMemory"
    DIED = "Died"
    """The submission ended its own process or broke off the conversation."""
    UNREADABLE = "Unreadable"
    """There is no file that could be graded."""
    NOT_RUN = "NotRun"
    """The time for the whole submission ran out before this case."""
    GRADER_ERROR = "GraderError"
    """Our fault, never the student's: staff must look."""


# The summary of a case whose function is still the stub that was handed out.
NOT_STARTED = "not started yet"


class Case(NamedTuple):
    """One case as the instructor's files declare it, whatever a submission does."""

    id: str
    """File and function, as pytest names it: `test_1_sigmoid.py::test_known_values`."""
    number: str
    title: str
    points: Decimal
    tags: tuple[str, ...]
    visibility: str
    example: bool
    """Its data may be shown, and it travels with the starter."""
    look: str = ""
    """Where the handout explains what is tested."""
    hidden_message: str | None = None
    """The instructor's own text in place of any other (gradescope-utils' hide_errors)."""
    extra: bool = False
    """Its points are extra credit: they count beyond those of the assignment."""

    @property
    def function(self) -> str:
        """The function under test: the first tag."""
        return self.tags[0] if self.tags else ""


class CaseResult(NamedTuple):
    """How one case ended for one submission."""

    case: Case
    outcome: Outcome
    score: Decimal
    text: str = ""
    """What the student reads; for a case that passed, why the program could not be imported as written, if so."""
    mistake: str | None = None
    """Identifier of the mistake that was recognized."""
    evidence: str | None = None
    """What the mistake was recognized by, for staff."""
    summary: str = ""
    """The text in half a line, for a table."""
    staff: str = ""
    """What only the instructor reads."""
    carried: bool = False
    """Whether it failed as written, and passed with correct versions of the other functions."""
    seconds: float = 0.0


class Grade(NamedTuple):
    """One submission's results: every declared case, in the declared order."""

    title: str
    results: tuple[CaseResult, ...]
    message: str = ""
    """A sentence about the whole submission, for the student."""
    staff: tuple[str, ...] = ()
    """Sentences for the instructor: protections that are missing, faults of ours."""
    seconds: float = 0.0
    stopped: bool = False
    """Whether a person or the platform ended the grading early."""
    facts: Mapping[str, Any] = {}

    @property
    def score(self) -> Decimal:
        """The sum over the cases: exact, since points are decimal, and rounded once."""
        return as_score(sum((result.score for result in self.results), Decimal(0)))

    @property
    def points(self) -> Decimal:
        """The points that can be reached without extra credit; the same for every submission."""
        points = sum((result.case.points for result in self.results if not result.case.extra), Decimal(0))
        return points.normalize() + 0  # halves may add up to 20.0

    @property
    def extra(self) -> tuple[CaseResult, ...]:
        """The cases that give extra credit; none if nothing was handed in for it."""
        return tuple(result for result in self.results if result.case.extra)

    @property
    def extra_score(self) -> Decimal:
        """The part of the score that is extra credit."""
        return as_score(sum((result.score for result in self.extra), Decimal(0)))

    @property
    def faults(self) -> tuple[CaseResult, ...]:
        """The cases that we, not the student, failed to grade."""
        return tuple(result for result in self.results if result.outcome is Outcome.GRADER_ERROR)


def as_score(value: Any, most: Decimal | None = None) -> Decimal:
    """Return `value` as points: finite, at least 0, at most `most`, with at most two decimals.

    Raises:
        ValueError: `value` is not a finite number; NaN must never reach a results file.
    """
    # NumPy's scalars count as numbers.Number, its True does not; Python's True does.
    if isinstance(value, bool) or not isinstance(value, numbers.Number):
        raise ValueError(f"{value!r} is no number of points")  # noqa: TRY004, one type of exception for all bad values
    try:
        score = value if isinstance(value, Decimal) else Decimal(str(float(value)))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{value!r} is no number of points") from None
    if not score.is_finite():
        raise ValueError(f"{value!r} is no number of points")
    score = max(score, Decimal(0)) if most is None else min(max(score, Decimal(0)), most)
    rounded = score.quantize(Decimal("0.01"), ROUND_HALF_UP)
    # A case worth 0.125 points gives 0.125, not the 0.13 it would be rounded to.
    return (rounded if most is None else min(rounded, most)).normalize() + 0
