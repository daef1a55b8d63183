"""report.html: one self-contained file that can be read without scripts, and names nobody unless asked to.

Everything in it that a student or an export may have written goes through `text.shown` and the template's escaping. The
content security policy in its head allows no requests, and no script except the one that adds the filter, by its hash.
"""

import base64
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..assignment import Assignment
from ..outcome import Outcome
from . import tables, text
from .changes import Change, Comparison
from .environment import started
from .findings import NO_FILE, Finding
from .gathered import Course, Student
from .items import Distribution, Extra, Item, Mastery

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent
# With more students, the grid of students by cases is too long for a page, and grades.csv is the better place.
MOST_IN_GRID = 2000
# Room on the page for the texts that students read, in characters. Most students read the same few texts; the rarest
# texts may be left out.
ROOM_FOR_TEXTS = 180_000
MOST_OF_A_TEXT = 4_000
MOST_AROUND_A_TEXT = 120
MOST_UNNAMED = 20
MOST_WHO = 500
# The same for a mistake in extra credit, which has many cases: the page stays as small as without extra credit.
MOST_WHO_EXTRA = 100
MOST_CHANGES = 200
# On paper, a list of students under a sentence at the top stays closed if it is longer: it would fill the first page.
MOST_ON_PAPER = 20
MOST_CASES_OF_A_CHANGE = 6
# An export may store a grade with any number of cases that are not ours; today's come first.
MOST_COUNTS = 100
MOST_NOTES = 30
MOST_CAUSES = 3

# Marks beside the points in the grid, for outcomes that are not simply a wrong answer.
MARKS = {
    Outcome.RAISED.value: ("e", "an exception"),
    Outcome.MISSING.value: ("m", "the function is missing"),
    Outcome.TIMED_OUT.value: ("t", "too slow"),
    Outcome.OUT_OF_MEMORY.value: ("o", "out of memory"),
    Outcome.DIED.value: ("d", "the program ended itself"),
    Outcome.NOT_RUN.value: ("n", "time ran out before this case"),
    Outcome.UNREADABLE.value: ("u", "no file to grade"),
    Outcome.GRADER_ERROR.value: ("!", "the grader itself failed: no fault of the student's"),
}
_LINE_NUMBER = re.compile(r"\bline \d+")

Say = Callable[[Student | None, str], str]
"""Returns what may be shown of a text, which belongs to a student, or to nobody in particular (None)."""


@dataclass(frozen=True)
class Who:
    """What a student is called on this page."""

    name: str
    sid: str = ""


@dataclass(frozen=True)
class Message:
    """What one or more students read about a case."""

    anchor: str
    text: str
    students: int
    cause: str
    """The most frequent ones, if there are several, since a text may only refer to another case."""
    where: str
    """The cases it was read in, if that is more than one."""


@dataclass(frozen=True)
class Cell:
    """Points of a student for a case."""

    points: str
    anchor: str = ""
    """Of the message that it links to; empty if there is none."""
    mark: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Row:
    """A student in the grid."""

    student: Student
    score: str
    cells: tuple[Cell, ...]
    instead: str = ""
    """What is shown instead of the cells."""
    anchor: str = ""
    extra: str = ""
    """How much of the score is extra credit; empty if nobody in the class has tried it."""


@dataclass(frozen=True)
class Group:
    """The cases of one part in the table of cases, and who was graded on them."""

    part: Assignment
    items: list[Item]
    rows: list[Row]


@dataclass(frozen=True)
class Content:
    """All the data on the page."""

    course: Course
    assignment: Assignment
    distribution: Distribution | None
    items: list[Item]
    extra: list[Extra]
    mastery: list[Mastery]
    named: list[Finding]
    unnamed: list[Finding]
    comparisons: list[Comparison]
    environment: dict[str, Any]
    problems: list[tuple[str, list[Student]]]
    """Sentences about what to know before the grades are used, and whom each is about."""

    @property
    def least_right(self) -> Mastery | None:
        """The function that the smallest share of the class got right; None if everybody got everything right."""
        missed = [one for one in self.mastery if one.right < one.tried]
        return min(missed, key=lambda one: one.right / one.tried, default=None)

    @property
    def most_frequent(self) -> list[Finding]:
        """What went wrong most often outside extra credit, with a name or without; nothing if nothing occurred twice.

        Several findings, if they are equally frequent. A missing file does not count, because it does not show what
        was not understood.
        """
        found = [one for one in (*self.named, *self.unnamed) if not one.extra and one.sentence != NO_FILE]
        found = [one for one in found if len(one.students) > 1]
        most = max((len(one.students) for one in found), default=0)
        return [one for one in found if len(one.students) == most]


