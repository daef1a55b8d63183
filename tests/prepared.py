"""Prepare slow results in a background process, from the start of the run: the bundle, the image that tests/container
makes from it, and the proof of the bundle.

    python -m tests.prepared FOLDER WHAT...      makes them there, answers each with a pickled result and exception
"""

import concurrent.futures
import contextlib
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from autograder.authoring import bundle

from . import processes
from .bank import ROOT
from .container import container

# What can be made, in this order; the fixtures that wait for it have the same names.
WHAT = ("archives", "image", "proof")


class Prepared:
    """The results of the background process. Tests may read and copy them, but must not change them.

    Args:
        what: some of WHAT, always with the archives, which all else is made from.
        done: called in another thread when there is nothing more to make.
    """

    def __init__(self, what: Collection[str], done: Callable[[], None]) -> None:
        shared = Path("/dev/shm")  # a file system in memory
        roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2 * 2**30
        # Errors in the cleanup are ignored, because processes that are being killed may still write there.
        self._folder = tempfile.TemporaryDirectory(
            prefix="prepared-", dir=shared if roomy else None, ignore_cleanup_errors=True
        )
        Path(self._folder.name).chmod(0o755)  # lets programs under grading through
        self._made = {name: concurrent.futures.Future[Any]() for name in what}
        self._done = done
        # In its own session, so that Ctrl-C reaches only the tests, which then close it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.prepared", self._folder.name, *what],
            cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )  # fmt: skip
        processes.APART.add(self._process.pid)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def archives(self) -> Path:
        """Return the folder with both archives of the bundle, or re-raise the exception from building it."""
        return self._made["archives"].result()

    def image(self) -> Path:
        """Return /autograder as setup.sh leaves it; skip or fail the requesting test if setup.sh failed."""
        return container.checked(*self._made["image"].result())

    def proof(self) -> tuple[Path, bundle.Proof]:
        """Return a second bundle of the same sources, in a folder, and the result of proving it."""
        return self._made["proof"].result()

    def close(self) -> None:
        """Stop what is still being made, and remove everything."""
        self._process.terminate()
        self._thread.join()
        self._process.wait()
        processes.APART.discard(self._process.pid)
        self._folder.cleanup()

    def _listen(self) -> None:
        with self._process.stdout:
            for made in self._made.values():
                try:
                    result, error = pickle.load(self._process.stdout)
                except Exception as broken:
                    result, error = None, broken
                if error is None:
                    made.set_result(result)
                else:
                    made.set_exception(error)
        self._done()


def _archives(folder: Path) -> Path:
    archives = folder / "archives"
    archives.mkdir()
    bundle.build(ROOT, archives)
    return archives


def _image(folder: Path) -> tuple[Path, int, str, float]:
    bundle._unpack(folder / "archives" / bundle.AUTOGRADER, folder / "source")
    return container.run_set_up(folder, folder / "source")


def _proof(folder: Path) -> tuple[Path, bundle.Proof]:
    again = folder / "again"
    again.mkdir()
    bundle.build(ROOT, again)
    return again, bundle.prove(ROOT, again)


def main(folder: Path, *what: str) -> None:
    """Make the results in turn."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # exits normally, so that a running container is stopped too
    makers: dict[str, Callable[[Path], Any]] = {"archives": _archives, "image": _image, "proof": _proof}
    with contextlib.suppress(BrokenPipeError):
        for name in what:
            pickle.dump(_tried(makers[name], folder), sys.stdout.buffer)
            sys.stdout.flush()


def _tried(make: Callable[[Path], Any], folder: Path) -> tuple[Any, Exception | None]:
    try:
        return make(folder), None
    except Exception as error:
        try:
            return None, pickle.loads(pickle.dumps(error))
        except Exception:  # cannot be pickled, so send its traceback as text
            return None, RuntimeError(traceback.format_exc())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
