"""naming/sizes.py: what calls at different sizes show together, and above all when they show nothing."""

import numpy as np
import pytest

from autograder.naming.sizes import Judged, only_at, sizes_of

SIDES = {"x": ("n", "m_x"), "theta": ("m_x", "m_h"), "y": ("n",)}
NAMES = ("x", "theta")


def call(n, m_x, m_h, *, right="h", wrong="", hidden=True, place=0):
    """Make a judged call at these sizes: `right` was right in it, or the names in `wrong` were wrong."""
    judged = frozenset(filter(None, [right] if not wrong else [])), frozenset(wrong.split())
    return Judged({"n": n, "m_x": m_x, "m_h": m_h}, *judged, hidden, place)


OPEN = call(1, 3, 2, hidden=False)
SAME = call(9, 3, 2)
WRONG = call(7, 5, 2, wrong="h", place=2)


def evidence(last, *before):
    """Return the evidence for staff; None if nothing is found."""
    found = only_at(last, before, NAMES, SIDES)
    return found and found.evidence


def test_sizes_are_read_from_the_sides():
    """Each size is read once, whichever argument has it."""
    assert sizes_of(NAMES, (np.ones((7, 5)), np.ones((5, 2))), SIDES) == {"n": 7, "m_x": 5, "m_h": 2}


@pytest.mark.parametrize(
    "arguments",
    [(np.ones((7, 5)), np.ones((4, 2))), (np.ones(7), np.ones((5, 2))), (np.ones((7, 5)), 3.0)],
    ids=["two that differ", "another dimension", "a number for an array"],
)
def test_sizes_that_are_not_certain_are_not_known(arguments):
    """Nothing is said about such sizes."""
    assert sizes_of(NAMES, arguments, SIDES) == {}


def test_arguments_without_named_sides_have_no_sizes():
    """An assignment need not name any sides; the sizes of the other arguments are still read."""
    assert sizes_of(("z", "y"), (1.0, np.ones(7)), SIDES) == {"n": 7}
    assert sizes_of(("z",), (1.0,), {}) == {}
    assert sizes_of(("z",), (np.ones(3),), SIDES) == {}


def test_size_at_which_a_function_is_right_on_open_and_hidden_data_is_named():
    """The sentence says where it was wrong and where right, asks a question, and tells how a program gets the size."""
    found = only_at(WRONG, [OPEN, SAME], NAMES, SIDES)
    assert (found.identifier, found.evidence) == ("structure.sizes", "wrong: m_x = 5; right: m_x = 3")
    assert found.sentence == (
        "Wrong with m_x = 5, right with m_x = 3 on open and hidden data: does a line work only for this size? m_x "
        "is x.shape[1]."
    )


def test_several_sizes_that_differ_are_named_together():
    """It is unknown which of them is the cause."""
    found = only_at(call(7, 5, 3, wrong="h"), [OPEN, SAME], NAMES, SIDES)
    assert found.sentence == (
        "Wrong with m_x = 5 and m_h = 3, right with m_x = 3 and m_h = 2 on open and hidden data: does a line work "
        "only for these sizes? m_x is x.shape[1] and m_h is theta.shape[1]."
    )


def test_size_that_varied_while_the_answers_were_right_is_ruled_out():
    """It is not the number of images, nor, after one more right call, m_x."""
    assert evidence(call(7, 5, 3, wrong="h"), OPEN, SAME, call(8, 5, 2)) == "wrong: m_h = 3; right: m_h = 2"
    assert evidence(WRONG, OPEN, SAME, call(8, 40, 2)) is None


def test_one_image_is_a_size_as_any_other():
    """It is named if an answer for hidden data of one image was right."""
    assert evidence(call(3, 3, 2, wrong="h"), OPEN, call(1, 3, 2)) == "wrong: n = 3; right: n = 1"


@pytest.mark.parametrize(
    "before",
    [(OPEN,), (SAME,), (), (OPEN, call(9, 3, 2, right="y"))],
    ids=["open data alone", "hidden data alone", "nothing", "another array"],
)
def test_without_right_answers_to_open_and_hidden_data_nothing_is_said(before):
    """Hidden data also differ in their values."""
    assert evidence(WRONG, *before) is None


def test_wrong_answer_at_the_same_size_refutes_it():
    """The wrong answer may be an earlier one, or the one in question."""
    assert evidence(WRONG, OPEN, SAME, call(4, 3, 2, wrong="h")) is None
    assert evidence(call(4, 3, 2, wrong="h"), OPEN, SAME) is None


def test_wrong_answer_at_a_third_size_leaves_the_sizes_in_which_both_differ():
    """A size that explains only one of the two wrong answers is not the cause."""
    assert evidence(call(5, 4, 2, wrong="h"), OPEN, SAME, call(7, 5, 3, wrong="h")) == "wrong: m_x = 4; right: m_x = 3"
    assert evidence(WRONG, OPEN, SAME, call(7, 3, 4, wrong="h")) is None


def test_second_call_of_a_worker_says_nothing():
    """It may be wrong because of what the first call left behind; a third call follows a second that was right."""
    assert evidence(call(7, 5, 2, wrong="h", place=1), OPEN, SAME) is None


def test_each_wrong_array_must_have_been_right():
    """An exception counts as a wrong answer in all arrays."""
    nothing = call(7, 5, 2, wrong="h y_hat")
    assert evidence(nothing, OPEN, SAME) is None
    assert evidence(nothing, OPEN, SAME, call(1, 3, 2, right="y_hat", hidden=False)) is None
    both = [call(1, 3, 2, right="y_hat", hidden=hidden) for hidden in (False, True)]
    assert evidence(nothing, OPEN, SAME, *both) == "wrong: m_x = 5; right: m_x = 3"


def test_unknown_sizes_say_nothing():
    """The unknown sizes may be those of the wrong call, another wrong call, a right call, or all right calls."""
    unknown = Judged({}, frozenset({"h"}), frozenset(), True, 0)
    assert evidence(Judged({}, frozenset(), frozenset({"h"}), True, 0), OPEN, SAME) is None
    assert evidence(WRONG, OPEN, SAME, unknown) is None
    assert evidence(WRONG, OPEN, SAME, Judged({}, frozenset(), frozenset({"h"}), True, 0)) is None
    assert evidence(WRONG, unknown, Judged({}, frozenset({"h"}), frozenset(), False, 0)) is None
