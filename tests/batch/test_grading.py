"""autograder/batch/grading.py: finished grades stay, whatever happens to the run that made them.

Nothing is graded here: a fake runner returns grades, so only the files in the folder matter.
"""

import contextlib
import errno
import json
import os
import shutil
import stat
from dataclasses import replace

import pytest

from autograder.batch import environment, grading
from autograder.batch.grading import NotStarted
from autograder.batch.jobs import Done
from autograder.batch.records import Entry, Folder, Graded, GradedCase, Stored, StoredCase, as_line, write_whole
from autograder.outcome import Outcome

from .made import made_assignment

NOW = {"decisive": {"grader": "1", "cases": "1", "data sets": "1", "python": "3.12", "packages": {}}, "started": "now"}


class Runner:
    """A fake runner, which grades all jobs and remembers their ids.

    Args:
        outcome: of all jobs but those in `outcomes`.
        stop_after: how many jobs are graded before Ctrl-C.
    """

    def __init__(self, outcome="Passed", stop_after=None, **outcomes):
        self.given = []
        self.outcome = outcome
        self.outcomes = outcomes
        self.stop_after = stop_after

    def __call__(self, jobs):
        """Yield what each job results in."""
        for job in jobs:
            if len(self.given) == self.stop_after:
                raise KeyboardInterrupt
            self.given.append(job.id)
            outcome = self.outcomes.get(job.id, self.outcome)
            yield done(job.id, job.digest, outcome, f'{{"of": "{job.id}"}}\n')


def done(identifier, digest, outcome="Passed", text="{}\n"):
    """Return a finished job."""
    cases = (GradedCase("1.1", outcome, 0.1),)
    return Done(Graded(identifier, 4.0, 0.1, digest, cases), text)


