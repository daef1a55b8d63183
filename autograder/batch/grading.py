"""The second stage: grade what the manifest lists, and record each grade as soon as it is known.

Whatever is in the journal is done, and the same command does not do it again: Ctrl-C, a kill or a power cut loses only
what was being graded at that moment. A submission whose digest has changed since is graded again, and so is one that
the grader itself failed on. Files that are the same, byte for byte, under the same names, are graded once: where a
grade depends on luck, identical programs must still get the same one; and it saves time where every member of a group
hands in separately.
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

with contextlib.suppress(ImportError):  # Windows has none: there, only the instructor keeps two runs apart
    import fcntl

# Key in environment.json: the folder of the earlier grades that the current ones replace.
FOLLOWS = "follows"

# What is put aside, in this order. The journal is last: if a run is stopped between two of these, the next --again puts
# the rest aside, and nothing is lost.
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
    """Lock the folder against a second run.

    If the run ends before there is a manifest, remove the folders it has created: they may be among the submissions,
    and would count as one of them the next time.

    Raises:
        NotStarted: another run has the lock.
    """
    ours = folder.manifest.parent
    made = [path for path in (ours, *ours.parents) if not path.exists()]
    folder.path.parent.mkdir(parents=True, exist_ok=True)
    folder.path.mkdir(0o700, exist_ok=True)  # grades.csv names everybody
    ours.mkdir(exist_ok=True)
    with (ours / "lock").open("w") as lock:
        if "fcntl" in globals():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotStarted(
                    f"Another batch is writing to {folder.path}. Wait for it, or name another --out."
                ) from None
            except OSError as error:  # some file systems, as of networks, have no locks
                warn(
                    f"{folder.path} cannot be locked ({error.strerror}). Grading goes on; start no second batch that "
                    "writes to it."
                )
        try:
            yield
        finally:
            if ours in made and not folder.manifest.exists():
                if "fcntl" not in globals():  # Windows cannot remove an open file
                    lock.close()
                shutil.rmtree(ours, ignore_errors=True)
                with contextlib.suppress(OSError):
                    for path in made[1:]:
                        path.rmdir()


def begin(folder: Folder, now: dict[str, Any], aside: Path | None = None) -> Path | None:
    """Record the environment of this run; a folder with grades of the same grader is continued.

    Args:
        aside: where the earlier grades were put; all calls that continue this run compare with them.

    Returns:
        The folder of the earlier grades to compare with, if there are any.

    Raises:
        NotStarted: the grades in `folder` come from another grader, other cases or other versions; or the record of
            that is damaged.
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
        if other := environment.difference(before, now):
            raise NotStarted(
                f"{folder.path} holds grades made with {other}. To regrade and see what "
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
    """Move the grades of an earlier run to a new folder with the same layout; return it, or None without grades."""
    if not folder.journal.exists():
        return None
    aside = folder.path / f"earlier-{max(earlier(folder), default=0) + 1}"
    (aside / "run").mkdir(parents=True)
    _move(GRADES, folder.path, aside)
    return aside


@contextlib.contextmanager
def putting_aside(folder: Folder) -> Iterator[Path | None]:
    """Call `put_aside` for a block that prepares a new grading; if the block raises an error, move everything back.

    Yield the folder of grades to compare with: the grades just moved; or, if that run was stopped early or the grader
    failed in it, as on a broken case, the latest complete ones, if any. Yield None if nothing was moved.
    """
    aside = put_aside(folder)
    try:
        if aside is not None:  # intake needs the old manifest: who hands in again keeps the number
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(Folder(aside).manifest, folder.manifest)
        latest_first = (folder.path / f"earlier-{one}" for one in sorted(earlier(folder), reverse=True))
        yield aside and next(filter(_has_all, latest_first), aside)
    except Exception:
        if aside is not None:
            _move(reversed(GRADES), aside, folder.path)
            (aside / "run").rmdir()
            aside.rmdir()
        raise


def earlier(folder: Folder) -> list[int]:
    """Return the numbers of the folders earlier-N. Somebody may have removed the first ones to save space."""
    found = (re.fullmatch("earlier-([0-9]+)", path.name) for path in folder.path.glob("*"))
    return [int(one[1]) for one in found if one]


def _move(names: Iterable[str], source: Path, target: Path) -> None:
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            os.replace(source / name, target / name)


def _has_all(path: Path) -> bool:
    """Return whether the run in this folder is complete, and the grader failed on no submission."""
    try:
        # For a submission that was graded twice, the last line counts.
        failed_on = {one.id: one.failed_on for one in Folder(path).graded()}
        done = {identifier for identifier, failed in failed_on.items() if not failed}
        return done.issuperset(entry.id for entry in Folder(path).entries())
    except (OSError, ValueError, TypeError, KeyError):  # only part of it was moved, or another version wrote it
        return False


def grade_all(folder: Folder, assignment: Assignment, run: Runner) -> Count:
    """Grade what the journal does not have yet. Identical submissions get the same grade.

    Raises:
        OSError: the disk is full, or the folder cannot be written. What is in the journal stands.
    """
    (folder.path / "results").mkdir(exist_ok=True)
    _mend(folder.journal)
    known = _standing(folder)
    alike = _Alike(folder, assignment, known)
    count = Count(alike.total, before=alike.before)

    with folder.journal.open("a", encoding="ascii") as journal, shown(count) as show:

        def keep(done: Done) -> None:
            known[done.graded.id] = done.graded.digest
            # After a power cut, the journal may name an empty file, which `_standing` detects.
            write_whole(folder.results(done.graded.id), done.results, wait_for_disk=False)
            # Only after the results: whatever the journal names must exist.
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
                # Otherwise, a machine that was considered lost has answered after all.

        for done in _waited_for(folder, known, alike.waited_for):
            share(done)
        grade_all_but(alike.waiting)
        if alike.waiting:
            grade_all_but(set())
    return count


def _left(folder: Folder, assignment: Assignment, known: Mapping[str, str], others: AbstractSet[str]) -> Iterator[Job]:
    """Yield the submissions without a valid grade, except `others`; read each when its turn comes.

    Those with a timeout in the grade that the export stores will take long again, so they come first.
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
    """Yield the valid grades of these submissions."""
    # For a submission that was graded twice, the last line: the results on disk are from that.
    journaled = {one.id: one for one in folder.graded() if one.id in names} if names else {}
    for graded in journaled.values():
        if known.get(graded.id) == graded.digest:
            yield Done(graded, folder.results(graded.id).read_text(encoding="ascii"))


def _failed_on(graded: Graded) -> str:
    """Return a warning to print at once.

    If the grader fails on everybody, as with missing data, the user must not find out only after the class is graded.
    """
    numbers = [case.number for case in graded.cases if case.outcome == Outcome.GRADER_ERROR.value]
    reason = f" ({text.line(graded.staff[0], 400)})" if graded.staff else ""
    return (
        f"The grader itself failed on {text.named(numbers)} of {graded.id}{reason}. The other submissions are still "
        "being graded. If all of them will fail this way, stop with Ctrl-C and fix the cause."
    )


def _standing(folder: Folder) -> dict[str, str]:
    """Return the digests of submissions with a valid grade, by identifier.

    A grade followed by a fault of ours is not valid: the results on disk are from the fault.
    """
    known: dict[str, str] = {}
    for one in folder.graded():
        if one.failed_on or not _is_whole(folder.results(one.id)):
            known.pop(one.id, None)
        else:
            known[one.id] = one.digest
    return known


class _Alike:
    """Groups of identical submissions: one of each group is graded, and the others wait for its grade.

    That one is the first with a valid grade, wherever it is in the list; if there is none, the first of the group.

    Args:
        known: digests of submissions with a valid grade, by identifier; these do not wait.
    """

    def __init__(self, folder: Folder, assignment: Assignment, known: Mapping[str, str]) -> None:
        self.total = self.before = 0
        """How many submissions there are, and how many have a valid grade."""
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
        """The submissions that wait for another one's grade."""
        return {name for _, names in self._waiting.values() for name in names}

    @property
    def waited_for(self) -> AbstractSet[str]:
        """The submissions whose grade others wait for."""
        return self._waiting.keys()

    def take(self, graded: Graded) -> list[str]:
        """Remove and return those that wait for this grade; none if it is our fault or the files have changed since."""
        digest, names = self._waiting.get(graded.id, ("", []))
        if digest != graded.digest or graded.failed_on:
            return []
        del self._waiting[graded.id]
        return names


def _is_whole(results: Path) -> bool:
    """Return whether the results are on disk. A power cut may have left a file that is empty, or full of zeros."""
    try:
        return isinstance(json.loads(results.read_bytes()), dict)
    except (FileNotFoundError, ValueError):
        return False


def _mend(journal: Path) -> None:
    """Remove an incomplete last line that a kill has left: the next line must not be appended to it."""
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
