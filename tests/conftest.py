"""What several test files share: where things are, and the assignment's own modules, which live outside any package."""

import concurrent.futures
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autograder.grade import grade
from autograder.outcome import Grade

from .bank import BANK, Program, read_all

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
# A folder without expected.toml is found by a test in test_bank.py.
PROGRAMS = read_all(BANK)

Graded = Callable[[Program], Grade]


def pytest_configure(config: pytest.Config) -> None:
    """Case files are loaded here too, without the plugin that declares their marker."""
    config.addinivalue_line("markers", "example: the data of this case may be shown, and it travels with the starter")


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
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """The grade of a program of the bank, which is graded once however many tests look at it.

    Those of all tests that were selected are on their way from the start, as many at a time as there are processors.
    """
    place = tmp_path_factory.mktemp("handed_in")

    def start(program: Program) -> Grade:
        return grade(program.hand_in(place / program.folder.name), program.assignment())

    asking = [item for item in request.session.items if "graded" in getattr(item, "fixturenames", ())]
    programs = [item.callspec.params.get("program") for item in asking if hasattr(item, "callspec")]
    selected = {program.folder.name for program in programs if isinstance(program, Program)}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        started = {name: pool.submit(start, PROGRAMS[name]) for name in PROGRAMS if name in selected}
        yield lambda program: started[program.folder.name].result()
        for future in started.values():
            future.cancel()


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
