"""Start the interpreters of a grading, tell them what to do, and end them.

One that is to run a submission, or to fork what does, holds nothing of ours but `box`. The session holds the rest.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

# Not from typing: nothing is started before this is loaded.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, NoReturn, TypeAlias

    Process: TypeAlias = "subprocess.Popen[bytes] | Copy"

# os.path, because pathlib takes as long to load as an interpreter to start, and nothing is started before this is.
HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
# The arrays are small: a second thread of NumPy's costs more than it saves, and takes a processor from other work.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Variables that change nothing in a copy of this process, which writes its bytecode whatever they say.
HARMLESS = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
# Whoever started us may have left some open.
MOST_DESCRIPTORS = 1 << 16
# How long our own processes get to leave when told to, before they are killed.
PATIENCE_S = 2.0
# Windows ends nobody with the process that has started them, and sets no limit of time: a program without an end would
# go on for ever. What is seen here stays for the thread that serves.
LEAVE_WITH_US = """
import os, socket, sys, threading, time
def watch(connection=socket.socket(fileno=int(sys.argv[2]))):
    try:
        while connection.recv(1, socket.MSG_PEEK):
            time.sleep(0.1)
    finally:
        os._exit(1)
threading.Thread(target=watch, daemon=True).start()
"""
_STARTING = threading.Lock()


def start_interpreter(entry: str, connection: socket.socket, settings: str, output: Any) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter that holds nothing of ours but the box, and run `box.zygote.<entry>` in it.

    -I: no variable, no user folder and no current folder can slip a module in. The environment is made, not inherited.

    Args:
        settings: what it is told.
    """
    code = (
        # Nothing of what is loaded here becomes garbage; a worker switches the collector on again.
        "import gc; gc.disable(); import sys; "
        "sys.path.insert(0, sys.argv[1]); from box import zygote; del sys.path[0]; "
        f"zygote.{entry}(int(sys.argv[2]))"
    )
    environment = {
        **ONE_THREAD,
        "LC_ALL": "C.UTF-8",
        "USER": "student",
        "LOGNAME": "student",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR") or os.path.join(sys.prefix, "matplotlib"),
    }
    options: dict[str, Any] = {}
    if sys.platform == "win32":
        code = LEAVE_WITH_US + code
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        # Ctrl-C goes to all processes of a console but such: to a program it would look like an exception of its own.
        options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP
    with _inheriting([connection]) as inheriting:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code, HERE, str(connection.fileno())],
            env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=os.path.sep,
            **options, **inheriting,
        )  # fmt: skip
    tell(process, settings)
    return process


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


def kill(process: Process) -> None:
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
    with _inheriting(inherited) as inheriting:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code, ROOT],
            stdin=subprocess.PIPE, stdout=sys.stderr, env={**os.environ, **ONE_THREAD},
            start_new_session=True, **inheriting,
        )  # fmt: skip
    if settings is not None:
        tell(process, settings)
    return process


