"""Certify the reference by independent routes: complex step, scikit-learn, exact rational sums."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest

from .in_process import PARTS

SIZES = [(1, 5, 3), (7, 5, 3), (4, 3, 6), (6, 40, 20)]


def complex_log_likelihood(x, y, theta_h, theta_y):
    """Return the log likelihood of a network with complex parameters, straight from the definitions."""
    h = 1 / (1 + np.exp(-(x @ theta_h)))
    y_hat = 1 / (1 + np.exp(-(h @ theta_y)))
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def complex_step(x, y, theta_h, theta_y, step=1e-20):
    """Return the gradient without derivative formulas and without cancellation: Im LL(theta + i step) / step."""
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
    """The gradient and the complex step differ by less than 1e-12 of the largest entry."""
    for seed in (1, 2, 3):
        x, y, theta_h, theta_y = inputs.network(seed, *size)
        h, y_hat = reference.forward(x, theta_h, theta_y)
        for got, want in zip(reference.backprop(x, y, h, y_hat, theta_y), complex_step(x, y, theta_h, theta_y)):
            assert got.shape == want.shape
            assert np.abs(got - want).max() <= 1e-12 * np.abs(want).max()


def test_finite_differences_agree_with_the_complex_step(reference, inputs):
    """Central differences with step 1e-5 are within 1e-7, a thousandth of what case 4.6 allows."""
    x, y, theta_h, theta_y = inputs.network(460, 3, 40, 20)
    for got, want in zip(reference.finite_differences(x, y, theta_h, theta_y), complex_step(x, y, theta_h, theta_y)):
        assert got.shape == want.shape
        assert np.abs(got - want).max() <= 1e-7 * np.abs(want).max()


def test_sigmoid_agrees_with_decimal_arithmetic(reference):
    """Every value, including extreme ones, is within 1e-15 of one computed with 60 digits."""
    getcontext().prec = 60
    for z in (-745.0, -100.0, -30.5, -1.0, -1e-3, 0.0, 0.5, 2.0, 17.25, 36.0, 710.0):
        exact = 1 / (1 + (-Decimal(z)).exp())
        assert abs(float(reference.sigmoid(z)) - float(exact)) <= 1e-15


def test_sigmoid_and_log_likelihood_agree_with_scikit_learn(reference):
    """The reference's likelihood is minus scikit-learn's log_loss, and its sigmoid is scipy's expit."""
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    special = pytest.importorskip("scipy.special", reason="SciPy is not installed")
    random = np.random.RandomState(5)
    y, y_hat = (random.uniform(size=50) < 0.5).astype(float), random.uniform(0.01, 0.99, 50)
    assert reference.log_likelihood(y, y_hat) == pytest.approx(-metrics.log_loss(y, y_hat, normalize=False), rel=1e-12)
    z = random.normal(0, 5, (4, 6))
    np.testing.assert_allclose(reference.sigmoid(z), special.expit(z), rtol=0, atol=1e-15)


def test_forward_agrees_with_exact_weighted_sums(reference, inputs):
    """The weighted sums agree to the last digits with sums of fractions, which do not round."""
    x, _, theta_h, theta_y = inputs.network(9, 3, 5, 4)
    h, y_hat = reference.forward(x, theta_h, theta_y)
    for k, row in enumerate(x):
        for j in range(4):
            z = sum(Fraction(a) * Fraction(b) for a, b in zip(row.tolist(), theta_h[:, j].tolist()))
            assert h[k, j] == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-14)
        z = sum(Fraction(a) * Fraction(b) for a, b in zip(h[k].tolist(), theta_y.tolist()))
        assert y_hat[k] == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-14)


