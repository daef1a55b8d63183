"""The first stage: list the submissions in whatever an instructor has, who handed them in, and where they are.

The contents of PATH decide what it is, in this order:

    a Gradescope export    submission_metadata.yml at the top, or in one folder at the top
    a Canvas download      at least half of its entries have names as Canvas gives them (`canvas.py`)
    anything else          each folder, .py, .zip and notebook is a submission

Students may hand in several files: the first one, and others for extra credit. In a folder, a zip or a Canvas download
these have their own names. Among plain files, ada_extensions.py belongs to ada_neural_network.py or else to ada.py; if
neither exists, it is a submission without the first file.

Each of these may be a folder or a zip (`sources.py`), and may lie in a single folder inside it. Where a guess would be
needed, a sentence says what to do instead. Entries are sorted by identifier, with numbers compared as numbers;
identifiers depend on names alone (`names.py`). So the same PATH gives the same manifest, byte for byte.

Intake runs in its own process, and may hold the class in memory: what it read about the class, not the files handed in.
"""

import errno
import functools
import json
import os
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..submission import shown_name
from . import canvas, export, text
from .export import About
from .names import identifiers, natural, stem
from .records import Entry, Folder, Person, as_line, write_whole
from .sources import At, HandedOut, Listing, NotAClass, OnDisk, Source, Unfit, copy_together, emptied, few, holds_grades
from .unpack import InZip

__all__ = ["NotAClass", "Summary", "take_in"]

MAX_SUBMISSIONS = 100_000
PROGRAMS = (".py", ".zip", ".ipynb")  # a notebook cannot be graded, but a student who hands one in must be told
_UNKNOWN = About()
# The disk is full, or our quota is used up; Windows has no such quota.
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True)
class Summary:
    """What intake found, as the user is told."""

    kind: str
    """`a Gradescope export`, `a Canvas download` or `submissions`."""
    submissions: int
    people: int
    """How many people handed in, as far as known."""
    sentences: tuple[str, ...] = ()
    """Anything unusual about the class as a whole."""

    def __str__(self) -> str:
        what = text.count(self.submissions, "submission")
        if self.kind != "submissions":
            what = f"{self.kind} of {what}"
        return f"{what}, {text.count(self.people, 'person', 'people')}" if self.people else what


@dataclass(frozen=True)
class _Found:
    """One submission, before it has an identifier."""

    name: str
    at: At | None = None
    """Where it is; None if it has to be put together from `members`, or is missing."""
    members: dict[str, At] = field(default_factory=dict)
    about: About = _UNKNOWN
    problem: str = ""


@dataclass(frozen=True)
class _Class:
    """All submissions that were found."""

    kind: str
    submissions: list[_Found]
    sentences: list[str]

    @functools.cached_property
    def identifiers(self) -> dict[str, str]:
        """The identifier of each submission, by name."""
        return identifiers(one.name for one in self.submissions)


def take_in(path: Path, folder: Folder, files: Sequence[str]) -> Summary:
    """List the submissions in `path` in `folder.manifest`, one Entry per line, which is written whole or not at all.

    Args:
        path: a folder, a zip, an export from Gradescope or a download from Canvas.
        folder: where the batch keeps everything; what an earlier attempt unpacked there is replaced.
        files: the names of the files that students hand in: the first one, and those for extra credit.

    Raises:
        NotAClass: nothing in `path` can be graded, or it is ambiguous.
        OSError: the disk of `folder` is full.
    """
    try:
        with _opened(path, leave_out=folder.path) as source:
            found = _recognize(source, path, files)
            _refuse_none_or_too_many(found, path)
            _refuse_grades_in_a_submission(found, path, folder)
            emptied(folder.unpacked)
            summary = _write(folder, found, _entries(source, folder, found, files))
            return replace(summary, sentences=(*summary.sentences, *_damaged(source, path)))
    except OSError as error:
        if error.errno in _FULL:  # from writing to `folder`: nothing is wrong with `path`
            raise
        raise NotAClass(f"{path} cannot be read: {error.filename or 'a file'}: {error.strerror}.") from error


