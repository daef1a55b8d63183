"""The 22 cases of tests/cases as plain functions of a program, the part that all peers share.

Each asserts what the case of the same name asserts: the same inputs, expected values, tolerances, and training, which
come from reference.py, inputs.py, and training.py of tests/cases. Each peer adds its own points, numbers, runner, and
reports. `program` is anything with the four functions as attributes; it runs in the same process, as it does with every
peer.
"""

import warnings

import numpy as np
from digits import pair
from inputs import SIZES, STEPS, confident_hidden_layer, confident_network, network
from reference import backprop, finite_differences, forward, log_likelihood, sigmoid
from training import EPOCHS, STEP, accuracy, climb, last

# ---------------------------------------------------------------------------------------- checks


def same(got, want, *, absolute=0.0, relative=0.0, of_largest=0.0):
    """Check the shape exactly, and each entry within the given tolerance."""
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    assert got.shape == want.shape, f"shape {got.shape}, expected {want.shape}"
    finite = np.where(np.isfinite(want), np.abs(want), 0.0)
    allowed = absolute + relative * np.maximum(1.0, finite) + of_largest * finite.max(initial=0.0)
    with np.errstate(invalid="ignore"):  # subtracting infinities gives nan
        right = (got == want) | (np.abs(got - want) <= allowed)
    assert right.all(), f"got {got}, expected {want}"


def unchanged(function, *arguments):
    """Return what the function returns, and check that its arguments are unchanged afterwards."""
    before = [np.copy(argument) for argument in arguments]
    result = function(*arguments)
    for was, argument in zip(before, arguments):
        assert np.array_equal(was, argument), "an argument was changed in place"
    return result


# ---------------------------------------------------------------------------------------- 1: sigmoid


def known_values(program):
    z = np.array([0.0, -2.0, 1.0, 8.0, -1.0, 2.0])
    want = [
        0.5,
        0.11920292202211755,
        0.7310585786300049,
        0.9996646498695336,
        0.2689414213699951,
        0.8807970779778823,
    ]
    same(program.sigmoid(z), want, absolute=1e-6)


def any_shape(program):
    for z in (
        np.array([-0.5, 1.5]),
        np.array([[0.3, -1.2, 2.0, 0.0], [4.0, -3.0, 0.7, -0.1], [1.0, 0.9, -2.5, 5.0]]),
        np.array([[[0.1, -0.2]], [[0.3, -0.4]]]),
        1.25,
        np.array(-0.75),
    ):
        same(program.sigmoid(z), sigmoid(z), absolute=1e-6)


def other_data(program):
    z = np.random.RandomState(131).uniform(-30, 30, 40)
    same(program.sigmoid(z), sigmoid(z), absolute=1e-6)
    z = np.random.RandomState(132).normal(0, 2, (3, 5))
    same(unchanged(program.sigmoid, z), sigmoid(z), absolute=1e-6)


def no_overflow(program):
    z = np.array([-1e4, -745.0, -710.0, 0.5, 710.0, 745.0, 1e4])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = program.sigmoid(z)
    same(got, sigmoid(z), absolute=1e-6)


# ---------------------------------------------------------------------------------------- 2: forward


def with_one_image(x, theta_y):
    """Return one datapoint, m_x = 3 inputs, m_h = 2 hidden units: x, theta_h, theta_y."""
    return np.array([x]), np.array([[0.4, -1.0], [0.6, 1.2], [-2.0, 0.5]]), np.array(theta_y)


TWO_IMAGES = with_one_image([1.0, 0.5, 0.2], [1.5, -0.8]), with_one_image([0.7, 0.2, 0.8], [-1.7, 0.6])


def forward_is_right(got, arguments):
    """Check both results of forward."""
    for one, want in zip(got, forward(*arguments)):
        same(one, want, absolute=1e-5)


def hidden_layer_of_one_image(program):
    for arguments in TWO_IMAGES:
        same(program.forward(*arguments)[0], forward(*arguments)[0], absolute=1e-5)


