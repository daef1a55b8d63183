"""What a batch would take without any machinery: a student's functions, and our comparisons with remembered answers.

    python -m tests.peers.share      milliseconds of CPU that the 22 cases take for the solution, in one process

The same case functions, the same checks, no worker, no wire, no pytest.
"""

import importlib
import sys
import time
from pathlib import Path

from autograder import assignment as assignments
from autograder.backend import returned
from autograder.box.call import call_named
from autograder.rehearsal import Memory
from autograder.session import load_module
from autograder.student import Student

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 30


class Here:
    """Calls the functions of a module in this process, in the same way as a worker does."""

    printed = ""

    def __init__(self, path: Path) -> None:
        self._module = load_module(path)
        self._file = str(path)

    def call(self, function, arguments):
        """Call a function as `Backend` specifies, with copies of the arguments, which it may change, as in a worker."""
        given = [argument.copy() if hasattr(argument, "copy") else argument for argument in arguments]
        report = call_named(self._module, function.name, given, len(function.returns), self._file)
        return returned(*report, function)


def main() -> None:
    """Measure and print."""
    assignment = assignments.load(ROOT / "tests" / "cases")
    sys.path.insert(0, str(assignment.folder))
    reference = load_module(assignment.folder / "reference.py")
    memory = Memory()
    memory.remember_module(reference)
    tests = [
        test
        for path in sorted(assignment.folder.glob("test_*.py"))
        for name, test in vars(importlib.import_module(path.stem)).items()
        if name.startswith("test_")
    ]
    program = ROOT / "solution" / assignment.file
    student = Student(assignment.functions)
    for i in range(ROUNDS + 1):
        if i == 1:  # the first round records the reference's answers, and is not timed
            memory.open = False
            started = time.process_time()
        student.bind(Here(program))
        for test in tests:
            names = test.__code__.co_varnames[: test.__code__.co_argcount]
            test(**{name: {"student": student, "reference": reference}[name] for name in names})
    print((time.process_time() - started) * 1000 / ROUNDS)


if __name__ == "__main__":
    main()