def test_log_likelihood_at_the_limits(reference):
    """A certain event adds exactly 0, an impossible one minus infinity."""
    assert reference.log_likelihood(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert reference.log_likelihood(np.array([1.0]), np.array([0.0])) == -math.inf
    assert reference.log_likelihood(np.array([0.0]), np.array([1.0])) == -math.inf


def test_solution_and_reference_agree(reference, inputs, solution):
    """Two independently written programs give the same numbers."""
    for seed, size in enumerate(SIZES):
        x, y, theta_h, theta_y = inputs.network(seed, *size)
        h, y_hat = solution.forward(x, theta_h, theta_y)
        np.testing.assert_allclose(h, reference.forward(x, theta_h, theta_y)[0], rtol=1e-13)
        assert solution.log_likelihood(y, y_hat) == pytest.approx(reference.log_likelihood(y, y_hat), rel=1e-13)
        for got, want in zip(solution.backprop(x, y, h, y_hat, theta_y), reference.backprop(x, y, h, y_hat, theta_y)):
            np.testing.assert_allclose(got, want, rtol=0, atol=1e-13)


def test_digits_are_learned_as_well_as_scikit_learn_learns_them(reference, training):
    """On the graded pairs, our recipe misses at most two more of 120 images than scikit-learn's own network."""
    neural = pytest.importorskip("sklearn.neural_network", reason="scikit-learn is not installed")
    for a, b in ((0, 1), (1, 2)):
        digits = training.load(a, b)
        steps = training.climb(reference.forward, reference.backprop, digits.x, digits.y)
        theta_h, theta_y = training.last(steps)
        ours = training.accuracy(digits.held_out_y, reference.forward(digits.held_out_x, theta_h, theta_y)[1])
        theirs = neural.MLPClassifier((20,), activation="logistic", solver="lbfgs", random_state=0, max_iter=500)
        assert ours >= theirs.fit(digits.x, digits.y).score(digits.held_out_x, digits.held_out_y) - 2 / 120


# The extra credit. Its reference is tests/cases/extensions/reference.py.

MORE, MORE_SOLVED = PARTS[1].reference, PARTS[1].solution
# n, m_x, m_h, K
NETWORKS = [(1, 3, 2, 3), (7, 5, 3, 2), (4, 3, 6, 5), (5, 4, 3, 1), (6, 65, 20, 10)]


def some_points(seed, n, m_x):
    """Return datapoints, labels, and weights of one unit: x, y, w."""
    random = np.random.RandomState(seed)
    x, w = random.normal(0, 1, (n, m_x)), random.normal(0, 0.7, m_x)
    return x, (random.uniform(size=n) < 0.5).astype(float), w


def some_network(seed, n, m_x, m_h, K):
    """Return datapoints, one-hot labels, and weights: x, y, W, V."""
    random = np.random.RandomState(seed)
    x, W, V = random.normal(0, 1, (n, m_x)), random.normal(0, 0.4, (m_x, m_h)), random.normal(0, 0.8, (m_h, K))
    return x, np.eye(K)[random.randint(K, size=n)], W, V


def slope_of(function, parameters, step=1e-20):
    """Return the gradient of a function of an array, by the complex step."""
    gradient = np.zeros(parameters.shape)
    for index in np.ndindex(parameters.shape):
        nudged = parameters.astype(complex)
        nudged[index] += 1j * step
        gradient[index] = function(nudged).imag / step
    return gradient


def sigma(z):
    """Return the sigmoid straight from its definition, also for complex numbers."""
    return 1 / (1 + np.exp(-z))


def likelihood_of(x, y):
    """Return the log likelihood of logistic regression, as a function of theta."""
    return lambda theta: np.sum(y * np.log(sigma(x @ theta)) + (1 - y) * np.log(1 - sigma(x @ theta)))


def error_of(x, y):
    """Return the squared error of one neuron, as a function of w."""
    return lambda w: np.sum((sigma(x @ w) - y) ** 2) / 2


def network_error_of(x, y):
    """Return the squared error of a network, as a function of W and V."""
    return lambda W, V: np.sum((sigma(sigma(x @ W) @ V) - y) ** 2) / 2


def slopes_of_network(x, y, W, V):
    """Return the gradients of a network's squared error for W and V, by the complex step."""
    error = network_error_of(x, y)
    return slope_of(lambda W: error(W, V), W), slope_of(lambda V: error(W, V), V)


@pytest.mark.parametrize("size", [(1, 4), (6, 3), (40, 9)])
def test_gradients_of_one_unit_agree_with_the_complex_step(size):
    """They agree to 1e-12 of the largest entry; finite differences to 1e-7, a thousandth of what the cases allow."""
    x, y, w = some_points(21, *size)
    want = slope_of(likelihood_of(x, y), w)
    for got, limit in ((MORE.logistic_gradient(x, y, w), 1e-12), (MORE.logistic_slopes(x, y, w), 1e-7)):
        assert np.abs(got - want).max() <= limit * np.abs(want).max()
    want = slope_of(error_of(x[:1], y[:1]), w)
    for got, limit in ((MORE.neuron_gradient(x[0], y[0], w), 1e-12), (MORE.neuron_slopes(x[0], y[0], w), 1e-7)):
        assert np.abs(got - want).max() <= limit * np.abs(want).max()


@pytest.mark.parametrize("size", NETWORKS)
def test_backprop_of_several_outputs_agrees_with_the_complex_step(size):
    """They agree to 1e-12 of the largest entry; finite differences agree to 1e-7."""
    x, y, W, V = some_network(22, *size)
    wants = slopes_of_network(x, y, W, V)
    h, y_hat = MORE.forward_multi(x, W, V)
    for gots, limit in ((MORE.backprop_multi(x, y, h, y_hat, V), 1e-12), (MORE.multi_slopes(x, y, W, V), 1e-7)):
        for got, want in zip(gots, wants):
            assert got.shape == want.shape
            assert np.abs(got - want).max() <= limit * np.abs(want).max()


def test_trainings_are_steps_along_the_complex_step():
    """The likelihood goes uphill with all datapoints, an error downhill with one, each from the last weights."""
    x, y, w = some_points(23, 6, 4)
    order = np.array([4, 0, 0, 5, 2, 1, 4, 3])
    theta = np.zeros(4)
    for _ in range(5):
        theta = theta + 0.3 * slope_of(likelihood_of(x, y), theta)
    np.testing.assert_allclose(MORE.train_logistic(x, y, 0.3, 5), theta, rtol=0, atol=1e-13)
    trained = w
    for k in order:
        trained = trained - 0.8 * slope_of(error_of(x[[k]], y[[k]]), trained)
    np.testing.assert_allclose(MORE.train_neuron_sgd(x, y, w, 0.8, order), trained, rtol=0, atol=1e-13)
    x, y, W, V = some_network(24, 6, 4, 3, 5)
    new_W, new_V = W, V
    for k in order:
        slope_W, slope_V = slopes_of_network(x[[k]], y[[k]], new_W, new_V)
        new_W, new_V = new_W - 0.8 * slope_W, new_V - 0.8 * slope_V
    for got, want in zip(MORE.train_multi_sgd(x, y, W, V, 0.8, order), (new_W, new_V)):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-13)


