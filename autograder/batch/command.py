"""`python -m autograder batch PATH`: the three stages in a row."""

import argparse
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import assignment as assignments
from ..assignment import Assignment
from . import environment, grading, jobs, text
from .grading import NotStarted, Runner
from .intake import NotAClass, take_in
from .records import Folder

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


# Each job takes two threads and a quarter of a station, which is a few processes and 100 MB.
MOST_JOBS = 1000
TABLES = ("report.html", "grades.csv", "canvas.csv")


def run(parsed: argparse.Namespace, root: Path, say: Callable[[str], None]) -> int:
    """Grade a class and return the exit status.

    0: every submission has a grade. 2: one has none, the grader failed on one, or the run did not start or finish.

    Args:
        root: folder of autograder/ and datasets/.
        say: prints a line on standard output.
    """
    assignment = assignments.load(parsed.cases)
    sentence = ""
    tables: dict[Path, int] = {}
    aside: list[int] = []
    try:
        folder = Folder((parsed.out or _beside(parsed.path)).absolute())
        tables = _written(folder.path / name for name in TABLES)
        aside = grading.earlier(folder)
        _refuse_what_cannot_be(parsed, folder)
        with _sigterm_as_ctrl_c(), grading.alone(folder):
            return _stages(parsed, root, assignment, folder, say)
    except (NotAClass, NotStarted) as error:
        sentence = str(error)
    except OSError as error:
        where = error.filename or folder.path
        sentence = (
            f"{where}: {error.strerror or error}. Finished grades are kept. Fix this, then run the same command "
            f"{'without --again' if _has_set_aside(folder, aside) else 'again'}."
        )
        sentence += _of_an_earlier_call(tables)
    except KeyboardInterrupt:
        command = "the same command without --again" if _has_set_aside(folder, aside) else "the same command"
        sentence = f"Stopped. Finished grades are kept; {command} continues from there."
        sentence += _of_an_earlier_call(tables)
    if sys.stderr is not None:
        with contextlib.suppress(OSError):  # nobody reads standard error any more, but the exit status still counts
            sys.stderr.write(text.shown(sentence) + "\n")  # it may name a file that a student has named
    return 2


def _has_set_aside(folder: Folder, before: list[int]) -> bool:
    """Return whether this call has set grades aside: with --again, the next one would set aside what it has graded."""
    return not set(before).issuperset(grading.earlier(folder))


def _written(tables: Iterable[Path]) -> dict[Path, int]:
    """Return the modification time, in nanoseconds, of each table that exists."""
    found = {}
    for path in tables:
        with contextlib.suppress(OSError):
            found[path] = path.stat().st_mtime_ns
    return found


def _of_an_earlier_call(before: dict[Path, int]) -> str:
    """Return a sentence naming the tables that an unfinished call has left unchanged; empty if there are none."""
    now = _written(before)
    old = [path.name for path, written in before.items() if now.get(path) == written]
    return f" Until then, {text.named(old)} {'is' if len(old) == 1 else 'are'} from an earlier run." if old else ""


def _refuse_what_cannot_be(parsed: argparse.Namespace, folder: Folder) -> None:
    """Raise NotStarted for arguments that cannot work, before anything is created.

    A typo must not leave a folder behind, nor be noticed only after the class is graded.
    """
    if parsed.jobs is not None and not 1 <= parsed.jobs <= MOST_JOBS:
        raise NotStarted(f"--jobs must be a number from 1 to {MOST_JOBS}, not {parsed.jobs}.")
    if not os.path.lexists(parsed.path):
        raise NotStarted(f"{parsed.path}: there is nothing with this name. Give a folder or a zip of submissions.")
    _refuse_place_for_grades(folder, parsed.path)
    if parsed.cluster is not None:
        from .cluster import refuse_what_cannot_be

        refuse_what_cannot_be(parsed.cluster)
    if parsed.again and parsed.earlier is not None:
        raise NotStarted(
            "--again compares with the grades that it sets aside. To compare with others, leave out --again and name "
            "a new folder with --out."
        )
    if parsed.earlier is not None and not Folder(parsed.earlier).manifest.exists():
        raise NotStarted(f"--earlier {parsed.earlier}: this folder has no grades from a batch.")
    if parsed.earlier is not None and folder.path.exists() and folder.path.samefile(parsed.earlier):
        raise NotStarted(
            f"--earlier {parsed.earlier}: the new grades go to this same folder. Use --again to compare them."
        )
    if parsed.roster is not None:
        if os.path.realpath(parsed.roster) == os.path.realpath(folder.path / "canvas.csv"):
            raise NotStarted(f"The roster {parsed.roster} would be overwritten. Name the file that Canvas exported.")
        from .gradebook import RosterError, read_roster

        try:
            read_roster(parsed.roster)
        except RosterError as error:
            raise NotStarted(str(error)) from None


