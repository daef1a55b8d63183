"""Tasks 7 to 9: one neuron, squared loss, stochastic gradient descent."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import of_largest, relative

# Right gradients and weights differ by 1e-14 of their largest entry, those in float32 by 1e-5.
WITHIN = of_largest(1e-4)
LOSS = relative(1e-5)


def three_points():
    """Return three datapoints with m_x = 3 inputs: x, y, w."""
    x = np.array([[1.0, 0.6, -0.3], [0.8, -0.5, 0.9], [1.0, 0.2, 0.4]])
    return x, np.array([1.0, 0.0, 0.0]), np.array([-0.4, 0.7, 0.2])


def answers_for(student, reference, x, y, w, datapoints):
    """Return, for each of these datapoints, neuron_gradient's answer and the right gradient.

    All are asked for before one is compared, because with one label alone, some mistakes look the same.
    """
    return [(student.neuron_gradient(x[k], y[k], w), reference.neuron_gradient(x[k], y[k], w)) for k in datapoints]


@pytest.mark.example
@weight(0.5)
@number("7.1")
@tags("neuron_loss")
def test_loss(student, reference):
    """neuron_loss: three datapoints, then two

    handout, equation (24): half the sum of the squared differences
    """
    x, y, w = three_points()
    # Both are asked for before one is compared: in the first, the first datapoint also has the largest error, every
    # answer is closer to no, and there are as many datapoints as inputs.
    arguments = (x, y, w), (x[:0:-1], y[:0:-1], -w)
    for one, answer in [(one, student.neuron_loss(*one)) for one in arguments]:
        answer.must_equal(value=reference.neuron_loss(*one), within=LOSS)


@pytest.mark.example
@weight(1)
@number("7.3")
@tags("neuron_gradient")
def test_gradient(student, reference):
    """neuron_gradient: one datapoint, and another

    handout, equation (25): three factors, and the input
    """
    x, y, w = three_points()
    for answer, want in answers_for(student, reference, x, y, w, (0, 1)):
        answer.must_equal(gradient=want, within=WITHIN)


@pytest.mark.example
@weight(0.5)
@number("7.5")
@tags("train_neuron_sgd")
def test_few_steps(student, reference):
    """train_neuron_sgd: five steps, in the order given

    handout, equation (26): one datapoint, one step down; some come twice
    """
    x, y, w = three_points()
    # A step size of 2 would equal the factor of other mistakes. No wrong order begins with the last step's datapoint.
    arguments = x, y, w, 1.5, np.array([1, 0, 0, 1, 2])
    student.train_neuron_sgd(*arguments).must_equal(w=reference.train_neuron_sgd(*arguments), within=WITHIN)
