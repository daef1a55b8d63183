"""Question 5 of the assignment for otter: training."""

from types import SimpleNamespace

import bodies
from otter.test_files import test_case

OK_FORMAT = False

name = "q5"
points = None


@test_case(name="5.1 training: the log likelihood climbs as it must, epoch by epoch", points=4)
def test_log_likelihood_climbs(env):
    bodies.log_likelihood_climbs(SimpleNamespace(**env))


@test_case(name="5.2 training: tells 0 from 1 on images it has not seen", points=4)
def test_zero_against_one(env):
    bodies.zero_against_one(SimpleNamespace(**env))


@test_case(name="5.3 training: tells 1 from 2 on images it has not seen", points=4)
def test_one_against_two(env):
    bodies.one_against_two(SimpleNamespace(**env))
