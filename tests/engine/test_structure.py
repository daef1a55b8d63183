"""naming/structure.py, shapes.py, guess.py: each transformation is found as itself and no other, and chance is
never found.
"""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.naming.guess import Wrong
from autograder.naming.structure import find

MANY = settings(max_examples=60, deadline=None, derandomize=True, database=None)
SEEDS = st.integers(0, 10**6)


def drawn(seed, shape=(5, 3)):
    """Return a right answer with alternating signs and no small entries."""
    random = np.random.RandomState(seed)
    sign = random.choice([-1.0, 1.0]) * np.where(np.arange(np.prod(shape, dtype=int)) % 2, 1.0, -1.0)
    return random.uniform(0.2, 3.0, shape) * sign.reshape(shape)


def named(got, want, **more):
    """Return the identifier of the finding, without "structure."."""
    found = find(Wrong(np.asarray(got, dtype=float), np.asarray(want, dtype=float), **more))
    return found and found.identifier.removeprefix("structure.")


def told(got, want, **more):
    """Return the sentence for the student, and the evidence."""
    found = find(Wrong(np.asarray(got, dtype=float), np.asarray(want, dtype=float), **more))
    return found.sentence, found.evidence


def without(want, *places):
    """Return a copy with zeros at these places."""
    got = want.copy()
    for place in places:
        got[place] = 0.0
    return got


def spoilt(want, *places):
    """Return a copy that is wrong at these places, each entry in its own way."""
    got = want.copy()
    for place in places:
        got[place] = np.random.RandomState(7).uniform(5, 9, np.shape(got[place]))
    return got


# One transformation of each kind, for a matrix of five rows and three columns.
OF_A_MATRIX = {
    "transposed": lambda w: w.T,
    "flat": lambda w: w.ravel(),
    "flat_by_columns": lambda w: w.T.ravel(),
    "reshaped": lambda w: w.reshape(3, 5),
    "extra_axis": lambda w: w[:, None, :],
    "summed_up": lambda w: w.sum(axis=0),
    "left_out": lambda w: np.delete(w, 2, axis=0),
    "first_only": lambda w: w[:2],
    "last_only": lambda w: w[-2:],
    "one_more": lambda w: np.insert(w, 0, 1.0, axis=1),
    "opposite_sign": lambda w: -w,
    "factor": lambda w: w / 2,
    "log_base": lambda w: w / np.log(10),
    "multiple": lambda w: 0.37 * w,
    "added": lambda w: w + 1,
    "offset": lambda w: w + 0.37,
    "one_minus": lambda w: 1 - w,
    "squared": lambda w: w**2,
    "exponential": np.exp,
    "inverse": lambda w: 1 / w,
    "absolute": np.abs,
    "clipped": lambda w: np.clip(w, np.sort(w, axis=None)[3], np.sort(w, axis=None)[-4]),
    "rounded": lambda w: np.round(w, 2),
    "whole_number": np.trunc,
    "reversed": lambda w: w[::-1],
    "shifted": lambda w: np.roll(w, 1, axis=0),
    "missing": lambda w: without(w, 2),
    "alone": lambda w: without(w, [0, 1, 3, 4]),
    "zeros": np.zeros_like,
    "all_alike": np.ones_like,
    "right_elsewhere": lambda w: spoilt(w, 2),
    "permuted": lambda w: np.random.RandomState(1).permutation(w.ravel()).reshape(w.shape),
}


@pytest.mark.parametrize("kind", OF_A_MATRIX)
@MANY
@given(seed=SEEDS)
def test_each_transformation_of_a_matrix_is_itself_and_no_other(kind, seed):
    """This holds for any right numbers."""
    want = drawn(seed)
    assert named(OF_A_MATRIX[kind](want), want) == kind


OF_A_VECTOR = {
    "column": lambda w: w[:, None],
    "row": lambda w: w[None, :],
    "summed_up": np.sum,
    "left_out": lambda w: w[:-1],
    "opposite_sign": lambda w: -w,
    "multiple": lambda w: -2.5 * w,
    "offset": lambda w: w - 0.01,
    "reversed": lambda w: w[::-1],
    "shifted": lambda w: np.roll(w, -1),
    "missing": lambda w: without(w, -1),
    "alone": lambda w: without(w, slice(1, None)),
    "first_only": lambda w: without(w, slice(4, None)),
    "last_only": lambda w: without(w, slice(0, 2)),
    "right_elsewhere": lambda w: spoilt(w, slice(4, None)),
    "whole_number": np.floor,
}


@pytest.mark.parametrize("kind", OF_A_VECTOR)
@MANY
@given(seed=SEEDS)
def test_each_transformation_of_a_vector_is_itself_and_no_other(kind, seed):
    """The same holds for a single axis."""
    want = drawn(seed, 7)
    assert named(OF_A_VECTOR[kind](want), want) == kind


OF_A_NUMBER = {
    "wrapped": lambda w: w.reshape(1),
    "opposite_sign": lambda w: -w,
    "factor": lambda w: 2 * w,
    "log_base": lambda w: w / np.log(2),
    "added": lambda w: w + 1,
    "exponential": np.exp,
    "rounded": lambda w: np.round(w, 3),
}


@pytest.mark.parametrize("kind", OF_A_NUMBER)
@MANY
@given(seed=SEEDS)
def test_each_transformation_of_a_number_is_itself_and_no_other(kind, seed):
    """A single number shows less: arbitrary factors and amounts are not looked for."""
    want = drawn(seed, ())
    assert named(OF_A_NUMBER[kind](want), want) == kind


