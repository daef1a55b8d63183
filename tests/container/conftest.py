"""The image that every container test starts from: setup.sh runs once, for real, with network access."""

import sys

import pytest

from autograder.authoring import bundle

from .container import why_not


@pytest.fixture(scope="session", autouse=True)
def _possible():
    reason = why_not()
    if reason:
        print(f"\ntests/container is skipped: {reason}.", file=sys.__stderr__)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def source(archives, tmp_path_factory):
    """The unpacked bundle, as in /autograder/source."""
    folder = tmp_path_factory.mktemp("bundle") / "source"
    bundle._unpack(archives / bundle.AUTOGRADER, folder)
    return folder


@pytest.fixture(scope="session")
def image(archives, prepared):
    """The folder /autograder as setup.sh leaves it: source, run_autograder, and env."""
    return prepared.image()
