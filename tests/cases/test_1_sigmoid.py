"""Task 1: sigmoid."""

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute

# A right sigmoid is off by 1e-16, one in float32 by 8e-8, and the mildest wrong one (e taken as 2.718) by 2e-5.
WITHIN = absolute(1e-6)


@pytest.mark.example
@weight(4)
@number("1.1")
@tags("sigmoid")
def test_known_values(student):
    """sigmoid: known values

    handout, equation (1): the definition of the sigmoid function
    """
    # Not sorted, so that ignoring one side of 0 does not look like a loop that ends too early.
    z = np.array([0.0, -2.0, 1.0, 8.0, -1.0, 2.0])
    want = [
        0.5,
        0.11920292202211755,
        0.7310585786300049,
        0.9996646498695336,
        0.2689414213699951,
        0.8807970779778823,
    ]
    student.sigmoid(z).must_equal(value=want, within=WITHIN)


@pytest.mark.example
@weight(3)
@number("1.2")
@tags("sigmoid")
def test_any_shape(student, reference):
    """sigmoid: any shape, and a scalar for a scalar

    sigmoid works entry by entry: the result has the shape of z
    """
    for z in (
        np.array([-0.5, 1.5]),
        np.array([[0.3, -1.2, 2.0, 0.0], [4.0, -3.0, 0.7, -0.1], [1.0, 0.9, -2.5, 5.0]]),
        np.array([[[0.1, -0.2]], [[0.3, -0.4]]]),
        1.25,
        np.array(-0.75),
    ):
        student.sigmoid(z).must_equal(value=reference.sigmoid(z), within=WITHIN)


@weight(3)
@number("1.3")
@tags("sigmoid")
def test_other_data(student, reference):
    """sigmoid: other data

    the definition holds for every z
    """
    z = np.random.RandomState(131).uniform(-30, 30, 40)
    student.sigmoid(z).must_equal(value=reference.sigmoid(z), within=WITHIN)
    z = np.random.RandomState(132).normal(0, 2, (3, 5))
    student.sigmoid(z).must_equal(value=reference.sigmoid(z), within=WITHIN)


@pytest.mark.example
@weight(5)
@number("1.4")
@tags("sigmoid")
def test_no_overflow(student, reference):
    """sigmoid: no overflow, warning or nan for large z

    exp(-z) is too large for a float when z is below -709; find a form that never takes exp of a large positive number,
    and leave z itself as it is
    """
    # An array alone: whoever forgets single numbers loses points for that in 1.2, and only there.
    z = np.array([-1e4, -745.0, -710.0, 0.5, 710.0, 745.0, 1e4])
    answer = student.sigmoid(z)
    answer.must_equal(value=reference.sigmoid(z), within=WITHIN)
    answer.must_not_warn()
    # Large numbers invite in-place changes of z, and a program that always changes z does so here too.
    answer.must_not_change_arguments()
