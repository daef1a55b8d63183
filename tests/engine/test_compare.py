"""autograder/compare.py and tolerance.py: what differs, and where."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import absolute, of_largest, relative
from autograder.compare import Difference, allowed, close, difference

INF, NAN = float("inf"), float("nan")


MILLIONTH = absolute(1e-6)


def differs(got, want, within=MILLIONTH):
    """Return the difference between two things, converted to arrays."""
    return difference(np.array(got, dtype=float), np.array(want, dtype=float), within)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        ([1.0], 1.0), (1.0, [1.0]), ([[1.0]], [1.0]), ([[1.0], [2.0]], [1.0, 2.0]), ([], [1.0]),
        (np.zeros((0, 2)), np.zeros((2, 0))), ([1.0, 1.0, 1.0], [1.0, 1.0]),
    ],
    ids=["vector for scalar", "scalar for vector", "matrix", "column", "empty", "other empty", "longer"],
)  # fmt: skip
def test_wrong_shape_is_a_difference_whatever_the_values(got, want):
    """(n, 1) is not (n,): nothing is broadcast, and no entry is compared."""
    assert differs(got, want) == Difference("shape")


@pytest.mark.parametrize(
    ("got", "want", "expected"),
    [
        (NAN, 1.0, Difference("nan", ((),), 1)),
        ([NAN, 1.0], [NAN, 1.0], Difference("nan", ((0,),), 2)),
        ([1.0, INF], [1.0, 2.0], Difference("nan", ((1,),), 2)),
        ([-INF], [INF], Difference("nan", ((0,),), 1)),
        ([[1.0, NAN], [3.0, 4.5]], [[1.0, 2.0], [3.0, 4.0]], Difference("nan", ((0, 1), (1, 1)), 4, 0.5, (1, 1))),
        ([INF, 1.5], [INF, 1.0], Difference("values", ((1,),), 2, 0.5, (1,))),
    ],
    ids=["scalar", "nan for nan", "infinity", "other infinity", "beside a wrong number", "wanted infinity"],
)
def test_nan_and_infinity_where_a_number_is_wanted_are_told_apart(got, want, expected):
    """nan is never right, not even for nan; the largest difference is taken over the finite entries."""
    assert differs(got, want) == expected


def test_wrong_values_are_listed_with_the_largest():
    """Every wrong index is listed in C order, and the place of the largest difference is given."""
    found = differs([[1.0, 2.5], [3.0, 1.0]], [[1.0, 2.0], [3.0, 4.0]])
    assert found == Difference("values", ((0, 1), (1, 1)), 4, 3.0, (1, 1))


def test_wrong_scalar_has_an_empty_index():
    """The index of a scalar is empty."""
    assert differs(2.0, 1.5) == Difference("values", ((),), 1, 0.5, ())


def test_first_of_two_equally_wrong_entries_is_named():
    """The same answer always gives the same message."""
    assert differs([2.0, 2.0], [1.0, 1.0]).largest_at == (0,)


def test_number_too_large_for_a_difference_is_a_wrong_value():
    """1e308 is finite: a message about nan or infinity would be untrue."""
    assert differs([1.7e308], [-1.7e308]).kind == "values"


def test_infinity_that_is_wanted_is_right():
    """The log likelihood of an impossible event is minus infinity, exactly."""
    assert differs([-INF, INF, 1.0], [-INF, INF, 1.0]) is None


@pytest.mark.parametrize(("got", "want"), [([], []), (np.zeros((0, 3)), np.zeros((0, 3))), (-0.0, 0.0)])
def test_nothing_to_differ_is_right(got, want):
    """Empty arrays of the same shape are equal, and so are 0.0 and -0.0."""
    assert differs(got, want) is None


@pytest.mark.parametrize(
    ("within", "want", "right", "wrong"),
    [
        (absolute(0.5), [100.0], [100.5], [100.75]),
        (absolute(0), [1.0], [1.0], [np.nextafter(1.0, 2.0)]),
        (of_largest(0.25), [4.0, 0.0], [5.0, 1.0], [4.0, 1.25]),
        (of_largest(0.25), [-4.0, 0.0], [-5.0, 1.0], [-4.0, 1.25]),
        (of_largest(0.5), [INF, 0.5], [INF, 0.75], [INF, 1.0]),
        (of_largest(0.5), [0.0, 0.0], [0.0, 0.0], [0.0, 1e-9]),
        (relative(0.25), [8.0, 0.5], [10.0, 0.75], [10.5, 0.5]),
        (relative(0.25), [8.0, 0.5], [6.0, 0.25], [8.0, 0.0]),
        (relative(0.25), [8.0, 0.5], [8.0, 0.75], [8.0, 0.8125]),
        (relative(0.25), [-INF, 0.0], [-INF, 0.25], [-INF, 0.5]),
    ],
)
def test_tolerance_includes_its_limit_and_no_more(within, want, right, wrong):
    """A difference of exactly the limit is right; the next larger one is wrong."""
    assert differs(right, want, within) is None
    assert differs(wrong, want, within) is not None


def test_allowed_of_an_empty_array_is_nothing():
    """The largest entry of an empty array counts as 0."""
    assert allowed(np.array([]), of_largest(0.5)) == 0


@pytest.mark.parametrize(
    ("within", "text"),
    [
        (absolute(1e-6), "1e-6"),
        (absolute(1e-10), "1e-10"),
        (of_largest(1e-4), "1e-4 of the largest entry"),
        (relative(2e-9), "2e-9 of the value, or 2e-9 if that is more"),
        (absolute(0.25), "0.25"),
        (absolute(0.01), "0.01"),
        (absolute(0.005), "5e-3"),
        (absolute(1e-15), "1e-15"),
        (absolute(2.5e-4), "2.5e-4"),
        (absolute(0), "0"),
        (absolute(1.0), "1"),
    ],
)
def test_tolerance_reads_as_what_it_is(within, text):
    """The number is not rounded, because a student compares it with a difference next to it."""
    assert str(within) == text


@pytest.mark.parametrize("kind", [absolute, of_largest, relative])
@pytest.mark.parametrize("limit", [1e-17, 9e-16, -1e-6, INF, float("nan"), "1e-9", None])
def test_tolerance_that_no_right_program_can_keep_is_refused(kind, limit):
    """With 1e-17 instead of 1e-7, rounding would be called a mistake. The error contains the refused number."""
    with pytest.raises(ValueError, match=re.escape(f"a tolerance of {limit!r}: take 1e-15 or more")):
        kind(limit)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    values=st.lists(st.tuples(st.floats(), st.floats()), max_size=6),
    within=st.sampled_from([absolute(1e-6), of_largest(1e-4), relative(1e-9)]),
)
def test_any_floats_are_compared_without_a_warning(values, within):
    """For any entries, right means equal, or finite and near, and every wrong entry is listed once."""
    got, want = (np.array([pair[i] for pair in values], dtype=float) for i in (0, 1))
    found = difference(got, want, within)
    with np.errstate(all="ignore"):
        right = (got == want) | (np.abs(got - want) <= allowed(want, within))
    assert (found is None) == right.all()
    if found is not None:
        assert found.wrong == tuple((int(i),) for i in np.flatnonzero(~right))
        assert found.total == len(values)


# ------------------------------------------------------------------------------------- close, for recognizing


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0 + 1e-9], True),
        ([1.0, 2.0], [1.0, 2.1], False),
        ([1.0], [[1.0]], False),
        ([NAN, 1.0], [NAN, 1.0], True),
        ([NAN], [1.0], False),
        ([1.0], [NAN], False),
        ([INF], [INF], True),
        ([INF], [-INF], False),
        ([INF, 1.0], [INF, 1.1], False),
        ([0.0], [0.0], True),
        ([1e-200], [0.0], False),
        ([], [], True),
        (1.0, 1.0, True),
    ],
)
def test_answers_are_close_when_every_entry_is(a, b, expected):
    """The limit is relative to the largest finite entry; nan matches nan, because a formula may give it in the same
    place.
    """
    assert close(np.array(a), np.array(b), 1e-6) is expected


def test_first_of_differences_that_are_alike_is_the_largest():
    """Symmetric answers are off by the same amount, except for the last digit, which differs between machines."""
    for less in (0.0, 1e-16, -1e-16):
        found = differs([0.2 - less, 0.8, 0.5], [0.3, 0.7, 0.5])
        assert found.largest_at == (0,)
    assert differs([0.2, 0.81], [0.3, 0.7]).largest_at == (1,)
