"""The grader is graded: every program in `submissions/` must get exactly the grade that its `expected.toml` states.

A folder holds what a student handed in, besides `expected.toml` and `message.txt`; submissions/README.md explains them.
"""

import itertools
import json
from pathlib import Path

import pytest

from autograder.gradescope.results import as_results
from autograder.outcome import Outcome

from .bank import ASSIGNMENT, HOSTILE, PARTS, Program, rarely_graded, read_bank, timeless
from .conftest import Graded
from .in_process import MISTAKES

PROGRAMS = read_bank()
CASES = {case.number: case for case in ASSIGNMENT.every_case}
EVERY_PROGRAM = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
RARELY = rarely_graded(PROGRAMS)
GRADED = pytest.mark.parametrize(
    "program",
    [
        pytest.param(program, id=name, marks=[pytest.mark.slow] if program.folder in RARELY else [])
        for name, program in PROGRAMS.items()
    ],
)


@GRADED
def test_program_gets_exactly_its_grade(program: Program, graded: Graded) -> None:
    """Score and outcome of each case are as expected, and every lost point comes with an explanation."""
    reached = graded(program)
    assert [result.case.number for result in reached.results] == list(program.expected)
    wrong = []
    for result in reached.results:
        outcome, expected = result.outcome.value, program.expected[result.case.number]
        if outcome != expected:
            text = f"{result.text}{result.staff}"
            wrong.append(f"{result.case.number}: {outcome} instead of {expected}\n{text}")
    assert not wrong, f"{program.why}\n" + "\n".join(wrong)
    assert float(reached.score) == program.score
    for result in reached.results:
        failed = result.outcome is not Outcome.PASSED
        assert result.score == (0 if failed else result.case.points), result.case.number
        not_imported = result.carried and result.text.startswith("importing ")  # a passed case says so too
        assert bool(result.text) == (failed or not_imported), f"{result.case.number} has the text {result.text!r}"
        assert bool(result.summary) == failed, f"{result.case.number} has the summary {result.summary!r}"
    assert not reached.faults
    assert "search for the cause" not in " ".join(reached.staff)


@GRADED
def test_causes_are_named_where_they_apply_and_nowhere_else(program: Program, graded: Graded) -> None:
    """The mistakes that `expected.toml` lists are recognized, and no cause is named for a right program."""
    reached = graded(program)
    named = {result.case.number: result.mistake for result in reached.results if result.mistake is not None}
    for number, mistake in program.mistake.items():
        assert named.get(number) == mistake, number
    if program.mistake:
        # Causes from the numbers alone, such as that every entry is 0, may be named in further cases.
        formulas = {mistake for mistake in named.values() if not mistake.startswith("structure.")}
        assert formulas <= set(program.mistake.values()), named
    for number, mistake in named.items():
        assert program.expected[number] != "Passed", f"{number} passed, and yet {mistake} is named"
    if program.right:
        shown = "".join(result.text for result in reached.results)
        assert not named
        assert "Likely cause" not in shown
        assert not reached.message


@EVERY_PROGRAM
def test_expectation_makes_sense(program: Program) -> None:
    """`expected.toml` names known cases and outcomes, and gives the reason in a sentence."""
    known = {outcome.value for outcome in Outcome} - {Outcome.GRADER_ERROR.value}
    assert set(program.expected.values()) <= known
    assert set(program.outcomes) | set(program.mistake) <= set(program.expected)
    assert "Passed" not in program.outcomes.values()
    assert not (program.all and program.outcomes), "either `all` or `[outcomes]`"
    assert program.why.endswith(".")
    assert set(program.files) <= {part.file for part in ASSIGNMENT.parts}


def test_every_folder_says_what_it_expects() -> None:
    """A folder without expected.toml would never be graded."""
    folders = {entry for folder in PARTS for entry in folder.iterdir() if entry.is_dir()} - {HOSTILE, *PARTS}
    assert {folder for folder in folders if folder.name != "__pycache__"} == {one.folder for one in PROGRAMS.values()}


def test_every_case_is_failed_by_a_program_and_passed_by_another() -> None:
    """A case that no program fails, or that all fail, distinguishes nothing."""
    for number in CASES:
        outcomes = {program.expected.get(number) for program in PROGRAMS.values() if not program.all}
        assert "Failed" in outcomes, f"no program gives a wrong answer in {number}"
        assert "Passed" in outcomes, f"no program but the right ones passes {number}"


def pairs() -> list[tuple[str, str]]:
    """Return every ordered pair of functions that have cases of their own, in each part of the assignment."""
    graded = [{case.function: "" for case in part.cases if case.function in part.functions} for part in PARTS.values()]
    return [pair for functions in graded for pair in itertools.permutations(functions, 2)]


@pytest.mark.parametrize(("wrong", "other"), pairs())
def test_mistake_in_one_function_costs_no_point_of_another(wrong: str, other: str) -> None:
    """In every program with a known mistake in `wrong`, the cases of `other` keep all their points.

    The tests above check that the programs get exactly the grades that are compared here.
    """
    programs = {
        name: one for name, one in PROGRAMS.items()
        if wrong in one.part.functions and one.folder.name.startswith(f"{wrong}_")
    }  # fmt: skip
    assert len(programs) >= sum(mistake.function == wrong for mistake in MISTAKES)
    costs = {
        name: case.number
        for name, program in programs.items()
        for case in program.cases
        if case.function == other and program.expected[case.number] != "Passed"
    }
    assert costs == {}


def test_every_outcome_occurs() -> None:
    """Every way to end a case has a program, except NotRun and grader errors, which have tests in tests/engine."""
    occurring = {outcome for program in PROGRAMS.values() for outcome in program.expected.values()}
    assert occurring == {outcome.value for outcome in Outcome} - {"NotRun", "GraderError"}


def test_no_two_programs_are_the_same() -> None:
    """A copy would make the bank longer, not better."""
    seen: dict[bytes, str] = {}
    for name, program in PROGRAMS.items():
        if "Unreadable" in program.expected.values():
            continue  # a file that is never read may equal another
        for path in program.folder.rglob(program.part.file):
            first = seen.setdefault(path.read_bytes(), name)
            assert first == name, f"{name} is a copy of {first}"


@pytest.mark.slow
@EVERY_PROGRAM
def test_graded_three_times_gives_the_same_bytes(program: Program, graded: Graded, tmp_path: Path) -> None:
    """Only times may differ between three gradings of one program, no matter how its processes were started."""
    handed_in = program.hand_in(tmp_path / program.folder.name)
    grades = [graded(program), program.grade(handed_in), program.grade(handed_in)]
    results = [json.dumps(timeless(as_results(one)), indent=1) for one in grades]
    assert results[0] == results[1] == results[2]
