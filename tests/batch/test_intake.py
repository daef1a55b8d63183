"""autograder/batch/intake.py: every kind of PATH becomes one list of submissions, or one message that says what is
wrong.
"""

import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.batch import intake, sources
from autograder.batch.records import Entry, Graded, GradedCase, Person, Stored, StoredCase, as_line

from .conftest import FILE, PROGRAM

no_windows = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
METADATA = "submission_metadata.yml"

# ------------------------------------------------------------------------------------- nothing to grade


def test_nothing_of_this_name(refusal, tmp_path):
    """The message says that the path does not exist."""
    assert refusal(tmp_path / "none") == (
        "PLACE/none: there is nothing with this name. Give a folder or a zip of submissions."
    )


def test_one_program_is_no_class(refusal, folder):
    """The message names the command for a single program."""
    path = folder({"ada.py": PROGRAM}) / "ada.py"
    assert refusal(path) == (
        "PLACE/class/ada.py is neither a folder nor a zip. For one submission: "
        "python -m autograder grade PLACE/class/ada.py"
    )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half of a download", b"<html>Log in</html>"])
def test_zip_that_is_none(refusal, folder, content):
    """As when a download was interrupted, or returned a login page."""
    path = folder({"class.zip": content}) / "class.zip"
    assert refusal(path) == ("PLACE/class/class.zip is named .zip but is not a complete zip file. Download it again.")


def test_zip_whose_directory_is_damaged(refusal, archive):
    """Whatever zipfile reports, the message names a way out."""
    path = archive({"ada.py": PROGRAM})
    data = path.read_bytes()
    path.write_bytes(data.replace(b"PK\x01\x02", b"PK\x01\x07"))
    assert refusal(path) in (
        "The zip PLACE/class.zip cannot be read (Bad magic number for central directory). "
        "Download it again, or unpack it yourself and give the folder.",
        # Python 3.14's zipfile does not recognize it as a zip.
        "PLACE/class.zip is named .zip but is not a complete zip file. Download it again.",
    )


def test_zip_whose_names_cannot_be_read(refusal, archive):
    """One such name stops zipfile, but other programs may be able to unpack the file."""
    path = archive({"Zoë.py": PROGRAM})
    path.write_bytes(path.read_bytes().replace("Zoë".encode(), b"Zo\xff\xff"))
    assert refusal(path) == (
        "The zip PLACE/class.zip cannot be read ('utf-8' codec can't decode byte 0xff in position 2: invalid start "
        "byte). Download it again, or unpack it yourself and give the folder."
    )


@pytest.mark.parametrize("files", [{}, {".DS_Store": b"", "__MACOSX/._ada.py": b"", "Thumbs.db": b""}])
def test_nothing_in_it(refusal, laid_out, files):
    """Files that operating systems create are not submissions."""
    path = laid_out(files)
    assert refusal(path) == f"PLACE/{path.name} holds nothing to grade: no folder, .py, .zip or notebook."


def test_no_program_in_it(refusal, laid_out):
    """The message lists the ignored files in natural order."""
    path = laid_out({"grades10.csv": b"", "grades9.csv": b"", ".hidden": b""})
    assert refusal(path) == (
        f"PLACE/{path.name} holds nothing to grade: no folder, .py, .zip or notebook. Ignored, because these are not "
        "submissions: grades9.csv, grades10.csv."
    )


def test_one_submission_instead_of_a_class(refusal, laid_out):
    """A folder that contains the file to grade could be one submission or a class, so the message asks which."""
    path = laid_out({FILE: PROGRAM, "ada.py": PROGRAM})
    assert refusal(path) == (
        f"PLACE/{path.name} holds neural_network.py itself, so it looks like one submission. To grade it: python -m "
        f"autograder grade PLACE/{path.name}. If it is a class, put each submission in its own folder, or name the "
        "files after students."
    )


def test_more_submissions_than_a_class_has(refusal, laid_out, monkeypatch):
    """The limit is far above the size of any class."""
    monkeypatch.setattr(intake, "MAX_SUBMISSIONS", 2)
    path = laid_out({"a.py": b"", "b.py": b"", "c.py": b""})
    assert refusal(path) == f"PLACE/{path.name} holds 3 submissions, and the most is 2. Give part of them."