@MANY
@given(seed=SEEDS, shape=st.sampled_from([(5, 3), (3, 3), (7,), (2,), (1,), (), (1, 4), (2, 2)]))
def test_unrelated_numbers_are_nothing(seed, shape):
    """Chance explains one in a million, and none of these."""
    random = np.random.RandomState(seed)
    want, got = drawn(seed, shape), random.normal(0, 2, shape)
    calls = [[random.uniform(size=shape), random.uniform(size=(4, 6))]]
    assert named(got, want, calls=calls, arguments=("a", "b"), hidden=bool(seed % 2)) is None


@MANY
@given(seed=SEEDS)
def test_two_numbers_off_by_different_factors_are_nothing(seed):
    """For example, every row may have its own wrong slope."""
    random = np.random.RandomState(seed)
    want = drawn(seed)
    assert named(want * random.uniform(1.1, 3, (5, 1)), want) is None


@MANY
@given(data=st.data())
def test_whatever_comes_back_nothing_breaks(data):
    """A program may return any shape, with nan and infinity: the result is a short ASCII sentence, or nothing."""
    shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    numbers = st.floats(width=64) | st.sampled_from([0.0, 1.0, -1.0, np.inf, np.nan, 1e308, 5e-324])
    want = data.draw(arrays.arrays(float, shapes, elements=numbers))
    got = data.draw(arrays.arrays(float, st.just(want.shape) | shapes, elements=numbers))
    earlier = data.draw(arrays.arrays(float, st.just(want.shape) | shapes, elements=numbers))
    found = find(
        Wrong(
            got,
            want,
            name=data.draw(st.sampled_from(["", "h"])),
            earlier=[earlier] * data.draw(st.integers(0, 2)),
            calls=[[earlier, got, 1.5]] * 3,
            arguments=("a", "b", "c"),
            results={"y": [got, want, earlier]},
            answers={"f": earlier},
            hidden=data.draw(st.booleans()),
        )
    )
    if found is not None:
        assert found.sentence.isascii()
        assert len(found.sentence) < 250
        assert len(found.evidence) < 120


# ------------------------------------------------------------------------------------- words and evidence


@pytest.mark.parametrize(
    ("got", "sentence", "evidence"),
    [
        (lambda w: w / 2, "Every entry is 1/2 times the right one.", "factor 1/2"),
        (lambda w: 0.01 * w, "Every entry is 0.01 times the right one.", "factor 0.01"),
        (lambda w: 0.37 * w, "Every entry is 0.37 times the right one.", "factor 0.37"),
        (lambda w: w / np.log(2), "Every entry is 1/log(2) times the right one: that is the logarithm to base 2; the "
                                  "natural one is np.log.", "factor 1/log(2)"),
        (lambda w: w + 0.25, "Every entry is 0.25 too large.", "+0.25"),
        (lambda w: w - 0.25, "Every entry is 0.25 too small.", "-0.25"),
        (lambda w: np.round(w, 1), "Every entry is the right number rounded to 1 decimal: return all digits.",
         "1 decimal"),
        (lambda w: np.round(w, 2), "Every entry is the right number rounded to 2 decimals: return all digits.",
         "2 decimals"),
        (lambda w: w.T, "Your answer is transposed: rows and columns are swapped.", "(3, 5) for (5, 3)"),
        (lambda w: without(w, (slice(None), 1)), "Column 1 (counting from 0) is 0; the rest is right.", "[:, 1]"),
        (lambda w: without(w, 4), "The last row is 0; the rest is right.", "[4, :]"),
        (lambda w: w[:, 1:], "The first column is left out; the rest is right.", "[:, 0]"),
        (lambda w: w[:1], "Only the first row is there, of 5.", "1 of 5 rows"),
        (lambda w: w[:, :1], "Only the first column is there, of 3.", "1 of 3 columns"),
        (lambda w: without(w, slice(2, None)),
         "Only the first 2 rows are there; from row 2 on, counting from 0, all is 0.", "2 of 5 rows"),
        (lambda w: without(w, slice(0, 3)), "Only the last 2 rows are there; the others are 0.", "2 of 5 rows"),
        (lambda w: without(w, [0, 1, 3, 4]), "Only row 2 (counting from 0) is there; the others are 0.", "[2, :]"),
        (lambda w: np.roll(w, 1, axis=0), "The rows are right, but one place too late.", "axis 0, by +1"),
        (lambda w: np.roll(w, -1, axis=1), "The columns are right, but one place too early.", "axis 1, by -1"),
        (lambda w: spoilt(w, slice(1, None)), "Only the first row is right.", "1 of 5 rows"),
        (lambda w: w[0], "Only the first row is there, of 5: collect one for each.", "(3,) for (5, 3)"),
        (lambda w: w[-1], "Only the last row is there, of 5: collect one for each.", "(3,) for (5, 3)"),
        (lambda w: w[:2], "Only the first 2 rows are there, of 5.", "2 of 5 rows"),
        (lambda w: w[-2:], "Only the last 2 rows are there, of 5.", "2 of 5 rows"),
        (lambda w: w[-1:], "Only the last row is there, of 5.", "1 of 5 rows"),
        (lambda w: spoilt(w, (slice(None), 2)), "Only the last column is wrong; the rest is right.", "[:, 2]"),
        (lambda w: spoilt(w, (1, 2)), "Only one entry is wrong, [1, 2]; the others are right.", "[1, 2]"),
        (lambda w: spoilt(w, slice(2, None)), "The first 2 rows are right; from row 2 on, counting from 0, none is.",
         "2 of 5 rows"),
    ],
)  # fmt: skip
def test_sentence_and_evidence(got, sentence, evidence):
    """They tell which factor, which row, or which shape."""
    want = drawn(3)
    assert told(got(want), want) == (sentence, evidence)


