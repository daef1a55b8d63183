"""One submission in, one Grade out: every way to end, faults of the machine, and what never changes."""

import concurrent.futures
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder import commands
from autograder.grade import grade as grade_path
from autograder.grade import grade_program
from autograder.submission import Submission

from ..processes import command_of
from .conftest import RIGHT, TOY

ROOT = Path(__file__).resolve().parents[2]
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc, which only Linux has")


@pytest.fixture
def patient(toy):
    """The toy with enough time on any busy machine; what hangs gets short limits, and so processes of its own."""
    return toy._replace(limits=toy.limits._replace(call_s=60, import_s=60, case_s=60))


@pytest.fixture
def grade_in_a_class(patient, station):
    """A function: text -> its grade, without new interpreters for each program; test_station.py compares the two."""
    return lambda text: grade_program(Submission("toy.py", "toy.py", text), patient, place=station)


def outcomes(grade):
    """Map case numbers to outcomes."""
    return {result.case.number: result.outcome.value for result in grade.results}


def of(text):
    """Return the right program with another `double`."""
    return text + RIGHT.partition("def both")[1] + RIGHT.partition("def both")[2]


WAYS_TO_END = {
    "wrong": ("def double(z):\n    return 3 * z\n", "Failed"),
    "none": ("def double(z):\n    pass\n", "Failed"),
    "text": ("def double(z):\n    return 'six'\n", "Failed"),
    "raises": ("def double(z):\n    return z + missing\n", "Raised"),
    "stub": ("def double(z):\n    raise NotImplementedError('Task 1')\n", "Raised"),
    "sys.exit": ("import sys\ndef double(z):\n    sys.exit(0)\n", "Raised"),
    "keyboard interrupt": ("def double(z):\n    raise KeyboardInterrupt\n", "Raised"),
    "asks": ("def double(z):\n    return float(input())\n", "Raised"),
    "recursion": ("def double(z):\n    return double(z)\n", "Raised"),
    "missing": ("def twice(z):\n    return z\n", "Missing"),
    "number": ("double = 2\n", "Missing"),
    "os._exit": ("import os\ndef double(z):\n    os._exit(0)\n", "Died"),
    "closes everything": ("import os\ndef double(z):\n    os.closerange(0, 100)\n", "Died"),
    "abort": ("import os\ndef double(z):\n    os.abort()\n", "Died"),
    "forged": ("import os\ndef double(z):\n    os.write(3, b'passed' * 100)\n    return z\n", "Died"),
    "hangs": ("def double(z):\n    while True:\n        pass\n", "TimedOut"),
    "sleeps": ("import time\ndef double(z):\n    time.sleep(100)\n", "TimedOut"),
    "swallows": (
        "def double(z):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException:\n            pass\n",
        "TimedOut",
    ),
    "memory": ("import numpy as np\ndef double(z):\n    return np.ones(2 * 10**9)[:2]\n", "OutOfMemory"),
}  # fmt: skip


@pytest.mark.parametrize(("program", "outcome"), WAYS_TO_END.values(), ids=list(WAYS_TO_END))
def test_each_way_to_end_costs_its_own_case_only(grade_text, grade_in_a_class, program, outcome):
    """The case of the broken function has the outcome; the other case passes, with a right `double` lent."""
    grade = (grade_text if outcome == "TimedOut" else grade_in_a_class)(of(program))
    assert outcomes(grade) == {"1": outcome, "2": "Passed"}
    assert grade.score == 6
    assert grade.results[0].text
    assert grade.faults == ()


STUBS = {
    "itself": ("def both(a, b):\n    raise NotImplementedError('Task 2')\n", 1),
    "what it calls": ("def both(a, b):\n    return a + b, double(a) * b / 2\n", 2),
    "an object that it calls": ("def both(a, b):\n    return a + b, double(a) * b / 2\nclass D:\n"
                                "    def __call__(self, z):\n        raise NotImplementedError\ndouble = D()\n", 2),
}  # fmt: skip


