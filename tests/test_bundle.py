"""The files that `make bundle` writes; and its proof, which refuses wrong archives."""

import functools
import io
import shutil
import stat
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.authoring import bundle, leaks, starter

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module", autouse=True)
def _each_text_is_read_once():
    """Cache the text parsing of the leak gate, because it reads every file and the texts are the same in every test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaks, "_views", functools.cache(lambda text, views=leaks._views: list(views(text))))
        yield


@pytest.fixture
def tampered(archives, tmp_path, monkeypatch):
    """`tampered(archive, name, data, mode)` replaces a file in a copy of the archives, and proves it without
    grading.
    """
    monkeypatch.setattr(bundle, "_grade", lambda *_: pytest.fail("was not noticed before grading"))

    def prove(archive, name, data, mode=0o644):
        for path in archives.iterdir():
            shutil.copy(path, tmp_path)
        with zipfile.ZipFile(tmp_path / archive) as old:
            members = [(entry, old.read(entry)) for entry in old.infolist() if entry.filename != name]
        with zipfile.ZipFile(tmp_path / archive, "w") as new:
            for entry, content in members:
                new.writestr(entry, content)
            if data is not None:
                entry = zipfile.ZipInfo(name)
                entry.external_attr = (stat.S_IFREG | mode) << 16
                new.writestr(entry, data)
        return bundle.prove(ROOT, tmp_path)

    return prove


def test_bundle_is_proved_and_under_1_megabyte(proof, archives):
    folder, shown = proof
    assert (shown.points, shown.solution, shown.starter) == (100, 120, 0)
    made = [folder / name for name in (bundle.AUTOGRADER, bundle.STARTER)]
    assert sum(path.stat().st_size for path in made) < 1_000_000
    # The same sources give the same bytes.
    assert [path.read_bytes() for path in made] == [(archives / path.name).read_bytes() for path in made]


def test_autograder_zip_is_what_gradescope_expects(archives):
    with zipfile.ZipFile(archives / "autograder.zip") as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        texts = {name: archive.read(name) for name in entries if name.endswith((".sh", ".py", "run_autograder"))}
    assert list(entries) == sorted(entries)
    assert all(entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in entries.values())
    for script in ("setup.sh", "run_autograder"):
        assert texts[script].startswith(b"#!/usr/bin/env bash\n")
    executable = {name for name, entry in entries.items() if entry.external_attr >> 16 & 0o111}
    assert executable == {"setup.sh", "run_autograder"}
    assert not any(b"\r" in text for text in texts.values())


def test_autograder_zip_holds_the_grader_the_cases_and_the_data_and_nothing_else(archives):
    with zipfile.ZipFile(archives / "autograder.zip") as archive:
        names = set(archive.namelist())
    assert {
        "autograder/__main__.py",
        "autograder/gradescope/requirements.txt",
        "tests/cases/assignment.toml",
    } <= names
    assert {"datasets/digits/held_out/images.npy", "datasets/digits/README.md"} <= names
    assert {name.split("/")[0] for name in names} == {
        "LICENSE", "autograder", "datasets", "run_autograder", "setup.sh", "tests"}  # fmt: skip
    assert {name.split("/")[1] for name in names if name.startswith("tests/")} == {"cases"}
    assert not bundle.STAYS_HERE & {name.split("/")[1] for name in names if name.startswith("autograder/")}
    assert not any("__pycache__" in name or name.endswith((".pyc", "cases/README.md")) for name in names)


def test_starter_zip_is_the_starter_in_one_folder(archives, starter_files):
    with zipfile.ZipFile(archives / "starter.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    prefix = bundle.STARTER_FOLDER + "/"
    assert {name.removeprefix(prefix): data for name, data in members.items()} == starter_files


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        (["explain", "solution/neural_network.py"], 0, "100 of 100 points."),
        (["check"], 2, "the copy for Gradescope"),
        (["batch", "solution"], 2, "the copy for Gradescope"),
    ],
    ids=["explain", "check", "batch"],
)
def test_commands_on_gradescope_itself(archives, tmp_path, command, status, said):
    """A Gradescope container holds only the unpacked archive, and no repository."""
    with zipfile.ZipFile(archives / "autograder.zip") as archive:
        archive.extractall(tmp_path)
    shutil.copytree(ROOT / "solution", tmp_path / "solution")
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *command], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == status
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


# --------------------------------------------------------------------------------------------------- refusals


def test_script_that_is_not_executable_is_refused(tampered):
    with pytest.raises(bundle.BundleError, match="setup.sh must begin with a line"):
        tampered("autograder.zip", "setup.sh", "#!/usr/bin/env bash\n", 0o644)


def test_script_without_its_shebang_is_refused(tampered):
    with pytest.raises(bundle.BundleError, match="run_autograder must begin with a line"):
        tampered("autograder.zip", "run_autograder", "!/usr/bin/env bash\n", 0o755)


def test_script_that_is_missing_is_refused(tampered):
    with pytest.raises(bundle.BundleError, match="lacks setup.sh at its root"):
        tampered("autograder.zip", "setup.sh", None)


def test_windows_line_ends_are_refused(tampered):
    with pytest.raises(bundle.BundleError, match="setup.sh has a carriage return"):
        tampered("autograder.zip", "setup.sh", "#!/usr/bin/env bash\r\n", 0o755)


def test_solution_under_another_name_is_refused(tampered):
    answer = (ROOT / "solution" / "neural_network.py").read_bytes()
    with pytest.raises(bundle.BundleError, match="gives away the solution"):
        tampered("autograder.zip", "autograder/notes.txt", answer)


def test_file_of_the_solution_among_the_cases_is_refused(tampered):
    answer = (ROOT / "solution" / "neural_network.py").read_bytes()
    with pytest.raises(bundle.BundleError, match="is solution/neural_network.py, which must not leave this repository"):
        tampered("autograder.zip", "tests/cases/inspiration.txt", answer)


def test_line_of_the_solution_in_the_starter_is_refused(tampered):
    answer = next(iter(leaks._answers((ROOT / "solution" / "neural_network.py").read_text(encoding="utf-8"))))
    with pytest.raises(bundle.BundleError, match=r"starter\.zip gives away the solution"):
        tampered("starter.zip", f"{bundle.STARTER_FOLDER}/hint.md", answer)


def test_folder_of_submissions_is_refused(tampered):
    with pytest.raises(bundle.BundleError, match="does not belong in autograder.zip"):
        tampered("autograder.zip", "tests/submissions/x/neural_network.py", "")


def test_archive_of_a_megabyte_is_refused(tampered):
    with pytest.raises(
        bundle.BundleError, match="so a stray file may be in it. If it all belongs there, raise the limit in "
    ):
        tampered("autograder.zip", "tests/cases/photo.png", bytes(1_000_000))


def test_second_folder_in_the_starter_is_refused(tampered):
    with pytest.raises(bundle.BundleError, match="must hold only the folder"):
        tampered("starter.zip", "README.md", "")


@pytest.mark.parametrize(
    ("alone", "everything", "untouched"),
    [(100, 119, 0), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((99, 120, 0), (100, 120, 2)))],
)
def test_wrong_grade_is_refused(archives, monkeypatch, alone, everything, untouched):
    """A wrong grade of the solution, of the solution with extra credit, or of the whole unpacked starter is refused."""
    declared = bundle.assignment.load(ROOT / "tests" / "cases")
    graded = {
        "neural_network.py": bundle._Graded(Decimal(alone), Decimal(100), len(declared.cases)),
        "solution": bundle._Graded(Decimal(everything), Decimal(120), len(declared.every_case)),
        bundle.STARTER_FOLDER: bundle._Graded(Decimal(untouched), Decimal(100), len(declared.cases)),
    }
    monkeypatch.setattr(bundle, "_grade", lambda _, program, __: graded[program.name])
    monkeypatch.setattr(bundle, "_prove_at_home", lambda *_: None)
    said = f"gives the solution {alone}, with extra credit {everything}, and the untouched starter {untouched} of 100"
    with pytest.raises(bundle.BundleError, match=said):
        bundle.prove(ROOT, archives)


def test_grader_that_breaks_is_quoted(archives, tmp_path):
    source = tmp_path / "source"
    bundle._unpack(archives / "autograder.zip", source)
    (source / "autograder" / "__main__.py").write_text("raise SystemExit('nothing works')", encoding="utf-8")
    with pytest.raises(bundle.BundleError, match="ended with status 1 and said:\nnothing works"):
        bundle._grade(source, ROOT / "solution" / "neural_network.py", tmp_path)


# ------------------------------------------------------------------------------------------------ the command


def fake_zip():
    """Return an archive of one empty file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("file", b"")
    return packed.getvalue()


