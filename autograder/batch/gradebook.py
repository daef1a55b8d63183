"""canvas.csv: the gradebook exported from Canvas, with the grades of this assignment, to be imported into Canvas.

What Canvas's importer does with such a file:

- The first row names the columns. Those up to `Section` say who a student is and come in a fixed order.
- A row whose first cell contains `Points Possible` sets what an assignment is worth; one whose cells are empty or say
  `Manual Posting` is ignored.
- A student is found by `ID`, then by SIS ids, then by name. An assignment is found by the number in parentheses after
  its title, then by its title; any other column is a new assignment, and Canvas asks before it makes one.
- Every cell of an assignment's column becomes the grade; an empty one removes the grade. Columns that are not in the
  file stay as they are.

So the file has only the columns up to `Section` and this assignment's: importing it cannot undo what was graded
elsewhere since the export. A student without a grade from us keeps the cell from Canvas, which is empty in a new
column. So does a student whose submission is missing, such as one that an export lists but does not contain: the
download may be bad.

A grade includes extra credit, and the points possible do not: Canvas, too, counts points above those as extra credit.
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
    """All other rows, in their order."""
    students: list[int]
    """Indices of the rows that may be students; a row about posting has no name and no number, so it matches nobody."""
    worth: int | None
    """Index of the row that says what an assignment is worth."""
    delimiter: str
    mark: bool

    def cell(self, row: int, column: str) -> str:
        """Return a cell by its row and the name of its column; empty if there is no such column."""
        return self.rows[row][self.header.index(column)].strip() if column in self.header else ""

    def name(self, row: int) -> str:
        """Return a student's name as Canvas has it."""
        if "Student" in self.header:
            return self.cell(row, "Student")
        return f"{self.cell(row, 'LastName')}, {self.cell(row, 'FirstName')}"


def read_roster(path: Path) -> Roster:
    """Read a gradebook exported from Canvas.

    Raises:
        RosterError: the file is not such a gradebook.
    """
    if os.path.exists(path) and not os.path.isfile(path):  # reading a pipe would wait, and the roster is read twice
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
    # Canvas writes semicolons if the numbers of a user's language have decimal commas.
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
    # A student with that name must not get a grade: Canvas would take it for what the assignment is worth.
    students = [index for index, row in enumerate(rows) if "Points Possible" not in row[0]]
    roster = Roster(header, rows, students, worth, delimiter, mark)
    _refuse_student_with_two_rows(roster, path)
    return roster


def _refuse_student_with_two_rows(roster: Roster, path: Path) -> None:
    """Raise RosterError if a student has two rows, since a student who matches two rows gets no grade.

    Canvas itself writes one row for each student, whatever sections they are in.
    """
    seen: dict[str, int] = {}
    for row in roster.students:
        number = roster.cell(row, "ID")
        if number and seen.setdefault(number, row) != row:
            raise RosterError(
                f"The roster {path} has two or more rows for the ID {number}, {text.line(roster.name(row), 60)}. Keep "
                "one of them, or export the gradebook from Canvas again."
            )


def canvas(course: Course, assignment: Assignment, path: Path) -> tuple[str, list[str]]:
    """Return the text of canvas.csv, and sentences about what was left out.

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
    """Return the index of this assignment's column, or None if Canvas does not have it."""
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
    """Return row of the roster -> grade, for each row that exactly one submission matches; and who was left out."""
    find = _Finder(roster, [person for student in course.students for person in student.entry.people])
    for_row: defaultdict[int, list[tuple[Student, Person]]] = defaultdict(list)
    strangers, nameless = [], []
    handed_in: set[int] = set()
    for student in course.students:
        if student.graded is not None and not student.entry.people:
            nameless.append(student.entry.called)
        for person in student.entry.people:
            rows = find.rows(person)
            handed_in.update(rows)
            if student.graded is None:
                continue
            if len(rows) == 1:
                for_row[rows[0]].append((student, person))
            else:
                strangers.append(_who(person, student) + (" (several match)" if rows else find.doubt(person)))
    grades, twice, faults, absent = {}, [], [], []
    for row, claims in for_row.items():
        student = claims[0][0]
        if len({student.number for student, _ in claims}) > 1:
            twice.append(roster.name(row))
        elif student.faults:
            faults.append(roster.name(row))
        elif not student.entry.path or student.entry.problems:
            absent.append(roster.name(row))
        elif student.graded is not None:
            grades[row] = student.graded
    nothing = [roster.name(row) for row in roster.students if row not in handed_in and roster.cell(row, "ID")]
    left_out = {
        "Not found in the roster, so not in canvas.csv": strangers,
        "Submissions that name nobody, so not in canvas.csv": nameless,
        "Two or more submissions match one student, so none is in canvas.csv": twice,
        "Not in canvas.csv because the grader failed, so somebody must check": faults,
        "Not in canvas.csv because a file is missing or cannot be used, so somebody must check": absent,
        "In the roster with no submission, so left unchanged": nothing,
    }
    return grades, [f"{why}: {_list(names)}." for why, names in left_out.items() if names]


