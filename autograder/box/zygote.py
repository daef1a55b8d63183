"""The zygote: a fresh interpreter with NumPy loaded and nothing that knows an answer, from which workers are forked.

It listens on one socket. `S` asks for a worker: the answer carries its descriptors, which are the wire, the pipe it
prints to, and memory for the arguments of calls. `L` asks for the last one, after which no spare is forked. `E` kills a
worker, and is not answered. `R` gives a worker that seems to be dying time to end by itself; the answer says how it
ended. A closed socket ends everything. Where there is no fork, `main_alone` runs the only worker of an interpreter
started for it. For a class, `main_template` loads everything once and forks a zygote for each submission.
"""

import contextlib
import functools
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import sys
import time
import types
from typing import Any

from . import limits, shared, template, worker
from .control import ASKED, BY_ITSELF, END, ENDED, KILLED, LARGE, LAST, OVERFULL, REAP, REAP_S, START, STARTED

# Loaded before the fork, besides what the settings name: any submission may need these when something goes wrong, or
# when it prints, even where the worker's user cannot read the interpreter's folder.
PRELOAD = ("encodings.ascii", "encodings.idna", "encodings.latin_1", "traceback")

# How often the folder of a running worker is checked: a flood can fill as much as the disk can write in that time.
LOOK_MS = 50


def main(descriptor: int) -> None:
    """Run the zygote. Settings come on standard input, as JSON: packages to load, folders to read, limits.

    The setting `ahead` says whether a processor is free, so that workers can do some work before their turn.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor, which shuts this process down
    control = socket.socket(fileno=descriptor)
    settings = _told()
    box = _prepare(settings)
    # Otherwise a worker's garbage collector would write to, and so copy, every page that it shares with this process.
    gc.freeze()
    serve(control, box, ahead=settings.get("ahead", False))
    os._exit(0)  # shutting down an interpreter with NumPy in the regular way would take longer than a case


def main_template(descriptor: int) -> None:
    """Run a template that is forked for each submission of a class; each child is its zygote. Settings as for `main`.

    Each submission's own settings name its scratch folder, and more modules to load.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    box = _prepare(_told())
    gc.freeze()
    own, (control,) = template.wait(socket.socket(fileno=descriptor))
    settings = json.loads(own)
    _load(settings)
    box.move(settings["scratch"])
    gc.freeze()
    serve(socket.socket(fileno=control), box)
    os._exit(0)


def main_alone(descriptor: int) -> None:
    """Run the only worker of this interpreter, where there is no fork. Settings as for `main`."""
    box = _prepare(_told())
    uid = box.new_uid()
    with box.private_folder(uid) as folder:
        worker.live(box, uid, folder, descriptor)


def _told() -> dict[str, Any]:
    """Read the settings from standard input, and replace it by an empty one for workers."""
    try:
        settings: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    except ValueError:  # the supervisor was stopped while it wrote: there is nothing to do, and no one to report to
        os._exit(1)
    worker.open_empty_input()
    return settings


def _prepare(settings: dict[str, Any]) -> limits.Box:
    _load(settings)
    # A submission must not find our modules, and may have one of its own with the same name.
    for name in [name for name in sys.modules if name.partition(".")[0] == __package__]:
        del sys.modules[name]
    # Under both names: a program that wraps sys.stdout.buffer in a new sys.stdout needs the old one to stay alive.
    sys.stdout = sys.__stdout__ = _output(1)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _output(2)  # type: ignore[misc]
    return limits.Box(
        settings["scratch"],
        settings["readable"],
        settings["memory_mib"],
        settings["cpu_s"],
        settings.get("layers", limits.LAYERS),
    )


