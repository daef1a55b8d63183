"""Task 2: forward."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

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
