"""Time one cold grading, beside the same cases run by gradescope-utils in one process without any isolation; and the
same without one of the protections, or without all of them but the process of its own.

    python -m tests.bench            9 rounds
    python -m tests.bench 21         more

One grading is a fresh process. The rows take turns, so that a machine that gets slower hurts all of them; medians and
ranges are printed, and ratios matter more than seconds. CPU counts every process of a grading, memory the largest.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import numpy as np

from autograder.box.limits import LAYERS

ROOT = Path(__file__).resolve().parents[1]
VECTORISED = ROOT / "solution" / "neural_network.py"
ALL_ON, ALL_OFF = "vectorised: all protections", "  plain forked workers"
LOOPS = ROOT / "tests" / "submissions" / "loops_in_plain_python" / "neural_network.py"

# What a course without this package would run: our case functions as methods of one unittest class, the submission
# imported into the process that knows the answers, points summed by gradescope-utils.
IN_PROCESS = """
    import sys, unittest
    from pathlib import Path
    root, program, results = map(Path, sys.argv[1:])
    sys.path[:0] = [str(root), str(root / "tests" / "cases")]
    import importlib
    import reference
    from autograder import assignment as assignments
    from autograder.home import InProcess
    from autograder.student import Student
    from autograder.submission import Submission
    from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

    assignment = assignments.load(root / "tests" / "cases")
    student = Student(assignment.functions)
    student.bind(InProcess(Submission(program.name, program.name, program.read_text()), program))

    def method(test):
        names = test.__code__.co_varnames[: test.__code__.co_argcount]
        def run(self):
            test(**{name: {"student": student, "reference": reference}[name] for name in names})
        run.__dict__.update(test.__dict__)
        run.__doc__ = test.__doc__
        return run

    members = {}
    for module in sorted(path.stem for path in assignment.folder.glob("test_*.py")):
        for name, test in vars(importlib.import_module(module)).items():
            if name.startswith("test"):
                members[f"{name}"] = method(test)
    Cases = type("Cases", (unittest.TestCase,), members)
    with open(results, "w") as stream:
        JSONTestRunner(stream=stream).run(unittest.defaultTestLoader.loadTestsFromTestCase(Cases))
"""


# One grading under some of the protections, the way `python -m autograder grade` does it.
UNDER = """
    import sys
    from pathlib import Path
    from autograder import assignment as assignments
    from autograder.grade import fallback, grade
    from autograder.gradescope import results
    program, destination, *layers = sys.argv[1:]
    assignment = assignments.load(Path("tests/cases"))
    results.write(Path(destination), fallback(assignment))
    graded = grade(Path(program), assignment, layers=layers)
    results.write(Path(destination), graded)
    assert graded.score == 100
"""


def main() -> int:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "in_process.py"
        script.write_text(textwrap.dedent(IN_PROCESS), encoding="utf-8")
        results = str(Path(folder) / "results.json")
        python = sys.executable
        rows = {}
        for what, program in (("vectorised", VECTORISED), ("plain loops", LOOPS)):
            grade = [python, "-m", "autograder", "grade", str(program), "--results", results]
            rows[f"{what}: this grader, every case isolated"] = grade
            rows[f"{what}: gradescope-utils, in one process"] = [python, str(script), str(ROOT), str(program), results]
        under = [python, "-c", textwrap.dedent(UNDER), str(VECTORISED), results]
        rows[ALL_ON] = [*under, *LAYERS]
        for layer in LAYERS:
            rows[f"  without {layer}"] = [*under, *(one for one in LAYERS if one != layer)]
        rows[ALL_OFF] = under
        rows["floor: Python imports NumPy and pytest"] = [python, "-c", "import numpy, pytest"]
        measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in rows}
        for i in range(rounds + 1):
            for name, command in rows.items():
                figures = run(command)
                if i:  # the first round warms the disk and the bytecode
                    measured[name].append(figures)
    print_table(measured, rounds)
    print_price(measured)
    return 0


def run(command: list[str]) -> tuple[float, float, float]:
    """Wall-clock seconds, CPU seconds of all its processes, MiB of the largest of them."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def print_table(measured: dict[str, list[tuple[float, float, float]]], rounds: int) -> None:
    """Medians, with the range in brackets."""
    cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {cores} cores; medians of {rounds} rounds\n")
    print(f"{'one cold grading':<46} {'wall s':>19} {'CPU s':>19} {'MiB':>5}")
    for name, figures in measured.items():
        wall, cpu, memory = ([row[i] for row in figures] for i in range(3))
        print(f"{name:<46} {spread(wall):>19} {spread(cpu):>19} {max(memory):>5.0f}")


def print_price(measured: dict[str, list[tuple[float, float, float]]]) -> None:
    """What the protections cost: each round against the same round without them, so that a slow moment hurts both."""
    for what, i in (("wall", 0), ("CPU", 1)):
        ratios = [on[i] / off[i] for on, off in zip(measured[ALL_ON], measured[ALL_OFF])]
        print(f"all protections against plain forked workers, {what}: {spread(ratios)} times")


def spread(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.3f} ({min(values):.2f}-{max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
