"""Which processes there are, as Linux says: for tests of what must leave none."""

import contextlib
import time
from pathlib import Path

# Children of this process that have nothing to do with any test (see lanes.py and prepared.py).
APART = set()


def children(pid):
    """Processes that a process has started, and they, and so on."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it ended while we looked
            for child in map(int, task.read_text(encoding="ascii").split()):
                if child not in APART:
                    found += [child, *children(child)]
    return found


def command_of(pid):
    """The command line of a process; nothing once it has ended.

    A session may be a copy of its supervisor, which has the same: it is told by its name.
    """
    try:
        if Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip() == "session":
            return "import session"
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def alive(pid):
    """Whether a process is there, and not only its entry."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def none_left(pids, patience_s=60.0):
    """Whether all of them have ended, or do so while a busy machine gets round to it."""
    deadline = time.monotonic() + patience_s
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(alive, pids))