def test_name_of_one_of_several_arrays_is_in_the_sentence():
    """It stands at the right place in the sentence."""
    want = drawn(3)
    assert told(-want, want, name="h")[0] == "Every entry of h has the opposite sign."
    assert told(want.T, want, name="h")[0] == "h is transposed: rows and columns are swapped."
    assert told(without(want, 0), want, name="h")[0] == "The first row of h is 0; the rest is right."


def test_what_is_right_at_0_alone_is_said_of_0():
    """Every S-shaped curve is right at 0; if that is the first entry, its place tells nothing."""
    z = np.array([0.0, -2.0, 1.0, 8.0, -1.0, 2.0])
    for at in (0, 3):
        rolled = np.roll(z, at)
        want, got = 1 / (1 + np.exp(-rolled)), 0.5 + np.arctan(rolled) / np.pi
        sentence, evidence = told(got, want, calls=[[rolled]], arguments=["z"])
        assert (sentence, evidence) == ("Your answer is right only where z is 0.", "z is not 0")


@pytest.mark.parametrize(("scale", "more"), [(0.5, ", as in an array that is never filled"), (5.0, ".")])
def test_zeros_may_be_what_integers_have_left(scale, more):
    """This is added if every right number is between -1 and 1."""
    want = drawn(3) / np.abs(drawn(3)).max() * scale
    assert told(np.zeros_like(want), want)[0].startswith(f"Every entry is 0{more}")


def test_single_number_has_no_entries_to_speak_of():
    """The sentence calls it the answer, or the array by its name; a single 0 is obvious, and not reported."""
    assert told(1.2, 0.6)[0] == "Your answer is 2 times the right one."
    assert told(1.2, 0.6, name="loss")[0] == "loss is 2 times the right one."
    assert named(0.0, 0.6) is None
    assert named(0.0, 0.004) is None


def test_number_of_entries_explains_a_factor():
    """If it is a side of an argument, an average was returned in place of a sum."""
    want, x = drawn(3), np.ones((7, 5))
    assert told(want / 7, want, calls=[[x]], arguments=["x"]) == (
        "Every entry is 1/7 times the right one, and 7 is the number of rows of x.",
        "factor 1/7",
    )
    assert named(-want / 7, want, calls=[[x]], arguments=["x"]) == "divided"
    assert named(want * 5, want, calls=[[x]], arguments=["x"]) == "multiplied"
    assert named(want / 11, want, calls=[[x]], arguments=["x"]) == "multiple"


@pytest.mark.parametrize("step", [0.1, 0.05, 0.01, 0.001])
def test_usual_size_of_a_step_is_told_of_few_entries_too(step):
    """An arbitrary factor is not told, because it may fit such an array by chance."""
    want = np.array([0.214, 0.1585])
    assert told(step * want, want) == (f"Every entry is {step} times the right one.", f"factor {step}")
    assert told(-step * want, want) == (f"Every entry is -{step} times the right one.", f"factor -{step}")
    assert named(step * 2.5, 2.5) == named(-step * 2.5, 2.5) == "factor"
    images = [[np.ones((round(1 / step), 5))]]
    assert named(step * want, want, calls=images, arguments=["x"]) == "divided"


def test_factor_that_changes_with_the_calls_is_followed():
    """For one datapoint, dividing by the number of rows is right, but a factor of 1/2 is not."""
    first, want = drawn(1), drawn(2)
    calls = [[np.ones((1, 5))], [np.ones((2, 5))]]
    assert told(want / 2, want, earlier=[first], calls=calls, arguments=["x"]) == (
        "Every entry is 1/2 times the right one, and 2 is the number of rows of x.",
        "factor 1/2",
    )
    assert named(want / 2, want, earlier=[first], calls=calls, arguments=["x"]) == "divided"
    assert named(want / 2, want) == "factor"
    assert named(want / 2, want, earlier=[first]) is None


def test_earlier_right_answer_contradicts_what_would_have_made_it_wrong():
    """If a sign was right before, the mistake is not the sign."""
    assert named(-drawn(2), drawn(2), earlier=[drawn(1)]) is None
    assert named(-drawn(2), drawn(2), earlier=[np.zeros((5, 3))]) == "opposite_sign"
    assert named(drawn(2).T, drawn(2), earlier=[drawn(1, 4)]) == "transposed"
    assert named(drawn(2).T, drawn(2), earlier=[drawn(1)]) is None
    assert named(drawn(2).reshape(3, 5), drawn(2), earlier=[drawn(1, (2, 3))]) is None
    assert named(OF_A_MATRIX["permuted"](drawn(2)), drawn(2), earlier=[drawn(1)]) == "permuted"
    assert named(without(drawn(2), 2), drawn(2), earlier=[drawn(1)]) == "right_elsewhere"
    # The earlier answer had no row 2, or its row 2 was rightly 0.
    for before in (drawn(1, (2, 3)), without(drawn(1, (7, 3)), 2), drawn(1, 3)):
        assert named(without(drawn(2), 2), drawn(2), earlier=[before]) == "missing"


def test_wrong_shape_may_have_been_right_before():
    """The earlier data may have had another shape, or happened to need nothing more."""
    want, before = drawn(2), drawn(1, (2, 3))
    assert named(want.ravel()[:, None], want.ravel(), earlier=[before]) == "column"
    assert named(want[:, None], want, earlier=[before]) == "extra_axis"
    assert named(np.delete(want, 2, axis=0), want, earlier=[before]) == "left_out"
    assert named(np.insert(want, 0, 1.0, axis=0), want, earlier=[before]) == "one_more"
    assert named([1.0, 2.0, 4.0], 7.0, earlier=[drawn(1, ())]) == "not_summed"


