"""A submission in this process, as on a student's computer: imported anew for each case, and called directly."""

import contextlib
import dis
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import shutil
import sys
import tempfile
import types
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .assignment import Function
from .backend import Returned, failure, returned
from .box.call import call_named, describe_exception
from .refused import Refused
from .submission import Submission

# Characters of output that are kept; a message shows far less.
MAX_PRINTED = 4000
# The message with which pytest's debugger answers `q`, which ends the whole run and not only this check.
QUIT = "Quitting debugger"


class InProcess:
    """A submission imported into this process.

    Args:
        path: its file. Its companions in the same folder are read anew as well, and are all it can import from there.
    """

    def __init__(self, submission: Submission, path: Path) -> None:
        self._file = str(path)
        self._others = [str(path.with_name(name)) for name in submission.companions]
        self._module = types.ModuleType(path.stem)
        self._module.__file__ = path.name  # as in a worker, where no other file lies beside it
        self._module.__package__ = ""  # otherwise Python warns about a relative import before it refuses it
        self._streams = _Echo(sys.stdout), _Echo(sys.stderr)
        self._printed = ""
        self._beside = _Beside(path, submission.companions)
        self._beside.forget()
        sys.modules[path.stem] = self._module
        # One folder for all calls, as in a worker.
        self._folder = tempfile.mkdtemp()
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._refused = Refused([self._file, *self._others], self._folder)
        try:
            with self._as_in_grading():
                exec(compile(submission.text, self._file, "exec", dont_inherit=True), self._module.__dict__)  # noqa: S102
        except pytest.exit.Exception:
            raise
        except (Exception, SystemExit) as error:  # exit() at the end of a file is common; Ctrl-C still stops
            raise failure(describe_exception(error, self._file, self._others), "") from None

    @property
    def printed(self) -> str:
        """What the program has printed, including during its import. pytest -s also shows it at once."""
        return self._printed

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call one function of the submission.

        Raises:
            CallFailed: the function raised, is missing, or did not return numbers.
        """
        given = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        with self._as_in_grading():
            head, arrays = call_named(
                self._module, function.name, given, len(function.returns), self._file, self._others
            )
        if head.get("type") == "KeyboardInterrupt":  # Ctrl-C on a student's computer means stop
            own = [(Path(self._file).name, number) for number, _ in head["lines"][-1:]]
            places = [head["elsewhere"]] if head["elsewhere"] else own
            where = "".join(f", at line {number} of {name}" for name, number in places)
            raise KeyboardInterrupt(f"{function.name} was running{where}")
        if (head.get("type"), head.get("message")) == ("Exit", QUIT):
            pytest.exit(QUIT)
        return returned(head, arrays, function)

    def uses(self, name: str, others: Iterable[str]) -> set[str]:
        """Return which of the functions in `others` a function calls, directly or through others of the program."""
        try:
            found = _globals_of(vars(self._module).get(name), vars(self._module), set())
        except Exception:  # an object of the program may raise whenever it is inspected
            return set()
        return found.intersection(others) - {name}

    @contextlib.contextmanager
    def _as_in_grading(self) -> Iterator[None]:
        with self._listening(), self._beside.alone(), self._in_its_folder(), self._refused.here():
            yield

    @contextlib.contextmanager
    def _in_its_folder(self) -> Iterator[None]:
        """Run in a temporary folder, so that file names mean what they mean in grading, where data/ is not at hand."""
        before = os.getcwd()
        os.chdir(self._folder)
        try:
            yield
        finally:
            os.chdir(before)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Capture what is printed, standard output before standard error, and offer no keyboard, as in a worker."""
        out, err = self._streams
        stdin, argv = sys.stdin, sys.argv
        sys.argv = [Path(self._file).name]  # pytest's own arguments, such as -k, are not meant for the program
        # Where pytest replaces standard input, reading it fails with pytest's own message. With -s, a debugger needs
        # the keyboard.
        if type(stdin).__module__.startswith("_pytest"):
            sys.stdin = io.StringIO("")
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                yield
        finally:
            sys.stdin, sys.argv = stdin, argv
        self._printed = (self._printed + out.take() + err.take())[:MAX_PRINTED]


