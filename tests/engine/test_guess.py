"""naming/guess.py: how near a prediction must be, what other cases show against a factor, and the wording."""

import numpy as np
import pytest

from autograder.naming.guess import Guess, Wrong, listed, nth, side_names, subscript


def holds(got, predicted, **more):
    """Return whether a guess that predicts `predicted` holds for `got`."""
    wrong = Wrong(np.asarray(got, dtype=float), np.zeros(np.shape(got)), **more)
    return Guess("kind", lambda *_: np.asarray(predicted, dtype=float), "", "").holds(wrong)


@pytest.mark.parametrize(
    ("got", "same"),
    [
        ([100.0, 1.0], True),
        ([100.00009, 1.0], True),
        ([100.0002, 1.0], False),  # 0.0002 exceeds a millionth of the largest entry
        ([100.0, 1.00009], True),
        ([100.0, 1.00011], False),
    ],
)
def test_prediction_is_as_near_as_a_millionth_of_the_largest_entry(got, same):
    """At home, only ten digits are recorded."""
    assert holds(got, [100.0, 1.0]) == same


@pytest.mark.parametrize(
    ("small", "same"), [(0.010009, True), (0.010011, False), (0.010099, False), (1e-8, False), (0.0, False)]
)
def test_small_entry_beside_a_large_one_is_predicted_in_its_own_size(small, same):
    """A small entry must match to a thousandth of its own size."""
    assert holds([1e6, small], [1e6, 0.01]) == same


@pytest.mark.parametrize(("nothing", "same"), [(0.9e-7, True), (1.1e-7, False), (0.9e-6, False)])
def test_entry_that_is_next_to_nothing_may_be_anything_as_small(nothing, same):
    """It may be the rounding error of a difference."""
    assert holds([1e6, nothing], [1e6, 0.0]) == same


def test_infinite_entries_are_predicted_by_their_like():
    """No warning is raised."""
    assert holds([np.inf, 1.0], [np.inf, 1.0])
    assert not holds([np.inf, 1.0], [-np.inf, 1.0])
    assert not holds([np.inf, 1.0], [2.0, 1.0])


HALF = [1.0, 2.0]
RIGHT = [2.0, 4.0]


@pytest.mark.parametrize(
    ("elsewhere", "fits"),
    [
        ([], True),
        ([(np.ones(2), HALF, RIGHT)], True),
        ([(np.ones(3), HALF, RIGHT)], False),
        ([(np.ones(2), HALF, RIGHT), (np.ones(3), HALF, RIGHT)], False),
        ([(1.0, HALF, RIGHT), (np.ones(3), HALF, RIGHT)], False),  # the first call has no such side
        ([(np.ones(0), HALF, RIGHT), (np.ones(3), HALF, RIGHT)], False),
        ([(1.0, HALF, RIGHT)], True),
        ([(np.ones(3), [1.0, np.nan], RIGHT)], True),  # not a number, so it proves nothing
        ([(np.ones(3), [1.0], RIGHT)], True),
        ([(np.ones(2), [1.0009, 2.0], RIGHT)], True),
        ([(np.ones(2), [1.003, 2.0], RIGHT)], False),
    ],
)
def test_factor_that_other_cases_speak_against_is_none(elsewhere, fits):
    """Calls with more or fewer than two entries tell a factor of 1/2 from one over the number of entries."""
    calls = [([given], np.asarray(got), np.asarray(want)) for given, got, want in elsewhere]
    wrong = Wrong(np.ones(2), np.ones(2), elsewhere=calls)
    assert wrong.fits_elsewhere(lambda given: 1 / np.shape(given[0])[0]) == fits


def test_words_for_a_place():
    """The words differ for a vector, a matrix, and more axes, whose slices have no common name."""
    vector, matrix, cube = np.ones(4), np.ones((4, 5)), np.ones((4, 5, 6))
    assert [nth(vector, 0, at) for at in (0, 2, 3)] == [
        "the first entry",
        "entry 2 (counting from 0)",
        "the last entry",
    ]
    assert [nth(matrix, axis, 2) for axis in (0, 1)] == ["row 2 (counting from 0)", "column 2 (counting from 0)"]
    assert [nth(cube, 1, at) for at in (0, 2)] == ["the first slice of axis 1", "slice 2 of axis 1 (counting from 0)"]
    assert [side_names(array, 0) for array in (vector, matrix, cube)] == ["entries", "rows", "slices of axis 0"]
    assert side_names(matrix, 1) == "columns"
    assert [subscript(array, 0, 3) for array in (vector, matrix)] == ["[3]", "[3, :]"]
    assert subscript(cube, 1, 3) == "[:, 3, :]"
    assert [listed(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
