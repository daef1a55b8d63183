"""A class in which some hand in extra credit: graded after the first file, resumed, compared, and sent to other
machines.
"""

import contextlib
import csv
import hashlib
import json
import os
import shutil

import pytest

from autograder import assignment as assignments
from autograder.batch import jobs
from autograder.batch.records import Entry, Folder
from autograder.batch.station import Station
from autograder.submission import HandedIn, Submission

from ..conftest import ROOT
from ..engine.conftest import RIGHT
from .test_command import batch
from .toy import CLASS, MORE, SCORES, hand_in, make_toy


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Return the folder of the toy assignment with extra credit."""
    return make_toy(tmp_path_factory.mktemp("assignment") / "cases")


@pytest.fixture(scope="module")
def toy(cases):
    """Return the loaded toy assignment."""
    return assignments.load(cases)


@pytest.fixture(scope="module")
def graded(cases, tmp_path_factory):
    """Grade the class by the command. Return the folder of the submissions, the batch's folder, and the output."""
    place = tmp_path_factory.mktemp("class")
    path = hand_in(place / "class", CLASS)
    status, said, warned = batch(path, cases=cases)
    assert (status, warned) == (0, [])
    return path, Folder(place / "class_graded"), said


def totals(folder):
    """Return the totals in grades.csv by submission id."""
    with open(folder.path / "grades.csv", encoding="utf-8-sig", newline="") as lines:
        return {row["submission id"]: float(row["total"]) for row in csv.DictReader(lines)}


def test_class_is_graded_with_both_files(graded):
    """Each part is graded separately: a wrong or missing first file costs no extra credit, and vice versa."""
    _, folder, said = graded
    assert totals(folder) == SCORES
    assert "extra credit, more.py: 5 tried it   median 2 of 3" in said
    names = [test["name"] for test in folder.results_of("both")["tests"]]
    assert names[2:] == ["Extra credit, half: half the number", "Extra credit, four: four times the number"]
    for alone in ("first", "not_begun"):
        assert len(folder.results_of(alone)["tests"]) == 2


def test_too_slow_in_extra_credit_is_a_timeout(graded):
    """It is counted with the other timeouts."""
    _, folder, said = graded
    assert ", 1 timeout, 0 faults." in said[1]
    outcomes = {case.number: case.outcome for one in folder.graded() if one.id == "slow" for case in one.cases}
    assert outcomes == {"1": "Passed", "2": "Passed", "3": "TimedOut", "4": "Passed"}


@pytest.mark.slow
def test_same_command_grades_what_has_changed(graded, cases, tmp_path):
    """Extra credit was added, removed, or replaced; nobody else is graded again."""
    path, out = (shutil.copytree(one, tmp_path / one.name) for one in (graded[0], graded[1].path))
    journal = (out / "run" / "journal.jsonl").read_text(encoding="ascii")
    (path / "both" / "more.py").unlink()
    hand_in(path, {"first": (RIGHT, MORE), "wrong": (RIGHT, MORE)})
    status, said, _ = batch(path, "--out", out, cases=cases)
    assert status == 0
    more = (out / "run" / "journal.jsonl").read_text(encoding="ascii").removeprefix(journal)
    assert sorted(json.loads(line)["id"] for line in more.splitlines()) == ["both", "first", "wrong"]
    assert totals(Folder(out)) == {**SCORES, "both": 10, "first": 13, "wrong": 13}
    status, said, _ = batch(path, "--out", out, "--earlier", graded[1].path, cases=cases)
    assert any(line.startswith("3 scores differ from the run of ") for line in said)
    html = (out / "report.html").read_text(encoding="utf-8")
    assert html.count("extra credit now, none before") == 1
    assert html.count("no extra credit now, some before") == 1
    # Both in the comparison with the earlier run, and in the one with the program that was replaced.
    assert html.count("a different program was handed in: <b>3</b> 0 → 1, Failed, now Passed") == 2


@pytest.mark.slow
def test_other_cases_of_extra_credit_are_other_cases(tmp_path):
    """Grades from the old cases are not continued. With --again, they are kept and compared with the new ones."""
    path, out = hand_in(tmp_path / "class", {"first": CLASS["first"], "both": CLASS["both"]}), tmp_path / "out"
    cases = make_toy(tmp_path / "cases")
    assert batch(path, "--out", out, cases=cases)[0] == 0
    reference = cases / "more" / "reference.py"
    reference.write_text(reference.read_text(encoding="utf-8").replace("z / 2", "z / 3"), encoding="utf-8")
    status, _, (refused,) = batch(path, "--out", out, cases=cases)
    assert (status, refused.partition(". ")[0]) == (2, f"{out} holds grades made with different cases")
    status, said, _ = batch(path, "--out", out, "--again", cases=cases)
    assert (totals(Folder(out / "earlier-1")), totals(Folder(out))) == (
        {"first": 10, "both": 13},
        {"first": 10, "both": 12},
    )
    assert any(line.startswith("1 score differs from the run of ") for line in said)
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "the same program, graded differently: <b>3</b> 1 → 0, Passed, now Failed" in html


# ------------------------------------------------------------------------------------- jobs and stations


def job(first, more=None):
    """Return the job of one student."""
    extra = None if more is None else HandedIn(Submission("more.py", "more.py", more, {"toy.py": first}))
    return jobs.Job("one", HandedIn(Submission("toy.py", "toy.py", first), extra=(extra,)))


