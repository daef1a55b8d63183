"""What went wrong, by frequency: mistakes that have a name, and failures that have none."""

import re
import runpy
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..assignment import Assignment
from ..outcome import Case, Outcome
from .gathered import Course, Seen, Student

# The summary that `feedback.mend_first` gives a case about all functions together. Such a case is not counted, since
# the case that it names says what is wrong.
_WAITS = re.compile(r"fix \w+ first, see \S+")
# How many entries are wrong differs from case to case, and would list one wrong function once for each of its cases.
_ENTRIES = re.compile(r" in [0-9]+ of [0-9]+ entries$")

NO_FILE = "no file to grade"
BESIDE = "Found only beside another mistake in the same answer. What these students read describes it"

Catalogue = dict[str, tuple[str, str]]
"""Identifier -> the sentence for students, the one for staff."""


@dataclass(frozen=True)
class Finding:
    """One kind of failure."""

    identifier: str
    """Empty if no cause was recognized."""
    sentence: str
    staff: str
    numbers: tuple[str, ...]
    """The cases it was seen in."""
    students: tuple[Student, ...]
    extra: bool
    """Whether it was seen in extra credit alone."""


def read_catalogue(parts: Iterable[Assignment]) -> tuple[Catalogue, list[str]]:
    """Return the known mistakes of all parts of an assignment, and sentences about parts where they cannot be read.

    Of two mistakes with the same identifier, that of the earlier part counts.
    """
    known: Catalogue = {}
    problems = []
    for part in parts:
        catalogue, problem = _read_one(part.folder)
        known = {**catalogue, **known}
        if problem:
            problems.append(problem)
    return known, problems


def _read_one(folder: Path) -> tuple[Catalogue, str]:
    """Read the mistakes of one part: the instructor's own Python, run in this process as the session runs it."""
    path = folder / "mistakes.py"
    if not path.exists():
        return {}, ""
    sys.path.insert(0, str(folder))  # it may import its neighbors
    before = set(sys.modules)
    try:
        known: list[Any] = runpy.run_path(str(path))["MISTAKES"]
        return {mistake.identifier: (mistake.sentence, mistake.staff) for mistake in known}, ""
    except Exception as error:
        # With the folder's name, since each part has a file called this.
        return (
            {},
            f"{folder.name}/{path.name} cannot be read, so mistakes are listed without their sentences: {error!r}.",
        )
    finally:
        sys.path.remove(str(folder))
        # Another part has neighbors of the same names.
        for name in set(sys.modules) - before:
            if _lies_in(folder, sys.modules[name]):
                del sys.modules[name]


def _lies_in(folder: Path, module: ModuleType) -> bool:
    return Path(getattr(module, "__file__", None) or "").parent == folder


def findings(
    course: Course, catalogue: Catalogue, say: Callable[[Student, str], str]
) -> tuple[list[Finding], list[Finding]]:
    """Return mistakes by name, and failures without a named mistake by their summary.

    Each list begins with the most frequent, and ends with those of extra credit. A case that fails only because another
    one does is not a failure of its own.

    Args:
        say: returns what may be shown of a student's text.
    """
    cases = {case.number: case for case in course.cases}
    named: defaultdict[str, list[tuple[Student, str, str]]] = defaultdict(list)
    unnamed: defaultdict[tuple[str, bool], list[tuple[Student, str, str]]] = defaultdict(list)
    for student, _ in course.graded:
        for number, seen in student.cases.items():
            # A fault of ours is not a student's mistake; the page reports it elsewhere.
            if seen.passed or seen.outcome == Outcome.GRADER_ERROR.value or _left_out(cases.get(number), seen):
                continue
            summary = _summary(seen)
            if summary != NO_FILE:  # a constant to compare with, so never veiled
                summary = say(student, summary)
            for place, identifier in enumerate(_identifiers(seen)):
                # Of two mistakes, the summary describes the first.
                named[identifier].append((student, number, "" if place else summary))
            if seen.mistake is None and not _WAITS.fullmatch(seen.summary):
                # These words do not name the file, and whoever hands in an empty one for extra credit has the first.
                beyond = summary == NO_FILE and number in cases and cases[number].extra
                unnamed[summary, beyond].append((student, number, summary))
    return (
        _by_frequency([_finding(key, seen, cases, catalogue) for key, seen in named.items()]),
        _by_frequency([_finding("", seen, cases, {}) for seen in unnamed.values()]),
    )


def _left_out(case: Case | None, seen: Seen) -> bool:
    return case is not None and seen.left_out(case)


def _identifiers(seen: Seen) -> Iterator[str]:
    # Two arrays of one answer can be wrong in two ways; then both mistakes count.
    if seen.mistake is not None:
        yield from dict.fromkeys(seen.mistake.split("+"))


def _summary(seen: Seen) -> str:
    if seen.outcome == Outcome.UNREADABLE.value:
        return NO_FILE
    return _ENTRIES.sub("", seen.summary) or seen.text.partition("\n")[0] or seen.outcome


def _finding(
    identifier: str, seen: list[tuple[Student, str, str]], cases: dict[str, Case], catalogue: Catalogue
) -> Finding:
    # A cause that was found without a formula has no entry in the catalogue: its usual summary is shown instead.
    said = Counter(summary for _, _, summary in seen if summary).most_common()
    usual = (said[0][0] if len(said) == 1 else f"For example: {said[0][0]}") if said else BESIDE
    sentence, staff = catalogue.get(identifier, (usual, ""))
    numbers = {number for _, number, _ in seen}
    order = list(cases)
    return Finding(
        identifier=identifier,
        sentence=sentence,
        staff=staff,
        numbers=tuple(sorted(numbers, key=lambda number: order.index(number) if number in order else len(order))),
        students=tuple({student.number: student for student, _, _ in seen}.values()),
        extra=all(number in cases and cases[number].extra for number in numbers),
    )


def _by_frequency(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (one.extra, -len(one.students), one.identifier, one.sentence))