@no_windows
def test_disk_that_cannot_be_written_is_said_to_be(tmp_path, folder, refusal):
    """A file is in the place of the batch's folder. The system's error becomes a message with the path."""
    (tmp_path / "refused").write_text("in the way")
    assert refusal(folder({"ada.py": PROGRAM})) == (
        "PLACE/class cannot be read: PLACE/refused/run/submissions: Not a directory."
    )


# ------------------------------------------------------------------------------------- folders of files and folders


def test_files_and_folders_are_submissions(take, laid_out):
    """Each is graded, in the natural order of the names; their students are unknown."""
    path = laid_out(
        {
            "s10.py": PROGRAM,
            "s9/neural_network.py": PROGRAM + b"# 9\n",
            "s2/work/neural_network.py": PROGRAM + b"# 2\n",
            "s1/data.csv": b"1,2,3",
            "roster.csv": b"",
        }
    )
    taken = take(path)
    assert taken.ids == ["s1", "s2", "s9", "s10"]
    assert taken.summary == intake.Summary(
        "submissions", 4, 0, ("Ignored, because these are not submissions: roster.csv.",)
    )
    assert taken.text("s10") == PROGRAM.decode()
    assert taken.text("s9").endswith("# 9\n")
    assert taken.text("s2").endswith("# 2\n")
    assert taken.text("s1") == "There is no neural_network.py; found instead: data.csv. Hand in neural_network.py."
    assert all(
        Path(entry.path).is_absolute() and entry.people == () and entry.stored is None for entry in taken.entries
    )


@no_windows
def test_way_up_from_a_link_begins_where_the_link_leads(take, laid_out, tmp_path):
    """For the system, `link/..` is the folder around what the link leads to, not the folder around the link."""
    (tmp_path / "there" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "there" / "inner")
    path = laid_out({"ada.py": PROGRAM})
    path.rename(tmp_path / "there" / path.name)
    taken = take(tmp_path / "link" / ".." / path.name, "link/../out")
    assert taken.text("ada") == PROGRAM.decode()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "there"]


def test_zips_in_a_class_are_left_to_the_grader(take, laid_out, archive):
    """A student's zip is a submission as it is."""
    inner = archive({"work/neural_network.py": PROGRAM}, "inner.zip").read_bytes()
    taken = take(laid_out({"ada.zip": inner, "ben.ZIP": b"none"}))
    assert taken.ids == ["ada", "ben"]
    assert taken.text("ada") == PROGRAM.decode()
    assert taken.text("ben") == (
        "The zip ben.ZIP cannot be read (File is not a zip file). Make it again, or hand in neural_network.py itself."
    )


def test_notebook_gets_its_sentence(take, laid_out):
    """It is not a program, and its student must be told."""
    taken = take(laid_out({"ada.ipynb": b"{}", "ben.py": PROGRAM}))
    assert taken.text("ada") == (
        "There is no neural_network.py, but a notebook: ada.ipynb. Hand in the Python file neural_network.py itself."
    )


def test_download_that_stopped_is_not_the_last_of_its_zips(refusal, archive):
    """The directory of an interrupted download is missing. That of the last student's zip would be found instead."""
    inner = archive({"neural_network.py": PROGRAM}, "inner.zip").read_bytes()
    path = archive({"ada.zip": inner, "ben.zip": inner}, compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes()[:-40])
    assert refusal(path) == (
        "PLACE/class.zip begins with files that its own directory does not list, as after an interrupted download. "
        "Download it again, or unpack it yourself and give the folder."
    )


def test_folder_around_all(take, laid_out):
    """Most zips have one. A sentence says how it was interpreted."""
    taken = take(laid_out({"hw6/ada.py": PROGRAM, "hw6/ben/neural_network.py": PROGRAM, "__MACOSX/hw6/._ada.py": b""}))
    assert taken.ids == ["ada", "ben"]
    assert taken.summary.sentences == ("Everything is in the folder hw6, so its contents are taken as the class.",)


