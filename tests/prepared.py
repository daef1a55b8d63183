"""Makes beside the tests, from the beginning of the run, what takes long to make: the bundle, the image of
tests/container out of it, and the proof of the bundle.

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

# What there is, in the order in which it is made, as the fixtures are named that wait for it.
WHAT = ("archives", "image", "proof")


class Prepared:
    """Some of what there is. It may be read and copied, and must not be changed.

    Args:
        what: some of WHAT; the archives, which all else is made from, always.
        done: called, in another thread, when there is nothing more to make.
    """

    def __init__(self, what: Collection[str], done: Callable[[], None]) -> None:
        shared = Path("/dev/shm")  # in memory where there is room
        roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2 * 2**30
        # No worry about what cannot be removed: whatever was still writing there is being killed.
        self._folder = tempfile.TemporaryDirectory(
            prefix="prepared-", dir=shared if roomy else None, ignore_cleanup_errors=True
        )
        Path(self._folder.name).chmod(0o755)  # graded programs come by
        self._made = {name: concurrent.futures.Future[Any]() for name in what}
        self._done = done
        # A session of its own: Ctrl-C is for the tests, which then close this.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.prepared", self._folder.name, *what],
            cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )  # fmt: skip
        processes.APART.add(self._process.pid)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def archives(self) -> Path:
        """The folder with both archives of the bundle, or the exception that there was, raised again."""
        return self._made["archives"].result()

    def image(self) -> Path:
        """/autograder as setup.sh leaves it; skips or fails the test that asks if setup.sh did not end well."""
        return container.checked(*self._made["image"].result())

    def proof(self) -> tuple[Path, bundle.Proof]:
        """Another bundle of the same sources, in a folder, and what proving it has shown."""
        return self._made["proof"].result()

    def close(self) -> None:
        """Stop what is still being made, and remove it all."""
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
    """Make one after the other."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # which takes a container with it
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
        except Exception:  # it does not travel; what it says does
            return None, RuntimeError(traceback.format_exc())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
