"""Dask schedulers and workers for tests, started on this machine as a user would, and the results of a run on them."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from autograder.batch.records import Folder

ROOT = Path(__file__).resolve().parents[2]


class Cluster:
    """A scheduler, and workers that can be added and killed.

    Args:
        place: folder for the workers' files.
    """

    def __init__(self, place):
        self._place = place
        self.scheduler, self.address = self._start(
            ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], r"Scheduler at:\s+(tcp://\S+)", ROOT
        )
        self.workers = []

    def add_worker(self, root=ROOT, code=""):
        """Start a worker in the checkout `root`, or with `code` in place of `python -m dask`. Return its process."""
        command = ["worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        command += ["--local-directory", str(self._place)]
        process, _ = self._start(command, r"(Registered to)", root, ["-c", code] if code else ["-m", "dask"])
        self.workers.append(process)
        return process

    def close(self):
        """Terminate the remaining processes, the scheduler last, because each worker signs off with it."""
        for process in (*self.workers, self.scheduler):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            process.wait(60)
            process.stderr.close()

    def _start(self, command, until, root, how=("-m", "dask")):
        process = subprocess.Popen(
            [sys.executable, *how, *command], cwd=root, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
            text=True, env={**os.environ, "DASK_LOGGING__DISTRIBUTED": "info", "TMPDIR": str(self._place)},
        )  # fmt: skip
        said = []
        for line in process.stderr:
            said.append(line)
            if found := re.search(until, line):
                # Nothing else reads the pipe: drain it, so that it cannot fill up and block the process.
                threading.Thread(target=_drain, args=(process.stderr,), daemon=True).start()
                return process, found[1]
        raise AssertionError("".join(said))


def _drain(stream):
    with contextlib.suppress(ValueError):
        for _ in stream:
            pass


def command(path, out, *options):
    """Return the command line of a batch."""
    return [sys.executable, "-m", "autograder", "batch", str(path), "--out", str(out), *options]


def table(out):
    """Return the output of a batch without values that vary between runs: id -> (journal line, results).

    Asserts that no submission is in the journal twice.
    """
    folder, found = Folder(Path(out)), {}
    for line in folder.journal.read_text(encoding="ascii").splitlines():
        plain = _timeless(json.loads(line))
        assert plain["id"] not in found
        found[plain["id"]] = plain, _timeless(folder.results_of(plain["id"]))
    return found


def _timeless(plain):
    if isinstance(plain, dict):
        return {key: _timeless(value) for key, value in plain.items() if key not in ("seconds", "execution_time")}
    return [_timeless(one) for one in plain] if isinstance(plain, list) else plain