@pytest.fixture
def assignment():
    """Return an assignment with three cases and the file double.py."""
    return made_assignment()


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a batch after intake of three programs."""
    made = Folder(tmp_path / "graded")
    (made.path / "run").mkdir(parents=True)
    hand_in(made, tmp_path, a="1", b="2", c="3")
    return made


def hand_in(folder, place, **programs):
    """Write these programs and the manifest: identifier -> text."""
    lines = []
    for identifier, text in programs.items():
        (place / identifier).mkdir(exist_ok=True)
        (place / identifier / "double.py").write_text(f"x = {text}\n", encoding="utf-8")
        lines.append(as_line(Entry(identifier, str(place / identifier))))
    folder.manifest.write_text("".join(lines), encoding="ascii")


@pytest.fixture
def run(folder, assignment):
    """Return a function: runner -> the count at the end, and the ids that the runner was given."""

    def graded(runner=None):
        runner = runner or Runner()
        count = grading.grade_all(folder, assignment, runner)
        return (count.done, count.total, count.faults), runner.given

    return graded


def test_everything_is_graded_once(run, folder):
    """Running the same command again grades nothing."""
    assert run() == ((3, 3, 0), ["a", "b", "c"])
    journal = folder.journal.read_bytes()
    assert run() == ((3, 3, 0), [])
    assert folder.journal.read_bytes() == journal


def given_to(folder):
    """Return whose results each submission has, from the text that `Runner` writes."""
    return {one.id: folder.results_of(one.id)["of"] for one in folder.graded()}


def test_who_handed_in_the_same_gets_the_same(folder, assignment, tmp_path):
    """The identical programs are graded once."""
    hand_in(folder, tmp_path, a="1", b="2", c="1", d="1", e="2")
    runner = Runner("TimedOut")
    count = grading.grade_all(folder, assignment, runner)
    assert (count.done, count.total, count.same, count.timeouts) == (5, 5, 3, 5)
    assert runner.given == ["a", "b"]
    assert given_to(folder) == {"a": "a", "b": "b", "c": "a", "d": "a", "e": "b"}
    first, *_ = grades = {one.id: one for one in folder.graded()}.values()
    assert {replace(one, id="a") for one in grades if one.digest == first.digest} == {first}


@pytest.mark.parametrize("before", ["a", "c"], ids=["in the order of the tables", "against it"])
def test_same_as_one_of_an_earlier_run(run, folder, tmp_path, before):
    """As with a late submission. An earlier grade is not replaced."""
    hand_in(folder, tmp_path, **{before: "1"})
    run()
    hand_in(folder, tmp_path, a="1", b="2", c="1", d="1")
    assert run() == ((4, 4, 0), ["b"])
    assert sorted(one.id for one in folder.graded()) == ["a", "b", "c", "d"]
    assert given_to(folder) == {"a": before, "b": "b", "c": before, "d": before}
    assert run() == ((4, 4, 0), [])


def test_name_that_a_student_reads_tells_two_apart(run, folder, tmp_path):
    """The results name the folder where the file was found, so the two are graded separately."""
    hand_in(folder, tmp_path, a="1", b="1")
    (tmp_path / "b" / "work").mkdir()
    (tmp_path / "b" / "double.py").rename(tmp_path / "b" / "work" / "double.py")
    assert run() == ((2, 2, 0), ["a", "b"])


def test_fault_of_ours_is_nobody_elses(run, folder, tmp_path):
    """The others with the same program are graded separately."""
    hand_in(folder, tmp_path, a="1", b="1", c="1", d="2")
    assert run(Runner(a="GraderError")) == ((4, 4, 1), ["a", "d", "b", "c"])
    assert given_to(folder) == {name: name for name in "abcd"}
    assert run() == ((4, 4, 0), [])
    assert given_to(folder)["a"] == "b"


def test_grade_is_shared_as_soon_as_it_is_there(run, folder, tmp_path):
    """The run is stopped right after."""
    hand_in(folder, tmp_path, a="1", b="2", c="1")
    with pytest.raises(KeyboardInterrupt):
        run(Runner(stop_after=1))
    assert given_to(folder) == {"a": "a", "c": "a"}
    assert run() == ((3, 3, 0), ["b"])


def test_file_that_changes_while_the_class_is_graded(run, folder, tmp_path):
    """Nobody gets a grade for a program that they did not hand in."""
    hand_in(folder, tmp_path, a="1", b="2", c="2", d="1")

    def change(jobs):
        runner = Runner()
        for graded in runner(jobs):
            (tmp_path / "b" / "double.py").write_text("x = 3\n", encoding="utf-8")
            (tmp_path / "c" / "double.py").write_text("x = 4\n", encoding="utf-8")
            yield graded

    change.given = []
    run(change)
    assert given_to(folder) == {"a": "a", "b": "b", "c": "c", "d": "a"}
    assert run() == ((4, 4, 0), [])


def test_program_that_has_changed_gives_nobody_its_old_grade(run, folder, tmp_path):
    """The journal has the grades of both programs. A submission that matches the new program gets its grade."""
    hand_in(folder, tmp_path, a="1", b="2")
    run()
    hand_in(folder, tmp_path, a="3", b="2")
    assert run() == ((2, 2, 0), ["a"])
    hand_in(folder, tmp_path, a="3", b="2", c="1", d="3")
    assert run() == ((4, 4, 0), ["c"])
    digests = [(one.id, one.digest) for one in folder.graded()]
    assert [name for name, _ in digests] == ["a", "b", "a", "d", "c"]
    assert digests[3][1] == digests[2][1] != digests[0][1] == digests[4][1]


def test_program_that_was_there_before_gives_its_last_grade(run, folder, tmp_path):
    """The journal has two grades of this program, and the results are of the second."""
    for text in ("1", "2", "1"):
        hand_in(folder, tmp_path, a=text)
        run(Runner("Passed" if text == "2" else "Failed"))
    first, _, last = folder.graded()
    lines = [replace(first, score=1.0), last]
    folder.journal.write_text("".join(map(as_line, lines)), encoding="ascii")
    hand_in(folder, tmp_path, a="1", b="1")
    assert run() == ((2, 2, 0), [])
    assert [one.score for one in folder.graded()] == [1.0, 4.0, 4.0]


def test_run_that_was_stopped_goes_on(run, folder):
    """Submissions graded before are counted, and not graded again."""
    with pytest.raises(KeyboardInterrupt):
        run(Runner(stop_after=1))
    assert run() == ((3, 3, 0), ["b", "c"])
    assert [one.id for one in folder.graded()] == ["a", "b", "c"]


@pytest.mark.parametrize("rest", ["", '{"id":"c","sc', "\0" * 40, "}"], ids=["nothing", "half", "zeros", "a bracket"])
def test_line_that_was_cut_off_is_graded_again(run, folder, rest):
    """A kill may interrupt the writing of a line. The next line must not be appended to its rest."""
    run()
    *whole, _ = folder.journal.read_text(encoding="ascii").splitlines(keepends=True)
    folder.journal.write_text("".join(whole) + rest, encoding="ascii")
    assert run() == ((3, 3, 0), ["c"])
    assert [one.id for one in folder.graded()] == ["a", "b", "c"]


def test_long_line_without_an_end_is_cut_away(run, folder):
    """It is longer than the block that is read at a time."""
    run()
    with folder.journal.open("a", encoding="ascii") as journal:
        journal.write("x" * 200_000)
    assert run() == ((3, 3, 0), [])
    assert len(folder.journal.read_text(encoding="ascii").splitlines()) == 3


def test_journal_of_one_line_without_an_end_is_begun_anew(run, folder):
    """No complete line precedes it."""
    folder.journal.write_text('{"id": "a"', encoding="ascii")
    assert run() == ((3, 3, 0), ["a", "b", "c"])


@pytest.mark.parametrize(
    "line", [b"\n", b"\0\0\0\n", b"[]\n", b"null\n", b'{"id":"b"}\n', b'{"id":"b\xff\xfe"}\n', b"7\n"]
)
def test_line_that_a_crash_has_spoiled_counts_for_nothing(run, folder, line):
    """Even in the middle of the journal: its submission is graded again, without a traceback."""
    run()
    first, _, last = folder.journal.read_bytes().splitlines(keepends=True)
    folder.journal.write_bytes(first + line + last)
    assert run() == ((3, 3, 0), ["b"])


def test_submission_that_is_in_the_journal_twice_counts_once(run, folder):
    """The later line counts."""
    run()
    first = folder.journal.read_text(encoding="ascii").splitlines(keepends=True)[0]
    folder.journal.write_text(folder.journal.read_text(encoding="ascii") + first, encoding="ascii")
    assert run() == ((3, 3, 0), [])


@pytest.mark.parametrize("left", [None, b"", b'{"score": 1', b"\0" * 10, b"\0\0\0\0 1}\n", b"[]\n"])
def test_results_that_are_missing_or_not_whole_are_made_again(run, folder, left):
    """A power failure leaves empty files, and files with zeros in place of what was not written yet."""
    run()
    folder.results("b").unlink()
    if left is not None:
        folder.results("b").write_bytes(left)
    assert run() == ((3, 3, 0), ["b"])
    assert folder.results("b").read_bytes() == b'{"of": "b"}\n'


def test_submission_that_has_changed_is_graded_again(run, folder, tmp_path):
    """The journal gets a second line, and the last one counts."""
    run()
    hand_in(folder, tmp_path, a="1", b="20", c="3")
    assert run() == ((3, 3, 0), ["b"])
    assert run() == ((3, 3, 0), [])
    hand_in(folder, tmp_path, a="1", b="2", c="3")
    assert run() == ((3, 3, 0), ["b"]), "changed back is changed"


def test_submissions_that_came_later_are_added(run, folder, tmp_path):
    """Only the late submission is graded, and a withdrawn one is no longer counted."""
    run()
    hand_in(folder, tmp_path, a="1", aa="4", c="3")
    assert run() == ((3, 3, 0), ["aa"])


def test_submission_that_the_grader_failed_on_is_graded_again(run):
    """The cause of the failure may be gone."""
    assert run(Runner("GraderError")) == ((3, 3, 3), ["a", "b", "c"])
    assert run(Runner("GraderError")) == ((3, 3, 3), ["a", "b", "c"])
    assert run() == ((3, 3, 0), ["a", "b", "c"])
    assert run() == ((3, 3, 0), [])


def test_first_fault_is_said_at_once(run, capsys):
    """A cause that affects one submission may affect all, so staff should not have to wait for the whole class."""

    def failing(jobs):
        for number, job in enumerate(jobs):
            said = capsys.readouterr().err
            assert said.count("The grader itself failed on 1.1 of b (1.1: no such file: ") == (number == 2), "once"
            assert "\x1b" not in said
            one = done(job.id, job.digest, "Passed" if number == 0 else "GraderError")
            yield replace(one, graded=replace(one.graded, staff=("1.1: no such file: \x1bdigits.npy",)))

    failing.given = []
    assert run(failing) == ((3, 3, 2), [])
    capsys.readouterr()
    run(Runner("GraderError"))
    assert capsys.readouterr().err.splitlines() == [
        "The grader itself failed on 1.1 of b. The other submissions are still being graded. If all of them will fail "
        "this way, stop with Ctrl-C and fix the cause."
    ]


def test_grade_does_not_stand_once_its_results_are_of_a_fault(run, folder, tmp_path):
    """The grader failed on a replacement, and the student went back to the first program."""
    run()
    hand_in(folder, tmp_path, a="1", b="20", c="3")
    assert run(Runner("GraderError")) == ((3, 3, 1), ["b"])
    hand_in(folder, tmp_path, a="1", b="2", c="3")
    assert run() == ((3, 3, 0), ["b"])


def test_answer_that_comes_twice_counts_once(run, folder):
    """As from a worker that was given up as lost."""

    class Twice(Runner):
        def __call__(self, jobs):
            for one in super().__call__(jobs):
                yield one
                yield one

    assert run(Twice()) == ((3, 3, 0), ["a", "b", "c"])
    assert len(list(folder.graded())) == 3


def test_problem_of_reading_is_graded_without_a_program(run, tmp_path):
    """A submission that can no longer be read is that student's problem, and does not stop the class."""
    (tmp_path / "b" / "double.py").unlink()
    assert run() == ((3, 3, 0), ["a", "b", "c"])
    (tmp_path / "b").rmdir()
    assert run()[1] == ["b"], "and another problem is another digest"


