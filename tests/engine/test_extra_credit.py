"""Another file for extra credit: it is found, graded on its own, and shown as extra credit; without it, nothing
changes.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder import submission
from autograder.assignment import DOWNLOAD, Assignment, AssignmentError
from autograder.grade import grade, grade_parts
from autograder.gradescope.results import as_results
from autograder.outcome import NOT_STARTED, Outcome
from autograder.place import Fresh
from autograder.submission import HandedIn, Submission, read_parts
from autograder.terminal import report

from .conftest import RIGHT, TOY

SETTINGS = """\
title = "More"
file = "more.py"
points = 3
imports = ["toy.py"]
[limits]
call_s = 1
import_s = 0.7
case_s = 3
run_s = 20
memory_mib = 128
[functions.double]
arguments = ["z"]
returns = ["value"]
[functions.four_times]
arguments = ["z"]
returns = ["value"]
stand_ins = ["double"]
[functions.pick]
arguments = ["z", "order", "first"]
integers = ["order", "first"]
returns = ["value"]
stand_ins = ["double"]
"""
REFERENCE = """\
import numpy as np
def double(z):
    return 2 * np.asarray(z, dtype=float)
def four_times(z):
    return 4 * z
def pick(z, order, first):
    return z[order][first:]
"""
CASES = '''\
import numpy as np
from gradescope_utils.autograder_utils.decorators import number, tags, weight
from autograder import absolute

@weight(2)
@number("3")
@tags("four_times")
def test_four_times(student, reference):
    """four_times: double, twice"""
    z = np.array([1.0, -2.5])
    student.four_times(z).must_equal(value=reference.four_times(z), within=absolute(1e-9))

@weight(1)
@number("4")
@tags("pick")
def test_pick(student, reference):
    """pick: by whole numbers"""
    arguments = np.array([1.0, 2.0, 4.0]), np.array([2, 0, 0, 1]), 1
    student.pick(*arguments).must_equal(value=reference.pick(*arguments), within=absolute(1e-9))
'''
# A list accepts no float, neither as an index nor as the beginning of a slice.
PICK = """
def pick(z, order, first):
    values = list(z)
    return [values[k] for k in order][first:]
