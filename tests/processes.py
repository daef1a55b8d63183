"""Look up processes in /proc, for tests that no process is left behind."""

import contextlib
import time
from pathlib import Path

# Children of this process that belong to no test (see lanes.py and prepared.py).
APART = set()


def children(pid):
    """Return the descendants of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            for child in map(int, task.read_text(encoding="ascii").split()):
                if child not in APART:
                    found += [child, *children(child)]
    return found


def command_of(pid):
    """Return the command line of a process, or "" once it has ended.

    A session may be a fork of its supervisor with the same command line, so it is recognized by its name.
    """
    try:
        if Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip() == "session":
            return "import session"
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def alive(pid):
    """Return whether a process runs, and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def none_left(pids, patience_s=60.0):
    """Return whether all of these processes end, allowing a busy machine some time."""
    deadline = time.monotonic() + patience_s
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(alive, pids))
