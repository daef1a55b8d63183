"""autograder/explain.py and `python -m autograder explain`: what staff may know and students may not."""

import json
import sys
import types

import numpy as np
import pytest

from autograder import Mistake, absolute, explain
from autograder.assignment import Function
from autograder.backend import Returned
from autograder.commands import main
from autograder.explain import MAX_LINE, Witness
from autograder.feedback import Finding
from autograder.grade import grade
from autograder.gradescope.results import as_results
from autograder.outcome import Outcome
from autograder.student import Student, WrongAnswer
from autograder.terminal import explanation

from .conftest import RIGHT, TOY
from .made import made_case, made_grade, made_result

ADDS = "def double(z):\n    return z + 2\n\ndef both(a, b):\n    return double(a) - 2 + b, a * b + 1\n"


@pytest.fixture(name="explained")
def _explained(toy, tmp_path):
    """A function that grades a text and explains it."""

    def run(text, *, explain=True):
        path = tmp_path / "toy.py"
        path.write_text(text, encoding="utf-8")
        return grade(path, toy, explain=explain)

    return run


def test_path_that_is_not_there_is_a_wrong_call(capsys):
    """The command prints one sentence and exits with status 2."""
    assert main(["explain", "/nowhere/at/all"]) == 2
    assert capsys.readouterr().err.startswith("There is nothing at /nowhere/at/all.")


def test_python_without_our_packages_is_told_where_they_are(monkeypatch, capfd):
    """The command prints a sentence before every case fails for this reason."""
    monkeypatch.setattr("autograder.commands.PACKAGES", ("numpy", "safetensors_of_another_python"))
    assert main(["explain", str(TOY), "--cases", str(TOY)]) == 2
    said = (
        f"{sys.executable} has no safetensors_of_another_python. Use the Python in .venv, which `make setup` creates.\n"
    )
    assert capfd.readouterr() == ("", said)


def test_command_prints_everything_and_ends_well(tmp_path, capfd):
    """Zero points are a grade like any other."""
    (tmp_path / "toy.py").write_text(ADDS)
    assert main(["explain", str(tmp_path / "toy.py"), "--cases", str(TOY)]) == 0
    printed = capfd.readouterr().out
    assert "FAILED  2    both: sum and product" in printed
    assert "Failed, hidden data, " in printed


def test_hidden_data_reach_staff_and_nobody_else(explained):
    """Staff see the arguments, the expected and the actual values of a hidden case; students see none of them."""
    reached = explained(ADDS)
    text = "\n".join(explanation(reached))
    for line in (
        "  try 1, as handed in: Failed after ",
        "  try 2, with right double: Failed after ",
        "      call 1: both(a, b)\n      a = shape (2,): 3 4\n      b = shape (2,): 5 7\n",
        "      wanted sum = shape (2,): 8 11\n",
        "      got    sum = shape (2,): 8 11\n",
        "      got    product = shape (2,): 16 29\n",
        "      wrong in product: 2 of 2 entries: [0], [1]\n",
        "    Likely cause   Every entry of product is 1 too large.\n",
        "    mistake: structure.added\n    evidence: product: +1\n",
    ):
        assert line in text, line
    shown = json.dumps(as_results(reached))
    assert "shape (2,): 5 7" not in shown and "16 29" not in shown
    assert '"tries"' not in shown


def test_words_and_points_are_those_of_a_grading(explained):
    """Explaining changes nothing."""
    watched, unwatched = as_results(explained(ADDS)), as_results(explained(ADDS, explain=False))
    for one in (watched, unwatched):
        one.pop("execution_time")
    assert watched == unwatched


def test_grading_keeps_no_notes(explained):
    """Notes are made only on request."""
    assert "tries" not in explained(RIGHT, explain=False).facts


