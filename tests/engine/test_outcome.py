"""autograder/outcome.py: points are numbers, never above the maximum, and summed exactly."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.gradescope.results import as_results
from autograder.outcome import Outcome, as_score

from .made import made_case, made_grade, made_result

NO_POINTS = {
    "nan": float("nan"),
    "NumPy's nan": np.float64("nan"),
    "decimal nan": Decimal("nan"),
    "signaling nan": Decimal("snan"),
    "infinity": float("inf"),
    "minus infinity": Decimal("-inf"),
    "infinity as text": "inf",
    "True": True,
    "False": False,
    "NumPy's True": np.bool_(True),
    "None": None,
    "text": "many",
    "empty text": "",
    "a list": [1],
    "an array": np.array([1.0, 2.0]),
    "complex": 1j,
    "an integer beyond float": 10**400,
}


@pytest.mark.parametrize("value", NO_POINTS.values(), ids=list(NO_POINTS))
def test_what_is_no_finite_number_is_a_value_error(value):
    """`as_score` raises no other exception: the plugin turns a ValueError into a sentence for staff."""
    with pytest.raises(ValueError, match="is no number of points"):
        as_score(value, Decimal(5))


def test_error_quotes_the_value():
    """The sentence contains the value that was set."""
    with pytest.raises(ValueError, match="points") as refused:
        as_score(float("nan"))
    assert str(refused.value) == "nan is no number of points"


@pytest.mark.parametrize(
    ("value", "most", "points"),
    [
        (-1, 5, "0"), (-0.0, 5, "0"), (Decimal("-1e30"), 5, "0"), (6, 5, "5"), (1e300, 5, "5"), (5, 5, "5"),
        (3.5, 5, "3.5"), (np.float32(2.5), 5, "2.5"), (np.int64(3), 5, "3"), (Fraction(1, 4), 5, "0.25"),
        (0.1 + 0.2, 5, "0.3"), (1 / 3, 5, "0.33"), (0.005, 5, "0.01"), (2.675, 5, "2.68"), (100, 100, "100"),
        (1e-9, 5, "0"), (Decimal("2.50"), 5, "2.5"), (3, 0, "0"),
    ],
)  # fmt: skip
def test_score_is_clamped_and_rounded_once(value, most, points):
    """The score is from 0 to the maximum, has two decimals (half a cent rounds up), and is written without trailing
    zeros or an exponent.
    """
    assert f"{as_score(value, Decimal(most)):f}" == points


def test_minus_zero_is_zero():
    """Otherwise -0 would be written as -0.0."""
    assert str(as_score(-0.0)) == "0"


def test_score_is_never_above_the_most_after_rounding():
    """Rounding comes before clamping; otherwise a case of 0.125 points would give 0.13."""
    assert as_score(1, Decimal("0.125")) <= Decimal("0.125")


def test_full_points_of_an_eighth_are_kept():
    """Eight cases of 0.125 points add up to 1, and each earns all of its points."""
    cases = [made_case(number=str(i), points="0.125") for i in range(8)]
    scores = [as_score(case.points, case.points) for case in cases]
    assert scores == [Decimal("0.125")] * 8
    assert sum(scores) == 1


def test_halves_add_up_to_a_whole_number():
    """The sum is written as 2, not as 2.0, which a Decimal sum gives."""
    results = [made_result(made_case(number=str(i), points="0.5")) for i in range(4)]
    assert f"{made_grade(*results).points:f}" == "2"


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    value=st.floats() | st.integers() | st.decimals() | st.booleans() | st.text(max_size=5), most=st.integers(0, 1000)
)
def test_any_value_is_points_within_bounds_or_a_value_error(value, most):
    """Either 0 <= score <= most and JSON can represent the score, or the exception is a ValueError."""
    try:
        score = as_score(value, Decimal(most))
    except ValueError:
        return
    assert 0 <= score <= most
    assert json.dumps(float(score), allow_nan=False)


# ------------------------------------------------------------------------------------- sums


def test_sum_of_tenths_is_exact():
    """Ten times 0.1 is 1: points are decimal, not binary."""
    results = [made_result(made_case(number=str(i), points="0.1"), Outcome.PASSED, "0.1") for i in range(10)]
    grade = made_grade(*results)
    assert (grade.score, grade.points) == (Decimal(1), Decimal(1))


def test_thirds_are_rounded_once_in_the_sum():
    """Three times 3.333 is 9.999, which rounds to 10; if each were rounded first, the sum would be 9.99."""
    results = [made_result(made_case(number=str(i), points="4"), Outcome.FAILED, "3.333") for i in range(3)]
    assert made_grade(*results).score == Decimal(10)


def test_points_are_the_same_whatever_the_outcomes():
    """The maximum depends only on the cases."""
    cases = [made_case(number="1", points="4"), made_case(number="2", points="2.5")]
    for outcome in Outcome:
        grade = made_grade(*(made_result(case, outcome) for case in cases))
        assert (grade.score, grade.points) == (Decimal(0), Decimal("6.5"))


def test_grade_without_cases_is_nothing_of_nothing():
    """There are no points and no exception."""
    assert (made_grade().score, made_grade().points) == (Decimal(0), Decimal(0))
    assert as_results(made_grade())["tests"] == []


def test_faults_are_the_cases_the_grader_failed_on():
    """A student's failures are not faults of ours."""
    results = [made_result(made_case(number=outcome.value), outcome) for outcome in Outcome]
    assert [fault.case.number for fault in made_grade(*results).faults] == ["GraderError"]


@pytest.mark.parametrize(
    ("tags", "function"), [((), ""), (("sigmoid",), "sigmoid"), (("backprop", "slow"), "backprop")]
)
def test_function_of_a_case_is_its_first_tag(tags, function):
    """A case without tags has no function."""
    assert made_case(tags=tags).function == function
