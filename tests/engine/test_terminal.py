"""autograder/terminal.py: the same words as on Gradescope, in plain lines."""

import os
import shutil

import pytest

from autograder.outcome import Outcome
from autograder.terminal import report, table

from .made import made_case, made_grade, made_result


def lines(grade):
    """Return the report without the padding of its titles."""
    return [" ".join(line.split()) if line[:1].strip() else line for line in report(grade)]


def test_report_of_our_own_fault_names_it():
    """The word stands out, and the student's part says that the fault is not theirs."""
    grade = made_grade(
        made_result(outcome=Outcome.GRADER_ERROR, text="Not your fault.", summary="the grader failed"),
        staff=("1.1: the worker died.",),
    )
    assert "GRADER 1.1 double: twice as much 0 / 4" in lines(grade)
    assert lines(grade)[-1] == "For the instructor: 1.1: the worker died."


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (outcome, {"Passed": "passed", "NotRun": "not run", "GraderError": "GRADER"}.get(outcome.value, "FAILED"))
        for outcome in Outcome
    ],
)
def test_every_outcome_has_a_word(outcome, word):
    """Each word is readable without color, and has at most seven letters."""
    first = next(
        line
        for line in report(made_grade(made_result(outcome=outcome)))
        if "  1.1  " in line or " 1.1  double: twice as much  " in line
    )
    assert first.startswith(f"{word:<8}1.1  double: twice as much ")
    assert first.endswith(" 0 / 4")


def test_report_is_these_lines():
    """The report has the title, where to begin, the cases in order, failures in full and indented, and the points once
    more.
    """
    grade = made_grade(
        made_result(made_case(points="2.5"), Outcome.PASSED, "2.5"),
        made_result(
            made_case(number="10.2", title="double: more"), text="Got   3\n\nTested   z", summary="double is wrong"
        ),
    )
    assert list(report(grade)) == [
        "A small assignment",
        "",
        "2.5 of 6.5 points.\nFix this first: 10.2 double: more: double is wrong.",
        "",
        "passed  1.1  double: twice as much" + " " * 45 + "2.5 / 2.5",
        "FAILED  10.2 double: more" + " " * 58 + "0 / 4",
        "  Got   3\n\n  Tested   z",
        "",
        "",
        "2.5 of 6.5 points.",
    ]


def test_extra_credit_has_a_heading_once_before_its_first_case():
    """It follows an empty line, and is not placed before the cases that everybody has."""
    cases = [made_case(number=number, extra=number != "1.1") for number in ("1.1", "8.1", "8.2")]
    told = list(report(made_grade(*[made_result(case, Outcome.PASSED, "4") for case in cases])))
    assert [line.split("  ")[0] for line in told] == [
        "A small assignment", "", "12 of 4 points, 8 of them extra credit.", "",
        "passed", "", "Extra credit:", "passed", "passed", "", "12 of 4 points, 8 of them extra credit.",
    ]  # fmt: skip


def test_third_failure_of_a_function_takes_a_line():
    """The line points to the first failure with the same mistake, or says in half a line what is wrong."""
    made = [
        made_result(made_case(number=f"1.{i}"), text=f"Got {i}", mistake=mistake, summary=mistake or f"wrong {i}")
        for i, mistake in enumerate(("double.triples", "double.triples", "double.triples", None), 1)
    ]
    text = "\n".join(report(made_grade(*made)))
    assert "  Got 1\n" in text and "  Got 2\n" in text
    assert "Got 3" not in text and "Got 4" not in text
    assert "\n  The same mistake as 1.1.\n" in text
    assert "\n  wrong 4.\n" in text


def test_case_that_passed_with_right_functions_around_it_says_so():
    """The report says that nothing was lost, and whose mistake it was."""
    grade = made_grade(
        made_result(summary="wrong", text="Got 3"),
        made_result(made_case(number="2.1", tags=("both",)), Outcome.PASSED, "4", carried=True),
        facts={"lent": {"both": ("double",)}},
    )
    text = "\n".join(report(grade))
    assert (
        "  Passed, with no points lost: as handed in, this fails, but only because other\n"
        "  functions of yours are wrong (double). With correct versions of them it passes.\n"
    ) in text
    assert "2.1 passed with correct versions of your other functions. Their mistakes cost you nothing there." in text


def test_passed_case_prints_no_text():
    """A passed case takes one line."""
    grade = made_grade(made_result(outcome=Outcome.PASSED, score="4", text="secret"))
    assert "secret" not in "\n".join(report(grade))


def test_table_of_no_submissions_has_a_head():
    """It has nothing else."""
    assert list(table([])) == ["submission                               score  first thing to fix"]


def test_table_has_a_line_for_each_submission(monkeypatch):
    """The line has the name, the score, and the first thing to fix; a message about the file comes first."""
    monkeypatch.setenv("COLUMNS", "100")
    right = made_grade(made_result(outcome=Outcome.PASSED, score="4"))
    wrong = made_grade(
        made_result(outcome=Outcome.PASSED, score="4"),
        made_result(made_case(number="1.2"), summary="double is wrong in 2 of 2 entries"),
        made_result(made_case(number="1.3"), Outcome.DIED, summary="never shown"),
    )
    unreadable = made_grade(
        made_result(outcome=Outcome.UNREADABLE, summary="no file"), message="Nothing was\nhanded in."
    )
    misnamed = made_grade(
        made_result(outcome=Outcome.PASSED, score="4"),
        made_result(made_case(number="1.2"), Outcome.UNREADABLE, text="There is no more.py.", summary="no file"),
    )
    ours = made_result(made_case(number="1.2"), Outcome.GRADER_ERROR, summary="the grader failed")
    fault = made_grade(ours)
    fault_and_wrong = made_grade(ours, made_result(made_case(number="1.3"), summary="wrong"))
    rows = [
        ("right", right), ("wrong", wrong), ("n" * 50, unreadable), ("misnamed", misnamed),
        ("fault", fault), ("fault and wrong", fault_and_wrong),
    ]  # fmt: skip
    assert list(table(rows))[1:] == [
        "right                                      4/4  -",
        "wrong                                     4/12  1.2 double is wrong in 2 of 2 entries",
        "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn       0/4  Nothing was handed in.",
        "misnamed                                   4/8  There is no more.py.",
        "fault                                      0/4  1.2 double: the grader failed",
        "fault and wrong                            0/8  1.3 double: wrong",
    ]


@pytest.mark.parametrize(("columns", "longest"), [("60", 68), ("100", 100), ("200", 200)])
def test_table_fits_the_terminal(monkeypatch, columns, longest):
    """A long sentence is shortened between words; on a very narrow terminal, the line is a little too long."""
    monkeypatch.setenv("COLUMNS", columns)
    grade = made_grade(made_result(summary="word " * 60))
    line = list(table([("name", grade)]))[1]
    assert len(line) <= longest
    assert line.endswith("word ...")


def test_table_on_a_terminal_that_does_not_know_its_width_is_not_narrow(monkeypatch):
    """Python 3.10 says 0 columns there."""
    grade = made_grade(made_result(summary="word " * 60))
    with monkeypatch.context() as narrow:  # undone before pytest asks for the width, as it does with -v
        narrow.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((0, 0)))
        lines = list(table([("name", grade)]))
    assert 90 < len(lines[1]) <= 100
