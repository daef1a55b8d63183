"""Where the processes of the gradings of a class come from: they are forked from loaded ones.

A `Place`, as `autograder.place` says; here, because one grading alone does without it.
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
from ..box.control import CHILD_ENDED, END, FORKED, REQUEST, START
from ..launch import PATIENCE_S, start_interpreter, start_session

# One for the sessions of each part of an assignment, and one for each set of libraries besides NumPy that submissions
# import. A class uses few.
MAX_TEMPLATES = 8
# What a template may take for a fork, the first of which waits until it is loaded, before we call it dead.
TEMPLATE_PATIENCE_S = 60.0
LARGE = {"numpy", "scipy", "matplotlib"}


class Station:
    """One grading place for a class: cases are collected once, and each submission costs what only it needs.

    Threads may share it, each with a submission of its own: what is loaded for one is there for all. It needs fork.

    Args:
        scratch: folder for the folders of its gradings; whoever made it removes it.
    """

    def __init__(self, scratch: str) -> None:
        self.scratch: str | None = scratch
        self._templates: dict[tuple[str, ...], Template] = {}
        self._changing = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """End all processes, whatever they are at; from another thread, too."""
        self._closed = True
        with self._changing:
            templates = list(self._templates.values())
            self._templates.clear()
        for template in templates:
            template.close()

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
        # A part of an assignment may have limits of its own.
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
        """A child of the template for `what`, which is started first if there is none. What is returned ends it."""
        with self._changing:
            template = self._templates.pop(what, None) or Template.of(start)
            # Last in the order of use; and before it is waited for, so that `close` finds it.
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
            except OSError:  # it died during this grading, whose results are in all the same
                self._drop(what, template)
            with self._changing:
                template.children -= 1

        return end

    def _close_surplus(self) -> None:
        """Close what was used longest ago, if nobody is at it, once there are too many."""
        with self._changing:
            idle = [what for what, template in self._templates.items() if not template.children]
            surplus = [self._templates.pop(what) for what in idle[: max(0, len(self._templates) - MAX_TEMPLATES)]]
        for template in surplus:
            template.close()

    def _drop(self, what: tuple[str, ...], template: "Template") -> None:
        """Close one that does not answer: the next submission gets a new one."""
        with self._changing:
            if self._templates.get(what) is template:  # and not what another thread has started since
                del self._templates[what]
        template.close()


class Template:
    """Our end of a process that was loaded once and is forked for each submission; see `box.template`."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._asking = threading.Lock()
        self.children = 0
        """How many gradings it has a child in, or is to have."""
        self._control.settimeout(TEMPLATE_PATIENCE_S)

    @classmethod
    def of(cls, start: "Callable[[socket.socket], subprocess.Popen[bytes]]") -> "Template":
        """One whose process `start` starts, given the other end."""
        ours, theirs = socket.socketpair()
        with theirs:
            return cls(start(theirs), ours)

    def fork(self, settings: str, descriptors: Sequence[int]) -> int:
        """Fork a child with these settings and descriptors; its pid.

        Raises:
            OSError: the process is gone, or stands still.
        """
        data = settings.encode("ascii")
        with self._asking:
            socket.send_fds(self._control, [REQUEST.pack(START, len(data), 0, 0)], descriptors)
            self._control.sendall(data)
            pid: int = FORKED.unpack(self._answer(FORKED.size))[0]
        return pid

    def end(self, pid: int, patience_s: float) -> None:
        """Let a child leave by itself for so long, and kill it then. It is gone when this returns.

        Raises:
            OSError: as `fork`.
        """
        with self._asking:
            self._control.sendall(REQUEST.pack(END, 0, pid, patience_s))
            self._answer(len(CHILD_ENDED))

    def close(self) -> None:
        """End the process, and its children if they are its group; others end when their own sockets do."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Once it has been waited for, its number may be somebody else's.
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