def test_folder_around_all_beside_a_note(take, laid_out):
    """A file that is not a program does not prevent this, and is named."""
    taken = take(laid_out({"hw6/ada.py": PROGRAM, "hw6/ben.py": PROGRAM, "readme.txt": b""}))
    assert taken.ids == ["ada", "ben"]
    assert taken.summary.sentences == (
        "Everything is in the folder hw6, so its contents are taken as the class.",
        "Ignored, because these are not submissions: readme.txt.",
    )


def test_folder_that_cannot_be_read(take, folder, monkeypatch):
    """This is that student's problem, and is reported when the submission is graded."""
    path = folder({"ada/neural_network.py": PROGRAM})
    real = os.scandir

    def scandir(place):
        if Path(place).name == "ada":
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    def stat(place, **keywords):
        if "ada/" in str(place):
            raise PermissionError(13, "Permission denied", str(place))
        return real_stat(place, **keywords)

    real_stat = os.stat
    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "stat", stat)
    assert take(path).text("ada") == "The folder . cannot be read (Permission denied). Hand in neural_network.py alone."


def test_class_that_cannot_be_read_is_not_said_to_be_empty(refusal, folder, monkeypatch):
    """The folder is there, and may be full of submissions."""
    path = folder({"ada.py": PROGRAM})

    def scandir(place):
        raise PermissionError(13, "Permission denied", str(place))

    monkeypatch.setattr(os, "scandir", scandir)
    assert refusal(path) == "PLACE/class cannot be read: PLACE/class: Permission denied."


@pytest.mark.parametrize("inside", ["neural_network.py", "my_network.py", "work.txt"])
def test_class_of_one(take, laid_out, inside):
    """If the only folder holds a single file, it is a submission, not a folder around the class."""
    assert take(laid_out({f"ada/{inside}": PROGRAM})).ids == ["ada"]


def test_file_and_folder_of_one_name(take, laid_out):
    """Both are graded, and each id depends only on the submission's own name."""
    taken = take(laid_out({"ada.py": PROGRAM, "ada/neural_network.py": PROGRAM, "ada.zip": b""}))
    assert taken.ids == ["ada-5a386175", "ada-18419e6d", "ada-fdee430d"]


@no_windows
def test_names_in_other_alphabets(take, laid_out):
    """They stay distinct, and keep what ASCII can represent."""
    taken = take(laid_out({"Zoë.py": PROGRAM, "美咲.py": PROGRAM, "田中.py": PROGRAM, "zoe.py": PROGRAM}))
    assert len(set(taken.ids)) == 4
    assert all(text.isascii() for text in taken.ids)
    assert [text.rpartition("-")[0] for text in taken.ids] == ["s", "s", "", "Zoe"]
    assert {entry.handed_in_as for entry in taken.entries} == {"美咲.py", "田中.py", "Zoë.py", ""}
    assert [entry.called for entry in taken.entries][2:] == ["zoe", "Zoë.py"]


