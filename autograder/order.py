"""The order in which to read failures: which comes first, which is shown in full, and which in one line.

The order is the same on a student's computer, in a terminal, and on Gradescope. Open cases come before those with
hidden data, since they show more and are the only ones on a student's computer. A failure whose mistake is named comes
before one without.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .outcome import CaseResult, Outcome

# How many failures of a function are shown in full: a student fixes the first, which fixes most others.
IN_FULL = 2


class Short(NamedTuple):
    """A line that replaces the text of a failure that need not be read in full."""

    line: str
    same_mistake: bool = False
    """Whether the line points to another case, in which the same known mistake is explained."""


def failures(results: Iterable[CaseResult]) -> list[CaseResult]:
    """Return the cases that a student has to fix, in the order in which to read them."""
    wrong = [one for one in results if one.outcome not in (Outcome.PASSED, Outcome.GRADER_ERROR)]
    functions = list(dict.fromkeys(one.case.function for one in wrong))
    return sorted(wrong, key=lambda one: (functions.index(one.case.function), not one.case.example, not one.mistake))


def in_short(results: Sequence[CaseResult]) -> dict[str, Short]:
    """Return case -> line, for each failure that says nothing new or follows those of its function shown in full."""
    short: dict[str, Short] = {}
    in_full: dict[str, int] = {}
    mistakes: dict[tuple[str, str | None, str], str] = {}
    texts: dict[str, str] = {}
    for one in failures(results):
        number, function = one.case.number, one.case.function
        # A pointer to a case that the student cannot see, or from one whose text is the instructor's own, is useless.
        if one.case.visibility != "visible" or one.case.hidden_message is not None:
            continue
        room = in_full.get(function, 0) < IN_FULL
        # A mistake found from the numbers alone, such as a missing row, has the same identifier in all functions and
        # for every row.
        mistake = function, one.mistake, one.summary
        if not room and one.mistake is not None and mistake in mistakes:
            short[one.case.id] = Short(f"The same mistake as {mistakes[mistake]}.", same_mistake=True)
        elif one.text in texts:  # such as the text about a program that cannot be imported
            short[one.case.id] = Short(f"The same as {texts[one.text]}.")
        elif room:
            in_full[function] = in_full.get(function, 0) + 1
            texts[one.text] = number
            mistakes.setdefault(mistake, number)
        else:
            short[one.case.id] = Short(f"{one.summary}.")
    return short


def first(results: Iterable[CaseResult]) -> str:
    """Return a sentence that names what to fix first; empty if nothing failed."""
    for one in failures(results):
        if one.outcome is Outcome.UNREADABLE:  # about the file and not a case; its text says what to do
            return f"Fix this first: {one.text}"
        return f"Fix this first: {one.case.number} {one.case.title}" + (f": {one.summary}." if one.summary else ".")
    return ""