def test_command_prints_what_it_made_and_the_clicks_that_follow(tmp_path, monkeypatch, capsys):
    def build(_, folder):
        for name in (bundle.AUTOGRADER, bundle.STARTER):
            (folder / name).write_bytes(fake_zip())
        return folder / bundle.AUTOGRADER, folder / bundle.STARTER

    monkeypatch.setattr(bundle, "build", build)
    files = ("small.py", "more.py")
    monkeypatch.setattr(bundle, "prove", lambda *_: bundle.Proof(Decimal(100), Decimal(100), Decimal(0), 22, files))
    assert bundle.bundle(tmp_path, print) == 0
    printed = capsys.readouterr().out
    assert "dist/autograder.zip" in printed and "dist/starter.zip" in printed
    assert "the grader gives the solution 100 of 100 points in 22 cases, and the untouched starter 0." in printed
    assert "with solution/small.py (100 points), with solution/more.py beside it (extra credit)," in printed
    assert "then with starter/small.py (0)." in printed
    assert "Configure Autograder: base image Ubuntu 22.04, choose dist/autograder.zip" in printed
    assert sorted(path.name for path in (tmp_path / "dist").iterdir()) == ["autograder.zip", "starter.zip"]


def test_bundle_that_is_not_proved_never_reaches_dist(tmp_path, monkeypatch, capsys):
    def prove(*_):
        raise bundle.BundleError("setup.sh is missing.")

    monkeypatch.setattr(bundle, "build", lambda *_: ())
    monkeypatch.setattr(bundle, "prove", prove)
    assert bundle.bundle(tmp_path, print) == 2
    assert capsys.readouterr().err == "No bundle was made. setup.sh is missing.\n"
    assert not (tmp_path / "dist").exists()


def test_starter_out_of_step_stops_the_bundle(tmp_path, monkeypatch):
    monkeypatch.setattr(starter, "out_of_step", lambda _: ["starter/README.md differs from its source"])
    with pytest.raises(bundle.BundleError, match="out of date. Run `make starter`"):
        bundle.build(ROOT, tmp_path)
