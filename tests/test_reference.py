"""The reference is certified by routes that share nothing with it: complex step, scikit-learn, exact rational sums."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest

SIZES = [(1, 5, 3), (7, 5, 3), (4, 3, 6), (6, 40, 20)]


def complex_log_likelihood(x, y, theta_h, theta_y):
    """The log likelihood of a network with complex parameters, straight from the definitions."""
    h = 1 / (1 + np.exp(-(x @ theta_h)))
    y_hat = 1 / (1 + np.exp(-(h @ theta_y)))
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def complex_step(x, y, theta_h, theta_y, step=1e-20):
    """The gradient without any derivative formula and without cancellation: Im LL(theta + i step) / step."""
    gradients = []
    for which, theta in enumerate((theta_h, theta_y)):
        gradient = np.zeros(theta.shape)
        for index in np.ndindex(theta.shape):
            nudged = theta.astype(complex)
            nudged[index] += 1j * step
            pair = (nudged, theta_y) if which == 0 else (theta_h, nudged)
            gradient[index] = complex_log_likelihood(x, y, *pair).imag / step
        gradients.append(gradient)
    return gradients


@pytest.mark.parametrize("size", SIZES)
def test_backprop_agrees_with_the_complex_step(reference, inputs, size):
    """The plain-loop gradient and the complex step differ by less than 1e-12 of the largest entry."""
    for seed in (1, 2, 3):
        x, y, theta_h, theta_y = inputs.network(seed, *size)
        h, y_hat = reference.forward(x, theta_h, theta_y)
        for got, want in zip(reference.backprop(x, y, h, y_hat, theta_y), complex_step(x, y, theta_h, theta_y)):
            assert got.shape == want.shape
            assert np.abs(got - want).max() <= 1e-12 * np.abs(want).max()


def test_finite_differences_agree_with_the_complex_step(reference, inputs):
    """Central differences with step 1e-5 keep within 1e-7, a thousandth of what case 4.6 allows."""
    x, y, theta_h, theta_y = inputs.network(460, 3, 40, 20)
    for got, want in zip(reference.finite_differences(x, y, theta_h, theta_y), complex_step(x, y, theta_h, theta_y)):
        assert got.shape == want.shape
        assert np.abs(got - want).max() <= 1e-7 * np.abs(want).max()


def test_sigmoid_agrees_with_decimal_arithmetic(reference):
    """Every value, the extreme ones too, is within 1e-15 of one computed with 60 digits."""
    getcontext().prec = 60
    for z in (-745.0, -100.0, -30.5, -1.0, -1e-3, 0.0, 0.5, 2.0, 17.25, 36.0, 710.0):
        exact = 1 / (1 + (-Decimal(z)).exp())
        assert abs(float(reference.sigmoid(z)) - float(exact)) <= 1e-15


def test_sigmoid_and_log_likelihood_agree_with_scikit_learn(reference):
    """The reference's likelihood is minus scikit-learn's log_loss, its sigmoid is scipy's expit."""
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    special = pytest.importorskip("scipy.special", reason="SciPy is not installed")
    random = np.random.RandomState(5)
    y, y_hat = (random.uniform(size=50) < 0.5).astype(float), random.uniform(0.01, 0.99, 50)
    assert reference.log_likelihood(y, y_hat) == pytest.approx(-metrics.log_loss(y, y_hat, normalize=False), rel=1e-12)
    z = random.normal(0, 5, (4, 6))
    np.testing.assert_allclose(reference.sigmoid(z), special.expit(z), rtol=0, atol=1e-15)


def test_forward_agrees_with_exact_weighted_sums(reference, inputs):
    """The weighted sums are right to the last digits: compared with sums of fractions, which do not round."""
    x, _, theta_h, theta_y = inputs.network(9, 3, 5, 4)
    h, y_hat = reference.forward(x, theta_h, theta_y)
    for k, row in enumerate(x):
        for j in range(4):
            z = sum(Fraction(a) * Fraction(b) for a, b in zip(row.tolist(), theta_h[:, j].tolist()))
            assert h[k, j] == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-14)
        z = sum(Fraction(a) * Fraction(b) for a, b in zip(h[k].tolist(), theta_y.tolist()))
        assert y_hat[k] == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-14)


def test_y_hat_of_many_images_is_what_forward_gives(reference, inputs):
    """Also for weights so large that exp overflows, and then without a warning."""
    x, _, theta_h, theta_y = inputs.network(10, 30, 40, 20)
    for factor in (1, 1e4):
        _, y_hat = reference.forward(x, factor * theta_h, factor * theta_y)
        np.testing.assert_allclose(reference.y_hat_of_many(x, factor * theta_h, factor * theta_y), y_hat, atol=1e-13)


def test_log_likelihood_at_the_limits(reference):
    """A certain event adds exactly 0, an impossible one minus infinity."""
    assert reference.log_likelihood(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert reference.log_likelihood(np.array([1.0]), np.array([0.0])) == -math.inf
    assert reference.log_likelihood(np.array([0.0]), np.array([1.0])) == -math.inf


def test_solution_and_reference_agree(reference, inputs, solution):
    """Two programs written apart give the same numbers."""
    for seed, size in enumerate(SIZES):
        x, y, theta_h, theta_y = inputs.network(seed, *size)
        h, y_hat = solution.forward(x, theta_h, theta_y)
        np.testing.assert_allclose(h, reference.forward(x, theta_h, theta_y)[0], rtol=1e-13)
        assert solution.log_likelihood(y, y_hat) == pytest.approx(reference.log_likelihood(y, y_hat), rel=1e-13)
        for got, want in zip(solution.backprop(x, y, h, y_hat, theta_y), reference.backprop(x, y, h, y_hat, theta_y)):
            np.testing.assert_allclose(got, want, rtol=0, atol=1e-13)


def test_digits_are_learnt_as_well_as_scikit_learn_learns_them(reference, training):
    """On the graded pairs our recipe is no worse than scikit-learn's own network by more than two images of 120."""
    neural = pytest.importorskip("sklearn.neural_network", reason="scikit-learn is not installed")
    for a, b in ((0, 1), (1, 2)):
        digits = training.load(a, b)
        steps = training.climb(reference.forward, reference.backprop, digits.x, digits.y)
        theta_h, theta_y = training.last(steps)
        ours = training.accuracy(digits.held_out_y, reference.forward(digits.held_out_x, theta_h, theta_y)[1])
        theirs = neural.MLPClassifier((20,), activation="logistic", solver="lbfgs", random_state=0, max_iter=500)
        assert ours >= theirs.fit(digits.x, digits.y).score(digits.held_out_x, digits.held_out_y) - 2 / 120