"""
MORE = "from toy import double\n\ndef four_times(z):\n    return double(double(z))\n" + PICK
STUBS = "def four_times(z):\n    raise NotImplementedError('Task 3')\ndef pick(*a):\n    raise NotImplementedError\n"


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Assignment:
    """The toy assignment, with another file for three more points."""
    folder = tmp_path_factory.mktemp("both") / "cases"
    shutil.copytree(TOY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    settings = folder / "assignment.toml"
    text = settings.read_text(encoding="utf-8").replace("import_s = 2", "import_s = 0.7")
    settings.write_text('extra_credit = ["more"]\n' + text, encoding="utf-8")
    more = folder / "more"
    more.mkdir()
    shutil.copy(TOY / "pytest.ini", more)
    for name, text in (("assignment.toml", SETTINGS), ("reference.py", REFERENCE), ("test_more.py", CASES)):
        (more / name).write_text(text, encoding="utf-8")
    return assignments.load(folder)


@pytest.fixture
def run(both, station):
    """A function that grades a folder as in a class."""
    return lambda folder, **options: grade(folder, both, place=station, **options)


@pytest.fixture
def hand_in(tmp_path):
    """A function that writes files, given by name, into a folder, and returns the folder."""

    def lay(**files: str) -> Path:
        folder = tmp_path / "handed in"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
        return folder

    return lay


def outcomes(graded):
    """Return case number -> outcome."""
    return {result.case.number: result.outcome.value for result in graded.results}


ALL_PASSED = dict.fromkeys("1234", "Passed")


# ------------------------------------------------------------------------------------- what is found


def found(handed_in: HandedIn):
    """Return, for each part, its file or why there is none; None if nothing was handed in."""
    return [one and (one.program.file if one.program else one.problem) for one in (handed_in, *handed_in.extra)]


def test_without_the_file_there_is_nothing(both, hand_in):
    assert found(read_parts(hand_in(toy=RIGHT), both)) == ["toy.py", None]


@pytest.mark.parametrize("packed", [False, True])
def test_both_files_are_found_in_a_folder_and_in_a_zip(both, hand_in, tmp_path, packed):
    """The files may be at any depth, and each part gets the text that it may import."""
    folder = hand_in(toy=RIGHT, more=MORE)
    (folder / "work").mkdir()
    (folder / "more.py").rename(folder / "work" / "more.py")
    path = folder
    if packed:
        path = tmp_path / "all.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("toy.py", "work/more.py"):
                archive.write(folder / name, name)
    handed_in = read_parts(path, both)
    assert found(handed_in) == ["toy.py", "more.py"]
    assert handed_in.program.companions == {}
    assert handed_in.extra[0].program.companions == {"toy.py": RIGHT}


def test_file_handed_in_alone_is_not_taken_for_the_first(both, hand_in):
    """This holds for a folder and for the file itself; the file that it may import is then empty."""
    folder = hand_in(more=MORE)
    why = "There is no toy.py; found instead: more.py. Hand in toy.py."
    for path in (folder, folder / "more.py"):
        handed_in = read_parts(path, both)
        assert found(handed_in) == [why, "more.py"]
        assert handed_in.extra[0].program.companions == {"toy.py": ""}


def test_misnamed_file_is_told_and_a_damaged_zip_is_the_first_files_problem(both, hand_in, tmp_path):
    folder = hand_in(toy=RIGHT, More=MORE)
    assert found(read_parts(folder, both))[1].startswith("There is no more.py, but a file called More.py. Rename it")
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    (folder / "More.py").rename(folder / "more (1).py")  # a second download
    assert found(read_parts(folder, both))[1].startswith("There is no more.py; found instead: more (1).py. If that is")
    (folder / "more (1).py").rename(folder / "mode.py")  # some file of the student's
    assert found(read_parts(folder, both)) == ["toy.py", None]
    (folder / "toy.py").unlink()
    (folder / "mode.py").rename(folder / "More.py")
    assert found(read_parts(folder, both))[0] == "There is no toy.py; found instead: More.py. Hand in toy.py."
    first, second = found(read_parts(tmp_path / "bad.zip", both))
    assert first.startswith("The zip bad.zip cannot be read") and second is None


def test_right_names_are_compared_with_nothing(both, hand_in, tmp_path, monkeypatch):
    """The similarity of two names is computed for odd names only: for others, its module is not even loaded."""
    monkeypatch.setitem(sys.modules, "difflib", None)
    folder = hand_in(toy=RIGHT, more=MORE)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("toy.py", "more.py"):
            archive.write(folder / name, name)
    for path in (folder, tmp_path / "all.zip"):
        assert found(read_parts(path, both)) == ["toy.py", "more.py"]
    (folder / "more.py").unlink()
    for path in (folder, folder / "toy.py"):
        assert found(read_parts(path, both)) == ["toy.py", None]
    (folder / "odd.py").write_text(MORE, encoding="utf-8")
    with pytest.raises(ImportError, match="difflib"):
        read_parts(folder, both)


def test_folder_is_walked_once_for_all_parts(both, hand_in, monkeypatch):
    walked = []
    walk = submission._walk
    monkeypatch.setattr(submission, "_walk", lambda folder, files: walked.append(folder) or walk(folder, files))
    folder = hand_in(toy=RIGHT, more=MORE)
    assert found(read_parts(folder, both)) == ["toy.py", "more.py"]
    assert walked == [folder]


def test_folder_of_thousands_of_files_is_the_first_files_problem(both, hand_in, monkeypatch):
    monkeypatch.setattr(submission, "MAX_ENTRIES", 1)
    assert found(read_parts(hand_in(toy=RIGHT, more=MORE), both)) == [
        "More than 1 files were handed in. Hand in the one file asked for.", None
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- how it is graded


def test_points_of_both_and_without_the_file_nothing_changes(both, station, hand_in, toy):
    """The score is 13 of 10; with only the first file handed in, the results are the same as without extra credit."""
    folder = hand_in(toy=RIGHT, more=MORE)
    graded = grade(folder, both)
    assert (outcomes(graded), graded.score, graded.points, graded.extra_score) == (ALL_PASSED, 13, 10, 3)
    assert graded.facts["found_at"] == "toy.py"
    assert set(graded.facts["lent"]) == {"double", "both", "four_times", "pick"}
    results = as_results(graded)
    assert results["score"] == 13
    assert results["output"] == "13 of 10 points, 3 of them extra credit."
    assert [test["name"] for test in results["tests"]][1:3] == [
        "both: sum and product", "Extra credit, four_times: double, twice"
    ]  # fmt: skip
    assert "Extra credit:" in list(report(graded))

    (folder / "more.py").unlink()
    without, plain = (as_results(grade(folder, one, place=station)._replace(seconds=0.0)) for one in (both, toy))
    assert without == plain
    assert without["output"] == "10 of 10 points."


def test_misnamed_file_is_the_first_thing_to_fix_if_nothing_else_is_wrong(run, hand_in):
    """The advice is about the file, not about its first case, whose text says the same."""
    folder = hand_in(toy=RIGHT, more=MORE)
    (folder / "more.py").rename(folder / "more (1).py")
    graded = run(folder)
    assert outcomes(graded) == {"1": "Passed", "2": "Passed", "3": "Unreadable", "4": "Unreadable"}
    said = "There is no more.py; found instead: more (1).py. If that is your program, rename it to more.py."
    results = as_results(graded)
    assert results["output"].splitlines()[1] == f"Fix this first: {said}"
    assert [test["output"] for test in results["tests"]][2:] == [said, said]


BROKEN = {
    "a slip of the pen": ("def four_times(z:\n", "Raised"),
    "stops": ("1 / 0\n", "Raised"),
    "ends its process": ("import os\nos._exit(0)\n", "Died"),
    "without an end": ("import time\ntime.sleep(600)\n", "TimedOut"),
    "empty": ("\n", "Unreadable"),
    "another file's functions": ("import toy\ntoy.double = toy.both = None\nimport os\nos._exit(1)\n", "Died"),
}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        pytest.param(*one, id=name, marks=[pytest.mark.slow] if name == "without an end" else [])
        for name, one in BROKEN.items()
    ],
)
def test_broken_file_never_touches_the_first_points(run, hand_in, text, outcome):
    graded = run(hand_in(toy=RIGHT, more=text))
    assert outcomes(graded) == {"1": "Passed", "2": "Passed", "3": outcome, "4": outcome}
    assert (graded.score, graded.faults) == (10, ())


def test_stubs_that_were_handed_in_with_the_rest_are_nothing_to_mend(run, hand_in):
    """The student has tried nothing; a student who has begun sees all of the cases."""
    graded = run(hand_in(toy=RIGHT, more=STUBS))
    assert (outcomes(graded), graded.score) == ({"1": "Passed", "2": "Passed"}, 10)
    assert "more.py was handed in, too, but each of its functions still raises" in as_results(graded)["output"]
    begun = run(hand_in(more=STUBS.partition("def pick")[0] + PICK))
    assert (outcomes(begun), begun.score) == ({**ALL_PASSED, "3": "Raised"}, 11)


def test_function_that_a_file_leaves_out_is_not_started(run, hand_in):
    """A student may write the file without the download. But if it has none of the functions, that is told."""
    begun = run(hand_in(toy=RIGHT, more=PICK))
    assert (outcomes(begun), begun.score) == ({**ALL_PASSED, "3": "Missing"}, 11)
    assert [result.summary for result in begun.results] == ["", "", NOT_STARTED, ""]
    strange = run(hand_in(toy=RIGHT, more="def other(z):\n    return z\n"))
    assert [result.outcome.value for result in strange.results[2:]] == ["Missing", "Missing"]
    assert "Got            no such name" in strange.results[2].text
    misspelled = run(hand_in(toy=RIGHT, more=PICK + "def Four_times(z):\n    return z\n"))
    assert misspelled.results[2].summary == "four_times is not defined"


@pytest.fixture(scope="module")
def with_download(both, tmp_path_factory):
    """Both, where the download has right functions, so that points tell whether it was run."""
    (part,) = both.extra_credit
    folder = shutil.copytree(part.folder, tmp_path_factory.mktemp("with download") / "more")
    (folder / DOWNLOAD).write_text(MORE, encoding="utf-8")
    return both._replace(extra_credit=(part._replace(folder=folder),))


@pytest.mark.parametrize(
    ("handed_in", "points"),
    [
        (MORE, 10),
        (MORE.replace("\n", " \r\n") + "\n\n", 10),
        (MORE.replace("    return double", "     return double"), 13),
        (MORE + "# mine\n", 13),
    ],
    ids=["as downloaded", "saved by another editor", "indented otherwise", "with a line more"],
)
def test_download_itself_is_known_without_running_it(with_download, station, hand_in, handed_in, points):
    """The download has right functions here, so that the points tell whether it was run."""
    begun = []
    graded = grade(hand_in(toy=RIGHT, more=handed_in), with_download, place=station, meanwhile=begun.append)
    assert (graded.score, graded.faults, len(begun)) == (points, (), points > 10)
    assert ("more.py was handed in, too, but each" in as_results(graded)["output"]) == (points == 10)


def test_file_that_was_not_handed_in_or_not_begun_keeps_none_after_it_away(with_download):
    """Each further file stands on its own; a missing file is not compared with a download."""
    (part,) = with_download.extra_credit
    parts = tuple(part._replace(file=f"{name}.py") for name in ("one", "two", "three", "four"))
    stubs = HandedIn(Submission("", "", MORE))
    handed_in = HandedIn(
        None, "There is no toy.py.", extra=(None, stubs, stubs, HandedIn(None, "There is no four.py."))
    )
    graded = grade_parts(handed_in, with_download._replace(extra_credit=parts))
    assert graded.facts["not_started"] == ["two.py", "three.py"]
    assert [result.text for result in graded.results] == ["There is no toy.py."] * 2 + ["There is no four.py."] * 2
    assert graded.message == "There is no toy.py."


IMPORTED = {
    "wrong": "def double(z):\n    return 3 * z\n",
    "not written": "def double(z):\n    raise NotImplementedError('Task 1: write double')\n",
    "a slip of the pen": "def double(z:\n",
    "stops": "1 / 0\n",
    "without the function": "",
    "exits": "exit()\n",
    "ends the process": "import os\nos._exit(0)\n",
}
DIRECTLY, BY_MODULE = "from toy import double\n", "import toy as t\ndef double(z):\n    return t.double(z)\n"


@pytest.mark.parametrize(
    ("companion", "way"),
    [
        *(pytest.param(text, DIRECTLY, id=name) for name, text in IMPORTED.items()),
        *(
            pytest.param(
                text, BY_MODULE, id=f"{name}, by module", marks=[] if name in ("wrong", "stops") else pytest.mark.slow
            )
            for name, text in IMPORTED.items()
        ),
    ],
)
def test_mistake_in_the_first_file_costs_nothing_in_the_second(run, hand_in, companion, way):
    """In the second try, the grader answers for the imported functions, even if the first file cannot be run at all."""
    graded = run(hand_in(toy=companion or "pass\n", more=MORE.replace("from toy import double\n", way)))
    assert {**outcomes(graded), "1": "", "2": ""} == {"1": "", "2": "", "3": "Passed", "4": "Passed"}
    carried = {result.case.number: result.carried for result in graded.results}
    assert carried["3"] and graded.extra_score == 3


@pytest.mark.parametrize("stops", ["1 / 0\n", "exit()\n"])
def test_what_a_first_file_has_defined_before_it_stops_is_there_in_the_second(run, hand_in, stops):
    """A helper that is not a function of the assignment has no stand-in."""
    more = MORE.replace("import double", "import double, twice").replace("double(double(z))", "twice(double, z)")
    graded = run(hand_in(toy=RIGHT + "def twice(f, z):\n    return f(f(z))\n" + stops, more=more))
    assert outcomes(graded) == {"1": "Raised", "2": "Raised", "3": "Passed", "4": "Passed"}


def test_first_file_that_was_not_handed_in_costs_nothing_in_the_second(run, hand_in):
    graded = run(hand_in(more=MORE))
    assert outcomes(graded) == {"1": "Unreadable", "2": "Unreadable", "3": "Passed", "4": "Passed"}


@pytest.mark.slow
def test_other_file_is_run_only_where_it_is_imported(run, hand_in):
    """A first file that never ends costs time only in a program that imports it."""
    alone = "def four_times(z):\n    return 4 * z\n" + PICK
    graded = run(hand_in(toy="print('here')\nimport time\ntime.sleep(600)\n", more=alone))
    assert outcomes(graded) == {"1": "TimedOut", "2": "TimedOut", "3": "Passed", "4": "Passed"}


def test_first_file_without_an_end_costs_nothing_in_the_second(run, hand_in):
    """It is waited for once; after that, the imported file holds only the stand-ins."""
    graded = run(hand_in(toy="while True: pass\n", more=MORE))
    assert outcomes(graded) == {"1": "TimedOut", "2": "TimedOut", "3": "Passed", "4": "Passed"}


@pytest.mark.parametrize("fork", [True, False])
def test_whole_numbers_arrive_as_whole_numbers(both, station, hand_in, fork):
    checks = PICK.replace(
        "    values", "    assert type(first) is int and order.dtype == 'int64' and z.dtype == float\n    values"
    )
    place = station if fork else Fresh(fork)
    graded = grade(hand_in(toy=RIGHT, more=MORE.replace(PICK, checks)), both, place=place)
    assert outcomes(graded) == ALL_PASSED


@pytest.mark.parametrize("fork", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_whole_numbers_that_are_changed_in_place_are_seen(both, hand_in, tmp_path, fork):
    """The worker has a copy of them, so the grader relies on the worker's report."""
    folder = tmp_path / "cases"
    shutil.copytree(both.folder, folder)
    path = folder / "more" / "test_more.py"
    must = "within=absolute(1e-9)).must_not_change_arguments()"
    path.write_text(CASES.replace("within=absolute(1e-9))", must), encoding="utf-8")
    changes = PICK.replace("    return", "    order[:] = 0\n    return").replace(
        "[values[k] for k in order]", "[4.0, 1.0, 1.0, 2.0]"
    )
    graded = grade(hand_in(toy=RIGHT, more=MORE.replace(PICK, changes)), assignments.load(folder), place=Fresh(fork))
    assert outcomes(graded) == {**ALL_PASSED, "4": "Failed"}
    assert "order" in graded.results[3].text


