"""One submission of a class as a job: what has to be known to grade it anywhere, and what comes of it."""

import contextlib
import hashlib
import os
import queue
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import submission as submissions
from ..assignment import Assignment
from ..box import folders
from ..grade import grade_program, unreadable
from ..gradescope.results import as_text
from ..outcome import Grade
from ..station import Station
from ..submission import Submission
from .records import Entry, Graded, GradedCase


@dataclass(frozen=True)
class Job:
    """A submission that has been read."""

    id: str
    submission: Submission | None
    problem: str
    """Why there is no program, where there is none."""

    @property
    def digest(self) -> str:
        """Of what is graded: the same digest, the same grade."""
        text = self.problem if self.submission is None else f"{self.submission.file}\n{self.submission.text}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Done:
    """A job that was done."""

    graded: Graded
    results: str
    """The text of its results.json."""
    timeouts: int
    faults: int


def read(entry: Entry, file: str) -> Job:
    """Read a submission. Whatever is wrong with it is a problem of its own, never the class's."""
    if entry.problem or not entry.path:
        return Job(entry.id, None, entry.problem or "Nothing was handed in.")
    try:
        return Job(entry.id, submissions.read(Path(entry.path), file), "")
    except submissions.Unreadable as error:
        return Job(entry.id, None, str(error))
    except OSError as error:
        return Job(entry.id, None, f"What was handed in cannot be read any more ({error.strerror}).")


def do(job: Job, assignment: Assignment, station: Station | None) -> Done | None:
    """Grade one submission; None if somebody stopped it."""
    if job.submission is None:
        return _done(job, unreadable(assignment, job.problem))
    graded = grade_program(job.submission, assignment, place=station)
    if graded.faults and not graded.stopped:
        # Ours, whatever it was: processes that are new know nothing of it.
        graded = grade_program(job.submission, assignment)
    return None if graded.stopped else _done(job, graded)


def _done(job: Job, grade: Grade) -> Done:
    cases = tuple(
        GradedCase(one.case.number, one.outcome.value, round(one.seconds, 4), one.summary) for one in grade.results
    )
    found_at = str(grade.facts.get("found_at", ""))
    graded = Graded(job.id, float(grade.score), round(grade.seconds, 3), job.digest, found_at, cases, grade.staff)
    timeouts = sum(one.outcome.value == "TimedOut" for one in grade.results)
    return Done(graded, as_text(grade), timeouts, len(grade.faults))


def local(jobs: Iterable[Job], assignment: Assignment, count: int, scratch: str) -> Iterator[Done]:
    """Do jobs on this machine, `count` at a time; each as soon as it is done, in no order.

    Threads: each of them only waits for the processes of its station.
    """
    waiting = iter(jobs)
    taking = threading.Lock()
    done: queue.SimpleQueue[Done | BaseException | None] = queue.SimpleQueue()
    stopped = threading.Event()

    def serve(station: Station | None) -> None:
        try:
            while not stopped.is_set():
                with taking:
                    job = next(waiting, None)
                if job is None:
                    break
                result = do(job, assignment, station)
                if result is not None and not stopped.is_set():
                    done.put(result)
            done.put(None)
        except BaseException as error:
            done.put(error)

    with contextlib.ExitStack() as stack:
        stations = [Station(assignment, scratch) if hasattr(os, "fork") else None for _ in range(count)]
        for station in stations:
            if station is not None:
                stack.callback(station.close)
        stack.callback(stopped.set)  # before the stations are closed: what they were at does not count
        for station in stations:
            threading.Thread(target=serve, args=(station,), daemon=True).start()
        busy = count
        while busy:
            result = done.get()
            if isinstance(result, Done):
                yield result
            elif result is None:
                busy -= 1
            else:
                raise result


@contextlib.contextmanager
def scratch_folder(remembered: Path) -> Iterator[str]:
    """A folder for the private folders of workers, and whatever a run that was killed has left of its own.

    Args:
        remembered: where its name is kept while it exists.
    """
    with contextlib.suppress(OSError, ValueError):
        folders.remove(_own(remembered.read_text(encoding="utf-8")))
    scratch = tempfile.mkdtemp(prefix=PREFIX)
    try:
        os.chmod(scratch, 0o711)  # noqa: S103, workers pass through it to their own folders and cannot list it
        remembered.write_text(scratch, encoding="utf-8")
        yield scratch
    finally:
        folders.remove(scratch)
        with contextlib.suppress(OSError):
            remembered.unlink()


PREFIX = "grading-class-"


def _own(name: str) -> str:
    """`name` if it is such a folder of ours.

    Raises:
        ValueError: it is something else, which nobody should remove on the word of a file.
    """
    path = Path(name)
    if path.parent != Path(tempfile.gettempdir()) or not path.name.startswith(PREFIX) or path.is_symlink():
        raise ValueError(name)
    return name
