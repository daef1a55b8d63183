"""autograder/batch/jobs.py: many submissions at the same time, each graded as if it were alone."""

import contextlib
import dataclasses
import json
import os
import tempfile
import threading
import time
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder.batch import jobs
from autograder.batch import station as stations
from autograder.batch.jobs import Job
from autograder.batch.records import Entry
from autograder.batch.station import Station
from autograder.grade import fallback, grade_parts
from autograder.launch import start_session
from autograder.place import Fresh
from autograder.submission import HandedIn, Submission

from ..engine.conftest import RIGHT, TOY
from ..engine.test_grade import wait_for
from ..processes import children, none_left
from .toy import MORE, make_toy

with contextlib.suppress(ImportError):  # Windows has none
    import resource

HANGS = RIGHT.replace("return z + z", "open('begun', 'w').close(); import time; time.sleep(600)")
PROGRAMS = {
    "right": RIGHT,
    "wrong": RIGHT.replace("return z + z", "return 3 * z"),
    "raises": "1 / 0",
    "ends": RIGHT.replace("return z + z", "import os; os._exit(0)"),
    "plots": "import matplotlib.pyplot\n" + RIGHT,
    "right_again": RIGHT,
}


def job(name, text):
    """Return the job of a program."""
    return Job(name, HandedIn(Submission("toy.py", "toy.py", text)))


@pytest.fixture(scope="module")
def toy():
    """Return the toy assignment."""
    return assignments.load(TOY)


@pytest.fixture
def local(toy, tmp_path):
    """Return a function: programs -> finished jobs by id, in the order in which they finished."""

    def run(programs, count=2, assignment=toy):
        with jobs.scratch_folder(tmp_path / "scratch") as scratch:
            given = [one if isinstance(one, Job) else job(name, one) for name, one in programs.items()]
            found = {done.graded.id: done for done in jobs.local(given, assignment, count, scratch)}
            assert os.listdir(scratch) == []
        return found

    return run


def without_times(done):
    """Return what does not depend on a clock."""
    graded = dataclasses.replace(
        done.graded, seconds=0, cases=tuple(dataclasses.replace(case, seconds=0) for case in done.graded.cases)
    )
    results = json.loads(done.results)
    del results["execution_time"]
    return graded, results


def test_one_at_a_time_or_eight_the_same_grades(local):
    """No process is left behind."""
    before = set(children(os.getpid()))
    one, eight = local(PROGRAMS, 1), local(PROGRAMS, 8)
    assert set(one) == set(eight) == set(PROGRAMS)
    for name in PROGRAMS:
        assert without_times(one[name]) == without_times(eight[name])
    assert {name: done.graded.score for name, done in one.items()} == {
        "right": 10, "wrong": 6, "raises": 0, "ends": 6, "plots": 10, "right_again": 10,
    }  # fmt: skip
    assert one["right"].graded.digest == one["right_again"].graded.digest
    assert none_left(set(children(os.getpid())) - before)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="stations fork")
def test_what_is_loaded_for_one_is_there_for_those_beside_it(local, monkeypatch):
    """Cases are collected and rehearsed once, however many submissions are graded at a time."""
    started = []

    def start(*arguments):
        started.append(arguments)
        return start_session(*arguments)

    monkeypatch.setattr(stations, "start_session", start)
    found = local({f"{number}": RIGHT for number in range(8)}, 4)
    assert [done.graded.score for done in found.values()] == [10] * 8
    assert len(started) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a limit of this kind needs a system like Unix")
