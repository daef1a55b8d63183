"""Tasks 12 to 16: a network with several outputs, and all ten digits."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute, of_largest, relative

# Right gradients and weights differ by 1e-14 of their largest entry, those in float32 by 1e-5.
WITHIN = of_largest(1e-4)
VALUES = absolute(1e-5)
LOSS = relative(1e-5)
EXACTLY = absolute(1e-9)


def four_points():
    """Return four datapoints, m_x = 3 inputs, m_h = 2 hidden units, K = 3 outputs: x, y, W, V.

    The class of the first datapoint is neither the first nor the last, so that no output can be confused with another.
    """
    x = np.array([[1.0, 0.5, 0.2], [1.0, -0.4, 0.8], [1.0, 0.7, -0.6], [1.0, -0.9, -0.3]])
    W = np.array([[0.4, -1.0], [0.6, 1.2], [-2.0, 0.5]])
    V = np.array([[0.5, -1.3, 0.8], [-1.0, 1.2, 0.4]])
    y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    return x, y, W, V


def one_point_and_two_others():
    """Return the first of the four alone, then the next two, with K = 4 outputs, because there are 3 inputs.

    None comes twice, so that returning the first answer again does not look like using only the first datapoint.
    """
    x, y, W, V = four_points()
    y, V = np.column_stack((y, np.zeros(4))), np.column_stack((V, [0.3, -0.6]))
    return (x[:1], y[:1], W, V), (x[1:3], y[1:3], W, V)


@pytest.mark.example
@weight(0.5)
@number("9.1")
@tags("forward_multi")
def test_forward(student, reference):
    """forward_multi: four datapoints, three outputs

    handout, equations (29) and (30): V holds K columns, each like theta_y before
    """
    x, _, W, V = four_points()
    h, y_hat = reference.forward_multi(x, W, V)
    student.forward_multi(x, W, V).must_equal(h=h, y_hat=y_hat, within=VALUES)


@pytest.mark.example
@weight(0.5)
@number("9.3")
@tags("squared_loss")
def test_loss(student, reference):
    """squared_loss: four datapoints, three outputs

    handout, equation (31): half the sum of the squared differences, over datapoints and outputs
    """
    _, y, _, _ = four_points()
    # Two digits each; with one, the squares of different datapoints would have the same sum.
    y_hat = np.array([[0.23, 0.71, 0.42], [0.64, 0.35, 0.57], [0.18, 0.62, 0.83], [0.91, 0.46, 0.39]])
    # All are asked for before one is compared: with three outputs, dividing by 3 looks like dividing by their number;
    # and the first datapoint must not always have the largest error.
    arguments = (y, y_hat), (y[[3, 0, 1], :2], y_hat[[3, 0, 1], :2]), (y[[3, 1, 2, 0]], y_hat[[3, 1, 2, 0]])
    for one, answer in [(one, student.squared_loss(*one)) for one in arguments]:
        answer.must_equal(value=reference.squared_loss(*one), within=LOSS)


@pytest.mark.example
@weight(1)
@number("9.5")
@tags("backprop_multi")
def test_gradient_of_output_weights(student, reference):
    """backprop_multi: the gradient for V

    handout, equations (32) and (33): d of each output, times h
    """
    for x, y, W, V in one_point_and_two_others():
        h, y_hat = reference.forward_multi(x, W, V)
        _, grad_V = reference.backprop_multi(x, y, h, y_hat, V)
        student.backprop_multi(x, y, h, y_hat, V).must_equal(grad_V=grad_V, within=WITHIN)


@pytest.mark.example
@weight(1)
@number("9.6")
@tags("backprop_multi")
def test_gradient_of_hidden_weights(student, reference):
    """backprop_multi: the gradient for W

    handout, equations (34) and (35): every hidden unit acts on every output
    """
    for x, y, W, V in one_point_and_two_others():
        h, y_hat = reference.forward_multi(x, W, V)
        grad_W, _ = reference.backprop_multi(x, y, h, y_hat, V)
        student.backprop_multi(x, y, h, y_hat, V).must_equal(grad_W=grad_W, within=WITHIN)


@pytest.mark.example
@weight(0.5)
@number("9.9")
@tags("train_multi_sgd")
def test_few_steps(student, reference):
    """train_multi_sgd: five steps, in the order given

    handout, equation (36): both gradients of a step come from the same old weights
    """
    x, y, W, V = four_points()
    arguments = x, y, W, V, 1.5, np.array([2, 0, 3, 3, 1])  # 2 would also be the factor of other mistakes
    new_W, new_V = reference.train_multi_sgd(*arguments)
    student.train_multi_sgd(*arguments).must_equal(W=new_W, V=new_V, within=WITHIN)


@pytest.mark.example
@weight(0.5)
@number("9.12")
@tags("two_guesses")
def test_guesses(student, reference):
    """two_guesses: four datapoints, three classes, then four

    the class of the largest output first, then of the second largest; classes are counted from 0
    """
    x, _, W, V = four_points()
    x = x * [1, 2, 2]  # makes the first guesses differ; if all had one class, some mistakes would not show
    # Both are asked for before one is compared: of three classes, the second best is also the second worst.
    arguments = (x, W, V), (x, W, np.column_stack((V, [0.3, -0.6])))
    for one, answer in [(one, student.two_guesses(*one)) for one in arguments]:
        answer.must_equal(guesses=reference.two_guesses(*one), within=EXACTLY)