@no_windows
def test_links_and_pipes_are_not_touched(take, folder, tmp_path):
    """Following a link out of the folder would hand out a file of the instructor's, and reading a pipe would block."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / FILE).write_text("secret")
    path = folder({"ada.py": PROGRAM})
    (path / "ben").symlink_to(secret)
    (path / "cleo.py").symlink_to(secret / FILE)
    (path / "dan.zip").symlink_to(secret / "none")
    os.mkfifo(path / "eve.zip")
    taken = take(path)
    assert [taken.text(one) for one in taken.ids] == [
        PROGRAM.decode(),
        "ben is a link to another file. Hand in the file itself.",
        "cleo.py is a link to another file. Hand in the file itself.",
        "dan.zip is a link to another file. Hand in the file itself.",
        "eve.zip is not a regular file. Hand in your program as a plain file.",
    ]
    assert taken.summary == intake.Summary("submissions", 5, 0)
    alone = folder({}, name="alone")
    (alone / "ben").symlink_to(path)
    assert take(alone).ids == ["ben"], "what the link leads to is no class inside a folder"


def test_submission_that_is_removed_meanwhile_stops_nobody(take, folder, monkeypatch):
    """A program that synchronizes folders may be at work. The others are graded."""
    path = folder({"ada.py": PROGRAM, "ben.py": PROGRAM})
    look = sources.OnDisk.look

    def look_and_remove(self, at):
        found = look(self, at)
        (path / "ada.py").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(sources.OnDisk, "look", look_and_remove)
    taken = take(path)
    assert taken.text("ada") == "ada.py can no longer be read (No such file or directory)."
    assert taken.text("ben") == PROGRAM.decode()


@no_windows
def test_link_inside_a_submission_is_not_followed(take, folder, tmp_path):
    """It is not copied, and the grader refuses it."""
    (tmp_path / "secret").write_text("secret")
    path = folder({"ada/": b"", "ben.py": PROGRAM})
    (path / "ada" / FILE).symlink_to(tmp_path / "secret")
    assert take(path).text("ada") == "neural_network.py is a link to another file. Hand in the file itself."


def test_results_inside_the_class_are_no_submission(folder, take):
    """`batch class --out class/results`, run twice."""
    path = folder({"ada.py": PROGRAM, f"ben/{FILE}": PROGRAM})
    for _ in range(2):
        assert take(path, "class/results").ids == ["ada", "ben"]


def test_results_of_another_run_inside_the_class_are_no_submission(folder, take):
    """`batch class --out class/first`, then a run with another --out."""
    path = folder({"ada.py": PROGRAM, "ben.py": PROGRAM, "first/run/environment.json": b"{}"})
    take(path, "class/first")
    taken = take(path, "elsewhere")
    assert taken.ids == ["ada", "ben"]
    assert taken.summary.sentences == ("first looks like the grades of another batch, so it was ignored.",)


def test_student_is_not_left_out_unseen(folder, take):
    """A submission that looks like a folder of grades is ignored, but a sentence names it. One file alone is not enough
    for that.
    """
    ours = {"eve/run/manifest.jsonl": b"", "eve/run/environment.json": b"{}", "dora/run/manifest.jsonl": b""}
    taken = take(folder({**ours, **{f"{name}/{FILE}": PROGRAM for name in ("ada", "ben", "dora", "eve")}}))
    assert taken.ids == ["ada", "ben", "dora"]
    assert taken.summary.sentences == ("eve looks like the grades of another batch, so it was ignored.",)


def test_results_cannot_go_where_the_class_lies(refusal, folder):
    """The next run would take them for submissions."""
    path = folder({"ada.py": PROGRAM}, name="refused")
    assert refusal(path) == "PLACE/refused is where the results go. Choose another folder for them with --out."


# ------------------------------------------------------------------------------------- exports from Gradescope

TWO = """---
submission_20:
  :submitters:
  - :name: Zoë Müller
    :sid: '007'
    :email: zoe@university.example
    section_name: Tuesday
  :created_at: 2025-11-02 10:00:00.123456789 Z
  :score: 15.0
  :status: processed
  :results:
    score: 15.0
    tests:
    - number: '1.1'
      score: 5.0
      extra_data:
        outcome: Failed
        mistake: sigmoid.is_tanh
    - number: '1.10'
      score: 10
  :history: []
submission_3:
  :submitters:
  - :name: Ben
    :sid: 12
  - :name: Cleo
  :created_at:
  :score:
"""


@pytest.mark.parametrize("top", ["", "assignment_1_export/"])
@pytest.mark.parametrize("around", ["", "junk"])
def test_export(take, laid_out, top, around):
    """The manifest has people and stored grades, in the natural order of the submissions."""
    files = {f"{top}{METADATA}": TWO.encode(), f"{top}submission_20/neural_network.py": PROGRAM}
    files[f"{top}submission_3/my/neural_network.py"] = PROGRAM
    if around:
        files |= {".DS_Store": b"", f"__MACOSX/{top}._x": b"", f"{top}._{METADATA}": b"", f"{top}.DS_Store": b""}
    taken = take(laid_out(files))
    assert taken.summary == intake.Summary("a Gradescope export", 2, 3)
    first, second = (json.loads(line) for line in taken.folder.manifest.read_text().splitlines())
    assert Path(first.pop("path")).name == "submission_3"
    assert first == {
        "id": "submission_3",
        "people": [
            {"name": "Ben", "sid": "12", "email": "", "section": "", "numbered_by_canvas": False},
            {"name": "Cleo", "sid": "", "email": "", "section": "", "numbered_by_canvas": False},
        ],
        "problem": "",
        "notes": [],
        "stored": {"score": None, "cases": {}},
        "problems": {},
        "handed_in_as": "",
    }
    assert Path(second.pop("path")).name == "submission_20"
    assert second == {
        "id": "submission_20",
        "people": [
            {
                "name": "Zoë Müller",
                "sid": "007",
                "email": "zoe@university.example",
                "section": "Tuesday",
                "numbered_by_canvas": False,
            }
        ],
        "problem": "",
        "notes": [],
        "stored": {
            "score": 15.0,
            "cases": {
                "1.1": {"score": 5.0, "outcome": "Failed", "mistake": "sigmoid.is_tanh", "title": ""},
                "1.10": {"score": 10.0, "outcome": None, "mistake": None, "title": ""},
            },
        },
        "problems": {},
        "handed_in_as": "",
    }
    assert taken.text("submission_3") == taken.text("submission_20") == PROGRAM.decode()


def test_export_and_its_folders_disagree(take, laid_out):
    """A listed submission without a folder counts as nothing handed in; a folder that is not listed is still graded."""
    metadata = "submission_1:\n  :submitters: []\n9.pdf:\n  :submitters:\n  - :name: Ada\n../secret:\n"
    taken = take(
        laid_out(
            {METADATA: metadata, "submission_2/neural_network.py": PROGRAM, "9.pdf": b"", "loose.py": b"", "x/": b""}
        )
    )
    assert [(entry.id.rpartition("-")[0] or entry.id, entry.problem, entry.notes) for entry in taken.entries] == [
        (
            "9.pdf",
            "Only a PDF was handed in. Hand in neural_network.py.",
            ("It is a PDF, as from an assignment without programs.",),
        ),
        (
            "secret",
            "Nothing was handed in. Hand in neural_network.py.",
            (
                "submission_metadata.yml says nothing about it.",
                "submission_metadata.yml lists it, but it is not in the export. Download the export again.",
            ),
        ),
        (
            "submission_1",
            "Nothing was handed in. Hand in neural_network.py.",
            (
                "submission_metadata.yml does not say whose it is.",
                "submission_metadata.yml lists it, but it is not in the export. Download the export again.",
            ),
        ),
        ("submission_2", "", ("submission_metadata.yml does not list it, so its student is unknown.",)),
        ("x", "", ("submission_metadata.yml does not list it, so its student is unknown.",)),
    ]
    assert taken.summary == intake.Summary(
        "a Gradescope export", 5, 1, ("Ignored, because these are not submissions: loose.py.",)
    )
    assert taken.text("x") == "Nothing was handed in. Hand in neural_network.py."


def test_listed_twice(take, laid_out):
    """The first entry counts, and a sentence says so."""
    metadata = "s_1:\n  :score: 1\ns_1:\n  :score: 2\n"
    taken = take(laid_out({METADATA: metadata, "s_1/neural_network.py": PROGRAM}))
    assert taken.only.stored.score == 1
    assert taken.summary.sentences == ("submission_metadata.yml lists 1 submission twice; the first counts.",)


def test_two_exports(refusal, laid_out):
    """As when somebody keeps all downloads of a term in one folder."""
    path = laid_out({f"assignment_{number}_export/{METADATA}": TWO for number in (10, 9)})
    assert refusal(path) == (
        f"PLACE/{path.name} holds 2 exports: assignment_9_export, assignment_10_export. Give one of them."
    )


def test_export_beside_something_else(take, laid_out):
    """The export is the class; everything else is named as ignored."""
    taken = take(laid_out({f"assignment_1_export/{METADATA}": TWO, "old/x.py": b"", "notes.txt": b""}))
    assert taken.ids == ["submission_3", "submission_20"]
    assert taken.summary.sentences == ("Ignored, because these are not submissions: notes.txt, old.",)


def test_student_cannot_pass_for_an_export(take, laid_out):
    """Metadata inside one of several submissions is an ordinary file."""
    taken = take(laid_out({f"eve/{METADATA}": TWO, f"eve/{FILE}": PROGRAM, f"ada/{FILE}": PROGRAM}))
    assert taken.ids == ["ada", "eve"]
    assert taken.summary.kind == "submissions"


def test_student_cannot_pass_for_an_export_among_plain_files(take, laid_out):
    """Eve's is the only folder, but not the only submission. As an export, it would exclude all others."""
    taken = take(laid_out({f"eve/{METADATA}": TWO, f"eve/{FILE}": PROGRAM, "ada.py": PROGRAM, "ben.zip": b""}))
    assert taken.ids == ["ada", "ben", "eve"]
    assert taken.summary.kind == "submissions"


