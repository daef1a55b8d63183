"""autograder/preload.py: the modules that a program names are found in linear time, and none is missed."""

import json
import os
import subprocess
import sys

import pytest

from autograder.box import zygote
from autograder.preload import preload
from autograder.submission import Submission


@pytest.mark.parametrize("text", ["a" * 2**20, " " * 2**20, "a." * 2**19, "'" * 2**20, "\t" * 2**20 + "def"])
def test_long_lines_do_not_hold_up_what_is_searched_in_them(text):
    """The supervisor searches a submission's text before any time limit applies, so the search must be linear."""
    assert isinstance(preload("#" + text), list)
    assert Submission("a.py", "a.py", "#" + text).line_of("double") == 0


@pytest.mark.parametrize("name", ["savetxt", "loadtxt", "genfromtxt", "fromregex"])
def test_what_numpy_loads_to_read_and_write_text_is_loaded_before_the_fork(name):
    """A worker's user may not be able to read the interpreter's folder."""
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
    """A worker's user may not be able to read them late; besides, a worker for each case would load them again."""
    assert module in preload(program)
    assert module not in preload("import numpy as np\n")


@pytest.mark.parametrize(
    "program",
    [
        "import argparse\nargparse.ArgumentParser().parse_args([])",
        "np.memmap('a', mode='w+', shape=1)",
        "np.save('a.npy', 1)\nnp.load('a.npy', mmap_mode='r')",
        "np.savez('a', 1)",
        "open('a.npz', 'wb').write(b'PK\\5\\6' + bytes(18))\nnp.load('a.npz')",
        "import csv",
        "import time\ntime.strptime('1', '%d')",
        "from concurrent.futures import ThreadPoolExecutor",
        "np.fft.fft([1])\nnp.ma.array([1])\nnp.polynomial.Polynomial([1])\nnp.testing.assert_equal(1, 1)",
        "from scipy import special",
        "from logging import (config, handlers)",
        "if True:\n    from xml.etree import ElementTree",
        "import email.mime.text",
    ],
)
def test_program_loads_nothing_more_than_what_was_loaded_before_the_fork(tmp_path, program):
    """This holds whatever a library loads when names are imported from it."""
    code = (
        "import contextlib, importlib, json, sys\nimport numpy as np\nprogram, names = json.load(sys.stdin)\n"
        "for name in names:\n    with contextlib.suppress(ImportError):\n        importlib.import_module(name)\n"
        "before = set(sys.modules)\nexec(program)\nprint(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], input=json.dumps([program, preload(program)]),
        cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "program",
    [
        "import antigravity, this, turtle, tkinter, test.support, idlelib.idle",
        "import venv.__main__, unittest.__main__, ctypes.test, sqlite3.tests.dbapi",
        "import requests.sessions, antigravity.more",
    ],
)
def test_what_does_something_when_it_is_loaded_and_what_is_not_pythons_is_not_loaded(program):
    """Some modules open a browser or a window, or run a test suite; others are unknown."""
    assert {name for name in preload(program) if "." in name} == set()
    assert set(preload(program)) <= {"venv", "unittest", "ctypes", "sqlite3", "locale", "shutil"}


def test_no_more_is_loaded_than_what_is_named():
    """Each library takes time and memory in every worker."""
    assert preload("import numpy as np\nimport matplotlib\nimport scipy\n") == [
        "scipy", "matplotlib", "matplotlib.pyplot", "matplotlib.backends.backend_agg"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"os.n{i}" for i in range(1000)),
        "\n".join(f"from os import n{i}" for i in range(1000)),
        "\n".join(f"from os import {','.join(f'n{i}_{j}' for j in range(20))}" for i in range(10)),
    ],
)
def test_names_without_end_are_not_loaded(text):
    """The names go into the settings of a process, and a text may hold any number of them."""
    assert 0 < len([name for name in preload(text) if name.startswith("os.")]) <= 100


def test_matplotlib_whose_folder_is_closed_gets_one_that_is_removed(tmp_path, monkeypatch):
    """Otherwise it makes a folder in /tmp for each grading, which nobody removes, and lists all fonts again."""
    own, scratch = tmp_path / "own", tmp_path / "scratch"
    own.mkdir()
    (own / "fontlist.json").write_text("{}", encoding="ascii")
    monkeypatch.setenv("MPLCONFIGDIR", str(own))
    zygote._find_room_for_matplotlib(str(scratch))
    assert (os.environ["MPLCONFIGDIR"], scratch.exists()) == (str(own), False), "as long as it can be written to"
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    zygote._find_room_for_matplotlib(str(scratch))
    assert os.environ["MPLCONFIGDIR"] == str(scratch / "matplotlib")
    assert (scratch / "matplotlib" / "fontlist.json").read_text(encoding="ascii") == "{}"
