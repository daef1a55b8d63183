"""autograder/batch/environment.py: what two runs must share, and how much it takes to tell them apart."""

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
    """A folder with a grader and data sets in it."""
    (tmp_path / "autograder" / "box").mkdir(parents=True)
    (tmp_path / "autograder" / "grade.py").write_text("1", encoding="ascii")
    (tmp_path / "autograder" / "box" / "worker.py").write_text("2", encoding="ascii")
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "images.npy").write_bytes(b"3")
    make_toy(tmp_path / "cases")
    for name in ("points.csv", "more/words.txt"):
        (tmp_path / "cases" / name).write_text("x,y\n", encoding="ascii")
    return tmp_path


def described(root):
    """As a batch writes it."""
    return environment.describe(root, assignments.load(root / "cases"))


def test_same_files_are_the_same_grader(root):
    """Wherever they lie, whatever the date, and whatever Python keeps of them, or an editor that has one open."""
    before = described(root)
    cache = root / "autograder" / "__pycache__"
    cache.mkdir()
    (cache / "grade.cpython-312.pyc").write_bytes(b"x")
    for name in ("notes.md", "test_toy.py~", ".test_toy.py.swp"):
        (root / "cases" / name).write_text("for next year", encoding="ascii")
    (root / "cases" / ".#test_toy.py").symlink_to("somebody@their-machine.1234")
    other = shutil.copytree(root, root / "elsewhere", symlinks=True)
    for now in (described(root), described(other)):
        assert environment.same(before, now)


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
    ],
)
def test_one_letter_makes_another(root, file, what):
    """And it is known which of them has changed."""
    before = described(root)
    path = root / file
    path.write_bytes(path.read_bytes() + b"\n")
    now = described(root)
    assert not environment.same(before, now)
    assert [key for key in now["decisive"] if now["decisive"][key] != before["decisive"][key]] == [what]


def test_extra_credit_that_lies_elsewhere_counts(root):
    """The folder is named in assignment.toml, and need not be in the same one."""
    (root / "cases" / "more").rename(root / "more")
    settings = root / "cases" / "assignment.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"more"', '"../more"'), encoding="utf-8")
    before = described(root)
    with (root / "more" / "test_more.py").open("a", encoding="utf-8") as cases:
        cases.write("\n")
    assert not environment.same(before, described(root))


def test_name_of_a_file_counts(root):
    """Two files whose contents change places are other files."""
    before = described(root)
    (root / "autograder" / "grade.py").rename(root / "autograder" / "marks.py")
    assert not environment.same(before, described(root))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs Git")
def test_commit_is_told_if_it_holds_what_graded(root):
    """A digest says whether files are the same, and not where they are to be found a year later."""

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
    for file in ("autograder/more.py", "datasets/more.npy", "cases/more.csv"):
        (root / file).write_text("other", encoding="ascii")
        assert described(root)["commit"] == f"{commit}, with uncommitted changes; keep a copy of the grader"
        (root / file).unlink()
    assert environment.same(before, described(root)), "which commit it is decides nothing"


def test_it_is_plain_data_and_says_enough_to_repeat_a_grade():
    """Versions of what a grade may depend on, limits, machine, date."""
    now = environment.describe(ROOT, assignments.load(ROOT / "tests" / "cases"))
    assert json.loads(json.dumps(now)) == now
    assert set(now["decisive"]["packages"]) >= {"numpy", "pytest", "safetensors"}
    assert now["limits"]["call_s"] == 3
    assert now["assignment"] == "CS109: from logistic regression to deep learning"
    assert now["machine"].endswith(" processors")
    assert now["started"].endswith("+00:00")
