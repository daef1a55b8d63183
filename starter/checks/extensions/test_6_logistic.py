"""Tasks 5 and 6: logistic regression."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

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
