"""The outputs in the READMEs are what the programs print today."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.terminal import report

from .conftest import PROGRAMS

ROOT = Path(__file__).resolve().parents[1]


def shown(path):
    """Return the marked outputs of a README, each as the marker's name and the text between the fences."""
    text = path.read_text(encoding="utf-8")
    return re.findall(r"<!-- BEGIN OUTPUT (.*?) -->\n```\n(.*?)```\n<!-- END OUTPUT -->", text, re.DOTALL)


[(MARKER, TEXT)] = shown(ROOT / "README.md")
NAME, NUMBER = MARKER.split()


@pytest.mark.parametrize("program", [pytest.param(PROGRAMS[NAME], id=NAME)])
def test_feedback_in_the_readme_is_what_is_printed(program, graded):
    """The example on the first screen is exactly the message of a program of the bank."""
    lines = "\n".join(report(graded(program))).splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("FAILED") and f" {NUMBER} " in line)
    assert TEXT.splitlines() == lines[first : lines.index("", first)]


def test_starter_readme_shows_what_a_fresh_download_prints():
    """Everything is the same, byte for byte, except the seconds."""
    [(_, text)] = shown(ROOT / "starter" / "README.md")
    # As in a plain terminal: COLUMNS sets the width of pytest's lines, and colors and warnings would add bytes.
    other = {"FORCE_COLOR", "PY_COLORS", "PYTEST_ADDOPTS", "PYTHONOPTIMIZE"}
    kept = {name: value for name, value in os.environ.items() if name not in other}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=ROOT / "starter",
        env={**kept, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.sub(r"in [0-9.]+s", "in 0.1s", done.stdout).strip() == text.strip()