def _refuse_place_for_grades(folder: Folder, submissions: Path) -> None:
    """Raise NotStarted if grades cannot go to `folder`: it is not a folder, is a student's, or holds somebody's files.

    A student's folder with grades in it would be left out of the class.
    """
    there = next(path for path in (folder.path, *folder.path.parents) if os.path.lexists(path))
    if not there.is_dir():
        raise NotStarted(
            f"{there} is not a folder, so grades cannot go to {folder.path}. Name another folder with --out."
        )
    among = submissions.resolve() in folder.path.resolve().parents
    if among and there == folder.path and not folder.manifest.exists() and set(os.listdir(there)) - {"run"}:
        raise NotStarted(
            f"{there} is inside the folder to be graded, and it is not empty. Name a new folder with --out."
        )
    # A batch creates run/ before anything else. Without it, these files are somebody's own, and would be lost.
    others = [name for name in (*TABLES, "results") if os.path.lexists(folder.path / name)]
    if others and not folder.manifest.parent.exists():
        raise NotStarted(
            f"{folder.path} holds {', '.join(others)}, but not the folder run/ in which a batch keeps its grades. This "
            "batch would overwrite what is there. Name another folder with --out."
        )


def _stages(
    parsed: argparse.Namespace, root: Path, assignment: Assignment, folder: Folder, say: Callable[[str], None]
) -> int:
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        with grading.putting_aside(folder) if parsed.again else contextlib.nullcontext() as aside:
            follows = grading.begin(folder, environment.describe(root, assignment), aside)
            found = _apart(take_in, parsed.path.absolute(), folder, [part.file for part in assignment.parts])
            say(text.shown(f"{os.path.basename(os.path.abspath(parsed.path))}: {found}."))
            for sentence in found.sentences:
                say(sentence)
            count = min(parsed.jobs or _processors(), found.submissions)
            runner = stack.enter_context(_runner(parsed, assignment, folder, count))
        done = grading.grade_all(folder, assignment, runner)
    say(f"{done}. {time.monotonic() - started:.1f} s.")
    if done.same:
        are, have = ("is", "has") if done.same == 1 else ("are", "have")
        say(f"{done.same} of these {are} identical to an earlier one and {have} its grade.")
    _report(parsed, assignment, folder, aside or parsed.earlier or follows, say)
    return 2 if done.faults or done.done < done.total else 0


def _report(
    parsed: argparse.Namespace, assignment: Assignment, folder: Folder, earlier: Path | None, say: Callable[[str], None]
) -> None:
    from .report import write_all

    summary = _apart(write_all, folder, assignment, names=parsed.names, roster=parsed.roster, earlier=earlier)
    for line in (*summary.lines, *summary.problems):
        say(line)
    made = [name for name in TABLES if (folder.path / name).exists()]
    say(f"In {folder.path}: {', '.join(made)}, results/")


@contextlib.contextmanager
def _runner(parsed: argparse.Namespace, assignment: Assignment, folder: Folder, count: int) -> Iterator[Runner]:
    if parsed.cluster is not None:
        from .cluster import remote

        with remote(parsed.cluster, assignment, count) as runner:
            yield runner
        return
    with jobs.scratch_folder(folder.manifest.parent / "scratch") as scratch:
        yield lambda waiting: jobs.local(waiting, assignment, count, scratch)


def _beside(path: Path) -> Path:
    if ".." in path.parts:  # after a link, only the file system knows where it leads
        path = path.resolve() if path.name == ".." else path.parent.resolve() / path.name
    path = Path(os.path.abspath(path))  # gives `.` a name, too
    if not path.name:
        raise NotStarted(f"{path} has no name and no folder beside it. Say where grades go: --out FOLDER.")
    return path.with_name(f"{path.name.removesuffix('.zip')}_graded")


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _apart(work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call `work` in a separate process, so that its memory is freed when it ends."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work, arguments, options))
    with _ctrl_c_later():
        process.start()
    theirs.close()
    try:
        good, answer = ours.recv()
    except EOFError:
        process.join()
        raise NotStarted(
            f"The process for {work.__name__} ended with status {process.exitcode}, perhaps for lack of memory. "
            "Finished grades are kept; the same command continues from there."
        ) from None
    finally:
        process.kill()
        process.join()
    if good:
        return answer
    raise answer


@contextlib.contextmanager
def _ctrl_c_later() -> Iterator[None]:
    """Block SIGINT during the block, and permanently in a process that is started in it.

    Otherwise, Ctrl-C before that process ignores SIGINT would make it print a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # else it starts inside the block, and unblocks SIGINT afterwards
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _answer(pipe: "Connection[Any, Any]", work: Callable[..., Any], arguments: Any, options: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process handles Ctrl-C
    threading.Thread(target=_end_with_our_parent, daemon=True).start()
    try:
        answer = True, work(*arguments, **options)
    except Exception as error:
        answer = False, error
    with contextlib.suppress(BrokenPipeError):
        pipe.send(answer)


def _end_with_our_parent() -> None:
    """Exit when the parent ends: if it is killed, its lock is free, and the next run must not find us still writing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
