"""Grades the programs that tests ask for beside the tests, from the beginning of the run, each once.

In processes of their own: many a test changes what a grading in this process would find. As in a class, where cases are
collected once and right answers are remembered; hostile programs as on Gradescope, by new processes.

    python -m tests.beside      reads pickled programs, answers each with its pickled grade
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.batch.station import Station
from autograder.outcome import Grade

from .bank import HOSTILE, ROOT, Program
from .lanes import Lanes


class Beside(Lanes[Grade]):
    """Their grades."""

    def start(self) -> "subprocess.Popen[bytes]":
        """This module."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.beside"], cwd=ROOT, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, process: "subprocess.Popen[bytes]", program: Program) -> Grade:
        """Grade one."""
        pickle.dump(program, process.stdin)
        process.stdin.flush()
        grade: Grade = pickle.load(process.stdout)
        return grade

    def hurry(self, process: "subprocess.Popen[bytes]") -> None:
        """A grading that is on its way ends in order."""
        process.terminate()


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
            place = None if program.folder.parent == HOSTILE else station
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                reached = program.grade(program.hand_in(Path(folder) / program.folder.name), place)
            pickle.dump(reached, sys.stdout.buffer)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
