"""The assignment for pytest-gradescope: functions of pytest, points and numbers as decorators."""

import bodies
import neural_network
from pytest_gradescope import number, tags, weight


@weight(4)
@number("1.1")
@tags("sigmoid")
def test_known_values():
    """sigmoid: known values"""
    bodies.known_values(neural_network)


@weight(3)
@number("1.2")
@tags("sigmoid")
def test_any_shape():
    """sigmoid: any shape, and a scalar for a scalar"""
    bodies.any_shape(neural_network)


@weight(3)
@number("1.3")
@tags("sigmoid")
def test_other_data():
    """sigmoid: other data"""
    bodies.other_data(neural_network)


@weight(5)
@number("1.4")
@tags("sigmoid")
def test_no_overflow():
    """sigmoid: no overflow, warning or nan for large z"""
    bodies.no_overflow(neural_network)


@weight(4)
@number("2.1")
@tags("forward")
def test_hidden_layer_of_one_image():
    """forward: the hidden layer of one image"""
    bodies.hidden_layer_of_one_image(neural_network)


@weight(4)
@number("2.2")
@tags("forward")
def test_y_hat_of_one_image():
    """forward: y_hat of one image"""
    bodies.y_hat_of_one_image(neural_network)


@weight(8)
@number("2.3")
@tags("forward")
def test_many_images():
    """forward: many images, several sizes"""
    bodies.many_images(neural_network)


@weight(4)
@number("2.4")
@tags("forward")
def test_shapes_and_arguments():
    """forward: right shapes, and arguments left as they were"""
    bodies.shapes_and_arguments(neural_network)


@weight(5)
@number("3.1")
@tags("log_likelihood")
def test_three_datapoints():
    """log_likelihood: three datapoints by hand"""
    bodies.three_datapoints(neural_network)


@weight(4)
@number("3.2")
@tags("log_likelihood")
def test_sum_over_two_thousand():
    """log_likelihood: the sum over 2,000 datapoints"""
    bodies.sum_over_two_thousand(neural_network)


@weight(3)
@number("3.3")
@tags("log_likelihood")
def test_natural_logarithm():
    """log_likelihood: other data, natural logarithm"""
    bodies.natural_logarithm(neural_network)


@weight(3)
@number("3.4")
@tags("log_likelihood")
def test_exact_limits():
    """log_likelihood: exact limits, y_hat = 1 and y_hat = 0"""
    bodies.exact_limits(neural_network)


@weight(4)
@number("4.1")
@tags("backprop")
def test_count_800_partial_derivatives():
    """backprop: 800 partial derivatives for theta_h"""
    bodies.count_800_partial_derivatives(neural_network)


@weight(2)
@number("4.2")
@tags("backprop")
def test_count_20_partial_derivatives():
    """backprop: 20 partial derivatives for theta_y"""
    bodies.count_20_partial_derivatives(neural_network)


@weight(6)
@number("4.3")
@tags("backprop")
def test_theta_y_from_one_image():
    """backprop: the gradient for theta_y from one image"""
    bodies.theta_y_from_one_image(neural_network)


@weight(8)
@number("4.4")
@tags("backprop")
def test_theta_h_from_one_image():
    """backprop: the gradient for theta_h from one image"""
    bodies.theta_h_from_one_image(neural_network)


@weight(8)
@number("4.5")
@tags("backprop")
def test_gradient_sums_over_images():
    """backprop: summed over the images, several sizes"""
    bodies.gradient_sums_over_images(neural_network)


@weight(6)
@number("4.6")
@tags("backprop")
def test_against_finite_differences():
    """backprop: all 820 derivatives against finite differences"""
    bodies.against_finite_differences(neural_network)


@weight(4)
@number("4.7")
@tags("backprop")
def test_confident_predictions():
    """backprop: confident predictions, arguments left as they were, the same answer twice"""
    bodies.confident_predictions(neural_network)


@weight(4)
@number("5.1")
@tags("training")
def test_log_likelihood_climbs():
    """training: the log likelihood climbs as it must, epoch by epoch"""
    bodies.log_likelihood_climbs(neural_network)


@weight(4)
@number("5.2")
@tags("training")
def test_zero_against_one():
    """training: tells 0 from 1 on images it has not seen"""
    bodies.zero_against_one(neural_network)


@weight(4)
@number("5.3")
@tags("training")
def test_one_against_two():
    """training: tells 1 from 2 on images it has not seen"""
    bodies.one_against_two(neural_network)
