"""autograder/sizes.py: what calls at different sizes say together, and above all when they say nothing."""

import numpy as np
import pytest

from autograder.sizes import Judged, only_at, sizes_of

SIDES = {"x": ("n", "m_x"), "theta": ("m_x", "m_h"), "y": ("n",)}
NAMES = ("x", "theta")


def call(n, m_x, m_h, *, right="h", wrong="", hidden=True, place=0):
    """A call at these sizes, whose answer `h` was right; or wrong in what is named."""
    judged = frozenset(filter(None, [right] if not wrong else [])), frozenset(wrong.split())
    return Judged({"n": n, "m_x": m_x, "m_h": m_h}, *judged, hidden, place)


OPEN = call(1, 3, 2, hidden=False)
SAME = call(9, 3, 2)
WRONG = call(7, 5, 2, wrong="h", place=2)


def evidence(last, *before):
    """What is kept for staff; None where nothing is said."""
    found = only_at(last, before, NAMES, SIDES)
    return found and found.evidence


def test_sizes_are_read_from_the_sides():
    """Each once, whatever argument has them."""
    assert sizes_of(NAMES, (np.ones((7, 5)), np.ones((5, 2))), SIDES) == {"n": 7, "m_x": 5, "m_h": 2}


@pytest.mark.parametrize(
    "arguments",
    [(np.ones((7, 5)), np.ones((4, 2))), (np.ones(7), np.ones((5, 2))), (np.ones((7, 5)), 3.0)],
    ids=["two that differ", "another dimension", "a number for an array"],
)
def test_sizes_that_are_not_certain_are_not_known(arguments):
    """So nothing is said about them."""
    assert sizes_of(NAMES, arguments, SIDES) == {}


def test_arguments_without_named_sides_have_no_sizes():
    """An assignment need not name any; those of the other arguments are read all the same."""
    assert sizes_of(("z", "y"), (1.0, np.ones(7)), SIDES) == {"n": 7}
    assert sizes_of(("z",), (1.0,), {}) == {}
    assert sizes_of(("z",), (np.ones(3),), SIDES) == {}


def test_size_at_which_a_function_is_right_on_open_and_hidden_data_is_named():
    """Where it was right, where wrong, a question, and how a program finds the size."""
    found = only_at(WRONG, [OPEN, SAME], NAMES, SIDES)
    assert (found.identifier, found.evidence) == ("structure.sizes", "wrong: m_x = 5; right: m_x = 3")
    assert found.sentence == (
        "Wrong with m_x = 5, right with m_x = 3 on open and hidden data: does a line work only for this size? m_x "
        "is x.shape[1]."
    )


def test_several_sizes_that_differ_are_named_together():
    """Which of them it is cannot be told."""
    found = only_at(call(7, 5, 3, wrong="h"), [OPEN, SAME], NAMES, SIDES)
    assert found.sentence == (
        "Wrong with m_x = 5 and m_h = 3, right with m_x = 3 and m_h = 2 on open and hidden data: does a line work "
        "only for these sizes? m_x is x.shape[1] and m_h is theta.shape[1]."
    )


def test_size_that_varied_while_the_answers_were_right_is_ruled_out():
    """It is not the number of images, and with one more right call not m_x."""
    assert evidence(call(7, 5, 3, wrong="h"), OPEN, SAME, call(8, 5, 2)) == "wrong: m_h = 3; right: m_h = 2"
    assert evidence(WRONG, OPEN, SAME, call(8, 40, 2)) is None


def test_one_image_is_a_size_as_any_other():
    """If hidden data of one image were answered rightly."""
    assert evidence(call(3, 3, 2, wrong="h"), OPEN, call(1, 3, 2)) == "wrong: n = 3; right: n = 1"


@pytest.mark.parametrize(
    "before",
    [(OPEN,), (SAME,), (), (OPEN, call(9, 3, 2, right="y"))],
    ids=["open data alone", "hidden data alone", "nothing", "another array"],
)
def test_without_right_answers_to_open_and_hidden_data_nothing_is_said(before):
    """Hidden data differ by their values, too."""
    assert evidence(WRONG, *before) is None


def test_wrong_answer_at_the_same_size_refutes_it():
    """Whether it came before or is the one in question."""
    assert evidence(WRONG, OPEN, SAME, call(4, 3, 2, wrong="h")) is None
    assert evidence(call(4, 3, 2, wrong="h"), OPEN, SAME) is None


def test_wrong_answer_at_a_third_size_leaves_the_sizes_in_which_both_differ():
    """A cause that holds for one of them only is none of both."""
    assert evidence(call(5, 4, 2, wrong="h"), OPEN, SAME, call(7, 5, 3, wrong="h")) == "wrong: m_x = 4; right: m_x = 3"
    assert evidence(WRONG, OPEN, SAME, call(7, 3, 4, wrong="h")) is None


def test_second_call_of_a_worker_says_nothing():
    """It may be wrong for what the first has left behind; the third came after a second that was right."""
    assert evidence(call(7, 5, 2, wrong="h", place=1), OPEN, SAME) is None


def test_each_wrong_array_must_have_been_right():
    """An exception is a wrong answer in all of them."""
    nothing = call(7, 5, 2, wrong="h y_hat")
    assert evidence(nothing, OPEN, SAME) is None
    assert evidence(nothing, OPEN, SAME, call(1, 3, 2, right="y_hat", hidden=False)) is None
    both = [call(1, 3, 2, right="y_hat", hidden=hidden) for hidden in (False, True)]
    assert evidence(nothing, OPEN, SAME, *both) == "wrong: m_x = 5; right: m_x = 3"


def test_unknown_sizes_say_nothing():
    """Of the wrong call, of another wrong one, of a right one, or of all."""
    unknown = Judged({}, frozenset({"h"}), frozenset(), True, 0)
    assert evidence(Judged({}, frozenset(), frozenset({"h"}), True, 0), OPEN, SAME) is None
    assert evidence(WRONG, OPEN, SAME, unknown) is None
    assert evidence(WRONG, OPEN, SAME, Judged({}, frozenset(), frozenset({"h"}), True, 0)) is None
    assert evidence(WRONG, unknown, Judged({}, frozenset({"h"}), frozenset(), False, 0)) is None
