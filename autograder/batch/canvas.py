"""Files as Canvas names them in "Download submissions".

From Canvas's own source (github.com/instructure/canvas-lms, lib/content_zipper.rb at 05e9653, and what it calls):

    NAME[_LATE]_USER_ATTACHMENT_ORIGINAL        one file of an upload; all files of a class lie in one folder
    [LATE_]anon_CODE_ATTACHMENT_ORIGINAL        the same where grading is anonymous
    NAME[_LATE]_USER_text.html, ..._link.html   typed into the page; an address

NAME is the sortable name in small letters ("Ng, Ada" -> ngada): only letters, digits and underscores are kept, letters
of every alphabet among them. USER and ATTACHMENT are Canvas's own numbers, not the university's. A group hands in under
the name of one member. ORIGINAL is the name of the file; when a student hands in a file of the same name again, Canvas
puts -1, -2, ... or, after some, -UUID before its ending. Only what was handed in last is in the download. A name with
such an ending may as well be the student's own (task-1.py), so only what would else not be the file to grade is
renamed back: that, and what may be handed in beside it for extra credit.

Students may choose NAME on many a Canvas: who is called ada_12 and has the number 34 hands in ada_12_34_56_x.py, which
reads as a file of Ada's, number 12, called 56_x.py. A name that can be read so adds nothing to what Ada has otherwise.
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
    """What the name of one file says."""

    as_named: str
    """The whole of it."""
    name: str
    user: str
    """Canvas's number; empty where grading is anonymous."""
    whose: str
    """The same for all files of a submission."""
    late: bool
    attachment: int
    original: str

    @property
    def may_be_anothers(self) -> bool:
        """Whether the name could be that of somebody else's file, whose name ends in what we take for a number."""
        return bool(self.user and self.attachment and re.match(r"[0-9]+_.", self.original))


def upload(as_named: str) -> Upload | None:
    """What a name says; None if Canvas would not have given it."""
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
    """Under the names they had."""
    notes: list[str] = field(default_factory=list)
    """For staff."""


def by_student(uploads: Iterable[Upload], files: Sequence[str]) -> dict[str, Student]:
    """The files of each submission; of two with the same name the newest, which has the larger number."""
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
    """A file to grade under the name it had before Canvas numbered it."""
    again = _AGAIN.fullmatch(name)
    if again and (again[1] + again[2]).lower() in [file.lower() for file in files]:
        return again[1] + again[2]
    return name
