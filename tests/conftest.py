"""What several test files share: where things are, and the assignment's own modules, which live outside any package."""

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
# A folder without expected.toml is found by a test in test_bank.py.
PROGRAMS = read_all(BANK)

Graded = Callable[[Program], Grade]


@pytest.fixture(scope="session", autouse=True)
def _open_to_workers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Root's workers are users of their own: they can walk through the folders of tests, as through /tmp."""
    base = tmp_path_factory.getbasetemp()
    for folder in (base, base.parent):
        if folder == base or folder.name.startswith("pytest-of-"):
            folder.chmod(0o711)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """A folder of the test's own that workers can walk through."""
    tmp_path.chmod(0o711)
    return tmp_path


def pytest_configure(config: pytest.Config) -> None:
    """Case files are loaded here too, without the plugin that declares their marker."""
    config.addinivalue_line("markers", "example: the data of this case may be shown, and it travels with the starter")
    _signals_as_in_a_terminal()
    # With bytecode switched off, as in Docker's images of Python, each of a thousand commands would compile our modules.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _signals_as_in_a_terminal() -> None:
    """Whoever starts us in the background may have us, and all that we start, ignore or hold back some of them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "pthread_sigmask"):  # Windows has no more than that one
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())


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


PREPARED = pytest.StashKey[Prepared]()
BESIDE = pytest.StashKey[Beside]()
AT_HOME = pytest.StashKey[SaidAtHome]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin with what the tests that were selected will ask for."""
    if session.config.option.collectonly:
        return
    # One after the other: the tests want a processor, too.
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
    """The programs, each once, that the selected tests ask a fixture for."""
    asked = (
        one for item in _asking(session, fixture) if hasattr(item, "callspec") for one in item.callspec.params.values()
    )
    return list({one.folder: one for one in asked if isinstance(one, Program)}.values())


def _asking(session: pytest.Session, fixture: str) -> list[pytest.Item]:
    """The selected tests that need a fixture, themselves or for another one."""
    return [item for item in session.items if fixture in getattr(item, "fixturenames", ()) and not _skipped(item)]


def _skipped(item: pytest.Item) -> bool:
    return any(condition is True for mark in item.iter_markers("skipif") for condition in mark.args)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whatever the run ended with, nothing goes on."""
    for key in (AT_HOME, BESIDE, PREPARED):
        if key in session.config.stash:
            session.config.stash[key].close()


@pytest.fixture(scope="session")
def graded(request: pytest.FixtureRequest) -> Graded:
    """The grade of a program of the bank, which is graded once however many tests look at it."""
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
    """What plain `pytest` says of a program of the bank at home."""
    return request.config.stash[AT_HOME].of


@pytest.fixture(scope="session")
def prepared(request: pytest.FixtureRequest) -> Prepared:
    """What takes long and has been begun with."""
    return request.config.stash[PREPARED]


@pytest.fixture(scope="session")
def archives(prepared: Prepared) -> Path:
    """A folder with both archives of the bundle, as built from this repository."""
    return prepared.archives()


@pytest.fixture(scope="session")
def proof(archives: Path, prepared: Prepared) -> tuple[Path, Proof]:
    """Another bundle of the same sources, in a folder, and what proving it has shown."""
    return prepared.proof()


@pytest.fixture(scope="session")
def starter_files() -> Mapping[str, bytes]:
    """Every file of the starter by its path, made from the solution once: it takes seconds."""
    return MappingProxyType(starter.build(ROOT))


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests that look at pages: there cannot be two at a time in one process."""
    with browser() as one:
        yield one