def test_metadata_removed(take, laid_out):
    """Removing it is what every message about damaged metadata suggests."""
    taken = take(laid_out({f"assignment_1_export/submission_{number}/{FILE}": PROGRAM for number in (1, 2)}))
    assert taken.ids == ["submission_1", "submission_2"]


@no_windows
def test_submission_in_an_export_that_is_a_link(take, folder, tmp_path):
    """It counts as a submission, but is not followed."""
    path = folder({METADATA: TWO, f"submission_20/{FILE}": PROGRAM})
    (path / "submission_3").symlink_to(tmp_path)
    assert take(path).text("submission_3") == "submission_3 is a link to another file. Hand in the file itself."


def test_metadata_damaged_in_the_zip(refusal, archive):
    """The checksum reveals it, after the file was read."""
    path = archive({METADATA: TWO}, compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"'007'", b"'008'"))
    assert refusal(path) == (
        "submission_metadata.yml cannot be unpacked (Bad CRC-32 for file 'submission_metadata.yml'). Export the "
        "assignment again, or remove submission_metadata.yml to grade the folders without names."
    )


@no_windows
def test_metadata_that_is_a_link(refusal, folder):
    """It is not followed."""
    path = folder({f"submission_1/{FILE}": PROGRAM})
    (path / METADATA).symlink_to("/etc/passwd")
    assert refusal(path) == (
        "submission_metadata.yml is a link to another file. Hand in the file itself. Export the assignment again, "
        "or remove submission_metadata.yml to grade the folders without names."
    )


# ------------------------------------------------------------------------------------- again and again


def test_same_bytes_whatever_the_order(take, archive):
    """The manifest depends only on the contents of PATH."""
    names = [f"s{number}/neural_network.py" for number in range(20)] + ["Ada.py", "ada.py", "Ädä.py", "s1.py"]
    texts = set()
    for seed in range(5):
        random.Random(seed).shuffle(names)
        path = archive([(name, PROGRAM + name.encode()) for name in names])
        taken = take(path)
        texts.add(taken.folder.manifest.read_bytes())
        assert taken.text("s7") == PROGRAM.decode() + "s7/neural_network.py"
    assert len(texts) == 1


def test_interrupted_and_done_again(take, archive):
    """Whatever an interrupted attempt left is removed, and none of it is graded."""
    path = archive({"ada/neural_network.py": PROGRAM, "ben.py": PROGRAM})
    taken = take(path)
    before = taken.folder.manifest.read_bytes()
    (taken.folder.unpacked / "ada" / FILE).write_text("half")
    (taken.folder.unpacked / "ada" / "sub").mkdir()
    (taken.folder.unpacked / "ada" / "sub" / FILE).write_text("left")
    (taken.folder.unpacked / "gone").mkdir()
    taken.folder.manifest.unlink()
    taken.folder.manifest.with_name("manifest.jsonl.new").write_text("half a line")
    again = take(path)
    assert again.folder.manifest.read_bytes() == before
    assert again.text("ada") == PROGRAM.decode()
    assert sorted(one.name for one in again.folder.unpacked.iterdir()) == ["ada", "ben"]
    assert sorted(one.name for one in again.folder.manifest.parent.iterdir()) == [
        "manifest.jsonl",
        "numbers.json",
        "submissions",
    ]