def test_argument_that_comes_back_is_named():
    """The sentence names the argument; nothing is said if two arguments are the same."""
    want, x, y = drawn(1), drawn(2), drawn(3)
    more = {"arguments": ["x", "y"]}
    assert told(y, want, calls=[[x, y]], **more) == ("Your answer is y itself, unchanged.", "y")
    assert told(y, want, name="y", calls=[[x, y]], **more) == ("y comes back as it was given, unchanged.", "y")
    assert named(y, want, calls=[[y, y]], **more) is None
    assert named(0 * y, want, calls=[[x, 0 * y]], **more) == "zeros"
    labels = np.array([0.0, 1.0, 1.0, 0.0])
    assert named(labels, drawn(1, 4), calls=[[x, labels]], **more) == "equal_to_argument"


def test_other_result_that_comes_back_is_named():
    """One of the results was returned twice."""
    want, other = drawn(1), drawn(2)
    assert told(other, want, name="h", results={"y_hat": [other]}) == (
        "h and y_hat are the same numbers: one of them is returned twice.",
        "y_hat",
    )


def test_answer_of_another_function_is_named():
    """It is named if no argument has the same numbers."""
    want, other = drawn(1), drawn(2)
    assert told(other, want, answers={"h of forward": other})[0] == (
        "Your answer is an earlier answer of another function, h of forward."
    )
    assert named(0 * want, want, answers={"h of forward": 0 * want}) == "zeros"
    assert named(other, want, answers={"h of forward": other}, earlier=[drawn(4)]) is None


