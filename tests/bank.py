"""The programs of the bank, and the grades that their `expected.toml` says they must get."""

import ast
import dataclasses
import functools
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import assignment as assignments
from autograder import submission as submissions
from autograder.assignment import Assignment
from autograder.grade import grade, grade_program
from autograder.outcome import Case, Grade

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

if TYPE_CHECKING:
    from autograder.place import Place

ROOT = Path(__file__).resolve().parent.parent
BANK = ROOT / "tests" / "submissions"
HOSTILE = BANK / "hostile"
# What a student reads of a program that shows a known mistake, beside it.
MESSAGE = "message.txt"
ASSIGNMENT = assignments.load(ROOT / "tests" / "cases")
# Folder -> the part of the assignment that its programs are about.
PARTS: dict[Path, Assignment] = {
    BANK: ASSIGNMENT,
    **{BANK / part.folder.name: part for part in ASSIGNMENT.extra_credit},
}
POINTS = {case.number: case.points for case in ASSIGNMENT.cases}
SLOWEST = {
    BANK / "extensions" / "right_with_every_sum_anew",
    BANK / "extensions" / "squared_loss_no_half_and_a_gradient_check_at_the_end",
    BANK / "extensions" / "neuron_gradient_points_downhill_and_a_training_waits_for_it",
}


@dataclass(frozen=True)
class Program:
    """One folder of the bank, with the contents of its `expected.toml`."""

    folder: Path
    why: str
    outcomes: dict[str, str] = field(default_factory=dict)
    """Case number -> outcome, for the cases that do not pass."""
    all: str = ""
    """The outcome of every case, in place of `outcomes`."""
    mistake: dict[str, str] = field(default_factory=dict)
    """Case number -> identifier of the mistake that must be recognized there."""
    limits: dict[str, float] = field(default_factory=dict)
    """Limits other than the assignment's, so that nobody waits long for a program that never ends."""
    submission: str = ""
    """The path of the submission relative to the folder, if it is not the folder itself."""
    reported: list[str] = field(default_factory=list)
    """The files that get a grade, if not only the one that the program is about."""
    alone: bool = False
    """Whether extra credit is handed in without the first file."""

    @property
    def part(self) -> Assignment:
        """The part of the assignment that the program is about. An attack is about the whole assignment."""
        return PARTS.get(self.folder.parent, ASSIGNMENT)

    @property
    def files(self) -> list[str]:
        """The files that get a grade."""
        return self.reported or [self.part.file]

    @property
    def cases(self) -> list[Case]:
        """The reported cases."""
        return [case for part in ASSIGNMENT.parts if part.file in self.files for case in part.cases]

    @property
    def expected(self) -> dict[str, str]:
        """Case number -> outcome, for every reported case."""
        return {case.number: self.all or self.outcomes.get(case.number, "Passed") for case in self.cases}

    @property
    def score(self) -> float:
        """The points of the cases that must pass."""
        return float(sum(case.points for case in self.cases if self.expected[case.number] == "Passed"))

    @property
    def right(self) -> bool:
        """Whether every case must pass."""
        return set(self.expected.values()) == {"Passed"}

    def assignment(self) -> Assignment:
        """Return the assignment, with this program's own limits for its part."""
        part = self.part._replace(limits=self.part.limits._replace(**self.limits))
        extra = tuple(part if one.folder == part.folder else one for one in ASSIGNMENT.extra_credit)
        return part if self.part is ASSIGNMENT else ASSIGNMENT._replace(extra_credit=extra)

    def hand_in(self, place: Path) -> Path:
        """Copy the folder without `expected.toml` and `message.txt`, which no student hands in.

        Extra credit gets the solution's first file beside it, unless it brings its own or `alone` is set.
        """
        if self.submission:
            return self.folder / self.submission
        shutil.copytree(self.folder, place, ignore=shutil.ignore_patterns("expected.toml", MESSAGE))
        if self.part is not ASSIGNMENT and not self.alone and not (place / ASSIGNMENT.file).exists():
            shutil.copy(ROOT / "solution" / ASSIGNMENT.file, place)
        return place

    def grade(self, handed_in: Path, place: "Place | None" = None) -> Grade:
        """Grade a submission. Extra credit is graded separately if only its own cases are reported.

        Args:
            place: where to grade, unless the program has its own limits; a place only knows the usual ones.
        """
        place = None if self.limits else place
        if self.part is ASSIGNMENT or self.files != [self.part.file]:
            return grade(handed_in, self.assignment(), place=place)
        whole = self.assignment()
        at = ASSIGNMENT.extra_credit.index(self.part)
        one = submissions.read_parts(handed_in, whole).extra[at]
        assert one is not None and one.program is not None, f"{self.folder}: {one}"
        return grade_program(one.program, whole.extra_credit[at], place=place)


def read_all(folder: Path, kind: type[Program] = Program) -> dict[str, Program]:
    """Return name -> program, for every folder in `folder` that holds an `expected.toml`.

    Raises:
        ValueError: an `expected.toml` holds an unknown key.
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


def read_bank() -> dict[str, Program]:
    """Return name -> program, for all parts of the assignment; names in a further part begin with its folder."""
    return {one.folder.relative_to(BANK).as_posix(): one for folder in PARTS for one in read_all(folder).values()}


def rarely_graded(programs: dict[str, Program]) -> set[Path]:
    """Return the folders of the programs that only `make check-all` grades.

    These are five in six of the programs that only show a known mistake: they define functions, and nothing else
    happens when they are imported. Grading them takes minutes, and every run tests them without isolation, message
    included, in seconds (test_bank_in_process.py). The others are SLOWEST, which take a tenth of the time of all.
    """
    showing = [
        one for one in programs.values()
        if one.mistake and not one.reported and _only_defines(one.folder / one.part.file)
    ]  # fmt: skip
    return {one.folder for number, one in enumerate(showing) if number % 6} | SLOWEST


@functools.cache
def _only_defines(path: Path) -> bool:
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign)
    return all(isinstance(one, allowed) for one in ast.parse(path.read_text(encoding="utf-8")).body)


def timeless(value: Any) -> Any:
    """Return the value without any entry whose name contains "time"."""
    if isinstance(value, dict):
        return {key: timeless(entry) for key, entry in value.items() if "time" not in key}
    if isinstance(value, list):
        return [timeless(entry) for entry in value]
    return value
