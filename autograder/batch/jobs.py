"""One submission of a class as a job: what has to be known to grade it anywhere, and what comes of it."""

import contextlib
import errno
import hashlib
import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import submission as submissions
from ..assignment import Assignment
from ..box import folders
from ..grade import grade_parts
from ..gradescope.results import as_text
from ..outcome import Grade, Outcome
from ..place import Fresh
from ..submission import HandedIn
from .records import Entry, Graded, GradedCase
from .station import Station

with contextlib.suppress(ImportError):  # Windows has none
    import resource

# Of so many at a time that share a station: a template forks and ends the children of one after the other.
SHARING = 8
# What a grading has open at most, with its part in a station, and what the rest of the process has.
DESCRIPTORS_A_GRADING = 20
DESCRIPTORS_BESIDES = 64
# How long a submission has a lane to itself: one that hangs takes up to a minute or two, others about a second, and
# the first of a station a few more. On a machine that is busy with other things this must not let everybody start.
SLOW_S = 8.0
LOOK_S = 1.0
# What removing the folders that programs have filled may take when all is done.
LEAVING_S = 30.0
# Of the name of a folder that we may remove on the word of a file.
PREFIX = "grading-class-"


@dataclass(frozen=True)
class Job:
    """A submission that has been read."""

    id: str
    handed_in: HandedIn

    @property
    def digest(self) -> str:
        """Of what is graded: the same digest, the same grade."""
        first, *more = [
            one.problem if one.program is None else f"{one.program.file}\n{one.program.text}"
            for one in (self.handed_in, *filter(None, self.handed_in.extra))
        ]
        # Several as JSON: whatever we set between them a program may hold, too, even NUL, if it is written in UTF-7.
        text = json.dumps([first, *more]) if more else first
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def identity(self) -> bytes:
        """Of all that a grading gets to see: where two have the same, it would see no difference."""
        return hashlib.sha256(json.dumps(self.handed_in).encode("ascii")).digest()


@dataclass(frozen=True)
class Done:
    """A job that was done."""

    graded: Graded
    results: str
    """The text of its results.json."""

    @property
    def timed_out(self) -> bool:
        """Whether something took too long in one of its cases."""
        return any(case.outcome == Outcome.TIMED_OUT.value for case in self.graded.cases)


_Results = queue.SimpleQueue[Done | BaseException | None]
"""From each thread what it has done; at its end None, or why it failed."""


def read(entry: Entry, assignment: Assignment) -> Job:
    """Read a submission. Whatever is wrong with it is a problem of its own, never the class's."""
    if entry.problem or not entry.path:
        return Job(entry.id, HandedIn(None, entry.problem or "Nothing was handed in."))
    if os.path.islink(entry.path):
        # None when it was listed: whoever may write to the folder of a class would get the grade of what it leads to.
        return Job(entry.id, HandedIn(None, "What was handed in is a link to something else. Hand in the file itself."))
    try:
        handed_in = submissions.read_parts(Path(entry.path), assignment)
    except OSError as error:
        return Job(entry.id, HandedIn(None, f"What was handed in can no longer be read ({error.strerror})."))
    if not entry.problems:
        return Job(entry.id, handed_in)
    # What could not be unpacked is an empty file by now: what was wrong with it is known from then.
    names = [part.file for part in assignment.parts]
    first, *extra = (
        HandedIn(None, entry.problems[file]) if file in entry.problems else one
        for file, one in zip(names, (handed_in, *handed_in.extra))
    )
    assert first is not None, "the first file has a program or a problem"
    return Job(entry.id, first._replace(extra=tuple(extra)))


def do(
    job: Job, assignment: Assignment, station: Station | None, stopped: Callable[[], bool] = lambda: False
) -> Done | None:
    """Grade one submission; None if somebody stopped it, or `stopped` says that nobody waits for it any more."""
    graded = grade_parts(job.handed_in, assignment, place=station)
    if stopped():  # whoever did has killed what it was graded by
        return None
    if graded.faults and not graded.stopped:
        # Ours, whatever it was: processes that are new know nothing of it.
        scratch = None if station is None else station.scratch  # which is removed even if this is cut short
        graded = grade_parts(job.handed_in, assignment, place=Fresh(scratch=scratch))
    return None if graded.stopped else _done(job, graded)


def _done(job: Job, grade: Grade) -> Done:
    cases = tuple(
        GradedCase(one.case.number, one.outcome.value, round(one.seconds, 4), one.summary) for one in grade.results
    )
    found_at = str(grade.facts.get("found_at", ""))
    graded = Graded(job.id, float(grade.score), round(grade.seconds, 3), job.digest, found_at, cases, grade.staff)
    return Done(graded, as_text(grade))