@pytest.mark.parametrize(("both", "tries"), STUBS.values(), ids=list(STUBS))
def test_function_that_is_not_written_is_not_tried_twice(patient, station, tmp_path, both, tries):
    """Stand-ins cannot help an unwritten function; they do help a function that calls one."""
    path = tmp_path / "toy.py"
    path.write_text("def double(z):\n    raise NotImplementedError('Task 1')\n" + both, encoding="utf-8")
    grade = grade_path(path, patient, place=station, explain=True)
    assert outcomes(grade) == {"1": "Raised", "2": "Passed" if tries == 2 else "Raised"}
    assert len(grade.facts["tries"]["test_toy.py::test_sum_and_product"]) == tries


@pytest.mark.parametrize(
    ("program", "outcome", "limits"),
    [
        ("def double(z:\n", "Raised", {}),
        ("import torch\n", "Raised", {}),
        ("1 / 0\n", "Raised", {}),
        ("exit()\n", "Raised", {}),
        ("import os\nos._exit(0)\n", "Died", {}),
        ("while True: pass\n", "TimedOut", {"import_s": 0.5}),
    ],
)
def test_import_that_fails_fails_every_case_once(grade_text, grade_in_a_class, program, outcome, limits):
    """All cases have the same outcome, and the wait for a hanging import happens only once."""
    grade = grade_text(program, **limits) if limits else grade_in_a_class(program)
    assert outcomes(grade) == {"1": outcome, "2": outcome}
    assert grade.score == 0
    assert grade.points == 10


def test_right_program_gets_everything(grade_text):
    """The program gets full points; nothing is carried, and no text is shown."""
    grade = grade_text(RIGHT)
    assert grade.score == grade.points == 10
    assert not any(result.carried or result.text for result in grade.results)


def test_cases_in_a_folder_with_brackets_in_its_name(tmp_path, monkeypatch):
    """pytest would read brackets as a parameter; the path is relative to the current folder, too."""
    shutil.copytree(TOY, tmp_path / "CS109 [Fall]")
    monkeypatch.chdir(tmp_path)
    toy = assignments.load(Path("CS109 [Fall]"))
    assert grade_program(Submission("toy.py", "toy.py", RIGHT), toy).score == 10


@pytest.mark.parametrize("name", ["PYTEST_ADDOPTS", "PYTEST_PLUGINS"])
def test_settings_of_pytest_in_the_environment_change_nothing(grade_text, monkeypatch, name):
    """The person who grades may have such settings for other work."""
    monkeypatch.setenv(name, "not_there")
    assert grade_text(RIGHT).score == 10


def test_function_right_only_with_a_stand_in_is_carried(grade_in_a_class):
    """The second case passes with a right `double` in place of the wrong one, and says so."""
    grade = grade_in_a_class(of("def double(z):\n    return 0 * z\n"))
    assert [result.carried for result in grade.results] == [False, True]


@pytest.mark.parametrize(
    "more", ["@property\n    def slow(self): raise SystemExit", "def __dir__(self): raise ValueError"]
)
def test_object_that_is_replaced_is_asked_for_nothing_but_what_the_program_asks_for(grade_in_a_class, more):
    """A property may be slow or end the process; a program that does not use it must not suffer."""
    double = f"class Double:\n    slope = 2\n    {more}\n    def __call__(self, z):\n        return 0 * z\n"
    grade = grade_in_a_class(
        of(double + "double = Double()\nassert double.slope == 2 and not hasattr(double, '__len__')\n")
    )
    assert [result.carried for result in grade.results] == [False, True]


LOOKS = "assert double.__code__.co_argcount == 1 and type(double(3.0)) is float\n"


def test_program_that_looks_at_its_functions_loses_no_points_for_the_right_ones(grade_in_a_class):
    """No stand-in has the code of a student's function, or a float as its answer; what was defined before is graded."""
    grade = grade_in_a_class(of("def double(z):\n    return 0 * z\n") + LOOKS)
    assert outcomes(grade) == {"1": "Failed", "2": "Passed"}
    assert [result.carried for result in grade.results] == [False, True]


def test_program_that_looks_at_its_functions_is_told_how_it_fails_as_written(grade_in_a_class):
    """With a correct function, it does not come as far as the definition below that line."""
    grade = grade_in_a_class(
        f"def double(z):\n    return 0 * z\n{LOOKS}def both(a, b):\n    return a - b, double(a) * b / 2\n"
    )
    assert outcomes(grade) == {"1": "Failed", "2": "Failed"}