class Copy:
    """A copy of this process that runs something else. What is used of `subprocess.Popen` is as there.

    Args:
        run: what it runs, given its settings on standard input. Its standard output is our standard error.
        inherited: descriptors that it keeps, besides the first three.
    """

    def __init__(self, run: Callable[[], None], inherited: Sequence[socket.socket]) -> None:
        reading, writing = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _be_copy(run, reading, [end.fileno() for end in inherited])
        os.close(reading)
        self.stdin = open(writing, "wb")  # noqa: SIM115, whoever tells it something closes it

    def poll(self) -> int | None:
        """Its exit status; None as long as it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its exit status, once it has ended."""
        deadline = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("a copy of this process", timeout)
            time.sleep(0.0005)
        return status

    def kill(self) -> None:
        """End it at once; nothing happens if it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


def _be_copy(run: Callable[[], None], settings: int, kept: Sequence[int]) -> NoReturn:
    try:
        os.setsid()
        os.dup2(settings, 0)
        os.dup2(2, 1)
        below = 2
        for descriptor in sorted(kept):
            os.closerange(below + 1, descriptor)
            below = descriptor
        os.closerange(below + 1, MOST_DESCRIPTORS)
        os.environ.update(ONE_THREAD)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115, it stays open
        sys.path[0], sys.dont_write_bytecode = ROOT, False
        with contextlib.suppress(OSError), open("/proc/self/comm", "w", encoding="ascii") as name:
            name.write("session")  # for who looks at the processes of a machine
        run()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(1)


def is_plain() -> bool:
    """Whether a copy of this process is as good as an isolated interpreter (-I) that imports from our folder.

    So no switch and no variable has changed how it works, and it has imported nothing from elsewhere.
    """
    if sys.platform != "linux" or not sys.path or os.path.realpath(sys.path[0]) != ROOT:
        return False
    # What -b and -X dev set goes with one of the last two.
    if sys.flags.optimize or sys.flags.no_site or sys.warnoptions or sys._xoptions:  # noqa: SLF001, documented so
        return False
    # Variables of Python's own; PYTHON_VERSION, for instance, is one of a container image's.
    named = {name for name in os.environ if name.startswith("PYTHON") and not name.startswith("PYTHON_")} - HARMLESS
    of_the_user = getattr(sys.modules.get("site"), "USER_SITE", None)
    return bool(sys.flags.ignore_environment or not named) and of_the_user not in sys.path


def tell(process: Process, settings: str) -> None:
    """Give a process the settings that it waits for."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(settings.encode("ascii"))


@contextlib.contextmanager
def _inheriting(sockets: Sequence[socket.socket]) -> Iterator[dict[str, Any]]:
    """What makes a process that is started in the block keep these sockets, under the same numbers."""
    if sys.platform == "win32":
        # There it keeps all that may be kept, and must not those of another grading: while somebody else holds its
        # end, nobody notices that a session has died.
        with _STARTING:
            for end in sockets:
                end.set_inheritable(True)
            try:
                yield {"close_fds": False}
            finally:
                for end in sockets:
                    end.set_inheritable(False)
        return
    yield {"pass_fds": [end.fileno() for end in sockets]}


def readable_folders(*answers: str) -> list[str]:
    """What a worker may read: what the interpreter imports from, and what the dynamic loader and its libraries need.

    What an interpreter imports from is anything: a .pth file may name the folder of all that somebody works on. So
    nothing in which the grader or `answers` lie is among it, and of what lies in them only an environment.
    """
    closed = [ROOT, *map(os.path.realpath, answers)]
    environments = [os.path.realpath(folder) for folder in (sys.prefix, sys.base_prefix)]
    # From what PYTHONPATH names a worker imports nothing (-I); cases or other submissions may lie there.
    named = [os.path.abspath(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    ours = {"", os.getcwd(), *named}
    imported_from = [folder for folder in sys.path if folder not in ours or _lies_in(folder, sys.prefix)]
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/fonts",
              "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", os.path.join(sys.base_prefix, "lib")]  # fmt: skip

    def is_closed(folder: str, to: str) -> bool:
        inside = [environment for environment in environments if _lies_in(environment, to)]
        return _lies_in(to, folder) or (_lies_in(folder, to) and not any(_lies_in(folder, one) for one in inside))

    # The same folder may have several names: /lib is /usr/lib in most places.
    there = [
        folder
        for folder in dict.fromkeys(map(os.path.realpath, [*imported_from, *system]))
        if os.path.exists(folder) and not any(is_closed(folder, to) for to in closed)
    ]
    # What lies in another of them needs no rule of its own: each costs every worker some microseconds.
    return [folder for folder in there if not any(folder != other and _lies_in(folder, other) for other in there)]


def _lies_in(path: str, folder: str) -> bool:
    return os.path.join(path, "").startswith(os.path.join(folder, ""))
