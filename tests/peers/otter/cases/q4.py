"""Question 4 of the assignment for otter: backprop."""

from types import SimpleNamespace

import bodies
from otter.test_files import test_case

OK_FORMAT = False

name = "q4"
points = None


@test_case(name="4.1 backprop: 800 partial derivatives for theta_h", points=4)
def test_count_800_partial_derivatives(env):
    bodies.count_800_partial_derivatives(SimpleNamespace(**env))


@test_case(name="4.2 backprop: 20 partial derivatives for theta_y", points=2)
def test_count_20_partial_derivatives(env):
    bodies.count_20_partial_derivatives(SimpleNamespace(**env))


@test_case(name="4.3 backprop: the gradient for theta_y from one image", points=6)
def test_theta_y_from_one_image(env):
    bodies.theta_y_from_one_image(SimpleNamespace(**env))


@test_case(name="4.4 backprop: the gradient for theta_h from one image", points=8)
def test_theta_h_from_one_image(env):
    bodies.theta_h_from_one_image(SimpleNamespace(**env))


@test_case(name="4.5 backprop: summed over the images, several sizes", points=8)
def test_gradient_sums_over_images(env):
    bodies.gradient_sums_over_images(SimpleNamespace(**env))


@test_case(name="4.6 backprop: all 820 derivatives against finite differences", points=6)
def test_against_finite_differences(env):
    bodies.against_finite_differences(SimpleNamespace(**env))


@test_case(name="4.7 backprop: confident predictions, arguments left as they were, the same answer twice", points=4)
def test_confident_predictions(env):
    bodies.confident_predictions(SimpleNamespace(**env))