def local(jobs: Iterable[Job], assignment: Assignment, count: int, scratch: str) -> Iterator[Done]:
    """Do jobs on this machine, `count` at a time; each as soon as it is done, in no order.

    One that takes long, because it hangs, goes on beside the others: up to `count` more then take its place.

    Threads: each of them only waits for the processes of its grading, and some share a station.

    Raises:
        OSError: there are not enough of them, or the scratch folder cannot be written.
    """
    waiting = iter(jobs)
    taking = threading.Lock()
    done: _Results = queue.SimpleQueue()
    stopped = threading.Event()
    free = _Lanes(count)

    def serve(station: Station | None) -> None:
        try:
            while not stopped.is_set():
                with free.lane():
                    with taking:
                        job = None if stopped.is_set() else next(waiting, None)
                    if job is None:
                        break
                    result = do(job, assignment, station, stopped.is_set)
                if result is not None:
                    done.put(result)
            done.put(None)
        except BaseException as error:
            done.put(error)

    with contextlib.ExitStack() as stack:
        busy = 2 * count
        _let_open(DESCRIPTORS_A_GRADING * busy + DESCRIPTORS_BESIDES)
        stations = [Station(scratch) if hasattr(os, "fork") else None for _ in range(-(-busy // SHARING))]
        for station in stations:
            if station is not None:
                stack.callback(station.close)
        stack.callback(stopped.set)  # before the stations are closed: what they were at does not count
        try:
            for number in range(busy):
                station = stations[number % len(stations)]
                threading.Thread(target=serve, args=(station,), daemon=True).start()
        except RuntimeError as error:  # as after `ulimit -u`
            raise OSError(errno.EAGAIN, f"not enough threads can be started ({error})", f"--jobs {count}") from None
        yield from _as_done(done, free, busy)


def _as_done(done: "_Results", free: "_Lanes", busy: int) -> Iterator[Done]:
    """What so many threads have done, until the last of them has ended or one has failed."""
    while busy:
        try:
            result = done.get(timeout=LOOK_S)
        except queue.Empty:
            continue
        finally:
            free.leave_slow_ones()
        if isinstance(result, Done):
            yield result
        elif result is None:
            busy -= 1
        else:
            raise result


def _let_open(descriptors: int) -> None:
    """Let this process have so many open, if it may: 256 or 1,024, as is usual, are too few for many processors."""
    if "resource" in globals():
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = descriptors if hard == resource.RLIM_INFINITY else min(descriptors, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            with contextlib.suppress(OSError, ValueError):  # a Mac promises more than it gives
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class _Lanes:
    """Lets so many at a time through, and more for each that has been at it for long."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)
        self._changing = threading.Lock()
        self._since: dict[object, float] = {}

    @contextlib.contextmanager
    def lane(self) -> Iterator[None]:
        """Wait for a free lane, and be in it for the block, or as long as that is quick."""
        self._free.acquire()
        me = object()
        with self._changing:
            self._since[me] = time.monotonic()
        try:
            yield
        finally:
            self._leave(me)

    def leave_slow_ones(self) -> None:
        """Free the lanes of those that have been in them for long."""
        late = time.monotonic() - SLOW_S
        with self._changing:
            slow = [one for one, since in self._since.items() if since < late]
        for one in slow:
            self._leave(one)

    def _leave(self, one: object) -> None:
        with self._changing:
            if self._since.pop(one, None) is not None:
                self._free.release()


@contextlib.contextmanager
def scratch_folder(remembered: Path) -> Iterator[str]:
    """A folder for the private folders of workers, and whatever a run that was killed has left of its own.

    Args:
        remembered: where its name is kept while it exists.
    """
    with contextlib.suppress(OSError, ValueError):
        folders.remove(_own(remembered.read_text(encoding="utf-8")))
    scratch = os.path.join(folders.temporary(), PREFIX + os.urandom(8).hex())
    remembered.write_text(scratch, encoding="utf-8")  # first: a kill in between must not leave one that nobody knows
    try:
        os.mkdir(scratch, 0o700)
        os.chmod(scratch, 0o711)  # noqa: S103, workers pass through it to their own folders and cannot list it
        yield scratch
    finally:
        folders.remove(scratch, LEAVING_S)
        # What could not be removed in time the next run finds by its name.
        if not os.path.lexists(scratch):
            with contextlib.suppress(OSError):
                remembered.unlink()


def _own(name: str) -> str:
    """`name` if it is such a folder of ours.

    Raises:
        ValueError: it is something else, which nobody should remove on the word of a file.
    """
    path = Path(name)
    if path.parent != Path(folders.temporary()) or not path.name.startswith(PREFIX) or path.is_symlink():
        raise ValueError(name)
    return name
