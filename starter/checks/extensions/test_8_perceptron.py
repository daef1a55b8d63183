"""Tasks 10 and 11: the perceptron."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute, of_largest

EXACTLY = absolute(1e-9)
# The largest error of a right program is 1e-15 of the largest weight.
WITHIN = of_largest(1e-4)


def four_points():
    """Return four datapoints of 3 inputs, in exactly represented numbers; the third is on the line: x, y, w."""
    x = np.array([[1.0, 0.75, -0.25], [1.0, 0.25, -0.25], [1.0, -1.0, 1.0], [1.0, 0.75, 0.75]])
    return x, np.array([1.0, 0.0, 0.0, 1.0]), np.array([0.25, -0.5, -0.75])


@pytest.mark.example
@weight(0.5)
@number("8.1")
@tags("perceptron_predict")
def test_prediction(student, reference):
    """perceptron_predict: eight points, one exactly on the line

    handout, equation (27): exactly 0 counts as yes
    """
    # An answer of 0 or 1 carries little information, but these eight sums between -2 and 2 reveal another line or
    # threshold. The last is far from the line, or leaving it out would look like another threshold.
    x = np.array([[1, -0.5, 0.75], [1, 0, -1], [1, 0.5, -1], [1, 0, 0.5], [1, -0.75, 0.5], [1, 1, 1], [1, 0.75, 1],
                  [1, 1, -1]])  # fmt: skip
    w = np.array([-0.5, 1.25, -0.5])
    student.perceptron_predict(x, w).must_equal(y_hat=reference.perceptron_predict(x, w), within=EXACTLY)


@pytest.mark.example
@weight(0.5)
@number("8.3")
@tags("train_perceptron")
def test_few_steps(student, reference):
    """train_perceptron: eight steps, in the order given

    handout, equation (28): nothing moves for a datapoint that is classified correctly
    """
    x, y, w = four_points()
    # Both are asked for before one is compared: eight such steps can reach the same weights in several ways.
    orders = np.array([1, 1, 0, 2, 3, 2, 0, 1]), np.array([1, 2, 0, 3, 1, 2, 0, 2])
    for order, answer in [(order, student.train_perceptron(x, y, w, 0.125, order)) for order in orders]:
        answer.must_equal(w=reference.train_perceptron(x, y, w, 0.125, order), within=WITHIN)
