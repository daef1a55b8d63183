"""What several test files share: where things are, and the assignment's own modules, which live outside any package."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

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
