"""The second stage: grade what the manifest lists, and write down each grade as soon as there is one.

Whatever is in the journal is done, and is not done again by the same command: Ctrl-C, a kill or a power cut costs what
was being graded at that moment. A submission that has changed since, by its digest, is graded anew, and so is one that
the grader itself failed on. Files that are the same, byte for byte, under the same names, are graded once: a grade must
not depend on which of two students had the luck; and where every member of a group hands in alone, it saves time.
"""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..assignment import Assignment
from ..outcome import Outcome
from . import environment, jobs, text
from .jobs import Done, Job
from .progress import Count, shown, warn
from .records import Entry, Folder, Graded, as_line, write_whole

with contextlib.suppress(ImportError):  # Windows: there nobody keeps two runs apart but the instructor
    import fcntl

# What the environment calls the folder of the grades that these were to replace.
FOLLOWS = "follows"

# What is put aside, in this order. The journal last: a run that is stopped between two of these is put aside once more,
# and loses nothing.
GRADES = (
    "results", "grades.csv", "canvas.csv", "report.html", "run/gone", "run/manifest.jsonl", "run/environment.json",
    "run/journal.jsonl",
)  # fmt: skip

# How jobs are done: on this machine (`jobs.local`) or on others (`cluster.remote`).
Runner = Callable[[Iterable[Job]], Iterator[Done]]


class NotStarted(Exception):
    """The run could not begin. The message says why, and what to do."""


@contextlib.contextmanager
def alone(folder: Folder) -> Iterator[None]:
    """Keep a second run off the same folder. Of one that ends before it has taken anything in, nothing is left: the
    folder may lie among submissions, and would be one of them the next time.

    Raises:
        NotStarted: there is one.
    """
    ours = folder.manifest.parent
    made = [path for path in (ours, folder.path) if not path.exists()]
    folder.path.parent.mkdir(parents=True, exist_ok=True)
    folder.path.mkdir(0o700, exist_ok=True)  # grades.csv names everybody
    ours.mkdir(exist_ok=True)
    with (ours / "lock").open("w") as lock:
        if "fcntl" in globals():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise NotStarted(
                    f"Another batch is writing to {folder.path}. Wait for it, or name another --out."
                ) from None
        try:
            yield
        finally:
            if ours in made and not folder.manifest.exists():
                if "fcntl" not in globals():  # Windows removes nothing that is open
                    lock.close()
                shutil.rmtree(ours, ignore_errors=True)
                with contextlib.suppress(OSError):
                    made[-1].rmdir()


def begin(folder: Folder, now: dict[str, Any], aside: Path | None = None) -> Path | None:
    """Note with what is graded; a folder with grades of the same grader is continued.

    Args:
        aside: where the grades were put that these follow; they are compared with by all calls that go on from here.

    Returns:
        The folder of the earlier grades to compare with, if there are any.

    Raises:
        NotStarted: the grades in it come from another grader, other cases or other versions.
    """
    try:
        before = json.loads(folder.environment.read_text(encoding="utf-8"))
        sound = isinstance(before, dict) and isinstance(before.get("decisive"), dict)
    except FileNotFoundError:
        before, sound = None, True
    except ValueError:
        sound = False
    if not sound:
        raise NotStarted(f"{folder.environment} is damaged. Regrade with --again.")
    if before is not None and folder.journal.exists():
        if not environment.same(before, now):
            raise NotStarted(
                f"{folder.path} holds grades made with {environment.difference(before, now)}. To regrade and see what "
                "changes, add --again; the old grades are kept beside the new ones. To keep the two apart, name "
                "another --out."
            )
        now = {**now, "started": before.get("started", now["started"])}
    name = aside.name if aside else (before or {}).get(FOLLOWS)
    if name:
        now = {**now, FOLLOWS: name}
    write_whole(folder.environment, json.dumps(now, indent=1) + "\n")
    earlier = folder.path / str(name)
    return earlier if name and Folder(earlier).manifest.exists() else None


