"""Task 4: backprop."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import of_largest

# Right gradients differ by 1e-14 of their largest entry, those in float32 by 3e-6, the mildest wrong one by 2e-3.
WITHIN = of_largest(1e-4)


def digits_network(seed):
    """Return a network of the lecture's size, 40 inputs and 20 hidden units, with 4 images: x, y, theta_h, theta_y."""
    random = np.random.RandomState(seed)
    x = random.uniform(0.05, 1, (4, 40))
    return x, np.array([1.0, 0.0, 0.0, 1.0]), random.normal(0, 0.2, (40, 20)), random.normal(0, 0.4, 20)


def one_image(y):
    """Return one datapoint, m_x = 3 inputs, m_h = 2 hidden units: x, y, theta_h, theta_y.

    Each label has its own image, so that returning the first answer again does not look like ignoring the label.
    """
    x = np.array([[1.0, 0.5, 0.2] if y == 1.0 else [1.0, 0.2, 0.8]])
    theta_h = np.array([[0.4, -1.0], [0.6, 1.2], [-2.0, 0.5]])
    theta_y = np.array([1.5, -0.8])
    return x, np.array([y]), theta_h, theta_y


def answers_for_both_labels(student, reference):
    """Return, for an image of each label, backprop's answer and both right gradients.

    Both are asked for before one is compared, because with one label alone, some mistakes look the same.
    """
    answers = []
    for label in (1.0, 0.0):
        x, y, theta_h, theta_y = one_image(label)
        h, y_hat = reference.forward(x, theta_h, theta_y)
        right = reference.backprop(x, y, h, y_hat, theta_y)
        answers.append((student.backprop(x, y, h, y_hat, theta_y), *right))
    return answers


def count(student, reference, position, name, wanted):
    """Require that the gradient `name` holds `wanted` finite numbers, which differ for other data."""
    before = None
    for seed in (41, 42):
        x, y, theta_h, theta_y = digits_network(seed)
        h, y_hat = reference.forward(x, theta_h, theta_y)
        answer = student.backprop(x, y, h, y_hat, theta_y)
        gradient = answer.values[position]
        answer.must(
            gradient.size == wanted,
            name=name,
            expected=f"{wanted} partial derivatives, one for each parameter",
            got=f"{gradient.size}, in an array of shape {gradient.shape}",
        )
        answer.must_be_finite()
        answer.must(
            before is None or not np.array_equal(before, gradient),
            name=name,
            expected="different derivatives for different images",
            got="the same derivatives for both",
        )
        before = gradient


@pytest.mark.example
@weight(4)
@number("4.1")
@tags("backprop")
def test_800_partial_derivatives(student, reference):
    """backprop: 800 partial derivatives for theta_h

    with 40 inputs and 20 hidden units theta_h holds 40 x 20 parameters
    """
    count(student, reference, 0, "grad_theta_h", 800)


@pytest.mark.example
@weight(2)
@number("4.2")
@tags("backprop")
def test_20_partial_derivatives(student, reference):
    """backprop: 20 partial derivatives for theta_y

    with 20 hidden units theta_y holds 20 parameters
    """
    count(student, reference, 1, "grad_theta_y", 20)


@pytest.mark.example
@weight(6)
@number("4.3")
@tags("backprop")
def test_theta_y_from_one_image(student, reference):
    """backprop: the gradient for theta_y from one image

    handout, equation (17): the derivative of the log likelihood for theta_y
    """
    for answer, _, grad_theta_y in answers_for_both_labels(student, reference):
        answer.must_equal(grad_theta_y=grad_theta_y, within=WITHIN)


@pytest.mark.example
@weight(8)
@number("4.4")
@tags("backprop")
def test_theta_h_from_one_image(student, reference):
    """backprop: the gradient for theta_h from one image

    handout, equation (18): the derivative of the log likelihood for theta_h
    """
    for answer, grad_theta_h, _ in answers_for_both_labels(student, reference):
        answer.must_equal(grad_theta_h=grad_theta_h, within=WITHIN)
