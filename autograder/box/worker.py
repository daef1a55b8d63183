"""A worker: enters its box, imports the submission, and answers calls until it is killed.

It may import the other modules of `box`, NumPy, and the standard library; nothing that knows an answer.
"""

import base64
import contextlib
import gc
import importlib.machinery
import linecache
import marshal
import mmap
import os
import signal
import socket
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import limits, shared, wire
from .call import call_named, describe_exception
from .lent import Lent

with contextlib.suppress(ImportError):  # Windows has neither fcntl nor the fork that needs it
    import fcntl

# Maximum length, in base64, of compiled code that is sent to later workers. They compile a longer program themselves,
# because a message could not hold it.
MAX_CODE = 1 << 15


def begin(
    box: limits.Box, uid: int | None, folder: str, connection: int, output: int, memory: int | None, ahead: bool
) -> None:
    """Become a worker; never returns."""
    try:
        gc.enable()
        arguments = None if memory is None else mmap.mmap(memory, shared.SIZE)
        live(box, uid, folder, _own_descriptors(connection, output), arguments, ahead=ahead)
    except BaseException:
        # The grader reads this as part of what the worker printed, and shows it to the instructor as our fault.
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        # Not sys.exit: a submission's exit handlers must not run.
        os._exit(1)


def live(
    box: limits.Box,
    uid: int | None,
    folder: str,
    descriptor: int,
    arguments: mmap.mmap | None = None,
    *,
    ahead: bool = False,
) -> None:
    """Enter the box, report it, and serve until the grader closes the wire. Never returns."""

    def read(count: int) -> bytes:
        return os.read(descriptor, count)

    def write(part: memoryview) -> int:
        return os.write(descriptor, part)

    if sys.platform == "win32":  # only recv can read a socket there; elsewhere, workers make no socket calls
        connection = socket.socket(fileno=descriptor)
        read, write = connection.recv, connection.send
    try:
        state = box.enter(uid, folder)
    except limits.Refused as error:
        wire.write_blocking(write, wire.pack({"outcome": "refused", "message": str(error)}))
        os._exit(1)
    if "tempfile" in sys.modules:  # it may have chosen its folder before the fork
        vars(sys.modules["tempfile"])["tempdir"] = None
    if sys.platform != "win32":
        # Close all descriptors but the wire and those that the box needs.
        below = 2
        for kept in (descriptor, *box.kept):
            os.closerange(below + 1, kept)
            below = kept
        os.closerange(below + 1, 256)
    wire.write_blocking(write, wire.pack({"outcome": "ready", "protections": state}))
    worker = Worker(read, write, arguments)
    if ahead:
        worker.rehearse()
    # MemoryError: the program has kept all that there is. What `begin` prints would be taken for the program's output.
    with contextlib.suppress(wire.Closed, ConnectionError, MemoryError):
        worker.serve()
    os._exit(0)


def _own_descriptors(connection: int, output: int) -> int:
    """Set up a worker's descriptors: 0 is empty, 1 and 2 are the output, 3 is the wire. Return that of the wire."""
    # Both are moved out of the way of 0 to 3 first.
    connection, output = (fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10) for descriptor in (connection, output))
    open_empty_input()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(connection, 3)
    return 3


def open_empty_input() -> None:
    """Open an empty input as descriptor 0, for this process alone.

    Processes that share an open file share its flags, through which a worker could signal the next one.
    """
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)


