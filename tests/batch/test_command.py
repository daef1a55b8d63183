"""`python -m autograder batch`: what it prints, what it writes, and what is left when it is stopped or killed."""

import contextlib
import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import commands
from autograder.batch import command as command_of_batch

from ..conftest import ROOT
from ..engine.conftest import RIGHT, TOY
from ..engine.test_faults import toy_with
from ..processes import children, none_left

WRONG = RIGHT.replace("return z + z", "return 3 * z")
HANGS = RIGHT.replace("return z + z", "import time; time.sleep(600)")
SLOW = RIGHT.replace("return z + z", "import time; time.sleep(0.3); return z + z")
CLASS = {"ada": RIGHT, "björn": WRONG, "chloé": "1 / 0", "dvořák": RIGHT, "émile": "def double(z) return"}
PAIR = {"ada": RIGHT, "ben": RIGHT}
UNIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and terminals as Unix has them")


@pytest.fixture
def hand_in(tmp_path):
    """Return a function: name -> program gives the folder of a class. It makes no two programs the same."""
    return lambda programs=CLASS, name="class": write(tmp_path / name, programs)


def write(folder, programs):
    """Write a class's submissions, no two of them the same."""
    for student, text in programs.items():
        (folder / student).mkdir(parents=True, exist_ok=True)
        (folder / student / "toy.py").write_text(f"{text}\n# {student}\n", encoding="utf-8")
    return folder


@pytest.fixture
def patient(tmp_path):
    """Return the toy assignment with limits of 600 s, so that a hanging program outlasts any test."""
    return toy_with(tmp_path / "patient", call_s=600, case_s=600, run_s=600)


def command(path, *options, cases=TOY):
    """Return the command line."""
    return [sys.executable, "-m", "autograder", "batch", str(path), "--cases", str(cases), *map(str, options)]


def batch(path, *options, cases=TOY, env=None, **further):
    """Run a batch to its end. Return its exit status and the lines of its standard output and error."""
    ended = subprocess.run(
        command(path, *options, cases=cases),
        cwd=ROOT, env={**os.environ, **(env or {})}, capture_output=True, check=False, **further,
    )  # fmt: skip
    return ended.returncode, *(stream.decode("utf-8").splitlines() for stream in (ended.stdout, ended.stderr))


@pytest.fixture
def batch_here(capsys):
    """Return `batch` within this process, which is enough for a call that is refused before it starts any other."""

    def run(path, *options, cases=TOY):
        try:
            status = commands.main(command(path, *options, cases=cases)[3:])
        except SystemExit as ended:  # what argparse refuses
            status = ended.code
        return status, *(stream.splitlines() for stream in capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory):
    """Grade the class, three at a time. Return its folder, which must not be changed, and what `batch` returned."""
    path = write(tmp_path_factory.mktemp("graded") / "class", CLASS)
    return path, batch(path, "--jobs", 3)


@pytest.fixture
def graded(graded_once, tmp_path):
    """Return the folder of a class that is already graded, and the folder of its grades."""
    path, _ = graded_once
    return [shutil.copytree(path.with_name(name), tmp_path / name) for name in ("class", "class_graded")]


def table(out):
    """Return the rows of grades.csv."""
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def results(out):
    """Return every result file without its execution time, by file name."""
    found = {}
    for path in sorted((out / "results").iterdir()):
        found[path.name] = json.loads(path.read_text(encoding="ascii"))
        del found[path.name]["execution_time"]
    return found


def plain(lines):
    """Return the lines without times."""
    return [re.sub(r"\d+\.\d+/s|\d+\.\d+ s", "T", line) for line in lines]


def test_what_is_said_and_written(graded_once):
    """A batch writes a table, a page, and a file for each submission, in a folder beside PATH. Its exit status is 0,
    whatever the grades.
    """
    path, (status, said, warned) = graded_once
    out = path.with_name("class_graded")
    assert (status, warned) == (0, [])
    assert plain(said) == [
        "class: 5 submissions.",
        "5/5 graded, T, 0 timeouts, 0 faults. T.",
        "5 of 5 graded   median 6   mean 5.2   full marks: 2",
        "most failed cases: 1 (3)  2 (2)",
        "most common mistakes:",
        "     1  Every entry is 1.5 times the right one",
        f"In {out}: report.html, grades.csv, results/",
    ]
    assert len(list((out / "results").iterdir())) == 5
    assert [row[5] for row in table(out)] == ["total", "10", "6", "0", "10", "0"]
    assert sorted(path.name for path in (out / "run").iterdir()) == [
        "environment.json", "journal.jsonl", "lock", "manifest.jsonl", "numbers.json", "submissions",
    ]  # fmt: skip