@contextmanager
def _opened(path: Path, leave_out: Path) -> Iterator[Source]:
    """Open `path` as a source.

    Args:
        path: a folder or a zip.
        leave_out: a folder to skip, where the results of this batch go.

    Raises:
        NotAClass: `path` is neither, cannot be read, or holds grades.
    """
    if path.is_dir():
        if leave_out.exists() and leave_out.samefile(path):
            raise NotAClass(f"{path} is where the results go. Choose another folder for them with --out.")
        if holds_grades(path):
            raise NotAClass(
                f"{path} holds the grades of a batch, not submissions. Give the submissions that were graded."
            )
        yield OnDisk(path, leave_out)
        return
    if not os.path.lexists(path):
        raise NotAClass(f"{path}: there is nothing with this name. Give a folder or a zip of submissions.")
    if not path.is_file() or not zipfile.is_zipfile(path):
        if path.suffix.lower() == ".zip":
            raise NotAClass(f"{path} is named .zip but is not a complete zip file. Download it again.")
        raise NotAClass(f"{path} is neither a folder nor a zip. For one submission: python -m autograder grade {path}")
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:  # zipfile raises exceptions of any type on a damaged archive
        raise NotAClass(
            f"The zip {path} cannot be read ({error}). Download it again, or unpack it yourself and give the folder."
        ) from None
    with archive:
        if _is_cut_off(archive, path):
            raise NotAClass(
                f"{path} begins with files that its own directory does not list, as after an interrupted download. "
                "Download it again, or unpack it yourself and give the folder."
            )
        yield InZip(archive)


def _is_cut_off(archive: zipfile.ZipFile, path: Path) -> bool:
    """Return whether the zip is truncated, so that the last directory in it belongs to a student's zip inside it.

    zipfile would use that directory, and the class would consist of that one student.
    """
    with path.open("rb") as content:
        begins_with_a_file = content.read(4) == b"PK\3\4"
    return begins_with_a_file and all(member.header_offset > 0 for member in archive.infolist())


def _recognize(source: Source, path: Path, files: Sequence[str]) -> _Class:
    at, listing, sentences = _go_down(source, path, files)
    if export.NAME in listing.files:
        found = _export(source, at, listing, files[0])
    else:
        uploads = [one for one in map(canvas.upload, listing.files) if one is not None]
        if uploads and 2 * len(uploads) >= len(listing.files) + len(listing.folders):
            found = _canvas(at, listing, uploads, files)
        else:
            found = _plain(at, listing, path, files)
            if uploads:
                sentences.append(
                    f"{text.count(len(uploads), 'name')} could be from Canvas, but most are not, so all names are used "
                    "as they are."
                )
    return replace(found, sentences=[*few(list(source.notes)), *sentences, *found.sentences])


def _go_down(source: Source, path: Path, files: Sequence[str]) -> tuple[At, Listing, list[str]]:
    """Return where the submissions are, the names there, and sentences about what is ignored.

    They are at the top, or in the folder that a zip often has around them.
    """
    listing = source.look(())
    if export.NAME in listing.files:
        return (), listing, []
    if len(listing.folders) == 1 and not _programs(listing):
        exports = list(listing.folders)
    else:  # one folder among many is a student's, whatever it holds, unless it is named like Gradescope's exports
        exports = [name for name in listing.folders if re.fullmatch(r"assignment_.*_export.*", name)]
    exports = sorted((name for name in exports if export.NAME in source.look((name,)).files), key=natural)
    if len(exports) > 1:
        names = ", ".join(shown_name(name) for name in exports[:4])
        raise NotAClass(f"{path} holds {len(exports)} exports: {names}. Give one of them.")
    if exports:
        others = listing.files | (listing.folders - set(exports))
        return (exports[0],), source.look((exports[0],)), _left_out(others)
    if len(listing.folders) == 1 and not _programs(listing):
        (name,) = listing.folders
        inside = source.look((name,))
        # A single folder with a file to hand in, or with one other program, is a class of one.
        if not inside.files.intersection(files) and len(inside.folders) + len(_programs(inside)) > 1:
            sentence = f"Everything is in the folder {shown_name(name)}, so its contents are taken as the class."
            return (name,), inside, [sentence, *_left_out(listing.files)]
    return (), listing, []