def test_more_stations_than_there_may_be_descriptors(local):
    """As with 128 processors and the usual limit on file descriptors, which is raised by as much as is needed."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 12, before[1]))
    try:
        found = local({f"{number}": RIGHT for number in range(12)}, 6)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert not any(done.graded.failed_on for done in found.values())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a limit of this kind needs a system like Unix")
def test_descriptors_that_select_would_not_take(local, toy):
    """With so many open, the file descriptors of a grading are above 1,023, which select() does not accept. This covers
    stations and the retry after a fault.
    """
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (2048, before[1]))
    taken = [os.dup(0) for _ in range(1100)]
    try:
        found = local({"right": RIGHT}, 1)
        again = grade_parts(job("right", RIGHT).handed_in, toy)
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    right = found["right"].graded
    assert (right.score, right.failed_on) == (again.score, bool(again.faults)) == (10, False)


def test_threads_that_cannot_be_started(local, monkeypatch):
    """As after `ulimit -u`: the run ends with a message and stops what it has started."""

    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(OSError, match=r"not enough threads can be started .*: '--jobs 3'"):
        local({"right": RIGHT}, 3)


def test_no_submissions_at_all(local):
    """Nothing is started or waited for."""
    assert local({}) == {}


def test_submission_without_a_program_is_graded_in_its_turn(local, toy):
    """Each case shows the reason."""
    found = local({"none": Job("none", HandedIn(None, "Nothing was handed in.")), "right": RIGHT})
    assert found["right"].graded.score == 10
    results = json.loads(found["none"].results)
    assert [test["output"] for test in results["tests"]] == ["Nothing was handed in."] * len(toy.cases)
    assert found["none"].graded.score == 0
    assert (found["none"].graded.failed_on, found["none"].timed_out) == (False, False)


def test_submission_that_hangs_keeps_nobody_waiting(local, toy, monkeypatch):
    """After a while, another submission takes its place."""
    monkeypatch.setattr(jobs, "SLOW_S", 0.3)
    monkeypatch.setattr(jobs, "LOOK_S", 0.05)
    # Long enough for the others to finish, even on a busy machine.
    patient = toy._replace(limits=toy.limits._replace(call_s=6, case_s=6))
    found = local({"hangs": HANGS, "right": RIGHT, "wrong": PROGRAMS["wrong"]}, 1, patient)
    assert list(found) == ["right", "wrong", "hangs"]
    assert found["hangs"].timed_out


def test_hanging_ones_get_at_most_as_many_places_more(toy, tmp_path, monkeypatch):
    """However many submissions hang, at most `count` more are graded at the same time."""
    at_work, most, changing, all_there = [], [], threading.Lock(), threading.Event()

    def do(one, *_):
        with changing:
            at_work.append(one)
            most.append(len(at_work))
            if len(at_work) == 4:
                all_there.set()
        all_there.wait(60)
        time.sleep(0.3)  # gives one more the time to start
        with changing:
            at_work.remove(one)

    monkeypatch.setattr(jobs, "do", do)
    monkeypatch.setattr(jobs, "SLOW_S", 0.05)
    monkeypatch.setattr(jobs, "LOOK_S", 0.02)
    assert list(jobs.local([job(str(n), "") for n in range(12)], toy, 2, str(tmp_path))) == []
    assert max(most) == 4


def test_quick_ones_stay_within_the_number_of_jobs(toy, tmp_path, monkeypatch):
    """There are only so many processors."""
    at_work, most, changing = [], [], threading.Lock()

    def do(one, *_):
        with changing:
            at_work.append(one)
            most.append(len(at_work))
        time.sleep(0.01)
        with changing:
            at_work.remove(one)

    monkeypatch.setattr(jobs, "do", do)
    monkeypatch.setattr(jobs, "LOOK_S", 0.002)
    assert list(jobs.local([job(str(n), "") for n in range(40)], toy, 2, str(tmp_path))) == []
    assert max(most) == 2


@pytest.fixture
def graded_with(monkeypatch):
    """Return a function that makes the first `faults` gradings end in a fault of the grader. It returns the list of the
    places used.
    """

    def install(faults):
        places = []

        def grade(handed_in, assignment, place=None):
            places.append(place)
            return fallback(assignment) if len(places) <= faults else grade_parts(handed_in, assignment)

        monkeypatch.setattr(jobs, "grade_parts", grade)
        return places

    return install


def test_fault_of_ours_is_tried_again_on_new_processes(toy, graded_with, tmp_path):
    """New processes are unaffected by what went wrong. Their files are in the scratch folder, which is removed if the
    class is stopped.
    """
    places, station = graded_with(1), Station(str(tmp_path))
    done = jobs.do(job("right", RIGHT), toy, station)
    assert [type(place) for place in places] == [Station, Fresh]
    assert places[1].scratch == str(tmp_path)
    assert (done.graded.score, done.graded.failed_on) == (10, False)


def test_fault_that_comes_again_stands(toy, graded_with):
    """It is retried once; then staff are told."""
    places = graded_with(5)
    done = jobs.do(job("right", RIGHT), toy, None)
    assert len(places) == 2
    assert {case.outcome for case in done.graded.cases} == {"GraderError"}
    assert done.graded.failed_on
    assert done.graded.staff == ("The grader did not finish: please regrade.",)


def test_what_was_stopped_is_not_tried_again(toy, graded_with):
    """Ctrl-C kills the grading processes. That is neither a fault nor a grade."""
    places = graded_with(5)
    assert jobs.do(job("right", RIGHT), toy, None, lambda: True) is None
    assert len(places) == 1


def test_ctrl_c_over_a_fault_of_ours_starts_no_second_grading(toy, monkeypatch):
    """It interrupts the main thread, which grades what a cluster cannot."""
    places = []

    def grade(handed_in, assignment, place=None):
        places.append(place)
        return fallback(assignment)._replace(stopped=True)

    monkeypatch.setattr(jobs, "grade_parts", grade)
    assert jobs.do(job("right", RIGHT), toy, None) is None
    assert len(places) == 1


def test_error_in_a_thread_is_an_error_of_the_run(toy, tmp_path, monkeypatch):
    """The run must not wait forever. What was done before has been returned."""

    def do(one, *_):
        if one.id == "b":
            raise RuntimeError("nobody expected this")
        return one.id

    monkeypatch.setattr(jobs, "do", do)
    monkeypatch.setattr(jobs, "Done", str)
    running = jobs.local([job(name, "") for name in "abc"], toy, 1, str(tmp_path))
    assert next(running) == "a"
    with pytest.raises(RuntimeError, match="nobody expected this"):
        list(running)


def test_error_of_the_list_of_jobs_is_an_error_of_the_run(toy, tmp_path):
    """As when the manifest can no longer be read."""

    def broken():
        yield Job("none", HandedIn(None, "Nothing was handed in."))
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        list(jobs.local(broken(), toy, 2, str(tmp_path)))


def test_run_that_is_left_early_leaves_no_process(toy, tmp_path):
    """As when Ctrl-C is pressed while submissions hang."""
    before = set(children(os.getpid()))
    patient = toy._replace(limits=toy.limits._replace(call_s=600, case_s=600, run_s=600))
    with jobs.scratch_folder(tmp_path / "scratch") as scratch:
        running = jobs.local([job("right", RIGHT), job("a", HANGS), job("b", HANGS)], patient, 2, scratch)
        assert next(running).graded.id == "right"
        wait_for(lambda: len(list(Path(scratch).glob("grading-*/*/begun"))) == 2)
        started = set(children(os.getpid())) - before
        assert len(started) >= 6
        begun = time.monotonic()
        running.close()
        assert time.monotonic() - begun < 300, "they were waited for"
        assert none_left(started)
        time.sleep(0.3)
        assert none_left(set(children(os.getpid())) - before), "nor is a new one started"
    assert not Path(scratch).exists()


class TestScratchFolder:
    """The folder that holds the workers' folders, and what a killed run has left there."""

    def test_it_is_gone_with_all_that_is_in_it(self, tmp_path):
        """The file that notes its path is removed, too."""
        note = tmp_path / "scratch"
        with jobs.scratch_folder(note) as scratch:
            assert note.read_text(encoding="utf-8") == scratch
            (Path(scratch) / "left").mkdir()
            assert os.stat(scratch).st_mode & 0o777 == 0o711
        assert not Path(scratch).exists()
        assert not note.exists()

    def test_what_a_killed_run_has_left_is_removed(self, tmp_path):
        """The next run in the same folder removes it."""
        left = Path(tempfile.mkdtemp(prefix=jobs.PREFIX))
        (left / "grading-1").mkdir()
        note = tmp_path / "scratch"
        note.write_text(str(left), encoding="utf-8")
        with jobs.scratch_folder(note) as scratch:
            assert not left.exists()
            assert Path(scratch) != left

    def test_what_could_not_be_removed_in_time_is_removed_by_the_next_run(self, tmp_path, monkeypatch):
        """Two thousand nested folders take long to remove on a busy disk."""
        note = tmp_path / "scratch"
        with monkeypatch.context() as slow:
            slow.setattr(jobs.folders, "remove", lambda *_: None)
            with jobs.scratch_folder(note) as left:
                pass
        with jobs.scratch_folder(note) as scratch:
            assert not Path(left).exists()
        assert not Path(scratch).exists()
        assert not note.exists()

    @pytest.mark.parametrize(
        "name", ["{place}", "{place}/grading-class-1", "/", "", "\0", "../grading-class-1", "{link}"]
    )
    def test_nothing_else_is_removed_on_the_word_of_a_file(self, tmp_path, name):
        """Only a folder with our prefix, directly in the temporary folder, is removed."""
        (tmp_path / "grading-class-1").mkdir()
        link = Path(tempfile.gettempdir()) / f"{jobs.PREFIX}{os.urandom(4).hex()}"
        link.symlink_to(tmp_path)
        note = tmp_path / "scratch"
        note.write_text(name.format(place=tmp_path, link=link), encoding="utf-8")
        try:
            with jobs.scratch_folder(note):
                pass
            assert (tmp_path / "grading-class-1").is_dir()
            assert link.is_symlink()
        finally:
            link.unlink()


