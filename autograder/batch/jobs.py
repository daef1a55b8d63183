"""One submission of a class as a job: everything needed to grade it on any machine, and the result."""

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

# How many gradings share a station at a time; few, since a template forks and ends their children one after the other.
SHARING = 8
# Most file descriptors that a grading has open, with its share of a station, and that the rest of the process has.
DESCRIPTORS_A_GRADING = 20
DESCRIPTORS_BESIDES = 64
# After this time, a submission gives up its lane, so that another can start. One that hangs takes up to a minute or
# two, others about a second, and a station's first one a few more. On a busy machine, this must not let all of them
# start.
SLOW_S = 8.0
LOOK_S = 1.0
# Time limit for removing, at the end, the folders that programs have filled.
LEAVING_S = 30.0
# Prefix of scratch folders: only a folder with this prefix is removed because a file names it.
PREFIX = "grading-class-"


@dataclass(frozen=True)
class Job:
    """A submission that has been read."""

    id: str
    handed_in: HandedIn

    @property
    def digest(self) -> str:
        """SHA-256 of what is graded: a grade is valid as long as this stays the same."""
        first, *more = [
            one.problem if one.program is None else f"{one.program.file}\n{one.program.text}"
            for one in (self.handed_in, *filter(None, self.handed_in.extra))
        ]
        if self.handed_in.program is not None:
            # Extra credit that is graded by itself imports files that are not graded with it.
            more += self.handed_in.program.companions.values()
        # Several files as JSON: a program may contain any separator, even NUL if it is written in UTF-7.
        text = json.dumps([first, *more]) if more else first
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def identity(self) -> bytes:
        """SHA-256 of everything a grading sees: it cannot tell apart two submissions with the same identity."""
        return hashlib.sha256(json.dumps(self.handed_in).encode("ascii")).digest()


@dataclass(frozen=True)
class Done:
    """A finished job."""

    graded: Graded
    results: str
    """The text of its results.json."""

    @property
    def timed_out(self) -> bool:
        """Whether one of its cases timed out."""
        return any(case.outcome == Outcome.TIMED_OUT.value for case in self.graded.cases)


_Results = queue.SimpleQueue[Done | BaseException | None]
"""What each thread has done; when the thread ends None, or the exception that ended it."""


def read(entry: Entry, assignment: Assignment) -> Job:
    """Read a submission. Anything wrong with it becomes a problem of this submission and never stops the class."""
    if not entry.path:
        return Job(entry.id, HandedIn(None, entry.problem or "Nothing was handed in."))
    name = submissions.shown_name(os.path.basename(entry.path))
    if os.path.islink(entry.path):
        # Anyone who can write to the class's folder could otherwise get the grade of the file that the link leads to.
        return Job(entry.id, HandedIn(None, f"{name} is a link to another file. Hand in the file itself."))
    try:
        handed_in = submissions.read_parts(Path(entry.path), assignment)
    except OSError as error:
        return Job(entry.id, HandedIn(None, f"{name} can no longer be read ({error.strerror})."))
    if not entry.problems:
        return Job(entry.id, handed_in)
    # A file that could not be unpacked is an empty file now; intake has recorded what was wrong with it.
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
    """Grade one submission; return None if it was stopped, or if `stopped` says that nobody waits for it any more."""
    graded = grade_parts(job.handed_in, assignment, place=station)
    if stopped():  # the processes that graded it have been killed
        return None
    if graded.faults and not graded.stopped:
        # A fault of ours, whatever its cause: try again with new processes, which do not inherit it.
        scratch = None if station is None else station.scratch  # it is removed even if this grading is cut short
        graded = grade_parts(job.handed_in, assignment, place=Fresh(scratch=scratch))
    return None if graded.stopped else _done(job, graded)


def _done(job: Job, grade: Grade) -> Done:
    cases = tuple(
        GradedCase(one.case.number, one.outcome.value, round(one.seconds, 4), one.summary) for one in grade.results
    )
    graded = Graded(job.id, float(grade.score), round(grade.seconds, 3), job.digest, cases, grade.staff)
    return Done(graded, as_text(grade))


def local(jobs: Iterable[Job], assignment: Assignment, count: int, scratch: str) -> Iterator[Done]:
    """Do jobs on this machine, `count` at a time; yield each as soon as it is done, in no particular order.

    Jobs that take long, because they hang, continue beside the others: up to `count` more jobs take their places.

    Each job runs in a thread that only waits for the processes of its grading; several threads share a station.

    Raises:
        OSError: not enough threads can be started, or the scratch folder cannot be written.
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
        stack.callback(stopped.set)  # before the stations close: gradings cut short do not count
        try:
            for number in range(busy):
                station = stations[number % len(stations)]
                threading.Thread(target=serve, args=(station,), daemon=True).start()
        except RuntimeError as error:  # as with a low `ulimit -u`
            raise OSError(errno.EAGAIN, f"not enough threads can be started ({error})", f"--jobs {count}") from None
        yield from _as_done(done, free, busy)


def _as_done(done: "_Results", free: "_Lanes", busy: int) -> Iterator[Done]:
    """Yield what `busy` threads have done, until the last of them has ended or one has failed."""
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
    """Raise the limit on open file descriptors, if allowed: the usual 256 or 1,024 are too few for many processors."""
    if "resource" in globals():
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = descriptors if hard == resource.RLIM_INFINITY else min(descriptors, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            with contextlib.suppress(OSError, ValueError):  # macOS reports a higher hard limit than it accepts
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class _Lanes:
    """Lets `count` gradings run at a time, and one more for each that has been running for long."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)
        self._changing = threading.Lock()
        self._since: dict[object, float] = {}

    @contextlib.contextmanager
    def lane(self) -> Iterator[None]:
        """Wait for a free lane, and hold it for the block, or until `leave_slow_ones` frees it."""
        self._free.acquire()
        me = object()
        with self._changing:
            self._since[me] = time.monotonic()
        try:
            yield
        finally:
            self._leave(me)

    def leave_slow_ones(self) -> None:
        """Free the lanes that have been held for more than SLOW_S."""
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
    """Create a folder for the private folders of workers; first remove the one that a killed run has left.

    Args:
        remembered: the file that holds the folder's name while the folder exists.
    """
    with contextlib.suppress(OSError, ValueError):
        folders.remove(_own(remembered.read_text(encoding="utf-8")))
    scratch = os.path.join(folders.temporary(), PREFIX + os.urandom(8).hex())
    remembered.write_text(scratch, encoding="utf-8")  # first: a kill in between must not leave an unknown folder
    try:
        os.mkdir(scratch, 0o700)
        os.chmod(scratch, 0o711)  # noqa: S103, workers pass through it to their own folders and cannot list it
        yield scratch
    finally:
        folders.remove(scratch, LEAVING_S)
        # If the folder could not be removed in time, the next run finds it by its name.
        if not os.path.lexists(scratch):
            with contextlib.suppress(OSError):
                remembered.unlink()


def _own(name: str) -> str:
    """Return `name` if it is a scratch folder of ours.

    Raises:
        ValueError: it is something else, which must not be removed because a file names it.
    """
    path = Path(name)
    if path.parent != Path(folders.temporary()) or not path.name.startswith(PREFIX) or path.is_symlink():
        raise ValueError(name)
    return name