class _Finder:
    """Finds the rows of the roster that match a person: by SIS id, then by login or email, then by name.

    A number finds nobody who, by login, email or name, is somebody else. If most people have another number in the
    roster, numbers count only together with one of these.

    In a download from Canvas, people have Canvas's own numbers, which the roster also has, and names without spaces.
    """

    def __init__(self, roster: Roster, people: Iterable[Person]) -> None:
        def index(key: Callable[[int], str]) -> dict[str, list[int]]:
            rows: defaultdict[str, list[int]] = defaultdict(list)
            for row in roster.students:
                if value := key(row):
                    rows[value].append(row)
            return dict(rows)

        # Canvas's own ids are not a university's. For people who were not numbered by Canvas, the column ID counts only
        # if the roster has no SIS ids.
        sis = any(roster.cell(row, "SIS User ID") for row in roster.students)
        column = "SIS User ID" if sis else "ID"
        self._sid = {row: roster.cell(row, column).casefold() for row in roster.students}
        self._by_sid = index(self._sid.__getitem__)
        self._by_canvas = index(lambda row: roster.cell(row, "ID"))
        self._by_login = index(lambda row: roster.cell(row, "SIS Login ID").casefold())
        self._by_name = index(lambda row: _plain(roster.name(row)))
        self._numbers_agree = sum(map(self._opinion, people)) >= 0

    def rows(self, person: Person) -> Sequence[int]:
        """Return the rows that match; several if the match is ambiguous, none if nobody matches."""
        if person.numbered_by_canvas:
            return self._by_canvas.get(person.sid, [])
        sid = person.sid.strip().casefold()
        by_number, address, namesakes = self._by_sid.get(sid, []), self._by_address(person), self._namesakes(person)
        if by_number and (others := address or namesakes):
            # If these are two students, the number is mistyped or equal by chance, or the name is also another's.
            return by_number if set(by_number) & set(others) else [*by_number, *others]
        if by_number:
            return by_number if self._numbers_agree else []
        if address:
            return address
        if sid and self._numbers_agree:
            namesakes = [row for row in namesakes if not self._sid[row]]  # one with another number is somebody else
        return namesakes

    def doubt(self, person: Person) -> str:
        """Return why a person was not found, if the roster has somebody of that name; else nothing."""
        namesakes = () if person.numbered_by_canvas else self._namesakes(person)
        return " (in the roster with another number)" if namesakes else ""

    def _opinion(self, person: Person) -> int:
        """Return 1 if a person who can be found without the number has the same one in the roster, and -1 if another.

        Submissions and roster may use different numbers, of which a few are equal by chance; or the same numbers, a few
        of them mistyped. Most people tell which.
        """
        sid = person.sid.strip().casefold()
        found = self._by_address(person) or self._namesakes(person)
        if person.numbered_by_canvas or not sid or len(found) != 1 or not self._sid[found[0]]:
            return 0
        return 1 if self._sid[found[0]] == sid else -1

    def _by_address(self, person: Person) -> Sequence[int]:
        """Return the rows whose login is the person's email address or, as some sites have it, the number."""
        email, sid = person.email.strip().casefold(), person.sid.strip().casefold()
        return self._by_login.get(email) or self._by_login.get(sid, [])

    def _namesakes(self, person: Person) -> Sequence[int]:
        """Return the rows with the person's name; of several, the one whose login begins the email address, if any."""
        rows = self._by_name.get(_plain(person.name), [])
        login = self._by_login.get(person.email.strip().casefold().partition("@")[0], [])
        return [row for row in rows if row in login] or rows


def _plain(name: str) -> str:
    """Normalize a name or title for comparison: `Lovelace, Ada` equals `Ada Lovelace`."""
    last, _, first = name.partition(",")
    words = f"{first} {last}" if "," not in first else name
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _who(person: Person, student: Student) -> str:
    return person.name or person.email or person.sid or student.entry.called


def _list(names: Iterable[str]) -> str:
    # Separated by semicolons, because Canvas writes a comma after the family name.
    return text.named([text.line(name, 60) for name in names], between="; ")