def test_import_that_fails_whatever_the_functions_do_is_told_as_it_fails_at_home(grade_in_a_class):
    """Every case quotes the number that the student's own functions give, and no case that of correct ones."""
    grade = grade_in_a_class(
        of("def double(z):\n    return 0 * z\n") + "raise ValueError(f'only {double(3.0)}, and {both(1.0, 1.0)[1]}')\n"
    )
    assert outcomes(grade) == {"1": "Raised", "2": "Raised"}
    assert ["only 0.0, and 0.0" in result.text for result in grade.results] == [True, True]


def test_stand_in_cannot_be_asked_by_the_function_it_replaces(grade_in_a_class):
    """`double` has no stand-ins: a program that makes other functions do its work gets no points."""
    grade = grade_in_a_class(
        "def double(z):\n    return both(z, z)[0]\ndef both(a, b):\n    raise NotImplementedError\n"
    )
    assert outcomes(grade) == {"1": "Raised", "2": "Raised"}


def test_deadline_leaves_what_was_graded_and_names_the_rest(grade_text):
    """A case that does not fit into the time for the run is NotRun; the list is still complete."""
    grade = grade_text("import time\ntime.sleep(30)\n", run_s=1.5, import_s=30)
    assert outcomes(grade) == {"1": "NotRun", "2": "NotRun"}
    assert "1.5 s" in grade.results[0].text
    assert not [line for line in grade.staff if "graded" in line], "that is the program's doing, and not ours"


def test_slow_function_takes_the_time_of_no_other(grade_text):
    """It is stopped when its own share is used up, and its callers are tried first with a right version."""
    slow = "import time\ndef double(z):\n    time.sleep(600)\n    return z + z\n"
    grade = grade_text(of(slow), run_s=6, call_s=600, case_s=600)
    assert outcomes(grade) == {"1": "TimedOut", "2": "Passed"}
    assert "all answers within the time for one check" in grade.results[0].text


@pytest.mark.parametrize("fork", [True, False])
def test_fork_and_fresh_interpreters_agree(grade_text, fork):
    """As on Windows, an interpreter for each try gives the same grade."""
    grade = grade_text(of("def double(z):\n    print('hello')\n    return 3 * z\n"), fork=fork, import_s=10)
    assert outcomes(grade) == {"1": "Failed", "2": "Passed"}
    assert "You printed    hello" in grade.results[0].text


def test_kernel_ends_no_worker_before_we_do(toy):
    """A worker may import early for as long as a case takes. Killed by the kernel for that, it would be our fault."""
    told = []

    class Nowhere:
        scratch = None

        def grading(self, _, settings):
            told.append(settings["worker"]["cpu_s"])
            raise OSError("no process")

    grade_program(Submission("toy.py", "toy.py", RIGHT), toy, place=Nowhere())
    assert told[0] > toy.limits.run_s


@pytest.mark.slow
def test_thousand_folders_inside_each_other_are_removed(grade_text, tmp_path_factory, monkeypatch):
    """The grade stands, and the folders are gone."""
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    temporary.chmod(0o711)
    assert grade_text("import os\nfor i in range(1100):\n    os.mkdir('d'); os.chdir('d')\n" + RIGHT).score == 10
    assert list(temporary.iterdir()) == []