def test_answer_that_does_not_change_with_its_arguments():
    """The sentence names the arguments that were different."""
    want, before = drawn(1), drawn(2)
    calls = [[drawn(3), 1.0], [drawn(3), 2.0]]
    assert told(before, want, earlier=[before], calls=calls, arguments=["x", "y"]) == (
        "Your answer is the same as in an earlier call, though y is different; it must change with it.",
        "y",
    )
    calls = [[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]
    assert told(before, want, earlier=[before], calls=calls, arguments=["x", "y", "z"]) == (
        "Your answer is the same as in an earlier call, though x, y and z are different; it must change with them.",
        "x, y and z",
    )
    calls = [[1.0], [2.0], [3.0]]
    assert named(before, want, earlier=[drawn(4), before], calls=calls, arguments=["x"]) == "unchanged"
    assert named(before, want, earlier=[before, drawn(4, 2)], calls=calls, arguments=["x"]) == "unchanged"


def test_factor_that_is_a_side_by_chance_is_not_taken_for_it():
    """Another case, of another size, tells them apart if it has such a side and the answer is made of numbers."""
    want, other, more = drawn(1), drawn(2), {"calls": [[np.ones((20, 2))]], "arguments": ["h"]}

    def found(got, given):
        return named(want / 20, want, elsewhere=[([given], got, other)], **more)

    assert found(other / 20, np.ones((4, 2))) == "factor"
    assert found(other / 4, np.ones((4, 2))) == found(other, np.ones((1, 2))) == "divided"
    assert found(other / 20, 7.0) == found(other / 20, np.ones((0, 2))) == "divided"
    assert found(np.nan * other, np.ones((4, 2))) == found(other[:1], np.ones((4, 2))) == "divided"
    assert named(want * 20, want, elsewhere=[([np.ones((4, 2))], other * 20, other)], **more) == "multiple"


def test_answers_added_up_over_calls():
    """This is found even if the arguments are the same."""
    want, before = drawn(1), drawn(2)
    assert named(want + before, want, earlier=[before], calls=[[1.0], [2.0]], arguments=["y"]) == "added_up_over_calls"
    assert named(2 * want, want, earlier=[want], calls=[[1.0], [1.0]], arguments=["y"]) == "added_up_over_calls"


def test_answers_collected_over_calls():
    """They are in a list that is never emptied: all earlier answers must be there, not only the last call's."""
    want, first, second = drawn(1), drawn(2, (1, 3)), drawn(3, (2, 3))
    assert told(np.vstack([first, second, want]), want, earlier=[first, second])[0] == (
        "Your answer is the right one, but after those of the calls before: something is kept between calls, as in "
        "a list that is made outside the function, or as a default argument."
    )
    assert named(np.append(first, want[0]), want[0], earlier=[first[0]]) == "collected_over_calls"
    assert named(np.vstack([second[:1], want]), want, earlier=[first, second[:1]]) == "one_more"


def test_other_answer_to_the_same_arguments():
    """State is kept between calls, whatever the answer is."""
    want, got = drawn(1), np.random.RandomState(5).normal(size=(5, 3))
    assert named(got, want, earlier=[want], calls=[[1.0], [1.0]], arguments=["y"]) == "other_on_second_call"
    assert named(got, want, earlier=[want], calls=[[1.0], [2.0]], arguments=["y"]) is None
    assert named(got, want, earlier=[want], calls=[[1.0, 1.0], [1.0, 2.0]], arguments=["x", "y"]) is None


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("negative", [0, 2, 4]),
        ("0", [1, 3, 5]),
        ("1", [6, 7]),
        ("positive", [6, 7, 8]),
        ("not negative", [1, 3, 5, 6, 7, 8]),
        ("not positive", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_wrong_exactly_where_an_argument_is_special(what, where):
    """The argument is special by its sign, or because it is 0 or 1."""
    z = np.array([-2.0, 0.0, -1.0, 0.0, -3.0, 0.0, 1.0, 1.0, 2.5])
    sentence = f"Your answer is wrong exactly where z is {what}."
    for want in (drawn(1, 9), drawn(1, (9, 3))):
        assert told(spoilt(want, where), want, calls=[[z]], arguments=["z"])[0] == sentence


@pytest.mark.parametrize("size", [1.0, 1e-6])
def test_row_that_is_left_out_is_found_beside_rounding_and_a_column_of_ones(size):
    """Numbers may be large or small: the rows after it differ, though not in every column, and none is exact."""
    want = drawn(1)
    want[:, 0] = 1.0
    assert told(size * np.delete(want, 2, axis=0) * (1 + 1e-10), size * want) == (
        "Row 2 (counting from 0) is left out; the rest is right.",
        "[2, :]",
    )


def test_row_too_many_is_told_only_where_the_rest_is_right():
    """Nothing is found if the other numbers differ, or if there are two extra rows; an empty answer is not called the
    first rows.
    """
    want, row = drawn(1), np.ones((1, 3))
    assert told(np.vstack([want[:2], row, want[2:]]), want)[0] == (
        "There is one row too many, row 2 (counting from 0); without it the rest is right."
    )
    assert named(np.vstack([want, row, row]), want) is None
    assert named(drawn(2, (6, 3)), want) is None
    assert named(want[:0], want) is None


def test_numbers_that_are_added_up():
    """All of them are added up, or only two."""
    assert told(drawn(1).sum(), drawn(1))[0] == ("Your answer is added up to a single number: return shape (5, 3).")
    assert named(drawn(1, (2, 3)).sum(axis=0), drawn(1, (2, 3))) == "summed_up"
    balanced = np.array([[1.0, -1.0], [2.0, -2.0]])  # a returned 0 says nothing about a sum
    assert named(0.0, balanced) is None
    assert named([0.0, 0.0], balanced) is None
    # The answer may be a count of rows, which by chance equals the sum of h.
    assert named(1.0, [[0.5744425168, 0.4255574832]]) is None


def test_numbers_that_are_not_added_up():
    """There is one number for each datapoint, but their sum is wanted."""
    assert told([1.0, 2.0, 4.0], 7.0) == (
        "Your answer is not added up: the sum over its entries is right.",
        "(3,) for (), axis 0",
    )
    assert named([1.0, 2.0], 3.0) == "not_summed"
    assert told([drawn(1), drawn(2)], drawn(1) + drawn(2))[0] == (
        "Your answer is not added up: the sum over its slices of axis 0 is right."
    )


def test_column_in_place_of_a_vector_where_a_number_was_right_before():
    """For a vector of one entry it is not called a column, because it could as well be a row."""
    want = drawn(1, 4)
    assert named(want[:, None], want, earlier=[drawn(2, ())]) == "column"
    assert named(want[None, :], want, earlier=[drawn(2, ())]) == "row"
    assert named([[2.5]], [2.5]) == "extra_axis"


def test_several_ways_to_a_whole_number_are_not_told_apart():
    """For positive numbers, rounding down is the same as cutting; for tiny ones, no rounded number is left but 0."""
    assert told(np.floor(np.abs(drawn(1))), np.abs(drawn(1))) == (
        "Every entry is cut or rounded to a whole number.",
        "whole",
    )
    assert named(0 * drawn(1), 1e-4 * drawn(1)) == "zeros"


def test_rows_that_are_0_here_and_there_are_no_part_that_is_missing():
    """The rows that are not 0 are neither the first nor the last ones."""
    assert named(without(drawn(1), [0, 2]), drawn(1)) is None


def test_zero_in_the_only_row():
    """The column is looked for, too."""
    want = drawn(1, (1, 4))
    assert told(without(want, (0, 2)), want)[0] == "Column 2 (counting from 0) is 0; the rest is right."


def test_bound_on_one_side():
    """It takes two clipped entries to recognize a bound."""
    want = drawn(1)
    highest = np.sort(want, axis=None)
    assert told(np.minimum(want, highest[-4]), want)[0] == (
        f"Some entries stop at {highest[-4]:.4g}, and the others are right: the answer is clipped."
    )
    assert named(np.maximum(want, highest[2]), want) == named(np.minimum(want, highest[-3]), want) == "clipped"
    classes = np.array([[0.0, 3.0], [3.0, 1.0], [2.0, 3.0]])  # a class found among the remaining ones is one too low
    assert named(np.minimum(classes, 2.0), classes) is None
    assert named(np.minimum(want, highest[-2]), want) == "right_elsewhere"
    assert named(np.clip(want, highest[1], highest[-3]), want) is None


def test_root_and_logarithm_of_positive_numbers():
    """The program takes one step too many."""
    want = np.abs(drawn(1))
    assert told(np.sqrt(want), want)[0] == "Every entry is the square root of the right one."
    assert told(np.log(want), want)[0] == "Every entry is the logarithm of the right one."


def test_numbers_in_their_order_in_another_shape():
    """A matrix is returned for a vector, a row for a matrix, or a row for a column."""
    assert named(drawn(1, 4).reshape(2, 2), drawn(1, 4)) == "reshaped"
    assert named(drawn(1, (2, 3)).reshape(1, 6), drawn(1, (2, 3))) == "reshaped"
    assert named(drawn(1, (6, 1)).T, drawn(1, (6, 1))) == "transposed"


def test_lost_axis_of_length_one():
    """numpy.squeeze is harmless until a side is 1."""
    want = drawn(1, (4, 1))
    assert named(want[:, 0], want) == "squeezed"
    assert named(want[:, 0], want, earlier=[drawn(2, (4, 3))]) == "squeezed"


def test_square_matrix_is_seen_to_be_transposed():
    """The numbers show it: the shape does not."""
    assert named(drawn(1, (4, 4)).T, drawn(1, (4, 4))) == "transposed"


def test_finding_that_coincides_with_another_says_nothing():
    """Numbers that are symmetric about 1/2 give the same answer reversed and subtracted from 1."""
    want = np.array([0.2, 0.5, 0.8])
    assert named(want[::-1], want) is None
    assert named(1 - want, want) is None


def test_right_answer_that_is_no_number_predicts_nothing():
    """This is the case if only a shape is demanded."""
    assert named([[1.0]], np.full(1, np.nan)) is None
    assert named(np.zeros(0), np.zeros(0)) is None
    assert named([-1.0, np.nan, -np.inf, -2.0], [1.0, np.nan, np.inf, 2.0]) is None


def test_infinity_is_no_factor_and_no_amount():
    """An answer that overflows is not a multiple of the right one."""
    want = drawn(1)
    assert named(np.inf * want, want) is None
    assert named(want + np.inf, want) is None


@pytest.mark.parametrize(
    ("kind", "off"),
    [(kind, off) for kind in ("opposite_sign", "transposed", "squared") for off in (1e-5, 1e-3)],
)
def test_nearly_is_not_enough(kind, off):
    """A prediction must hold to a millionth of the largest entry."""
    want = drawn(1)
    got = OF_A_MATRIX[kind](want).copy()
    got[0, 0] += off * np.abs(got).max()
    assert named(got, want) is None


@pytest.mark.parametrize("want", [[1.0, 1.1e-5, 1.3e-5, 1.7e-5], [1.0, 1.1, 1.3, 1.7]])
@pytest.mark.parametrize("off", [[0, 0, 0, 1e-8], [1e-8, 2e-8, 3e-8, 1e-8]])
def test_answer_that_is_almost_right_is_off_by_no_amount_and_no_factor(want, off):
    """A case may demand more digits than a finding rests on; nothing is then said about every entry."""
    assert named(np.add(want, off), want) is None


def test_small_entries_beside_large_ones_must_fit_too():
    """exp(-z) nearly equals 1 divided by the sigmoid where it is large, and only there."""
    z = np.linspace(-30, 30, 40)
    want = 1 / (1 + np.exp(-z))
    assert named(1 / want, want) == "inverse"
    assert named(np.exp(-z), want) is None
    want = np.array([3.0, -2.0, 1.0, -0.5, 2e-6])
    assert named(-want, want) == "opposite_sign"
    assert named(-want * [1, 1, 1, 1, 2], want) is None


def test_zeros_say_nothing_about_every_entry():
    """Half of the entries are twice the right ones, and the others are rightly 0."""
    want = np.array([0.0, 0.0, 0.0, 0.6, 1.0, 1.0, 1.0])
    assert named(2 * want, want) == "right_elsewhere"
    assert named(2 * want[2:], want[2:]) == named(2e-6 * want[2:], 1e-6 * want[2:]) == "factor"
    assert named(2 * want[3:] * [1, 2, 3, 4], want[3:] * [1, 2, 3, 4]) == "factor"


def test_whole_numbers_by_chance_are_not_rounding():
    """Nearly all right answers are whole here."""
    want = np.array([0.0, 0.0, 0.0, 0.62, 1.0, 1.0, 1.0])
    assert named(np.round(want), want) == "right_elsewhere"


def test_nearly_whole_numbers_are_not_rounding():
    """Sums that are far too large make every sigmoid almost 0 or 1, which has nothing to do with rounding."""
    want = np.array([0.62, 0.31, 0.88, 0.44])
    assert named(np.round(want), want) == "whole_number"
    assert named(np.round(want) + np.array([0.0, 3e-34, 0.0, 1e-20]), want) is None


def test_line_in_place_of_the_sigmoid_is_not_rounding():
    """For these few z, 0.2 z + 0.5, clipped to [0, 1], equals the sigmoid rounded to tenths, but it is not a rounded
    sigmoid.
    """
    z = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 8.0])
    want = 1 / (1 + np.exp(-z))
    line = np.clip(0.2 * z + 0.5, 0, 1)
    assert np.allclose(line, np.round(want, 1))
    assert named(line, want) is None
    assert named(np.round(want, 2), want) == "rounded"