def test_mistake_comes_with_what_the_catalogue_says_to_staff():
    """The evidence is added if there is any."""
    note = {
        "stand_ins": [], "outcome": "Failed", "text": "Got 3", "mistake": "double.adds", "calls": 2, "seconds": 0.25,
        "about_mistake": "Ask what twice means.", "evidence": "ratio 1.5", "slowest_call_s": 0.125,
        "unseen": ["z = 1.0"],
    }  # fmt: skip
    result = made_result(text="Got 3", mistake="double.adds", seconds=0.3)
    other = {**note, "stand_ins": ["both", "more"], "unseen": ["z = 2.0"], "mistake": None, "evidence": ""}
    notes = [
        note,
        {**note, "stand_ins": ["both"]},
        {**other, "about_mistake": ""},
        {**note, "outcome": "Passed", "calls": 1},
    ]
    lines = list(explanation(made_grade(result, facts={"tries": {result.case.id: notes}})))
    start = lines.index("  try 1, as handed in: Failed after 0.250 s, 2 calls, the slowest 0.125 s")
    assert lines[start - 1].startswith("  Failed, open data, ")
    assert lines[start + 1 :] == [
        "    Got 3",
        "    mistake: double.adds",
        "    for staff: Ask what twice means.",
        "    evidence: ratio 1.5",
        "    in numbers, for staff:",
        "      z = 1.0",
        "  try 2, with right both: Failed after 0.250 s, 2 calls, the slowest 0.125 s",
        "    the same as in try 1",
        "  try 3, with right both, more: Failed after 0.250 s, 2 calls, the slowest 0.125 s",
        "    Got 3",
        "    in numbers, for staff:",
        "      z = 2.0",
        "  try 4, as handed in: Passed after 0.250 s, 1 call, the slowest 0.125 s",
        "",
    ]


def test_explanation_is_these_lines():
    """The output has facts about the whole grading, then each case: repeated failures in short, and cases without notes
    on their tries as they are.
    """
    failed = [
        made_result(made_case(number=f"1.{i}"), text=f"Got {i}", mistake="double.adds", summary="adds", seconds=0.5)
        for i in (1, 2, 3)
    ]
    passed = made_result(made_case(number="2", example=False), Outcome.PASSED, "4", staff="It was slow.", text="Unsaid")
    lines = explanation(
        made_grade(
            *failed, passed, seconds=1.25, staff=("Landlock is missing.",),
            facts={"found_at": "a.zip/toy.py", "protections": {"landlock": "missing", "limits": "on"}},
        )
    )  # fmt: skip
    assert [line.replace("double: twice as much" + " " * 45, "...") for line in lines] == [
        "A small assignment",
        "",
        "4 of 16 points.\nFix this first: 1.1 double: twice as much: adds.",
        "",
        "Found at:     'a.zip/toy.py'",
        "Graded in:    1.25 s",
        "Protection:   landlock: missing",
        "Protection:   limits: on",
        "Instructor:   Landlock is missing.",
        "",
        "FAILED  1.1  ...    0 / 4",
        "  Failed, open data, 0.500 s, test_1_double.py::test_1_1",
        "  Got 1",
        "",
        "FAILED  1.2  ...    0 / 4",
        "  Failed, open data, 0.500 s, test_1_double.py::test_1_2",
        "  Got 2",
        "",
        "FAILED  1.3  ...    0 / 4",
        "  Failed, open data, 0.500 s, test_1_double.py::test_1_3",
        "  in short: The same mistake as 1.1.",
        "",
        "passed  2    ...    4 / 4",
        "  Passed, hidden data, 0.000 s, test_1_double.py::test_2",
        "  for staff: It was slow.",
        "",
    ]


def test_answer_that_is_judged_after_another_is_named_by_its_own_call(monkeypatch):
    """The number and the arguments of that call are shown. All calls count, with the slowest; each of several mistakes
    is told.
    """
    notes = []
    monkeypatch.setattr(explain, "time", types.SimpleNamespace(monotonic=iter((0, 1, 4, 5, 6, 6, 7, 8.5)).__next__))
    about = [Mistake(f"double.{name}", "double", abs, "", staff=f"Ask about {name}.") for name in ("triples", "adds")]
    witness = Witness(about, notes.append)
    student = Student({"double": Function("double", ("z",), ("value",), ())})
    witness.begin()
    student.bind(witness.watch(Tripled()))
    _, second, _ = (student.double(z) for z in (1.0, 2.0, 3.0))
    with pytest.raises(WrongAnswer) as wrong:
        second.must_equal(value=4.0, within=absolute(1e-9))
    finding = Finding(Outcome.FAILED, "Got 3", mistake="double.adds+structure.column+double.triples")
    witness.end(made_case(), (), finding, wrong.value)
    assert notes[0]["unseen"][:2] == ["call 2: double(z)", "z = 2.0"]
    assert (notes[0]["seconds"], notes[0]["calls"], notes[0]["slowest_call_s"]) == (8.5, 3, 3)
    assert notes[0]["about_mistake"] == "Ask about adds. Ask about triples."


