"""Tasks 7 to 9: one neuron, squared loss, stochastic gradient descent."""

import numpy as np
import pytest
from datapoints import POINTS, points
from gradescope_utils.autograder_utils.decorators import number, tags, weight
from recipes import NEURON_ETA, PASSES, accuracy, mixed, pair
from reference import sigmoid

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


@weight(0.5)
@number("7.2")
@tags("neuron_loss")
def test_loss_of_several_sizes(student, reference):
    """neuron_loss: several sizes

    handout, equation (24), for any number of datapoints and inputs
    """
    for seed, size in enumerate(POINTS, 730):
        x, y, w = points(seed, *size)
        answer = student.neuron_loss(x, y, w)
        answer.must_equal(value=reference.neuron_loss(x, y, w), within=LOSS)
        answer.must_not_change_arguments()


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


@weight(1)
@number("7.4")
@tags("neuron_gradient")
def test_gradient_of_several_sizes(student, reference):
    """neuron_gradient: several sizes, and against finite differences

    handout, equation (25), for any number of inputs; equation (21) for the check
    """
    for seed, size in enumerate(POINTS, 740):
        x, y, w = points(seed, *size)
        for answer, want in answers_for(student, reference, x, y, w, (y.argmax(), y.argmin())):
            answer.must_equal(gradient=want, within=WITHIN)
            answer.must_not_change_arguments()
    x, y, w = points(749, 2, 9)
    for k in (0, 1):
        slopes = reference.neuron_slopes(x[k], y[k], w)
        student.neuron_gradient(x[k], y[k], w).must_equal(gradient=slopes, within=WITHIN)


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


@weight(1)
@number("7.6")
@tags("train_neuron_sgd")
def test_digits(student, reference):
    """train_neuron_sgd: other data, digits it has not seen

    handout, equation (26); leave the arguments as they are: write w = w - ... and never w -= ...
    """
    for seed, size in enumerate(POINTS[:4], 760):
        x, y, w = points(seed, *size)
        arguments = x, y, w, 1.5, mixed(len(x), 3, seed)[: 2 * len(x) + 1]
        answer = student.train_neuron_sgd(*arguments)
        answer.must_equal(w=reference.train_neuron_sgd(*arguments), within=WITHIN)
        answer.must_not_change_arguments()
    for b, at_least in ((1, 0.97), (2, 0.95)):
        digits = pair(b - 1, b)
        order = mixed(len(digits.x), PASSES)
        arguments = digits.x, digits.y, np.zeros(digits.x.shape[1]), NEURON_ETA, order
        answer = student.train_neuron_sgd(*arguments)
        answer.must_equal(w=reference.train_neuron_sgd(*arguments), within=WITHIN)
        reached = accuracy(digits.held_out_y, sigmoid(digits.held_out_x @ answer.value) >= 0.5)
        answer.must(
            reached >= at_least,
            name="w",
            expected=f"at least {at_least:.0%} of the images of {b - 1} and {b} told apart",
            got=f"{reached:.1%}",
        )