def test_the_same_program_twice_is_graded_once(hand_in, tmp_path):
    """The output says so, and the later student gets exactly the same results."""
    path = hand_in({"ada": WRONG, "ben": RIGHT, "cleo": ""})
    shutil.copyfile(path / "ada" / "toy.py", path / "cleo" / "toy.py")
    status, said, _ = batch(path)
    assert (status, said[2]) == (0, "1 of these is identical to an earlier one and has its grade.")
    written = tmp_path / "class_graded" / "results"
    assert (written / "cleo.json").read_bytes() == (written / "ada.json").read_bytes()


def test_same_class_twice_is_the_same_bytes_but_for_times(graded_once, tmp_path):
    """Whether one or three are graded at a time."""
    path, _ = graded_once
    one, other = tmp_path / "one", path.with_name("class_graded")
    assert batch(path, "--out", one, "--jobs", 1)[0] == 0
    assert results(one) == results(other)
    assert (one / "grades.csv").read_bytes() == (other / "grades.csv").read_bytes()
    assert (one / "run" / "manifest.jsonl").read_bytes() == (other / "run" / "manifest.jsonl").read_bytes()
    pages = [(out / "report.html").read_text(encoding="utf-8") for out in (one, other)]
    pages = [
        re.sub(r"\d+(\.\d+)?( |&nbsp;|\u202f|\u00a0)?m?s\b|20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", "T", page)
        for page in pages
    ]
    assert pages[0] == pages[1]


def test_same_command_again_grades_nothing(graded):
    """The table stays the same."""
    path, out = graded
    before, journal = table(out), (out / "run" / "journal.jsonl").read_bytes()
    status, said, _ = batch(path)
    assert status == 0
    assert plain(said)[1] == "5/5 graded, T, 0 timeouts, 0 faults. T."
    assert (table(out), (out / "run" / "journal.jsonl").read_bytes()) == (before, journal)


def test_other_cases_are_refused_until_again(graded, batch_here, tmp_path):
    """With --again, the old grades are kept, and the output says what has changed."""
    path, out = graded
    before = table(out)
    cases = toy_with(tmp_path / "cases")
    test = cases / "test_toy.py"
    test.write_text(
        test.read_text(encoding="utf-8").replace("value=reference.double(z)", "value=reference.double(z) * 1.5"),
        encoding="utf-8",
    )
    refused = batch_here(path, cases=cases)
    assert refused == (2, [], [
        f"{out} holds grades made with different cases. To regrade and see what changes, add --again; the old grades "
        "are kept beside the new ones. To keep the two apart, name another --out."
    ])  # fmt: skip
    assert table(out) == before
    status, said, _ = batch(path, "--again", cases=cases)
    assert status == 0
    assert table(out / "earlier-1") == before
    assert [row[5] for row in table(out)] == ["total", "6", "10", "0", "6", "0"]
    (changes,) = (line for line in said if "Changes in report.html" in line)
    assert changes.startswith("3 scores differ from the run of ")
    assert changes in batch(path, "--names", cases=cases)[1], "said for as long as these grades stand"


def test_grades_stay_where_they_are_if_nothing_can_be_graded_anew(graded, tmp_path):
    """As with an incompletely downloaded zip: without the old grades, there would be none until the next run."""
    _, out = graded

    def files():
        return {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}

    before, cut_off = files(), tmp_path / "class.zip"
    cut_off.write_bytes(b"PK")
    status, _, sentences = batch(cut_off, "--out", out, "--again")
    assert status == 2
    assert sentences == [f"{cut_off} is named .zip but is not a complete zip file. Download it again."]
    assert files() == before
    assert not list(out.glob("earlier-*"))


@pytest.mark.parametrize("count", ["0", "-1", "1001"])
def test_number_of_jobs_is_one_that_a_machine_can_do(hand_in, batch_here, tmp_path, count):
    """The number is checked before anything is written."""
    assert batch_here(hand_in(), "--jobs", count) == (2, [], [f"--jobs must be a number from 1 to 1000, not {count}."])
    assert not (tmp_path / "class_graded").exists()