def test_submissions_that_hung_before_begin_first(run, folder):
    """The export tells which. They take a minute, for which everybody would wait at the end."""
    stored = Stored(0.0, {"1.1": StoredCase(0.0, "TimedOut"), "1.2": StoredCase(0.0, "NotRun")})
    failed = Stored(0.0, {"1.1": StoredCase(0.0, "Failed")})
    entries = list(folder.entries())
    before = {"a": failed, "b": None, "c": stored}
    lines = [as_line(replace(entry, stored=before[entry.id])) for entry in entries]
    folder.manifest.write_text("".join(lines), encoding="ascii")
    assert run() == ((3, 3, 0), ["c", "a", "b"])


def test_extra_credit_that_hung_before_makes_a_submission_begin_first(run, folder):
    """In either part."""
    stored = Stored(12.5, {"1.1": StoredCase(4.0, "Passed"), "2.1": StoredCase(0.0, "TimedOut")})
    lines = [as_line(replace(entry, stored=stored if entry.id == "b" else None)) for entry in folder.entries()]
    folder.manifest.write_text("".join(lines), encoding="ascii")
    assert run() == ((3, 3, 0), ["b", "a", "c"])


def test_disk_that_is_full_keeps_what_is_graded(run, folder, monkeypatch):
    """Results are written before the line in the journal, so whatever the journal names exists."""
    written = []
    whole = grading.write_whole

    def full(path, text, **how):
        if len(written) == 1:
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        whole(path, text, **how)

    monkeypatch.setattr(grading, "write_whole", full)
    with pytest.raises(OSError, match="No space left on device"):
        run()
    assert [one.id for one in folder.graded()] == ["a"]
    monkeypatch.setattr(grading, "write_whole", whole)
    assert run() == ((3, 3, 0), ["b", "c"])