class TestReading:
    """A problem with one submission affects only that submission."""

    def test_program(self, tmp_path, toy):
        """The digest depends only on the text of the program."""
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "toy.py").write_text(RIGHT, encoding="utf-8")
        one, other = (jobs.read(Entry(name, str(tmp_path / name)), toy) for name in ("a", "b"))
        assert one.handed_in.program.text == RIGHT
        assert one.digest == other.digest
        (tmp_path / "b" / "toy.py").write_text(RIGHT + "\n", encoding="utf-8")
        assert jobs.read(Entry("b", str(tmp_path / "b")), toy).digest != one.digest

    def test_file_that_is_imported_counts_though_it_is_not_graded(self, tmp_path):
        """Extra credit graded by itself imports the first file: with another first file, the old grade is not valid."""
        extra = assignments.load(make_toy(tmp_path / "cases") / "more")
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "more.py").write_text(MORE, encoding="utf-8")
        digests = set()
        for text in (RIGHT, RIGHT + "\n"):
            (tmp_path / "a" / "toy.py").write_text(text, encoding="utf-8")
            digests.add(jobs.read(Entry("a", str(tmp_path / "a")), extra).digest)
        assert len(digests) == 2

    def test_lone_surrogates_have_a_digest(self):
        """A text may hold characters that no encoding can represent."""
        assert len(job("odd", "x = '\udc80'").digest) == 64

    @pytest.mark.parametrize(
        ("entry", "problem"),
        [
            (Entry("a", ""), "Nothing was handed in."),
            (Entry("a", "", problem="Hand in toy.py."), "Hand in toy.py."),
            (Entry("a", "/nowhere/at/all.py"), "all.py can no longer be read (No such file or directory)."),
        ],
    )
    def test_no_program(self, entry, problem, toy):
        """A message takes its place."""
        read = jobs.read(entry, toy)
        assert read.handed_in == HandedIn(None, problem)
        assert read.digest != jobs.read(Entry("a", "", problem="Another."), toy).digest

    @pytest.mark.parametrize("kind", ["folder", "file"])
    def test_submission_that_has_become_a_link(self, tmp_path, toy, kind):
        """If it became a link after it was listed, nobody gets the grade of another student's program."""
        (tmp_path / "ada").mkdir()
        (tmp_path / "ada" / "toy.py").write_text(RIGHT, encoding="utf-8")
        (tmp_path / "eve").symlink_to(tmp_path / "ada" if kind == "folder" else tmp_path / "ada" / "toy.py")
        read = jobs.read(Entry("eve", str(tmp_path / "eve")), toy)
        assert read.handed_in.program is None
        assert "is a link to" in read.handed_in.problem

    def test_file_that_cannot_be_read(self, tmp_path, toy):
        """The student gets the message."""
        (tmp_path / "toy.py").write_bytes(b"\xff\xfe\x00")
        read = jobs.read(Entry("a", str(tmp_path)), toy)
        assert read.handed_in.program is None
        assert read.handed_in.problem
