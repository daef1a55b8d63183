"""All four functions at work: gradient ascent on handwritten digits."""

from gradescope_utils.autograder_utils.decorators import number, tags, weight
from training import accuracy, climb, climb_with, last, load

from autograder import absolute, relative

# A right program follows the reference's path to 1e-7, even in float32.
PATH = relative(1e-4)
# Checks forward at the trained weights, so that the accuracy is due to these weights alone, and not to anything that
# backprop has stored about other images. A right program is off by 1e-6 in float32.
WEIGHTS_ALONE = absolute(1e-4)


@weight(4)
@number("5.1")
@tags("training")
def test_log_likelihood_climbs(student, reference):
    """training: the log likelihood climbs as it must, epoch by epoch

    every step along the gradient raises the log likelihood, by an amount that follows from the equations
    """
    digits = load(0, 1, images=6)
    right = climb(reference.forward, reference.backprop, digits.x, digits.y, epochs=8, step=1.0)
    yours = climb_with(student, digits.x, digits.y, epochs=8, step=1.0)
    for want_y_hat, y_hat in zip(right, yours):
        want = reference.log_likelihood(digits.y, want_y_hat)
        student.log_likelihood(digits.y, y_hat).must_equal(value=want, within=PATH)


@weight(4)
@number("5.2")
@tags("training")
def test_zero_against_one(student, reference):
    """training: tells 0 from 1 on images it has not seen

    your forward and backprop: they learn from 30 images, in 10 steps of gradient ascent
    """
    tells_apart(student, reference, 0, 1, at_least=0.97)


@weight(4)
@number("5.3")
@tags("training")
def test_one_against_two(student, reference):
    """training: tells 1 from 2 on images it has not seen

    your forward and backprop: they learn from 30 images, in 10 steps of gradient ascent
    """
    tells_apart(student, reference, 1, 2, at_least=0.95)


def tells_apart(student, reference, a, b, at_least):
    """Train on the pair, and require the accuracy on held-out images from the trained weights alone."""
    digits = load(a, b)
    theta_h, theta_y = last(climb_with(student, digits.x, digits.y))
    answer = student.forward(digits.held_out_x, theta_h, theta_y)
    _, want = reference.forward(digits.held_out_x, theta_h, theta_y)
    answer.must_equal(y_hat=want, within=WEIGHTS_ALONE)
    _, y_hat = answer.values
    reached = accuracy(digits.held_out_y, y_hat)
    answer.must(
        reached >= at_least,
        name="y_hat",
        expected=f"at least {at_least:.0%} of {len(y_hat)} images of {a} and {b} told apart after training",
        got=f"{reached:.1%}",
    )
