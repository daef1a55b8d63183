"""Where the processes of a grading come from: started for one submission, or forked from loaded ones for a class."""

import contextlib
import json
import socket
import subprocess
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from .assignment import Assignment
from .launch import Template, start_interpreter, start_session

# How long our own processes get to leave when told to, before they are killed.
PATIENCE_S = 2.0
# The sessions' template, and one for each set of libraries besides NumPy that submissions import. A class uses few.
MAX_TEMPLATES = 5


class Place(Protocol):
    """Starts the two processes that one grading needs."""

    scratch: str | None
    """Folder for the folders of its gradings; None for the system's own."""

    def start_zygote(self, settings: dict[str, Any], control: socket.socket) -> Callable[[], None]:
        """Start a zygote that listens on `control`. What is returned waits for it to leave, and sees to it."""

    def start_session(self, settings: dict[str, Any], inherited: Sequence[socket.socket]) -> Callable[[], None]:
        """Start a session that reports on the first of `inherited`. What is returned kills it."""


class Fresh:
    """New interpreters for one submission."""

    scratch = None

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment

    def start_zygote(self, settings: dict[str, Any], control: socket.socket) -> Callable[[], None]:
        """As `Place` says."""
        zygote = start_interpreter("main", control, json.dumps(settings), subprocess.DEVNULL)
        return lambda: _leave(zygote)

    def start_session(self, settings: dict[str, Any], inherited: Sequence[socket.socket]) -> Callable[[], None]:
        """As `Place` says."""
        ends = dict(zip(("results", "control"), (end.fileno() for end in inherited)))
        settings = {"control": None, **settings, **ends, "assignment": self._assignment.as_json()}
        session = start_session(json.dumps(settings), inherited)
        return lambda: _kill(session)


class Station:
    """One grading place for a class: the cases are collected once, and each submission costs what only it needs.

    A station grades one submission after the other, so a class needs one for each core.

    Args:
        scratch: folder for the folders of its gradings; whoever made it removes it.
    """

    def __init__(self, assignment: Assignment, scratch: str) -> None:
        self._assignment = assignment
        self.scratch: str | None = scratch
        self._templates: dict[tuple[str, ...], Template] = {}

    def close(self) -> None:
        """End all processes, whatever they are at."""
        while self._templates:
            self._templates.popitem()[1].close()

    def start_zygote(self, settings: dict[str, Any], control: socket.socket) -> Callable[[], None]:
        """As `Place` says."""
        # What is slow to load is loaded once; the rest for each submission, so that none depends on who came before.
        large = tuple(name for name in settings["preload"] if name.partition(".")[0] in LARGE)
        common = json.dumps({**settings, "scratch": self.scratch, "preload": large})

        def start(end: socket.socket) -> "subprocess.Popen[bytes]":
            return start_interpreter("main_template", end, common, subprocess.DEVNULL)

        own = {"scratch": settings["scratch"], "preload": settings["preload"]}
        return self._fork(("zygotes", *large), start, own, [control], PATIENCE_S)

    def start_session(self, settings: dict[str, Any], inherited: Sequence[socket.socket]) -> Callable[[], None]:
        """As `Place` says."""

        def start(end: socket.socket) -> "subprocess.Popen[bytes]":
            template = {"template": end.fileno(), "assignment": self._assignment.as_json()}
            return start_session(json.dumps(template), [end])

        return self._fork(("sessions",), start, settings, inherited, 0)

    def _fork(
        self,
        what: tuple[str, ...],
        start: "Callable[[socket.socket], subprocess.Popen[bytes]]",
        settings: dict[str, Any],
        inherited: Sequence[socket.socket],
        patience_s: float,
    ) -> Callable[[], None]:
        """A child of the template for `what`, which is started first if there is none."""
        template = self._templates.pop(what, None) or _template(start)
        try:
            pid = template.fork(json.dumps(settings), [end.fileno() for end in inherited])
        except OSError:
            template.close()  # the next submission gets a new one
            raise
        self._templates[what] = template  # last in the order of use
        if len(self._templates) > MAX_TEMPLATES:
            self._templates.pop(next(iter(self._templates))).close()

        def end() -> None:
            try:
                template.end(pid, patience_s)
            except OSError:  # it died during this grading, whose results are in all the same
                self._templates.pop(what, None)
                template.close()

        return end


def _template(start: "Callable[[socket.socket], subprocess.Popen[bytes]]") -> Template:
    ours, theirs = socket.socketpair()
    with theirs:
        return Template(start(theirs), ours)


LARGE = {"numpy", "scipy", "matplotlib"}


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)


def _leave(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a process that has been told to go, so that it can clean up; kill it if it does not."""
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        _kill(process)