def test_digest_without_extra_credit_is_what_it_was():
    """The digest is the same as before extra credit existed, so old folders continue, and old grades are known to be of
    the same program.
    """
    expected = hashlib.sha256(f"toy.py\n{RIGHT}".encode()).hexdigest()
    assert job(RIGHT).digest == expected
    assert jobs.Job("one", HandedIn(Submission("toy.py", "toy.py", RIGHT))).digest == expected
    assert jobs.Job("one", HandedIn(None, "None.")).digest == hashlib.sha256(b"None.").hexdigest()


def test_digest_changes_with_either_file():
    """It also changes with the error message of a file."""
    problem = HandedIn(Submission("toy.py", "toy.py", RIGHT), extra=(HandedIn(None, "more.py is empty."),))
    some = [job(RIGHT), job(RIGHT, MORE), job(RIGHT, MORE + "\n"), job(RIGHT + "\n", MORE), jobs.Job("one", problem)]
    assert len({one.digest for one in some}) == len(some)


def test_digest_of_one_file_is_never_that_of_two():
    """A program in UTF-7 may contain NUL, followed by what looks like the other file."""
    both = job(RIGHT, MORE)
    assert job(f"{RIGHT}\0more.py\n{MORE}").digest != both.digest
    assert job(f"{RIGHT}\0more.py\n", MORE).digest != job(RIGHT, f"\0more.py\n{MORE}").digest


def test_problem_of_one_file_is_read_from_the_list(toy, tmp_path):
    """A file that could not be unpacked is left empty; the message in the manifest says why."""
    path = hand_in(tmp_path, {"ada": (RIGHT, "")}) / "ada"
    read = jobs.read(Entry("ada", str(path), problems={"more.py": "more.py is locked."}), toy).handed_in
    assert read.program.text == RIGHT
    assert read.extra == (HandedIn(None, "more.py is locked."),)
    hand_in(tmp_path, {"ada": ("", MORE)})
    read = jobs.read(Entry("ada", str(path), problems={"toy.py": "toy.py is locked."}), toy).handed_in
    assert (read.program, read.problem) == (None, "toy.py is locked.")
    assert read.extra[0].program.text == MORE


@pytest.fixture
def station(tmp_path):
    """Return a station."""
    with jobs.scratch_folder(tmp_path / "scratch") as scratch, contextlib.closing(Station(scratch)) as opened:
        yield opened


@pytest.mark.skipif(not hasattr(os, "fork"), reason="stations fork")
def test_part_that_nobody_hands_in_has_no_template(station, toy):
    """A class without extra credit costs no more than before. The first student who hands some in starts one more
    process.
    """

    def sessions():
        return [key[1] for key in station._templates if key[0] == "sessions"]

    for one in (job(RIGHT), jobs.Job("none", HandedIn(None, "None.", extra=(None,))), job("1 / 0")):
        jobs.do(one, toy, station)
        assert sessions() == [str(toy.folder)]
    for _ in range(2):
        assert jobs.do(job(RIGHT, MORE), toy, station).graded.score == 13
        assert sorted(sessions()) == [str(toy.folder), str(toy.folder / "more")]
    assert len(station._templates) == 3


def test_fault_in_extra_credit_is_tried_again_and_leaves_the_first_part(tmp_path):
    """The submission counts as failed on, so the next run grades it again. It loses no points of the first part."""
    broken = make_toy(tmp_path / "cases")
    (broken / "more" / "reference.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")
    done = jobs.do(job(RIGHT, MORE), assignments.load(broken), None)
    faults = [case.number for case in done.graded.cases if case.outcome == "GraderError"]
    assert (done.graded.score, len(faults), done.graded.failed_on) == (10, 2, True)
    assert not jobs.do(job(RIGHT), assignments.load(broken), None).graded.failed_on


@pytest.mark.slow
def test_case_file_that_cannot_be_imported_is_named_in_the_terminal(cases, tmp_path):
    """Otherwise, an instructor would learn only on which cases the grader failed."""
    broken = tmp_path / "cases"
    shutil.copytree(cases, broken)
    [file] = (broken / "more").glob("test_*.py")
    file.write_text("import not_there\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    path = hand_in(tmp_path / "class", {"both": CLASS["both"]})
    status, said, warned = batch(path, cases=broken)
    [reason] = [line for line in [*said, *warned] if line.startswith("Reason given")]
    assert status == 2
    assert reason.startswith(f"Reason given for 1 of them: {file.name} could not be collected: ")
    assert reason.endswith(f"No module named 'not_there' ({file.name}, line 1)")


def test_assignment_is_looked_up_in_the_checkout_of_the_worker_with_all_its_parts(tmp_path):
    """Folders inside the checkout are sent as relative paths; others must have the same path on every machine."""
    pytest.importorskip("distributed")
    from autograder.batch import environment
    from autograder.batch.dask_worker import Unlike, own, portable

    real = assignments.load(ROOT / "tests" / "cases")
    sent = portable(real)
    assert [part.folder.as_posix() for part in sent.parts] == ["tests/cases", "tests/cases/extensions"]
    elsewhere = portable(real._replace(extra_credit=(assignments.load(make_toy(tmp_path / "cases")),)))
    assert elsewhere.extra_credit[0].folder == (tmp_path / "cases").resolve()
    decisive = environment.describe(ROOT, real)["decisive"]
    assert own(sent, decisive) == real
    with pytest.raises(Unlike, match="different cases"):
        own(elsewhere, decisive)