def test_one_number_everywhere_is_not_rounding():
    """If all right answers are near 0.5, a program that forgets the weights and returns 0.5 has not rounded."""
    want = np.linspace(0.46, 0.54, 11)
    assert named(np.full(11, 0.5), want) == "all_alike"
    assert named(np.round(want, 2), want) == "rounded"
    near_zero = (want - 0.501) / 3
    assert named(np.round(near_zero, 2), near_zero) == named(np.round(near_zero, 6), near_zero) == "rounded"


def test_zeros_and_ones_that_are_exchanged_are_not_in_another_order():
    """A program that returns 1 for very negative z, and 0 for large z, has not changed the order."""
    want = np.array([0.0, 5e-324, 4e-309, 0.62, 1.0, 1.0, 1.0])
    assert named(np.where(want == 0.62, want, 1 - want), want) is None
    assert named([1.0, 1.0, 0.0, 0.62, 1.0, 0.0, 0.0], want) is None
    # With 1 - h for h, the two derivatives of one image are swapped where its hidden units add up to 1.
    assert named([0.3, 0.5], [0.5, 0.3]) is None
    assert named([0.2, 0.5, 0.7], [0.7, 0.5, 0.2]) == "reversed"


# ------------------------------------------------------------------------------------- hidden data


@MANY
@given(
    seed=SEEDS,
    number=st.floats(0.0001, 10000).filter(lambda number: not float(2 * number).is_integer()),
    spoil=st.sampled_from(["multiple", "offset", "clipped"]),
)
def test_number_of_a_programs_choice_is_not_named_where_data_are_hidden(seed, number, spoil):
    """A factor of 7.31 could encode an input."""
    want = drawn(seed)
    got = {"multiple": number * want, "offset": number + want, "clipped": np.minimum(want, number * 1e-4)}[spoil]
    x = np.random.RandomState(seed).uniform(size=(7, 5))
    found = find(Wrong(got, want, calls=[[x]], arguments=["x"], hidden=True))
    if found is not None:
        # These may be named: a half, two, the size of a step, a side of an argument, the base of a logarithm.
        usual = {"1", "2", "0.1", "0.01", "0.001", "5", "7", "10", "0"}
        assert set(re.findall(r"[\d.]*\d", found.sentence + found.evidence)) <= usual


