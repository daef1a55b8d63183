"""One grading by each compared grader: the folder that it starts from, the command, and the points that it gives.

A folder is what a peer finds when a submission arrives: the assignment with its bytecode, and the submission without
any. It is a copy, made before the clock starts, so that parallel gradings do not share one.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .environments import NotMeasured

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM, NOTEBOOK = "neural_network.py", "neural_network.ipynb"
SOLUTION = ROOT / "solution" / PROGRAM
BANK = ROOT / "tests" / "submissions"


@dataclass(frozen=True)
class Figures:
    """Resources that a process and its awaited child processes used."""

    wall_s: float
    cpu_s: float
    memory_mib: float
    """Of the largest process. Linux never reports less than its parent held, so nothing here imports NumPy."""
    printed: str = ""


def run(command: list[str], folder: Path, *, may_fail: bool = False) -> Figures:
    """Run a command in a folder, and measure it.

    Raises:
        NotMeasured: the command failed.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        said = printed.read()
    if process.returncode and not may_fail:
        last = (said.strip().splitlines() or ["nothing"])[-1]
        raise NotMeasured(f"it ended with {process.returncode}: {last[:100]}")
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)


@dataclass(frozen=True)
class Grading:
    """How one of the compared graders grades one submission."""

    template: Path
    """Everything in a grading's folder except the submission."""
    command: list[str]
    """The command that is run in the folder; FOLDER in it stands for the folder's path."""
    hand_in: Callable[[str, Path], None]
    """Writes the text of a program into a folder."""
    start_in: Path | None = None
    """The working directory of the command, if not the folder."""

    def prepare(self, text: str, place: Path) -> Path:
        """Create a fresh folder with a submission in it."""
        shutil.copytree(self.template, place)
        self.hand_in(text, place)
        return place

    def grade(self, folder: Path, *, may_fail: bool = False) -> Figures:
        """Grade the submission in a folder."""
        command = [word.replace("FOLDER", str(folder)) for word in self.command]
        return run(command, self.start_in or folder, may_fail=may_fail)

    def points(self, text: str, place: Path) -> float:
        """Return the points that this grader gives a program."""
        folder = self.prepare(text, place)
        said = self.grade(folder, may_fail=True).printed  # pytest exits with 1 where a test fails
        try:
            return points_in(folder / "results.json")
        except (OSError, ValueError):
            raise NotMeasured(f"it left no results.json: {said.strip()[-100:]}") from None


def points_in(results: Path) -> float:
    """Return the score in a results.json, or the sum over its tests; otter gives some of them no score."""
    plain = json.loads(results.read_text(encoding="utf-8"))
    return float(plain["score"]) if "score" in plain else float(sum(test.get("score", 0) for test in plain["tests"]))


# ------------------------------------------------------------------------ the compared graders


def ours(place: Path) -> Grading:
    """This grader, called as `make grade` calls it."""
    place.mkdir()
    command = [sys.executable, "-m", "autograder", "grade", f"FOLDER/{PROGRAM}", "--results", "FOLDER/results.json"]
    return Grading(place, command, as_file, ROOT)


def _gradescope_utils(python: Path, place: Path, data: str) -> Grading:
    """Unittest with JSONTestRunner."""
    _template(place, data, "gradescope_utils")
    return _warm(Grading(place, [str(python), "run_tests.py"], as_file))


def _pytest_gradescope(python: Path, place: Path, data: str) -> Grading:
    """Pytest with the plugin."""
    _template(place, data, "pytest_gradescope")
    return _warm(Grading(place, [str(python), "-m", "pytest", "cases"], as_file))


def _otter(python: Path, place: Path, data: str) -> Grading:
    """`otter run` with the output of `otter generate`; its students hand in notebooks."""
    source = place.with_name(f"{place.name}_source")
    _template(source, data, "otter")
    place.mkdir()
    support = sorted(path.name for path in source.iterdir() if path.name != "cases")
    archive = str(place / "autograder.zip")
    run([str(python), "-m", "otter", "generate", "--tests-dir", "cases", "--output-path", archive, *support], source)
    return Grading(place, [str(python), "-m", "otter", "run", "--no-logo", NOTEBOOK], as_notebook)


@dataclass(frozen=True)
class Peer:
    """One of the graders that we are compared with."""

    folder: str
    """The folder beside this file with its assignment and lock."""
    packages: tuple[str, ...]
    """The packages whose versions the page names."""
    grading: Callable[[Path, Path, str], Grading]
    """Returns its grading, given its Python, a folder to create, and the kind of data."""


PEERS = {
    "gradescope-utils": Peer("gradescope_utils", ("gradescope-utils", "numpy", "scikit-learn"), _gradescope_utils),
    "pytest-gradescope": Peer(
        "pytest_gradescope", ("pytest-gradescope", "pytest", "numpy", "scikit-learn"), _pytest_gradescope
    ),
    "otter run": Peer("otter", ("otter-grader", "numpy", "scikit-learn"), _otter),
}


def floor(place: Path) -> Grading:
    """The bodies alone, run by our Python on our data."""
    _template(place, "equal")
    shutil.copy(HERE / "floor.py", place)
    return _warm(Grading(place, [sys.executable, "floor.py"], as_file))


def as_file(text: str, folder: Path) -> None:
    """Write the program as a module."""
    (folder / PROGRAM).write_text(text, encoding="utf-8")


def as_notebook(text: str, folder: Path) -> None:
    """Write the program as a notebook with one cell."""
    cell = {"cell_type": "code", "execution_count": None, "id": "all", "metadata": {}, "outputs": [], "source": text}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")


def _template(place: Path, data: str, peer: str = "") -> None:
    """Create a peer's template: its assignment, the bodies, the parts of our cases that they need, and the digits."""
    unwanted = shutil.ignore_patterns("requirements.txt", "__pycache__")
    if peer:
        shutil.copytree(HERE / peer, place, ignore=unwanted)
    else:
        place.mkdir()
    shutil.copy(HERE / "bodies.py", place)
    shutil.copy(HERE / "digits" / f"{data}.py", place / "digits.py")
    for name in ("reference.py", "inputs.py", "training.py"):
        shutil.copy(ROOT / "tests" / "cases" / name, place)
    if data == "equal":
        for folder in ("public", "held_out"):
            shutil.copytree(ROOT / "datasets" / "digits" / folder, place / "data" / folder)


def _warm(grading: Grading) -> Grading:
    """Grade once in the template, so that it holds bytecode as our own folder does, but none of a submission."""
    grading.hand_in(SOLUTION.read_text(encoding="utf-8"), grading.template)
    grading.grade(grading.template)
    for path in (*grading.template.rglob("neural_network*"), grading.template / "results.json"):
        path.unlink(missing_ok=True)
    return grading
