"""Where a class lies, looked into without being changed, and how one submission comes out of it.

Nothing in here trusts what it finds, and a link is never followed. What has to be copied or unpacked are the files to
grade: every other file becomes an empty one of the same name, since finding and refusing (`submission.py`) goes by
names. So a data set beside a program costs nothing, and neither does a bomb. A submission that cannot be had gets a
sentence; the others never notice.
"""

import os
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from ..submission import IGNORED, MAX_BYTES, Unreadable, open_file, reason, shown_name
from .names import safe_names
from .records import Folder

At = tuple[str, ...]
"""Names of folders from the top of a source down, and of a file or folder."""

MAX_ZIP_BYTES = 64 << 20  # a zip that is a submission: a program and the data sets around it
LEFT_LYING = {".DS_Store", "Thumbs.db", "desktop.ini"}


class NotAClass(Exception):
    """There is nothing that could be graded. The message is for staff: what is wrong, where, what to do."""


class Unfit(Exception):
    """One file cannot be had. The message is for the student."""


@dataclass(frozen=True)
class Listing:
    """What lies in one folder, without what operating systems leave lying about."""

    files: set[str] = field(default_factory=set)
    """Whatever is no folder: links and pipes as well."""
    folders: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    """Those of the files that are one."""


@dataclass(frozen=True)
class HandedOut:
    """One submission, ready to be graded; or why not."""

    path: str = ""
    """Absolute."""
    problem: str = ""
    """For the student: why there is nothing of it."""
    notes: tuple[str, ...] = ()
    """For staff."""
    problems: dict[str, str] = field(default_factory=dict)
    """For the student, by file: why that one cannot be had, where another can."""


class Source(Protocol):
    """A folder or a zip.

    Where `files` are asked for, these are the names of the files that students hand in, the first one first.
    """

    notes: tuple[str, ...]
    """What is odd about the whole of it, for staff."""

    def look(self, at: At) -> Listing:
        """The names in one folder."""

    def open(self, at: At) -> BinaryIO:
        """One file, to be read bit by bit.

        Raises:
            Unfit: it cannot be opened, or is a link.
        """

    def hand_out(self, at: At, to: Path, files: Sequence[str]) -> HandedOut:
        """One submission: where it lies, or unpacked into the folder `to`, which does not exist yet."""

    def has_room(self, at: At, size: int) -> bool:
        """Whether a file that comes out as so many bytes may; if so, it is taken into account."""

    def put_together(self, members: dict[str, At], to: Path, files: Sequence[str]) -> HandedOut:
        """One submission of members (name -> where it is) that lie among others, in the new folder `to`."""


def is_litter(name: str) -> bool:
    """Whether nobody handed this in on purpose."""
    return name in IGNORED or name in LEFT_LYING or name.startswith("._")


def holds_grades(path: Path) -> bool:
    """Whether a batch has its grades there."""
    # Not Path.exists: a student's folder that nobody may look into is none of ours, and no error here.
    graded = Folder(path)
    return os.path.exists(graded.manifest) and os.path.exists(graded.environment)


class OnDisk:
    """A folder; its submissions are graded where they lie."""

    def __init__(self, path: Path, leave_out: Path) -> None:
        self.notes: tuple[str, ...] = ()
        self._path = Path(os.path.abspath(path))
        self._leave_out = leave_out

    def look(self, at: At) -> Listing:
        """The names in one folder."""
        found = Listing()
        try:
            entries = list(os.scandir(self._path.joinpath(*at)))
        except OSError:
            if not at:
                raise
            entries = []  # it is one submission, and closed: that is said when it is graded
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
        """Whether a batch has its grades there: this one, or another that was given a folder among submissions.

        Of the latter there is a note: it may be a student's folder that looks like one.
        """
        if self._leave_out.exists() and self._leave_out.samefile(path):
            return True
        ours = holds_grades(Path(path))
        note = f"{shown_name(os.path.basename(path))} looks like the grades of another batch, so it was ignored."
        if ours and note not in self.notes:
            self.notes += (note,)
        return ours

    def open(self, at: At) -> BinaryIO:
        """One regular file; never waits for a pipe."""
        path = self._path.joinpath(*at)
        try:
            return os.fdopen(open_file(path, shown_name(path.name)), "rb")
        except Unreadable as unreadable:
            raise Unfit(str(unreadable)) from None

    def hand_out(self, at: At, to: Path, files: Sequence[str]) -> HandedOut:  # noqa: ARG002 - nothing needs to be unpacked
        """Where it lies. A link would be followed when it is graded, a pipe waited for: both end here."""
        path = self._path.joinpath(*at)
        if problem := _odd(path):
            return HandedOut(problem=problem)
        return HandedOut(str(path))

    def put_together(self, members: dict[str, At], to: Path, files: Sequence[str]) -> HandedOut:
        """A copy."""
        return copy_together(self, members, to, files)

    def has_room(self, at: At, size: int) -> bool:  # noqa: ARG002 - the size is that on the disk
        """Nothing is larger than it was."""
        return True


def _odd(path: Path) -> str:
    """Why something on the disk is not touched."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return f"{shown_name(path.name)} is a link to another file. Hand in the file itself."
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return f"{shown_name(path.name)} is not a regular file. Hand in your program as a plain file."
    return ""


def copy_together(source: Source, members: dict[str, At], to: Path, files: Sequence[str]) -> HandedOut:
    """Members side by side: in a folder, or the first file itself if there is no other."""
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
        wanted: the names whose content is needed -> the files to hand in that they are.
        first: of these files the one without which there is nothing, if no other is there.

    Returns:
        The path of the folder.
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
    for name in members:
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents.get(name, b""))
    return HandedOut(str(to), problems=problems)


def _content(source: Source, at: At, name: str) -> tuple[bytes, str]:
    """What is in a file, or why nobody can have it."""
    try:
        content = _read(source, at, MAX_ZIP_BYTES if name.lower().endswith(".zip") else MAX_BYTES)
    except Unfit as unfit:
        return b"", str(unfit)
    if not source.has_room(at, len(content)):
        return b"", f"{shown_name(name)} is far larger unpacked than packed. Hand it in unpacked."
    return content, ""


def _read(source: Source, at: At, most: int) -> bytes:
    """A file's bytes, or one more than `most`: a program that large is refused in `submission.py`, a zip here."""
    name = shown_name(at[-1])
    try:
        with source.open(at) as opened_file:
            content = opened_file.read(most + 1)
    except Unfit:
        raise
    except Exception as error:  # as in InZip.open
        raise Unfit(cannot_be_unpacked(name, error)) from None
    if most == MAX_ZIP_BYTES and len(content) > most:
        raise Unfit(f"{name} is larger than {most >> 20} MiB. Hand in the program without data.")
    return content


def cannot_be_unpacked(name: str, error: Exception) -> str:
    """What is said of a file that zipfile stumbles over."""
    return f"{name} cannot be unpacked ({reason(error)}). Hand it in again."


def few(notes: list[str]) -> tuple[str, ...]:
    """The first few of many notes, and how many more there are."""
    most = 5
    return tuple(notes if len(notes) <= most else [*notes[: most - 1], f"And {len(notes) - most + 1} more like these."])


def emptied(folder: Path) -> None:
    """Make a folder new: what an earlier attempt left half done is gone."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
