"""Modules that a grading does not need are not loaded, but still work if they are used."""

import subprocess
import sys

import pytest

from autograder.deferred import TAKEN_FROM
from autograder.launch import ROOT
from autograder.session import UNUSED_PLUGINS

LOAD = "import sys; sys.path.insert(0, sys.argv[1])\nfrom autograder import deferred\n"
BOTH = LOAD + "with deferred.unused():\n    import numpy as np\n    import pytest\n"
IDLE = """
loaded = {name: module for name, module in list(sys.modules.items()) if module is not None}
print([name for name in deferred.IMPORTED & set(loaded) if type(loaded[name]).__name__ != '_PutOff'])
print({'email', 'csv', 'pygments.style', '_hashlib', 'logging'} & set(loaded))
"""
COLORED = """
import io
from _pytest._io import TerminalWriter
writer = TerminalWriter(io.StringIO())
writer.hasmarkup = True
print('\\x1b[' in writer._highlight('x = 1', 'python'))
print(type(sys.modules['pygments']).__name__)
"""
WARNED = """
import warnings
with pytest.warns(UserWarning, match="word"):
    warnings.warn("a word")
print(type(sys.modules['_pytest.recwarn']).__name__)
"""


def said(code):
    """Return the lines that a program prints in a separate interpreter."""
    command = [sys.executable, "-I", "-c", code, str(ROOT)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60).stdout.split("\n")[
        :-1
    ]


def test_nothing_is_loaded_that_was_put_off():
    """NumPy or pytest imports each name in the table, but uses none of them while loading."""
    assert said(BOTH + IDLE) == ["[]", "set()"]


def test_nothing_of_it_is_loaded_by_a_session_that_grades(tmp_path):
    """pytest inspects everything in a plug-in's modules, including the modules that they have imported."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    grades = f"""
from types import SimpleNamespace
from pathlib import Path
from autograder.session import run_cases
print(run_cases(SimpleNamespace(folder=Path({str(tmp_path)!r})), SimpleNamespace()))
"""
    assert said(BOTH + grades + IDLE) == ["0", "[]", "set()"]


def test_plugins_that_are_put_off_are_switched_off():
    """A plug-in that is used but not loaded would have no hooks. pytester need not be switched off: it is a plug-in
    only if named.
    """
    plugins = {name.removeprefix("_pytest.") for name in TAKEN_FROM} - {"pygments", "pytester"}
    assert plugins <= set(UNUSED_PLUGINS)


@pytest.mark.parametrize(
    ("use", "answer"),
    [
        ("import importlib.metadata; print(importlib.metadata.version('pytest') == pytest.__version__)", ["True"]),
        ("import hashlib; print(hashlib.sha256(b'').hexdigest()[:8])", ["e3b0c442"]),
        ("import pickle; print(pickle.loads(pickle.dumps(np.arange(3))))", ["[0 1 2]"]),
        ("import ctypes; print(np.arange(3).ctypes.data > 0, ctypes.sizeof(ctypes.c_double))", ["True 8"]),
        ("print(np.random.RandomState(0).uniform() > 0)", ["True"]),
        (
            "print(np.linalg.inv(np.eye(1)), np.linalg.norm([3, 4]), np.linalg.LinAlgError.__name__)",
            ["[[1.]] 5.0 LinAlgError"],
        ),
        (
            "print(np.roots([1, -4]), np.polyfit([0, 1], [1, 2], 1).round(6), np.linalg.inv.__module__)",
            ["[4.] [1. 1.] numpy.linalg"],
        ),
        (
            "from numpy.linalg import inv, matrix_power; print(inv(np.eye(1)), matrix_power(2 * np.eye(1), 3))",
            ["[[1.]] [[8.]]"],
        ),
        (COLORED, ["True", "module"]),
        (WARNED, ["module"]),
    ],
    ids="metadata hashlib pickle ctypes generators algebra polynomials taken colors warns".split(),
)
def test_what_is_used_after_all_is_loaded_then(use, answer):
    """An instructor's case may use such a module, for instance."""
    assert said(BOTH + use) == answer


def test_module_that_cannot_be_loaded_says_so_each_time():
    """An import behaves that way too; a half-loaded module would be worse."""
    code = """
with deferred.unused():
    import pickle
pickle.__spec__.loader.exec_module = lambda module: 1 / 0
for _ in range(2):
    try:
        pickle.dumps
    except ZeroDivisionError as error:
        print(error)
"""
    assert said(LOAD + code) == ["division by zero"] * 2


def test_imports_after_the_block_are_as_ever():
    """Nothing of the block interferes with them."""
    code = "with deferred.unused():\n    pass\nimport pygments, pickle\n"
    assert said(LOAD + code + "print(pygments.highlight.__name__, type(pickle).__name__)") == ["highlight module"]
