"""Where the processes of a grading come from: started for one submission, or forked from loaded ones for a class."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess

from . import launch
from .launch import PATIENCE_S, Template, start_interpreter, start_session, tell

# Not from typing, nor json above: neither is loaded before the first interpreter is started.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, Protocol

    from .assignment import Assignment

    class Place(Protocol):
        """Starts the processes that one grading needs."""

        scratch: str | None
        """Folder for the folders of its gradings; None for the system's own."""

        def grading(
            self, assignment: Assignment, settings: dict[str, Any]
        ) -> contextlib.AbstractContextManager[socket.socket]:
            """A session that grades what `settings` say, and the zygote that it needs. They report on what is returned.

            At the end of the block they are gone.
            """


# One for the sessions of each part of an assignment, and one for each set of libraries besides NumPy that submissions
# import. A class uses few.
MAX_TEMPLATES = 6


class Fresh:
    """New interpreters for one submission.

    Args:
        fork: whether workers are forked from a zygote (the default where there is fork) or started one by one.
    """

    scratch: str | None = None

    def __init__(self, fork: bool | None = None) -> None:
        self._fork = hasattr(os, "fork") if fork is None else fork
        self._started: _Started | None = None

    def start(self) -> None:
        """Start the interpreters ahead of time: they load their libraries while we find out what there is to do."""
        if self._started is not None:
            return
        with contextlib.suppress(OSError):  # then the grading itself will fail, and say so
            self._started = _Started(self._fork)

    @contextlib.contextmanager
    def grading(self, assignment: Assignment, settings: dict[str, Any]) -> Iterator[socket.socket]:
        """As `Place` says."""
        started, self._started = self._started or _Started(self._fork), None
        with started as listening:
            started.tell({**settings, "ahead": True, "assignment": assignment.as_json()})
            yield listening

    def close(self) -> None:
        """End what was started and not needed."""
        if self._started is not None:
            with self._started:
                self._started = None


class _Started:
    """A session that waits to be told what to do; then the zygote is started.

    Not before: the session is what everybody waits for, and should have a processor of its own while it loads pytest.
    """

    def __init__(self, fork: bool) -> None:
        with contextlib.ExitStack() as stack:
            self._listening, reporting = map(stack.enter_context, socket.socketpair())
            inherited = [reporting]
            self._control = self._zygote_end = None
            if fork:
                self._control, self._zygote_end = map(stack.enter_context, socket.socketpair())
                inherited.append(self._control)
            self._session = start_session(inherited, None)
            stack.callback(launch.kill, self._session)
            self._ends = dict(zip(("results", "control"), (end.fileno() for end in inherited)))
            reporting.close()  # the session holds its own copy: when it dies, we must notice
            self._stack = stack.pop_all()

    def tell(self, settings: dict[str, Any]) -> None:
        """Say what to do."""
        if self._control is not None and self._zygote_end is not None:
            own = _text({**settings["worker"], "ahead": True})
            zygote = start_interpreter("main", self._zygote_end, own, subprocess.DEVNULL)
            self._stack.callback(launch.leave, zygote, self._control)
            self._zygote_end.close()
        tell(self._session, _text({"control": None, **settings, **self._ends}))

    def __enter__(self) -> socket.socket:
        return self._listening

    def __exit__(self, *_: object) -> None:
        if self._session.stdin is not None:
            self._session.stdin.close()
        self._session.kill()
        self._stack.close()


class Station:
    """One grading place for a class: cases are collected once, and each submission costs what only it needs.

    A station grades one submission after the other, so a class needs one for each core. It needs fork.

    Args:
        scratch: folder for the folders of its gradings; whoever made it removes it.
    """

    def __init__(self, scratch: str) -> None:
        self.scratch: str | None = scratch
        self._templates: dict[tuple[str, ...], Template] = {}
        self._closed = False

    def close(self) -> None:
        """End all processes, whatever they are at; from another thread, too."""
        self._closed = True
        while self._templates:
            self._templates.popitem()[1].close()

    @contextlib.contextmanager
    def grading(self, assignment: Assignment, settings: dict[str, Any]) -> Iterator[socket.socket]:
        """As `Place` says."""
        with contextlib.ExitStack() as stack:
            control, zygote_end = map(stack.enter_context, socket.socketpair())
            stack.callback(self._fork_zygote(settings["worker"], zygote_end))
            zygote_end.close()
            stack.callback(control.close)
            listening, reporting = map(stack.enter_context, socket.socketpair())
            # Nothing before its turn: every processor has a submission of its own to grade.
            stack.callback(self._fork_session(assignment, {**settings, "ahead": False}, [reporting, control]))
            reporting.close()
            control.close()
            yield listening

    def _fork_zygote(self, settings: dict[str, Any], control: socket.socket) -> Callable[[], None]:
        # What is slow to load is loaded once; the rest for each submission, so that none depends on who came before.
        large = tuple(name for name in settings["preload"] if name.partition(".")[0] in LARGE)
        common = _text({**settings, "scratch": self.scratch, "preload": large})

        def start(end: socket.socket) -> subprocess.Popen[bytes]:
            return start_interpreter("main_template", end, common, subprocess.DEVNULL)

        own = {"scratch": settings["scratch"], "preload": settings["preload"]}
        return self._fork(("zygotes", *large), start, own, [control], PATIENCE_S)

    def _fork_session(
        self, assignment: Assignment, settings: dict[str, Any], inherited: Sequence[socket.socket]
    ) -> Callable[[], None]:
        def start(end: socket.socket) -> subprocess.Popen[bytes]:
            template = {"template": end.fileno(), "assignment": assignment.as_json()}
            return start_session([end], _text(template))

        return self._fork(("sessions", str(assignment.folder)), start, settings, inherited, 0)

    def _fork(
        self,
        what: tuple[str, ...],
        start: Callable[[socket.socket], subprocess.Popen[bytes]],
        settings: dict[str, Any],
        inherited: Sequence[socket.socket],
        patience_s: float,
    ) -> Callable[[], None]:
        """A child of the template for `what`, which is started first if there is none. What is returned ends it."""
        template = self._templates.pop(what, None) or _template(start)
        # Last in the order of use; and before it is waited for, so that `close` finds it.
        self._templates[what] = template
        if self._closed:
            self.close()
        try:
            pid = template.fork(_text(settings), [end.fileno() for end in inherited])
        except OSError:
            self._templates.pop(what, None)
            template.close()  # the next submission gets a new one
            raise
        if len(self._templates) > MAX_TEMPLATES:
            self._templates.pop(next(iter(self._templates))).close()

        def end() -> None:
            try:
                template.end(pid, patience_s)
            except OSError:  # it died during this grading, whose results are in all the same
                self._templates.pop(what, None)
                template.close()

        return end


def _template(start: Callable[[socket.socket], subprocess.Popen[bytes]]) -> Template:
    ours, theirs = socket.socketpair()
    with theirs:
        return Template(start(theirs), ours)


def _text(settings: dict[str, Any]) -> str:
    import json  # which loads re

    return json.dumps(settings)


LARGE = {"numpy", "scipy", "matplotlib"}
