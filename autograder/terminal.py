"""A Grade as plain lines for a terminal: the same words as on Gradescope, ASCII around them, no colour needed."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from .gradescope.results import carried, summary, wrong_functions
from .order import Short, failures, in_short
from .outcome import CaseResult, Grade, Outcome

WIDTH = 86
# The word for each outcome, short enough for a column.
WORDS = {
    Outcome.PASSED: "passed",
    Outcome.NOT_RUN: "not run",
    Outcome.GRADER_ERROR: "GRADER",
}


def report(grade: Grade) -> Iterator[str]:
    """One submission: first where to begin, then each case, at most two failures of a function in full."""
    yield grade.title
    yield ""
    yield summary(grade)
    yield ""
    short, wrong = in_short(grade.results), wrong_functions(grade)
    for result in grade.results:
        yield from _case(result, short.get(result.case.id), wrong)
    yield ""
    yield f"{grade.score:f} of {grade.points:f} points."
    for line in grade.staff:
        yield f"For the instructor: {line}"


def table(rows: Iterable[tuple[str, Grade]]) -> Iterator[str]:
    """Several submissions, a line each."""
    yield f"{'submission':<36} {'score':>9}  first thing to fix"
    for name, grade in rows:
        # What failed through our own fault is named where nothing else is wrong.
        wrong = failures(grade.results) or grade.faults
        first = "-"
        if grade.message:
            first = grade.message
        elif wrong:
            case, summary = wrong[0].case, wrong[0].summary
            about = "" if summary.startswith(case.function) else f"{case.function}: "
            first = f"{case.number} {about}{summary}"
        room = max(20, shutil.get_terminal_size((100, 24)).columns - 48)
        points = f"{grade.score:f}/{grade.points:f}"
        yield f"{name[:36]:<36} {points:>9}  {textwrap.shorten(first, room, placeholder=' ...')}"


def _case(result: CaseResult, short: Short | None, wrong: Sequence[str]) -> Iterator[str]:
    yield _row(result)
    if result.outcome is Outcome.PASSED:
        if result.carried:
            yield textwrap.indent(textwrap.fill(carried(result, wrong), WIDTH), "  ")
            yield ""
    elif short is not None:
        yield f"  {short.line}"
        yield ""
    else:
        yield textwrap.indent(result.text, "  ")
        yield ""


def _row(result: CaseResult) -> str:
    word = WORDS.get(result.outcome, "FAILED")
    points = f"{result.score:f} / {result.case.points:f}"
    return f"{word:<8}{result.case.number:<5}{result.case.title:<66}{points:>9}"
