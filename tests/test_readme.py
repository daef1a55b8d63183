"""The outputs in the READMEs are what the programs print today."""

import re
from pathlib import Path

import pytest

from autograder.authoring import maintain
from autograder.terminal import report

from .bank import ASSIGNMENT
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
    assert maintain.readme(ROOT) == {
        ROOT / "solution" / "starter" / "README.md": (ROOT / "starter" / "README.md").read_text(encoding="utf-8")
    }


def test_points_and_numbers_of_cases_are_those_of_the_assignment():
    """The README names them for instructors, the handout for students."""
    first, extra = ASSIGNMENT.parts
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for sentence in (
        f"There are {first.points} points over {len(first.cases)} cases.",
        f"`extensions.py` is worth {extra.points} more points",
        f"It has {len(extra.cases)} more cases",
        f"With `solution/extensions.py` beside it, it must get {first.points + extra.points}.",
    ):
        assert sentence in text
    handout = (ROOT / "solution" / "handout" / "handout.md").read_text(encoding="utf-8")
    assert f"here you can earn up to {extra.points} more." in " ".join(handout.split())