def test_shape_of_many_sides_is_not_repeated():
    """Sides of 1 between the others could encode digits."""
    assert named(drawn(1)[None], drawn(1)) == "extra_axis"
    assert named(drawn(1)[None, :, None], drawn(1)) is None
    assert named(np.reshape(2.5, (1, 1)), 2.5) == "wrapped"
    assert named(np.reshape(2.5, (1, 1, 1)), 2.5) is None


@pytest.mark.parametrize(
    ("got", "want", "sentence"),
    [
        (lambda w: [w, w / 3], 2.5, "The first part of your answer is the right one: return it alone."),
        (lambda w: [w / 3, w], 2.5, "The last part of your answer is the right one: return it alone."),
        (lambda w: [w, w], 2.5, "The first part of your answer is the right one: return it alone."),
        (lambda w: [w, w * (1 - w)], drawn(5), "The first part of your answer is the right one: return it alone."),
        (lambda w: [w / 3, w, w / 2], 2.5, None),
        (lambda w: [w / 3, w / 2], 2.5, None),
    ],
)
def test_right_answer_beside_another_is_told(got, want, sentence):
    """A program could count with the place of any other part, so only the first and the last are named."""
    found = find(Wrong(np.array(got(want)), np.array(want), hidden=True))
    assert (found and found.sentence) == sentence


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (lambda w: 7.31 * w, "Every entry is the same multiple of the right one."),
        (lambda w: 0.998 * w, "Every entry is the same multiple of the right one, and nearly right."),
        (lambda w: w / 10, "Every entry is 0.1 times the right one."),
        (lambda w: w + 7.31, "Every entry is off by the same amount, too large."),
        (lambda w: w / 7, "Every entry is 1/7 times the right one, and 7 is the number of rows of x."),
        (lambda w: w / 2, "Every entry is 1/2 times the right one."),
        (lambda w: w + 1, "Every entry is 1 too large."),
        (lambda w: w - 1, "Every entry is 1 too small."),
        (lambda w: -w / 2, "Every entry is -1/2 times the right one."),
        (lambda w: -2 * w, "Every entry is -2 times the right one."),
        (lambda w: np.full_like(w, 7.31), "Every entry is the same number."),
        (lambda w: np.clip(w, *np.sort(w, axis=None)[[3, -4]]),
         "Some entries stop at a bound, and the others are right: the answer is clipped."),
    ],
)  # fmt: skip
def test_what_is_told_where_data_are_hidden(got, sentence):
    """The cause is the same, in fewer words."""
    want = drawn(3)
    assert told(got(want), want, calls=[[np.ones((7, 5))]], arguments=["x"], hidden=True)[0] == sentence


@pytest.mark.parametrize(
    ("got", "want", "kind", "unlike"),
    [
        ([0.3, 0.3], [0.3, -0.4], "all_alike", [1.2, 0.1]),
        ([0.0, 0.0], [0.3, -0.4], "zeros", [1.2, 0.0]),
        ([0.3, 0.5, 0.7], [0.3, -0.5, 0.7], "absolute", [1.2, -0.1, 0.1]),
        ([-1.0, -1.0, 0.5, 0.7], [-2.0, -3.0, 0.5, 0.7], "clipped", [-2.5, 0.1, 0.1, 0.1]),
        ([0.12, 0.88, 0.27], [0.1192, 0.8808, 0.2689], "rounded", [0.5, 0.1234, 0.7]),
    ],
)
def test_what_another_wrong_answer_shows_to_be_chance_is_not_found(got, want, kind, unlike):
    """It is a later answer of the case, whose right answer is unknown, or a wrong answer of another case."""
    like, unlike, given = np.array(got), np.array(unlike), [np.ones(2)]
    assert named(got, want, later=[(given, like)], elsewhere=[(given, like, like + 1)]) == kind
    assert named(got, want, later=[(given, unlike)]) != kind
    assert named(got, want, elsewhere=[(given, unlike, unlike + 1)]) != kind
    # A right answer in the other case contradicts nothing, as the mistake shows only here; but no bound has any beyond.
    assert (named(got, want, elsewhere=[(given, unlike, unlike)]) == kind) == (kind != "clipped")


def test_another_same_number_is_the_same_number_everywhere():
    """The number itself may depend on the arguments."""
    assert named([0.3, 0.3], [0.3, -0.4], later=[([], np.array([0.7, 0.7]))]) == "all_alike"


def test_argument_that_a_later_call_does_not_return_is_not_named():
    """The two were equal by chance, as happens in data with few different numbers."""
    x, other = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    given = {"calls": [[x]], "arguments": ["x"]}
    assert named(x, [2.0, 4.5], **given, later=[([other], other)]) == "equal_to_argument"
    assert named(x, [2.0, 4.5], **given, later=[([other], x)]) is None


