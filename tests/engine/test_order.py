"""autograder/order.py: which failures to read first, which to show in full, and which in one line."""

import pytest

from autograder import order
from autograder.outcome import Outcome

from .made import made_case, made_result


def failed(number, function="double", mistake=None, *, outcome=Outcome.FAILED, **declared):
    """Make a failure with its own text."""
    case = made_case(number=number, tags=(function,), **declared)
    summary = f"summary {number}" if mistake is None else f"it is {mistake}"
    return made_result(case, outcome, text=f"text {number}", summary=summary, mistake=mistake)


def numbers(results):
    """Return the case numbers of the failures in reading order."""
    return [one.case.number for one in order.failures(results)]


def lines(results):
    """Return case number -> line, for the failures that are not shown in full."""
    short = order.in_short(results)
    return {one.case.number: short[one.case.id].line for one in results if one.case.id in short}


def test_nothing_wrong_is_nothing_to_read():
    """A fault of ours is not in the list, either."""
    results = [made_result(outcome=Outcome.PASSED), made_result(outcome=Outcome.GRADER_ERROR, text="ours")]
    assert (numbers(results), lines(results), order.first(results)) == ([], {}, "")


def test_functions_keep_the_order_of_the_handout():
    """Later functions build on earlier ones."""
    assert numbers([failed("1.3"), failed("2.1", "both"), failed("1.4")]) == ["1.3", "1.4", "2.1"]


def test_open_cases_come_first_and_among_them_a_named_mistake():
    """Open cases show more. At home there are no other cases, so the order is the same in both places."""
    results = [failed("1.1", example=False, mistake="m"), failed("1.2"), failed("1.3", mistake="m")]
    assert numbers(results) == ["1.3", "1.2", "1.1"]
    assert order.first(results) == "Fix this first: 1.3 double: twice as much: it is m."


def test_file_that_cannot_be_graded_is_no_matter_of_its_first_case():
    """The thing to fix may be the file's name, for example; the text of every case says so."""
    said = "There is no more.py; found instead: more (1).py. If that is your program, rename it to more.py."
    case = made_case(number="3.1", tags=("pick",))
    unreadable = made_result(case, Outcome.UNREADABLE, text=said, summary="no file to grade")
    assert order.first([made_result(outcome=Outcome.PASSED), unreadable]) == f"Fix this first: {said}"
    assert order.first([failed("1.1"), unreadable]).startswith("Fix this first: 1.1 ")


def test_two_failures_of_each_function_are_shown_in_full():
    """The rest take one line: the case where the mistake is explained, or what is wrong."""
    results = [
        failed("1.1", mistake="m"), failed("1.2", mistake="m"), failed("1.3", mistake="m"), failed("1.4"),
        failed("2.1", "both"), failed("2.2", "both"), failed("2.3", "both", mistake="n"),
    ]  # fmt: skip
    assert lines(results) == {"1.3": "The same mistake as 1.1.", "1.4": "summary 1.4.", "2.2": "summary 2.2."}
    short = order.in_short(results)
    assert [one.case.number for one in results if one.case.id in short and short[one.case.id].same_mistake] == ["1.3"]


def test_same_words_about_a_mistake_without_a_name_do_not_make_it_the_same():
    """A different line may have raised the exception: mistakes are the same only if their cause is known."""
    results = [failed(f"1.{i}")._replace(summary="double() raised IndexError") for i in (1, 2, 3)]
    assert lines(results) == {"1.3": "double() raised IndexError."}


def test_same_name_for_something_else_is_not_the_same_mistake():
    """A missing row has the same identifier in every function and for every row."""
    row, other = failed("1.3", mistake="missing"), failed("1.4", mistake="missing")
    other = other._replace(summary="another row is missing")
    results = [failed("1.1", mistake="missing"), failed("1.2", mistake="missing"), row, other]
    elsewhere = [failed(f"2.{i}", "both", mistake="missing" if i > 2 else "n") for i in (1, 2, 3)]
    assert lines([*results, *elsewhere]) == {
        "1.3": "The same mistake as 1.1.", "1.4": "another row is missing.", "2.3": "it is missing.",
    }  # fmt: skip


def test_hidden_cases_take_no_place_from_open_ones():
    """Whatever is shown in full at home is shown in full on Gradescope."""
    at_home = [failed("1.1", mistake="m"), failed("1.4", mistake="m")]
    graded = [at_home[0], failed("1.2", example=False, mistake="m"), failed("1.3", example=False), at_home[1]]
    assert lines(at_home) == {}
    assert lines(graded) == {"1.2": "The same mistake as 1.1.", "1.3": "summary 1.3."}


def test_same_words_are_said_once():
    """A program that cannot be imported fails everywhere with the same text, whatever the function."""
    results = [made_result(made_case(number=f"{i}.1", tags=(str(i),)), text="SyntaxError") for i in (1, 2, 3)]
    assert lines(results) == {"2.1": "The same as 1.1.", "3.1": "The same as 1.1."}
    assert not any(short.same_mistake for short in order.in_short(results).values())


@pytest.mark.parametrize("declared", [{"hidden_message": "Ask us."}, {"visibility": "after_published"}])
def test_case_with_words_or_visibility_of_its_own_stays_as_it_is(declared):
    """No line points to it, and none of its text is replaced."""
    own = [failed(f"1.{i}", mistake="m", **declared) for i in (1, 2, 3)]
    others = [failed(f"1.{i}", mistake="m") for i in (4, 5, 6)]
    assert lines([*own, *others]) == {"1.6": "The same mistake as 1.4."}


def test_failure_of_which_nothing_may_be_said_is_named_without_a_reason():
    """Its text is the instructor's own, and stays with the case."""
    own = made_result(made_case(hidden_message="Ask us."), text="Ask us.")
    assert order.first([own]) == "Fix this first: 1.1 double: twice as much."
