"""The toy assignment and a way to grade a text with it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.batch.station import Station
from autograder.grade import grade
from autograder.outcome import Grade
from autograder.place import Fresh

TOY = Path(__file__).resolve().parent / "toy"

RIGHT = """
def double(z):
    return z + z

def both(a, b):
    return a + b, double(a) * b / 2
"""


@pytest.fixture(scope="session")
def toy() -> Assignment:
    """Load the toy assignment."""
    return assignments.load(TOY)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station | None]:
    """The place of a class, which saves starting interpreters for each submission; None where there is no fork."""
    if not hasattr(os, "fork"):
        yield None
        return
    scratch = tmp_path_factory.mktemp("scratch")
    scratch.chmod(0o711)
    station = Station(str(scratch))
    yield station
    station.close()


@pytest.fixture
def grade_text(toy: Assignment, tmp_path: Path) -> Callable[..., Grade]:
    """A function that grades a program given as text; keywords change the limits."""

    def run(text: str, *, fork: bool | None = None, **limits: float) -> Grade:
        path = tmp_path / "toy.py"
        path.write_text(text, encoding="utf-8")
        changed = toy._replace(limits=toy.limits._replace(**limits))
        return grade(path, changed, place=Fresh(fork))

    return run