def y_hat_of_one_image(program):
    for arguments in TWO_IMAGES:
        same(program.forward(*arguments)[1], forward(*arguments)[1], absolute=1e-5)


def many_images(program):
    networks = [network(seed, *size) for seed, size in enumerate(STEPS + SIZES, 227)]
    networks.append(network(239, 250, 3, 2))
    for arguments in (*((x, theta_h, theta_y) for x, _, theta_h, theta_y in networks), confident_network()):
        forward_is_right(program.forward(*arguments), arguments)


def shapes_and_arguments(program):
    for seed, size in enumerate(((5, 4, 2), (5, 4, 2), (1, 6, 3), (1, 6, 1)), 240):
        x, _, theta_h, theta_y = network(seed, *size)
        forward_is_right(unchanged(program.forward, x, theta_h, theta_y), (x, theta_h, theta_y))


# ---------------------------------------------------------------------------------------- 3: log_likelihood


def three_datapoints(program):
    y, y_hat = np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.2, 0.6])
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        same(program.log_likelihood(y[order], y_hat[order]), -0.8393296907380268, relative=1e-5)


def sum_over_two_thousand(program):
    random = np.random.RandomState(32)
    y, y_hat = (random.uniform(size=2000) < 0.5).astype(float), random.uniform(0.01, 0.99, 2000)
    for n in (20, 2000):
        same(program.log_likelihood(y[:n], y_hat[:n]), log_likelihood(y[:n], y_hat[:n]), relative=1e-5)


def natural_logarithm(program):
    y, y_hat = np.array([1.0, 0.0, 1.0, 0.0, 0.0]), np.array([0.002, 0.35, 0.8, 0.997, 0.11])
    same(program.log_likelihood(y, y_hat), log_likelihood(y, y_hat), relative=1e-5)
    y, y_hat = np.array([1.0]), np.array([0.001])
    same(unchanged(program.log_likelihood, y, y_hat), log_likelihood(y, y_hat), relative=1e-5)


def exact_limits(program):
    y = np.array([1.0, 0.0, 1.0, 0.0])
    for y_hat in (np.array([0.7, 0.45, 0.8, 0.4]), np.array([1.0, 0.0, 0.5, 0.25])):
        same(unchanged(program.log_likelihood, y, y_hat), log_likelihood(y, y_hat), absolute=1e-6)
    impossible = program.log_likelihood(np.array([1.0]), np.array([0.0]))
    assert np.shape(impossible) == ()
    assert impossible < -15


# ---------------------------------------------------------------------------------------- 4: backprop


def gradients(program, x, y, theta_h, theta_y):
    """Return backprop's answer for a network, and the right one."""
    h, y_hat = forward(x, theta_h, theta_y)
    return program.backprop(x, y, h, y_hat, theta_y), backprop(x, y, h, y_hat, theta_y)


def both_are_right(got, want):
    """Check both gradients."""
    for one, other in zip(got, want):
        same(one, other, of_largest=1e-4)


def count(program, position, wanted):
    """Check that one of the two gradients holds `wanted` finite numbers, which differ for other data."""
    before = None
    for seed in (41, 42):
        random = np.random.RandomState(seed)
        x, y = random.uniform(0.05, 1, (4, 40)), np.array([1.0, 0.0, 0.0, 1.0])
        got, _ = gradients(program, x, y, random.normal(0, 0.2, (40, 20)), random.normal(0, 0.4, 20))
        assert np.size(got[position]) == wanted
        assert all(np.isfinite(one).all() for one in got)
        assert before is None or not np.array_equal(before, got[position])
        before = got[position]


def count_800_partial_derivatives(program):
    count(program, 0, 800)


def count_20_partial_derivatives(program):
    count(program, 1, 20)


def one_image_of_each_label(program):
    """Return backprop's gradients for one image of each label, and the right ones."""
    for label, image in ((1.0, [1.0, 0.5, 0.2]), (0.0, [1.0, 0.2, 0.8])):
        x, theta_h, theta_y = with_one_image(image, [1.5, -0.8])
        yield gradients(program, x, np.array([label]), theta_h, theta_y)