def test_half_of_a_file_is_not_left_on_a_disk_that_is_full(tmp_path, monkeypatch):
    """It would take up space, and be handed back with the results."""
    path = tmp_path / "grades.csv"
    path.write_text("before", encoding="ascii")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_whole(path, "after")
    assert [one.read_text(encoding="ascii") for one in tmp_path.iterdir()] == ["before"]


def test_results_are_ascii_with_plain_line_ends(run, folder):
    """Like every file that a batch writes for itself."""
    run()
    assert folder.results("a").read_bytes() == b'{"of": "a"}\n'
    assert not list((folder.path / "results").glob("*.new"))


def test_folder_of_the_same_grader_is_continued(folder, run):
    """The date of the start is kept."""
    grading.begin(folder, NOW)
    run()
    grading.begin(folder, {**NOW, "started": "later"})
    assert json.loads(folder.environment.read_text(encoding="utf-8"))["started"] == "now"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"grader": "2"}, "a different version of the grader"),
        ({"cases": "2"}, "different cases"),
        ({"data sets": "2"}, "different data sets"),
        ({"python": "3.13"}, "a different Python"),
        ({"packages": {"numpy": "9"}}, "different versions of packages"),
        ({"cases": "2", "grader": "2"}, "a different version of the grader, different cases"),
    ],
)
def test_grades_of_another_grader_are_not_mixed_with_these(folder, run, changed, words):
    """The message says what differs, and two ways out."""
    grading.begin(folder, {**NOW, "decisive": {**NOW["decisive"], **changed}})
    run()
    with pytest.raises(NotStarted) as why:
        grading.begin(folder, NOW)
    assert str(why.value) == (
        f"{folder.path} holds grades made with {words}. To regrade and see what changes, add --again; the old grades "
        "are kept beside the new ones. To keep the two apart, name another --out."
    )


