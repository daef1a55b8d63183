"""Mistakes in the instructor's own files: a sentence names the file, the line, and the reason, wherever the grading
runs.

Only the cases concerned lose their points, and they say that staff must look.
"""

import contextlib
import os
import shutil
import sys

import pytest

from autograder import assignment as assignments
from autograder.batch import jobs
from autograder.batch.station import Station
from autograder.grade import grade_program
from autograder.place import Fresh
from autograder.session import load_module
from autograder.submission import Submission

from .conftest import RIGHT, TOY

PROGRAM = Submission("toy.py", "toy.py", RIGHT)
REFERENCE = (TOY / "reference.py").read_text(encoding="utf-8")
CASES = (TOY / "test_toy.py").read_text(encoding="utf-8")
AFTER = len(REFERENCE.splitlines()) + 1


@pytest.fixture
def folder(tmp_path):
    """A copy of the toy assignment, for the test to damage."""
    return shutil.copytree(TOY, tmp_path / "cases", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture(params=["new processes", "a station"])
def grades(request, tmp_path):
    """A function: folder of an assignment -> the grades of right programs; on a station, of two in turn."""

    def run(folder):
        assignment = assignments.load(folder)
        with contextlib.ExitStack() as stack:
            place, count = Fresh(), 1
            if request.param == "a station":
                if not hasattr(os, "fork"):
                    pytest.skip("a station needs fork")
                place = Station(stack.enter_context(jobs.scratch_folder(tmp_path / "scratch")))
                stack.callback(place.close)
                count = 2
            return [grade_program(PROGRAM, assignment, place=place) for _ in range(count)]

    return run


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("reference.py", REFERENCE + "import not_there\n",
         f"FOLDER/reference.py cannot be run, line {AFTER}: ModuleNotFoundError: No module named 'not_there'."),
        ("reference.py", REFERENCE + "double = = 2\n",
         f"FOLDER/reference.py cannot be run, line {AFTER}: SyntaxError: invalid syntax."),
        ("mistakes.py", "\nraise KeyError\n", "FOLDER/mistakes.py cannot be run, line 2: KeyError."),
        ("mistakes.py", "MISTAKE = ()\n",
         "FOLDER/mistakes.py cannot be run: it has no MISTAKES."),
    ],
    ids=["import", "syntax", "no message", "name"],
)  # fmt: skip
def test_file_that_every_case_needs_is_named_with_its_line(grades, folder, file, text, said):
    """Each submission of a class gets this sentence, not only the first."""
    (folder / file).write_text(text, encoding="utf-8")
    for grade in grades(folder):
        assert {result.outcome.value for result in grade.results} == {"GraderError"}
        why, missing = grade.staff
        assert why == said.replace("FOLDER", str(folder)) + " Fix it, and grade again."
        assert missing == "These cases were not graded: 1, 2."


def test_line_in_a_file_that_it_imports_is_told(folder, monkeypatch):
    """The mistake is in the imported file, not in the line that imports it."""
    (folder / "reference.py").write_text("import neighbor_of_the_reference\n", encoding="utf-8")
    (folder / "neighbor_of_the_reference.py").write_text("\n\n1 / 0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "reference", raising=False)
    with pytest.raises(assignments.AssignmentError) as refused:
        load_module(folder / "reference.py")
    said = f"{folder / 'reference.py'} cannot be run, neighbor_of_the_reference.py, line 3: ZeroDivisionError: "
    assert str(refused.value).startswith(said)


def test_case_file_with_a_slip_takes_nothing_from_the_cases_of_others(grades, folder):
    """Its own cases are named; all others are graded."""
    first, mark, second = CASES.partition('@weight(6)\n@number("2")')
    assert mark, "the toy has changed"
    head = CASES[: CASES.index("@weight(")]
    (folder / "test_toy.py").write_text(first, encoding="utf-8")
    (folder / "test_second.py").write_text("import not_there\n" + head + mark + second, encoding="utf-8")
    for grade in grades(folder):
        assert {result.case.number: result.outcome.value for result in grade.results} == {
            "1": "Passed", "2": "GraderError",
        }  # fmt: skip
        why, missing = grade.staff
        slip = "ModuleNotFoundError: No module named 'not_there' (test_second.py, line 1)"
        assert why == f"test_second.py could not be collected: {slip}"
        assert missing == "These cases were not graded: 2."


def test_case_that_is_slow_itself_costs_a_program_nothing(folder):
    """The instructor is responsible for the time that a case takes between its calls."""
    slow = "    import time\n\n    time.sleep(1.2)\n"
    text = CASES.replace("    z = np.array", f"{slow}    z = np.array")
    (folder / "test_toy.py").write_text(text, encoding="utf-8")
    settings = (folder / "assignment.toml").read_text(encoding="utf-8")
    (folder / "assignment.toml").write_text(settings.replace("case_s = 3", "case_s = 1"), encoding="utf-8")
    grade = grade_program(PROGRAM, assignments.load(folder))
    assert [(one.outcome.value, one.text) for one in grade.results] == [("Passed", "")] * 2


def test_reference_that_returns_nothing_is_our_fault(folder):
    """NumPy turns None into nan, which no answer equals. One case is open, the other hidden."""
    text = REFERENCE
    for right, wrong in (
        ("return 2 * np.asarray(z, dtype=float)", "return"), ("return a + b, a * b", "return a + b, None"),
    ):  # fmt: skip
        assert right in text
        text = text.replace(right, wrong)
    (folder / "reference.py").write_text(text, encoding="utf-8")
    for result in grade_program(PROGRAM, assignments.load(folder)).results:
        assert result.outcome.value == "GraderError"
        assert "None" in result.staff


def test_single_number_reaches_a_program_as_a_float(folder):
    """This holds however the case writes it: `3` is not an array."""
    call = "student.double(z)"
    each = f"for z in (3, np.int64(3), 3.0, np.float64(3)):\n        {call}"
    (folder / "test_toy.py").write_text(CASES.replace(call, each, 1), encoding="utf-8")
    program = PROGRAM._replace(text=RIGHT.replace("return z + z", "return z + z if type(z) is float else None"))
    assert grade_program(program, assignments.load(folder)).results[0].outcome.value == "Passed"


def test_case_that_calls_by_name_is_told_how(folder):
    """Students may have renamed their parameters."""
    (folder / "test_toy.py").write_text(CASES.replace("student.double(z)", "student.double(z=z)"), encoding="utf-8")
    said = grade_program(PROGRAM, assignments.load(folder)).results[0].staff
    assert "TypeError: double is called by position: write the values alone, without z= (test_toy.py, line 20)" in said