def theta_y_from_one_image(program):
    for got, want in one_image_of_each_label(program):
        same(got[1], want[1], of_largest=1e-4)


def theta_h_from_one_image(program):
    for got, want in one_image_of_each_label(program):
        same(got[0], want[0], of_largest=1e-4)


def gradient_sums_over_images(program):
    for seed, size in enumerate(STEPS + SIZES, 447):
        both_are_right(*gradients(program, *network(seed, *size)))


def against_finite_differences(program):
    x, y, theta_h, theta_y = network(460, 3, 40, 20)
    h, y_hat = forward(x, theta_h, theta_y)
    both_are_right(program.backprop(x, y, h, y_hat, theta_y), finite_differences(x, y, theta_h, theta_y))


def confident_predictions(program):
    arguments = confident_hidden_layer()
    want = backprop(*arguments)
    for _ in range(2):
        both_are_right(unchanged(program.backprop, *arguments), want)


# ---------------------------------------------------------------------------------------- 5: training


def climb_with(program, x, y, epochs=EPOCHS, step=STEP):
    """Run gradient ascent with a program's functions, and check their shapes and values at each step."""

    def checked_forward(x, theta_h, theta_y):
        h, y_hat = program.forward(x, theta_h, theta_y)
        return checked(h, (len(x), len(theta_y))), checked(y_hat, (len(x),))

    def checked_backprop(x, y, h, y_hat, theta_y):
        grad_theta_h, grad_theta_y = program.backprop(x, y, h, y_hat, theta_y)
        return checked(grad_theta_h, (x.shape[1], len(theta_y))), checked(grad_theta_y, theta_y.shape)

    return climb(checked_forward, checked_backprop, x, y, epochs, step)


def checked(array, shape):
    """Return the array, after checking that it has this shape and only finite numbers."""
    assert np.shape(array) == shape
    assert np.isfinite(array).all()
    return array


def log_likelihood_climbs(program):
    x, y, _, _ = pair(0, 1, images=6)
    right = climb(forward, backprop, x, y, epochs=8, step=1.0)
    for want_y_hat, y_hat in zip(right, climb_with(program, x, y, epochs=8, step=1.0)):
        same(program.log_likelihood(y, y_hat), log_likelihood(y, want_y_hat), relative=1e-4)


def zero_against_one(program):
    tells_apart(program, 0, 1, at_least=0.97)


def one_against_two(program):
    tells_apart(program, 1, 2, at_least=0.95)


def tells_apart(program, a, b, at_least):
    """Train on the pair, and require the accuracy on held-out images."""
    x, y, held_out_x, held_out_y = pair(a, b)
    theta_h, theta_y = last(climb_with(program, x, y))
    _, y_hat = program.forward(held_out_x, theta_h, theta_y)
    same(y_hat, forward(held_out_x, theta_h, theta_y)[1], absolute=1e-4)
    assert accuracy(held_out_y, y_hat) >= at_least


CASES = {
    "1.1": known_values,
    "1.2": any_shape,
    "1.3": other_data,
    "1.4": no_overflow,
    "2.1": hidden_layer_of_one_image,
    "2.2": y_hat_of_one_image,
    "2.3": many_images,
    "2.4": shapes_and_arguments,
    "3.1": three_datapoints,
    "3.2": sum_over_two_thousand,
    "3.3": natural_logarithm,
    "3.4": exact_limits,
    "4.1": count_800_partial_derivatives,
    "4.2": count_20_partial_derivatives,
    "4.3": theta_y_from_one_image,
    "4.4": theta_h_from_one_image,
    "4.5": gradient_sums_over_images,
    "4.6": against_finite_differences,
    "4.7": confident_predictions,
    "5.1": log_likelihood_climbs,
    "5.2": zero_against_one,
    "5.3": one_against_two,
}
