"""Find the handed-in file and vet it. Nothing of it is executed or compiled here.

Whatever is wrong ends in one sentence: what was found, and what to do.
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
# Of the directory of a zip, which is read at once, before anybody counts: ten times what MAX_ENTRIES files need.
MAX_DIRECTORY_BYTES = 1 << 22
MAX_REASON = 200
TOO_MANY = f"The zip holds more than {MAX_ENTRIES} files. Hand in the one file asked for."
# How alike two names have to be for one to be taken for the other, from 0 to 1: a letter or two of ten differ.
SIMILAR = 0.85
# What operating systems, editors and Python leave lying about.
IGNORED = {"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "site-packages", "node_modules"}


class Unreadable(Exception):
    """No file that could be graded. The message is for the student."""


class Submission(NamedTuple):
    """A program as text, and where it was found."""

    file: str
    found_at: str
    text: str
    companions: Mapping[str, str] = {}
    """Files of the same student that this one may import, by name: their texts, empty if there is no such file."""

    def line(self, number: int) -> str:
        """Line `number`, from 1, stripped; empty where there is none."""
        lines = _lines(self.text)
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def lines_of(self, function: str, most: int) -> range:
        """The lines of a function's definition, found as text like its beginning: at most so many."""
        lines = _lines(self.text)
        begin = end = self.line_of(function)
        while 0 < end < min(len(lines), begin + most - 1):
            # The next line belongs to it if it is indented, empty, a comment, or closes a bracket.
            if lines[end].strip() and lines[end][0] not in " \t)]}#":
                break
            end += 1
        return range(begin, end + 1) if begin else range(0)

    def line_of(self, function: str) -> int:
        """The line where a function is defined or assigned, from 1; 0 if none is found.

        Searched as text: parsing a hostile program is no business of the grader's own process.
        """
        if not function:
            return 0
        if defined := self.definitions_of(function):
            return defined[-1]
        name = re.escape(function)
        return next(_where(self.text, rf"[ \t]*def[ \t]+{name}\b|{name}[ \t]*="), 0)

    def definitions_of(self, function: str) -> list[int]:
        """The lines at whose left edge a function is defined, found as `line_of` does: Python takes the last."""
        return list(_where(self.text, rf"def[ \t]+{re.escape(function)}\b"))


def _where(text: str, begins: str) -> Iterator[int]:
    """The lines that begin so, from 1, without those in comments and in texts: there one puts a version aside."""
    # The name of a function can hold neither quotes nor a #.
    text, number, counted = _with_newlines(text), 1, 0
    aside = """#.*|'{3}(?s:.*?)'{3}|"{3}(?s:.*?)"{3}|'[^'\n]*'|"[^"\n]*\""""
    for found in re.finditer(f"{aside}|^({begins})", text, re.MULTILINE):
        if found[1] is not None:
            number, counted = number + text.count("\n", counted, found.start()), found.start()
            yield number


@functools.lru_cache(maxsize=2)  # each failure asks for some
def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@functools.lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    # Not splitlines, which also ends lines at a form feed or a U+2028: Python does not.
    return _with_newlines(text).split("\n")


class HandedIn(NamedTuple):
    """What one student handed in: a program, or the reason why there is none."""

    program: Submission | None
    problem: str = ""
    extra: tuple["HandedIn | None", ...] = ()
    """The same for each part that gives extra credit; None where nothing was handed in for it."""


def read_parts(path: Path, assignment: "Assignment") -> HandedIn:
    """What is in `path`, a file, a folder or a zip, for all parts of an assignment. Whatever is wrong is kept in it.

    Raises:
        FileNotFoundError: `path` itself does not exist.
    """
    # A part that is graded by itself imports from others all the same.
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
    """The names in a zip: none where it cannot be read, of which `_read_zip` says why. Of a file given alone its own,
    if it is one of `files`: any other is the first file, whatever its name.
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
    """Whether something was handed in under the name `file`, or under one that was meant to be it.

    Args:
        files: of all parts. What bears the name of one of them is meant to be that one.
    """
    own = [PurePosixPath(name) for name in names]
    if any(path.name.lower() == file.lower() for path in own):
        return True
    others = {other.lower() for other in files}
    return any(_is_meant(path, file) for path in own if path.name.lower() not in others)


def _is_meant(path: PurePosixPath, file: str) -> bool:
    """Whether a name is nearly `file`: extension.py, extensions (1).py, extensions.ipynb."""
    if path.suffix.lower() not in (".py", ".ipynb", ".zip", ".txt"):
        return False
    import difflib  # few need it

    name, wanted = (re.sub("[^a-z]", "", stem.lower()) for stem in (path.stem, PurePosixPath(file).stem))
    alike = difflib.SequenceMatcher(None, name, wanted)
    # First by their lengths: a name in a zip may have 65,535 letters.
    return alike.real_quick_ratio() > SIMILAR and alike.ratio() > SIMILAR


def read(path: Path, file: str, known: Sequence[str] = ()) -> Submission:
    """The program `file` in `path`: a file, a folder or a zip.

    Args:
        known: names of files that have their own place, and are no misnamed `file`.

    Raises:
        Unreadable: there is none, there are several, or it is not a Python text of reasonable size.
        FileNotFoundError: `path` itself does not exist, which is the caller's mistake and not a student's.
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
    """Names relative to `folder`, links included but never followed."""
    count = 0
    waiting = [(folder, 0)]
    while waiting:
        current, depth = waiting.pop()
        try:
            with os.scandir(current) as found:
                # One more than there may be is enough to say so.
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
    """The one name that is `file`, at any depth.

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
    # With a whole download a notebook is handed in, too, which is not the student's.
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
    """What to do about Python files that are not called `file`."""
    listed = ", ".join(shown_name(name) for name in names[:4])
    return f"There is no {file}; found instead: {listed}. If that is your program, rename it to {file}."


def shown_name(name: str) -> str:
    """A file name that is safe to print: it is the student's text like any other."""
    return _legible(repr(name[-80:]).strip("'\""))


