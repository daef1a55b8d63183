"""What of a batch runs in the workers of a Dask cluster: `cluster` sends it there, together with the jobs.

A worker grades with the checkout, the cases and the packages of its own machine, in stations of its own: nothing but
the text of a program travels there, and results back. So its first duty is to see that it would grade as we do. A
worker that would announces a *resource* of the run's name, and jobs go only where that is: one that joins later with
other cases, say, never gets any.
"""

import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from ..assignment import Assignment
from . import environment, jobs
from .jobs import Done, Job
from .station import Station

ROOT = Path(__file__).resolve().parents[2]
# A station that nobody has asked for so long is closed: the machine that sent the jobs may have died.
IDLE_S = 60.0


class Unlike(Exception):
    """This worker would not grade as the machine that asks it to. The message says in what."""


class Grading(WorkerPlugin):
    """A worker's part of one run.

    Args:
        run: the name of the run, and of the resource that its jobs need.
        assignment: whose folder is looked up in the worker's own checkout.
        decisive: what the worker must share with us, as `environment.decisive` says.
        of_terminal: whether it was started by the run itself, and so gets the Ctrl-C that is for the run.
    """

    def __init__(self, run: str, assignment: Assignment, decisive: dict[str, Any], *, of_terminal: bool) -> None:
        self.name = run
        self._of_terminal = of_terminal
        self._assignment = assignment
        self._decisive = decisive

    async def setup(self, worker: Worker) -> None:
        """Look whether this worker grades as we do, and say so to the scheduler.

        Raises:
            Unlike: it does not.
        """
        if self._of_terminal:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._lock = threading.Lock()
        self._closed = False
        self._open = contextlib.ExitStack()
        self._station: Station | None = None
        self._timer = threading.Timer(IDLE_S, self._rest)
        # Beside the worker's folder, not in it: Dask removes that when the worker has been killed, and not this.
        self._remembered = Path(f"{worker.local_directory}.{self.name}{REMEMBERED}")
        sweep(self._remembered.parent)
        self._assignment = own(self._assignment, self._decisive)
        await worker.set_resources(**{self.name: 1})

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002, Dask passes it by name
        """End all processes, whatever they are at."""
        self._closed = True
        self._timer.cancel()
        self._open.close()

    def do(self, job: Job) -> Done:
        """Grade one submission. The resource lets no two in at a time."""
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
    """The task that Dask knows."""
    plugin = get_worker().plugins[run]
    assert isinstance(plugin, Grading)
    return plugin.do(job)


def examine(assignment: Assignment, decisive: dict[str, Any]) -> str:
    """In what this worker is unlike us; nothing if it is not."""
    try:
        own(assignment, decisive)
    except Unlike as difference:
        return str(difference)
    return ""


def portable(assignment: Assignment) -> Assignment:
    """With its folders as they are called in every checkout, if they lie in ours."""
    folder = assignment.folder.resolve()
    return assignment._replace(
        folder=folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder,
        extra_credit=tuple(map(portable, assignment.extra_credit)),
    )


def own(assignment: Assignment, decisive: dict[str, Any]) -> Assignment:
    """A portable assignment on this machine.

    Raises:
        Unlike: grading it here would be something else.
    """
    here = _here(assignment)
    mine = environment.decisive(ROOT, here)
    if different := [text for key, text in _ANOTHER.items() if mine[key] != decisive[key]]:
        raise Unlike(f"it has {', '.join(text.format(**_named(mine, decisive)) for text in different)}")
    return here


def _here(assignment: Assignment) -> Assignment:
    extra = tuple(map(_here, assignment.extra_credit))
    return assignment._replace(folder=ROOT / assignment.folder, extra_credit=extra)


_ANOTHER = {**environment.ANOTHER, "python": "Python {python}", "packages": "different packages ({packages})"}
REMEMBERED = ".scratch"


def _named(mine: dict[str, Any], decisive: dict[str, Any]) -> dict[str, str]:
    one, other = mine["packages"], decisive["packages"]
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    packages = ", ".join(f"{name} {one.get(name, 'missing')}, not {other.get(name, 'any')}" for name in names)
    return {"python": f"{mine['python']}, not {decisive['python']}", "packages": packages}


def sweep(folder: Path, *, alive: bool = True) -> None:
    """Remove what workers that were killed have left.

    Args:
        folder: which the workers keep theirs in.
        alive: whether some may be; the folders of others Dask has removed by now.
    """
    for remembered in folder.glob(f"*{REMEMBERED}"):
        worker = remembered.name.partition(".")[0]
        if not (alive and (folder / worker).exists()):
            with contextlib.suppress(OSError), jobs.scratch_folder(remembered):
                pass
