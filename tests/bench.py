"""Time one cold grading, beside the same cases run by gradescope-utils in one process without any isolation; time the
same grading without one of the protections, or with separate processes only; and measure what naming mistakes adds.

    python -m tests.bench            9 rounds
    python -m tests.bench 21         more

One grading is a fresh process. The rows take turns, so that a machine that slows down affects all of them. The tables
show medians and ranges; the ratios matter more than the seconds. CPU time is summed over all processes of a grading,
memory is that of the largest.
"""

import argparse
import os
import platform
import shutil
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
VECTORIZED = ROOT / "solution" / "neural_network.py"
ALL_ON, ALL_OFF = "vectorized: all protections", "  plain forked workers"
BANK = ROOT / "tests" / "submissions"
LOOPS = BANK / "loops_in_plain_python" / "neural_network.py"
# Right; wrong as a formula predicts; wrong in no known way, so that every formula is tried in vain.
NAMING = {
    "right": VECTORIZED,
    "wrong, named": BANK / "backprop_has_the_opposite_sign" / "neural_network.py",
    "wrong, nameless": BANK / "backprop_returns_random_numbers" / "neural_network.py",
}

# What a course without this package would run: our case functions as methods of one unittest class, the submission
# imported into the process that holds the answers, and points summed by gradescope-utils.
IN_PROCESS = """
    import sys, unittest
    from pathlib import Path
    root, program, results = map(Path, sys.argv[1:])
    sys.path[:0] = [str(root), str(root / "tests" / "cases")]
    import importlib
    import reference
    from autograder import assignment as assignments
    from autograder.in_process import InProcess
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


# One grading with some of the protections, in the same way as `python -m autograder grade`.
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


# One grading with the cases of a folder, which may or may not name mistakes.
BY_CASES = """
    import sys
    from pathlib import Path
    from autograder import assignment as assignments
    from autograder.grade import fallback, grade
    from autograder.gradescope import results
    program, destination, cases, named = sys.argv[1:]
    assignment = assignments.load(Path(cases))
    results.write(Path(destination), fallback(assignment))
    graded = grade(Path(program), assignment)
    results.write(Path(destination), graded)
    assert not graded.staff and any(one.mistake for one in graded.results) == (named == "named")
"""
# Replaces mistakes.py in a copy of the cases, so that neither formulas nor numbers name a mistake. The grader needs no
# switch for that, because it runs the instructor's files, and those can patch it.
NO_NAMING = """
    from autograder.naming.evidence import Evidence

    MISTAKES = ()
    Evidence.cause = Evidence.keep = Evidence.judge = lambda *_, **__: None
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rounds", nargs="?", type=int, default=9, help="default: 9")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "in_process.py"
        script.write_text(textwrap.dedent(IN_PROCESS), encoding="utf-8")
        results = str(Path(folder) / "results.json")
        python = sys.executable
        rows = {}
        for what, program in (("vectorized", VECTORIZED), ("plain loops", LOOPS)):
            grade = [python, "-m", "autograder", "grade", str(program), "--results", results]
            rows[f"{what}: this grader, every case isolated"] = grade
            rows[f"{what}: gradescope-utils, in one process"] = [python, str(script), str(ROOT), str(program), results]
        under = [python, "-c", textwrap.dedent(UNDER), str(VECTORIZED), results]
        rows[ALL_ON] = [*under, *LAYERS]
        for layer in LAYERS:
            rows[f"  without {layer}"] = [*under, *(one for one in LAYERS if one != layer)]
        rows[ALL_OFF] = under
        rows["floor: Python imports NumPy and pytest"] = [python, "-c", "import numpy, pytest"]
        bare, by_cases = without_naming(Path(folder)), textwrap.dedent(BY_CASES)
        for what, program in NAMING.items():
            named = "named" if what == "wrong, named" else "none"
            rows[f"{what}: mistakes named"] = [
                python, "-c", by_cases, str(program), results, str(ROOT / "tests" / "cases"), named,
            ]  # fmt: skip
            rows[f"{what}: no naming"] = [python, "-c", by_cases, str(program), results, str(bare), "none"]
        measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in rows}
        for i in range(rounds + 1):
            for name, command in rows.items():
                figures = run(command)
                if i:  # the first round warms the disk and the bytecode cache
                    measured[name].append(figures)
    print_table(measured, rounds)
    print_price(measured)
    print_naming(measured)
    return 0


def without_naming(folder: Path) -> Path:
    """Copy the cases and link their data into `folder`, with a catalogue that switches naming off; return the cases."""
    cases = folder / "tests" / "cases"
    shutil.copytree(ROOT / "tests" / "cases", cases, ignore=shutil.ignore_patterns("__pycache__"))
    (cases / "mistakes.py").write_text(textwrap.dedent(NO_NAMING), encoding="utf-8")
    (folder / "datasets").symlink_to(ROOT / "datasets")
    return cases


def run(command: list[str]) -> tuple[float, float, float]:
    """Return wall-clock seconds, CPU seconds of all processes, and MiB of the largest process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def print_table(measured: dict[str, list[tuple[float, float, float]]], rounds: int) -> None:
    """Print medians, with ranges in parentheses."""
    cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {cores} cores; medians of {rounds} rounds\n")
    print(f"{'one cold grading':<46} {'wall s':>19} {'CPU s':>19} {'MiB':>5}")
    for name, figures in measured.items():
        wall, cpu, memory = ([row[i] for row in figures] for i in range(3))
        print(f"{name:<46} {spread(wall):>19} {spread(cpu):>19} {max(memory):>5.0f}")


def print_price(measured: dict[str, list[tuple[float, float, float]]]) -> None:
    """Print what the protections cost, relative to the same round without them: a slow moment affects both."""
    for what, i in (("wall", 0), ("CPU", 1)):
        ratios = [on[i] / off[i] for on, off in zip(measured[ALL_ON], measured[ALL_OFF])]
        print(f"all protections against plain forked workers, {what}: {spread(ratios)} times")


def print_naming(measured: dict[str, list[tuple[float, float, float]]]) -> None:
    """Print what naming adds within each round, in milliseconds and as a ratio."""
    for what in NAMING:
        pairs = list(zip(measured[f"{what}: mistakes named"], measured[f"{what}: no naming"]))
        for unit, i in (("wall", 0), ("CPU", 1)):
            added = [1000 * (on[i] - off[i]) for on, off in pairs]
            ratios = [on[i] / off[i] for on, off in pairs]
            print(
                f"naming, {what}, {unit}: {statistics.median(added):+.0f} ms ({min(added):+.0f} to {max(added):+.0f}),"
                f" {spread(ratios)} times"
            )


def spread(values: list[float]) -> str:
    """Return median and range."""
    return f"{statistics.median(values):.3f} ({min(values):.2f}-{max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