class _Beside(importlib.abc.MetaPathFinder):
    """Finds the companions of a program, the only files in its folder that it may import: grading has no others.

    pytest or Python usually has the folder in `sys.path`, and checks/, too, where any folder could be imported as a
    module of its name.
    """

    def __init__(self, path: Path, companions: Iterable[str]) -> None:
        self._folder = Path(os.path.realpath(path.parent))
        self._files = {name.removesuffix(".py"): path.with_name(name) for name in companions}
        self._known = {path.stem, *self._files}
        self._here: dict[str, bool] = {}
        """Entry of sys.path -> whether it is this folder or lies in checks/. A cache: the program is called a hundred
        times, and following links is slow."""

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of the companion of this name, if its file exists."""
        path = self._files.get(name)
        if path is None or not path.is_file():
            return None
        return importlib.util.spec_from_file_location(name, path, loader=_FromSource(name, str(path)))

    def forget(self) -> None:
        """Make the next import of each companion read its file anew."""
        for name in self._files:
            sys.modules.pop(name, None)
        importlib.invalidate_caches()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hide everything else in the folder, and the modules that others have loaded from there."""
        searched, hidden = list(sys.path), self._loaded()
        sys.path[:] = [entry for entry in searched if not self._is_here(entry)]
        sys.meta_path.insert(0, self)
        for name in hidden:
            del sys.modules[name]
        try:
            yield
        finally:
            with contextlib.suppress(ValueError):  # the program may have removed it
                sys.meta_path.remove(self)
            sys.path[:] = [*searched, *(entry for entry in sys.path if entry not in searched)]
            sys.modules.update(hidden)

    def _is_here(self, entry: str) -> bool:
        if entry not in self._here:
            path = Path(os.path.realpath(entry))
            checks = self._folder / "checks" in (path, *path.parents) and path.is_dir()
            self._here[entry] = checks or path == self._folder
        return self._here[entry]

    def _loaded(self) -> dict[str, types.ModuleType]:
        """Return the other modules that were loaded from the folder, and their submodules."""
        beside = {name.removesuffix(".py") for name in os.listdir(self._folder)} - self._known
        own = {name for name in beside.intersection(sys.modules) if self._holds(name, sys.modules[name])}
        if not own:
            return {}
        return {name: module for name, module in sys.modules.items() if name.partition(".")[0] in own}

    def _holds(self, name: str, module: types.ModuleType) -> bool:
        here = {str(self._folder / f"{name}.py"), str(self._folder / name)}
        places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        return not here.isdisjoint(map(os.path.realpath, places))


class _FromSource(importlib.machinery.SourceFileLoader):
    """Compile the file each time: Python takes old bytecode if it is saved in the same second with the same size."""

    def get_code(self, fullname: str) -> types.CodeType:  # noqa: ARG002, the interface
        """Return the code of the file as it is now."""
        return self.source_to_code(self.get_data(self.path), self.path)


class _Echo:
    """A standard stream that also keeps what is written to it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._kept: list[str] = []
        self._room = MAX_PRINTED
        self.buffer = _Bytes(self)
        """A program may wrap this in a stream of its own; closing that stream must not close the terminal's buffer."""

    def detach(self) -> "_Bytes":
        """Return the buffer, for a program that goes on with bytes alone; the stream below is not ours to give away."""
        return self.buffer

    def fileno(self) -> int:
        """Return a duplicate of the file descriptor, on which a program may open a stream of its own, and close it."""
        return os.dup(self._stream.fileno())

    def write(self, text: str) -> int:
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        # A character that the terminal cannot encode must not end the program.
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def take(self) -> str:
        """Return what was written since the last call, with lone surrogates escaped as a worker sends them."""
        text, self._kept = "".join(self._kept), []
        return text.encode("utf-8", "backslashreplace").decode("utf-8")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Bytes(io.RawIOBase):
    """The buffer of an `_Echo`: decodes the bytes that are written to it, and writes them to the stream."""

    def __init__(self, echo: _Echo) -> None:
        super().__init__()
        self._echo = echo

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        written = bytes(data)
        self._echo.write(written.decode("utf-8", "backslashreplace"))
        return len(written)


def _globals_of(function: Any, module: dict[str, Any], seen: set[int]) -> set[str]:
    """Return the global names that a function reads, and those that the functions behind these names read in turn."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, types.CodeType):  # an object with __call__
        code = getattr(vars(type(function)).get("__call__"), "__code__", None)
    if not isinstance(code, types.CodeType) or id(code) in seen:
        return set()
    seen.add(id(code))
    found: set[str] = set()
    waiting = [code]
    while waiting:
        one = waiting.pop()
        waiting += [constant for constant in one.co_consts if isinstance(constant, types.CodeType)]
        found.update(step.argval for step in dis.get_instructions(one) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    # A function that a decorator has wrapped is one of the values in the wrapper's closure.
    held = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    for value in [*held, *(module.get(name) for name in found)]:
        found = found | _globals_of(value, module, seen)
    return found
