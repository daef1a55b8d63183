"""Find the handed-in file and vet it. None of it is executed or compiled here.

Any problem is reported in one message: what was found, and what to do.
"""

import codecs
import errno
import functools
import io
import itertools
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import zipfile

    from .assignment import Assignment

MAX_BYTES = 1 << 20
MAX_ENTRIES = 2000
MAX_DEPTH = 6
# Limit for the directory of a zip, which is read at once, before its entries can be counted: ten times what MAX_ENTRIES
# files need.
MAX_DIRECTORY_BYTES = 1 << 22
MAX_REASON = 200
TOO_MANY = f"The zip holds more than {MAX_ENTRIES} files. Hand in the one file asked for."
# How many lines count as those of a function: where data are hidden, only these are quoted.
MAX_LINES_OF_A_FUNCTION = 64
# How similar two names must be for one to be taken for the other, from 0 to 1: one or two letters in ten differ.
SIMILAR = 0.85
# Files and folders that operating systems, editors, and Python leave behind.
IGNORED = {"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "site-packages", "node_modules"}


class Unreadable(Exception):
    """There is no file that can be graded. The message is for the student."""


class Submission(NamedTuple):
    """A program as text, and where it was found."""

    file: str
    found_at: str
    text: str
    companions: Mapping[str, str] = {}
    """Name -> text of the student's other files that this one may import; the text is empty if there is no file."""

    def line(self, number: int) -> str:
        """Return line `number`, from 1, stripped; empty if there is no such line."""
        lines = _lines(self.text)
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def lines_of(self, function: str) -> range:
        """Return the lines of a function's definition, cut if there are many, found by text search as in `line_of`."""
        lines = _lines(self.text)
        begin = end = self.line_of(function)
        while 0 < end < min(len(lines), begin + MAX_LINES_OF_A_FUNCTION - 1):
            # The next line belongs to it if it is indented, empty, a comment, or closes a bracket.
            if lines[end].strip() and lines[end][0] not in " \t)]}#":
                break
            end += 1
        return range(begin, end + 1) if begin else range(0)

    def line_of(self, function: str) -> int:
        """Return the line where a function is defined or assigned, from 1; 0 if none is found.

        This searches the text, because the grader's own process must not parse a hostile program.
        """
        if not function:
            return 0
        if defined := self.definitions_of(function):
            return defined[-1]
        name = re.escape(function)
        return next(_where(self.text, rf"[ \t]*def[ \t]+{name}\b|{name}[ \t]*="), 0)

    def definitions_of(self, function: str) -> list[int]:
        """Return the lines of a function's unindented definitions, by text search; Python uses the last one."""
        return list(_where(self.text, rf"def[ \t]+{re.escape(function)}\b"))

    def has_class(self, name: str) -> bool:
        """Return whether a class of this name is defined, by text search."""
        return any(_where(self.text, rf"[ \t]*class[ \t]+{re.escape(name)}\b"))


def _where(text: str, begins: str) -> Iterator[int]:
    """Yield the lines that begin with the pattern `begins`, from 1, without those in comments and strings.

    Students put old versions of a function into these.
    """
    # `begins` contains neither quotes nor a #, because the name of a function has none.
    text, number, counted = _with_newlines(text), 1, 0
    aside = """#.*|'{3}(?s:.*?)'{3}|"{3}(?s:.*?)"{3}|'[^'\n]*'|"[^"\n]*\""""
    for found in re.finditer(f"{aside}|^({begins})", text, re.MULTILINE):
        if found[1] is not None:
            number, counted = number + text.count("\n", counted, found.start()), found.start()
            yield number


@functools.lru_cache(maxsize=2)  # each failure needs it
def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@functools.lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    # Not splitlines, which also splits at a form feed or a U+2028, as Python does not.
    return _with_newlines(text).split("\n")


class HandedIn(NamedTuple):
    """What one student handed in: a program, or the reason why there is none."""

    program: Submission | None
    problem: str = ""
    extra: tuple["HandedIn | None", ...] = ()
    """The same for each part that gives extra credit; None if nothing was handed in for that part."""


def read_parts(path: Path, assignment: "Assignment") -> HandedIn:
    """Return what `path`, a file, a folder or a zip, holds for all parts of an assignment, or what is wrong with it.

    Raises:
        FileNotFoundError: `path` itself does not exist.
    """
    # A part that is graded by itself may still import files of other parts.
    files = [*(part.file for part in assignment.parts), *assignment.imports]
    candidates: dict[str, Path] | None = None
    if path.is_dir():
        try:
            candidates = dict(_walk(path, files))
        except Unreadable as error:
            return HandedIn(None, str(error), (None,) * len(assignment.extra_credit))
    names = _names(path, files) if candidates is None else list(candidates)

    def read_one(file: str) -> HandedIn:
        try:
            found = read(path, file, files) if candidates is None else _read_in_folder(candidates, file, files)
        except Unreadable as error:
            return HandedIn(None, str(error))
        return HandedIn(found)

    found = {file: read_one(file) for file in files if file == assignment.file or _is_there(names, file, files)}
    texts = {file: one.program.text for file, one in found.items() if one.program is not None}

    def with_companions(part: "Assignment") -> HandedIn | None:
        one = found.get(part.file)
        if one is None or one.program is None or not part.imports:
            return one
        companions = {file: texts.get(file, "") for file in part.imports}
        return HandedIn(one.program._replace(companions=companions))

    first = with_companions(assignment) or HandedIn(None)
    return first._replace(extra=tuple(map(with_companions, assignment.extra_credit)))


def _names(path: Path, files: Sequence[str]) -> list[str]:
    """Return the names in a zip; none if it cannot be read, for which `_read_zip` reports the reason.

    For a single file, return its own name if it is one of `files`; any other counts as the first of them.
    """
    if path.suffix.lower() != ".zip":
        return [path.name] if path.name.lower() in {file.lower() for file in files} else []
    import zipfile

    try:
        with _Piecemeal(open_file(path, shown_name(path.name))) as opened, zipfile.ZipFile(opened) as archive:
            return list(_members(archive))
    except Exception:
        return []


def _is_there(names: Iterable[str], file: str, files: Sequence[str]) -> bool:
    """Return whether something was handed in under the name `file`, or under a name that is meant to be it.

    Args:
        files: the files of all parts. A file with one of these names is meant to be that one.
    """
    own = [PurePosixPath(name) for name in names]
    if any(path.name.lower() == file.lower() for path in own):
        return True
    others = {other.lower() for other in files}
    return any(_is_meant(path, file) for path in own if path.name.lower() not in others)


def _is_meant(path: PurePosixPath, file: str) -> bool:
    """Return whether a name is nearly `file`, as extension.py, extensions (1).py, or extensions.ipynb is."""
    if path.suffix.lower() not in (".py", ".ipynb", ".zip", ".txt"):
        return False
    import difflib  # imported late: few submissions need it

    name, wanted = (re.sub("[^a-z]", "", stem.lower()) for stem in (path.stem, PurePosixPath(file).stem))
    alike = difflib.SequenceMatcher(None, name, wanted)
    # The quick check, by their lengths, comes first: a name in a zip may have 65,535 letters.
    return alike.real_quick_ratio() > SIMILAR and alike.ratio() > SIMILAR


def read(path: Path, file: str, known: Sequence[str] = ()) -> Submission:
    """Return the program `file` in `path`: a file, a folder or a zip.

    Args:
        known: names of other expected files, which are not taken for a misnamed `file`.

    Raises:
        Unreadable: there is none, there are several, or it is not a Python text of reasonable size.
        FileNotFoundError: `path` itself does not exist, which is the caller's mistake and not the student's.
    """
    if not os.path.lexists(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if path.is_dir():
        return _read_in_folder(dict(_walk(path, (file, *known))), file, known)
    if path.suffix.lower() == ".zip":
        return _read_zip(path, file, known)
    if path.suffix.lower() == ".ipynb" or (path.name != file and path.name in known):
        _choose([path.name], file, known)
    return Submission(file, path.name, _decode(_read_file(path, path.name), path.name))


def _read_in_folder(candidates: dict[str, Path], file: str, known: Sequence[str]) -> Submission:
    chosen = _choose(list(candidates), file, known)
    return Submission(file, chosen, _decode(_read_file(candidates[chosen], chosen), chosen))


def _walk(folder: Path, files: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield the files below `folder`, each with its name relative to it; links are included but never followed."""
    count = 0
    waiting = [(folder, 0)]
    while waiting:
        current, depth = waiting.pop()
        try:
            with os.scandir(current) as found:
                # One more than is allowed is enough to detect too many.
                entries = sorted(itertools.islice(found, MAX_ENTRIES + 1), key=lambda entry: entry.name)
        except OSError as error:
            shown = shown_name(current.relative_to(folder).as_posix())
            raise Unreadable(
                f"The folder {shown} cannot be read ({error.strerror}). Hand in {files[0]} alone."
            ) from None
        for entry in entries:
            count += 1
            if count > MAX_ENTRIES:
                raise Unreadable(f"More than {MAX_ENTRIES} files were handed in. Hand in the one file asked for.")
            if entry.name in IGNORED or entry.name.startswith("._"):
                continue
            if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH and entry.name not in files:
                waiting.append((Path(entry.path), depth + 1))
            else:
                yield Path(entry.path).relative_to(folder).as_posix(), Path(entry.path)


def _choose(names: list[str], file: str, known: Sequence[str]) -> str:
    """Return the one name that is `file`, at any depth.

    Raises:
        Unreadable: none or several; the message lists what was found.
    """
    exact = [name for name in names if PurePosixPath(name).name == file]
    if len(exact) == 1:
        return exact[0]
    if exact:
        listed = ", ".join(shown_name(name) for name in sorted(exact)[:4])
        raise Unreadable(f"{len(exact)} files are called {file}: {listed}. Hand in only the one to be graded.")
    for name in names:
        base = PurePosixPath(name).name
        if base.lower() == file.lower():
            raise Unreadable(
                f"There is no {file}, but a file called {shown_name(base)}. Rename it to {file}, in lowercase."
            )
    others = {other.lower() for other in known}
    python = sorted(
        name for name in names if name.lower().endswith(".py") and PurePosixPath(name).name.lower() not in others
    )
    # Misnamed files come first: a student who hands in the whole download also hands in its notebook.
    near = [name for name in python if _is_meant(PurePosixPath(name), file)]
    near += [name for name in names if PurePosixPath(name).name.lower() == f"{file}.txt".lower()]  # Windows hides .txt
    if near:
        raise Unreadable(_instead(near, file))
    for ending, what in ((".ipynb", "a notebook"), (".zip", "a zip inside")):
        for name in names:
            if name.lower().endswith(ending):
                raise Unreadable(
                    f"There is no {file}, but {what}: {shown_name(name)}. Hand in the Python file {file} itself."
                )
    if python:
        raise Unreadable(_instead(python, file))
    if names:
        listed = ", ".join(shown_name(name) for name in sorted(names)[:4])
        raise Unreadable(f"There is no {file}; found instead: {listed}. Hand in {file}.")
    raise Unreadable(f"Nothing was handed in. Hand in {file}.")


def _instead(names: Sequence[str], file: str) -> str:
    """Return what to do about Python files that are not called `file`."""
    listed = ", ".join(shown_name(name) for name in names[:4])
    return f"There is no {file}; found instead: {listed}. If that is your program, rename it to {file}."


def shown_name(name: str) -> str:
    """Return a file name that is safe to print: the student chose it, so it is untrusted."""
    return _legible(repr(name[-80:]).strip("'\""))


def reason(error: Exception) -> str:
    """Return the reason that zipfile gives, cut: it may quote names, which may be very long."""
    return _legible(str(error)[:MAX_REASON])


def _legible(text: str) -> str:
    """Return `text` without unprintable characters and with at most two combining marks on a letter.

    More marks would reach into other lines.
    """
    import unicodedata  # imported late: few submissions need it

    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= 2:
            kept.append(letter if letter.isprintable() else "?")
    return "".join(kept)


def _read_file(path: Path, shown: str) -> bytes:
    """Return the bytes of a program."""
    shown = shown_name(shown)
    with os.fdopen(open_file(path, shown), "rb") as opened:
        _refuse_size(os.fstat(opened.fileno()).st_size, shown)
        try:
            return opened.read(MAX_BYTES + 1)
        except OSError as error:
            raise Unreadable(f"{shown} cannot be read ({error.strerror}). Hand it in again.") from None


def open_file(path: Path, shown: str) -> int:
    """Return a file descriptor of a regular file; links, pipes, and devices are refused without waiting for them."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():
        raise Unreadable(f"{shown} is a link to another file. Hand in the file itself.")
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise Unreadable(f"{shown} cannot be opened ({error.strerror}). Hand it in again.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # before os.fdopen, which refuses a folder with its own error
        os.close(descriptor)
        raise Unreadable(f"{shown} is not a regular file. Hand in your program as a plain file.")
    return descriptor


def _read_zip(path: Path, file: str, known: Sequence[str]) -> Submission:
    try:
        chosen, data = _unpack(path, file, known)
    except Unreadable:
        raise
    except Exception as error:  # zipfile may raise anything for an archive that was damaged on purpose
        why = reason(error)
        raise Unreadable(
            f"The zip {shown_name(path.name)} cannot be read ({why}). Make it again, or hand in {file} itself."
        ) from None
    return Submission(file, chosen, _decode(data, chosen))


def _unpack(path: Path, file: str, known: Sequence[str]) -> tuple[str, bytes]:
    """Return the name and the bytes of the one member of a zip that is `file`."""
    import zipfile  # imported late: most submissions are not zips, and it would slow the start

    with _Piecemeal(open_file(path, shown_name(path.name))) as opened, zipfile.ZipFile(opened) as archive:
        files = _members(archive)
        chosen = _choose(list(files), file, known)
        member = files[chosen]
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Unreadable(f"{shown_name(chosen)} is a link to another file. Hand in the file itself.")
        _refuse_size(member.file_size, shown_name(chosen))
        if member.flag_bits & 1:
            raise zipfile.BadZipFile("it is locked with a password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The other methods unpack everything before they apply the limit on what to read.
            raise zipfile.BadZipFile("it is packed in an unusual way")
        with archive.open(member) as unpacked:
            # The size in the directory of a zip is only a claim, so the read is bounded, too.
            return chosen, unpacked.read(MAX_BYTES + 1)


class _Piecemeal(io.FileIO):
    """A zip file that refuses to read more at once than a directory of reasonable size.

    zipfile reads the whole directory, and makes an object for each entry, before it can tell how many there are: a
    million entries, in 50 MB, take 20 s and half a gigabyte of memory in the process that grades a class.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """Read like any file, but refuse a size that no honest zip needs."""
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise Unreadable(TOO_MANY)
        return super().read(-1 if size is None else size)


def _members(archive: "zipfile.ZipFile") -> "dict[str, zipfile.ZipInfo]":
    """Return the files in a zip, without those that programs leave behind."""
    members = archive.infolist()
    if len(members) > MAX_ENTRIES:
        raise Unreadable(TOO_MANY)
    named = {member.filename.replace("\\", "/"): member for member in members}  # from old programs on Windows
    return {
        name: member
        for name, member in named.items()
        if not name.endswith("/")
        and not IGNORED.intersection(PurePosixPath(name).parts)
        and not PurePosixPath(name).name.startswith("._")
    }


def _refuse_size(size: int, shown: str) -> None:
    if size > MAX_BYTES:
        # The size of an unpacked file is not known: reading stopped one byte above the limit.
        much = f"{size / 2**20:.1f}" if size > MAX_BYTES + 1 else f"more than {MAX_BYTES >> 20}"
        raise Unreadable(
            f"{shown} has {much} MiB; a program for this assignment has a few KiB. "
            "Hand in the program without data in it."
        )


def _decode(data: bytes, shown: str) -> str:
    """Return the text of a file as Python reads it: UTF-8 with or without a BOM, or as its first lines declare."""
    shown = shown_name(shown)
    _refuse_size(len(data), shown)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"{shown} is saved as UTF-16. Save it as UTF-8: in Notepad, Save as, Encoding.")
    if b"\0" in data:
        raise Unreadable(f"{shown} is not a text file. Hand in the Python file you edit.")
    import tokenize  # imported late, because it would slow the start

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        # The cost of punycode and idna grows with the square of the size, and a file may write them in capitals;
        # decoding as "undefined" always fails.
        text = data.decode("undefined" if codecs.lookup(encoding).name in ("punycode", "idna") else encoding)
    except (SyntaxError, UnicodeError, LookupError):
        raise Unreadable(f"{shown} is not saved as UTF-8. Save it as UTF-8 in your editor.") from None
    if not text.strip():
        raise Unreadable(f"{shown} is empty. Save your work in the editor and hand it in again.")
    if text.lstrip().startswith("{") and '"cells"' in text:
        raise Unreadable(
            f"{shown} holds a notebook. Export it as a Python file: File, Save and Export as, Executable Script."
        )
    return text
