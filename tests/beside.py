"""Grade the programs that tests ask for in background processes, from the start of the run, each once.

The processes are separate, because many tests change state that a grading in this process would see. As in a class,
cases are collected once and the right answers are cached; hostile programs are graded by new processes, as on
Gradescope.

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
    """Grades programs in background processes."""

    def start(self) -> "subprocess.Popen[bytes]":
        """Start this module as a process."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.beside"], cwd=ROOT, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, process: "subprocess.Popen[bytes]", program: Program) -> Grade:
        """Have a program graded."""
        pickle.dump(program, process.stdin)
        process.stdin.flush()
        grade: Grade = pickle.load(process.stdout)
        return grade

    def hurry(self, process: "subprocess.Popen[bytes]") -> None:
        """Let a grading in progress clean up and end."""
        process.terminate()


def main() -> None:
    """Grade programs until standard input or standard output is closed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # in effect between gradings; a grading handles SIGTERM itself
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
