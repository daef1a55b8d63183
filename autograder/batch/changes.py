"""What changed since an earlier grading: the grades stored in an export, or an earlier run."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..assignment import Assignment
from ..gradescope.results import EXTRA
from ..outcome import Outcome
from . import text
from .gathered import Course, Seen, Student
from .names import natural
from .records import Graded, Stored, StoredCase

# Smaller differences are rounding errors, not points.
SAME = 1e-6
ANOTHER = "a different program was handed in"
# The outcomes of a part of the assignment in which there is nothing to grade.
_NOTHING = {Outcome.UNREADABLE.value}


@dataclass(frozen=True)
class Before:
    """The earlier grade of one submission."""

    stored: Stored
    digest: str = ""
    """Of the program, if known."""


@dataclass(frozen=True)
class CaseChange:
    """One case whose points or outcome have changed; the points are None where there is no such case."""

    number: str
    before: float | None
    after: float | None
    why: str


@dataclass(frozen=True)
class Change:
    """One submission whose grade has changed."""

    student: Student
    before: float
    after: float
    cases: tuple[CaseChange, ...]
    why: str
    """The reason for the change as a whole; empty if the cases say it all."""

    @property
    def difference(self) -> float:
        """Points won, or lost if negative."""
        return self.after - self.before


@dataclass(frozen=True)
class CaseCount:
    """In how many submissions one case gained or lost points."""

    number: str
    up: int
    down: int


@dataclass(frozen=True)
class Comparison:
    """The current grades, compared with one earlier grading."""

    source: str
    """What it is compared with, in words."""
    compared: int
    changes: tuple[Change, ...]
    """The largest differences first; those with the same total but changes in cases last."""
    counts: tuple[CaseCount, ...]
    notes: tuple[str, ...]

    @property
    def other_totals(self) -> int:
        """How many submissions have a different score."""
        return self.higher + self.lower

    @property
    def higher(self) -> int:
        """How many submissions have gained points."""
        return sum(change.difference > SAME for change in self.changes)

    @property
    def lower(self) -> int:
        """How many submissions have lost points."""
        return sum(change.difference < -SAME for change in self.changes)


def since_stored(course: Course, assignment: Assignment) -> Comparison | None:
    """Compare with the grades stored in the export; return None if there are none."""

    def stored(student: Student) -> Before | None:
        return None if student.entry.stored is None else Before(student.entry.stored)

    if all(student.entry.stored is None for student in course.students):
        return None
    return _compare("the grades stored in the export", course, assignment, stored)


def since_earlier(course: Course, earlier: Course, assignment: Assignment) -> Comparison:
    """Compare with an earlier run. A student who handed in again has a new submission; match it by person."""
    by_id = {student.entry.id: student for student, _ in earlier.graded}
    by_people: dict[tuple[str, str], list[Student]] = {}
    for student, _ in earlier.graded:
        for key in student.entry.known_as:
            by_people.setdefault(key, []).append(student)
    found: set[str] = set()

    def before(student: Student) -> Before | None:
        again = by_id.get(student.entry.id)
        if again is None:
            same = {one.entry.id: one for key in student.entry.known_as for one in by_people.get(key, [])}
            again = next(iter(same.values())) if len(same) == 1 else None
        if again is None or again.graded is None:
            return None
        found.add(again.entry.id)
        cases = {
            number: StoredCase(seen.score, seen.outcome, seen.mistake, seen.title)
            for number, seen in again.cases.items()
        }
        return Before(Stored(again.graded.score, cases), again.graded.digest)

    comparison = _compare("an earlier run", course, assignment, before)
    gone = len(by_id.keys() - found)
    notes = (f"Submissions in the earlier run but not in this one: {gone:,}.",) if gone else ()
    return replace(comparison, notes=comparison.notes + notes)


def since_replaced(course: Course, assignment: Assignment) -> Comparison | None:
    """Compare with the programs that today's have replaced, as after an appeal; return None if none was replaced."""
    points = {case.number: float(case.points) for case in assignment.every_case}

    def replaced(student: Student) -> Before | None:
        then = student.replaced
        return None if then is None else Before(Stored(then.score, _of_journal(then, student, points)), then.digest)

    there = tuple(student for student, _ in course.graded if student.replaced is not None)
    if not there:
        return None
    comparison = _compare("the programs that were replaced", replace(course, students=there), assignment, replaced)
    return replace(comparison, changes=tuple(replace(one, why=ANOTHER) for one in comparison.changes))