def test_logistic_regression_climbs_to_where_scikit_learn_finds_the_top():
    """After many steps on labels that no line separates, theta is that of scikit-learn without regularization."""
    linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    random = np.random.RandomState(25)
    x = random.normal(0, 1, (60, 3))
    y = (x @ [1.0, -0.5, 0.3] + random.normal(0, 1.5, 60) > 0).astype(float)
    theirs = linear_model.LogisticRegression(C=1e12, fit_intercept=False, tol=1e-10, max_iter=1000).fit(x, y)
    np.testing.assert_allclose(MORE.train_logistic(x, y, 0.05, 2000), theirs.coef_[0], rtol=1e-4)


def test_perceptron_learns_what_that_of_scikit_learn_learns():
    """The same datapoints in the same order give the same weights and answers."""
    linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    x, y, w = some_points(26, 12, 4)
    order = np.random.RandomState(27).randint(12, size=50)
    # tol=None makes one pass over the datapoints of all steps, without a warning that it has not converged.
    theirs = linear_model.Perceptron(eta0=0.5, fit_intercept=False, shuffle=False, max_iter=1, tol=None)
    theirs.fit(x[order], y[order], coef_init=w.copy())
    ours = MORE.train_perceptron(x, y, w, 0.5, order)
    assert np.abs(ours - w).max() > 0.5
    np.testing.assert_allclose(ours, theirs.coef_[0], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(MORE.perceptron_predict(x, ours), theirs.predict(x))


def test_perceptron_says_yes_on_the_line():
    """A weighted sum of fractions is exactly 0 there."""
    x, w = np.array([[1.0, 0.5, 0.25], [1.0, 0.5, 0.5], [1.0, 0.5, 0.0]]), np.array([-0.5, 0.5, 1.0])
    sums = [sum(Fraction(a) * Fraction(b) for a, b in zip(row, w.tolist())) for row in x.tolist()]
    assert [bool(one) for one in sums] == [False, True, True]
    assert MORE.perceptron_predict(x, w).tolist() == [float(one >= 0) for one in sums]


def test_several_outputs_agree_with_exact_weighted_sums():
    """Outputs agree to the last digits, errors equal sums of fractions, and guesses come from sorting the outputs."""
    x, y, W, V = some_network(28, 5, 4, 3, 6)
    h, y_hat = MORE.forward_multi(x, W, V)
    for given, weights, got in ((x, W, h), (h, V, y_hat)):
        for row, results in zip(given, got):
            for column, result in zip(weights.T, results):
                z = sum(Fraction(a) * Fraction(b) for a, b in zip(row.tolist(), column.tolist()))
                assert result == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-14)
    exact = sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(y_hat.ravel().tolist(), y.ravel().tolist())) / 2
    assert MORE.squared_loss(y, y_hat) == pytest.approx(float(exact), rel=1e-14)
    np.testing.assert_array_equal(MORE.two_guesses(x, W, V), np.argsort(-y_hat, axis=1)[:, :2])
    w, labels = W[:, 0], y[:, 0]
    exact = sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(h[:, 0].tolist(), labels.tolist())) / 2
    assert MORE.neuron_loss(x, labels, w) == pytest.approx(float(exact), rel=1e-14)


