"""Sources of submissions: read a class without changing it, and get each submission out of it.

Nothing here trusts its input, and links are never followed. Only the files to grade are copied or unpacked. Every other
file becomes an empty file of the same name, because `submission.py` finds and refuses files by name. So a data
set or a zip bomb beside a program costs nothing. A submission that cannot be read gets a sentence that says why, and
does not affect the others.
"""

import errno
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from ..submission import IGNORED, MAX_BYTES, MAX_ENTRIES, Unreadable, open_file, reason, shown_name
from .names import safe_names
from .records import Folder

At = tuple[str, ...]
"""A path in a source: the names of the folders from the top down, and of the file or folder itself."""

MAX_ZIP_BYTES = 64 << 20  # a zip that is a submission: a program and the data sets around it
TOO_MANY = f"More than {MAX_ENTRIES} files were handed in. Hand in the one file asked for."
# A path is too long for this system, or this disk takes two names for the same one that `safe_names` takes for
# different ones. On Windows, a path that is too long does not exist.
_UNFIT_NAME = {
    errno.ENAMETOOLONG, errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.EILSEQ, errno.EINVAL, errno.ENOENT,
}  # fmt: skip
LEFT_LYING = {".DS_Store", "Thumbs.db", "desktop.ini"}


class NotAClass(Exception):
    """Nothing can be graded. The message is for staff: what is wrong, where, what to do."""


class Unfit(Exception):
    """One file cannot be read. The message is for the student."""


@dataclass(frozen=True)
class Listing:
    """The names in one folder, without files that operating systems create, such as .DS_Store."""

    files: set[str] = field(default_factory=set)
    """Everything that is not a folder, including links and pipes."""
    folders: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    """Those of the files that are links."""


@dataclass(frozen=True)
class HandedOut:
    """One submission that is ready to be graded, or why it is not."""

    path: str = ""
    """Absolute."""
    problem: str = ""
    """For the student: why nothing can be graded."""
    notes: tuple[str, ...] = ()
    """For staff."""
    problems: dict[str, str] = field(default_factory=dict)
    """For the student, by file: why this file cannot be graded, where another one can."""


class Source(Protocol):
    """A folder or a zip.

    Parameters called `files` are the names of the files that students hand in, the first one first.
    """

    notes: tuple[str, ...]
    """Anything unusual about the source as a whole, for staff."""
    damaged: list[str]
    """Files that turned out to be unreadable, and why, for staff: no student can have caused that."""

    def look(self, at: At) -> Listing:
        """The names in one folder."""

    def open(self, at: At) -> BinaryIO:
        """Open one file as a stream.

        Raises:
            Unfit: it cannot be opened, or is a link.
        """

    def unreadable(self, at: At, why: str) -> Unfit:
        """Return what to raise for a file whose content cannot be read."""

    def hand_out(self, at: At, to: Path, files: Sequence[str]) -> HandedOut:
        """Return one submission, in place or unpacked into the folder `to`, which does not exist yet."""

    def has_room(self, at: At, size: int) -> bool:
        """Return whether a file may unpack to `size` bytes; if so, count it against the limit."""


def is_litter(name: str) -> bool:
    """Return whether a file or folder has a name that nobody hands in on purpose."""
    return name in IGNORED or name in LEFT_LYING or name.startswith("._")


def holds_grades(path: Path) -> bool:
    """Return whether a batch keeps its grades in this folder."""
    # Not Path.exists, which can raise: a student's folder that we may not read is not ours, and no error here.
    graded = Folder(path)
    return os.path.exists(graded.manifest) and os.path.exists(graded.environment)


