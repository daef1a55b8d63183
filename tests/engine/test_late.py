"""autograder/box/late.py: what a worker finds in a folder that it may read but has no path to."""

import os
import sys

import pytest

from autograder.box.late import Finder

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root's workers are somebody else, and only on Linux"
)


@pytest.fixture
def lib(tmp_path):
    """A folder with modules, in a home folder that every user may enter."""
    for name in ("alone.py", "package/__init__.py", "package/part.py"):
        file = tmp_path / "home" / "lib" / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="ascii")
    lib = tmp_path / "home" / "lib"
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    for folder in (lib.parent, lib, lib / "site"):
        folder.chmod(0o711)
    return lib


@pytest.fixture
def finder(lib, monkeypatch):
    """A function that makes a finder for these search paths, with the library opened by our own process."""
    descriptor = os.open(lib, os.O_PATH)

    def searching(*entries):
        monkeypatch.setattr(sys, "path", list(map(str, entries)))
        found = Finder({str(lib): descriptor})
        assert found.descriptors in ([], [descriptor])
        return found

    yield searching
    os.close(descriptor)


def origins(finder, site):
    """Return where the finder finds a module, and a module of a package, relative to the descriptor."""
    specs = finder.find_spec("alone"), finder.find_spec("package.part", [str(site / "package")])
    return [spec.origin.partition("/fd/")[2].partition("/")[2] for spec in specs]


def test_module_below_an_open_folder_is_found_from_there(lib, finder):
    """Packages lie in a folder below the library, and the search path to it may go through a link."""
    lib.parent.chmod(0o700)
    link = lib.parent.parent / "link"
    link.symlink_to(lib / "site")
    for entry in (lib / "site", link):
        assert finder(entry).descriptors
        assert origins(finder(entry), entry) == ["site/alone.py", "site/package/part.py"]


def test_folder_that_everybody_may_enter_needs_no_descriptor(lib, finder):
    """A user may pass through a folder without permission to list it."""
    assert finder(lib / "site").descriptors == []
    lib.chmod(0o700)
    assert finder(lib / "site").descriptors


def test_neighbor_of_an_open_folder_is_not_looked_for_in_it(lib, finder):
    """Its name has the same prefix."""
    lib.parent.chmod(0o700)
    neighbor = lib.rename(lib.with_name("library"))
    assert finder(neighbor / "site").descriptors == []
    neighbor.rename(lib)
    more = lib / "site-more"
    (lib / "site").rename(more)
    (lib / "site").mkdir()
    assert finder(lib / "site").find_spec("alone", [str(more)]).origin == str(more / "alone.py")


def test_entry_that_is_no_folder_is_passed_over(lib, finder):
    """Python's search path names a zip of its library, which hardly any installation has."""
    lib.parent.chmod(0o700)
    assert finder(lib / "python3.zip").descriptors == []