def _output(descriptor: int) -> io.TextIOWrapper:
    """Return the stream that a program prints to. It escapes a lone surrogate instead of raising.

    It is made here, because each page of memory that a worker is the first to write to is copied for it. It is opened
    over a pipe, which a worker's output is, too: a stream asks its file only once, when opened, whether it can seek.
    """
    ours = os.dup(descriptor)
    reading, writing = os.pipe()
    try:
        os.dup2(writing, descriptor)
        return open(descriptor, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    finally:
        os.dup2(ours, descriptor)
        for one in (ours, reading, writing):
            os.close(one)


def _load(settings: dict[str, Any]) -> None:
    """Load PRELOAD and the modules that the settings name."""
    if "matplotlib" in settings["preload"]:
        _find_room_for_matplotlib(settings["scratch"])
    for name in (*PRELOAD, *settings["preload"]):
        # Whatever fails here fails again inside the worker, where it is reported as the submission's import error.
        with contextlib.suppress(BaseException):  # some modules end the program that loads them
            importlib.import_module(name)
    if "matplotlib" in settings["preload"] and "matplotlib.pyplot" in sys.modules:
        _do_without_windows(sys.modules["matplotlib.pyplot"])


def _do_without_windows(pyplot: types.ModuleType) -> None:
    """Let a program that asks for a window, as by `matplotlib.use("TkAgg")`, draw without one, as all others do.

    Once pyplot is loaded, such a request raises ImportError; and the grader does not judge how plots are drawn.
    """
    switch = pyplot.switch_backend

    @functools.wraps(switch)
    def switch_backend(newbackend: Any) -> None:
        try:
            switch(newbackend)
        except ImportError:
            switch("agg")

    vars(pyplot)["switch_backend"] = switch_backend


def _find_room_for_matplotlib(scratch: str) -> None:
    """Give Matplotlib a folder in `scratch` if its own cannot be written to, as with a system's own Python.

    Otherwise Matplotlib would make a folder that nobody removes.
    """
    folder = os.environ["MPLCONFIGDIR"]
    with contextlib.suppress(OSError):
        os.makedirs(folder, exist_ok=True)
    if not os.access(folder, os.W_OK):
        os.environ["MPLCONFIGDIR"] = os.path.join(scratch, "matplotlib")
        import shutil  # nothing else needs it

        with contextlib.suppress(OSError):  # without its list of fonts Matplotlib makes another, which takes a second
            shutil.copytree(folder, os.environ["MPLCONFIGDIR"])


def serve(control: socket.socket, box: limits.Box, *, ahead: bool = False) -> None:
    """Hand out a worker for each request until the other side closes the socket.

    The next worker is forked while the grader is busy with others, so that the grader need not wait for it. What is
    left of a killed worker is removed while there is no request.
    """
    spare: _Fork | None = _Fork(box, control, ahead)
    alive: dict[int, _Fork] = {}
    killed: list[_Fork] = []
    # Not select.select, which takes no descriptor above 1,023: the process that starts this one for a class may have
    # more.
    asked_for = select.poll()
    asked_for.register(control, select.POLLIN)
    try:
        while True:
            if not asked_for.poll(0 if killed else LOOK_MS if alive else None):
                if killed:
                    killed.pop().close()
                else:
                    for one in alive.values():
                        one.end_if_overfull()
                continue
            message = control.recv(ASKED.size, socket.MSG_WAITALL)
            if len(message) < ASKED.size:
                return
            asked, pid = ASKED.unpack(message)
            if asked in (START, LAST):
                one = spare or _Fork(box, control, ahead)
                one.hand_over(control)
                alive[one.pid] = one
                spare = _Fork(box, control, ahead) if asked == START else None
            elif asked == END:
                killed.append(alive.pop(pid))
                killed[-1].kill()
            elif asked == REAP:
                with contextlib.closing(alive.pop(pid)) as dying:
                    ended = dying.end(patience_s=REAP_S)
                # Sent only now: when the grader learns of the end, nothing of the worker is left, not even its folder.
                control.sendall(ended)
    finally:
        left = (*filter(None, [spare]), *alive.values(), *killed)
        for one in left:
            one.kill()
        for one in left:  # all killed first, so that they die in parallel
            one.close()


class _Fork:
    """The zygote's view of one worker; once closed, nothing of it is left."""

    def __init__(self, box: limits.Box, control: socket.socket, ahead: bool) -> None:
        self._uid = box.new_uid()
        self._box = box
        self._open = contextlib.ExitStack()
        self._folder = folder = self._open.enter_context(box.private_folder(self._uid))
        ours, theirs = socket.socketpair()
        output, output_end = os.pipe()
        memory = shared.create()
        self._ends = [ours.detach(), output, *([] if memory is None else [memory])]
        self.pid = os.fork()
        if self.pid == 0:
            control.close()
            worker.begin(box, self._uid, folder, theirs.detach(), output_end, memory, ahead)
        theirs.close()
        os.close(output_end)
        self._ended = b""

    def hand_over(self, control: socket.socket) -> None:
        """Give the grader its ends of the wire and of the output, and the memory; close them here."""
        socket.send_fds(control, [STARTED.pack(self.pid)], self._ends)
        self._close_ends()

    def kill(self) -> None:
        """Kill the worker without waiting for it."""
        if not self._ended:
            _kill(self.pid)

    def end(self, patience_s: float) -> bytes:
        """Kill the worker, if it does not end in time, and whatever it started; reap it, and return how it ended."""
        if not self._ended:
            status, ended, most_kib = _end_worker(self.pid, self._uid, self._box.might_fork, patience_s)
            large = os.WIFSIGNALED(status) and self._box.was_large(most_kib)
            self._ended = ENDED.pack(status, KILLED if not ended else LARGE if large else BY_ITSELF)
        return self._ended

    def end_if_overfull(self) -> None:
        """Kill a worker that has filled its folder, before it fills the disk."""
        if not self._ended and limits.overfull(self._folder):
            self.end(0)
            status, _ = ENDED.unpack(self._ended)
            self._ended = ENDED.pack(status, OVERFULL)

    def close(self) -> None:
        """End the worker if it has not ended, and remove its folder."""
        self.end(0)
        self._close_ends()
        self._open.close()

    def _close_ends(self) -> None:
        while self._ends:
            os.close(self._ends.pop())


def _end_worker(pid: int, uid: int | None, might_have_forked: bool, patience_s: float) -> tuple[int, bool, int]:
    """End and reap a worker; return its wait status, whether it ended before it was killed, and its peak memory."""
    deadline = time.monotonic() + patience_s
    while not (ended := _has_ended(pid)) and time.monotonic() < deadline:
        time.sleep(0.001)
    _kill(pid)
    _, status, usage = os.wait4(pid, 0)
    if uid is not None and might_have_forked:
        _kill_user(uid)
    return status, ended, usage.ru_maxrss


def _kill(pid: int) -> None:
    """Kill a worker that was not reaped yet: until then, neither its pid nor its group's id can be reused."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    # Before the worker has called setsid there is no group of its own to kill.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _has_ended(pid: int) -> bool:
    """Whether a child has ended, without reaping it."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return False  # macOS before Python 3.13: there, the worker's end is reported as a kill by the zygote


def _kill_user(uid: int) -> None:
    """Kill every process of this user id, which only the worker ever had."""
    if not _has_processes(uid):
        return
    pid = os.fork()
    if pid == 0:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _has_processes(uid: int) -> bool:
    try:
        with os.scandir("/proc") as entries:
            return any(entry.name.isdigit() and entry.stat().st_uid == uid for entry in entries)
    except OSError:
        return True  # no /proc, or a process ended meanwhile: kill to be sure
