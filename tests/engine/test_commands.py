"""autograder/commands.py: the help of the commands."""

import re
import subprocess
import sys

import pytest

from autograder import commands
from autograder.commands import ROOT

from .conftest import TOY


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


def test_name_of_a_submission_does_not_control_the_terminal(tmp_path, capsys):
    """As in `grade class/*`, whose names students may have chosen."""
    paths = [tmp_path / name for name in ("ada", "ben\x1b[31m\u202e")]
    for path in paths:
        path.mkdir()
    commands.main(["grade", *map(str, paths), "--cases", str(TOY)])
    said = capsys.readouterr()
    assert r"[2/2] ben\x1b[31m\u202e" in said.err
    assert not re.search("[\x1b\u202e]", said.out + said.err)
