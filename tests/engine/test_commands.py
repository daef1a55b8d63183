"""autograder/commands.py: the help of the commands."""

import re
import subprocess
import sys

import pytest

from autograder import commands
from autograder.commands import ROOT


def test_help_of_each_command_says_what_it_does(capsys):
    """Whoever asks `python -m autograder check -h` has not read the list of commands."""
    with pytest.raises(SystemExit):
        commands._parser().parse_args(["-h"])
    listed = dict(re.findall(r"\n {4}(\w+) +(\S+ \S+)", capsys.readouterr().out))
    assert {"grade", "batch", "explain", "doctor", "starter", "solution", "bundle", "check"} == listed.keys()
    for name, begins in listed.items():
        with pytest.raises(SystemExit):
            commands._parser().parse_args([name, "-h"])
        assert f"\n{begins[0].upper()}{begins[1:]}" in capsys.readouterr().out


def test_measuring_asked_for_help_measures_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "-h"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "python -m tests.bench [-h] [rounds]" in done.stdout
