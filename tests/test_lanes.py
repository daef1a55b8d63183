"""Answers computed in the background: each once, in order, and only as long as a test may need them."""

import contextlib
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from .lanes import Lanes

ECHO = "import sys\nfor line in sys.stdin: print('said', line, end='', flush=True)"
PROGRAMS = [SimpleNamespace(folder=Path(name)) for name in ("first", "second", "third")]


class Echo(Lanes[str]):
    """Answers with what its process echoes, but raises for the second program."""

    def start(self):
        """Start a process that echoes its input."""
        self.asked = []
        return subprocess.Popen([sys.executable, "-c", ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, process, program):
        """Send the program's name, and return the echo."""
        self.asked.append(str(program.folder))
        if program is PROGRAMS[1]:
            raise ValueError("no answer")
        print(program.folder, file=process.stdin, flush=True)
        return process.stdout.readline().rstrip()


def test_each_is_answered_once_in_its_order(monkeypatch):
    """Without a `begin` event, as in a run by hand, the work starts at once."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with contextlib.closing(Echo(PROGRAMS)) as lanes:
        assert [lanes.of(PROGRAMS[i]) for i in (2, 0, 2)] == ["said third", "said first", "said third"]
        with pytest.raises(ValueError, match="no answer"):
            lanes.of(PROGRAMS[1])
        assert lanes.asked == ["first", "second", "third"]


def test_nothing_is_begun_until_it_may_or_a_test_waits():
    """`done` is called when all programs are started."""
    begin, done = threading.Event(), threading.Event()
    with contextlib.closing(Echo(PROGRAMS, begin, done.set)) as lanes:
        assert lanes.asked == []
        assert lanes.of(PROGRAMS[0]) == "said first"
        assert begin.is_set()
        assert done.wait(20)


def test_what_nobody_waits_for_is_not_begun():
    """This is the case at the end of a run that was stopped."""
    lanes = Echo(PROGRAMS, threading.Event())
    lanes.close()
    assert lanes.asked == []