def test_folder_without_grades_may_be_begun_by_any_grader(folder):
    """As after a run that was stopped before its first grade."""
    grading.begin(folder, {**NOW, "decisive": {**NOW["decisive"], "cases": "2"}})
    grading.begin(folder, NOW)
    assert not environment.difference(json.loads(folder.environment.read_text(encoding="utf-8")), NOW)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"decisive": 1}', "\0\0"])
def test_damaged_environment_is_told_and_not_guessed(folder, run, text):
    """It is unknown what those grades were made with."""
    run()
    folder.environment.write_text(text, encoding="utf-8")
    with pytest.raises(NotStarted) as why:
        grading.begin(folder, NOW)
    assert str(why.value) == f"{folder.environment} is damaged. Regrade with --again."


def test_grades_that_are_put_aside_are_a_folder_like_this_one(folder, run):
    """Each time, they get a new folder. Nothing is lost, and none of them counts as a new grade."""
    assert grading.put_aside(folder) is None, "there is nothing yet"
    for number in (1, 2):
        grading.begin(folder, NOW)
        (folder.path / "grades.csv").write_text("old", encoding="ascii")
        folder.gone("d").parent.mkdir()
        folder.gone("d").write_text("{}\n", encoding="ascii")
        run()
        aside = grading.put_aside(folder)
        assert aside == folder.path / f"earlier-{number}"
        assert [one.id for one in Folder(aside).graded()] == ["a", "b", "c"]
        assert Folder(aside).results_of("a") == {"of": "a"}
        assert (aside / "grades.csv").read_text(encoding="ascii") == "old"
        assert not folder.journal.exists()
        assert not folder.results("a").exists()
        assert not folder.gone("d").exists(), "who comes back is graded as the others are"
        hand_in(folder, folder.path.parent, a="1", b="2", c="3")
        assert run()[1] == ["a", "b", "c"]