class _Interrupted(BaseException):
    """Raised in an import whose time is up, of which what it has defined is graded."""


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
        self._is_asking = False
        self._is_late = False
        """Whether the time of an import that may be interrupted was up while it was asking."""

    def rehearse(self) -> None:
        """Run through one call before the submission is loaded.

        A forked process copies each page of memory that it is the first to write to. This way, it copies them while
        the grader is busy with another worker, and not while the grader waits for an answer.
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
            except BaseException as error:  # the text is not Python, or a signal handler of the program interrupts us
                reply, values = describe_exception(error, self._file, self._companions), []
            with contextlib.suppress(Exception):  # a submission may have closed or replaced them
                sys.stdout.flush()
                sys.stderr.flush()
            self._write({**reply, "request": self._request}, values)

    def _write(self, head: dict[str, Any], arrays: list[np.ndarray]) -> None:
        wire.write_blocking(self._write_some, wire.pack(head, arrays))

    def _compile(self, head: dict[str, Any], _: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Compile the submission's text before any of it runs, for this worker and later ones."""
        self._file = head["file"]
        self._code = compile(head["text"], self._file, "exec", dont_inherit=True)
        code = base64.b64encode(marshal.dumps(self._code)).decode("ascii")
        return {"outcome": "compiled", "code": code if len(code) <= MAX_CODE else ""}, []

    def _load(self, head: dict[str, Any], _: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Import the submission's text, with stand-ins for the functions that the request names."""
        self._file = head["file"]
        sys.argv[:], sys.orig_argv[:] = [self._file], [self._file]
        name = self._file.removesuffix(".py")
        text = head["text"]
        linecache.cache[self._file] = (lambda: text,)  # split into lines only when they are needed
        module = types.ModuleType(name)
        module.__file__ = self._file
        # Registered before it runs: a dataclass with postponed annotations looks up its module there.
        sys.modules[name] = module
        self._module = module
        self._companions = tuple(head["companions"])
        lent = Lent(head["stand_ins"], self._ask)
        if head["companions"]:
            sys.meta_path.insert(0, _Companions(head["companions"], self._run_companion, lent))
        try:
            if self._code is None and head["code"]:
                self._code = marshal.loads(base64.b64decode(head["code"]))  # noqa: S302, another worker's, in its box
            if self._code is None:
                self._code = compile(text, self._file, "exec", dont_inherit=True)
            with self._interrupted_after(head["keep_after_s"]):
                lent.run(self._code, module.__dict__)
        except BaseException as error:
            if not (head["keep_after_s"] and isinstance(error, (Exception, SystemExit, _Interrupted))):
                return describe_exception(error, self._file, self._companions), []
            lent.add_missing(module.__dict__)
        return {"outcome": "loaded"}, []

    @contextlib.contextmanager
    def _interrupted_after(self, limit_s: float) -> Iterator[None]:
        """Interrupt the block after so many seconds, 0 for never, but not while a question waits for its answer.

        Otherwise, the answer would be read as the next request. Windows has no such signal: the import then hangs.
        """
        if not limit_s or not hasattr(signal, "setitimer"):
            yield
            return

        def interrupt(*_: object) -> None:
            if not self._is_asking:
                raise _Interrupted
            self._is_late = True

        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, limit_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _run_companion(self, file: str, text: str, names: dict[str, Any], lent: Lent) -> None:
        """Run another file of the same student, which the program imports.

        If functions are lent, a file that raises has already cost its points, so whatever it had defined is kept.
        """
        linecache.cache[file] = (lambda: text,)
        try:
            lent.run(compile(text, file, "exec", dont_inherit=True), names)
        except (Exception, SystemExit, _Interrupted):
            if not lent.parameters:
                raise
            lent.add_missing(names)

    def _ask(self, function: str, arguments: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        self._is_asking = True
        try:
            self._write({"outcome": "asks", "function": function, "request": self._request}, arguments)
            answer = wire.read_blocking(self._read)
        finally:
            self._is_asking = False
        if self._is_late:
            self._is_late = False
            raise _Interrupted
        return answer

    def _call(self, head: dict[str, Any], arrays: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        if head["places"] is not None:
            assert self._arguments is not None
            arrays = [shared.at(self._arguments, *place) for place in head["places"]]
        else:
            arrays = [array.copy() for array in arrays]
        # Integer arguments are copied to int64: only float64 crosses the wire.
        arrays = [array.astype(np.int64) if i in head["whole"] else array for i, array in enumerate(arrays)]
        arguments = [array.item() if i in head["scalars"] else array for i, array in enumerate(arrays)]
        return call_named(self._module, head["function"], arguments, head["returns"], self._file, self._companions)


class _Companions:
    """Finds the other files of the same student; one that is never imported is never run.

    It is a finder and a loader as `importlib.abc` describes them, but does not import it: that loads a dozen modules.
    """

    def __init__(
        self, texts: dict[str, str], run: Callable[[str, str, dict[str, Any], Lent], None], lent: Lent
    ) -> None:
        self._texts = texts
        self._run = run
        self._lent = lent

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of the file with this name, or None."""
        file = f"{name}.py"
        return importlib.machinery.ModuleSpec(name, self, origin=file) if file in self._texts else None  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Return None: Python then makes a plain module."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the file."""
        file = f"{module.__name__}.py"
        module.__file__ = file
        self._run(file, self._texts[file], module.__dict__, self._lent)