@pytest.mark.parametrize("size", NETWORKS)
def test_solution_and_reference_of_the_extra_credit_agree(size):
    """Two independently written programs give the same numbers."""
    x, y, W, V = some_network(29, *size)
    w, labels, order = W[:, 0], y[:, 0], np.arange(3 * len(x)) * 2 % len(x)
    h, y_hat = MORE.forward_multi(x, W, V)
    asked = {
        "logistic_gradient": (x, labels, w), "train_logistic": (x, labels, 0.2, 7), "neuron_loss": (x, labels, w),
        "neuron_gradient": (x[0], labels[0], w), "train_neuron_sgd": (x, labels, w, 0.7, order),
        "perceptron_predict": (x, w), "train_perceptron": (x, labels, w, 0.7, order), "forward_multi": (x, W, V),
        "squared_loss": (y, y_hat), "backprop_multi": (x, y, h, y_hat, V),
        "train_multi_sgd": (x, y, W, V, 0.7, order), "two_guesses": (x, W, V),
    }  # fmt: skip
    assert set(asked) == {case.function for case in PARTS[1].assignment.cases}
    for name, arguments in asked.items():
        if name == "two_guesses" and V.shape[1] == 1:
            continue  # there is no second guess
        theirs, ours = getattr(MORE_SOLVED, name)(*arguments), getattr(MORE, name)(*arguments)
        for got, want in zip(theirs, ours) if isinstance(ours, tuple) else ((theirs, ours),):
            np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-13, err_msg=name)
