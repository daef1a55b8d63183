"""Progress of a class, on standard error in ASCII: a bar in a terminal, a line now and then anywhere else."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from . import text

# Without a terminal, a line is printed at most this often.
LINE_EVERY_S = 10.0


@dataclass
class Count:
    """What a run has done so far."""

    total: int
    before: int = 0
    """Done by an earlier run."""
    now: int = 0
    same: int = 0
    """Those of `now` that are identical to another submission, and got its grade."""
    timeouts: int = 0
    """Submissions in which something took too long."""
    faults: int = 0
    """Submissions that the grader failed on."""
    started: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Submissions graded by this run or an earlier one."""
        return self.before + self.now

    @property
    def rate(self) -> float:
        """Submissions per second, in this run."""
        return self.now / max(time.monotonic() - self.started, 1e-9)

    def __str__(self) -> str:
        told = f"{self.done}/{self.total} graded, {self.rate:.1f}/s"
        if self.now and self.done < self.total:
            told += f", {_clock((self.total - self.done) / self.rate)} left"
        return f"{told}, {text.count(self.timeouts, 'timeout')}, {text.count(self.faults, 'fault')}"


def warn(sentence: str) -> None:
    """Print a line on standard error, above a bar if there is one."""
    with contextlib.suppress(OSError, ValueError):  # standard error may be closed: grading goes on
        print(sentence, file=sys.stderr, flush=True)


@contextmanager
def shown(count: Count) -> Iterator[Callable[[], None]]:
    """Yield a function that shows the progress, as a bar or in lines, as fits standard error."""
    if not _is_terminal():
        with in_lines(count) as show:
            yield show
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = BarColumn(bar_width=None), TextColumn("{task.fields[text]}")
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=5) as progress:
        task = progress.add_task("", total=count.total, completed=count.done, text=str(count))

        def show() -> None:
            progress.update(task, completed=count.done, text=str(count))

        yield show
        show()


@contextmanager
def in_lines(count: Count) -> Iterator[Callable[[], None]]:
    """Yield a function that prints the progress as a plain line, if LINE_EVERY_S have passed.

    If there were any lines, one more at the end says what has been done since: a log must not end at 298 of 300.
    """
    due = time.monotonic() + LINE_EVERY_S
    told: int | None = None

    def show() -> None:
        nonlocal due, told
        if time.monotonic() >= due:
            due = time.monotonic() + LINE_EVERY_S
            told = count.done
            warn(str(count))

    yield show
    if told is not None and told < count.done:
        warn(str(count))


def _is_terminal() -> bool:
    """Whether a bar can move on standard error, which may be closed, or None."""
    try:
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):
        return False


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
