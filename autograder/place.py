"""Where the processes of a grading come from: new ones here; for a class, forks of loaded ones (`batch.station`)."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys

from . import launch
from .launch import start_interpreter, start_session, tell

# Neither typing nor json is imported here, so that neither is loaded before the first interpreter is started.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Protocol

    from .assignment import Assignment

    class Place(Protocol):
        """Starts the processes that one grading needs."""

        scratch: str | None
        """Parent of the temporary folders of its gradings; None for the system's default."""

        def grading(
            self, assignment: Assignment, settings: dict[str, Any]
        ) -> contextlib.AbstractContextManager[socket.socket]:
            """Start a session that grades what `settings` say, and its zygote; provide the socket on which it reports.

            Both have ended at the end of the block.
            """


# A worker imports a submission ahead of its turn only if there is memory for this many workers at their limit: itself,
# the worker whose turn it is, and as much again for our own processes. Gradescope's smallest container has less. If the
# kernel had to kill a worker for want of memory, the program would have turned its own failure into a fault of ours.
ROOM_FOR = 3
# Controller in /proc/self/cgroup -> where the memory limit of a container is found: "" is cgroup v2, "memory" is v1.
GROUPS = {"": ("/sys/fs/cgroup", "memory.max"), "memory": ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")}


class Fresh:
    """New interpreters for one submission; the session may instead be a copy of this process (see `start`).

    Args:
        fork: whether workers are forked from a zygote (the default where there is fork) or started one by one.
        scratch: as for `Place`.
    """

    def __init__(self, fork: bool | None = None, scratch: str | None = None) -> None:
        self.scratch = scratch
        self._fork = hasattr(os, "fork") if fork is None else fork
        self._started: _Started | None = None

    def start(self, session: Callable[[], None] | None = None) -> None:
        """Start the session ahead of time: it loads its libraries while we find out what there is to do.

        Args:
            session: `session.main`, imported when called, if a copy of this process may be the session. A copy need not
                start an interpreter, nor load again what both need.
        """
        if self._started is not None:
            return
        with contextlib.suppress(OSError):  # then the grading itself will fail, too, and say why
            self._started = _Started(self._fork, session)

    @contextlib.contextmanager
    def grading(self, assignment: Assignment, settings: dict[str, Any]) -> Iterator[socket.socket]:
        """See `Place.grading`."""
        started, self._started = self._started or _Started(self._fork), None
        with started as listening:
            ahead = memory_bytes() >= ROOM_FOR * assignment.limits.memory_mib << 20
            started.tell({**settings, "ahead": ahead, "assignment": assignment.as_json()})
            yield listening

    def close(self) -> None:
        """End the session if it was started but not needed."""
        if self._started is not None:
            with self._started:
                self._started = None


class _Started:
    """A session that waits to be told what to do; only then is the zygote started.

    Everything waits for the session, so it should have a processor to itself while it loads pytest.
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
            reporting.close()  # only the session may hold this end, so that we notice when it dies
            self._stack = stack.pop_all()

    def tell(self, settings: dict[str, Any]) -> None:
        """Start the zygote, if there is to be one, and send the session its settings."""
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
    import json  # here and not above, because it loads re

    return json.dumps(settings)


def memory_bytes() -> int:
    """Return the memory of the machine or of the container that we run in; 0 if there may be a limit we cannot read."""
    if not hasattr(os, "sysconf"):  # Windows, where nothing limits it
        return sys.maxsize
    least = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    told = sys.platform != "linux"
    with contextlib.suppress(OSError), open("/proc/self/cgroup", encoding="utf-8") as lines:
        for line in lines:
            _, controllers, group = line.rstrip("\n").split(":", 2)
            folder, name = GROUPS.get(controllers, ("", ""))
            # Each parent group may have a limit, too; and a container may see its own group as the root.
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
