"""Every input that the fuzzers have kept, replayed without them: what once broke something stays mended."""

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
    """Shown with its name; `python tests/fuzz/fuzz.py TARGET PATH` does the same."""
    TARGETS[target](path.read_bytes())


def test_corpora_stay_small():
    """They are read in every run, and kept for ever: below 300 files and 1 MiB in all."""
    assert 0 < len(INPUTS) < 300
    assert sum(path.stat().st_size for _, path in INPUTS) < 1 << 20

    assert all(path.name == hashlib.sha1(path.read_bytes()).hexdigest() for _, path in INPUTS)


def test_targets_have_the_names_that_the_command_takes():
    """The command must know them before it may import them."""
    assert set(TARGETS) == set(fuzz.NAMES)


def test_replay_needs_no_fuzzer_and_shows_what_breaks(tmp_path):
    """The command that a finding prints; here an input that is no file breaks it."""
    target, path = INPUTS[0]
    command = [sys.executable, fuzz.__file__, target, str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    broken = subprocess.run([*command, str(tmp_path / "none")], capture_output=True, text=True, check=False)
    assert broken.returncode != 0
    assert "FileNotFoundError" in broken.stderr


def test_fuzzing_without_atheris_is_skipped_in_words(monkeypatch, capsys):
    """Nobody's `make check-all` fails for the lack of a wheel."""
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "wire", "results", "--seconds", "1"])
    monkeypatch.setattr(fuzz, "can_have_atheris", lambda: False)
    assert fuzz.main() == 0
    assert capsys.readouterr().out.rstrip().endswith("skipped.")