def test_grades_of_a_run_that_was_stopped_are_put_aside_and_not_compared_with(folder, run):
    """A second regrade is compared with the last complete run, if there is one."""
    with pytest.raises(KeyboardInterrupt):
        run(Runner(stop_after=1))
    with grading.putting_aside(folder) as compared_with:
        assert compared_with == folder.path / "earlier-1", "there is no other"
    for stop_after, name in ((None, "earlier-2"), (0, "earlier-2"), (2, "earlier-2"), (None, "earlier-5")):
        hand_in(folder, folder.path.parent, a="1", b="2", c="3")
        with contextlib.suppress(KeyboardInterrupt):
            run(Runner(stop_after=stop_after))
        with grading.putting_aside(folder) as compared_with:
            assert compared_with == folder.path / name


def test_grades_of_a_run_that_the_grader_failed_in_are_not_compared_with(folder, run):
    """As when a fix breaks a case: after the second fix, the comparison is with the last run without a fault."""
    for outcomes, name in (
        ({}, "earlier-1"),
        ({"b": Outcome.GRADER_ERROR.value}, "earlier-1"),
        ({}, "earlier-3"),
    ):
        run(Runner(**outcomes))
        with grading.putting_aside(folder) as compared_with:
            assert compared_with == folder.path / name
        hand_in(folder, folder.path.parent, a="1", b="2", c="3")


def test_grades_that_were_put_aside_keep_their_order_when_the_first_are_removed(folder, run):
    """As when somebody frees disk space: the next folder still gets the highest number."""
    for number in (1, 2):
        run()
        assert grading.put_aside(folder).name == f"earlier-{number}"
        hand_in(folder, folder.path.parent, a="1", b="2", c="3")
    shutil.rmtree(folder.path / "earlier-1")
    with pytest.raises(KeyboardInterrupt):
        run(Runner(stop_after=1))
    with grading.putting_aside(folder) as compared_with:
        assert compared_with == folder.path / "earlier-2", "the last that were whole"
    assert (folder.path / "earlier-3").exists()


def test_putting_aside_that_was_stopped_is_done_again(folder, run, monkeypatch):
    """The journal is moved last, so files that were not moved yet are found again."""
    grading.begin(folder, NOW)
    run()
    moved = []
    replace = grading.os.replace

    def stops(source, target):
        if len(moved) == 1:
            raise KeyboardInterrupt
        replace(source, target)
        moved.append(source)

    monkeypatch.setattr(grading.os, "replace", stops)
    with pytest.raises(KeyboardInterrupt):
        grading.put_aside(folder)
    monkeypatch.setattr(grading.os, "replace", replace)
    assert folder.journal.exists()
    second = grading.put_aside(folder)
    assert [one.id for one in Folder(second).graded()] == ["a", "b", "c"]
    assert Folder(folder.path / "earlier-1").results_of("a") == {"of": "a"}


def test_two_batches_in_one_folder_are_refused(folder):
    """The second one gets a message. Once the first has ended, its lock no longer matters."""
    with grading.alone(folder):
        with pytest.raises(NotStarted) as why, grading.alone(folder):
            pass
        assert str(why.value) == (f"Another batch is writing to {folder.path}. Wait for it, or name another --out.")
    with grading.alone(folder):
        pass


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_folder_that_cannot_be_locked_is_used_with_a_warning(folder, number, monkeypatch, capsys):
    """Some file systems of networks have no locks. There is no other batch to wait for."""

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(grading.fcntl, "flock", refuse)
    with grading.alone(folder):
        pass
    assert capsys.readouterr().err == (
        f"{folder.path} cannot be locked ({os.strerror(number)}). Grading goes on; start no second batch that writes "
        "to it.\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="modes as Unix has them")
def test_grades_are_for_whoever_asked_for_them(tmp_path):
    """Grades name everybody, so a new folder is private. A folder that already exists keeps its mode."""
    new, there = tmp_path / "new" / "graded", tmp_path / "there"
    there.mkdir()
    there.chmod(0o750)
    for path, mode in ((new, 0o700), (there, 0o750)):
        with grading.alone(Folder(path)):
            assert stat.S_IMODE(path.stat().st_mode) == mode