def test_in_a_class_it_is_the_same_grade(both, run, hand_in):
    """Sessions of both parts wait in one station; the files may change from one submission to the next."""
    for more in (MORE, STUBS, MORE.replace("double(double(z))", "z")):
        folder = hand_in(toy=RIGHT, more=more)
        assert outcomes(run(folder)) == outcomes(grade(folder, both))


def test_grade_that_stands_meanwhile_has_the_first_points(run, hand_in):
    """If the grader is killed then, no earned points are lost, and the results say whose fault the rest is."""
    told = []
    run(hand_in(toy=RIGHT, more=MORE), meanwhile=told.append)
    [before] = told
    assert outcomes(before) == {"1": "Passed", "2": "Passed", "3": "GraderError", "4": "GraderError"}
    assert [result.case.number for result in before.results] == ["1", "2", "3", "4"]
    assert (before.score, before.message) == (10, "")
    told.clear()
    (hand_in() / "more.py").unlink()
    run(hand_in(), meanwhile=told.append)
    assert told == []


@pytest.mark.skipif(sys.platform != "linux", reason="kills a group of processes")
def test_kill_over_extra_credit_leaves_the_first_points_in_the_file(both, hand_in, tmp_path):
    """A platform finally sends SIGKILL, here while the other file hangs."""
    results = tmp_path / "results.json"
    folder = hand_in(toy=RIGHT, more="import time\ntime.sleep(60)\n")
    command = [sys.executable, "-m", "autograder", "grade", str(folder), "--cases", str(both.folder), "--results"]
    # A killed grading leaves its folder behind: here, not in the shared temporary folder.
    with tempfile.TemporaryDirectory(prefix="killed-", ignore_cleanup_errors=True) as place:
        os.chmod(place, 0o711)  # workers must be able to pass through it
        running = subprocess.Popen(
            [*command, str(results)], stdout=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "TMPDIR": place},
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and not (
                results.exists() and '"score": 10,' in results.read_text("ascii")
            ):
                time.sleep(0.02)
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
    left = json.loads(results.read_text("ascii"))
    assert left["score"] == 10
    assert [test["score"] for test in left["tests"]] == [4, 6, 0, 0]


