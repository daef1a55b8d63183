"""The part of a batch that runs in the workers of a Dask cluster; `cluster` sends it there, together with the jobs.

A worker grades with the checkout, the cases and the packages of its own machine, in its own station: only the text of a
program is sent to it, and only results come back. So it first checks that it would grade as the sender does. If so, it
announces a *resource* with the run's name, and jobs go only to workers with that resource. For example, a worker that
joins later with other cases never gets any.
"""

import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from ..assignment import Assignment
from ..launch import expect_children
from . import environment, jobs
from .jobs import Done, Job
from .station import Station

ROOT = Path(__file__).resolve().parents[2]
# A station that has been idle for so long is closed: the machine that sent the jobs may have died.
IDLE_S = 60.0
# Ending of the file that holds the name of a worker's scratch folder (`jobs.scratch_folder`).
REMEMBERED = ".scratch"
# In words, how this worker may differ from the sender.
_ANOTHER = {**environment.ANOTHER, "python": "Python {python}", "packages": "different packages ({packages})"}


class Unlike(Exception):
    """This worker would not grade as the sender of the jobs does. The message says what differs."""


class Grading(WorkerPlugin):
    """A worker's part of one run.

    Args:
        run: the name of the run, and of the resource that its jobs need.
        assignment: whose folder is looked up in the worker's own checkout.
        decisive: what the worker must share with the sender; see `environment.decisive`.
        of_terminal: whether the run itself started the worker, which then also gets the run's Ctrl-C.
    """

    def __init__(self, run: str, assignment: Assignment, decisive: dict[str, Any], *, of_terminal: bool) -> None:
        self.name = run
        self._of_terminal = of_terminal
        self._assignment = assignment
        self._decisive = decisive

    async def setup(self, worker: Worker) -> None:
        """Check that this worker grades as the sender does, and announce that to the scheduler.

        Raises:
            Unlike: it does not.
        """
        if self._of_terminal:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        with contextlib.suppress(ValueError):  # not in the main thread: whoever runs the worker there handles signals
            expect_children()
        self._lock = threading.Lock()
        self._closed = False
        self._open = contextlib.ExitStack()
        self._station: Station | None = None
        self._timer = threading.Timer(IDLE_S, self._rest)
        # Beside the worker's folder, which Dask removes after the worker was killed: this file must remain.
        self._remembered = Path(f"{worker.local_directory}.{self.name}{REMEMBERED}")
        sweep(self._remembered.parent)
        self._assignment = own(self._assignment, self._decisive)
        await worker.set_resources(**{self.name: 1})

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002, Dask passes it by name
        """Kill all processes, whatever they are doing."""
        self._closed = True
        self._timer.cancel()
        self._open.close()

    def do(self, job: Job) -> Done:
        """Grade one submission. The resource allows only one at a time."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the run is over")
            self._timer.cancel()
            if self._station is None and hasattr(os, "fork"):
                scratch = self._open.enter_context(jobs.scratch_folder(self._remembered))
                self._station = Station(scratch)
                self._open.callback(self._station.close)
            try:
                done = jobs.do(job, self._assignment, self._station)
            finally:
                self._timer = threading.Timer(IDLE_S, self._rest)
                self._timer.daemon = True
                if not self._closed:
                    self._timer.start()
        assert done is not None, "only signals stop a grading, and those go to the main thread"
        return done

    def _rest(self) -> None:
        with self._lock:
            self._station = None
            self._open.close()


def grade(job: Job, run: str) -> Done:
    """Grade one submission, as the task that Dask runs."""
    plugin = get_worker().plugins[run]
    assert isinstance(plugin, Grading)
    return plugin.do(job)


def examine(assignment: Assignment, decisive: dict[str, Any]) -> str:
    """Return how this worker differs from the sender; empty if it does not."""
    try:
        own(assignment, decisive)
    except Unlike as difference:
        return str(difference)
    return ""


def portable(assignment: Assignment) -> Assignment:
    """Return the assignment with folders relative to the checkout, as far as they lie in it."""
    folder = assignment.folder.resolve()
    return assignment._replace(
        folder=folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder,
        extra_credit=tuple(map(portable, assignment.extra_credit)),
    )


def own(assignment: Assignment, decisive: dict[str, Any]) -> Assignment:
    """Return a portable assignment with the folders of this machine.

    Raises:
        Unlike: this machine would grade it differently.
    """
    here = _here(assignment)
    mine = environment.decisive(ROOT, here)
    if different := [text for key, text in _ANOTHER.items() if mine[key] != decisive[key]]:
        raise Unlike(f"it has {', '.join(text.format(**_named(mine, decisive)) for text in different)}")
    return here


def _here(assignment: Assignment) -> Assignment:
    extra = tuple(map(_here, assignment.extra_credit))
    return assignment._replace(folder=ROOT / assignment.folder, extra_credit=extra)


def _named(mine: dict[str, Any], decisive: dict[str, Any]) -> dict[str, str]:
    one, other = mine["packages"], decisive["packages"]
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    packages = ", ".join(f"{name} {one.get(name, 'missing')}, not {other.get(name, 'any')}" for name in names)
    return {"python": f"{mine['python']}, not {decisive['python']}", "packages": packages}


def sweep(folder: Path, *, alive: bool = True) -> None:
    """Remove what killed workers have left.

    Args:
        folder: the parent of the workers' folders.
        alive: whether some workers may be alive; Dask has already removed the folders of the others.
    """
    for remembered in folder.glob(f"*{REMEMBERED}"):
        worker = remembered.name.partition(".")[0]
        if not (alive and (folder / worker).exists()):
            with contextlib.suppress(OSError), jobs.scratch_folder(remembered):
                pass
