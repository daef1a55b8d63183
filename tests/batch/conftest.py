"""Folders and zips as an instructor may have them, and what is taken in from them."""

import zipfile
from pathlib import Path

import pytest

from autograder import submission
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
    """What is in the folder of a batch after a PATH was taken in."""

    def __init__(self, path: Path, into: Path) -> None:
        self.folder = Folder(into)
        self.summary = take_in(path, self.folder, (FILE, EXTRA))
        self.entries = list(self.folder.entries())
        self.by_id = {entry.id: entry for entry in self.entries}

    @property
    def ids(self):
        """In the order of the manifest."""
        return [entry.id for entry in self.entries]

    @property
    def only(self):
        """The one entry there is."""
        (entry,) = self.entries
        return entry

    def text(self, identifier):
        """The program that would be graded, or the sentence for the student."""
        entry = self.by_id[identifier]
        if entry.problem:
            return entry.problem
        try:
            return submission.read(Path(entry.path), FILE, (FILE, EXTRA)).text
        except submission.Unreadable as why:
            return str(why)

    def texts(self, identifier):
        """The program that would be graded for each part of the assignment, or the sentence; None where nothing was."""
        handed_in = jobs.read(self.by_id[identifier], PARTS).handed_in
        return [
            one and (one.problem if one.program is None else one.program.text) for one in (handed_in, *handed_in.extra)
        ]


@pytest.fixture
def take(tmp_path):
    """A function: PATH -> what was taken in; into the same folder each time."""
    return lambda path, into="out": Taken(path, tmp_path / into)


@pytest.fixture
def refusal(tmp_path):
    """A function: PATH -> the sentence, without the folder of this test in it. Nothing may have been written."""

    def refused(path):
        folder = Folder(tmp_path / "refused")
        with pytest.raises(NotAClass) as why:
            take_in(path, folder, (FILE, EXTRA))
        assert not folder.manifest.exists()
        return str(why.value).replace(str(tmp_path), "PLACE")

    return refused


@pytest.fixture
def folder(tmp_path):
    """A function that makes a folder of these files: name -> content; a name with a slash at its end is a folder."""

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
    """A function that makes a zip of these members: name, or ZipInfo, -> content."""

    def make(files, name="class.zip", compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as opened:
            for member, data in files.items() if isinstance(files, dict) else files:
                opened.writestr(member, data)
        return path

    return make


@pytest.fixture(params=["folder", "zip"])
def laid_out(request, folder, archive):
    """A function that makes a class, once as a folder and once as a zip."""
    return folder if request.param == "folder" else archive