def test_no_more_jobs_than_submissions(hand_in, monkeypatch):
    """Each job needs processes, whether or not there is a submission for it."""
    counts = []

    def local(waiting, _, count, __):
        counts.append(count)
        return iter(())

    monkeypatch.setattr(command_of_batch.jobs, "local", local)
    monkeypatch.setattr(command_of_batch, "_apart", lambda work, *rest, **options: work(*rest, **options))
    for options in ((), ("--jobs", "900")):
        commands.main(["batch", str(hand_in({"ada": RIGHT})), "--cases", str(TOY), *options])
    assert counts == [1, 1]


@UNIX
def test_paths_begin_at_home_whatever_the_shell(graded, tmp_path):
    """In `make batch SUBMISSIONS=~/class`, no shell but Bash expands the tilde."""
    _, out = graded
    out.rename(tmp_path / "out")
    status, said, _ = batch("~/class", "--out", "~/out", env={"HOME": str(tmp_path)})
    assert (status, said[0]) == (0, "class: 5 submissions.")
    assert said[-1] == f"In {tmp_path / 'out'}: report.html, grades.csv, results/"


def test_class_around_us_has_a_name(graded):
    """The grades go beside the class, not into the submission that the path goes through."""
    path, out = graded
    _, said, _ = batch(f"{path}/ada/..")
    assert said[0] == "class: 5 submissions."
    assert said[-1] == f"In {out}: report.html, grades.csv, results/"


def test_path_that_is_not_there(batch_here, tmp_path):
    """A typo in the path does not create a folder."""
    path = tmp_path / "clas"
    assert batch_here(path) == (
        2, [], [f"{path}: there is nothing with this name. Give a folder or a zip of submissions."]
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_path_does_not_control_the_terminal(batch_here, tmp_path):
    """A student may have chosen its name."""
    _, _, (said,) = batch_here(tmp_path / "ada\x1b[31m")
    assert "/ada\ufffd[31m: there is nothing with this name." in said


def test_path_with_nothing_to_grade(tmp_path):
    """The batch prints a message, exits with status 2, and creates no folder."""
    (tmp_path / "class").mkdir()
    status, said, (sentence,) = batch(tmp_path / "class")
    assert (status, said) == (2, [])
    assert sentence.startswith(str(tmp_path / "class"))
    assert [path.name for path in tmp_path.iterdir()] == ["class"]


def test_results_into_the_class_itself_leave_nothing_in_it(hand_in):
    """Files left there would count as a submission in the next run. A folder that already existed is kept."""
    path = hand_in(PAIR)
    status, said, (sentence,) = batch(path, "--out", path)
    assert (status, said) == (2, [])
    assert sentence == f"{path} is where the results go. Choose another folder for them with --out."
    assert sorted(one.name for one in path.iterdir()) == ["ada", "ben"]


@pytest.mark.parametrize("inside", ["new/graded", "ada/graded"])
def test_results_into_a_submission_leave_nothing_in_it(hand_in, inside):
    """They would count among its files, and a folder made for them would be a submission of nobody."""
    path = hand_in(PAIR)
    status, said, (sentence,) = batch(path, "--out", path / inside)
    assert (status, said) == (2, [])
    assert sentence == (
        f"{path / inside} is inside the submission {inside.partition('/')[0]}. Choose another folder with --out."
    )
    assert sorted(one.relative_to(path).as_posix() for one in path.rglob("*")) == [
        "ada", "ada/toy.py", "ben", "ben/toy.py",
    ]  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_grades_lie_beside_a_class_that_is_reached_through_a_link(tmp_path):
    """`..` after a link is the folder above what it leads to; a class that is a link itself keeps its place."""
    (tmp_path / "real" / "class").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "class")
    beside = (tmp_path / "real").resolve() / "class_graded"
    assert command_of_batch._beside(tmp_path / "link" / ".." / "class") == beside
    assert command_of_batch._beside(beside.with_name("class") / "new" / "..") == beside
    assert command_of_batch._beside(tmp_path / "link") == tmp_path / "link_graded"


def test_everything_there_is_has_nothing_beside_it(batch_here):
    """The root folder has no folder beside it, so --out is required."""
    assert batch_here("/") == (
        2, [], ["/ has no name and no folder beside it. Say where grades go: --out FOLDER."]
    )  # fmt: skip


