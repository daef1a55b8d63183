"""Combine manifest, journal and results of a batch: who got what, as the tables and the page need it."""

import functools
import math
from dataclasses import dataclass
from typing import Any

from ..assignment import Assignment
from ..outcome import NOT_STARTED, Case, Outcome
from . import text
from .records import Entry, Folder, Graded, GradedCase


@dataclass(frozen=True)
class Seen:
    """One case of one submission."""

    score: float
    outcome: str
    mistake: str | None
    summary: str
    seconds: float | None
    text: str
    """What the student reads; empty where there is nothing to say."""
    title: str
    """The case's title in the results, which may come from another list of cases than today's."""

    @property
    def passed(self) -> bool:
        """Whether the case passed."""
        return self.outcome == Outcome.PASSED.value

    def left_out(self, case: Case) -> bool:
        """Whether this is extra credit that the student has not started, which is no failure."""
        return case.extra and self.summary == NOT_STARTED


@dataclass(frozen=True)
class Student:
    """One submission: of a student, or of a group."""

    number: int
    """Its number in every report on this class, from 1."""
    entry: Entry
    graded: Graded | None
    """None if it is not graded yet, or if its results cannot be read."""
    cases: dict[str, Seen]
    """By number of the case; empty if it is not graded."""
    replaced: Graded | None
    """The grade of the program that the current one has replaced, if there was one."""

    @functools.cached_property
    def faults(self) -> list[str]:
        """The cases on which the grader itself failed."""
        return [number for number, seen in self.cases.items() if seen.outcome == Outcome.GRADER_ERROR.value]

    @property
    def nothing_to_grade(self) -> bool:
        """Whether there was no program, so that its zeros say nothing about any case."""
        return bool(self.cases) and all(seen.outcome == Outcome.UNREADABLE.value for seen in self.cases.values())

    def handed_in(self, part: Assignment) -> bool:
        """Whether it has results for a part of the assignment."""
        return any(case.number in self.cases for case in part.cases)

    def nothing_for(self, part: Assignment) -> bool:
        """Whether there was no program for this part of the assignment."""
        seen = [self.cases[case.number] for case in part.cases if case.number in self.cases]
        return bool(seen) and all(one.outcome == Outcome.UNREADABLE.value for one in seen)

    def score_of(self, part: Assignment) -> float:
        """Points of one part."""
        return round(math.fsum(self.cases[case.number].score for case in part.cases if case.number in self.cases), 6)


@dataclass(frozen=True)
class Course:
    """All submissions of a batch."""

    students: tuple[Student, ...]
    problems: tuple[str, ...]
    """Sentences about what could not be read."""
    parts: tuple[Assignment, ...]
    """The assignment itself, and each part for extra credit that anybody has handed something in for."""

    @property
    def cases(self) -> list[Case]:
        """The cases of these parts, in the order of all tables."""
        return [case for part in self.parts for case in part.cases]

    @property
    def extra(self) -> tuple[Assignment, ...]:
        """The parts that give extra credit."""
        return self.parts[1:]

    @property
    def graded(self) -> list[tuple[Student, Graded]]:
        """The students whose submissions are graded, with their grades."""
        return [(student, student.graded) for student in self.students if student.graded is not None]

    @property
    def unit(self) -> str:
        """What to call a submission: a student, unless anybody worked in a group."""
        return "submission" if any(len(student.entry.people) > 1 for student in self.students) else "student"


def gather(folder: Folder, assignment: Assignment) -> Course:
    """Read everything that `folder` holds, finished or not.

    Raises:
        OSError: there is no manifest.
    """
    # A submission that was graded twice has two lines, and the results of the second.
    journal: dict[str, Graded] = {}
    replaced: dict[str, Graded] = {}
    for one in folder.graded():
        if one.id in journal and journal[one.id].digest != one.digest:
            replaced[one.id] = journal[one.id]
        journal[one.id] = one
    first, *extra = ([case.number for case in part.cases] for part in assignment.parts)
    texts: dict[str, str] = {}
    students, unread, other = [], [], []
    numbers = folder.numbered()
    for place, entry in enumerate(folder.entries(), 1):
        graded, cases = journal.get(entry.id), {}
        if graded is not None:
            try:
                cases = _cases(folder.results_of(entry.id), graded, texts)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                graded = None
                unread.append(entry.id)
            else:
                # Cases of extra credit are there only if something was handed in for it.
                also = [number for numbers in extra if cases.keys() & set(numbers) for number in numbers]
                if list(cases) != first + also:
                    other.append(entry.id)
        students.append(Student(numbers.get(entry.id, place), entry, graded, cases, replaced.get(entry.id)))
    problems = []
    if unread:
        problems.append(f"Counted as not graded yet, because their results cannot be read: {text.named(unread)}.")
    if other:
        problems.append(f"Graded with a different list of cases, so they must be graded again: {text.named(other)}.")
    tried = tuple(part for part in assignment.extra_credit if any(one.handed_in(part) for one in students))
    return Course(tuple(students), tuple(problems), (assignment, *tried))


def _cases(results: dict[str, Any], graded: Graded, texts: dict[str, str]) -> dict[str, Seen]:
    beyond = {case.number: case for case in graded.cases}
    return {str(test["number"]): _seen(test, beyond.get(str(test["number"])), texts) for test in results["tests"]}


def _seen(test: dict[str, Any], beyond: GradedCase | None, texts: dict[str, str]) -> Seen:
    outcome, output = str(test["extra_data"]["outcome"]), str(test["output"])
    title = str(test.get("name", ""))
    return Seen(
        score=float(test["score"]),
        outcome=outcome,
        mistake=test["extra_data"]["mistake"],
        summary="" if beyond is None else beyond.summary,
        seconds=None if beyond is None else beyond.seconds,
        # Most students read the same few texts: each is kept once.
        text=texts.setdefault(output, output),
        title=texts.setdefault(title, title),
    )
