"""Start the interpreters of a grading, tell them what to do, and end them.

An interpreter that runs a submission, or forks processes that do, holds nothing of ours but `box`. The session holds
the rest.
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

# Not imported from typing: no interpreter can start before this module is loaded, so it must load fast.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, NoReturn, TypeAlias

    Process: TypeAlias = "subprocess.Popen[bytes] | Copy"

# os.path, because pathlib takes as long to load as an interpreter takes to start, and no interpreter can start before
# this module is loaded.
HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
# The arrays are small: a second NumPy thread costs more than it saves, and takes a processor from other work.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Variables that make no difference in a copy of this process, which writes bytecode whatever they say.
HARMLESS = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
# A copy closes descriptors up to this number: the process that started us may have left some open.
MOST_DESCRIPTORS = 1 << 16
# How long our own processes get to exit when told to, before they are killed.
PATIENCE_S = 2.0
# Windows does not end a process with its parent, and sets no time limit: an endless program would run forever. MSG_PEEK
# leaves what arrives to the thread that serves.
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


def expect_children() -> None:
    """Let this process, and all that it starts, learn how their children end.

    Whoever started us may ignore SIGCHLD, which a new process inherits; then nobody can wait for a child.
    """
    if hasattr(signal, "SIGCHLD"):  # not on Windows
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def start_interpreter(entry: str, connection: socket.socket, settings: str, output: Any) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter that holds nothing of ours but the box, and run `box.zygote.<entry>` in it.

    With -I, no environment variable, user folder, or current folder can slip a module in. The environment is built
    here, not inherited.

    Args:
        settings: what the interpreter is told on its standard input.
    """
    code = (
        # Nothing that is loaded here becomes garbage; a worker turns the garbage collector on again.
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
        # Ctrl-C goes to all processes of a console except those in a new group. A program would take it for an
        # exception of its own.
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
    """Start a zygote, the process that forks workers; yield our end of the socket to it, and the process.

    At the end of the block it can get no more requests, so it cleans up and exits.
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
    """Make a process clean up and exit, which it does once `control` is shut down; kill it if it does not."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        control.shutdown(socket.SHUT_WR)
        control.settimeout(PATIENCE_S)
        while control.recv(1 << 12):
            pass
        # The process has now closed its end. `wait` alone would poll for its exit, which takes longer.
        process.wait(PATIENCE_S)
    if process.poll() is None:
        kill(process)


def kill(process: Process) -> None:
    """Kill a process, and wait until it has ended."""
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)


def start_session(inherited: Sequence[socket.socket], settings: str | None) -> subprocess.Popen[bytes]:
    """Start an interpreter for `session.main`. Its standard output is for the instructor.

    Args:
        settings: what it is told; None if `tell` will do that later, while the session is loading.
    """
    # The session lives for a second: collecting garbage costs more than keeping it.
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
    """A forked copy of this process that runs something else, with the methods of `subprocess.Popen` that we use.

    Args:
        run: what the copy runs. Its settings come on standard input; its standard output is our standard error.
        inherited: sockets that the copy keeps open, besides the first three descriptors.
    """

    def __init__(self, run: Callable[[], None], inherited: Sequence[socket.socket]) -> None:
        reading, writing = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _be_copy(run, reading, [end.fileno() for end in inherited])
        os.close(reading)
        self.stdin = open(writing, "wb")  # noqa: SIM115, `tell` closes it

    def poll(self) -> int | None:
        """Return its exit status; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait until it has ended, and return its exit status."""
        deadline = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("a copy of this process", timeout)
            time.sleep(0.0005)
        return status

    def kill(self) -> None:
        """Kill it; do nothing if it has ended."""
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
            name.write("session")  # for people who list the processes of a machine
        run()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(1)


def is_plain() -> bool:
    """Return whether a copy of this process is as good as an isolated interpreter (-I) that imports from our folder.

    That is, no switch and no variable has changed how this process works, and it has imported nothing from elsewhere.
    """
    if sys.platform != "linux" or not sys.path or os.path.realpath(sys.path[0]) != ROOT:
        return False
    # -b and -X dev each set one of the last two as well.
    if sys.flags.optimize or sys.flags.no_site or sys.warnoptions or sys._xoptions:  # noqa: SLF001, documented so
        return False
    # Python's own variables; PYTHON_VERSION, for instance, comes from a container image.
    named = {name for name in os.environ if name.startswith("PYTHON") and not name.startswith("PYTHON_")} - HARMLESS
    of_the_user = getattr(sys.modules.get("site"), "USER_SITE", None)
    return bool(sys.flags.ignore_environment or not named) and of_the_user not in sys.path


def tell(process: Process, settings: str) -> None:
    """Send a process the settings that it is waiting for."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(settings.encode("ascii"))


@contextlib.contextmanager
def _inheriting(sockets: Sequence[socket.socket]) -> Iterator[dict[str, Any]]:
    """Yield the options of Popen that let a process started in the block inherit these sockets, with their numbers."""
    if sys.platform == "win32":
        # On Windows, a process inherits everything that is inheritable. It must not inherit the sockets of another
        # grading: while another process holds the session's end, nobody notices that the session has died.
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
    """Return what a worker may read: what the interpreter imports from, and what dynamic loader and libraries need.

    The interpreter may import from any folder: a .pth file may name the folder that holds all of somebody's work. So
    folders that contain the grader or `answers` are left out, and so are folders inside these, except an environment.
    """
    closed = [ROOT, *map(os.path.realpath, answers)]
    environments = [os.path.realpath(folder) for folder in (sys.prefix, sys.base_prefix)]
    # A worker imports nothing from the folders in PYTHONPATH (-I); cases or other submissions may lie there.
    named = [os.path.abspath(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    ours = {"", os.getcwd(), *named}
    imported_from = [folder for folder in sys.path if folder not in ours or _lies_in(folder, sys.prefix)]
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/fonts",
              "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", os.path.join(sys.base_prefix, "lib")]  # fmt: skip

    def is_closed(folder: str, to: str) -> bool:
        inside = [environment for environment in environments if _lies_in(environment, to)]
        return _lies_in(to, folder) or (_lies_in(folder, to) and not any(_lies_in(folder, one) for one in inside))

    # The same folder may have several names: /lib is /usr/lib on most systems.
    there = [
        folder
        for folder in dict.fromkeys(map(os.path.realpath, [*imported_from, *system]))
        if os.path.exists(folder) and not any(is_closed(folder, to) for to in closed)
    ]
    # A folder inside another one needs no rule of its own: each rule costs every worker some microseconds.
    return [folder for folder in there if not any(folder != other and _lies_in(folder, other) for other in there)]


def _lies_in(path: str, folder: str) -> bool:
    return os.path.join(path, "").startswith(os.path.join(folder, ""))
