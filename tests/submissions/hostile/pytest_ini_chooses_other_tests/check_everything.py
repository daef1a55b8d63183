"""The only case."""


def test_everything():
    """Always right."""


test_everything.__weight__ = 100