@pytest.mark.parametrize("option", ["", "--out", "--roster", "--earlier"])
def test_empty_name_is_no_folder(hand_in, batch_here, option):
    """An unset shell variable does not mean the current folder, which would then be graded or written to."""
    status, said, warned = batch_here(*(["", "--jobs", "1"] if not option else [hand_in(), option, ""]))
    assert (status, said) == (2, [])
    assert warned[-1].endswith("it is empty; name a file or a folder")


def test_grades_cannot_go_into_a_students_folder(hand_in, batch_here):
    """That folder would be taken for grades, and the student left out. An empty folder, or one with grades, is
    accepted.
    """
    path = hand_in(PAIR)
    status, said, (sentence,) = batch_here(path, "--out", path / "ada")
    assert (status, said) == (2, [])
    assert sentence == (
        f"{path / 'ada'} is inside the folder to be graded, and it is not empty. Name a new folder with --out."
    )
    assert [one.name for one in (path / "ada").iterdir()] == ["toy.py"]
    (path / "grades").mkdir()
    for _ in range(2):
        status, said, _ = batch(path, "--out", path / "grades")
        assert (status, said[0]) == (0, "class: 2 submissions.")


@pytest.mark.parametrize("name", ["grades.csv", "canvas.csv", "results"])
def test_somebodys_own_table_is_not_overwritten(hand_in, batch_here, tmp_path, name):
    """The output folder may be a course folder that already has a file of this name."""
    path, out = hand_in({"ada": RIGHT}), tmp_path / "course"
    out.mkdir()
    (out / name).write_text("my own", encoding="ascii")
    assert batch_here(path, "--out", out) == (
        2, [], [
            f"{out} holds {name}, but not the folder run/ in which a batch keeps its grades. This batch would "
            "overwrite what is there. Name another folder with --out."
        ]
    )  # fmt: skip
    assert [one.name for one in out.iterdir()] == [name]
    assert (out / name).read_text(encoding="ascii") == "my own"


def test_roster_is_not_overwritten(graded, batch_here):
    """A roster has columns that canvas.csv lacks."""
    path, out = graded
    roster = out / "canvas.csv"
    roster.write_text("Student,ID,Section,Other (1)\nAda,1,A,9\n", encoding="ascii")
    status, said, (sentence,) = batch_here(path, "--roster", roster)
    assert (status, said) == (2, [])
    assert sentence == f"The roster {roster} would be overwritten. Name the file that Canvas exported."
    assert roster.read_text(encoding="ascii").endswith("Ada,1,A,9\n")


def test_grades_are_not_graded(graded, tmp_path):
    """The folder of grades is beside the class and has a similar name."""
    _, out = graded
    status, said, (sentence,) = batch(out)
    assert (status, said) == (2, [])
    assert sentence == f"{out} holds the grades of a batch, not submissions. Give the submissions that were graded."
    assert not (tmp_path / "class_graded_graded").exists()


def test_grades_are_not_compared_with_themselves(graded, batch_here):
    """The comparison would find no differences."""
    path, out = graded
    status, said, (sentence,) = batch_here(path, "--earlier", out)
    assert (status, said) == (2, [])
    assert sentence.endswith("the new grades go to this same folder. Use --again to compare them.")


@UNIX
def test_roster_that_is_a_pipe_is_not_waited_for(hand_in, batch_here, tmp_path):
    """`--roster <(...)` in a shell is a pipe; it would be empty when it is read a second time."""
    os.mkfifo(tmp_path / "roster.csv")
    status, said, (sentence,) = batch_here(hand_in(), "--roster", tmp_path / "roster.csv")
    assert (status, said) == (2, [])
    assert sentence == f"The roster {tmp_path / 'roster.csv'} is not a file. Name the file that Canvas exported."


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full")
def test_refusal_that_nobody_can_read_has_its_status(tmp_path):
    """Standard error may be on a full disk."""
    with open("/dev/full", "w", encoding="ascii") as full:
        assert subprocess.run(command(tmp_path / "no"), cwd=ROOT, stderr=full, check=False).returncode == 2


