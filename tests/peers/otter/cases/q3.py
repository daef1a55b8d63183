"""Question 3 of the assignment for otter: log_likelihood."""

from types import SimpleNamespace

import bodies
from otter.test_files import test_case

OK_FORMAT = False

name = "q3"
points = None


@test_case(name="3.1 log_likelihood: three datapoints by hand", points=5)
def test_three_datapoints(env):
    bodies.three_datapoints(SimpleNamespace(**env))


@test_case(name="3.2 log_likelihood: the sum over 2,000 datapoints", points=4)
def test_sum_over_two_thousand(env):
    bodies.sum_over_two_thousand(SimpleNamespace(**env))


@test_case(name="3.3 log_likelihood: other data, natural logarithm", points=3)
def test_natural_logarithm(env):
    bodies.natural_logarithm(SimpleNamespace(**env))


@test_case(name="3.4 log_likelihood: exact limits, y_hat = 1 and y_hat = 0", points=3)
def test_exact_limits(env):
    bodies.exact_limits(SimpleNamespace(**env))
