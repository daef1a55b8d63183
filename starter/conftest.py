"""Lets plain `pytest` run the checks in checks/, with nothing to install but NumPy and pytest.

The engine that grades your hand-in also runs here: it is the file checks/autograder.whl, which Python reads
as it is. You never need to look at this file.
"""

import sys
import zipfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
ENGINE = FOLDER / "checks" / "autograder.whl"

if sys.version_info < (3, 10):
    pytest.exit(f"The checks need Python 3.10 or newer, and this is {sys.version.split()[0]}.", returncode=4)
# pytest has this folder searched first; last, a file of yours called random.py or numpy.py is in nobody's way.
sys.path.sort(key=lambda entry: Path(entry).resolve() == FOLDER)
try:
    import numpy  # noqa: F401
except ImportError:
    pytest.exit("The checks need NumPy. To install it: python -m pip install numpy", returncode=4)

sys.path.insert(0, str(ENGINE))


class Elsewhere(pytest.UsageError, pytest.Collector.CollectError):
    """Shown without a traceback, both before pytest collects and while it does."""


def pytest_configure(config):
    """Load the engine, unless pytest was started in a folder above, where it does not find pytest.ini."""
    if config.rootpath.resolve() != FOLDER:
        raise Elsewhere(f"Start pytest in this folder, or open it in your editor: {FOLDER}")
    if not _is_whole(ENGINE):
        raise pytest.UsageError("checks/autograder.whl is missing or damaged. Download the assignment again.")
    config.pluginmanager.import_plugin("autograder.home")


def _is_whole(archive):
    """Whether all files in the archive can be read; a download may have stopped halfway."""
    try:
        with zipfile.ZipFile(archive) as files:
            return files.testzip() is None
    except Exception:  # damaged bytes can make zipfile and zlib raise almost anything
        return False