def _programs(listing: Listing) -> set[str]:
    """Return the files to list as submissions; also every link, whatever its name, so that the student is told."""
    return listing.links | {name for name in listing.files if name.lower().endswith(PROGRAMS)}


def _plain(at: At, listing: Listing, path: Path, files: Sequence[str]) -> _Class:
    """Take each folder and each program as a submission, except files of extra credit, which belong to one."""
    if alone := next((file for file in files if file in listing.files), ""):
        raise NotAClass(
            f"{path} holds {alone} itself, so it looks like one submission. To grade it: python -m autograder grade "
            f"{path}. If it is a class, put each submission in its own folder, or name the files after students."
        )
    programs = _programs(listing)
    together, sentences = _belonging_together(programs, files)
    taken = {name for members in together.values() for name in members.values()}
    submissions = [_Found(name, (*at, name)) for name in (*listing.folders, *(programs - taken))]
    for name, members in together.items():
        submissions.append(_Found(name, members={file: (*at, one) for file, one in members.items()}))
    return _Class("submissions", submissions, sentences + _left_out(listing.files - programs))


def _belonging_together(programs: set[str], files: Sequence[str]) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Match files of extra credit to first files by name.

    Returns:
        By name, each submission that has extra credit (file to hand in -> its name here); and sentences about matches.
        A submission has the name of its first file, so it is the same one with and without extra credit.
    """
    together: dict[str, dict[str, str]] = {}
    belongs, alone = [], []
    extra = {program: file for file in files[1:] for program in programs if _whose(program, file)}
    # By student in lower case: files named after the student and the first file, and after the student alone.
    named: defaultdict[str, list[str]] = defaultdict(list)
    plain: defaultdict[str, list[str]] = defaultdict(list)
    for program in programs - set(extra):
        if whose := _whose(program, files[0]):
            named[whose].append(program)
        elif program.lower().endswith(".py"):
            plain[program[: -len(".py")].lower()].append(program)
    for program in sorted(extra, key=natural):
        file, whose = extra[program], _whose(program, extra[program])
        fitting = named[whose] or plain[whose]
        members = together.setdefault(fitting[0], {files[0]: fitting[0]}) if len(fitting) == 1 else {}
        if members and file not in members:
            members[file] = program
            belongs.append(f"{shown_name(program)} to {shown_name(fitting[0])}")
        else:
            together[program] = {file: program}
            alone.append(shown_name(program))
    sentences = []
    if belongs:
        sentences.append(f"Matched by name as extra credit: {text.named(belongs, 4)}.")
    if alone:
        sentences.append(
            f"Extra credit that matches no student, so each file counts as a submission without {files[0]}: "
            f"{text.named(alone, 4)}. Name it after the first file, as in ada.py and ada_{files[1]}, or use folders."
        )
    return together, sentences


def _whose(name: str, file: str) -> str:
    """Return what precedes `file` in `name`, such as `ada` in ada_neural_network.py, in lower case; else nothing."""
    before = name[: -len(file)]
    if not name.lower().endswith(file.lower()) or before[-1:] not in ("_", "-", ".", " "):
        return ""
    return before.rstrip("_-. ").lower()


def _canvas(at: At, listing: Listing, uploads: list[canvas.Upload], files: Sequence[str]) -> _Class:
    """Group the files of each student into a submission; a student's only file stays a zip if it is one."""
    submissions = []
    students = canvas.by_student(uploads, files)
    for whose, student in students.items():
        about = About(people=student.people, notes=few(student.notes))
        members = {original: (*at, one.as_named) for original, one in student.files.items()}
        only = next(iter(members)) if len(members) == 1 else ""
        if only.lower().endswith(".zip"):
            submissions.append(_Found(whose, members[only], about=about))
        else:
            submissions.append(_Found(whose, members=members, about=about))
    named = {one.as_named for one in uploads}
    programs = _programs(listing) - named
    odd = About(notes=("Canvas does not give such a name, so its student is unknown.",))
    submissions += [
        # A folder may have the name of a student's submission: with the same name they would share one grade.
        _Found(f"{name}/" if name in students else name, (*at, name), about=odd)
        for name in (*listing.folders, *programs)
    ]
    return _Class("a Canvas download", submissions, _left_out(listing.files - named - programs))


