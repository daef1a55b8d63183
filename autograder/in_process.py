"""A submission in this very process, as at a student's home: imported anew for each case, and called as it is."""

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
from .submission import Submission

# Characters of output that are kept; a message shows far less.
MAX_PRINTED = 4000
# What pytest's debugger says of `q`, which means the whole run and not this check alone.
QUIT = "Quitting debugger"


class InProcess:
    """A submission imported into this very process.

    Args:
        path: where it lies; other files there that it imports are read anew as well, and are all it can import there.
    """

    def __init__(self, submission: Submission, path: Path) -> None:
        self._file = str(path)
        self._others = [str(path.with_name(name)) for name in submission.companions]
        self._module = types.ModuleType(path.stem)
        self._module.__file__ = self._file
        self._module.__package__ = ""  # else Python warns of a relative import before it refuses it
        self._streams = _Echo(sys.stdout), _Echo(sys.stderr)
        self._printed = ""
        self._beside = _Beside(path, submission.companions)
        self._beside.forget()
        sys.modules[path.stem] = self._module
        # One for all calls, as a worker has it.
        self._folder = tempfile.mkdtemp()
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        try:
            with self._listening(), self._beside.alone(), self._in_its_folder():
                exec(compile(submission.text, self._file, "exec", dont_inherit=True), self._module.__dict__)  # noqa: S102
        except pytest.exit.Exception:
            raise
        except (Exception, SystemExit) as error:  # exit() at the end of a file is usual; Ctrl-C still stops
            raise failure(describe_exception(error, self._file, self._others), "") from None

    @property
    def printed(self) -> str:
        """What the program printed, also while it was imported. pytest -s shows it at once."""
        return self._printed

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call one function of the submission.

        Raises:
            CallFailed: it raised, is missing, or returned no numbers.
        """
        given = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        with self._listening(), self._beside.alone(), self._in_its_folder():
            head, arrays = call_named(
                self._module, function.name, given, len(function.returns), self._file, self._others
            )
        if head.get("type") == "KeyboardInterrupt":  # Ctrl-C at home means stop
            own = [(Path(self._file).name, number) for number, _ in head["lines"][-1:]]
            places = [head["elsewhere"]] if head["elsewhere"] else own
            where = "".join(f", at line {number} of {name}" for name, number in places)
            raise KeyboardInterrupt(f"{function.name} was running{where}")
        if (head.get("type"), head.get("message")) == ("Exit", QUIT):
            pytest.exit(QUIT)
        return returned(head, arrays, function, len(given))

    def uses(self, name: str, others: Iterable[str]) -> set[str]:
        """Which of the functions named `others` a function calls, itself or through others of the program."""
        try:
            found = _globals_of(vars(self._module).get(name), vars(self._module), set())
        except Exception:  # an object of the program's may raise at every look at it
            return set()
        return found.intersection(others) - {name}

    @contextlib.contextmanager
    def _in_its_folder(self) -> Iterator[None]:
        """Let the name of a file mean what it will when the program is graded, where data/ does not lie beside it."""
        before = os.getcwd()
        os.chdir(self._folder)
        try:
            yield
        finally:
            os.chdir(before)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Keep what is printed, standard output before standard error; nobody is at the keyboard: as in a worker."""
        out, err = self._streams
        stdin, argv = sys.stdin, sys.argv
        sys.argv = [self._file]  # what pytest was asked for, as by -k, is no word for the program
        # Where pytest takes the keyboard away it says so in words of its own. With -s, for a debugger, it is there.
        if type(stdin).__module__.startswith("_pytest"):
            sys.stdin = io.StringIO("")
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                yield
        finally:
            sys.stdin, sys.argv = stdin, argv
        self._printed = (self._printed + out.take() + err.take())[:MAX_PRINTED]


class _Beside(importlib.abc.MetaPathFinder):
    """Finds, of all that lies beside a program, the files that it may import: when it is graded there is nothing else.

    The folder is usually searched, by pytest's doing or Python's, and so is checks/, where a folder would pass for the
    module of its name.
    """

    def __init__(self, path: Path, companions: Iterable[str]) -> None:
        self._folder = Path(os.path.realpath(path.parent))
        self._files = {name.removesuffix(".py"): path.with_name(name) for name in companions}
        self._known = {path.stem, *self._files}
        self._here: dict[str, bool] = {}
        """What of sys.path lies here: the program is called a hundred times, and links take long to follow."""

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """The file of this name, if it is one of them and there."""
        path = self._files.get(name)
        return None if path is None or not path.is_file() else importlib.util.spec_from_file_location(name, path)

    def forget(self) -> None:
        """Have them read as they are now."""
        for name in self._files:
            sys.modules.pop(name, None)
        importlib.invalidate_caches()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let nothing else be found in the folder, or among the modules that somebody has loaded from there."""
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
        """Other modules that were loaded from the folder, and what is in them."""
        beside = {name.removesuffix(".py") for name in os.listdir(self._folder)} - self._known
        own = {name for name in beside.intersection(sys.modules) if self._holds(name, sys.modules[name])}
        if not own:
            return {}
        return {name: module for name, module in sys.modules.items() if name.partition(".")[0] in own}

    def _holds(self, name: str, module: types.ModuleType) -> bool:
        here = {str(self._folder / f"{name}.py"), str(self._folder / name)}
        places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        return not here.isdisjoint(map(os.path.realpath, places))


class _Echo:
    """A standard stream that also keeps what is written to it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._kept: list[str] = []
        self._room = MAX_PRINTED
        self.buffer = _Bytes(self)
        """A program may wrap it in a stream of its own, and closing that must not close the terminal's."""

    def detach(self) -> "_Bytes":
        """What a program that goes on with the bytes alone writes to; what lies below is not ours to give away."""
        return self.buffer

    def fileno(self) -> int:
        """A number that a program may open a stream of its own on, and close."""
        return os.dup(self._stream.fileno())

    def write(self, text: str) -> int:
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        # A terminal that lacks a letter is no reason to end the program.
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def take(self) -> str:
        """What was written since the last time; lone surrogates as a worker sends them."""
        text, self._kept = "".join(self._kept), []
        return text.encode("utf-8", "backslashreplace").decode("utf-8")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Bytes(io.RawIOBase):
    """What is written to the bytes below a standard stream."""

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
    """Names of the module that a function reads while it runs, and those that these read."""
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
    # What a decorator has wrapped is one of the values that the function around it holds.
    held = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    for value in [*held, *(module.get(name) for name in found)]:
        found = found | _globals_of(value, module, seen)
    return found
