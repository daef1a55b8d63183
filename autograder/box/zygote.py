"""The zygote: a fresh interpreter with NumPy loaded and nothing that knows an answer, from which workers are forked.

It listens on one socket. `S` asks for a worker: the answer carries its descriptors, which are the wire, the pipe it
prints to, and memory for the arguments of calls. `L` asks for the last one, after which none is made ready. `E` kills
a worker, and is not answered; `R` leaves one that seems to be dying the time to do so by itself, and the answer says
of what. A closed socket ends everything. Where there is no fork, `main_alone` is the one worker of an interpreter
started for it; for a class, `main_template` is loaded once and forked into a zygote for each submission.
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

# Loaded before the fork, besides what the settings name: what any submission may come to need when something goes
# wrong, or when it prints, even where the worker's user may not read the interpreter's folder.
PRELOAD = ("encodings.ascii", "encodings.idna", "encodings.latin_1", "traceback")

# How often we look into the folder of a running worker: what a disk takes in that time is what a flood can cost.
LOOK_MS = 50


def main(descriptor: int) -> None:
    """Be the zygote. Settings come on standard input, as JSON: packages to load, folders to read, limits.

    `ahead` among them: whether processors have time to spare, so that workers do before their turn what they can.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor, which ends us in order
    control = socket.socket(fileno=descriptor)
    settings = _told()
    box = _prepare(settings)
    # A worker's collector would otherwise touch, and so copy, every page that it shares with us.
    gc.freeze()
    serve(control, box, ahead=settings.get("ahead", False))
    os._exit(0)  # taking an interpreter with NumPy apart in good order would take longer than a case


def main_template(descriptor: int) -> None:
    """Be forked for each submission of a class; each child is its zygote. Settings as for `main`.

    What a submission's own settings say besides: another scratch folder, and more to load.
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
    """Be the one worker of this interpreter, where there is no fork. Settings as for `main`."""
    box = _prepare(_told())
    uid = box.new_uid()
    with box.private_folder(uid) as folder:
        worker.live(box, uid, folder, descriptor)


def _told() -> dict[str, Any]:
    """The settings; what is read here is over for whoever comes after."""
    try:
        settings: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    except ValueError:  # the supervisor was stopped while it wrote: there is nothing to do and nobody to tell
        os._exit(1)
    worker.open_empty_input()
    return settings


def _prepare(settings: dict[str, Any]) -> limits.Box:
    _load(settings)
    # A submission has no business with our modules, and may have one of its own by such a name.
    for name in [name for name in sys.modules if name.partition(".")[0] == __package__]:
        del sys.modules[name]
    # Under both names: who replaces sys.stdout by another writer to its buffer needs the one that it had to live on.
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
    """What a program prints to. A lone surrogate is no reason to end it.

    Made here, because each page of memory that a worker is the first to write to is copied for it; and over a pipe, as
    a worker lays below it: a file is asked only once whether one can go back in it.
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
    """Load what the settings name."""
    if "matplotlib" in settings["preload"]:
        _find_room_for_matplotlib(settings["scratch"])
    for name in (*PRELOAD, *settings["preload"]):
        # Whatever fails here fails again inside the worker, where it is reported as the submission's import error.
        with contextlib.suppress(BaseException):  # some modules end the program that loads them
            importlib.import_module(name)
    if "matplotlib" in settings["preload"] and "matplotlib.pyplot" in sys.modules:
        _do_without_windows(sys.modules["matplotlib.pyplot"])


def _do_without_windows(pyplot: types.ModuleType) -> None:
    """Let whoever asks for a window, as by `matplotlib.use("TkAgg")`, draw into the void like everybody else.

    Where pyplot is loaded already, asking alone raises; and what plots are drawn with is none of our business.
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
    """Where its folder cannot be written to, as in a system's own Python, Matplotlib makes one that nobody removes."""
    folder = os.environ["MPLCONFIGDIR"]
    with contextlib.suppress(OSError):
        os.makedirs(folder, exist_ok=True)
    if not os.access(folder, os.W_OK):
        os.environ["MPLCONFIGDIR"] = os.path.join(scratch, "matplotlib")
        import shutil  # which nobody else needs

        with contextlib.suppress(OSError):  # without its list of fonts it makes another, which takes a second
            shutil.copytree(folder, os.environ["MPLCONFIGDIR"])


def serve(control: socket.socket, box: limits.Box, *, ahead: bool = False) -> None:
    """Hand out a worker for each request until the other side closes the socket.

    The next worker is forked while the grader is busy with others, so that nobody waits for it; and what is left of one
    that was killed is cleared away while nobody asks for anything.
    """
    spare: _Fork | None = _Fork(box, control, ahead)
    alive: dict[int, _Fork] = {}
    killed: list[_Fork] = []
    # Not select.select, which takes no descriptor above 1,023: whoever starts us for a class may have more.
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
                # Sent only now: when the grader hears of the end, nothing of the worker is left, its folder included.
                control.sendall(ended)
    finally:
        left = (*filter(None, [spare]), *alive.values(), *killed)
        for one in left:
            one.kill()
        for one in left:  # which have died side by side
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
        """Give the grader its ends of the wire and of the output, and keep none."""
        socket.send_fds(control, [STARTED.pack(self.pid)], self._ends)
        self._close_ends()

    def kill(self) -> None:
        """Kill the worker, and wait for nothing."""
        if not self._ended:
            _kill(self.pid)

    def end(self, patience_s: float) -> bytes:
        """Kill the worker and whatever it started, and reap it. How it ended is remembered."""
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
    """Wait status of a worker, whether it had ended before we killed it, and how much memory it held at most."""
    deadline = time.monotonic() + patience_s
    while not (ended := _has_ended(pid)) and time.monotonic() < deadline:
        time.sleep(0.001)
    _kill(pid)
    _, status, usage = os.wait4(pid, 0)
    if uid is not None and might_have_forked:
        _kill_user(uid)
    return status, ended, usage.ru_maxrss


def _kill(pid: int) -> None:
    """Kill a worker that was not reaped yet: until then nobody else can have its number, nor its group's."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    # Before the worker has called setsid there is no group of its own to kill.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _has_ended(pid: int) -> bool:
    """Whether a child has ended, without reaping it."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return False  # macOS before Python 3.13: then its end shows as a kill of ours


def _kill_user(uid: int) -> None:
    """Kill every process of this user id, which nobody but the worker ever had."""
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
        return any(entry.name.isdigit() and entry.stat().st_uid == uid for entry in os.scandir("/proc"))
    except OSError:
        return True  # no /proc, or a process went while we looked: kill to be sure