@pytest.mark.parametrize("address", ["x", "nonsense:", ""])
def test_address_that_is_none_is_said_before_anything_is_made(hand_in, batch_here, tmp_path, address):
    """Like any other mistake in an option. An empty address comes from an unset shell variable."""
    said = f"--cluster takes the address of a scheduler, such as tcp://10.0.0.5:8786, not {address!r}."
    assert batch_here(hand_in(), "--cluster", address) == (2, [], [said])
    assert not (tmp_path / "class_graded").exists()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--roster", "The roster {} cannot be read: "),
        ("--earlier", "--earlier {}: this folder has no grades from a batch."),
    ],
)
def test_slip_in_what_the_report_needs_is_said_before_a_class_is_graded(hand_in, batch_here, tmp_path, option, said):
    """Not after half an hour of grading."""
    path = tmp_path / "nothing"
    status, lines, (sentence,) = batch_here(hand_in(), option, path)
    assert (status, lines) == (2, [])
    assert sentence.startswith(said.format(path))
    assert not (tmp_path / "class_graded").exists()


def test_option_by_its_beginning_is_refused(hand_in, batch_here, tmp_path):
    """A typo must not show names (--names)."""
    status, said, warned = batch_here(hand_in(), "--name")
    assert (status, said) == (2, [])
    assert warned[-1].endswith("unrecognized arguments: --name")
    assert not (tmp_path / "class_graded").exists()


def test_two_runs_to_compare_with_are_refused(graded, batch_here):
    """One of the two would be ignored silently."""
    path, out = graded
    status, said, (sentence,) = batch_here(path, "--again", "--earlier", out)
    assert (status, said) == (2, [])
    assert sentence.startswith("--again compares with the grades that it sets aside.")
    assert not (out / "earlier-1").exists()


def test_one_submission_alone_says_which_command_grades_it(hand_in):
    """A single submission is not a class."""
    path = hand_in({"ada": RIGHT}) / "ada"
    status, said, (sentence,) = batch(path)
    assert (status, said) == (2, [])
    assert f"python -m autograder grade {path}" in sentence


@UNIX
def test_folder_that_cannot_be_written(hand_in, batch_here, tmp_path):
    """A file in place of the folder stops every user, even root."""
    (tmp_path / "out").write_text("", encoding="ascii")
    status, said, (sentence,) = batch_here(hand_in(), "--out", tmp_path / "out")
    assert (status, said) == (2, [])
    out = tmp_path / "out"
    assert sentence == f"{out} is not a folder, so grades cannot go to {out}. Name another folder with --out."


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full")
def test_disk_that_is_full(hand_in, tmp_path):
    """The batch prints a message, and the same command continues once there is space."""
    path, out = hand_in(), tmp_path / "out"
    (out / "run").mkdir(parents=True)
    (out / "results").mkdir()
    (out / "results" / "ada.json.new").symlink_to("/dev/full")
    status, said, warned = batch(path, "--out", out)
    assert status == 2
    kept = "Finished grades are kept. Fix this, then run the same command again."
    assert warned == [f"{out}: No space left on device. {kept}"]
    assert said == ["class: 5 submissions."]
    assert list((out / "results").iterdir()) == []
    assert batch(path, "--out", out)[0] == 0
    assert len(table(out)) == 6


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full")
def test_disk_that_is_full_while_grading_anew(hand_in):
    """The next call must not set aside what this one has graded; but if nothing was graded yet, it must grade anew."""
    path = hand_in({"ada": RIGHT})
    out = path.with_name("class_graded")
    assert batch(path)[0] == 0
    for name, end in (("run/environment.json", "again"), ("grades.csv", "without --again")):
        (out / f"{name}.new").symlink_to("/dev/full")
        _, _, warned = batch(path, "--again")
        assert f"Finished grades are kept. Fix this, then run the same command {end}." in warned[0]
    assert batch(path)[0] == 0
    assert (out / "earlier-1" / "grades.csv").exists()
    assert not (out / "earlier-2").exists()


