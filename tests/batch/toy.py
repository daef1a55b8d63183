"""The toy assignment with extra credit: a second file, more.py, which may import the first."""

import shutil

from ..engine.conftest import RIGHT, TOY

MORE = """
from toy import double

def half(z):
    return z / 2

def four(z):
    return double(double(z))
"""

SETTINGS = """
title = "Toy, and more"
file = "more.py"
points = 3
imports = ["toy.py"]

[limits]
call_s = 1
import_s = 2
case_s = 3
run_s = 60
memory_mib = 128

[functions.double]
arguments = ["z"]
returns = ["value"]

[functions.half]
arguments = ["z"]
returns = ["value"]

[functions.four]
arguments = ["z"]
returns = ["value"]
stand_ins = ["double"]
"""

REFERENCE = """
def double(z):
    return 2 * z

def half(z):
    return z / 2

def four(z):
    return 4 * z
"""

CASES = '''
import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute


@pytest.mark.example
@weight(1)
@number("3")
@tags("half")
def test_half(student, reference):
    """half: half the number"""
    z = np.array([1.0, -2.5])
    student.half(z).must_equal(value=reference.half(z), within=absolute(1e-9))


@weight(2)
@number("4")
@tags("four")
def test_four(student, reference):
    """four: four times the number"""
    z = np.array([3.0, 4.0])
    student.four(z).must_equal(value=reference.four(z), within=absolute(1e-9))
'''

# A class: what each student hands in as toy.py and, if anything, as more.py.
WRONG = RIGHT.replace("return z + z", "return 3 * z")
CLASS = {
    "both": (RIGHT, MORE),
    "carried": (WRONG, MORE),
    "first": (RIGHT, None),
    "more": (None, MORE),
    "not_begun": (RIGHT, "def half(z):\n    raise NotImplementedError\n" * 2 + "four = half\n"),
    "slow": (RIGHT, MORE.replace("return z / 2", "import time; time.sleep(60)")),
    "wrong": (RIGHT, MORE.replace("return z / 2", "return z")),
}
SCORES = {"both": 13, "carried": 9, "first": 10, "more": 2, "not_begun": 10, "slow": 12, "wrong": 12}


def make_toy(folder):
    """Write the files of the assignment into a new folder."""
    shutil.copytree(TOY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    settings = folder / "assignment.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("points = 10\n", 'points = 10\nextra_credit = ["more"]\n'), encoding="utf-8")
    more = folder / "more"
    more.mkdir()
    shutil.copyfile(TOY / "pytest.ini", more / "pytest.ini")
    for name, content in (("assignment.toml", SETTINGS), ("reference.py", REFERENCE), ("test_more.py", CASES)):
        (more / name).write_text(content, encoding="utf-8")
    return folder


def hand_in(folder, programs):
    """Write a class's submissions: name -> the texts of toy.py and more.py, or None."""
    for student, texts in programs.items():
        (folder / student).mkdir(parents=True, exist_ok=True)
        for name, text in zip(("toy.py", "more.py"), texts, strict=True):
            if text is not None:
                (folder / student / name).write_text(text, encoding="utf-8")
    return folder