@no_windows
def test_folder_of_unpacked_files_that_is_a_link(take, archive, tmp_path):
    """The folder that the link points to is not emptied."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("kept")
    (tmp_path / "out" / "run").mkdir(parents=True)
    (tmp_path / "out" / "run" / "submissions").symlink_to(elsewhere)
    take(archive({"ada.py": PROGRAM}))
    assert [one.name for one in elsewhere.iterdir()] == ["precious"]


def test_manifest_survives_a_crash(take, folder, tmp_path, monkeypatch):
    """The old manifest stays until the new one is complete."""
    path = folder({"ada.py": PROGRAM, "ben.py": PROGRAM})
    before = take(path).folder.manifest.read_bytes()

    def crash(entry):
        if entry.id == "ben":
            raise MemoryError
        return ""

    monkeypatch.setattr(intake, "as_line", crash)
    with pytest.raises(MemoryError):
        take(path)
    assert (tmp_path / "out" / "run" / "manifest.jsonl").read_bytes() == before


def test_disk_that_is_full_is_not_what_was_handed_in(take, folder, archive, monkeypatch):
    """The error is passed on: `command` makes the message, which names the folder of the grades."""

    def full(*_):
        raise OSError(28, "No space left on device")

    files = {"ada.py": PROGRAM, "ben.py": PROGRAM}
    for path, module, writes in ((folder(files), intake, "as_line"), (archive(files), sources.Path, "write_bytes")):
        with monkeypatch.context() as crowded:
            crowded.setattr(module, writes, full)
            with pytest.raises(OSError, match="No space left on device"):
                take(path)


def test_number_stays_whose_it_was(take, folder):
    """A new submission gets a new number, even after others have left; one that returns gets its old number."""
    first = folder({"ada.py": PROGRAM, "cleo.py": PROGRAM, "dora.py": PROGRAM}, name="first")
    then = folder({"ada.py": PROGRAM, "ben.py": PROGRAM, "cleo.py": PROGRAM}, name="then")
    last = folder({"cleo.py": PROGRAM, "dora.py": PROGRAM, "émile.py": PROGRAM}, name="last")
    assert take(first).folder.numbered() == {"ada": 1, "cleo": 2, "dora": 3}
    assert take(then).folder.numbered() == {"ada": 1, "cleo": 2, "dora": 3, "ben": 4}
    numbers = take(last).folder.numbered()
    assert list(numbers.values()) == [1, 2, 3, 4, 5]
    assert numbers["dora"] == 3


@pytest.mark.parametrize("damaged", ["", "\0", "[]", '{"ada": "1", "ben": 2}'])
def test_numbers_that_cannot_be_read_are_given_anew(take, folder, damaged):
    """Damage there stops nobody."""
    path = folder({"ada.py": PROGRAM, "ben.py": PROGRAM})
    take(path).folder.numbers.write_text(damaged, encoding="ascii")
    assert take(path).folder.numbered() == {"ada": 1, "ben": 2}


def test_who_hands_in_again_on_gradescope_keeps_the_number(take, folder):
    """The student is found by number or address if the earlier submission is gone. If both are there, each has its own
    number, also if the new one is listed first.
    """

    def export(name, **who):
        people = "".join(f"{one}:\n  :submitters:\n  - :sid: '{sid}'\n" for one, sid in who.items())
        return folder({METADATA: people, **{f"{one}/neural_network.py": PROGRAM for one in who}}, name=name)

    assert take(export("first", s1="7", s2="8")).folder.numbered() == {"s1": 1, "s2": 2}
    again = {"s1": 1, "s2": 2, "s3": 1}
    assert take(export("again", s2="8", s3="7")).folder.numbered() == again
    assert take(export("and again", s2="8", s3="7", s0="7", s5="9")).folder.numbered() == again | {"s0": 3, "s5": 4}
    assert take(export("both", s1="7", s3="7")).folder.numbered() == again | {"s0": 3, "s5": 4, "s3": 5}


@pytest.mark.parametrize("manifest", ["{}\n", "[]\n", '{"id": "ada", "pa'], ids=["version", "list", "cut off"])
def test_manifest_that_cannot_be_read_hands_on_no_numbers(take, folder, manifest):
    """Another version may have written it, or a disk have damaged it. It is still replaced."""
    first = take(folder({"ada.py": PROGRAM}, name="first")).folder
    first.manifest.write_text(manifest, encoding="ascii")
    assert take(folder({"ben.py": PROGRAM}, name="then")).folder.numbered() == {"ada": 1, "ben": 2}


def test_results_of_who_has_left_the_class_are_put_aside(take, folder):
    """They are restored when the submission returns, because everything in results/ may be handed back."""
    both = folder({"ada.py": PROGRAM, "ben.py": PROGRAM, "cleo.py": PROGRAM}, name="both")
    one = folder({"ben.py": PROGRAM, "dora.py": PROGRAM}, name="one")
    batch = take(both).folder
    (batch.path / "results").mkdir()
    for name in ("ada", "ben", "cleo", "notes of mine"):
        batch.results(name).write_text(name)
    assert take(one).summary.sentences == (
        "Graded before, but no longer in this class: ada, cleo. Their results are now in run/gone/.",
    )
    assert sorted(path.stem for path in batch.gone("").parent.iterdir()) == ["ada", "cleo"]
    assert sorted(path.stem for path in (batch.path / "results").iterdir()) == ["ben", "notes of mine"]
    assert take(one).summary.sentences == ()
    assert take(both).summary.sentences == ()
    assert [batch.results(name).read_text() for name in ("ada", "ben", "cleo")] == ["ada", "ben", "cleo"]
    assert list(batch.gone("").parent.iterdir()) == []


def test_entries_come_back_as_they_were_written(take, laid_out):
    """The manifest is ASCII, whatever letters the entry has."""
    taken = take(laid_out({METADATA: 'a_1:\n  :submitters:\n  - :name: "\\u2028 \\x85 \\" 美"\n', "a_1/x.py": b""}))
    line = taken.folder.manifest.read_bytes()
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert Entry.from_json(line.decode()) == taken.only
    assert taken.only.people[0].name == '\u2028 \x85 " 美'


def test_records_of_another_version_are_read_though_they_hold_more_or_less():
    """It may be an older or a newer one; its grades are compared with ours."""
    more = {"created_at": ""}
    stored = Stored(4.0, {"1.1": StoredCase(4.0, "Passed")})
    entry = Entry("a", "/a", people=(Person("Ada"),), stored=stored)
    graded = Graded("a", 4.0, 0.1, "", (GradedCase("1.1", "Passed", 0.1),))
    plain = json.loads(as_line(entry))
    plain |= {"people": [plain["people"][0] | more]} | more
    plain["stored"]["cases"]["1.1"] |= more
    del plain["handed_in_as"], plain["people"][0]["numbered_by_canvas"], plain["stored"]["cases"]["1.1"]["title"]
    assert Entry.from_json(json.dumps(plain)) == entry
    plain = json.loads(as_line(graded))
    plain |= {"cases": [plain["cases"][0] | more]} | more
    del plain["cases"][0]["summary"]
    assert Graded.from_json(json.dumps(plain)) == graded


def test_needs_nothing_heavy():
    """Intake starts quickly, and loads PyYAML only for an export."""
    code = (
        "import sys, autograder.batch.intake\n"
        "print(sorted({'numpy', 'pytest', 'rich', 'yaml', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (("submissions", 1, 0), "1 submission"),
        (("submissions", 1200, 0), "1,200 submissions"),
        (("a Gradescope export", 60, 62), "a Gradescope export of 60 submissions, 62 people"),
        (("a Canvas download", 1, 1), "a Canvas download of 1 submission, 1 person"),
    ],
)
def test_what_was_found_in_words(found, said):
    """The words agree with the numbers."""
    assert str(intake.Summary(*found)) == said
