"""CSV: grades.csv, and what any table of ours needs so that a spreadsheet shows its cells and runs none of them.

The format is RFC 4180, with a byte order mark, without which Excel takes UTF-8 for the code page of the machine. Every
text is quoted, so that a spreadsheet that expects semicolons does not split it into cells that are not guarded; numbers
are not quoted, and stay numbers.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from . import text
from .gathered import Course, Student

Cell = str | int | float

# The characters that a formula can begin with, including the full-width ones of East Asian keyboards.
_FORMULA = "=+-@＝＋－＠"
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?%?")


def guarded(cell: str) -> str:
    """Return a text that a spreadsheet takes for text: with an apostrophe in front if it could be a formula."""
    visible = next((one for one in cell if not (one.isspace() or unicodedata.category(one) in ("Cc", "Cf"))), "")
    dangerous = (visible and visible in _FORMULA) or cell[:1] in ("\t", "\r", "\n")
    return "'" + cell if dangerous and not _PLAIN_NUMBER.fullmatch(cell) else cell


def as_csv(rows: Iterable[Sequence[Cell]], *, delimiter: str = ",", mark: bool = True) -> str:
    """Return the rows as the text of a file.

    Args:
        rows: texts, which are guarded and quoted, and numbers, which are neither.
        delimiter: between cells.
        mark: whether to begin with a byte order mark.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, delimiter=delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(text.stored(cell)) if isinstance(cell, str) else cell for cell in row])
    return ("\ufeff" if mark else "") + written.getvalue()


def points(value: float) -> int | float:
    """Return points as people write them: 4, not 4.0."""
    return int(value) if value == int(value) else value


def label(number: int, students: int) -> str:
    """Return what a submission is called where nobody is named: the same on the page and in the table."""
    return f"Student {number:0{max(3, len(str(students)))}d}"


def status(student: Student) -> str:
    """Return in words how far the grading of a submission came."""
    if student.graded is None:
        return "not graded yet"
    if student.faults:
        return f"the grader failed on {', '.join(student.faults)}: look at it"
    return "nothing to grade" if student.nothing_to_grade else "graded"


def grades(course: Course) -> str:
    """Return grades.csv: one row per student, so several for a group; one for a submission of unknown students.

    Extra credit, which is included in the total, has columns if anybody has handed something in for it.
    """
    columns = []
    for part in course.parts:
        columns += ["total"] if part is course.parts[0] else [f"extra credit, {part.file}"]
        # To a spreadsheet, a bare 9.10 is the number 9.1 or, where dates are written with dots, a day in October.
        columns += [f"case {case.number}" for case in part.cases]
    header = ["submission id", "name", "sid", "email", "section", *columns, "status", "notes", "in the report"]
    return as_csv([header, *(row for student in course.students for row in _rows(student, course))])


def _rows(student: Student, course: Course) -> Iterable[list[Cell]]:
    entry, graded = student.entry, student.graded
    results: list[Cell] = ["" if graded is None else points(graded.score)]
    for part in course.parts:
        if part is not course.parts[0]:
            results.append(points(student.score_of(part)) if student.handed_in(part) else "")
        numbers = [case.number for case in part.cases]
        results += [points(student.cases[number].score) if number in student.cases else "" for number in numbers]
    # Otherwise nobody could tell whose grade this is, since the id only resembles the name.
    called = f"Handed in as {entry.handed_in_as}." if entry.handed_in_as else ""
    known = [entry.problem, *entry.problems.values()]
    if not any(known):  # a problem found only during grading is what the student reads for each case
        nothing = [part.cases[0].number for part in course.parts if student.nothing_for(part)]
        known = [student.cases[number].text for number in nothing if number in student.cases]
    notes = [called, *known, *entry.notes, *(graded.staff if graded else ())]
    last = [status(student), " ".join(filter(None, notes)), label(student.number, len(course.students))]
    people = [(person.name, person.sid, person.email, person.section) for person in entry.people]
    for person in people or [("", "", "", "")]:
        yield [entry.id, *person, *results, *last]
