"""Refuse a program at home what a worker refuses it: threads, other processes, a network, and its owner's other files.

Otherwise it would pass here and fail on Gradescope. It gets the exceptions that it would get there, so that the same
messages name the cause. Nothing is made safe by this, and nothing needs to be: it is the student's own program.
"""

import contextlib
import errno
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

# Audit events (PEP 578) of what the filter of system calls refuses in a worker.
STARTS = {"os.fork", "os.forkpty", "os.posix_spawn", "socket.__new__", "subprocess.Popen"}
# Audit events that begin with the path of a file or folder, which grading may not have.
USES = {"open", "os.chdir", "os.listdir", "os.scandir"}
# Packages that do what a program asks them to do. Any other library has its own reasons, such as its cache.
ITS_OWN = sys.stdlib_module_names | {"numpy", "scipy"}
# How threads start: Python 3.10 and 3.11 have no event for it.
THREADS = ("_start_new_thread", "_start_joinable_thread")
# Modules of Python that may do anything, because they import, show source lines, or debug.
FREE = {"_frozen_importlib", "_frozen_importlib_external", "bdb", "importlib", "inspect", "linecache", "pdb"}


class Refused:
    """Refuses the code in some files what grading refuses it.

    Args:
        files: the program, and its companions.
        folder: its own folder, in which it may do what it likes.
    """

    _active: "Refused | None" = None
    _is_watching = False

    def __init__(self, files: Collection[str], folder: str) -> None:
        self._files = set(files)
        self._theirs = {os.path.realpath(os.path.dirname(file)) for file in files}
        self._open = _real(folder, sys.prefix, sys.base_prefix)
        self._temporary = _real(tempfile.gettempdir())
        self._home = _real(os.path.expanduser("~")) - {os.path.sep}

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """Refuse it in the block."""
        if not Refused._is_watching:  # only once: a hook cannot be removed
            Refused._is_watching = True
            sys.addaudithook(_watch)
        starts = {name: getattr(threading, name) for name in THREADS if hasattr(threading, name)}
        before, Refused._active = Refused._active, self
        for name, start in starts.items():
            setattr(threading, name, self._unless_asked(start))
        try:
            yield
        finally:
            Refused._active = before
            for name, start in starts.items():
                setattr(threading, name, start)

    def look(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise what a worker's system would raise.

        Raises:
            PermissionError: for a process or a network.
            FileNotFoundError: for a file or folder of its owner's, which is not there in grading.
        """
        if event in USES:
            path = arguments[0]
            if isinstance(path, (str, bytes, os.PathLike)) and self._asked() and self._is_missing(path):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        elif event in STARTS and self._asked():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def _unless_asked(self, start: Callable[..., Any]) -> Callable[..., Any]:
        def start_thread(*arguments: Any, **keywords: Any) -> Any:
            if self._asked():
                raise RuntimeError("can't start new thread")
            return start(*arguments, **keywords)

        return start_thread

    def _is_missing(self, path: str | bytes | os.PathLike[Any]) -> bool:
        """Return whether a path leads to a place that grading does not have."""
        real = os.path.realpath(os.fsdecode(path))
        for places, missing in ((self._open, False), (self._theirs, True), (self._temporary, False)):
            if _lies_in(real, places):
                return missing
        return _lies_in(real, self._home)

    def _asked(self) -> bool:
        """Return whether the program itself is asking, or Python, NumPy or SciPy on its behalf."""
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001, documented
        while frame is not None and frame.f_code.co_filename not in self._files:
            package = str(frame.f_globals.get("__name__")).partition(".")[0]
            if frame.f_code.co_filename != __file__ and (package in FREE or package not in ITS_OWN):
                return False
            frame = frame.f_back
        return frame is not None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    active = Refused._active  # noqa: SLF001
    if active is not None:
        active.look(event, arguments)


def _real(*folders: str) -> set[str]:
    return set(map(os.path.realpath, folders))


def _lies_in(path: str, folders: set[str]) -> bool:
    return any(os.path.join(path, "").startswith(os.path.join(folder, "")) for folder in folders)
