"""Tasks 5 and 6: logistic regression."""

import numpy as np
import pytest
from datapoints import POINTS, points
from gradescope_utils.autograder_utils.decorators import number, tags, weight
from recipes import LOGISTIC_EPOCHS, LOGISTIC_ETA, accuracy, pair

from autograder import of_largest

# Right gradients and weights differ by 1e-14 of their largest entry, those in float32 by 1e-5.
WITHIN = of_largest(1e-4)


def three_points():
    """Return three datapoints with m_x = 4 inputs, so that the two numbers cannot be confused: x, y, theta."""
    x = np.array([[1.0, 0.5, 0.2, 0.9], [1.0, -0.4, 0.8, -0.3], [1.0, 0.1, -0.7, 0.6]])
    return x, np.array([1.0, 0.0, 1.0]), np.array([0.3, -0.8, 0.5, 0.4])


@pytest.mark.example
@weight(1)
@number("6.1")
@tags("logistic_gradient")
def test_gradient(student, reference):
    """logistic_gradient: three datapoints

    handout, equation (22): the right answer minus the prediction, times the input, added up
    """
    x, y, theta = three_points()
    want = reference.logistic_gradient(x, y, theta)
    # Two orders, both asked for before one is compared: in the first order the first label is 1, so using it for all
    # datapoints would look like using no labels.
    for answer in [student.logistic_gradient(x[k], y[k], theta) for k in ([0, 1, 2], [1, 2, 0])]:
        answer.must_equal(gradient=want, within=WITHIN)


@weight(1)
@number("6.2")
@tags("logistic_gradient")
def test_gradient_of_several_sizes(student, reference):
    """logistic_gradient: several sizes, and against finite differences

    handout, equation (22), for any number of datapoints and inputs; equation (21) for the check
    """
    for seed, size in enumerate(POINTS, 620):
        x, y, theta = points(seed, *size)
        answer = student.logistic_gradient(x, y, theta)
        answer.must_equal(gradient=reference.logistic_gradient(x, y, theta), within=WITHIN)
        answer.must_not_change_arguments()
    x, y, theta = points(629, 12, 7)
    slopes = reference.logistic_slopes(x, y, theta)
    student.logistic_gradient(x, y, theta).must_equal(gradient=slopes, within=WITHIN)


@pytest.mark.example
@weight(0.5)
@number("6.3")
@tags("train_logistic")
def test_few_steps(student, reference):
    """train_logistic: three steps

    handout, equation (23): begin with theta = 0, and take every step uphill
    """
    x, y, _ = three_points()
    student.train_logistic(x, y, 0.5, 3).must_equal(theta=reference.train_logistic(x, y, 0.5, 3), within=WITHIN)


@weight(1)
@number("6.4")
@tags("train_logistic")
def test_digits(student, reference):
    """train_logistic: other data, digits it has not seen

    handout, equation (23), with as many steps as epochs says
    """
    for seed, size in enumerate(POINTS[:4], 640):
        x, y, _ = points(seed, *size)
        arguments = x, y, 0.5, 200  # enough that a training which stops when little changes has stopped
        answer = student.train_logistic(*arguments)
        answer.must_equal(theta=reference.train_logistic(*arguments), within=WITHIN)
        answer.must_not_change_arguments()
    for b, at_least in ((1, 0.97), (2, 0.95)):
        digits = pair(b - 1, b)
        arguments = digits.x, digits.y, LOGISTIC_ETA, LOGISTIC_EPOCHS
        answer = student.train_logistic(*arguments)
        answer.must_equal(theta=reference.train_logistic(*arguments), within=WITHIN)
        reached = accuracy(digits.held_out_y, digits.held_out_x @ answer.value >= 0)
        answer.must(
            reached >= at_least,
            name="theta",
            expected=f"at least {at_least:.0%} of the images of {b - 1} and {b} told apart",
            got=f"{reached:.1%}",
        )
