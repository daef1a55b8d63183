"""Task 3: log_likelihood."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute, relative

# A right sum is off by 2e-16, one in float32 by 1e-6, the mildest wrong one by 9e-2.
WITHIN = relative(1e-5)


@pytest.mark.example
@weight(5)
@number("3.1")
@tags("log_likelihood")
def test_three_datapoints(student):
    """log_likelihood: three datapoints by hand

    handout, equation (9), the log likelihood: log(0.9) + log(1 - 0.2) + log(0.6)
    """
    y, y_hat = np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.2, 0.6])
    # In several orders, all asked for before one is compared: in a single order, the largest term can equal the first,
    # and the result of = in place of += can equal the sum without the first.
    orders = [0, 1, 2], [2, 0, 1], [1, 2, 0]
    for answer in [student.log_likelihood(y[order], y_hat[order]) for order in orders]:
        answer.must_equal(value=-0.8393296907380268, within=WITHIN)


@pytest.mark.example
@weight(3)
@number("3.4")
@tags("log_likelihood")
def test_exact_limits(student, reference):
    """log_likelihood: exact limits, y_hat = 1 and y_hat = 0

    y = 1 with y_hat = 1 is certain and adds 0; y = 1 with y_hat = 0 is impossible: return -inf, or anything below -15
    """
    # First away from the limits: a program that is right there but returns nan at the limits multiplies 0 by log(0).
    y = np.array([1.0, 0.0, 1.0, 0.0])
    # In the first y_hat, neither the largest nor the smallest term comes first or last.
    for y_hat in (np.array([0.7, 0.45, 0.8, 0.4]), np.array([1.0, 0.0, 0.5, 0.25])):
        answer = student.log_likelihood(y, y_hat)
        answer.must_equal(value=reference.log_likelihood(y, y_hat), within=absolute(1e-6))
        # The limits invite in-place changes of y_hat.
        answer.must_not_change_arguments()
    answer = student.log_likelihood(np.array([1.0]), np.array([0.0]))
    answer.must_have_shapes(value=())
    low = bool(answer.value < -15)
    answer.must(low, expected="-inf, or anything below -15", got=f"{float(answer.value):.6g}")
