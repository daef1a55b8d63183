"""The image that every container test starts from: setup.sh runs once, for real, with the network."""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.authoring import bundle

from .container import set_up, why_not

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session", autouse=True)
def _possible():
    reason = why_not()
    if reason:
        print(f"\ntests/container is skipped: {reason}.", file=sys.__stderr__)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """/autograder/source: the bundle, unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    archive, _ = bundle.build(ROOT, folder)
    bundle._unpack(archive, folder / "source")
    return folder / "source"


@pytest.fixture(scope="session")
def image(source):
    """/autograder as setup.sh leaves it: source, run_autograder and env. In memory where there is room."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2 * 2**30
    with tempfile.TemporaryDirectory(prefix="gradescope-image-", dir=shared if roomy else None) as folder:
        Path(folder).chmod(0o755)
        yield set_up(Path(folder), source)