def _of_journal(then: Graded, student: Student, points: Mapping[str, float]) -> dict[str, StoredCase]:
    """Reconstruct the cases of a grading whose results are overwritten, from the outcomes and the total in the journal.

    Empty if the points do not add up to the total, since a case may give some points even if it fails.
    """
    cases = {}
    for case in then.cases:
        now = student.cases.get(case.number)
        # The mistake recognized then is lost, too: for the same outcome, assume the same mistake.
        mistake = now.mistake if now is not None and now.outcome == case.outcome else None
        score = points.get(case.number, 0.0) if case.outcome == Outcome.PASSED.value else 0.0
        cases[case.number] = StoredCase(score, case.outcome, mistake)
    total = math.fsum(case.score for case in cases.values())
    return {} if _differs(total, then.score) else cases


def _compare(
    source: str,
    course: Course,
    assignment: Assignment,
    before: Callable[[Student], Before | None],
) -> Comparison:
    changes, compared, new = [], 0, 0
    declared = [case.number for case in assignment.every_case]
    extra = [{case.number for case in part.cases} for part in assignment.extra_credit]
    up: Counter[str] = Counter()
    down: Counter[str] = Counter()
    there: set[str] = set()
    renumbered = _Renumbered(assignment)
    for student, graded in course.graded:
        then = before(student)
        if then is None or then.stored.score is None:  # never graded before: nothing has changed
            new += 1
            continue
        compared += 1
        stored = renumbered.today(then.stored)
        one_sided, about_parts = _one_sided(student, stored, assignment)
        there |= stored.cases.keys() - (one_sided - set(declared))
        cases = tuple(_cases(student, stored, declared, one_sided))
        for case in cases:
            up[case.number] += (case.after or 0) > (case.before or 0) + SAME
            down[case.number] += (case.after or 0) < (case.before or 0) - SAME
        if cases or about_parts or _differs(then.stored.score, graded.score):
            why = about_parts or _why(graded, then, bool(cases))
            changes.append(Change(student, then.stored.score, graded.score, cases, why))
    notes: tuple[str, ...] = ()
    if new:
        notes += (f"Graded now, with no earlier grade to compare with: {new:,}.",)
    # If nobody tried a part for extra credit before, it is unknown which cases it had.
    untried = {number for numbers in extra if not there & numbers for number in numbers}
    if there and (fresh := [number for number in declared if number not in there | untried]):
        notes += (f"New cases: {', '.join(fresh)}.",)
    if gone := sorted(there - set(declared), key=natural):
        notes += (f"Removed cases: {', '.join(gone)}.",)
    notes += renumbered.notes
    counts = [CaseCount(number, up[number], down[number]) for number in [*declared, *gone]]
    return Comparison(
        source,
        compared,
        tuple(sorted(changes, key=lambda one: (-abs(one.difference), one.student.number))),
        tuple(one for one in counts if one.up or one.down),
        notes,
    )


