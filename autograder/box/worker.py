"""A worker: enters its box, imports the submission, and answers calls until it is killed.

With `lent` and `call`, the only code of ours that shares a process with a student's. It may import its neighbours in
`box`, NumPy and the standard library; nothing that knows an answer.
"""

import base64
import contextlib
import gc
import importlib.machinery
import linecache
import marshal
import mmap
import os
import socket
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from . import limits, shared, wire
from .call import call_named, describe_exception
from .lent import Lent

with contextlib.suppress(ImportError):  # Windows has neither it nor the fork that needs it
    import fcntl

# A longer program is compiled by each worker anew; a message would not hold it.
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
        # Read by the grader as part of what the worker printed, and shown to the instructor as our fault.
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        # Not sys.exit: a submission's exit handlers have nothing to say any more.
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
    open_empty_input()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(connection, 3)
    return 3


def open_empty_input() -> None:
    """Lay an empty input on 0, opened for this process alone: those who share an open file share its flags, and a
    worker could leave word in them for the next.
    """
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)


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
        lent = Lent(head["stand_ins"], self._ask)
        if head["companions"]:
            sys.meta_path.insert(0, _Companions(head["companions"], self._run_companion, lent))
        try:
            if self._code is None and head["code"]:
                self._code = marshal.loads(base64.b64decode(head["code"]))  # noqa: S302, another worker's, in its box
            if self._code is None:
                self._code = compile(text, self._file, "exec", dont_inherit=True)
            lent.run(self._code, module.__dict__)
        except BaseException as error:
            if not (head["keep"] and isinstance(error, (Exception, SystemExit))):
                return describe_exception(error, self._file, self._companions), []
            lent.add_missing(module.__dict__)
        return {"outcome": "loaded"}, []

    def _run_companion(self, file: str, text: str, names: dict[str, Any], lent: Lent) -> None:
        """Run another file of the same student, which the program imports.

        With functions lent, one that raises has cost its points already: what it had defined until then is there.
        """
        linecache.cache[file] = (lambda: text,)
        try:
            lent.run(compile(text, file, "exec", dont_inherit=True), names)
        except (Exception, SystemExit):
            if not lent.parameters:
                raise
            lent.add_missing(names)

    def _ask(self, function: str, arguments: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        self._write({"outcome": "asks", "function": function, "request": self._request}, arguments)
        return wire.read_blocking(self._read)

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


class _Companions:
    """Finds the other files of the same student; one that is never imported is never run.

    A finder and a loader as `importlib.abc` describes them, but not by its classes: it loads a dozen modules.
    """

    def __init__(
        self, texts: dict[str, str], run: Callable[[str, str, dict[str, Any], Lent], None], lent: Lent
    ) -> None:
        self._texts = texts
        self._run = run
        self._lent = lent

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
        self._run(file, self._texts[file], module.__dict__, self._lent)
