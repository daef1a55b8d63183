"""A zip of a class: its directory becomes a tree of plain names, and its files are unpacked one by one.

A member whose name points elsewhere is left out, and the folder in which its path starts to be wrong gets a note. What
is unpacked is bounded in every way: the size of a file, the number of files per submission, and their total size. A
file with a program's usual compression ratio always has room, however many others exceed that ratio.
"""

import bisect
import re
import stat
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from ..submission import MAX_ENTRIES, reason, shown_name
from .names import safe_names
from .sources import (
    TOO_MANY,
    At,
    HandedOut,
    Listing,
    Unfit,
    copy_together,
    few,
    is_litter,
    write_new,
)

MAX_DEPTH = 16
# Programs compress to a fifth at best, zips inside a zip not at all. What a file unpacks to beyond RATIO times its
# packed size counts against FREE_BYTES, which all files share.
RATIO = 20
FREE_BYTES = 256 << 20


@dataclass
class _Branch:
    """A folder in a zip."""

    children: "dict[str, _Branch | zipfile.ZipInfo]" = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class InZip:
    """A zip. Its directory is read at once, its files one by one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = FREE_BYTES
        self._begins = sorted(member.header_offset for member in archive.infolist())
        self._top = _Branch()
        for member in archive.infolist():
            _plant(self._top, member)
        self.notes = tuple(self._top.notes)
        self.damaged: list[str] = []

    def look(self, at: At) -> Listing:
        """The names in one folder."""
        children = self._folder(at).children
        folders = {name for name, child in children.items() if isinstance(child, _Branch)}
        links = {name for name, child in children.items() if not isinstance(child, _Branch) and _is_link(child)}
        return Listing(set(children) - folders, folders, links)

    def open(self, at: At) -> BinaryIO:
        """Open one file. If its content is damaged, reading it may raise any exception that zipfile raises."""
        member = self._member(at)
        name = shown_name(at[-1])
        if _is_link(member):
            raise Unfit(f"{name} is a link to another file. Hand in the file itself.")
        if member.flag_bits & 1:
            raise self.unreadable(at, "it is locked with a password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # For other methods, zipfile unpacks all the input it has before it looks at how much was asked for.
            raise self.unreadable(at, "it is packed in an unusual way")
        after = bisect.bisect_right(self._begins, member.header_offset)
        following = self._begins[after] if after < len(self._begins) else self._archive.start_dir
        if member.header_offset + member.compress_size > following:
            raise Unfit(f"{name} shares its bytes with another file in the zip. Hand it in again, unpacked.")
        try:
            return self._archive.open(member)  # type: ignore[return-value]
        except Exception as error:  # an archive damaged on purpose can make zipfile raise anything
            raise self.unreadable(at, reason(error)) from None

    def unreadable(self, at: At, why: str) -> Unfit:
        """Return what to raise for a file whose content cannot be read.

        A student's own zip is a file in this one, so only whoever made or downloaded this one can have caused that.
        """
        self.damaged.append(f"{shown_name('/'.join(at))} ({why})")
        return Unfit(
            f"{shown_name(at[-1])} cannot be unpacked from the zip of the class ({why}). That is not your fault; your "
            "instructor has to look into it."
        )

    def hand_out(self, at: At, to: Path, files: Sequence[str]) -> HandedOut:
        """Unpack one submission."""
        child = self._folder(at[:-1]).children[at[-1]]
        if isinstance(child, _Branch):
            return self._unpack(at, child, to, files)
        return copy_together(self, {at[-1]: at}, to, (at[-1],))

    def has_room(self, at: At, size: int) -> bool:
        """Return whether a file may unpack to `size` bytes; if so, count what exceeds RATIO against FREE_BYTES."""
        beyond = max(0, size - RATIO * self._member(at).compress_size)
        if beyond > self._left:
            return False
        self._left -= beyond
        return True

    def _member(self, at: At) -> zipfile.ZipInfo:
        member = self._folder(at[:-1]).children[at[-1]]
        assert isinstance(member, zipfile.ZipInfo)
        return member

    def _folder(self, at: At) -> _Branch:
        branch = self._top
        for name in at:
            child = branch.children[name]
            assert isinstance(child, _Branch)
            branch = child
        return branch

    def _unpack(self, at: At, branch: _Branch, to: Path, files: Sequence[str]) -> HandedOut:
        """Unpack a folder: all names, but the content only of files to grade whose name occurs exactly once."""
        notes: list[str] = []
        members: dict[str, At] = {}
        waiting: list[tuple[str, At, _Branch]] = [("", at, branch)]
        entries = 0
        while waiting:
            place, here, current = waiting.pop()
            notes += current.notes
            # Counted before `safe_names`, whose time is quadratic in the number of similar names.
            entries += len(current.children)
            if entries > MAX_ENTRIES:
                return HandedOut(problem=TOO_MANY, notes=few(notes))
            safe = safe_names(current.children, files)
            notes += [
                f"{shown_name(name)} was renamed to {shown_name(new)}." for name, new in safe.items() if name != new
            ]
            for name, child in current.children.items():
                if isinstance(child, _Branch):
                    waiting.append((f"{place}{safe[name]}/", (*here, name), child))
                else:
                    members[place + safe[name]] = (*here, name)
        wanted: dict[str, str] = {}
        for file in files:
            named = [name for name in members if name.rpartition("/")[2] == file]
            if len(named) == 1:
                wanted[named[0]] = file
        return replace(write_new(self, members, to, wanted, files[0]), notes=few(notes))


def _plant(top: _Branch, member: zipfile.ZipInfo) -> None:
    """Put a member where its name says, or leave a note in the last folder before its path becomes wrong."""
    name = _name(member)
    parts = [part for part in name.split("/") if part not in ("", ".")]
    wrong = ""
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        wrong, parts = "is an absolute path", []
    elif ".." in parts:
        wrong, parts = "leads out of its folder", parts[: parts.index("..")]
    elif len(parts) > MAX_DEPTH:
        wrong, parts = f"is more than {MAX_DEPTH} folders deep", parts[:MAX_DEPTH]
    if any(is_litter(part) for part in parts):
        return
    is_folder = bool(wrong) or name.endswith("/")
    branch = top
    for part in parts if is_folder else parts[:-1]:
        child = branch.children.setdefault(part, _Branch())
        if not isinstance(child, _Branch):
            wrong = "would be inside a file"
            break
        branch = child
    if wrong:
        branch.notes.append(f"{shown_name(name)} {wrong}; it was ignored.")
    elif not is_folder and parts:
        there = branch.children.get(parts[-1])
        if isinstance(there, _Branch):
            branch.notes.append(f"{shown_name(name)} is both a file and a folder; the file was ignored.")
            return
        if there is not None:
            branch.notes.append(f"{shown_name(name)} is in the zip twice; the later one counts.")
        branch.children[parts[-1]] = member


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name, with slashes, in the encoding it was most likely written in."""
    name = member.filename
    if not member.flag_bits & 0x800:
        # macOS writes UTF-8 without setting the flag for it; zipfile then decodes the name as code page 437.
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")