def put_aside(folder: Folder) -> Path | None:
    """Move the grades of an earlier run out of the way: the folder, one like this, that they are in now, if any are."""
    if not folder.journal.exists():
        return None
    aside = folder.path / f"earlier-{max(_earlier(folder), default=0) + 1}"
    (aside / "run").mkdir(parents=True)
    _move(GRADES, folder.path, aside)
    return aside


@contextlib.contextmanager
def putting_aside(folder: Folder) -> Iterator[Path | None]:
    """`put_aside`, for a block that gets ready to grade anew: if it fails nothing is graded, and all is put back.

    What it is given is what today's grades are to be compared with: those that were moved, or, if that run was stopped
    before it had them all, or the grader failed in it, as on a broken case, the last that were whole.
    """
    aside = put_aside(folder)
    try:
        if aside is not None:  # who has handed in anew is found again, and keeps the number, by who was here before
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(Folder(aside).manifest, folder.manifest)
        latest_first = (folder.path / f"earlier-{one}" for one in sorted(_earlier(folder), reverse=True))
        yield aside and next(filter(_has_all, latest_first), aside)
    except Exception:
        if aside is not None:
            _move(reversed(GRADES), aside, folder.path)
            (aside / "run").rmdir()
            aside.rmdir()
        raise


def _earlier(folder: Folder) -> list[int]:
    """The numbers of earlier-N. Somebody may have removed the first ones, to save room."""
    found = (re.fullmatch("earlier-([0-9]+)", name) for name in os.listdir(folder.path))
    return [int(one[1]) for one in found if one]


def _move(names: Iterable[str], source: Path, target: Path) -> None:
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            os.replace(source / name, target / name)


def _has_all(path: Path) -> bool:
    """Whether the run that was put there came to its end, and the grader failed on nobody."""
    try:
        # Of one that was graded twice the last line counts.
        failed_on = {one.id: one.failed_on for one in Folder(path).graded()}
        done = {identifier for identifier, failed in failed_on.items() if not failed}
        return done.issuperset(entry.id for entry in Folder(path).entries())
    except (OSError, ValueError, TypeError, KeyError):  # part of it alone was moved, or it is of another version
        return False


def grade_all(folder: Folder, assignment: Assignment, run: Runner) -> Count:
    """Do what the journal does not have yet. Who handed in the very same as another gets the very same grade.

    Raises:
        OSError: the disk is full, or the folder cannot be written. What is in the journal stands.
    """
    (folder.path / "results").mkdir(exist_ok=True)
    known = _standing(folder)
    alike = _Alike(folder, assignment, known)
    count = Count(alike.total, before=alike.before)

    with folder.journal.open("a", encoding="ascii") as journal, shown(count) as show:

        def keep(done: Done) -> None:
            known[done.graded.id] = done.graded.digest
            # After a power cut the journal may name a file that is empty, which `graded_before` sees.
            write_whole(folder.results(done.graded.id), done.results, wait_for_disk=False)
            # Only now: what the journal names is there.
            journal.write(as_line(done.graded))
            journal.flush()
            count.now += 1
            count.timeouts += done.timed_out
            count.faults += done.graded.failed_on
            if done.graded.failed_on and count.faults == 1:
                warn(_failed_on(done.graded))
            show()

        def share(done: Done) -> None:
            for identifier in alike.take(done.graded):
                keep(replace(done, graded=replace(done.graded, id=identifier)))
                count.same += 1

        def grade_all_but(others: AbstractSet[str]) -> None:
            for done in run(_left(folder, assignment, known, others)):
                if known.get(done.graded.id) != done.graded.digest:
                    keep(done)
                    share(done)
                # Else a machine that was given up for lost has answered after all.

        for done in _waited_for(folder, known, alike.waited_for):
            share(done)
        grade_all_but(alike.waiting)
        if alike.waiting:
            grade_all_but(set())
    return count


def _left(folder: Folder, assignment: Assignment, known: Mapping[str, str], others: AbstractSet[str]) -> Iterator[Job]:
    """What has no grade that stands, without these others; each is read when its turn comes.

    Those in which something took too long when they were last graded take long again, so they begin early.
    """
    for hung in (True, False):
        for entry in folder.entries():
            if _has_hung(entry) == hung and entry.id not in others:
                job = jobs.read(entry, assignment)
                if known.get(entry.id) != job.digest:
                    yield job


