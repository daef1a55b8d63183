"""Shared fixtures: background work, and the assignment's own modules, which are in no package."""

import importlib.util
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest

from autograder.authoring import starter
from autograder.authoring.bundle import Proof
from autograder.outcome import Grade

from .bank import BANK, Program, read_all
from .beside import Beside
from .container.container import why_not
from .pages import browser
from .prepared import WHAT, Prepared
from .said_at_home import Said, SaidAtHome

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
# A test in test_bank.py finds folders without expected.toml.
PROGRAMS = read_all(BANK)

Graded = Callable[[Program], Grade]


@pytest.fixture(scope="session", autouse=True)
def _open_to_workers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let workers pass through the tests' folders, as through /tmp: under root, each worker is a user of its own."""
    base = tmp_path_factory.getbasetemp()
    for folder in (base, base.parent):
        if folder == base or folder.name.startswith("pytest-of-"):
            folder.chmod(0o711)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """The test's own folder, which workers can pass through."""
    tmp_path.chmod(0o711)
    return tmp_path


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of case files, which are loaded here without the plugin that declares it."""
    config.addinivalue_line("markers", "example: the data of this case may be shown, and it travels with the starter")
    _signals_as_in_a_terminal()
    # With bytecode switched off, as in Docker images of Python, each of the many commands would compile our modules.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _signals_as_in_a_terminal() -> None:
    """Reset signals, since a parent that runs us in the background may pass on ignored or blocked ones."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "pthread_sigmask"):  # Windows has only SIGINT
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD, signal.SIGALRM, signal.SIGPROF):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())


def load(path: Path) -> ModuleType:
    """Load a file as a module, with its own folder first on the import path, as the grader's session does."""
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


PREPARED = pytest.StashKey[Prepared]()
BESIDE = pytest.StashKey[Beside]()
AT_HOME = pytest.StashKey[SaidAtHome]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests last for which background processes work: until then, these have a processor for themselves."""
    items.sort(key=lambda item: _needs(item, "graded") or _needs(item, "said_at_home"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the background work that the selected tests will need."""
    if session.config.option.collectonly:
        return
    # In sequence, because the tests need a processor too.
    prepared, graded = threading.Event(), threading.Event()
    wanted = [what for what in WHAT if _asking(session, what) and (what != "image" or why_not() is None)]
    if wanted:
        session.config.stash[PREPARED] = Prepared(wanted, prepared.set)
    else:
        prepared.set()
    if programs := _programs(session, "graded"):
        session.config.stash[BESIDE] = Beside(programs, prepared, graded.set)
    else:
        graded.set()
    if programs := _programs(session, "said_at_home"):
        session.config.stash[AT_HOME] = SaidAtHome(programs, graded)


def _programs(session: pytest.Session, fixture: str) -> list[Program]:
    """Return the programs that the selected tests ask a fixture for, each once."""
    asked = (
        one for item in _asking(session, fixture) if hasattr(item, "callspec") for one in item.callspec.params.values()
    )
    return list({one.folder: one for one in asked if isinstance(one, Program)}.values())


def _asking(session: pytest.Session, fixture: str) -> list[pytest.Item]:
    """Return the selected tests that need a fixture, directly or through another fixture."""
    return [item for item in session.items if _needs(item, fixture) and not _skipped(item)]


def _needs(item: pytest.Item, fixture: str) -> bool:
    return fixture in getattr(item, "fixturenames", ())


def _skipped(item: pytest.Item) -> bool:
    return any(condition is True for mark in item.iter_markers("skipif") for condition in mark.args)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop all background work, however the run ended."""
    for key in (AT_HOME, BESIDE, PREPARED):
        if key in session.config.stash:
            session.config.stash[key].close()


@pytest.fixture(scope="session")
def graded(request: pytest.FixtureRequest) -> Graded:
    """A function that returns the grade of a program of the bank, and grades each program only once."""
    return request.config.stash[BESIDE].of


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
def said_at_home(request: pytest.FixtureRequest) -> Callable[[Program], Said]:
    """A function that returns what plain `pytest` says of a program of the bank at home."""
    return request.config.stash[AT_HOME].of


@pytest.fixture(scope="session")
def prepared(request: pytest.FixtureRequest) -> Prepared:
    """Work that was started early because it is slow."""
    return request.config.stash[PREPARED]


@pytest.fixture(scope="session")
def archives(prepared: Prepared) -> Path:
    """A folder with both archives of the bundle, built from this repository."""
    return prepared.archives()


@pytest.fixture(scope="session")
def proof(archives: Path, prepared: Prepared) -> tuple[Path, Proof]:
    """A second bundle of the same sources, in a folder, and the result of proving it."""
    return prepared.proof()


@pytest.fixture(scope="session")
def starter_files() -> Mapping[str, bytes]:
    """Every file of the starter by its path, made from the solution once, because that takes seconds."""
    return MappingProxyType(starter.build(ROOT))


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of pages, because a process cannot hold two at a time."""
    with browser() as one:
        yield one
