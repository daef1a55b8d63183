"""Where the processes of a grading come from: new ones here, forked from loaded ones for a class (`batch.station`)."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys

from . import launch
from .launch import start_interpreter, start_session, tell

# Not from typing, nor json above: neither is loaded before the first interpreter is started.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


# A worker imports a submission before its turn only where there is memory for so many that take all they may: itself,
# the one whose turn it is, and for ourselves as much. Gradescope's smallest container has less. Where the kernel had to
# kill a worker, a program would have made the fault ours.
ROOM_FOR = 3
# Where the limits of a container are found, by how the kernel calls the group that they are of.
GROUPS = {"": ("/sys/fs/cgroup", "memory.max"), "memory": ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")}


class Fresh:
    """New processes for one submission: interpreters, of which the session may be a copy of this one (see `start`).

    Args:
        fork: whether workers are forked from a zygote (the default where there is fork) or started one by one.
        scratch: as `Place` says.
    """

    def __init__(self, fork: bool | None = None, scratch: str | None = None) -> None:
        self.scratch = scratch
        self._fork = hasattr(os, "fork") if fork is None else fork
        self._started: _Started | None = None

    def start(self, session: Callable[[], None] | None = None) -> None:
        """Start the interpreters ahead of time: they load their libraries while we find out what there is to do.

        Args:
            session: `session.main`, loaded when called, where a copy of this process may be the session: it need not
                start again and load once more what both need.
        """
        if self._started is not None:
            return
        with contextlib.suppress(OSError):  # then the grading itself will fail, and say so
            self._started = _Started(self._fork, session)

    @contextlib.contextmanager
    def grading(self, assignment: Assignment, settings: dict[str, Any]) -> Iterator[socket.socket]:
        """As `Place` says."""
        started, self._started = self._started or _Started(self._fork), None
        with started as listening:
            ahead = memory_bytes() >= ROOM_FOR * assignment.limits.memory_mib << 20
            started.tell({**settings, "ahead": ahead, "assignment": assignment.as_json()})
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

    def __init__(self, fork: bool, session: Callable[[], None] | None = None) -> None:
        with contextlib.ExitStack() as stack:
            self._listening, reporting = map(stack.enter_context, socket.socketpair())
            inherited = [reporting]
            self._control = self._zygote_end = None
            if fork:
                self._control, self._zygote_end = map(stack.enter_context, socket.socketpair())
                inherited.append(self._control)
            self._session = start_session(inherited, None) if session is None else launch.Copy(session, inherited)
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


def _text(settings: dict[str, Any]) -> str:
    import json  # which loads re

    return json.dumps(settings)


def memory_bytes() -> int:
    """What the machine has, or the container that we run in is given; 0 where it may be one, and nothing says so."""
    if not hasattr(os, "sysconf"):  # Windows, where nobody limits it
        return sys.maxsize
    least = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    told = sys.platform != "linux"
    with contextlib.suppress(OSError), open("/proc/self/cgroup", encoding="utf-8") as lines:
        for line in lines:
            _, controllers, group = line.rstrip("\n").split(":", 2)
            folder, name = GROUPS.get(controllers, ("", ""))
            # Each group above may have a limit, too; and a container may see its own as the topmost.
            while folder:
                with (
                    contextlib.suppress(OSError, ValueError),
                    open(f"{folder}{group}/{name}", encoding="ascii") as file,
                ):
                    limit = file.read()
                    told = True
                    least = min(least, int(limit))
                if group in ("", "/"):
                    break
                group = os.path.dirname(group)
    return least if told else 0
