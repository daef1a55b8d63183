"""Which modules a program names: in time, and no fewer than it will want."""

import pytest

from autograder.preload import preload
from autograder.submission import Submission


@pytest.mark.parametrize("text", ["a" * 2**20, " " * 2**20, "a." * 2**19, "'" * 2**20, "\t" * 2**20 + "def"])
def test_long_lines_do_not_hold_up_what_is_searched_in_them(text):
    """The supervisor looks through a submission's text before any deadline: in time that grows with its length."""
    assert isinstance(preload("#" + text), list)
    assert Submission("a.py", "a.py", "#" + text).line_of("double") == 0


@pytest.mark.parametrize("name", ["savetxt", "loadtxt", "genfromtxt"])
def test_what_numpy_loads_to_read_and_write_text_is_loaded_before_the_fork(name):
    """A worker's user may not read the interpreter's folder."""
    assert "urllib.parse" in preload(f"import numpy as np\nnp.{name}('weights.txt')\n")
    assert "urllib.parse" not in preload("import numpy as np\n")


@pytest.mark.parametrize(
    ("program", "module"),
    [
        ("from numpy import *", "numpy.f2py"),
        ("from pylab import *", "matplotlib.pylab"),
        ("import unittest\nunittest.main(exit=False)", "locale"),
        ("import matplotlib.pyplot as plt\nplt.savefig('loss.pdf')", "matplotlib.backends.backend_pdf"),
    ],
)
def test_what_libraries_load_late_is_loaded_before_the_fork(program, module):
    """The same; and a worker for each case would load it again."""
    assert module in preload(program)
    assert module not in preload("import numpy as np\n")
