"""autograder/batch/environment.py: what two runs must have in common, and which differences are noticed."""

import json
import shutil
import subprocess

import pytest

from autograder import assignment as assignments
from autograder.batch import environment

from ..conftest import ROOT
from .toy import make_toy


@pytest.fixture
def root(tmp_path):
    """Return a folder with a grader, data sets, and cases."""
    (tmp_path / "autograder" / "box").mkdir(parents=True)
    (tmp_path / "autograder" / "grade.py").write_text("1", encoding="ascii")
    (tmp_path / "autograder" / "box" / "worker.py").write_text("2", encoding="ascii")
    (tmp_path / "datasets").mkdir()
    for name in ("images.npy", "words.txt"):
        (tmp_path / "datasets" / name).write_bytes(b"3")
    make_toy(tmp_path / "cases")
    for name in ("points.csv", "more/words.txt"):
        (tmp_path / "cases" / name).write_text("x,y\n", encoding="ascii")
    return tmp_path


def described(root):
    """Return the description that a batch writes."""
    return environment.describe(root, assignments.load(root / "cases"))


def test_same_files_are_the_same_grader(root):
    """The location, dates, Python's caches, and the temporary files of editors do not matter."""
    before = described(root)
    cache = root / "autograder" / "__pycache__"
    cache.mkdir()
    (cache / "grade.cpython-312.pyc").write_bytes(b"x")
    (root / "cases" / ".idea").mkdir()
    for name in ("notes.md", "test_toy.py~", ".test_toy.py.swp", ".idea/workspace.xml"):
        (root / "cases" / name).write_text("for next year", encoding="ascii")
    (root / "cases" / ".#test_toy.py").symlink_to("somebody@their-machine.1234")
    other = shutil.copytree(root, root / "elsewhere", symlinks=True)
    for now in (described(root), described(other)):
        assert not environment.difference(before, now)


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("autograder/grade.py", "grader"),
        ("autograder/box/worker.py", "grader"),
        ("cases/test_toy.py", "cases"),
        ("cases/reference.py", "cases"),
        ("cases/assignment.toml", "cases"),
        ("cases/points.csv", "cases"),
        ("cases/more/words.txt", "cases"),
        ("cases/more/test_more.py", "cases"),
        ("cases/more/assignment.toml", "cases"),
        ("datasets/images.npy", "data sets"),
        ("datasets/words.txt", "data sets"),
    ],
)
def test_one_letter_makes_another(root, file, what):
    """The description shows which of the digests differs."""
    before = described(root)
    path = root / file
    path.write_bytes(path.read_bytes() + b"\n")
    now = described(root)
    assert environment.difference(before, now) == environment.ANOTHER[what]


def test_extra_credit_that_lies_elsewhere_counts(root):
    """assignment.toml names its folder, which need not be inside the folder of the cases."""
    (root / "cases" / "more").rename(root / "more")
    settings = root / "cases" / "assignment.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"more"', '"../more"'), encoding="utf-8")
    before = described(root)
    with (root / "more" / "test_more.py").open("a", encoding="utf-8") as cases:
        cases.write("\n")
    assert environment.difference(before, described(root))


def test_name_of_a_file_counts(root):
    """The digest covers file names, so renaming a file changes it."""
    before = described(root)
    (root / "autograder" / "grade.py").rename(root / "autograder" / "marks.py")
    assert environment.difference(before, described(root))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs Git")
def test_commit_is_told_if_it_holds_what_graded(root, tmp_path_factory):
    """A digest shows whether files are the same, but not where to find them a year later."""

    def git(*command):
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        return subprocess.run(["git", *who, *command], cwd=root, capture_output=True, encoding="utf-8", check=True)

    before = described(root)
    assert before["commit"] == "unknown; keep a copy of the grader"
    git("init")
    assert described(root)["commit"] == before["commit"], "nothing is in it yet"
    git("add", ".")
    git("commit", "-m", "All of it")
    commit = git("rev-parse", "HEAD").stdout.strip()
    (root / "class_graded").mkdir()
    (root / "class_graded" / "grades.csv").write_text("what is no grader's", encoding="ascii")
    assert described(root)["commit"] == commit
    elsewhere = assignments.load(make_toy(tmp_path_factory.mktemp("elsewhere") / "cases"))
    assert environment.describe(root, elsewhere)["commit"] == commit
    for file in ("autograder/more.py", "datasets/more.npy", "cases/more.csv"):
        (root / file).write_text("other", encoding="ascii")
        assert described(root)["commit"] == f"{commit}, with uncommitted changes; keep a copy of the grader"
        (root / file).unlink()
    assert not environment.difference(before, described(root)), "which commit it is decides nothing"


def test_it_is_plain_data_and_says_enough_to_repeat_a_grade():
    """It has the versions of what a grade may depend on, limits, machine, and date."""
    now = environment.describe(ROOT, assignments.load(ROOT / "tests" / "cases"))
    assert json.loads(json.dumps(now)) == now
    assert set(now["decisive"]["packages"]) >= {"numpy", "pytest", "safetensors"}
    assert now["limits"]["call_s"] == 3
    assert now["assignment"] == "CS109: from logistic regression to deep learning"
    assert now["machine"].endswith(" processors")
    assert now["started"].endswith("+00:00")