@pytest.mark.parametrize(
    ("at", "expected"), [("toy.py", (["toy.py"], True, 10, 2)), ("more.py", (["toy.py", "more.py"], True, 13, 0))]
)
def test_stop_is_a_stop(run, hand_in, monkeypatch, at, expected):
    """Nothing more begins after a stop; what did not begin is our fault, not missing from the results."""
    from autograder import grade as grading

    begun = []
    real = grading.grade_program

    def stopped(program, part, **options):
        begun.append(part.file)
        return real(program, part, **options)._replace(stopped=part.file == at)

    monkeypatch.setattr(grading, "grade_program", stopped)
    graded = run(hand_in(toy=RIGHT, more=MORE))
    assert (begun, graded.stopped, graded.score, len(graded.faults)) == expected


# ------------------------------------------------------------------------------------- what is declared


def test_parts_and_their_cases(both):
    assert [part.file for part in both.parts] == ["toy.py", "more.py"]
    assert [(case.number, case.extra) for case in both.every_case] == [
        ("1", False),
        ("2", False),
        ("3", True),
        ("4", True),
    ]
    [more] = both.extra_credit
    assert Assignment.from_json(more.as_json()) == more
    assert Assignment.from_json(both.as_json()) == both._replace(extra_credit=())


@pytest.mark.parametrize(
    ("settings", "cases", "said"),
    [
        (SETTINGS, CASES.replace('"3"', '"1"'), "both have a case with the number '1'"),
        (
            SETTINGS.replace('"toy.py"', '"tor.py"'),
            CASES,
            "more imports 'tor.py', which is not the file of a part before it",
        ),
        (
            SETTINGS.replace('imports = ["toy.py"]', 'imports = ["more.py"]'),
            CASES,
            "more imports 'more.py', which is not the file of a part before it",
        ),
        (
            SETTINGS.replace('imports = ["toy.py"]', 'imports = "toy.py"'),
            CASES,
            "imports must be a list of strings, not 'toy.py'",
        ),
        (SETTINGS.replace('"more.py"', '"toy.py"'), CASES, "two parts have the same file, toy.py"),
        (
            SETTINGS.replace('["order", ', '["older", '),
            CASES,
            "integers of pick names 'older', which is not an argument",
        ),
        (
            SETTINGS.replace('stand_ins = ["double"]', 'stand_ins = ["dubble"]'),
            CASES,
            "names 'dubble', which is not a function",
        ),
        (SETTINGS + "shares = 0\n", CASES, "shares of pick must be a number above 0, not 0"),
        (SETTINGS + "shares = nan\n", CASES, "shares of pick must be a number above 0, not nan"),
        (SETTINGS + "shares = inf\n", CASES, "shares of pick must be a number above 0, not inf"),
        ('extra_credit = ["deeper"]\n' + SETTINGS, CASES, "an extra-credit part cannot have extra credit of its own"),
        (None, CASES, "assignment.toml cannot be read"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(both, tmp_path, settings, cases, said):
    folder = tmp_path / "cases"
    shutil.copytree(both.folder, folder)
    more = folder / "more"
    (more / "test_more.py").write_text(cases, encoding="utf-8")
    if settings is None:
        (more / "assignment.toml").unlink()
    else:
        (more / "assignment.toml").write_text(settings, encoding="utf-8")
        deeper = more / "deeper"
        deeper.mkdir()
        own = SETTINGS.replace('"more.py"', '"deeper.py"').replace('"toy.py"', '"more.py"')
        (deeper / "assignment.toml").write_text(own, encoding="utf-8")
    with pytest.raises(AssignmentError, match=said):
        assignments.load(folder)


def test_imports_of_a_first_part_are_refused(both, tmp_path):
    """No part comes before the first, so they would have no effect; the error says what to do instead."""
    folder = tmp_path / "cases"
    shutil.copytree(both.folder, folder)
    settings = folder / "assignment.toml"
    settings.write_text('imports = ["helper.py"]\n' + settings.read_text("utf-8"), encoding="utf-8")
    with pytest.raises(AssignmentError, match="imports names helper.py, but only .* Remove imports"):
        assignments.load(folder)


@pytest.mark.parametrize("beside", [False, True])
def test_extra_credit_can_be_loaded_alone_where_an_assignment_names_it(both, tmp_path, beside):
    """The assignment is in the folder above, or in one beside it; anywhere else, `imports` would have no effect, and is
    refused.
    """
    folder = tmp_path / "cases"
    shutil.copytree(both.folder, folder)
    more = folder / "more"
    if beside:
        more = shutil.move(more, tmp_path / "more")
        settings = folder / "assignment.toml"
        settings.write_text(settings.read_text("utf-8").replace('["more"]', '["../more"]'), encoding="utf-8")
    assert assignments.load(more).imports == ("toy.py",)
    assert assignments.load(folder).extra_credit[0].imports == ("toy.py",)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "assignment.toml").write_text("extra_credit = 3", encoding="utf-8")
    apart = tmp_path / "apart"
    apart.mkdir()
    alone = shutil.move(more, apart / "more")
    with pytest.raises(AssignmentError, match="imports names toy.py, .* name its folder in extra_credit"):
        assignments.load(alone)


@pytest.mark.parametrize("first", [RIGHT, None])
def test_part_that_is_graded_by_itself_imports_as_it_does_beside_the_others(both, tmp_path, first):
    """It imports the student's other file; if that was not handed in, stand-ins answer in its place."""
    handed_in = tmp_path / "handed_in"
    handed_in.mkdir()
    (handed_in / "more.py").write_text(MORE, encoding="utf-8")
    if first is not None:
        (handed_in / "toy.py").write_text(first, encoding="utf-8")
    alone = assignments.load(both.folder / "more")
    results = grade(handed_in, alone).results
    assert [(one.outcome.value, one.carried) for one in results] == [("Passed", first is None)] * 2


@pytest.mark.parametrize("names", ['"more"', "true", "[20]", '["."]', '["../cases"]'])
def test_extra_credit_is_a_list_of_names_of_folders(both, tmp_path, names):
    folder = tmp_path / "cases"
    shutil.copytree(both.folder, folder)
    settings = folder / "assignment.toml"
    settings.write_text(settings.read_text("utf-8").replace('["more"]', names), encoding="utf-8")
    with pytest.raises(AssignmentError, match=r"assignment.toml.*extra_credit must be a list of folder names, "):
        assignments.load(folder)


def test_cases_of_one_name_in_both_parts_are_refused(both, tmp_path):
    """A case is identified by its file and name."""
    folder = tmp_path / "cases"
    shutil.copytree(both.folder, folder)
    (folder / "more" / "test_more.py").rename(folder / "more" / "test_toy.py")
    path = folder / "more" / "test_toy.py"
    path.write_text(path.read_text("utf-8").replace("test_four_times", "test_doubles"), encoding="utf-8")
    with pytest.raises(AssignmentError, match="both have a case with the name 'test_toy.py::test_doubles'"):
        assignments.load(folder)


def test_our_own_fault_in_extra_credit_is_told_and_costs_none_of_the_first_points(both, hand_in, tmp_path):
    folder = tmp_path / "cases"
    shutil.copytree(both.folder, folder)
    (folder / "more" / "reference.py").write_text("1 / 0\n", encoding="utf-8")
    graded = grade(hand_in(toy=RIGHT, more=MORE), assignments.load(folder))
    assert (graded.score, outcomes(graded)["3"]) == (10, Outcome.GRADER_ERROR.value)
    assert graded.faults and any("3, 4" in line for line in graded.staff)
