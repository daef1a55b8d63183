"""Tasks 12 to 16: a network with several outputs, and all ten digits."""

import numpy as np
import pytest
from datapoints import NETWORKS, STEPS, network
from gradescope_utils.autograder_utils.decorators import number, tags, weight
from recipes import (
    CLASSES,
    ETA,
    HIDDEN,
    SHAPE_ETA,
    SHAPE_HIDDEN,
    SHAPE_LOGISTIC_EPOCHS,
    SHAPE_LOGISTIC_ETA,
    SHAPE_PASSES,
    SHAPE_SPREAD,
    SPREAD,
    TEN_PASSES,
    accuracy,
    disc,
    first_weights,
    mixed,
    one_hot,
    quadrants,
    ten_digits,
)

from autograder import absolute, of_largest, relative

# Right gradients and weights differ by 1e-14 of their largest entry, those in float32 by 1e-5.
WITHIN = of_largest(1e-4)
VALUES = absolute(1e-5)
LOSS = relative(1e-5)
EXACTLY = absolute(1e-9)
# More than one pass over the disc and the quadrants, so that some datapoints come twice.
FEW = 150


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


@weight(0.5)
@number("9.2")
@tags("forward_multi")
def test_forward_of_several_sizes(student, reference):
    """forward_multi: several sizes

    handout, equations (29) and (30), for any number of datapoints, inputs, hidden units and outputs
    """
    for seed, size in enumerate(NETWORKS, 920):
        x, _, W, V = network(seed, *size)
        h, y_hat = reference.forward_multi(x, W, V)
        answer = student.forward_multi(x, W, V)
        answer.must_equal(h=h, y_hat=y_hat, within=VALUES)
        answer.must_not_change_arguments()


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


@weight(0.5)
@number("9.4")
@tags("squared_loss")
def test_loss_of_several_sizes(student, reference):
    """squared_loss: several sizes

    handout, equation (31), for any number of datapoints and outputs
    """
    for seed, size in enumerate(NETWORKS, 940):
        x, y, W, V = network(seed, *size)
        _, y_hat = reference.forward_multi(x, W, V)
        answer = student.squared_loss(y, y_hat)
        answer.must_equal(value=reference.squared_loss(y, y_hat), within=LOSS)
        answer.must_not_change_arguments()


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


@weight(1)
@number("9.7")
@tags("backprop_multi")
def test_gradient_of_several_sizes(student, reference):
    """backprop_multi: several sizes

    handout, equations (32) to (35), for any number of datapoints, inputs, hidden units and outputs
    """
    for seed, size in enumerate(NETWORKS, 970):
        x, y, W, V = network(seed, *size)
        h, y_hat = reference.forward_multi(x, W, V)
        grad_W, grad_V = reference.backprop_multi(x, y, h, y_hat, V)
        answer = student.backprop_multi(x, y, h, y_hat, V)
        answer.must_equal(grad_W=grad_W, grad_V=grad_V, within=WITHIN)
        answer.must_not_change_arguments()


@weight(1)
@number("9.8")
@tags("backprop_multi")
def test_against_finite_differences(student, reference):
    """backprop_multi: 1,500 derivatives, by finite differences

    the network for ten digits; handout, equation (21): the change of the loss when one weight changes a little, divided
    by that change
    """
    x, y, W, V = network(980, 3, 65, 20, 10)
    h, y_hat = reference.forward_multi(x, W, V)
    grad_W, grad_V = reference.multi_slopes(x, y, W, V)
    student.backprop_multi(x, y, h, y_hat, V).must_equal(grad_W=grad_W, grad_V=grad_V, within=WITHIN)


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


@weight(1)
@number("9.10")
@tags("train_multi_sgd")
def test_ten_digits(student, reference):
    """train_multi_sgd: reads ten digits it has not seen

    handout, equation (36), with 400 images, 65 inputs, 20 hidden units and 10 outputs, each image 5 times; leave the
    arguments as they are
    """
    for seed, size in enumerate(STEPS, 990):
        x, y, W, V = network(seed, *size)
        arguments = x, y, W, V, 1.5, mixed(len(x), 3, seed)[: 2 * len(x) + 1]
        new_W, new_V = reference.train_multi_sgd(*arguments)
        answer = student.train_multi_sgd(*arguments)
        answer.must_equal(W=new_W, V=new_V, within=WITHIN)
        answer.must_not_change_arguments()
    digits = ten_digits()
    W, V = first_weights(65, HIDDEN, CLASSES, SPREAD)
    arguments = digits.x, one_hot(digits.y, CLASSES), W, V, ETA, mixed(len(digits.x), TEN_PASSES)
    reads(student, reference, arguments, digits, at_least=0.9, what="images of all ten digits read")


@weight(1)
@number("9.11")
@tags("train_multi_sgd")
def test_what_no_line_separates(student, reference):
    """train_multi_sgd: a disc in a ring and XOR, against a line

    handout, equation (36): one hidden layer bends the line
    """
    for shape, at_least in ((disc(), 0.96), (quadrants(), 0.95)):
        by_a_line = shape.x, shape.y, SHAPE_LOGISTIC_ETA, SHAPE_LOGISTIC_EPOCHS
        theta = student.train_logistic(*by_a_line)
        theta.must_equal(theta=reference.train_logistic(*by_a_line), within=WITHIN)
        line = accuracy(shape.held_out_y, shape.held_out_x @ theta.value >= 0)
        W, V = first_weights(3, SHAPE_HIDDEN, 2, SHAPE_SPREAD)
        arguments = shape.x, one_hot(shape.y, 2), W, V, SHAPE_ETA, mixed(len(shape.x), SHAPE_PASSES)
        what = f"datapoints classified, of which logistic regression gets {line:.0%}"
        reads(student, reference, arguments, shape, at_least, what)


def reads(student, reference, arguments, data, at_least, what):
    """Train, and require the right weights, and the accuracy that they reach on held-out data.

    A few steps come first, because the formulas of known mistakes can only follow short trainings quickly.
    """
    *others, order = arguments
    for steps in (FEW, len(order)):
        new_W, new_V = reference.train_multi_sgd(*others, order[:steps])
        answer = student.train_multi_sgd(*others, order[:steps])
        answer.must_equal(W=new_W, V=new_V, within=WITHIN)
    _, y_hat = reference.forward_multi(data.held_out_x, *answer.values)
    reached = accuracy(data.held_out_y, y_hat.argmax(axis=1))
    answer.must(reached >= at_least, name="W", expected=f"at least {at_least:.0%} of the {what}", got=f"{reached:.1%}")


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


@weight(0.5)
@number("9.13")
@tags("two_guesses")
def test_guesses_of_several_sizes(student, reference):
    """two_guesses: several sizes, and ten classes

    the class of the largest output first, then of the second largest; classes are counted from 0
    """
    for seed, size in enumerate([(6, 3, 2, 4), *(size for size in NETWORKS if size[3] > 1), (12, 9, 8, 10)], 849):
        x, _, W, V = network(seed, *size)
        answer = student.two_guesses(x, W, V)
        answer.must_equal(guesses=reference.two_guesses(x, W, V), within=EXACTLY)
        answer.must_not_change_arguments()