def page(content: Content, say: Say, *, names: bool) -> str:
    """Return the whole file.

    Args:
        say: what may be shown of a text.
        names: whether students are named.
    """
    course = content.course
    full = text.number(float(content.assignment.points))
    in_grid = len(course.students) <= MOST_IN_GRID
    messages, anchors = _messages(course, say) if in_grid else ([], {})
    groups = [_group(part, content, anchors if in_grid else None) for part in course.parts]
    script = (HERE / "report.js").read_text(encoding="utf-8")
    # The whole page is cleaned once more here, whichever way text from outside got into it.
    return text.shown(
        _template().render(
            content=content,
            course=course,
            unit=course.unit,
            dist=content.distribution,
            full=full,
            all=f"{full} points or more" if content.extra else "full marks",
            who=lambda student: _who(student, len(course.students), names=names),
            names=names,
            first=groups[0],
            groups=groups,
            marks=_marks(groups),
            lent=any(cell.anchor and not cell.wrong for group in groups for row in group.rows for cell in row.cells),
            messages=messages,
            rest="rest" in anchors.values(),
            notes=_notes(course, say),
            started=started(content.environment),
            environment=[(say(None, key), say(None, value)) for key, value in _flat(content.environment)],
            in_grid=in_grid,
            most_unnamed=MOST_UNNAMED,
            most_who=MOST_WHO,
            most_who_extra=MOST_WHO_EXTRA,
            most_changes=MOST_CHANGES,
            most_on_paper=MOST_ON_PAPER,
            most_cases=MOST_CASES_OF_A_CHANGE,
            most_counts=MOST_COUNTS,
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            signed=_signed,
            where=lambda numbers: _where(numbers, content.course.parts),
            say=say,
        )
    )


def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # not at the top: the parent imports this module

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": text.number, "count": text.count, "line": text.line}
    return environment.get_template("report.html.j2")


def _who(student: Student, students: int, *, names: bool) -> list[Who]:
    people = student.entry.people
    if not names:
        group = f" (group of {len(people)})" if len(people) > 1 else ""
        return [Who(tables.label(student.number, students) + group)]
    if not people:
        return [Who(text.line(student.entry.called, 80))]
    return [Who(text.line(one.name or one.email or student.entry.id, 80), text.line(one.sid, 40)) for one in people]


def _signed(change: Change) -> str:
    """Return the difference with its sign; a minus is U+2212, not a hyphen."""
    value = text.number(abs(change.difference))
    if value == "0":
        return "±0"
    return ("+" if change.difference > 0 else "−") + value


def _group(part: Assignment, content: Content, anchors: dict[tuple[int, str], str] | None) -> Group:
    """Return the group of one part. It has a row for everybody; for extra credit, for those who tried it.

    Without anchors it has no rows.
    """
    course = content.course
    numbers = {case.number for case in part.cases}
    is_first = part is course.parts[0]
    rows: list[Row] = []
    if anchors is not None:
        students = [student for student in course.students if is_first or student.handed_in(part)]
        rows = [_row(student, part, course, anchors) for student in students]
    return Group(part, [item for item in content.items if item.case.number in numbers], rows)


def _row(student: Student, part: Assignment, course: Course, anchors: dict[tuple[int, str], str]) -> Row:
    none = "–" if course.extra else ""
    if student.graded is None:
        return Row(student, "", (), "not graded yet", extra=none)
    is_first = part is course.parts[0]
    score = text.number(student.graded.score if is_first else student.score_of(part))
    tried = [student.score_of(one) for one in course.extra if student.handed_in(one)]
    extra = text.number(sum(tried)) if tried else none
    if student.nothing_for(part):
        first = next(case.number for case in part.cases if case.number in student.cases)
        return Row(student, score, (), "nothing to grade", anchors.get((student.number, first), ""), extra)
    cells = []
    for case in part.cases:
        seen = student.cases.get(case.number)
        if seen is None or seen.left_out(case):
            cells.append(Cell("–"))
        else:
            mark = MARKS.get(seen.outcome, ("", ""))[0]
            anchor = anchors.get((student.number, case.number), "")
            cells.append(Cell(text.number(seen.score), anchor, mark, wrong=not seen.passed))
    return Row(student, score, tuple(cells), extra=extra)


def _marks(groups: list[Group]) -> list[tuple[str, str]]:
    """Return the marks that occur."""
    found = {cell.mark for group in groups for row in group.rows for cell in row.cells}
    return [mark for mark in MARKS.values() if mark[0] in found]


