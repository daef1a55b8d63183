"""The zygote and its workers: the only code of ours that shares a process with a student's.

It may import its neighbours in `box`, NumPy and the standard library; nothing that knows an answer.

The zygote listens on one socket. `S` asks for a worker: the answer carries its descriptors, which are the wire, the
pipe it prints to, and memory for the arguments of calls. `L` asks for the last one, after which none is made ready.
`E` kills a worker, and is not answered; `R` leaves one that seems to be dying the time to do so by itself, and the
answer says of what. A closed socket ends everything. Where there is no fork, `main_alone` is the one worker of an
interpreter started for it; for a class, `main_template` is loaded once and forked into a zygote for each submission.
"""

import base64
import contextlib
import functools
import gc
import importlib
import importlib.machinery
import inspect
import io
import json
import linecache
import marshal
import mmap
import os
import select
import signal
import socket
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import numpy as np

from . import limits, shared, template, wire
from .call import call_named, describe_exception
from .control import ASKED, BY_ITSELF, END, ENDED, KILLED, LARGE, LAST, OVERFULL, REAP, REAP_S, START, STARTED

with contextlib.suppress(ImportError):  # Windows has neither it nor the fork that needs it
    import fcntl

# Loaded before the fork, besides what the settings name: what any submission may come to need when something goes
# wrong, or when it prints, even where the worker's user may not read the interpreter's folder.
PRELOAD = ("encodings.ascii", "encodings.idna", "encodings.latin_1", "traceback")

# A longer program is compiled by each worker anew; a message would not hold it.
MAX_CODE = 1 << 15

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
        _live(box, uid, folder, descriptor)


def _told() -> dict[str, Any]:
    """The settings; what is read here is over for whoever comes after."""
    try:
        settings: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    except ValueError:  # the supervisor was stopped while it wrote: there is nothing to do and nobody to tell
        os._exit(1)
    _open_empty_input()
    return settings


def _open_empty_input() -> None:
    """Lay an empty input on 0, opened for this process alone: those who share an open file share its flags, and a
    worker could leave word in them for the next.
    """
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)


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
            _be_worker(box, self._uid, folder, theirs.detach(), output_end, memory, ahead)
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


def _be_worker(
    box: limits.Box, uid: int | None, folder: str, connection: int, output: int, memory: int | None, ahead: bool
) -> None:
    """Become a worker; never returns."""
    try:
        gc.enable()
        arguments = None if memory is None else mmap.mmap(memory, shared.SIZE)
        _live(box, uid, folder, _own_descriptors(connection, output), arguments, ahead=ahead)
    except BaseException:
        # Read by the grader as part of what the worker printed, and shown to the instructor as our fault.
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        # Not sys.exit: a submission's exit handlers have nothing to say any more.
        os._exit(1)


def _live(
    box: limits.Box,
    uid: int | None,
    folder: str,
    descriptor: int,
    arguments: mmap.mmap | None = None,
    *,
    ahead: bool = False,
) -> None:
    """Enter the box, say so, and serve until the grader closes the wire. Never returns."""

    def read(count: int) -> bytes:
        return os.read(descriptor, count)

    def write(part: memoryview) -> int:
        return os.write(descriptor, part)

    if sys.platform == "win32":  # where only recv reads a socket; everywhere else a worker does without socket calls
        connection = socket.socket(fileno=descriptor)
        read, write = connection.recv, connection.send
    try:
        state = box.enter(uid, folder)
    except limits.Refused as error:
        wire.write_blocking(write, wire.pack({"outcome": "refused", "message": str(error)}))
        os._exit(1)
    if "tempfile" in sys.modules:  # which may have chosen a folder for us, before there was a worker
        vars(sys.modules["tempfile"])["tempdir"] = None
    if sys.platform != "win32":
        below = 2
        for kept in (descriptor, *box.kept):
            os.closerange(below + 1, kept)
            below = kept
        os.closerange(below + 1, 256)
    wire.write_blocking(write, wire.pack({"outcome": "ready", "protections": state}))
    worker = Worker(read, write, arguments)
    if ahead:
        worker.rehearse()
    with contextlib.suppress(wire.Closed, ConnectionError):
        worker.serve()
    os._exit(0)


