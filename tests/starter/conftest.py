"""Fixtures: a student's folder, as downloaded or with functions in it, and a browser for its pages."""

import compileall
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ..copied import copying
from ..pages import Reader

ROOT = Path(__file__).resolve().parents[2]
SOLUTION = (ROOT / "solution" / "neural_network.py").read_text(encoding="utf-8")
EXTENSIONS = (ROOT / "solution" / "extensions.py").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Return a download with its data, compiled as after a first run, so that copies need not be compiled."""
    folder = tmp_path_factory.mktemp("download") / "once"
    shutil.copytree(ROOT / "solution" / "starter", folder)
    shutil.copytree(ROOT / "datasets" / "digits" / "public", folder / "data")
    compileall.compile_dir(folder / "lesson", quiet=1)
    return folder


@pytest.fixture
def home(tmp_path, compiled):
    """Return a student's folder with the solution's functions in it."""
    folder = tmp_path / "Meine Übung"
    shutil.copytree(compiled, folder)
    (folder / "neural_network.py").write_text(SOLUTION, encoding="utf-8")
    return folder


@pytest.fixture
def both(home):
    """Return the same folder with the solution's extra credit in it, too."""
    (home / "extensions.py").write_text(EXTENSIONS, encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def extensions(solution):
    """Return the solution's extra credit as a module."""
    path = ROOT / "solution" / "extensions.py"
    specification = importlib.util.spec_from_file_location("extensions_of_the_solution", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Return a function that runs a program of a student's folder from the parent folder, with warnings as errors.

    It returns the exit status and the output.
    """
    with copying(tmp_path_factory.mktemp("printed"), "numpy", options=("-W", "error")) as run:

        def started(home, program, *arguments, **environment):
            environment = os.environ | {"PYTHONIOENCODING": "cp1252"} | environment
            status, *printed = run(home / program, arguments, home.parent, environment)
            said = [text.decode(environment["PYTHONIOENCODING"]) for text in printed]
            return subprocess.CompletedProcess([program, *arguments], status, *said)

        yield started


def without_matplotlib(home):
    """Return environment variables that make matplotlib unimportable, because loading it takes longer than most
    trainings here.
    """
    bare = home.parent / "bare"
    bare.mkdir(exist_ok=True)
    (bare / "matplotlib.py").write_text("raise ImportError", encoding="utf-8")
    return {"PYTHONPATH": str(bare)}


def add(home, code):
    """Append code to a student's extensions.py. Return the number of the first new line."""
    path = home / "extensions.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n\n{code}", encoding="utf-8")
    return before.count("\n") + 3


@pytest.fixture
def reader(chromium):
    """Return a reader that opens pages. It fails the test if a page complains or requests anything outside this
    machine.
    """
    one = Reader(chromium)
    yield one
    one.close()
