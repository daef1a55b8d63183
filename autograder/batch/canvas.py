"""Files as Canvas names them in "Download submissions".

From Canvas's own source (github.com/instructure/canvas-lms, lib/content_zipper.rb at 05e9653, and what it calls):

    NAME[_LATE]_USER_ATTACHMENT_ORIGINAL        one file of an upload; all files of a class lie in one folder
    [LATE_]anon_CODE_ATTACHMENT_ORIGINAL        the same where grading is anonymous
    NAME[_LATE]_USER_text.html, ..._link.html   text typed into the page; a URL

NAME is the sortable name in lower case ("Ng, Ada" -> ngada): only letters, of any alphabet, digits and underscores are
kept. USER and ATTACHMENT are Canvas's own numbers, not the university's. A group hands in under the name of one member.
ORIGINAL is the name of the file; when a student hands in a file of the same name again, Canvas puts -1, -2, ... or,
after some, -UUID before its extension. The download has only what was handed in last. A student may also have chosen
such a name (task-1.py), so a name is restored only if that makes it a file to grade, including those for extra credit.

In many installations of Canvas, students can choose NAME. A student called ada_12 with the number 34 hands in
ada_12_34_56_x.py, which can be read as a file 56_x.py of the student ada, number 12. If that student has other files, a
file with such an ambiguous name is ignored.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..submission import shown_name
from .records import Person

LATE = "Handed in late, as Canvas says."
_UPLOAD = re.compile(
    r"(?:(?P<name>\w+?)_)??(?P<late>LATE_)?(?:(?P<user>[0-9]+)|anon_(?P<code>[A-Za-z0-9]+))"
    r"(?:_(?P<attachment>[0-9]+)_(?P<original>.+)|_(?P<typed>(?:text|link)\.html))",
    re.DOTALL,
)
_AGAIN = re.compile(r"(.+)-(?:[0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\.[^.]*)", re.DOTALL)


@dataclass(frozen=True)
class Upload:
    """What a file's name says."""

    as_named: str
    """The whole name."""
    name: str
    user: str
    """Canvas's number; empty where grading is anonymous."""
    whose: str
    """A key that is the same for all files of a submission."""
    late: bool
    attachment: int
    original: str

    @property
    def may_be_anothers(self) -> bool:
        """Whether this could be another student's file, whose NAME ends in what was read as USER."""
        return bool(self.user and self.attachment and re.match(r"[0-9]+_.", self.original))


def upload(as_named: str) -> Upload | None:
    """Return what a file's name says, or None if Canvas does not give such names."""
    found = _UPLOAD.fullmatch(as_named)
    if found is None or not (found["name"] or found["code"]):
        return None
    name, user = found["name"] or "", found["user"] or ""
    whose = f"{name}_{user}" if user else f"anon_{found['code']}"
    number = int((found["attachment"] or "0")[:30])
    return Upload(as_named, name, user, whose, bool(found["late"]), number, found["original"] or found["typed"])


@dataclass
class Student:
    """What one student, or one group, handed in."""

    people: tuple[Person, ...]
    files: dict[str, Upload] = field(default_factory=dict)
    """By the name that each file had before it was uploaded."""
    notes: list[str] = field(default_factory=list)
    """For staff."""


def by_student(uploads: Iterable[Upload], files: Sequence[str]) -> dict[str, Student]:
    """Return the files of each submission; of two with the same name the newest, with the larger attachment number."""
    students: dict[str, Student] = {}
    uploads = list(uploads)
    have_others = {one.whose for one in uploads if not one.may_be_anothers}
    for one in sorted(uploads, key=lambda one: (one.whose, one.attachment, one.as_named)):
        people = (Person(name=one.name, sid=one.user, numbered_by_canvas=True),) if one.user else ()
        student = students.setdefault(one.whose, Student(people))
        if one.late and LATE not in student.notes:
            student.notes.append(LATE)
        if one.may_be_anothers:
            left_out = one.whose in have_others
            note = f"{shown_name(one.as_named)} may be the file of another student, whose name ends in a number"
            student.notes.append(f"{note}, so it was ignored." if left_out else f"{note}.")
            if left_out:
                continue
        original = _first_name(one.original, files)
        if original in student.files:
            student.notes.append(
                f"{shown_name(original)} was handed in twice; the newest counts: {shown_name(one.as_named)}."
            )
        student.files[original] = one
    return students


def _first_name(name: str, files: Sequence[str]) -> str:
    """Return the name that a file to grade had before Canvas numbered it; any other name is returned unchanged."""
    again = _AGAIN.fullmatch(name)
    if again and (again[1] + again[2]).lower() in [file.lower() for file in files]:
        return again[1] + again[2]
    return name