def _export(source: Source, at: At, listing: Listing, file: str) -> _Class:
    """Return what the metadata lists, even if it is missing, and the folders that it does not list."""
    known: dict[str, About] = {}
    twice = 0
    try:
        with source.open((*at, export.NAME)) as stream:
            for name, about in export.read(stream):
                twice += name in known
                known.setdefault(name, about)
    except Unfit as unfit:
        raise NotAClass(f"{unfit} {export.WITHOUT_IT}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotAClass(f"{export.NAME} cannot be unpacked ({error}). {export.WITHOUT_IT}") from None
    submissions = [_listed((*at, name), name, about, listing, file) for name, about in known.items()]
    unlisted = About(notes=(f"{export.NAME} does not list it, so its student is unknown.",))
    submissions += [_Found(name, (*at, name), about=unlisted) for name in listing.folders - set(known)]
    sentences = _left_out(listing.files - set(known) - {export.NAME})
    if twice:
        sentences.append(f"{export.NAME} lists {text.count(twice, 'submission')} twice; the first counts.")
    return _Class("a Gradescope export", submissions, sentences)


def _listed(at: At, name: str, about: About, listing: Listing, file: str) -> _Found:
    """Return one submission that the metadata lists."""
    is_program = name in listing.files and name.lower().endswith(PROGRAMS)
    if is_program or name in listing.folders or name in listing.links:
        return _Found(name, at, about=about)
    if name.lower().endswith(".pdf"):
        note, problem = (
            "It is a PDF, as from an assignment without programs.",
            f"Only a PDF was handed in. Hand in {file}.",
        )
    else:
        note, problem = (
            f"{export.NAME} lists it, but it is not in the export. Download the export again.",
            f"Nothing was handed in. Hand in {file}.",
        )
    return _Found(name, about=replace(about, notes=(*about.notes, note)), problem=problem)


def _left_out(names: set[str]) -> list[str]:
    """Return a sentence about the names that are ignored, if any; hidden files are not mentioned."""
    seen = sorted((name for name in names if not name.startswith(".")), key=natural)
    if not seen:
        return []
    return [f"Ignored, because these are not submissions: {text.named([shown_name(name) for name in seen], 4)}."]


def _damaged(source: Source, path: Path) -> list[str]:
    """Return a sentence about the files that cannot be read, if any: their students' points are too low."""
    if not source.damaged:
        return []
    return [
        f"{text.count(len(source.damaged), 'file')} in {shown_name(path.name)} cannot be unpacked, through no fault of "
        f"a student: {text.named(source.damaged, 4)}. The points for them are missing. Download the zip again, or "
        "unpack it yourself and give the folder."
    ]


def _refuse_none_or_too_many(found: _Class, path: Path) -> None:
    number = len(found.submissions)
    if number == 0:
        nothing = f"{path} holds nothing to grade: no folder, .py, .zip or notebook."
        raise NotAClass(" ".join([nothing, *found.sentences]))
    if number > MAX_SUBMISSIONS:
        raise NotAClass(f"{path} holds {number} submissions, and the most is {MAX_SUBMISSIONS}. Give part of them.")


def _refuse_grades_in_a_submission(found: _Class, path: Path, folder: Folder) -> None:
    """Raise NotAClass if the grades would be files of a submission, or make one of a folder that only they are in."""
    top, around = path.resolve(), folder.path.resolve().parents
    for one in found.submissions:
        if one.at is not None and top.joinpath(*one.at) in around:
            raise NotAClass(
                f"{folder.path} is inside the submission {shown_name(one.name)}. Choose another folder with --out."
            )


def _entries(source: Source, folder: Folder, found: _Class, files: Sequence[str]) -> Iterator[Entry]:
    """Yield entries in the order of the manifest; unpack each submission when its turn comes."""
    chosen = found.identifiers
    for one in sorted(found.submissions, key=lambda one: natural(chosen[one.name])):
        to = folder.unpacked.resolve() / chosen[one.name]
        handed = _hand_out(source, one, to, files)
        yield Entry(
            id=chosen[one.name],
            path=handed.path,
            people=one.about.people,
            problem=handed.problem,
            notes=(*one.about.notes, *handed.notes),
            stored=one.about.stored,
            problems=handed.problems,
            handed_in_as="" if one.about.people or stem(one.name) == chosen[one.name] else one.name,
        )


def _hand_out(source: Source, one: _Found, to: Path, files: Sequence[str]) -> HandedOut:
    if one.problem:
        return HandedOut(problem=one.problem)
    if one.at is not None:
        return source.hand_out(one.at, to, files)
    return copy_together(source, one.members, to, files)


def _write(folder: Folder, found: _Class, entries: Iterator[Entry]) -> Summary:
    """Write the manifest, under another name until it is complete, and number each submission that has no number.

    A number never passes to somebody else: a reader must find the same student under it in the next report, whoever has
    come or gone in between. A student who hands in again on Gradescope has a new submission, but keeps the number.
    """
    people: set[Person] = set()
    here = set(found.identifiers.values())
    numbers = folder.numbered()
    left = _numbers_left(folder, numbers, here)
    taken: set[int] = set()
    most = max(numbers.values(), default=0)
    temporary = folder.manifest.with_name(folder.manifest.name + ".new")
    with open(temporary, "w", encoding="ascii", newline="") as lines:
        for entry in entries:
            lines.write(as_line(entry))
            people.update(entry.people)
            theirs = {left[who] for who in entry.known_as & left.keys()}
            number = numbers.get(entry.id, theirs.pop() if len(theirs) == 1 else None)
            if number is None or number in taken:
                number = most = most + 1
            taken.add(number)
            numbers[entry.id] = number
        lines.flush()
        os.fsync(lines.fileno())
    write_whole(folder.numbers, json.dumps(numbers))
    os.replace(temporary, folder.manifest)
    sentences = (*found.sentences, *_move_results(folder, here, numbers))
    return Summary(found.kind, len(found.submissions), len(people), sentences)


def _numbers_left(folder: Folder, numbers: Mapping[str, int], here: AbstractSet[str]) -> dict[tuple[str, str], int]:
    """Return the numbers of submissions that were in the last manifest and are gone now, by who handed them in."""
    # A manifest that an earlier version wrote may not be readable.
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        gone = [entry for entry in folder.entries() if entry.id in numbers and entry.id not in here]
        return {who: numbers[entry.id] for entry in gone for who in entry.known_as}
    return {}


def _move_results(folder: Folder, here: AbstractSet[str], ever: Iterable[str]) -> list[str]:
    """Keep only this class in results/, so that the whole folder can be handed back.

    Other results are set aside, not deleted: students come back, and PATH may have been a typo.

    Args:
        here: identifiers of the submissions in the class.
        ever: identifiers of all that were ever in it.

    Returns:
        A sentence if any submission has left.
    """
    left = [one for one in ever if one not in here and folder.results(one).exists()]
    if left:
        folder.gone("").parent.mkdir(exist_ok=True)
    for one in left:
        os.replace(folder.results(one), folder.gone(one))
    for one in here if folder.gone("").parent.exists() else ():
        with suppress(FileNotFoundError):
            os.replace(folder.gone(one), folder.results(one))
    if not left:
        return []
    return [f"Graded before, but no longer in this class: {text.named(left, 4)}. Their results are now in run/gone/."]