def test_machine_that_cannot_start_a_process_is_our_fault(grade_text, monkeypatch):
    """Any failure before or after the cases leads to a complete grade and a sentence for the instructor."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("autograder.place.start_interpreter", full)
    grade = grade_text(RIGHT)
    assert set(outcomes(grade).values()) == {"GraderError"}
    assert "No space left on device" in " ".join(grade.staff)


def test_module_that_ends_whoever_loads_it_is_not_loaded(grade_text):
    """A comment that names such a module must not kill the zygote."""
    assert grade_text("# venv.__main__ unittest.__main__ antigravity this idlelib.idle\n" + RIGHT).score == 10


def test_zygote_that_cannot_start_is_our_fault(grade_text, monkeypatch):
    """Without a worker there is no verdict: every case is a GraderError, and the instructor is told."""
    monkeypatch.setattr("autograder.grade.preload", lambda _: None)  # settings that crash the zygote
    grade = grade_text(RIGHT)
    assert set(outcomes(grade).values()) == {"GraderError"}
    assert "not your fault" in grade.results[0].text
    assert grade.staff


def command(path, results, *options):
    """Return the command line that grades `path` with the real assignment."""
    return [sys.executable, "-m", "autograder", "grade", str(path), "--results", str(results), *options]


def test_results_are_the_same_bytes_twice_apart_from_times(tmp_path):
    """Grading again changes only the time it took."""
    texts = []
    program = tmp_path / "toy.py"
    program.write_text(of("def double(z):\n    return 3 * z\n"))
    for i in range(2):
        results = tmp_path / f"{i}.json"
        subprocess.run(
            [*command(program, results), "--cases", str(TOY)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        content = json.loads(results.read_text())
        del content["execution_time"]
        texts.append(json.dumps(content))
    assert texts[0] == texts[1]


def test_wrong_call_exits_with_2_and_says_what_to_type(tmp_path):
    """The path or the folder for results does not exist, or the command is unknown."""
    for arguments, sentence in (
        (["grade", str(tmp_path / "gone.py")], "There is nothing at"),
        (
            ["grade", str(TOY), "--results", str(tmp_path / "no" / "r.json")],
            "Name a file in a folder that exists",
        ),
        (["grad"], "invalid choice"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert sentence in done.stderr


def test_grade_without_a_path_where_the_samples_are_missing_asks_for_one(monkeypatch, capsys):
    """Another assignment has no program of ours, and its author did not name one either."""
    monkeypatch.setattr(commands, "SAMPLES", ("solution/of_another_assignment.py",))
    assert commands.main(["grade"]) == 2
    said = "Name what to grade: make grade SUBMISSION=path, or python -m autograder grade PATH\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "/there/dist"), "/there/dist: Permission denied. "),
        (OSError(28, "No space left on device"), "This machine: No space left on device. "),
        (OSError("the other end has gone"), "This machine: the other end has gone. "),
    ],
)
def test_command_that_cannot_write_says_where(monkeypatch, capsys, error, said):
    """This happens to `make bundle` in another user's repository, or on a full disk."""

    def run(*_):
        raise error

    monkeypatch.setattr("autograder.authoring.maintain.run", run)
    assert commands.main(["bundle"]) == 2
    assert capsys.readouterr().err == f"{said}Nothing more was done.\n"


def test_module_of_ours_that_is_missing_is_no_matter_of_another_python(monkeypatch):
    """No other Python would have it either: a developer needs the traceback."""

    def run(*_):
        raise ModuleNotFoundError("No module named 'autograder.gone'", name="autograder.gone")

    monkeypatch.setattr("autograder.authoring.maintain.run", run)
    with pytest.raises(ModuleNotFoundError):
        commands.main(["bundle"])


def test_cases_that_are_not_there_are_a_wrong_call(capsys, tmp_path):
    """The command prints one sentence and exits with status 2."""
    assert commands.main(["grade", str(TOY), "--cases", str(tmp_path / "gone")]) == 2
    [said] = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "gone") in said