def reason(error: Exception) -> str:
    """What zipfile stumbled over: it may quote names, which may be as long as a book."""
    return _legible(str(error)[:MAX_REASON])


def _legible(text: str) -> str:
    """`text` without what steers or hides, and with at most two marks on a letter: more reach into other lines."""
    import unicodedata  # few need it

    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= 2:
            kept.append(letter if letter.isprintable() else "?")
    return "".join(kept)


def _read_file(path: Path, shown: str) -> bytes:
    """The bytes of a program."""
    shown = shown_name(shown)
    with os.fdopen(open_file(path, shown), "rb") as opened:
        _refuse_size(os.fstat(opened.fileno()).st_size, shown)
        try:
            return opened.read(MAX_BYTES + 1)
        except OSError as error:
            raise Unreadable(f"{shown} cannot be read ({error.strerror}). Hand it in again.") from None


def open_file(path: Path, shown: str) -> int:
    """A descriptor of a regular file; links, pipes and devices are refused and never waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():
        raise Unreadable(f"{shown} is a link to another file. Hand in the file itself.")
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise Unreadable(f"{shown} cannot be opened ({error.strerror}). Hand it in again.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # before os.fdopen, which refuses a folder in words of its own
        os.close(descriptor)
        raise Unreadable(f"{shown} is not a regular file. Hand in your program as a plain file.")
    return descriptor


def _read_zip(path: Path, file: str, known: Sequence[str]) -> Submission:
    try:
        chosen, data = _unpack(path, file, known)
    except Unreadable:
        raise
    except Exception as error:  # zipfile raises whatever it stumbles over in an archive that was damaged on purpose
        why = reason(error)
        raise Unreadable(
            f"The zip {shown_name(path.name)} cannot be read ({why}). Make it again, without a password."
        ) from None
    return Submission(file, chosen, _decode(data, chosen))


def _unpack(path: Path, file: str, known: Sequence[str]) -> tuple[str, bytes]:
    """Name and bytes of the one member of a zip that is `file`."""
    import zipfile  # here and not above: the usual submission is no zip, and start-up counts

    with _Piecemeal(open_file(path, shown_name(path.name))) as opened, zipfile.ZipFile(opened) as archive:
        files = _members(archive)
        chosen = _choose(list(files), file, known)
        member = files[chosen]
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Unreadable(f"{shown_name(chosen)} is a link to another file. Hand in the file itself.")
        _refuse_size(member.file_size, shown_name(chosen))
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The others unpack whatever there is before they look at how much was asked for.
            raise zipfile.BadZipFile("it is packed in an unusual way")
        with archive.open(member) as unpacked:
            # The size in the directory of a zip is a claim; what is read is bounded all the same.
            return chosen, unpacked.read(MAX_BYTES + 1)


class _Piecemeal(io.FileIO):
    """A zip, of which a program and a directory of usual size can be read at once, and no more.

    zipfile reads the whole directory, and makes an object for each entry, before it can be asked how many there are: a
    million of them, in 50 MB, take 20 s and half a gigabyte of whoever grades a class.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """As any file, but for what no honest zip is asked for."""
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise Unreadable(TOO_MANY)
        return super().read(-1 if size is None else size)


def _members(archive: "zipfile.ZipFile") -> "dict[str, zipfile.ZipInfo]":
    """The files in a zip, without what programs leave lying about."""
    members = archive.infolist()
    if len(members) > MAX_ENTRIES:
        raise Unreadable(TOO_MANY)
    named = {member.filename.replace("\\", "/"): member for member in members}  # as old programs on Windows write it
    return {
        name: member
        for name, member in named.items()
        if not name.endswith("/")
        and not IGNORED.intersection(PurePosixPath(name).parts)
        and not PurePosixPath(name).name.startswith("._")
    }


def _refuse_size(size: int, shown: str) -> None:
    if size > MAX_BYTES:
        # Of one that was unpacked no more than one byte too many has been read.
        much = f"{size / 2**20:.1f}" if size > MAX_BYTES + 1 else f"more than {MAX_BYTES >> 20}"
        raise Unreadable(
            f"{shown} has {much} MiB; a program for this assignment has a few KiB. "
            "Hand in the program without data in it."
        )


def _decode(data: bytes, shown: str) -> str:
    """The text of a Python file as Python reads it: UTF-8 with or without a mark, or what its first lines declare."""
    shown = shown_name(shown)
    _refuse_size(len(data), shown)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"{shown} is saved as UTF-16. Save it as UTF-8: in Notepad, Save as, Encoding.")
    if b"\0" in data:
        raise Unreadable(f"{shown} is not a text file. Hand in the Python file you edit.")
    import tokenize  # as above

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        # The cost of these grows with the square of the size, and a file may write them in capitals; "undefined" is no
        # encoding in any case.
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
