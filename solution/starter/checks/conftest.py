"""Says what is missing if this folder was copied without the file above it that runs the checks."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent


class Alone(pytest.UsageError, pytest.Collector.CollectError):
    """Shown without a traceback."""


def pytest_collect_file(parent):
    """Stop before the first check is imported, which would fail for want of the engine."""
    if not (FOLDER / "conftest.py").is_file():
        parent.config.option.tbstyle = "short"  # pytest.ini switches off tracebacks, and with them this message
        raise Alone(f"There is no conftest.py in {FOLDER}. Download the assignment again, and keep its files together.")
