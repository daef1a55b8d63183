"""One program of the bank, and the grade that its `expected.toml` says it must get."""

import dataclasses
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

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
ASSIGNMENT = assignments.load(ROOT / "tests" / "cases")
# Folder -> the part of the assignment that the programs in it are about.
PARTS: dict[Path, Assignment] = {
    BANK: ASSIGNMENT,
    **{BANK / part.folder.name: part for part in ASSIGNMENT.extra_credit},
}
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
    reported: list[str] = field(default_factory=list)
    """The files that get a grade, if it is not only the one that the folder is about."""
    alone: bool = False
    """Extra credit that is handed in without the first file."""

    @property
    def part(self) -> Assignment:
        """What it is about. An attack is about the whole."""
        return PARTS.get(self.folder.parent, ASSIGNMENT)

    @property
    def files(self) -> list[str]:
        """The files that get a grade."""
        return self.reported or [self.part.file]

    @property
    def cases(self) -> list[Case]:
        """The cases that are reported."""
        return [case for part in ASSIGNMENT.parts if part.file in self.files for case in part.cases]

    @property
    def expected(self) -> dict[str, str]:
        """Case number -> outcome, for every case that is reported."""
        return {case.number: self.all or self.outcomes.get(case.number, "Passed") for case in self.cases}

    @property
    def right(self) -> bool:
        """Whether every case must pass."""
        return set(self.expected.values()) == {"Passed"}

    def assignment(self) -> Assignment:
        """The assignment, or a part of it, under this program's own limits."""
        part = self.part._replace(limits=self.part.limits._replace(**self.limits))
        extra = tuple(part if one.folder == part.folder else one for one in ASSIGNMENT.extra_credit)
        return part if self.part is ASSIGNMENT else ASSIGNMENT._replace(extra_credit=extra)

    def hand_in(self, place: Path) -> Path:
        """A copy without `expected.toml` and `message.txt`, which no student hands in.

        Beside extra credit lies the solution's first file, if there is no other.
        """
        if self.submission:
            return self.folder / self.submission
        shutil.copytree(self.folder, place, ignore=shutil.ignore_patterns("expected.toml", "message.txt"))
        if self.part is not ASSIGNMENT and not self.alone and not (place / ASSIGNMENT.file).exists():
            shutil.copy(ROOT / "solution" / ASSIGNMENT.file, place)
        return place

    def grade(self, handed_in: Path, place: "Place | None" = None) -> Grade:
        """The grade of what was handed in. Extra credit is graded by itself where only its own cases are reported.

        Args:
            place: where it is graded, unless it has limits of its own; a place knows the usual ones only.
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


def read_bank() -> dict[str, Program]:
    """Name -> program, for all parts of the assignment; for a further part, its folder stands before the name."""
    return {one.folder.relative_to(BANK).as_posix(): one for folder in PARTS for one in read_all(folder).values()}


def rarely_graded(programs: dict[str, Program]) -> set[Path]:
    """Folders of programs that only `make check-all` grades: five of six that show a known mistake of extra credit.

    Their formulas are tried against each other in every run (test_mistakes.py); to grade all of them takes a minute.
    """
    showing = [one for one in programs.values() if one.part.file != ASSIGNMENT.file and one.mistake]
    return {one.folder for number, one in enumerate(showing) if number % 6}
