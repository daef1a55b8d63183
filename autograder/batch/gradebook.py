"""canvas.csv: the gradebook that was exported from Canvas, with the grades of this assignment, to be imported there.

What Canvas does with such a file, as its own importer reads it:

- The first row names the columns. Those up to `Section` say who a student is and come in a fixed order.
- A row whose first cell contains `Points Possible` sets what an assignment is worth; one whose cells are empty or say
  `Manual Posting` is passed over.
- A student is found by `ID`, then by SIS ids, then by name. An assignment is found by the number in brackets behind
  its title, then by its title; any other column is a new assignment, and Canvas asks before it makes one.
- Every cell of an assignment's column becomes the grade; an empty one takes the grade away. Columns that are not in the
  file stay as they are.

So the file holds the columns up to `Section` and this assignment's alone: importing it cannot undo what was graded
elsewhere since the export. Whoever has no grade from us keeps the cell that Canvas had, which is empty in a new column.
So does whoever's submission could not be had, as one that an export lists and does not hold: the download may be bad.

A grade contains extra credit, and the points possible do not: more than those is what Canvas, too, counts as such.
"""

import csv
import io
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..assignment import Assignment
from . import tables, text
from .gathered import Course, Student
from .records import Graded, Person

_WITH_NUMBER = re.compile(r"\s*\([0-9]+\)\s*$")
_EXCUSED = "EX"


class RosterError(Exception):
    """The roster cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Roster:
    """A gradebook as Canvas exports it."""

    header: list[str]
    rows: list[list[str]]
    """All others, in their order."""
    students: list[int]
    """Which of the rows may be students; one about posting has no name and no number, so nobody is found in it."""
    worth: int | None
    """Which of them says what an assignment is worth."""
    delimiter: str
    mark: bool

    def cell(self, row: int, column: str) -> str:
        """Of a row, by the name of its column; empty if there is none."""
        return self.rows[row][self.header.index(column)].strip() if column in self.header else ""

    def name(self, row: int) -> str:
        """Of a student, as Canvas has it."""
        if "Student" in self.header:
            return self.cell(row, "Student")
        return f"{self.cell(row, 'LastName')}, {self.cell(row, 'FirstName')}"


def read_roster(path: Path) -> Roster:
    """Read a gradebook exported from Canvas.

    Raises:
        RosterError: it is none.
    """
    if os.path.exists(path) and not os.path.isfile(path):  # a pipe would be waited for, and it is read twice
        raise RosterError(f"The roster {path} is not a file. Name the file that Canvas exported.")
    try:
        content = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise RosterError(f"The roster {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise RosterError(f"The roster {path} is not UTF-8. Export the gradebook from Canvas again.") from None
    mark = content.startswith("\ufeff")
    content = content.removeprefix("\ufeff").replace("\x00", "")
    first = content.partition("\n")[0]
    # Canvas writes semicolons where a user's language has commas in its numbers.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        header, *rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter) if any(row)]
    except (ValueError, csv.Error):
        header, rows = [], []
    header = [column.strip() for column in header]
    if (header[:2] != ["Student", "ID"] and header[:3] != ["LastName", "FirstName", "ID"]) or "Section" not in header:
        raise RosterError(
            f"The roster {path} is not a Canvas gradebook: its first row must begin with Student, ID and include "
            "Section. In Canvas, choose Grades, Export, Export Entire Gradebook."
        )
    rows = [row + [""] * len(header) for row in rows]
    worth = next((index for index, row in enumerate(rows) if "Points Possible" in row[0]), None)
    # Whoever calls themselves so must not get their grade there: it would be what the assignment is worth.
    students = [index for index, row in enumerate(rows) if "Points Possible" not in row[0]]
    roster = Roster(header, rows, students, worth, delimiter, mark)
    _refuse_student_with_two_rows(roster, path)
    return roster


def _refuse_student_with_two_rows(roster: Roster, path: Path) -> None:
    """Canvas gives each student one row, whatever sections they are in; two would get no grade, as if two fitted."""
    seen: dict[str, int] = {}
    for row in roster.students:
        number = roster.cell(row, "ID")
        if number and seen.setdefault(number, row) != row:
            raise RosterError(
                f"The roster {path} has two or more rows for the ID {number}, {text.line(roster.name(row), 60)}. Keep "
                "one of them, or export the gradebook from Canvas again."
            )


def canvas(course: Course, assignment: Assignment, path: Path) -> tuple[str, list[str]]:
    """The text of canvas.csv, and sentences about whatever did not go in.

    Raises:
        RosterError: the roster cannot be used.
    """
    roster = read_roster(path)
    column = _column(roster, assignment)
    grades, problems = _grades(course, roster)
    who = roster.header.index("Section") + 1
    title = assignment.title if column is None else roster.header[column]
    already = ["" if column is None else row[column] for row in roster.rows]

    written: list[list[tables.Cell]] = [[*roster.header[:who], title]]
    if roster.worth is None:
        written.append(["    Points Possible", *[""] * (who - 1), tables.points(float(assignment.points))])
    excused = []
    for index, row in enumerate(roster.rows):
        last: tables.Cell = already[index]
        if index == roster.worth and not already[index].strip():
            last = tables.points(float(assignment.points))
        elif index in grades and already[index].strip().upper() == _EXCUSED:
            excused.append(roster.name(index))
        elif index in grades:
            last = tables.points(grades[index].score)
        written.append([*row[:who], last])

    if column is None:
        problems.append(
            f'canvas.csv has a new column, "{title}": on import, Canvas asks whether that is a new assignment or one '
            "that you have."
        )
    elif roster.worth is not None and _other_number(already[roster.worth], float(assignment.points)):
        problems.append(
            f"In Canvas the assignment is worth {text.line(already[roster.worth], 20)} points; these grades are out of "
            f"{assignment.points:f}. They were not converted."
        )
    if excused:
        problems.append(f"Excused in Canvas, and left excused: {_list(excused)}.")
    return tables.as_csv(written, delimiter=roster.delimiter, mark=roster.mark), problems


def _other_number(cell: str, wanted: float) -> bool:
    try:
        return bool(cell.strip()) and float(cell.strip().replace(",", ".")) != wanted
    except ValueError:
        return True


def _column(roster: Roster, assignment: Assignment) -> int | None:
    """This assignment's own column, if Canvas has it."""
    wanted = _plain(assignment.title)
    first = roster.header.index("Section") + 1
    found = [
        index
        for index, title in enumerate(roster.header)
        if index >= first and wanted in (_plain(title), _plain(_WITH_NUMBER.sub("", title)))
    ]
    if len(found) > 1:
        raise RosterError(
            f'The roster has {len(found)} columns called "{assignment.title}". Delete all but the right one.'
        )
    return found[0] if found else None