def _own_descriptors(connection: int, output: int) -> int:
    """Descriptors of a worker: 0 is empty, 1 and 2 are the output, 3 is the wire; no other stays open."""
    # Both are moved out of the way of 1 to 3 first.
    connection, output = (fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10) for descriptor in (connection, output))
    _open_empty_input()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(connection, 3)
    return 3


class Worker:
    """Serves one case: loads the submission, then answers calls until it is killed."""

    def __init__(
        self, read: Callable[[int], bytes], write: Callable[[memoryview], int], arguments: mmap.mmap | None
    ) -> None:
        self._arguments = arguments
        self._read = read
        self._write_some = write
        self._file = ""
        self._companions: tuple[str, ...] = ()
        self._code: types.CodeType | None = None
        self._module: types.ModuleType | None = None
        self._request = 0

    def rehearse(self) -> None:
        """Go once the way of a call, before anything of a submission is here.

        A process that was forked copies each page of memory that it is the first to write to: now, while the grader
        is busy with another worker, and not when it waits for an answer.
        """
        message = wire.pack({"do": "call"}, [np.zeros(2)])
        _, arguments = wire.read_blocking(lambda _: message)
        wire.pack(*call_named(np, "exp", arguments, 1, self._file))

    def serve(self) -> None:
        """Answer requests until the grader closes the wire."""
        answer: dict[str, Callable[..., tuple[dict[str, Any], list[np.ndarray]]]] = {
            "compile": self._compile,
            "load": self._load,
            "call": self._call,
        }
        while True:
            head, arrays = wire.read_blocking(self._read)
            self._request = head["request"]
            try:
                reply, values = answer[head["do"]](head, arrays)
            except BaseException as error:  # the text is no Python, or something of the program's interrupts us
                reply, values = describe_exception(error, self._file, self._companions), []
            with contextlib.suppress(Exception):  # a submission may have closed or replaced them
                sys.stdout.flush()
                sys.stderr.flush()
            self._write({**reply, "request": self._request}, values)

    def _write(self, head: dict[str, Any], arrays: list[np.ndarray]) -> None:
        wire.write_blocking(self._write_some, wire.pack(head, arrays))

    def _compile(self, head: dict[str, Any], _: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Compile the submission's text, before anything of it runs, for the workers after this one as well."""
        self._file = head["file"]
        self._code = compile(head["text"], self._file, "exec", dont_inherit=True)
        code = base64.b64encode(marshal.dumps(self._code)).decode("ascii")
        return {"outcome": "compiled", "code": code if len(code) <= MAX_CODE else ""}, []

    def _load(self, head: dict[str, Any], _: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Import the submission's text, and put the grader's answers in the place of the functions named."""
        self._file = head["file"]
        sys.argv[:], sys.orig_argv[:] = [self._file], [self._file]
        name = self._file.removesuffix(".py")
        text = head["text"]
        linecache.cache[self._file] = (lambda: text,)  # split into lines only if somebody asks
        module = types.ModuleType(name)
        module.__file__ = self._file
        # Registered before it runs: a dataclass with postponed annotations looks itself up there.
        sys.modules[name] = module
        self._module = module
        self._companions = tuple(head["companions"])
        if head["companions"]:
            sys.meta_path.insert(0, _Companions(head["companions"], self._run_companion, head["stand_ins"]))
        try:
            if self._code is None and head["code"]:
                self._code = marshal.loads(base64.b64decode(head["code"]))  # noqa: S302, another worker's, in its box
            if self._code is None:
                self._code = compile(text, self._file, "exec", dont_inherit=True)
            self._execute(self._code, module.__dict__, head["stand_ins"])
        except BaseException as error:
            if not (head["keep"] and isinstance(error, (Exception, SystemExit))):
                return describe_exception(error, self._file, self._companions), []
            self._add_missing(module.__dict__, head["stand_ins"])
        return {"outcome": "loaded"}, []

    def _run_companion(self, file: str, text: str, names: dict[str, Any], stand_ins: dict[str, list[str]]) -> None:
        """Run another file of the same student, which the program imports.

        With functions lent, one that raises has cost its points already: what it had defined until then is there.
        """
        linecache.cache[file] = (lambda: text,)
        try:
            self._execute(compile(text, file, "exec", dont_inherit=True), names, stand_ins)
        except (Exception, SystemExit):
            if not stand_ins:
                raise
            self._add_missing(names, stand_ins)

    def _execute(self, code: types.CodeType, names: dict[str, Any], stand_ins: dict[str, list[str]]) -> None:
        """Run a program in `names`, and replace each function that has a stand-in as soon as it is defined.

        So what is defined further down, a default parameter or an object that holds the function, holds the right one.
        """
        if not stand_ins:
            exec(code, names)  # noqa: S102, in its box
            return
        replacing = _Replacing(names, stand_ins, self._stand_in)
        replacing.place_all()  # what the program does not define, it may call at its end all the same
        exec(code, names, replacing)  # noqa: S102
        for name in stand_ins.keys() & names.keys():  # one that was bound past it, by `global` in a function
            replacing[name] = names[name]
        self._add_missing(names, stand_ins)

    def _add_missing(self, names: dict[str, Any], stand_ins: dict[str, list[str]]) -> None:
        """Put a stand-in where the program defines no such function."""
        for name, parameters in stand_ins.items():
            if not callable(names.get(name)):
                names[name] = self._stand_in(name, parameters, None)

    def _stand_in(self, name: str, parameters: list[str], own: Any) -> Callable[..., Any]:
        """A function that asks the grader: the right formula itself never comes here."""

        def stand_in(*arguments: Any, **options: Any) -> Any:
            positional = _positional(parameters, own, arguments, options)
            if positional is None or (own is not None and any(map(np.iscomplexobj, positional))):
                # A call that the contract does not know, as sigmoid(h, derivative=True) or one with complex numbers,
                # as in a derivative by complex steps, is for the student's own.
                return own(*arguments, **options)
            arrays = [np.asarray(argument, dtype=float) for argument in positional]
            self._write({"outcome": "asks", "function": name, "request": self._request}, arrays)
            head, answers = wire.read_blocking(self._read)
            if head["do"] != "answer":
                # Nor is one with a single row for a table the contract's, or with more numbers than are taken here.
                if own is not None:
                    return own(*arguments, **options)
                raise TypeError(head["message"])
            values = [array.copy()[()] for array in answers]  # a scalar as NumPy's own functions give it
            if positional and isinstance(positional[0], np.matrix):  # of which NumPy's own functions make another
                values = [np.asmatrix(value) if np.ndim(value) == 2 else value for value in values]
            return values[0] if len(values) == 1 else tuple(values)

        if isinstance(own, types.FunctionType):  # whose docstring or parameters a program may ask for
            functools.update_wrapper(stand_in, own)
        stand_in.__name__ = name
        return stand_in if own is None or isinstance(own, types.FunctionType) else _InPlaceOf(own, stand_in)

    def _call(self, head: dict[str, Any], arrays: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        if head["places"] is not None:
            assert self._arguments is not None
            arrays = [shared.at(self._arguments, *place) for place in head["places"]]
        else:
            arrays = [array.copy() for array in arrays]
        # A copy of what is whole: what crosses is float64.
        arrays = [array.astype(np.int64) if i in head["whole"] else array for i, array in enumerate(arrays)]
        arguments = [array.item() if i in head["scalars"] else array for i, array in enumerate(arrays)]
        return call_named(self._module, head["function"], arguments, head["returns"], self._file, self._companions)


class _InPlaceOf:
    """A stand-in for an object, of which others may want more than to call it, as the slope of a sigmoid.

    What they want is looked up when they do: a property may take long, raise, or end the process.
    """

    def __init__(self, own: Any, stand_in: Callable[..., Any]) -> None:
        self.__own = own
        self.__stand_in = stand_in
        self.__name__ = stand_in.__name__

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.__stand_in(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what it is to Python itself, as an array or a number
            raise AttributeError(name)
        return getattr(self.__own, name)


class _Companions:
    """Finds the other files of the same student; one that is never imported is never run.

    A finder and a loader as `importlib.abc` describes them, but not by its classes: it loads a dozen modules.
    """

    def __init__(
        self,
        texts: dict[str, str],
        run: Callable[[str, str, dict[str, Any], dict[str, list[str]]], None],
        stand_ins: dict[str, list[str]],
    ) -> None:
        self._texts = texts
        self._run = run
        self._stand_ins = stand_ins

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """The file of this name, if there is one."""
        file = f"{name}.py"
        return importlib.machinery.ModuleSpec(name, self, origin=file) if file in self._texts else None  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """A plain one."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the file."""
        file = f"{module.__name__}.py"
        module.__file__ = file
        self._run(file, self._texts[file], module.__dict__, self._stand_ins)


class _Replacing(MutableMapping[str, Any]):
    """The names of a module while it runs; each function that has a stand-in is replaced when it is bound."""

    def __init__(
        self,
        names: dict[str, Any],
        stand_ins: dict[str, list[str]],
        stand_in: Callable[[str, list[str], Any], Callable[..., Any]],
    ) -> None:
        self._names = names
        self._stand_ins = stand_ins
        self._stand_in = stand_in
        self._placed: list[Any] = []

    def place_all(self) -> None:
        """Have the stand-ins there before anything is bound."""
        for name in self._stand_ins:
            self._names[name] = self._made(name, None)

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._stand_ins and callable(value) and not any(value is placed for placed in self._placed):
            own, value = value, self._made(name, value)
            self._replace(own, value)
        self._names[name] = value

    def _made(self, name: str, own: Any) -> Callable[..., Any]:
        made = self._stand_in(name, self._stand_ins[name], own)
        self._placed.append(made)
        return made

    def _replace(self, own: Any, stand_in: Any) -> None:
        """Where `sigmoid = net.sigmoid` has its function from, in a class or under another name, others call it."""
        function = own.__func__ if type(own) is types.MethodType else own
        if type(function) is not types.FunctionType:
            return
        for other, value in list(self._names.items()):
            if value is function:
                self._names[other] = stand_in
            elif issubclass(type(value), type):
                # Past a metaclass, which may have ideas of its own about what a class holds.
                for attribute, held in list(type.__dict__["__dict__"].__get__(value).items()):
                    if (held.__func__ if type(held) in (staticmethod, classmethod) else held) is function:
                        type.__setattr__(value, attribute, staticmethod(stand_in))

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def __delitem__(self, name: str) -> None:
        del self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _positional(
    parameters: list[str], own: Any, arguments: tuple[Any, ...], options: dict[str, Any]
) -> list[Any] | None:
    """The arguments of a call in the contract's order; None for a call that the contract does not know."""
    rest = parameters[len(arguments) :]
    by_name = [*arguments, *(options[name] for name in rest if name in options)]
    if own is None or not (options or rest or len(arguments) > len(parameters)):
        return by_name
    try:
        signature = inspect.signature(own)
        bound = signature.bind(*arguments, **options).arguments
    except Exception:  # an object of the program's may raise what it likes, and from Python 3.14 on an annotation may
        return None
    own_names = signature.parameters
    if options.keys() <= set(rest) and any(one.kind is one.VAR_KEYWORD for one in own_names.values()):
        given = by_name  # a wrapper, which hands on what comes
    else:
        names = (name for name, one in own_names.items() if one.kind is not one.KEYWORD_ONLY or name in parameters)
        first = [*names][: len(parameters)]
        # Who says sigmoid(z, derivative=False) says no more than sigmoid(z).
        if not all(_is(value, own_names[name].default) for name, value in bound.items() if name not in first):
            return None
        given = []
        for name in first:
            several = own_names[name].kind is inspect.Parameter.VAR_POSITIONAL
            given += bound.get(name, ()) if several else [bound[name]] if name in bound else []
    return given if len(given) == len(parameters) else None


def _is(value: Any, default: Any) -> bool:
    """Whether a value is a default: the same object, or a plain number or text that equals it."""
    return value is default or (type(value) is type(default) and type(value) in (int, float, str) and value == default)