def test_whole_number_is_shown_as_one():
    """Otherwise staff would look for the mistake in a float that the function never received."""
    notes = []
    witness = Witness((), notes.append)
    student = Student({"double": Function("double", ("z",), ("value",), (), integers=("z",))})
    witness.begin()
    student.bind(witness.watch(Tripled()))
    with pytest.raises(WrongAnswer) as wrong:
        student.double(2).must_equal(value=4.0, within=absolute(1e-9))
    witness.end(made_case(), (), None, wrong.value)
    assert notes[0]["unseen"][:2] == ["call 1: double(z)", "z = 2"]


CAME = ["got    value = 3.0", "got    size = 3.0"]


@pytest.mark.parametrize(
    ("judge", "lines"),
    [
        (lambda a: a.must_equal(value=2.0, within=absolute(1e-9)), ["wanted value = 2.0", *CAME]),
        (lambda a: a.must(False, expected="less", got="\x1b3"), [*CAME, "expected: less", "got: 3"]),
    ],
    ids=["one of two", "none"],
)
def test_what_was_not_compared_is_shown_as_it_came(judge, lines):
    """Values that were not compared are shown, too, and whatever was demanded in place of an answer."""
    notes = []
    witness = Witness((), notes.append)
    student = Student({"double": Function("double", ("z",), ("value", "size"), ())})
    witness.begin()
    student.bind(witness.watch(Tripled(2)))
    with pytest.raises(WrongAnswer) as wrong:
        judge(student.double(1.0))
    witness.end(made_case(), (), None, wrong.value)
    assert notes[0]["unseen"][2:] == lines


class Tripled:
    """A backend that always returns three times the argument."""

    printed = ""

    def __init__(self, times=1):
        self._times = times

    def call(self, _function, arguments):
        """Return three times the argument, as often as configured."""
        answer = [3 * np.asarray(arguments[0])] * self._times
        return Returned(answer, ["float"] * self._times)


def test_exception_of_a_hidden_case_is_told_with_its_message(explained):
    """The message is cleaned, because it is a student's text."""
    raises = "def double(z):\n    return 2 * z\n\ndef both(a, b):\n    raise ValueError(f'\\x1b[31m {a[0]} is wrong')\n"
    reached = explained(raises)
    text = "\n".join(explanation(reached))
    assert "      message: [31m 3.0 is wrong\n" in text
    assert "\x1b" not in text
    assert "3.0 is wrong" not in json.dumps(as_results(reached))


def test_program_that_cannot_be_imported_is_explained(explained):
    """The function was never called."""
    text = "\n".join(explanation(explained("1 / 0\n")))
    assert ", 0 calls, the slowest 0.000 s\n" in text
    assert "      type: ZeroDivisionError\n" in text
    assert "      call " not in text


def test_notes_are_bounded(explained):
    """They are bounded whatever a program returns."""
    reached = explained(
        "import numpy as np\ndef double(z):\n    return np.ones((500, 500)) / 3\n\ndef both(a, b):\n    1\n"
    )
    notes = [note for notes in reached.facts["tries"].values() for note in notes]
    assert all(len(line) <= MAX_LINE for note in notes for line in note["unseen"])
    assert all(len(note["unseen"]) < 20 for note in notes)
    assert any("and 249976 more" in line for note in notes for line in note["unseen"])


def test_case_that_was_carried_shows_what_failed_as_handed_in(explained):
    """A mistake that cost nothing is still worth knowing."""
    reached = explained("def double(z):\n    return z + 2\n\ndef both(a, b):\n    return a + b, double(a) * b / 2\n")
    text = "\n".join(explanation(reached))
    assert "  students read: Passed, with no points lost: " in text
    assert "  try 2, with right double: Passed after " in text
    assert "try 1" not in "\n".join(explanation(explained(RIGHT)))


def test_name_of_a_file_steers_no_terminal():
    """The name is a student's text like any other."""
    lines = explanation(made_grade(made_result(), facts={"found_at": "\x1b[2Ja.zip/toy.py"}))
    assert "Found at:     '\\x1b[2Ja.zip/toy.py'" in list(lines)


def test_submission_without_a_file_says_so_once():
    """No case was tried."""
    results = [made_result(outcome=Outcome.UNREADABLE, text="Nothing was handed in.")]
    lines = list(explanation(made_grade(*results, message="Nothing was handed in.")))
    assert "  Nothing was handed in." in lines