def test_results_that_cannot_be_replaced_at_the_end_are_not_said_to_be_there(monkeypatch, capsys, tmp_path, toy):
    """With extra credit, the file may by then hold only the first part's points, which is not a grade."""
    written = []

    def write(path, grade):
        if written:
            raise OSError(28, "No space left on device")
        written.append(grade)

    monkeypatch.setattr("autograder.gradescope.results.write", write)
    monkeypatch.setattr("autograder.grade.grade", lambda *_, **__: written[0])
    path = tmp_path / "results.json"
    assert commands.main(["grade", str(TOY), "--cases", str(TOY), "--results", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"{path} can no longer be written: No space left on device. It does not hold this grade. Fix this, then grade "
        "again.\n"
    )
    assert len(written[0].results) == len(toy.cases)


def test_path_out_of_reach_is_not_said_to_be_nothing(monkeypatch, capsys):
    """A parent folder may be closed to us. Root can always look into it, so the error is simulated."""

    def lstat(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "lstat", lstat)
    assert commands.main(["grade", "/closed/a.py"]) == 2
    assert capsys.readouterr().err.startswith("/closed/a.py cannot be reached: Permission denied. Name a file")


def is_grading(supervisor):
    """Return whether the grading has started a worker."""
    return any(children(zygote, "from box import zygote") for zygote in children(supervisor, "from box import zygote"))


def test_sigterm_is_the_callers_again_after_a_grading(grade_text):
    """Between two gradings of one command, it must not be taken for the end of the one that is over."""
    before = signal.getsignal(signal.SIGTERM)
    grade_text(RIGHT)
    assert signal.getsignal(signal.SIGTERM) is before


@needs_linux
def test_sigterm_leaves_a_complete_file(tmp_path):
    """SIGTERM is the platform's last warning: there are results for every case, the fault is named as ours, and the
    status is 2.
    """
    results = tmp_path / "results.json"
    slow = tmp_path / "neural_network.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    with subprocess.Popen(command(slow, results), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        wait_for(lambda: is_grading(running.pid))
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    assert running.returncode == 2
    check_complete(results)


@needs_linux
@pytest.mark.parametrize("moments", [3, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.parametrize("victim", ["session", "zygote", "worker"])
def test_kill_9_at_any_moment_never_costs_points_silently(tmp_path, victim, moments):
    """Whichever of our processes is killed, and when, the file is complete, with each case Passed or named as our
    fault.
    """
    chance = random.Random(victim)

    def killed_after(seconds):
        """Return how many of our faults one grading reports."""
        results = tmp_path / f"{seconds}.json"
        path = ROOT / "solution" / "neural_network.py"
        with subprocess.Popen(
            command(path, results), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            time.sleep(seconds)
            pid = wait_for(lambda: find(running.pid, victim) or (running.poll() is not None and -1))
            if pid > 0:
                with_suppressed_kill(pid)
            running.communicate(timeout=60)
        assert running.returncode == (2 if any_fault(results) else 0)
        return check_complete(results)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        faults = sum(side_by_side.map(killed_after, [chance.uniform(0.0, 0.5) for _ in range(moments)]))
    assert faults > 0, f"{moments} kills and none of them hit: the test has lost its aim"


def check_complete(results):
    """Check that the file lists every case as Passed or GraderError; return how many are our fault."""
    tests = json.loads(results.read_text())["tests"]
    assert len(tests) == 22
    assert sum(test["max_score"] for test in tests) == 100
    found = [test["extra_data"]["outcome"] for test in tests]
    assert set(found) <= {"Passed", "GraderError"}
    for test in tests:
        if test["extra_data"]["outcome"] == "GraderError":
            assert test["score"] == 0
            assert "not your fault" in test["output"]
    return found.count("GraderError")


def any_fault(results):
    """Return whether the file names a fault of ours."""
    return any(test["extra_data"]["outcome"] == "GraderError" for test in json.loads(results.read_text())["tests"])


def find(supervisor, victim):
    """Return the PID of one of the supervisor's processes, or 0."""
    if victim == "session":
        return next(iter(children(supervisor, "import session")), 0)
    zygote = next(iter(children(supervisor, "from box import zygote")), 0)
    if victim == "zygote" or not zygote:
        return zygote
    return next(iter(children(zygote, "")), 0)


def children(parent, word):
    """Return the PIDs of the children of `parent` whose command line contains `word`."""
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the process ended meanwhile
            found += [int(child) for child in task.read_text(encoding="ascii").split() if word in command_of(child)]
    return found


def wait_for(something, patience_s=60):
    """Poll until `something()` is true; return its value."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if found := something():
            return found
        time.sleep(0.005)
    pytest.fail("waited in vain")


def with_suppressed_kill(pid):
    """Send SIGKILL to a process that may have ended by itself."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@needs_linux
def test_ctrl_c_leaves_a_complete_file_and_stops_the_rest(tmp_path):
    """Finished grades stand, the rest are named, there is no traceback, and the next submission does not start."""
    results = tmp_path / "results.json"
    slow = tmp_path / "neural_network.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    for arguments in (command(slow, results), [sys.executable, "-m", "autograder", "grade", str(slow), str(slow)]):
        with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            wait_for(lambda running=running: is_grading(running.pid))
            running.send_signal(signal.SIGINT)
            printed, errors = running.communicate(timeout=60)
        assert running.returncode == 2
        assert b"Traceback" not in printed + errors
        assert b"[2/2]" not in errors
    assert b"0 graded" in printed  # the second command: what was stopped is not taken for a fault of the grader
    assert b"the grader failed" not in printed
    assert errors.endswith(b"Stopped.\n")
    check_complete(results)
