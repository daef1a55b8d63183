"""Processes for the gradings of a class, forked from templates that have loaded everything.

`Station` is a `Place` (see `autograder.place`). It is in this package because a single grading does not need it.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..assignment import Assignment
from ..box.control import CHILD_ENDED, END, REQUEST, START, STARTED
from ..launch import PATIENCE_S, start_interpreter, start_session

# One template for the sessions of each part of an assignment, and one for each set of large libraries that submissions
# import. A class uses few.
MAX_TEMPLATES = 8
# A template that takes longer to answer counts as dead. Its first fork waits until everything is loaded.
TEMPLATE_PATIENCE_S = 60.0
LARGE = {"numpy", "scipy", "matplotlib"}


class Station:
    """One grading place for a class: cases are collected once, and each submission costs only what it alone needs.

    Threads may share it, each with its own submission: what is loaded for one is loaded for all. It needs fork.

    Args:
        scratch: parent folder for the folders of its gradings; the caller removes it.
    """

    def __init__(self, scratch: str) -> None:
        self.scratch: str | None = scratch
        self._templates: dict[tuple[str, ...], Template] = {}
        self._changing = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Kill all processes, whatever they are doing. May be called from another thread."""
        self._closed = True
        with self._changing:
            templates = list(self._templates.values())
            self._templates.clear()
        for template in templates:
            template.close()

    @contextlib.contextmanager
    def grading(self, assignment: Assignment, settings: dict[str, Any]) -> Iterator[socket.socket]:
        """See `Place`."""
        with contextlib.ExitStack() as stack:
            control, zygote_end = map(stack.enter_context, socket.socketpair())
            stack.callback(self._fork_zygote(settings["worker"], zygote_end))
            zygote_end.close()
            stack.callback(control.close)
            listening, reporting = map(stack.enter_context, socket.socketpair())
            # Start nothing ahead of its turn: every processor has its own submission to grade.
            stack.callback(self._fork_session(assignment, {**settings, "ahead": False}, [reporting, control]))
            reporting.close()
            control.close()
            yield listening

    def _fork_zygote(self, settings: dict[str, Any], control: socket.socket) -> Callable[[], None]:
        # What is slow to load is loaded once; the rest for each submission, so that none depends on earlier ones.
        # All of `common` is in the key, because a part of an assignment may have its own limits.
        large = tuple(name for name in settings["preload"] if name.partition(".")[0] in LARGE)
        common = json.dumps({**settings, "scratch": self.scratch, "preload": large})

        def start(end: socket.socket) -> "subprocess.Popen[bytes]":
            return start_interpreter("main_template", end, common, subprocess.DEVNULL)

        own = {"scratch": settings["scratch"], "preload": settings["preload"]}
        return self._fork(("zygotes", common), start, own, [control], PATIENCE_S)

    def _fork_session(
        self, assignment: Assignment, settings: dict[str, Any], inherited: Sequence[socket.socket]
    ) -> Callable[[], None]:
        def start(end: socket.socket) -> "subprocess.Popen[bytes]":
            template = {"template": end.fileno(), "assignment": assignment.as_json()}
            return start_session([end], json.dumps(template))

        return self._fork(("sessions", str(assignment.folder)), start, settings, inherited, 0)

    def _fork(
        self,
        what: tuple[str, ...],
        start: "Callable[[socket.socket], subprocess.Popen[bytes]]",
        settings: dict[str, Any],
        inherited: Sequence[socket.socket],
        patience_s: float,
    ) -> Callable[[], None]:
        """Fork a child of the template for `what`, starting that first if needed; return a function that ends it."""
        with self._changing:
            template = self._templates.pop(what, None) or Template.of(start)
            # Inserted last, for the order of use; and before anything waits for it, so that `close` finds it.
            self._templates[what] = template
            template.children += 1
        self._close_surplus()
        if self._closed:
            self.close()
        try:
            pid = template.fork(json.dumps(settings), [end.fileno() for end in inherited])
        except OSError:
            self._drop(what, template)
            raise

        def end() -> None:
            try:
                template.end(pid, patience_s)
            except OSError:  # the template died, but the results of this grading have arrived
                self._drop(what, template)
            with self._changing:
                template.children -= 1

        return end

    def _close_surplus(self) -> None:
        """Close the least recently used templates that have no children, if there are too many templates."""
        with self._changing:
            idle = [what for what, template in self._templates.items() if not template.children]
            surplus = [self._templates.pop(what) for what in idle[: max(0, len(self._templates) - MAX_TEMPLATES)]]
        for template in surplus:
            template.close()

    def _drop(self, what: tuple[str, ...], template: "Template") -> None:
        """Close a template that does not answer: the next submission starts a new one."""
        with self._changing:
            if self._templates.get(what) is template:  # not one that another thread has started since
                del self._templates[what]
        template.close()


class Template:
    """Our end of a process that was loaded once and is forked for each submission; see `box.template`."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._asking = threading.Lock()
        self.children = 0
        """How many gradings have a child of this template, or are about to have one."""
        self._control.settimeout(TEMPLATE_PATIENCE_S)

    @classmethod
    def of(cls, start: "Callable[[socket.socket], subprocess.Popen[bytes]]") -> "Template":
        """Return a template whose process is started by `start`, which is given the other end of the socket."""
        ours, theirs = socket.socketpair()
        with theirs:
            return cls(start(theirs), ours)

    def fork(self, settings: str, descriptors: Sequence[int]) -> int:
        """Fork a child with these settings and descriptors, and return its pid.

        Raises:
            OSError: the process is gone, or does not answer.
        """
        data = settings.encode("ascii")
        with self._asking:
            socket.send_fds(self._control, [REQUEST.pack(START, len(data), 0, 0)], descriptors)
            self._control.sendall(data)
            pid: int = STARTED.unpack(self._answer(STARTED.size))[0]
        return pid

    def end(self, pid: int, patience_s: float) -> None:
        """Wait up to `patience_s` for a child to exit by itself, then kill it. It is gone when this returns.

        Raises:
            OSError: as `fork`.
        """
        with self._asking:
            self._control.sendall(REQUEST.pack(END, 0, pid, patience_s))
            self._answer(len(CHILD_ENDED))

    def close(self) -> None:
        """Kill the process, and its children if they are in its group; others exit when their own sockets close."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Once the process has been waited for, its pid may belong to another one.
            if self._process.returncode is None and os.getpgid(self._process.pid) == self._process.pid:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def _answer(self, size: int) -> bytes:
        answer = b""
        while len(answer) < size:
            part = self._control.recv(size - len(answer))
            if not part:
                raise ConnectionError("the process that is forked for each submission died")
            answer += part
        return answer
