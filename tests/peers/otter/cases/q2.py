"""Question 2 of the assignment for otter: forward."""

from types import SimpleNamespace

import bodies
from otter.test_files import test_case

OK_FORMAT = False

name = "q2"
points = None


@test_case(name="2.1 forward: the hidden layer of one image", points=4)
def test_hidden_layer_of_one_image(env):
    bodies.hidden_layer_of_one_image(SimpleNamespace(**env))


@test_case(name="2.2 forward: y_hat of one image", points=4)
def test_y_hat_of_one_image(env):
    bodies.y_hat_of_one_image(SimpleNamespace(**env))


@test_case(name="2.3 forward: many images, several sizes", points=8)
def test_many_images(env):
    bodies.many_images(SimpleNamespace(**env))


@test_case(name="2.4 forward: right shapes, and arguments left as they were", points=4)
def test_shapes_and_arguments(env):
    bodies.shapes_and_arguments(SimpleNamespace(**env))
