"""One program of the bank, and the grade that its `expected.toml` says it must get."""

import dataclasses
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from autograder import assignment as assignments
from autograder.assignment import Assignment

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
BANK = ROOT / "tests" / "submissions"
HOSTILE = BANK / "hostile"
ASSIGNMENT = assignments.load(ROOT / "tests" / "cases")
POINTS = {case.number: case.points for case in ASSIGNMENT.cases}


@dataclass(frozen=True)
class Program:
    """One folder of the bank, and what it says about itself."""

    folder: Path
    why: str
    score: float
    outcomes: dict[str, str] = field(default_factory=dict)
    """Case number -> outcome, for the cases that do not pass."""
    all: str = ""
    """The outcome of every case, in place of `outcomes`."""
    mistake: dict[str, str] = field(default_factory=dict)
    """Case number -> identifier of the mistake that must be recognised there."""
    limits: dict[str, float] = field(default_factory=dict)
    """Limits other than the assignment's, so that nobody waits for a program that never ends."""
    submission: str = ""
    """What is handed in, if it is something else than the folder itself; relative to the folder."""

    @property
    def expected(self) -> dict[str, str]:
        """Case number -> outcome, for every case."""
        return {number: self.all or self.outcomes.get(number, "Passed") for number in POINTS}

    @property
    def right(self) -> bool:
        """Whether every case must pass."""
        return set(self.expected.values()) == {"Passed"}

    def assignment(self) -> Assignment:
        """The assignment, under this program's own limits."""
        return dataclasses.replace(ASSIGNMENT, limits=dataclasses.replace(ASSIGNMENT.limits, **self.limits))

    def hand_in(self, place: Path) -> Path:
        """A copy without `expected.toml` and `message.txt`, which no student hands in."""
        if self.submission:
            return self.folder / self.submission
        return Path(shutil.copytree(self.folder, place, ignore=shutil.ignore_patterns("expected.toml", "message.txt")))


def read_all(folder: Path, kind: type[Program] = Program) -> dict[str, Program]:
    """Name -> program, for every folder in `folder` that holds an `expected.toml`.

    Raises:
        ValueError: one of them says something that nobody understands.
    """
    programs = {}
    known = {entry.name for entry in dataclasses.fields(kind)} - {"folder"}
    for path in sorted(folder.glob("*/expected.toml")):
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = set(settings) - known
        if unknown:
            raise ValueError(f"{path}: no such key: {', '.join(sorted(unknown))}")
        programs[path.parent.name] = kind(path.parent, **settings)
    return programs
