"""Runs plain `pytest` on programs of the bank, as at home, beside the tests: each once, after all else that is done
there.

One at a time while the tests need the other processors, and as many as there are processors once a test waits for one.
"""

import concurrent.futures
import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from autograder import submission
from autograder.launch import ONE_THREAD

from . import processes
from .bank import ASSIGNMENT, BANK, ROOT, Program

# Case number -> outcome and text; and the page that is printed.
Said = tuple[dict[str, tuple[str, str]], str]


class SaidAtHome:
    """What plain `pytest` says of these programs, which are run in their order.

    Args:
        begin: waited for before the first is run; set here, too, as soon as a test waits for one.
    """

    def __init__(self, programs: Iterable[Program], begin: threading.Event) -> None:
        programs = list(programs)
        self._begin = begin
        self._said = {program.folder: concurrent.futures.Future[Said]() for program in programs}
        self._waiting: queue.SimpleQueue[Program] = queue.SimpleQueue()
        for program in programs:
            self._waiting.put(program)
        self._place = tempfile.TemporaryDirectory(prefix="at-home-")
        # All are started now: a process that comes later would be taken for one of a test.
        self._servers = [_server() for _ in range(os.cpu_count() or 1)]
        self._threads: list[threading.Thread] = []
        self._open_lane()

    def of(self, program: Program) -> Said:
        """What it says of one of them, waited for if need be."""
        future = self._said[program.folder]
        self._begin.set()
        while not future.done() and len(self._threads) < len(self._servers) and not self._waiting.empty():
            self._open_lane()
        return future.result()

    def close(self) -> None:
        """Stop what nobody waits for any more."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        self._begin.set()
        for thread in self._threads:
            thread.join()
        for server in self._servers:
            with server:
                server.stdin.close()
            processes.APART.discard(server.pid)
        self._place.cleanup()

    def _open_lane(self) -> None:
        thread = threading.Thread(target=self._ask, args=(self._servers[len(self._threads)],))
        thread.start()
        self._threads.append(thread)

    def _ask(self, server: "subprocess.Popen[str]") -> None:
        self._begin.wait()
        with contextlib.suppress(queue.Empty):
            while True:
                program = self._waiting.get_nowait()
                try:
                    said = _said_by(server, program, Path(self._place.name) / program.folder.relative_to(BANK))
                    self._said[program.folder].set_result(said)
                except BaseException as error:  # a test waits, whatever it is
                    self._said[program.folder].set_exception(error)


def _server() -> "subprocess.Popen[str]":
    """A process that has loaded NumPy and pytest. Ctrl-C is for the tests, which then close this."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    started = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "at_home.py")], start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**clean, **ONE_THREAD, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    processes.APART.add(started.pid)
    return started


def _said_by(server: "subprocess.Popen[str]", program: Program, folder: Path) -> Said:
    """What it says of one program, in a new folder."""
    shutil.copytree(ROOT / "starter" / "checks", folder / "checks")
    shutil.copy(ROOT / "starter" / "pytest.ini", folder)
    handed_in = program.hand_in(folder / "handed in")
    for name in (program.part.file, *program.part.imports):
        text = submission.read(handed_in, name).text
        (folder / name).write_text(text, encoding="utf-8", newline="")
    asked = [] if program.part is ASSIGNMENT else [f"checks/{program.part.folder.name}"]
    print(json.dumps([str(folder), *asked]), file=server.stdin, flush=True)
    assert server.stdout.readline() == "done\n"
    assert (folder / "said.json").exists(), (folder / "page.txt").read_text() + (folder / "errors.txt").read_text()
    page = (folder / "page.txt").read_text(encoding="ascii")
    return json.loads((folder / "said.json").read_text(encoding="ascii")), page