@UNIX
def test_second_batch_on_the_same_folder_is_refused(hand_in, patient, batch_here, tmp_path):
    """Both would write the same files."""
    path, out = hand_in({"ada": HANGS, "björn": HANGS}), tmp_path / "out"
    with subprocess.Popen(
        command(path, "--out", out, cases=patient), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as first:
        try:
            wait_for((out / "run" / "scratch").exists)
            assert batch_here(path, "--out", out, cases=patient) == (
                2, [], [f"Another batch is writing to {out}. Wait for it, or name another --out."]
            )  # fmt: skip
        finally:
            first.terminate()
    assert first.returncode == 2


def wait_for(what, patience_s=60):
    """Wait until `what()` is true."""
    deadline = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def journal_of(out):
    """Return the ids in the journal, in the order of grading."""
    with contextlib.suppress(FileNotFoundError):
        lines = (out / "run" / "journal.jsonl").read_text(encoding="ascii").splitlines(keepends=True)
        return [json.loads(line)["id"] for line in lines if line.endswith("\n")]
    return []


@UNIX
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        signal.SIGKILL,
    ],
    ids=lambda number: number.name,
)
def test_what_was_stopped_goes_on_and_leaves_nothing(hand_in, tmp_path, number):
    """Every submission is graded once, the table is that of an undisturbed run, and no process or folder remains."""
    programs = {f"student_{n}": text for n, text in enumerate([SLOW, WRONG, HANGS, SLOW, "1 / 0", SLOW, HANGS, RIGHT])}
    path, out = hand_in(programs), tmp_path / "out"
    running = subprocess.Popen(
        command(path, "--out", out, "--jobs", 2), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    wait_for(lambda: len(journal_of(out)) >= 2)
    time.sleep(0.3)
    started = children(running.pid)
    assert started
    scratch = Path((out / "run" / "scratch").read_text(encoding="utf-8"))
    assert scratch.is_dir()
    running.send_signal(number)
    _, warned = running.communicate(timeout=60)
    if number == signal.SIGKILL:
        assert running.returncode == -signal.SIGKILL
        assert warned == b""
    else:
        assert running.returncode == 2
        assert warned.decode() == "Stopped. Finished grades are kept; the same command continues from there.\n"
        assert not scratch.exists()
    assert none_left(started)
    done = journal_of(out)
    assert 2 <= len(done) < len(programs)
    other = tmp_path / "undisturbed"
    undisturbed = subprocess.Popen(command(path, "--out", other), cwd=ROOT, stdout=subprocess.DEVNULL)
    assert batch(path, "--out", out, "--jobs", 2)[0] == 0
    assert sorted(journal_of(out)) == sorted(programs)
    assert journal_of(out)[: len(done)] == done
    assert not scratch.exists()
    assert not (out / "run" / "scratch").exists()
    assert undisturbed.wait(120) == 0
    assert table(out) == table(other)
    assert results(out) == results(other)


@UNIX
def test_ctrl_c_of_a_terminal_reaches_everybody_and_nobody_complains(hand_in, patient, tmp_path):
    """A terminal sends SIGINT to its whole process group. At any moment, no process may print a traceback."""
    path, out = hand_in({"ada": HANGS, "björn": HANGS, "chloé": RIGHT}), tmp_path / "out"
    # Twice while the batch is loading; as soon as the run has started; 0.2 s later; and when every submission has been
    # started.
    begun, all_begun = (out / "run" / "scratch").exists, lambda: journal_of(out)
    for until, wait_s in ((None, 0.15), (None, 0.3), (begun, 0), (begun, 0.2), (all_begun, 0)):
        shutil.rmtree(out, ignore_errors=True)
        running = subprocess.Popen(
            command(path, "--out", out, "--jobs", 3, cases=patient), cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        if until is not None:
            wait_for(until)
        time.sleep(wait_s)
        started = children(running.pid)
        os.killpg(running.pid, signal.SIGINT)
        _, warned = running.communicate(timeout=60)
        if until is not None:
            assert warned.decode() == "Stopped. Finished grades are kept; the same command continues from there.\n"
            assert running.returncode == 2
        assert none_left(started)


@UNIX
def test_stage_is_deaf_to_ctrl_c_before_it_can_say_so():
    """Otherwise, Ctrl-C while the interpreter starts causes a traceback. The parent process does not block SIGINT."""
    assert signal.SIGINT in command_of_batch._apart(signal.pthread_sigmask, signal.SIG_BLOCK, [])
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@UNIX
def test_grading_anew_that_was_stopped_goes_on_and_says_what_changed(hand_in, patient, tmp_path):
    """It continues without --again, which would set aside the grades that are already done."""
    path, out = hand_in({"ada": RIGHT, "björn": RIGHT}), tmp_path / "class_graded"
    assert batch(path, cases=patient)[0] == 0
    for student, text in (("ada", WRONG), ("björn", HANGS)):
        (path / student / "toy.py").write_text(text, encoding="utf-8")
    again = command(path, "--again", cases=patient)
    running = subprocess.Popen(again, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(lambda: len(journal_of(out)) == 1)
    running.send_signal(signal.SIGINT)
    _, warned = running.communicate(timeout=60)
    assert warned.decode() == (
        "Stopped. Finished grades are kept; the same command without --again continues from there.\n"
    )
    (path / "björn" / "toy.py").write_text(WRONG, encoding="utf-8")
    said = batch(path, cases=patient)[1]
    assert any(line.startswith("2 scores differ from the run of ") for line in said), said
    assert not (out / "earlier-2").exists()


@pytest.mark.slow
@UNIX
def test_tables_of_an_earlier_call_are_named_when_one_is_stopped(hand_in, patient, tmp_path):
    """They look complete, but lack the students who have handed in since."""
    path, out = hand_in({"ada": RIGHT}), tmp_path / "class_graded"
    assert batch(path, cases=patient)[0] == 0
    hand_in({"björn": HANGS, "chloé": WRONG})
    running = subprocess.Popen(
        command(path, "--jobs", 2, cases=patient), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    wait_for(lambda: len(journal_of(out)) == 2)
    running.send_signal(signal.SIGINT)
    _, warned = running.communicate(timeout=60)
    assert warned.decode() == (
        "Stopped. Finished grades are kept; the same command continues from there. Until then, report.html, "
        "grades.csv are from an earlier run.\n"
    )
    assert len(table(out)) == 2


@pytest.mark.slow
def test_who_hands_in_again_keeps_the_number_when_all_are_graded_anew(archive, tmp_path):
    """Gradescope makes it a new submission. The grades and the people that identify the student are set aside."""

    def export(*submissions):
        people = "".join(
            f"submission_{one}:\n  :submitters:\n  - :name: S\n    :sid: '{one % 10}'\n" for one in submissions
        )
        programs = {f"x/submission_{one}/toy.py": f"{RIGHT}\n# {one}\n" for one in submissions}
        return archive({"x/submission_metadata.yml": people, **programs}, name="x.zip")

    out = tmp_path / "x_graded"
    assert batch(export(11, 12))[0] == 0
    assert batch(export(12, 21), "--again")[0] == 0
    assert [(row[0], row[-1]) for row in table(out)[1:]] == [
        ("submission_12", "Student 002"), ("submission_21", "Student 001")
    ]  # fmt: skip
    assert len(table(out / "earlier-1")) == 3


def test_faults_are_exit_status_2_and_graded_again(hand_in, tmp_path):
    """As when memory ran out: the same command grades submissions that have no grade."""
    path, out = hand_in({"ada": RIGHT}), tmp_path / "class_graded"
    broken = toy_with(tmp_path / "broken")
    reference = broken / "reference.py"
    good = reference.read_text(encoding="utf-8")
    reference.write_text(good + "\nimport os\nif os.environ.get('FAILS'): os._exit(3)\n", encoding="utf-8")
    status, said, _ = batch(path, cases=broken, env={"FAILS": "1"})
    assert status == 2
    assert plain(said)[1] == "1/1 graded, T, 0 timeouts, 1 fault. T."
    status, said, _ = batch(path, cases=broken)
    assert status == 0
    assert plain(said)[1] == "1/1 graded, T, 0 timeouts, 0 faults. T."
    assert [row[5] for row in table(out)] == ["total", "10"]


def test_parent_holds_nothing_large(hand_in, tmp_path):
    """NumPy, pytest, YAML, and the page's templates are loaded only in child processes, which end."""
    code = (
        "import sys; from autograder.commands import main; "
        "status = main(sys.argv[1:]); "
        "print(status, sorted({'numpy', 'pytest', 'yaml', 'jinja2', 'rich', 'scipy'} & set(sys.modules)))"
    )
    options = command(hand_in(PAIR), "--out", tmp_path / "out")[3:]
    # The program is in a file, because a spawned process imports the main module from its file.
    script = tmp_path / "script.py"
    script.write_text(f"if __name__ == '__main__':\n    {code}\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(script), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
    )  # fmt: skip
    assert ended.stdout.decode().splitlines()[-1] == "0 []"


@pytest.mark.parametrize("encoding", ["ascii", pytest.param("cp1252", marks=pytest.mark.slow)])
def test_any_encoding_of_the_terminal_will_do(graded, tmp_path, encoding):
    """Names and folders may have letters that the encoding lacks."""
    path, out = tmp_path / "クラス", tmp_path / "クラス_graded"
    for one, name in zip(graded, (path, out), strict=True):
        one.rename(name)
    ended = subprocess.run(
        command(path, "--names"), cwd=ROOT, capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"\\u30af\\u30e9\\u30b9: 5 submissions.")
    ended = subprocess.run(
        command(tmp_path / "クラ"), cwd=ROOT, capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert ended.returncode == 2
    assert b"\\u30af\\u30e9: there is nothing with this name." in ended.stderr


def test_closed_output_takes_nothing_from_a_grade(hand_in, tmp_path):
    """Nobody reads the output, but the files are still written."""
    shell = subprocess.list2cmdline(command(hand_in(PAIR), "--out", tmp_path / "out"))
    ended = subprocess.run(["sh", "-c", f"{shell} >&- 2>&-"], cwd=ROOT, check=False)
    assert ended.returncode == 0
    assert len(table(tmp_path / "out")) == 3


def in_a_terminal(words, columns=80, **environment):
    """Return the exit status, and what a terminal with this many columns receives."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    running = subprocess.Popen(
        words, cwd=ROOT, stdout=theirs, stderr=theirs, stdin=theirs, env={**kept, "TERM": "xterm", **environment}
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the other side has closed it
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    return running.wait(), shown.decode("utf-8")


@UNIX
@pytest.mark.parametrize(
    ("columns", "environment"),
    [
        (80, {}),
        pytest.param(40, {}, marks=pytest.mark.slow),
        pytest.param(80, {"NO_COLOR": "1"}, marks=pytest.mark.slow),
        pytest.param(80, {"PYTHONIOENCODING": "ascii"}, marks=pytest.mark.slow),
        pytest.param(80, {"TERM": "dumb"}, marks=pytest.mark.slow),
    ],
    ids=["80", "40", "no color", "ascii", "dumb"],
)
def test_bar_in_a_terminal(hand_in, tmp_path, columns, environment):
    """It shows the progress in one line. It has no colors with NO_COLOR, and is not drawn in a terminal that cannot
    move the cursor.
    """
    status, shown = in_a_terminal(command(hand_in(PAIR), "--out", tmp_path / "out"), columns, **environment)
    assert status == 0
    steps = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", shown)
    drawn = [line for line in re.split(r"[\r\n]+", steps) if "/2 graded" in line]
    bar = "TERM" not in environment
    assert ("\x1b[?25l" in shown) == bar, "a bar hides the cursor"
    assert shown.count("\x1b[?25h") == shown.count("\x1b[?25l"), "and shows it again"
    if columns == 80:  # a narrower terminal has room only for the words
        assert bool(re.search(r"\x1b\[[0-9;]*[39]\d", shown)) == (bar and "NO_COLOR" not in environment)
    assert any("2/2 graded" in line for line in drawn), shown
    if environment.get("PYTHONIOENCODING"):
        assert shown.isascii()


def make(*words, target="batch"):
    """Run `make` with the environment assumed to be up to date."""
    # `make test ARGS=...` hands its ARGS down to every make below it.
    fresh = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))}
    return subprocess.run(
        ["make", "-s", "-o", ".venv/complete", target, *words], cwd=ROOT, env=fresh, capture_output=True, check=False
    )


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@needs_make
def test_make_batch_prints_what_the_command_does(hand_in, tmp_path):
    """`make batch` takes a path with a space in SUBMISSIONS, and options in ARGS."""
    ended = make(f"SUBMISSIONS={hand_in(PAIR, 'a class')}", f"ARGS=--cases {TOY} --out {tmp_path / 'out'}")
    assert ended.returncode == 0, ended.stderr
    said = plain(ended.stdout.decode().splitlines())
    assert said[0] == "a class: 2 submissions."
    assert said[-1] == f"In {tmp_path / 'out'}: report.html, grades.csv, results/"


@needs_make
def test_make_batch_without_submissions_says_what_is_missing():
    """It does not take the current folder for a class."""
    ended = make()
    assert ended.returncode == 2
    assert b"Name what to grade: make batch SUBMISSIONS=path, or python -m autograder batch PATH" in ended.stderr


@needs_make
def test_make_grade_with_a_class_says_how_classes_are_graded(tmp_path):
    """It does not grade the samples instead."""
    ended = make(f"SUBMISSIONS={tmp_path}", target="grade")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"A class: make batch SUBMISSIONS=path" in ended.stderr
