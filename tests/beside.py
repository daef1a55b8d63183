"""Grades the programs that tests ask for beside the tests, from the beginning of the run, each once.

One at a time while other tests need the other processors, and as many as there are processors once a test waits for
one. In processes of their own: many a test changes what a grading in this process would find. Extra credit, two hundred
programs with trainings of thousands of steps, is graded as in a class, where right answers are remembered.

    python -m tests.beside      reads pickled programs, answers each with its pickled grade
"""

import concurrent.futures
import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.outcome import Grade
from autograder.station import Station

from . import processes
from .bank import ROOT, Program


class Beside:
    """The grades of these programs, which are begun in their order.

    Args:
        begin: waited for before the first is begun; set here, too, as soon as a test waits for a grade.
        done: called, in another thread, when the last is begun or done.
    """

    def __init__(self, programs: Iterable[Program], begin: threading.Event, done: Callable[[], None]) -> None:
        programs = list(programs)
        self._begin, self._done = begin, done
        self._grades = {program.folder: concurrent.futures.Future[Grade]() for program in programs}
        self._waiting: queue.SimpleQueue[Program] = queue.SimpleQueue()
        for program in programs:
            self._waiting.put(program)
        self._lanes: list[tuple[subprocess.Popen[bytes], threading.Thread]] = []
        self._open_lane()

    def grade_of(self, program: Program) -> Grade:
        """The grade of one of them, waited for if need be."""
        self._begin.set()
        future = self._grades[program.folder]
        while not future.done() and len(self._lanes) < (os.cpu_count() or 1) and not self._waiting.empty():
            self._open_lane()
        return future.result()

    def close(self) -> None:
        """Stop what nobody waits for any more."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        self._begin.set()
        for process, thread in self._lanes:
            process.terminate()  # a grading that is on its way ends in order
            thread.join()
            with process, contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            processes.APART.discard(process.pid)

    def _open_lane(self) -> None:
        # A session of its own: Ctrl-C is for the tests, which then close this.
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.beside"], cwd=ROOT, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        processes.APART.add(process.pid)
        thread = threading.Thread(target=self._fill, args=(process,))
        thread.start()
        self._lanes.append((process, thread))

    def _fill(self, process: "subprocess.Popen[bytes]") -> None:
        self._begin.wait()
        with contextlib.suppress(queue.Empty):
            while True:
                program = self._waiting.get_nowait()
                try:
                    pickle.dump(program, process.stdin)
                    process.stdin.flush()
                    self._grades[program.folder].set_result(pickle.load(process.stdout))
                except Exception as error:
                    self._grades[program.folder].set_exception(error)
        self._done()


def main() -> None:
    """Until nobody asks any more, or is there to be answered."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # between two gradings; one that is on its way sees to itself
    with contextlib.suppress(EOFError, BrokenPipeError), contextlib.ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        os.chmod(scratch, 0o711)  # workers pass through it to their own folders
        station = Station(scratch) if hasattr(os, "fork") else None
        if station is not None:
            stack.callback(station.close)
        while True:
            program = pickle.load(sys.stdin.buffer)
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
                reached = program.grade(program.hand_in(Path(place) / program.folder.name), station)
            pickle.dump(reached, sys.stdout.buffer)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
