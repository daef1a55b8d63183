"""Start the interpreters of a grading, tell them what to do, and end them.

One that is to run a submission, or to fork what does, holds nothing of ours but `box`. The session holds the rest.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys

# Not from typing: nothing is started before this is loaded.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

# os.path, because pathlib takes as long to load as an interpreter to start, and nothing is started before this is.
HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
# The arrays are small: a second thread of NumPy's costs more than it saves, and takes a processor from other work.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# How long our own processes get to leave when told to, before they are killed.
PATIENCE_S = 2.0


def start_interpreter(entry: str, connection: socket.socket, settings: str, output: Any) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter that holds nothing of ours but the box, and run `box.worker.<entry>` in it.

    -I: no variable, no user folder and no current folder can slip a module in. The environment is made, not inherited.

    Args:
        settings: what it is told.
    """
    code = (
        # Nothing of what is loaded here becomes garbage; a worker switches the collector on again.
        "import gc; gc.disable(); import sys; "
        "sys.path.insert(0, sys.argv[1]); from box import worker; del sys.path[0]; "
        f"worker.{entry}(int(sys.argv[2]))"
    )
    environment = {
        **ONE_THREAD,
        "LC_ALL": "C.UTF-8",
        "USER": "student",
        "LOGNAME": "student",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR") or os.path.join(sys.prefix, "matplotlib"),
    }
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", code, HERE, str(connection.fileno())],
        env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=os.path.sep,
        **_inheriting([connection]),
    )  # fmt: skip
    return tell(process, settings)


@contextlib.contextmanager
def zygote(settings: str) -> Iterator[tuple[socket.socket, subprocess.Popen[bytes]]]:
    """A process that forks workers, and our end of the socket to it.

    At the end of the block it leaves, and cleans up, since nothing more can be asked of it.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = start_interpreter("main", theirs, settings, subprocess.DEVNULL)
        theirs.close()
        try:
            yield ours, process
        finally:
            leave(process, ours)


def leave(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    """Have a process clean up and go, which it does once nothing can come from `control`; kill it if it does not."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        control.shutdown(socket.SHUT_WR)
        control.settimeout(PATIENCE_S)
        while control.recv(1 << 12):
            pass
        # Its end is closed. To ask the system again and again whether it has gone takes longer than to be told.
        process.wait(PATIENCE_S)
    if process.poll() is None:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process at once, and wait for that."""
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)


def start_session(inherited: Sequence[socket.socket], settings: str | None) -> subprocess.Popen[bytes]:
    """Start an interpreter for `session.main`. Its standard output is for the instructor.

    Args:
        settings: what it is told; None if `tell` will do that later, while it is loading.
    """
    # The session lives for a second: collecting garbage costs it more than the garbage.
    code = (
        "import gc; gc.disable(); import sys; sys.path.insert(0, sys.argv[1]); "
        "from autograder import session; session.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", code, ROOT],
        stdin=subprocess.PIPE, stdout=sys.stderr, env={**os.environ, **ONE_THREAD},
        start_new_session=True, **_inheriting(inherited),
    )  # fmt: skip
    return tell(process, settings) if settings is not None else process


def tell(process: subprocess.Popen[bytes], settings: str) -> subprocess.Popen[bytes]:
    """Give a process that was started without settings what it waits for."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(settings.encode("ascii"))
    return process


def _inheriting(sockets: Sequence[socket.socket]) -> dict[str, Any]:
    """What makes a new process keep these sockets, under the same numbers."""
    if sys.platform == "win32":
        for end in sockets:
            end.set_inheritable(True)
        return {"close_fds": False}
    return {"pass_fds": [end.fileno() for end in sockets]}


def readable_folders() -> list[str]:
    """What a worker may read: what the interpreter imports from, and what the dynamic loader and its libraries need."""
    # From what PYTHONPATH names a worker imports nothing (-I); cases or other submissions may lie there.
    named = [os.path.abspath(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    ours = {"", ROOT, os.getcwd(), *named}
    imported_from = [folder for folder in sys.path if folder not in ours]
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/fonts",
              "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", os.path.join(sys.base_prefix, "lib")]  # fmt: skip
    # The same folder may have several names: /lib is /usr/lib in most places.
    there = [
        folder for folder in dict.fromkeys(map(os.path.realpath, [*imported_from, *system])) if os.path.exists(folder)
    ]
    # What lies in another of them needs no rule of its own: each costs every worker some microseconds.
    return [folder for folder in there if not any(folder.startswith(other + os.path.sep) for other in there)]