class OnDisk:
    """A folder, whose submissions are graded in place."""

    def __init__(self, path: Path, leave_out: Path) -> None:
        self.notes: tuple[str, ...] = ()
        self.damaged: list[str] = []
        self._path = path.resolve()
        self._leave_out = leave_out

    def look(self, at: At) -> Listing:
        """The names in one folder."""
        found = Listing()
        try:
            entries = list(os.scandir(self._path.joinpath(*at)))
        except OSError:
            if not at:
                raise
            entries = []  # one submission that we may not read: grading says so
        for entry in entries:
            if not is_litter(entry.name):
                if not entry.is_dir(follow_symlinks=False):
                    found.files.add(entry.name)
                    if entry.is_symlink():
                        found.links.add(entry.name)
                elif not self._is_ours(entry.path):
                    found.folders.add(entry.name)
        return found

    def _is_ours(self, path: str) -> bool:
        """Return whether a folder has grades of this batch, or of another whose --out was among the submissions.

        In the second case, add a note: it may be a student's folder that only looks like grades.
        """
        if self._leave_out.exists() and self._leave_out.samefile(path):
            return True
        ours = holds_grades(Path(path))
        note = f"{shown_name(os.path.basename(path))} looks like the grades of another batch, so it was ignored."
        if ours and note not in self.notes:
            self.notes += (note,)
        return ours

    def open(self, at: At) -> BinaryIO:
        """Open one regular file, without ever waiting for a pipe."""
        path = self._path.joinpath(*at)
        try:
            return os.fdopen(open_file(path, shown_name(path.name)), "rb")
        except Unreadable as unreadable:
            raise Unfit(str(unreadable)) from None

    def unreadable(self, at: At, why: str) -> Unfit:
        """Return what to raise for a file whose content cannot be read."""
        return Unfit(f"{shown_name(at[-1])} cannot be read ({why}). Hand it in again.")

    def hand_out(self, at: At, to: Path, files: Sequence[str]) -> HandedOut:  # noqa: ARG002 - nothing needs to be unpacked
        """Return a submission in place, whatever it is; who reads it refuses links and pipes."""
        return HandedOut(str(self._path.joinpath(*at)))

    def has_room(self, at: At, size: int) -> bool:  # noqa: ARG002 - the size is that on the disk
        """Return True: files on disk are not packed."""
        return True


def copy_together(source: Source, members: dict[str, At], to: Path, files: Sequence[str]) -> HandedOut:
    """Copy `members` (name -> where it is) side by side into the new folder `to`.

    Return that folder, or the first file itself if it is the only member.
    """
    if len(members) > MAX_ENTRIES:  # the time of `safe_names` is quadratic in the number of similar names
        return HandedOut(problem=TOO_MANY)
    safe = safe_names(members, files)
    wanted = {safe[file]: file for file in files if file in members}
    done = write_new(source, {safe[name]: at for name, at in members.items()}, to, wanted, files[0])
    return replace(done, path=str(to / safe[files[0]])) if done.path and list(members) == [files[0]] else done


def write_new(source: Source, members: dict[str, At], to: Path, wanted: Mapping[str, str], first: str) -> HandedOut:
    """Write files into a new folder: some with their content, the others empty.

    Args:
        source: where the files are.
        members: name in the new folder, with slashes, -> where it is.
        to: the new folder.
        wanted: name whose content is needed -> the file to hand in that it is.
        first: the first file to hand in: if it cannot be read and no other is wanted, there is nothing to grade.

    Returns:
        The path of the folder, and problems by file; or the problem that leaves nothing to grade.
    """
    contents: dict[str, bytes] = {}
    problems: dict[str, str] = {}
    for name, file in wanted.items():
        contents[name], problem = _content(source, members[name], name)
        if problem:
            problems[file] = problem
    if first in problems and len(wanted) == 1:
        return HandedOut(problem=problems[first])
    to.mkdir(parents=True)
    try:
        for name in members:
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents.get(name, b""))
    except OSError as error:
        if error.errno not in _UNFIT_NAME:
            raise
        return HandedOut(
            problem=f"The names of the files cannot be unpacked ({error.strerror}). Hand in the one file asked for."
        )
    return HandedOut(str(to), problems=problems)


def _content(source: Source, at: At, name: str) -> tuple[bytes, str]:
    """Return a file's content, or why it cannot be read."""
    try:
        content = _read(source, at, MAX_ZIP_BYTES if name.lower().endswith(".zip") else MAX_BYTES)
    except Unfit as unfit:
        return b"", str(unfit)
    if not source.has_room(at, len(content)):
        return b"", f"{shown_name(name)} is far larger unpacked than packed. Hand it in unpacked."
    return content, ""


def _read(source: Source, at: At, most: int) -> bytes:
    """Return a file's bytes, at most `most` + 1; `submission.py` refuses a program of that size, this a zip."""
    name = shown_name(at[-1])
    try:
        with source.open(at) as opened_file:
            content = opened_file.read(most + 1)
    except Unfit:
        raise
    except Exception as error:  # as in InZip.open
        raise source.unreadable(at, reason(error)) from None
    if most == MAX_ZIP_BYTES and len(content) > most:
        raise Unfit(f"{name} is larger than {most >> 20} MiB. Hand in the program without data.")
    return content


def few(notes: list[str]) -> tuple[str, ...]:
    """The first few of many notes, and how many more there are."""
    most = 5
    return tuple(notes if len(notes) <= most else [*notes[: most - 1], f"And {len(notes) - most + 1} more like these."])


def emptied(folder: Path) -> None:
    """Create an empty folder, removing what an earlier attempt left half done."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
