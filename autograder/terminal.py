"""Format a Grade as plain lines for a terminal: the same words as on Gradescope, ASCII around them, no color needed."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .gradescope.results import carried, summary, total
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
    """Yield a report on a submission: where to begin, then each case, at most two failures per function in full."""
    yield grade.title
    yield ""
    yield summary(grade)
    yield ""
    short = in_short(grade.results)
    for result in grade.results:
        if grade.extra and result is grade.extra[0]:
            yield ""
            yield "Extra credit:"
        yield from _case(result, short.get(result.case.id), grade)
    yield ""
    yield total(grade)
    for line in grade.staff:
        yield f"For the instructor: {line}"


def explanation(grade: Grade) -> Iterator[str]:
    """Yield everything known about one submission, for staff alone: it includes hidden data and both tries."""
    yield grade.title
    yield ""
    yield summary(grade)
    yield ""
    if "found_at" in grade.facts:
        yield f"Found at:     {grade.facts['found_at']!a}"  # escaped, because the student chooses the name
    yield f"Graded in:    {grade.seconds:.2f} s"
    protections: dict[str, str] = grade.facts.get("protections", {})
    for layer, state in protections.items():
        yield f"Protection:   {layer}: {state}"
    for line in grade.staff:
        yield f"Instructor:   {line}"
    yield ""
    short = in_short(grade.results)
    tries: dict[str, list[dict[str, Any]]] = grade.facts.get("tries", {})
    for result in grade.results:
        yield _row(result)
        kind = "open" if result.case.example else "hidden"
        yield f"  {result.outcome.value}, {kind} data, {result.seconds:.3f} s, {result.case.id}"
        if result.staff:
            yield f"  for staff: {result.staff}"
        if result.case.id in short:
            yield f"  in short: {short[result.case.id].line}"
        if result.carried:
            yield f"  students read: {carried(result, grade)}"
        taken = tries.get(result.case.id, [])
        if result.outcome is not Outcome.PASSED and not taken and result.case.id not in short:
            yield textwrap.indent(result.text, "  ")
        if result.outcome is not Outcome.PASSED or result.carried:
            for number, note in enumerate(taken, 1):
                yield from _try(number, note, taken[: number - 1])
        yield ""


def _try(number: int, note: dict[str, Any], earlier: Sequence[dict[str, Any]]) -> Iterator[str]:
    calls = f"{note['calls']} call{'s' * (note['calls'] != 1)}"
    around = f"with right {', '.join(note['stand_ins'])}" if note["stand_ins"] else "as handed in"
    yield (
        f"  try {number}, {around}: {note['outcome']} after {note['seconds']:.3f} s, {calls}, "
        f"the slowest {note['slowest_call_s']:.3f} s"
    )
    if note["outcome"] == Outcome.PASSED.value:
        return
    for before, other in enumerate(earlier, 1):
        if (other["text"], other["unseen"]) == (note["text"], note["unseen"]):
            yield f"    the same as in try {before}"
            return
    yield textwrap.indent(note["text"], "    ")
    if note["mistake"]:
        yield f"    mistake: {note['mistake']}"
    for label, text in (("for staff", note["about_mistake"]), ("evidence", note["evidence"])):
        if text:
            yield textwrap.fill(f"{label}: {text}", WIDTH, initial_indent="    ", subsequent_indent="      ")
    yield "    in numbers, for staff:"
    for line in note["unseen"]:
        yield textwrap.fill(line, WIDTH + 20, initial_indent="      ", subsequent_indent="        ")


def table(rows: Iterable[tuple[str, Grade]]) -> Iterator[str]:
    """Yield a table of several submissions, one line each."""
    yield f"{'submission':<36} {'score':>9}  first thing to fix"
    for name, grade in rows:
        # A fault of ours is named only if nothing else is wrong.
        wrong = failures(grade.results) or grade.faults
        first = "-"
        if grade.message:
            first = grade.message
        elif wrong and wrong[0].outcome is Outcome.UNREADABLE:
            first = wrong[0].text
        elif wrong:
            case, summary = wrong[0].case, wrong[0].summary
            about = "" if summary.startswith(case.function) else f"{case.function}: "
            first = f"{case.number} {about}{summary}"
        # Python 3.10 says 0 where the terminal itself does not know.
        room = max(20, (shutil.get_terminal_size((100, 24)).columns or 100) - 48)
        points = f"{grade.score:f}/{grade.points:f}"
        yield f"{name[:36]:<36} {points:>9}  {textwrap.shorten(first, room, placeholder=' ...')}"


def _case(result: CaseResult, short: Short | None, grade: Grade) -> Iterator[str]:
    yield _row(result)
    if result.outcome is Outcome.PASSED:
        if result.carried:
            yield textwrap.indent(textwrap.fill(carried(result, grade), WIDTH), "  ")
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