class _Renumbered:
    """Matches the cases of an earlier grading to today's by title, because inserting a case renumbers the others."""

    def __init__(self, assignment: Assignment) -> None:
        self._titles = {case.number: case.title for case in assignment.every_case}
        many = Counter(self._titles.values())
        self._numbers = {title: number for number, title in self._titles.items() if many[title] == 1}
        self._moved: dict[str, str] = {}
        self._retitled: set[str] = set()

    def today(self, stored: Stored) -> Stored:
        """Return the grade under today's numbers; a case whose number another one has now becomes `former NUMBER`."""
        titles = {number: case.title.removeprefix(EXTRA) for number, case in stored.cases.items()}
        found = {number: number for number, title in titles.items() if title and self._titles.get(number) == title}
        for number, title in titles.items():
            now = self._numbers.get(title)
            if number not in found and now is not None and now not in found.values():
                found[number] = self._moved[number] = now
        for number in titles.keys() - found.keys():
            if number in found.values():
                found[number] = f"former {number}"
            elif titles[number] and number in self._titles:
                self._retitled.add(number)
        return replace(stored, cases={found.get(number, number): case for number, case in stored.cases.items()})

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about cases with new numbers or new titles."""
        found = []
        if self._moved:
            pairs = [f"{was} is now {now}" for was, now in self._moved.items()]
            found.append(f"Renumbered cases, matched by title: {text.named(pairs)}.")
        if self._retitled:
            found.append(
                "Same number but a new title, so perhaps a different case: "
                f"{text.named(sorted(self._retitled, key=natural))}."
            )
        return tuple(found)


def _differs(before: float, after: float) -> bool:
    return abs(before - after) > SAME


def _one_sided(student: Student, stored: Stored, assignment: Assignment) -> tuple[set[str], str]:
    """Return the cases of the parts that had something to grade only before or only now; and the reason in words."""
    one_sided: set[str] = set()
    why = []
    for part in assignment.parts if stored.cases else ():
        numbers = {case.number for case in part.cases}
        was = {stored.cases[number].outcome for number in numbers & stored.cases.keys()}
        now = {student.cases[number].outcome for number in numbers & student.cases.keys()}
        if part is not assignment.parts[0] and bool(was) != bool(now):
            why.append("extra credit now, none before" if now else "no extra credit now, some before")
        elif was and now and (was == _NOTHING) != (now == _NOTHING):
            why.append(f"nothing to grade in {part.file} {'now' if now == _NOTHING else 'before'}")
        else:
            continue
        one_sided |= numbers
    beyond = {number for number, case in stored.cases.items() if case.title.startswith(EXTRA)}
    if beyond and not assignment.extra_credit:
        # The old digest covers both files and the new one only the first, so they cannot tell whether it has changed.
        why.append("extra credit counted before and no longer does")
        one_sided |= beyond - {case.number for case in assignment.cases}
    return one_sided, "; ".join(why)


def _cases(student: Student, stored: Stored, declared: list[str], aside: set[str]) -> Iterator[CaseChange]:
    # Many exports have only totals; then nothing can be said about cases.
    if not stored.cases:
        return
    for number in [*declared, *sorted(stored.cases.keys() - set(declared), key=natural)]:
        if number in aside:
            continue
        was, now = stored.cases.get(number), student.cases.get(number)
        if was is None and now is not None:
            yield CaseChange(number, None, now.score, "a new case")
        elif was is not None and now is None:
            yield CaseChange(number, was.score, None, "a removed case")
        elif was is not None and now is not None and (why := _case_why(was, now)):
            yield CaseChange(number, was.score, now.score, why)


def _case_why(was: StoredCase, now: Seen) -> str:
    """Return what has changed in a case; empty if nothing has."""
    if was.outcome is not None and was.outcome != now.outcome:
        return f"{_ended(was.outcome, was.mistake)}, now {_ended(now.outcome, now.mistake)}"
    # An export from another grader has only points: then there is no earlier mistake to compare with.
    if was.outcome is not None and was.mistake != now.mistake:
        return f"{was.mistake or 'no named mistake'}, now {now.mistake or 'no named mistake'}"
    if not _differs(was.score, now.score):
        return ""
    # The same outcome with different points: an instructor has changed what the case is worth.
    ended = _ended(now.outcome, now.mistake)
    return f"now {ended}" if was.outcome is None else f"{ended} as before, with different points"


def _ended(outcome: str, mistake: str | None) -> str:
    return f"{outcome} ({mistake})" if mistake else outcome


def _why(graded: Graded, then: Before, cases: bool) -> str:
    if then.digest and graded.digest:
        return "the same program, graded differently" if then.digest == graded.digest else ANOTHER
    return "" if cases else "only the total was stored before"