def test_place_is_not_named_where_other_cases_are_wrong_at_others():
    """The place is a column, or the sign of an argument, and is wrong by itself only in this case."""
    want = drawn(0)
    got = spoilt(want, (slice(None), 1))
    assert named(got, want, elsewhere=[([], spoilt(want, (slice(None), 1)), want)]) == "right_elsewhere"
    assert named(got, want, elsewhere=[([], spoilt(want, 2), want)]) is None
    assert named(got, want, elsewhere=[([], np.ones(4), np.zeros(4))]) == "right_elsewhere"

    z, right = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]), drawn(1, (6,))
    given = {"calls": [[z]], "arguments": ["z"]}
    wrong = spoilt(right, slice(3, None))
    assert named(wrong, right, **given, elsewhere=[([-z], spoilt(right, slice(0, 3)), right)]) == "wrong_where"
    assert named(wrong, right, **given, elsewhere=[([z], spoilt(right, slice(0, 3)), right)]) is None
    # All others there are only a little wrong, but they are.
    assert named(wrong, right, **given, elsewhere=[([z], right * 1.0005, right)]) is None


def test_one_wrong_entry_is_not_named_where_several_are_wrong_in_another_case():
    """It is the only entry here that a mistake in all of them can show in, such as a sigmoid that is not 0 or 1."""
    want = np.array([0.0, 0.0, 0.62, 1.0, 1.0])
    got = np.array([0.0, 0.0, 0.65, 1.0, 1.0])
    other = drawn(1, 4)
    assert named(got, want) == "right_elsewhere"
    assert named(got, want, elsewhere=[([], spoilt(other, 2), other)]) == "right_elsewhere"
    assert named(got, want, elsewhere=[([], spoilt(other, 1, 2), other)]) is None


def test_multiple_is_not_named_where_another_answer_is_none():
    """A wrong factor for each datapoint is the same factor for all where all are alike."""
    want, other = drawn(1), drawn(2)
    unlike = other * np.linspace(1, 2, 5)[:, None]
    assert named(0.37 * want, want, elsewhere=[([], -1.9 * other, other), ([], other[0], other)]) == "multiple"
    assert named(0.37 * want, want, elsewhere=[([], unlike, other)]) is None


@pytest.mark.parametrize(("got", "kind"), [([-0.5, -0.3], "opposite_sign"), ([1.0, 0.6], "factor")])
def test_what_another_wrong_answer_lacks_is_chance(got, kind):
    """With 1 - h for h, a gradient may have the opposite sign where the differences y - y_hat add up to 0."""
    assert named(got, [0.5, 0.3]) == kind
    other = np.array([0.2, 0.3, 0.7])
    assert named(got, [0.5, 0.3], elsewhere=[((), 1 - other, other)]) != kind
    assert named(got, [0.5, 0.3], elsewhere=[((), other, other)]) == kind


def test_right_answer_beyond_a_bound_shows_that_there_is_none():
    """An exception that is caught may lead to one number for all that is small, in one case only."""
    got, want = [0.5, 0.5, 0.6, 1.0], [0.0, 0.1, 0.6, 1.0]
    assert named(got, want) == "clipped"
    assert named(got, want, elsewhere=[((), np.array([0.2, 0.9]), np.array([0.2, 0.9]))]) != "clipped"


@pytest.mark.parametrize(("axis", "what"), [(0, "row"), (1, "column")])
def test_vector_that_became_a_table(axis, what):
    """A column and a vector make a table, in which the right answer may come several times."""
    want = drawn(3, (4,))
    sentence, _ = told(np.stack([want] * 4, axis), want)
    assert sentence == (
        f"Every {what} is the right answer, as when arrays of shapes (n, 1) and (n,) meet and make a table: return one "
        "of shape (4,)."
    )


def test_argument_that_is_added_to_the_right_answer():
    """A penalty for large weights, or weights after a step; with hidden data, without the number."""
    weights, other, want = drawn(1, 4), drawn(2, (3, 4)), drawn(3, 4)
    given = {"calls": [[other, weights]], "arguments": ["x", "w"]}
    words = {
        "Your answer is the right one minus 0.02 times w: leave w out of it.": want - 0.02 * weights,
        "Your answer is the right one plus w: leave w out of it.": want + weights,
        "Your answer is w minus 0.37 times the right one: leave w out of it.": weights - 0.37 * want,
    }
    for sentence, got in words.items():
        assert told(got, want, **given)[0] == sentence
    assert told(want - 0.02 * weights, want, **given, hidden=True)[0] == (
        "Your answer is the right one plus a multiple of w: leave w out of it."
    )
    assert told(weights - 0.37 * want, want, **given, hidden=True)[0] == (
        "Your answer is w plus a multiple of the right one: leave w out of it."
    )
    assert told(want - weights, want, **given, name="w")[0] == "w is the right one minus w as it was given."


def test_argument_is_not_named_where_it_is_added_by_chance():
    """A wrong slope makes another multiple of an argument, as adding that argument does. Other cases count, too."""
    x, weights = drawn(1, 4), drawn(2, 4)
    given = {"calls": [[x, weights]], "arguments": ["x", "w"]}
    assert named(0.7 * x, 0.3 * x, **given) == "multiple"
    assert named(0.7 * x, 0.3 * x, **given, elsewhere=[([x, weights], drawn(5, 4), drawn(6, 4))]) is None
    want, right = drawn(3, 4), drawn(4, 4)
    got = want + 0.5 * weights
    assert named(got, want, **given, elsewhere=[([x, x], right + 0.5 * x, right)]) == "argument_added"
    assert named(got, want, **given, elsewhere=[([x, x], right + 0.6 * x, right)]) is None
    assert named(got, want, **given, elsewhere=[([x, x], right[:2], right)]) == "argument_added"