def _messages(course: Course, say: Say) -> tuple[list[tuple[str, list[Message]]], dict[tuple[int, str], str]]:
    """Return what students read, each text once, by title of its case; and its anchor, by student and case.

    Texts that differ only in line numbers of the students' programs count as one.
    """
    readers: defaultdict[str, list[tuple[Student, str]]] = defaultdict(list)
    exact: defaultdict[str, set[str]] = defaultdict(set)
    cases = {case.number: case for case in course.cases}
    for student, _ in course.graded:
        for number, seen in student.cases.items():
            if seen.text and not (number in cases and seen.left_out(cases[number])):
                said = say(student, seen.text)
                masked = _LINE_NUMBER.sub("line #", said)
                readers[masked].append((student, number))
                exact[masked].add(said)
    titles = {
        number: f"{'Extra credit, ' if case.extra else ''}{number} {case.title}" for number, case in cases.items()
    }
    found: dict[str, list[Message]] = {title: [] for title in ("Several cases", *titles.values())}
    anchors: dict[tuple[int, str], str] = {}
    room = ROOM_FOR_TEXTS
    many = {masked: len({student.number for student, _ in read}) for masked, read in readers.items()}
    frequent = sorted(readers.items(), key=lambda one: (-many[one[0]], -len(one[1]), one[0]))
    for index, (masked, read) in enumerate(frequent, 1):
        numbers = tuple(dict.fromkeys(number for _, number in read))
        shown = masked if len(exact[masked]) > 1 else next(iter(exact[masked]))
        if len(shown) > MOST_OF_A_TEXT:
            shown = shown[:MOST_OF_A_TEXT] + "\n... (cut here)"
        size = len(escape(shown)) + MOST_AROUND_A_TEXT
        if size > room:
            # Only shorter texts would still fit, and which of them do would be chance: leave out all the rest.
            room = 0
            anchors.update({(student.number, number): "rest" for student, number in read})
            continue
        room -= size
        title = "Several cases" if len(numbers) > 1 else titles.get(numbers[0], numbers[0])
        where = _where(numbers, course.parts) if len(numbers) > 1 else ""
        message = Message(f"m{index}", shown, many[masked], _causes(read), where)
        found.setdefault(title, []).append(message)
        anchors.update({(student.number, number): message.anchor for student, number in read})
    return [(title, messages) for title, messages in found.items() if messages], anchors


def _causes(read: list[tuple[Student, str]]) -> str:
    """Return the most frequent mistakes or outcomes of those who read a text, each counted once per student."""
    answers = ((student, student.cases[number]) for student, number in read)
    found = dict.fromkeys((student.number, seen.mistake or seen.outcome) for student, seen in answers)
    return text.named([cause for cause, _ in Counter(cause for _, cause in found).most_common()], MOST_CAUSES)


def _where(numbers: tuple[str, ...], parts: tuple[Assignment, ...]) -> str:
    """Return the cases in words: by their numbers, or as every case of a part."""
    left, words = set(numbers), []
    for part in parts:
        of_it = {case.number for case in part.cases}
        if of_it <= left:
            words.append(f"every case of {part.file}" if len(parts) > 1 else "every case")
            left -= of_it
    return ", ".join([*words, *(number for number in numbers if number in left)])


def _notes(course: Course, say: Say) -> list[tuple[str, list[Student]]]:
    """Return notes for staff, the most frequent first, each with the submissions that it is about."""
    found: defaultdict[str, list[Student]] = defaultdict(list)
    for student in course.students:
        staff = student.graded.staff if student.graded else ()
        for note in dict.fromkeys((*student.entry.notes, *staff)):
            found[text.line(say(student, note), 300)].append(student)
    notes = sorted(found.items(), key=lambda one: -len(one[1]))
    rest = {student.number for _, students in notes[MOST_NOTES:] for student in students}
    shown = notes[:MOST_NOTES]
    if rest:
        shown.append((f"More notes, about {text.count(len(rest), course.unit)}, are in grades.csv.", []))
    return shown


def _flat(value: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and text of each value, however deeply nested; names are joined by dots."""
    for key, inner in value.items():
        name = f"{before}.{key}" if before else str(key)
        if isinstance(inner, dict) and inner:
            yield from _flat(inner, name)
        elif isinstance(inner, list):
            yield text.line(name), text.line(", ".join(map(_plain, inner)), 2000)
        else:
            yield text.line(name), text.line(_plain(inner), 2000)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
