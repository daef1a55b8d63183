"""Question 1 of the assignment for otter: sigmoid."""

from types import SimpleNamespace

import bodies
from otter.test_files import test_case

OK_FORMAT = False

name = "q1"
points = None


@test_case(name="1.1 sigmoid: known values", points=4)
def test_known_values(env):
    bodies.known_values(SimpleNamespace(**env))


@test_case(name="1.2 sigmoid: any shape, and a scalar for a scalar", points=3)
def test_any_shape(env):
    bodies.any_shape(SimpleNamespace(**env))


@test_case(name="1.3 sigmoid: other data", points=3)
def test_other_data(env):
    bodies.other_data(SimpleNamespace(**env))


@test_case(name="1.4 sigmoid: no overflow, warning or nan for large z", points=5)
def test_no_overflow(env):
    bodies.no_overflow(SimpleNamespace(**env))
