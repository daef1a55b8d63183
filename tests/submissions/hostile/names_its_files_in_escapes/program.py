"""Handed in under names that are HTML, line ends and escape sequences. A grader that lists what it found repeats them,
and one that collects tests by name runs them."""


def test_everything():
    """Looks like a case."""
    raise AssertionError


test_everything.__weight__ = 0
