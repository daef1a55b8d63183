"""Fixtures: classes as folders and zips, and what intake makes of them."""

import zipfile
from pathlib import Path

import pytest

from autograder.batch import jobs
from autograder.batch.intake import NotAClass, take_in
from autograder.batch.records import Folder

from .made import made_assignment

FILE = "neural_network.py"
EXTRA = "extensions.py"
PROGRAM = b"def sigmoid(z):\n    return 1\n"
MORE = b"def perceptron(x):\n    return 1\n"
PARTS = made_assignment()._replace(file=FILE, extra_credit=(made_assignment()._replace(file=EXTRA),))


class Taken:
    """The contents of a batch's folder after intake of PATH."""

    def __init__(self, path: Path, into: Path) -> None:
        self.folder = Folder(into)
        self.summary = take_in(path, self.folder, (FILE, EXTRA))
        self.entries = list(self.folder.entries())
        self.by_id = {entry.id: entry for entry in self.entries}

    @property
    def ids(self):
        """Return the ids in the order of the manifest."""
        return [entry.id for entry in self.entries]

    @property
    def only(self):
        """Return the only entry."""
        (entry,) = self.entries
        return entry

    def text(self, identifier):
        """Return the program that would be graded, or the message for the student."""
        return self.texts(identifier)[0]

    def texts(self, identifier):
        """Return, for each part, the program that would be graded or the message; None if it was not handed in."""
        handed_in = jobs.read(self.by_id[identifier], PARTS).handed_in
        return [
            one and (one.problem if one.program is None else one.program.text) for one in (handed_in, *handed_in.extra)
        ]


@pytest.fixture
def take(tmp_path):
    """Return a function: PATH -> Taken. By default, each call takes in PATH into the same folder."""
    return lambda path, into="out": Taken(path, tmp_path / into)


@pytest.fixture
def refusal(tmp_path):
    """Return a function: PATH -> the error message, with PLACE for tmp_path. Asserts that no manifest was written."""

    def refused(path):
        folder = Folder(tmp_path / "refused")
        with pytest.raises(NotAClass) as why:
            take_in(path, folder, (FILE, EXTRA))
        assert not folder.manifest.exists()
        return str(why.value).replace(str(tmp_path), "PLACE")

    return refused


@pytest.fixture
def folder(tmp_path):
    """Return a function that makes a folder of files (name -> content). A name that ends in a slash is a folder."""

    def make(files, name="class"):
        top = tmp_path / name
        top.mkdir()
        for one, data in files.items():
            path = top / one
            path.parent.mkdir(parents=True, exist_ok=True)
            if one.endswith("/"):
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(data.encode() if isinstance(data, str) else data)
        return top

    return make


@pytest.fixture
def archive(tmp_path):
    """Return a function that makes a zip of members: name, or ZipInfo, -> content."""

    def make(files, name="class.zip", compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as opened:
            for member, data in files.items() if isinstance(files, dict) else files:
                opened.writestr(member, data)
        return path

    return make


@pytest.fixture(params=["folder", "zip"])
def laid_out(request, folder, archive):
    """Return a function that makes a class; each test runs with a folder and with a zip."""
    return folder if request.param == "folder" else archive
