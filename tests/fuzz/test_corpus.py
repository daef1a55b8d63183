"""Every input that the fuzzers have kept, replayed without them: what once broke something stays fixed."""

import hashlib
import subprocess
import sys

import pytest

from . import fuzz
from .fuzz import CORPUS
from .targets import TARGETS

INPUTS = [(target, path) for target in TARGETS for path in sorted((CORPUS / target).iterdir())]


@pytest.mark.parametrize(("target", "path"), INPUTS, ids=[f"{target}/{path.name[:12]}" for target, path in INPUTS])
def test_input_of_a_fuzzer_breaks_nothing(target, path):
    """The test id names the input; `python tests/fuzz/fuzz.py TARGET PATH` does the same."""
    TARGETS[target](path.read_bytes())


def test_corpora_stay_small():
    """Every run reads the corpora, and they are kept forever: below 300 files and 1 MiB in all."""
    assert 0 < len(INPUTS) < 300
    assert sum(path.stat().st_size for _, path in INPUTS) < 1 << 20

    assert all(path.name == hashlib.sha1(path.read_bytes()).hexdigest() for _, path in INPUTS)


def test_targets_have_the_names_that_the_command_takes():
    """The command must know the names before it may import the targets."""
    assert set(TARGETS) == set(fuzz.NAMES)


def test_replay_needs_no_fuzzer_and_shows_what_breaks(tmp_path):
    """A finding prints this command; here, a path that does not exist breaks it."""
    target, path = INPUTS[0]
    command = [sys.executable, fuzz.__file__, target, str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    broken = subprocess.run([*command, str(tmp_path / "none")], capture_output=True, text=True, check=False)
    assert broken.returncode != 0
    assert "FileNotFoundError" in broken.stderr


def test_fuzzing_without_atheris_is_skipped_in_words(monkeypatch, capsys):
    """A missing wheel makes nobody's `make check-all` fail."""
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "wire", "results", "--seconds", "1"])
    monkeypatch.setattr(fuzz, "can_have_atheris", lambda: False)
    assert fuzz.main() == 0
    assert capsys.readouterr().out.rstrip().endswith("skipped.")
