"""Lets plain `pytest` run the checks in checks/, with nothing to install but NumPy and pytest.

The engine that grades your hand-in also runs here: it is the file checks/autograder.whl, which Python reads
as it is. You never need to look at this file.
"""

import sys
from pathlib import Path

import pytest

ENGINE = Path(__file__).resolve().parent / "checks" / "autograder.whl"

if sys.version_info < (3, 10):
    pytest.exit(f"The checks need Python 3.10 or newer, and this is {sys.version.split()[0]}.", returncode=4)
if not ENGINE.is_file():
    pytest.exit("checks/autograder.whl is missing. Download the assignment again.", returncode=4)
try:
    import numpy  # noqa: F401
except ImportError:
    pytest.exit("The checks need NumPy. To install it: python -m pip install numpy", returncode=4)

sys.path.insert(0, str(ENGINE))
pytest_plugins = ["autograder.home"]