def _has_hung(entry: Entry) -> bool:
    cases = {} if entry.stored is None else entry.stored.cases
    return any(case.outcome == Outcome.TIMED_OUT.value for case in cases.values())


def _waited_for(folder: Folder, known: Mapping[str, str], names: AbstractSet[str]) -> Iterator[Done]:
    """The grades of these that stand."""
    # Of a program that was there twice the last, which the results are of.
    journaled = {one.id: one for one in folder.graded() if one.id in names} if names else {}
    for graded in journaled.values():
        if known.get(graded.id) == graded.digest:
            yield Done(graded, folder.results(graded.id).read_text(encoding="ascii"))


def _failed_on(graded: Graded) -> str:
    """What to say at once: where it is so for everybody, as with data that are not there, nobody should find out when a
    class is graded.
    """
    numbers = [case.number for case in graded.cases if case.outcome == Outcome.GRADER_ERROR.value]
    reason = f" ({text.line(graded.staff[0], 400)})" if graded.staff else ""
    return (
        f"The grader itself failed on {text.named(numbers)} of {graded.id}{reason}. The other submissions are still "
        "being graded. If all of them will fail this way, stop with Ctrl-C and fix the cause."
    )


def _standing(folder: Folder) -> dict[str, str]:
    """Digests of those whose grade stands, by identifier. None does that a fault of ours has come after: the results
    are of that.
    """
    known: dict[str, str] = {}
    for one in graded_before(folder):
        if one.failed_on:
            known.pop(one.id, None)
        else:
            known[one.id] = one.digest
    return known


class _Alike:
    """Who handed in the very same as another: one of them is graded, and the others wait for that.

    That is the first of those whose grade stands, be they late or not; if there is none, the first of all.

    Args:
        known: digests of those whose grade stands, by identifier: they wait for nobody.
    """

    def __init__(self, folder: Folder, assignment: Assignment, known: Mapping[str, str]) -> None:
        self.total = self.before = 0
        """How many submissions there are, and how many grades stand."""
        self._waiting: dict[str, tuple[str, list[str]]] = {}
        standing: dict[bytes, str] = {}
        others: dict[bytes, tuple[str, list[str]]] = {}
        for entry in folder.entries():
            job = jobs.read(entry, assignment)
            self.total += 1
            if known.get(entry.id) == job.digest:
                self.before += 1
                standing.setdefault(job.identity, entry.id)
            else:
                others.setdefault(job.identity, (job.digest, []))[1].append(entry.id)
        for identity, (digest, names) in others.items():
            graded = standing.get(identity) or names.pop(0)
            if names:
                self._waiting[graded] = digest, names

    @property
    def waiting(self) -> set[str]:
        """Who waits for somebody's grade."""
        return {name for _, names in self._waiting.values() for name in names}

    @property
    def waited_for(self) -> AbstractSet[str]:
        """Whose grade others wait for."""
        return self._waiting.keys()

    def take(self, graded: Graded) -> list[str]:
        """Who has waited for this grade. Nobody, if it is our fault, or of what has been changed meanwhile."""
        digest, names = self._waiting.get(graded.id, ("", []))
        if digest != graded.digest or graded.failed_on:
            return []
        del self._waiting[graded.id]
        return names


def graded_before(folder: Folder) -> Iterator[Graded]:
    """What is in the journal, and its results on the disk; a line that was cut off is cut away."""
    _mend(folder.journal)
    for one in folder.graded():
        with contextlib.suppress(FileNotFoundError):
            # A power cut may have left an empty file of this name.
            if folder.results(one.id).read_bytes().endswith(b"}\n"):
                yield one


def _mend(journal: Path) -> None:
    """Take away the part of a line at the end, which a kill has left: the next line must not grow on it."""
    with contextlib.suppress(FileNotFoundError), journal.open("r+b") as lines:
        size = lines.seek(0, os.SEEK_END)
        tail = b""
        while size and b"\n" not in tail:
            start = max(0, size - (1 << 16))
            lines.seek(start)
            tail = lines.read(size - start) + tail
            size = start
        whole = tail.rfind(b"\n") + 1
        lines.truncate(size + whole)
