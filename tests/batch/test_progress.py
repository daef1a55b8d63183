"""autograder/batch/progress.py: the progress of a class in one line, on any kind of standard error."""

import io
import sys
import types

import pytest

from autograder.batch import progress
from autograder.batch.progress import Count, in_lines, shown


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self):
        self.now = 1000.0


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Replace the clock that the progress line uses."""
    made = Clock()
    monkeypatch.setattr(progress, "time", types.SimpleNamespace(monotonic=lambda: made.now))
    return made


def count(**values):
    """Return the count of a class of 300, started ten seconds ago."""
    return Count(**{"total": 300, "started": 990.0, **values})


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "0/300 graded, 0.0/s, 0 timeouts, 0 faults"),
        ({"now": 100}, "100/300 graded, 10.0/s, 0:20 left, 0 timeouts, 0 faults"),
        ({"now": 1, "timeouts": 1, "faults": 1}, "1/300 graded, 0.1/s, 49:50 left, 1 timeout, 1 fault"),
        ({"total": 9000, "now": 10}, "10/9000 graded, 1.0/s, 2:29:50 left, 0 timeouts, 0 faults"),
        ({"before": 200, "now": 50, "timeouts": 2}, "250/300 graded, 5.0/s, 0:10 left, 2 timeouts, 0 faults"),
        ({"before": 200, "now": 100}, "300/300 graded, 10.0/s, 0 timeouts, 0 faults"),
        ({"before": 300}, "300/300 graded, 0.0/s, 0 timeouts, 0 faults"),
        ({"total": 0}, "0/0 graded, 0.0/s, 0 timeouts, 0 faults"),
    ],
)
def test_line_says_how_far_how_fast_and_how_long(values, line):
    """The remaining time is estimated from this run alone, not from an earlier one."""
    assert str(count(**values)) == line


def test_lines_come_now_and_then(clock, capsys):
    """There is not a line for each submission."""
    with in_lines(count(now=3)) as show:
        for _ in range(50):
            show()
        assert capsys.readouterr().err == ""
        clock.now += progress.LINE_EVERY_S
        for _ in range(50):
            show()
    assert capsys.readouterr().err.splitlines() == ["3/300 graded, 0.1/s, 33:00 left, 0 timeouts, 0 faults"]


def test_last_line_says_that_all_are_done(clock, capsys):
    """In a file, "298/300 graded" at the end would look like a run that was stopped."""
    so_far = count(now=200)
    with shown(so_far) as show:
        clock.now += progress.LINE_EVERY_S
        show()
        so_far.now = 300
        show()
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == ["200/300", "300/300"]


def test_run_that_is_over_before_the_first_line_prints_none(capsys):
    """What was done is on standard output."""
    with shown(count(now=300)) as show:
        show()
    assert capsys.readouterr().err == ""


def test_reader_that_has_left_stops_nothing(monkeypatch):
    """As with `2>&1 | head`: the class is still graded."""

    class Gone(io.StringIO):
        def write(self, _):
            raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(progress, "LINE_EVERY_S", 0)
    monkeypatch.setattr(sys, "stderr", Gone())
    with in_lines(count(now=3)) as show:
        show()


@pytest.mark.parametrize("stream", [None, "closed"])
def test_no_standard_error_at_all(monkeypatch, stream):
    """Standard error may be missing or closed when the process starts."""
    if stream == "closed":
        stream = io.StringIO()
        stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "LINE_EVERY_S", 0)
    with shown(count(now=1)) as show:
        show()
