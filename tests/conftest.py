"""What several test files share: where things are, and the assignment's own modules, which live outside any package."""

import concurrent.futures
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autograder.grade import grade
from autograder.outcome import Grade

from .bank import Graded, Program

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent


def load(path: Path) -> ModuleType:
    """A file as a module, with its own folder first on the import path, as the grader's session loads it."""
    sys.path.insert(0, str(path.parent))
    try:
        specification = importlib.util.spec_from_file_location(path.stem, path)
        assert specification is not None
        assert specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        sys.modules[path.stem] = module
        specification.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    """tests/cases/reference.py"""
    return load(ROOT / "tests" / "cases" / "reference.py")


@pytest.fixture(scope="session")
def inputs(reference: ModuleType) -> ModuleType:
    """tests/cases/inputs.py, which imports the reference"""
    return load(ROOT / "tests" / "cases" / "inputs.py")


@pytest.fixture(scope="session")
def solution() -> ModuleType:
    """solution/neural_network.py"""
    return load(ROOT / "solution" / "neural_network.py")


@pytest.fixture(scope="session")
def training() -> ModuleType:
    """tests/cases/training.py"""
    return load(ROOT / "tests" / "cases" / "training.py")


@pytest.fixture(scope="session")
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """The grade of a program of the bank, graded once for all tests. Those that any selected test asks for are on their
    way from the start.
    """
    place = tmp_path_factory.mktemp("handed_in")

    def start(program: Program) -> Grade:
        return grade(program.hand_in(place / program.folder.name), program.assignment())

    asking = [item for item in request.session.items if "graded" in getattr(item, "fixturenames", ())]
    selected = {program.folder: program for program in (item.callspec.params["program"] for item in asking)}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        started = {folder: pool.submit(start, program) for folder, program in selected.items()}
        yield lambda program: started[program.folder].result()
        for future in started.values():
            future.cancel()
