"""Task 2: forward."""

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight
from inputs import SIZES, STEPS, confident_network, network

from autograder import absolute

# A right forward pass is off by 7e-16, one in float32 by 1e-6, the mildest wrong one by more than 0.1.
WITHIN = absolute(1e-5)


def one_image(another=False):
    """One datapoint, m_x = 3 inputs, m_h = 2 hidden units, chosen so that the sums can be checked by hand."""
    x = np.array([[0.7, 0.2, 0.8]] if another else [[1.0, 0.5, 0.2]])
    theta_h = np.array([[0.4, -1.0], [0.6, 1.2], [-2.0, 0.5]])
    # With one pattern of signs, the largest term of the sum would always be that of the first hidden unit.
    theta_y = np.array([-1.7, 0.6] if another else [1.5, -0.8])
    return x, theta_h, theta_y


def answers_for_two_images(student, reference):
    """Return, for one image and another, the student's answer and the right h and y_hat.

    Both are asked for before one is compared, because with one image, and x_0 = 1, some mistakes look the same.
    """
    answers = []
    for another in (False, True):
        arguments = one_image(another)
        h, y_hat = reference.forward(*arguments)
        answers.append((student.forward(*arguments), h, y_hat))
    return answers


@pytest.mark.example
@weight(4)
@number("2.1")
@tags("forward")
def test_hidden_layer_of_one_image(student, reference):
    """forward: the hidden layer of one image

    handout, equation (5): the definition of h_j
    """
    for answer, h, _ in answers_for_two_images(student, reference):
        answer.must_equal(h=h, within=WITHIN)


@pytest.mark.example
@weight(4)
@number("2.2")
@tags("forward")
def test_y_hat_of_one_image(student, reference):
    """forward: y_hat of one image

    handout, equation (6): the definition of y_hat
    """
    for answer, _, y_hat in answers_for_two_images(student, reference):
        answer.must_equal(y_hat=y_hat, within=WITHIN)


@weight(8)
@number("2.3")
@tags("forward")
def test_many_images(student, reference):
    """forward: many images, several sizes

    every row of x is one image; nothing may depend on the sizes 40 and 20
    """
    for seed, size in enumerate(STEPS + SIZES, 227):
        x, _, theta_h, theta_y = network(seed, *size)
        h, y_hat = reference.forward(x, theta_h, theta_y)
        student.forward(x, theta_h, theta_y).must_equal(h=h, y_hat=y_hat, within=WITHIN)
    x, _, theta_h, theta_y = network(239, 250, 3, 2)
    for arguments in ((x, theta_h, theta_y), confident_network()):
        h, y_hat = reference.forward(*arguments)
        student.forward(*arguments).must_equal(h=h, y_hat=y_hat, within=WITHIN)


@weight(4)
@number("2.4")
@tags("forward")
def test_shapes_and_arguments(student, reference):
    """forward: right shapes, and arguments left as they were

    h has shape (n, m_h) and y_hat has shape (n,); work on copies, not on x and theta; keep nothing between calls
    """
    for seed, size in enumerate(((5, 4, 2), (5, 4, 2), (1, 6, 3), (1, 6, 1)), 240):
        x, _, theta_h, theta_y = network(seed, *size)
        h, y_hat = reference.forward(x, theta_h, theta_y)
        answer = student.forward(x, theta_h, theta_y)
        answer.must_not_change_arguments()
        answer.must_equal(h=h, y_hat=y_hat, within=WITHIN)
