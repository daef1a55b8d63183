"""A Grade as plain lines for a terminal: the same words as on Gradescope, ASCII around them, no colour needed."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator

from .gradescope.results import summary
from .outcome import CaseResult, Grade, Outcome

# The word for each outcome, short enough for a column.
WORDS = {
    Outcome.PASSED: "passed",
    Outcome.NOT_RUN: "not run",
    Outcome.GRADER_ERROR: "GRADER",
}


def report(grade: Grade) -> Iterator[str]:
    """One submission in full."""
    yield grade.title
    yield ""
    for result in grade.results:
        yield from _case(result)
    yield ""
    yield summary(grade)
    for line in grade.staff:
        yield f"For the instructor: {line}"


def table(rows: Iterable[tuple[str, Grade]]) -> Iterator[str]:
    """Several submissions, a line each."""
    yield f"{'submission':<36} {'score':>9}  first thing to fix"
    for name, grade in rows:
        wrong = [result for result in grade.results if result.outcome is not Outcome.PASSED]
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


def _case(result: CaseResult) -> Iterator[str]:
    word = WORDS.get(result.outcome, "FAILED")
    points = f"{result.score:f} / {result.case.points:f}"
    yield f"{word:<8}{result.case.number:<5}{result.case.title:<66}{points:>9}"
    if result.outcome is not Outcome.PASSED:
        yield textwrap.indent(result.text, "  ")
        yield ""