def _grades(course: Course, roster: Roster) -> tuple[dict[int, Graded], list[str]]:
    """Row of the roster -> grade, for each that one submission and only one is for; and who was left out."""
    find = _Finder(roster, [person for student in course.students for person in student.entry.people])
    for_row: defaultdict[int, list[tuple[Student, Person]]] = defaultdict(list)
    strangers, nameless = [], []
    handed_in: set[int] = set()
    for student in course.students:
        handed_in.update(row for person in student.entry.people for row in find.rows(person))
        if student.graded is None:
            continue
        if not student.entry.people:
            nameless.append(student.entry.called)
        for person in student.entry.people:
            rows = find.rows(person)
            if len(rows) == 1:
                for_row[rows[0]].append((student, person))
            else:
                strangers.append(_who(person, student) + (" (several match)" if rows else ""))
    grades, twice, faults, absent = {}, [], [], []
    for row, claims in for_row.items():
        student = claims[0][0]
        if len({student.number for student, _ in claims}) > 1:
            twice.append(roster.name(row))
        elif student.faults:
            faults.append(roster.name(row))
        elif not student.entry.path:
            absent.append(roster.name(row))
        elif student.graded is not None:
            grades[row] = student.graded
    nothing = [roster.name(row) for row in roster.students if row not in handed_in and roster.cell(row, "ID")]
    left_out = {
        "Not found in the roster, so not in canvas.csv": strangers,
        "Submissions that name nobody, so not in canvas.csv": nameless,
        "Two or more submissions match one student, so none is in canvas.csv": twice,
        "Not in canvas.csv because the grader failed, so somebody must check": faults,
        "Not in canvas.csv because there was nothing to grade, so somebody must check": absent,
        "In the roster with no submission, so left unchanged": nothing,
    }
    return grades, [f"{why}: {_list(names)}." for why, names in left_out.items() if names]


class _Finder:
    """Who in the roster a person is: by SIS id, then by login or e-mail, then by name. All rows that fit.

    In a download from Canvas people have Canvas's own numbers, which the roster has, too, and names without spaces.
    """

    def __init__(self, roster: Roster, people: Iterable[Person]) -> None:
        def index(key: Callable[[int], str]) -> dict[str, list[int]]:
            rows: defaultdict[str, list[int]] = defaultdict(list)
            for row in roster.students:
                if value := key(row):
                    rows[value].append(row)
            return dict(rows)

        # Canvas's own ids are other numbers than a university's: for others than Canvas's own people they count only
        # where the roster has no SIS ids.
        sis = any(roster.cell(row, "SIS User ID") for row in roster.students)
        column = "SIS User ID" if sis else "ID"
        self._sid = {row: roster.cell(row, column).casefold() for row in roster.students}
        self._by_sid = index(self._sid.__getitem__)
        self._by_canvas = index(lambda row: roster.cell(row, "ID"))
        self._by_login = index(lambda row: roster.cell(row, "SIS Login ID").casefold())
        self._by_name = index(lambda row: _plain(roster.name(row)))
        # Numbers of two systems need not be the same ones. If those of some agree, those of all should.
        self._numbers_agree = any(person.sid.strip().casefold() in self._by_sid for person in people)

    def rows(self, person: Person) -> Sequence[int]:
        """Several if it cannot be told; none if nobody fits."""
        if person.numbered_by_canvas:
            return self._by_canvas.get(person.sid, [])
        sid, email = person.sid.strip().casefold(), person.email.strip().casefold()
        for found in (self._by_sid.get(sid), self._by_login.get(email), self._by_login.get(sid)):
            if found:
                return found
        rows = self._by_name.get(_plain(person.name), [])
        if sid and self._numbers_agree:
            rows = [row for row in rows if not self._sid[row]]  # a namesake, with a number of their own
        if len(rows) > 1:
            # Of namesakes, the one whose login is the first part of the e-mail address.
            login = self._by_login.get(email.partition("@")[0], [])
            rows = [row for row in rows if row in login] or rows
        return rows


def _plain(name: str) -> str:
    """A name or title for comparing: `Lovelace, Ada` is `Ada Lovelace`."""
    last, _, first = name.partition(",")
    words = f"{first} {last}" if "," not in first else name
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _who(person: Person, student: Student) -> str:
    return person.name or person.email or person.sid or student.entry.called


def _list(names: Iterable[str]) -> str:
    # Canvas has the family name first, and a comma behind it.
    return text.named([text.line(name, 60) for name in names], between="; ")
