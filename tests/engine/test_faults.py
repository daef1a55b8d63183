"""Accidental faults on any machine: streams, locale, signals, clocks, interpreters, paths for the results.

Each must end in a results file that is valid, complete, and honest, or in exit status 2 with one plain sentence. Faults
that need namespaces or control groups are in tests/container/test_faults.py.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from autograder import assignment as assignments
from autograder import launch
from autograder.assignment import Function, Limits
from autograder.backend import GraderFault
from autograder.launch import readable_folders, start_interpreter
from autograder.sandbox import Zygote
from autograder.submission import Submission

from .conftest import RIGHT, TOY
from .test_grade import children, wait_for

with suppress(ImportError):  # Windows
    import resource

ROOT = Path(__file__).resolve().parents[2]
SOLUTION = ROOT / "solution" / "neural_network.py"
CASES = ROOT / "tests" / "cases"
SCHEMA = json.loads((ROOT / "tests" / "results.schema.json").read_text(encoding="ascii"))
STAFF_SENTENCES = {"GraderError": "not your fault", "NotRun": "did not run"}
# Longer than any grading here takes on a busy machine: a test that waits this long fails.
BOUND_S = 120

posix = pytest.mark.skipif(os.name == "nt", reason="signals, descriptors and /dev as POSIX has them")
linux = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc, which only Linux has")


# ------------------------------------------------------------------------------------ what every fault must end in


def checked(text, deserved=None, cases=CASES):
    """Return the outcome of each case, by its number, from the text of a results file.

    The file must follow the schema and list the declared cases with their points. A case is Passed with all of them; or
    our own fault, with no points and with the sentence that says so; or what `deserved` allows: by a case's first tag,
    the outcomes that the program has earned there instead of Passed.
    """
    results = json.loads(text)
    Draft202012Validator(SCHEMA).validate(results)
    tests, declared = results["tests"], assignments.load(cases).cases
    assert [(test["number"], test["name"], test["max_score"]) for test in tests] == [
        (case.number, case.title, case.points) for case in declared
    ]
    outcomes = {}
    for test in tests:
        outcome = outcomes[test["number"]] = test["extra_data"]["outcome"]
        earned = (deserved or {}).get(test["tags"][0], {"Passed"})
        assert outcome in earned | set(STAFF_SENTENCES), (test["number"], outcome, test["output"])
        assert test["score"] == (test["max_score"] if outcome == "Passed" else 0)
        assert STAFF_SENTENCES.get(outcome, "") in test["output"]
    assert results["score"] == sum(test["score"] for test in tests)
    return outcomes


def ended_well(status, printed, errors, results, deserved=None, cases=CASES):
    """Return the outcomes from `checked` after a grading that ended in a permitted way; {} if it rightly left no file.

    Either there is a results file, and the status tells whether it names a fault of ours; or there is none, the status
    is 2, and one sentence says why. A traceback is never right.
    """
    assert "Traceback" not in printed + errors, printed + errors
    assert "Exception ignored" not in printed + errors, printed + errors
    if not results.is_file():
        assert (status, sentences(errors)) == (2, 1), errors
        return {}
    outcomes = checked(results.read_text(encoding="ascii"), deserved, cases)
    if status == 2 and set(outcomes.values()) == {"GraderError"} and errors:
        assert sentences(errors) == 1, errors
    assert status == (2 if "GraderError" in outcomes.values() else 0), (status, printed, errors)
    return outcomes


def sentences(errors):
    """Return the number of lines on standard error; 0 if the last one does not end like a sentence."""
    lines = errors.splitlines()
    return len(lines) if lines and lines[-1].endswith(".") else 0


def arguments_for(path, results, *options):
    """Return the interpreter's arguments to grade `path`."""
    return ["-m", "autograder", "grade", str(path), *(["--results", str(results)] if results else []), *options]


def run(path, results, *options, python=sys.executable, shell="", **keywords):
    """Grade by the command line; return (status, stdout, stderr).

    `shell` holds redirections in sh syntax.
    """
    command = [python, *arguments_for(path, results, *options)]
    if shell:
        command = ["sh", "-c", f'exec "$@" {shell}', "sh", *command]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=BOUND_S, **{**streams, **keywords})
    return done.returncode, *(
        (stream or b"").decode("utf-8", "backslashreplace") for stream in (done.stdout, done.stderr)
    )


def set_of(outcomes):
    """Return the set of outcomes that occur."""
    return set(outcomes.values())


def write_toy(folder, text):
    """Write a program for the toy assignment; return its path."""
    path = folder / "toy.py"
    path.write_text(text, encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------ where results are to go


def a_folder(folder):
    (folder / "results.json").mkdir()
    (folder / "results.json" / "kept").write_text("kept")
    return folder / "results.json"


def a_missing_folder(folder):
    return folder / "missing" / "results.json"


def the_current_folder(folder):
    return "."


def the_root_folder(folder):
    return "/"


def a_link_to_nowhere(folder):
    (folder / "results.json").symlink_to(folder / "missing" / "elsewhere.json")
    return folder / "results.json"


def a_folder_that_is_a_link_to_nowhere(folder):
    (folder / "link").symlink_to(folder / "missing")
    return folder / "link" / "results.json"


def a_folder_in_a_circle(folder):
    (folder / "link").symlink_to(folder / "link")
    return folder / "link" / "results.json"


def a_file_for_a_folder(folder):
    (folder / "file").write_text("kept")
    return folder / "file" / "results.json"


def a_name_that_is_too_long(folder):
    return folder / ("r" * 300)


PLACES = [
    a_folder, a_missing_folder, the_current_folder, the_root_folder, a_link_to_nowhere,
    a_folder_that_is_a_link_to_nowhere, a_folder_in_a_circle, a_file_for_a_folder, a_name_that_is_too_long,
]  # fmt: skip


@posix
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_place_for_results_that_is_none_is_refused_in_one_sentence(tmp_path, place):
    """The status is 2 with one sentence; or, if a file can replace what is there, the results are right."""
    results = Path(place(tmp_path))
    status, printed, errors = run(write_toy(tmp_path, RIGHT), results, "--cases", str(TOY))
    assert "Traceback" not in errors, errors
    if os.path.isfile(results):
        assert set_of(ended_well(status, printed, errors, results, cases=TOY)) == {"Passed"}
    else:
        assert (status, sentences(errors)) == (2, 1), errors
    for kept in tmp_path.rglob("*"):
        assert not kept.name.endswith(".new"), f"{kept} was left behind"


@posix
def test_results_are_never_put_in_the_place_of_a_device(tmp_path):
    """An administrator may type RESULTS=/dev/null by mistake: it is refused, and the device still exists."""
    pipe = tmp_path / "results.json"
    os.mkfifo(pipe)
    status, _, errors = run(SOLUTION, pipe)
    assert pipe.is_fifo(), "the device was replaced by a file"
    assert (status, sentences(errors)) == (2, 1), errors


# ------------------------------------------------------------------------------------------------ standard streams

CLOSED = ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"]
RARELY_CLOSED = ["<&- >&-", ">&- 2>&-", "<&- 2>&-"]
FORK, NO_FORK = (), ("--no-fork",)


@posix
@pytest.mark.parametrize(
    ("streams", "fork"),
    [
        *((streams, FORK) for streams in CLOSED),
        (CLOSED[-1], NO_FORK),
        pytest.param(CLOSED[1], NO_FORK, marks=pytest.mark.slow),
        *(pytest.param(streams, FORK, marks=pytest.mark.slow) for streams in RARELY_CLOSED),
    ],
)
def test_closed_streams_cost_nothing(tmp_path, streams, fork):
    """A service may start us with closed streams: the grade is the same, and an open standard error has nothing odd."""
    path, results = write_toy(tmp_path, RIGHT), tmp_path / "results.json"
    done = run(path, results, "--cases", str(TOY), *fork, shell=streams)
    assert set_of(ended_well(*done, results, cases=TOY)) == {"Passed"}


@posix
@pytest.mark.parametrize(
    "streams", [pytest.param(">/dev/full", marks=pytest.mark.slow), "2>/dev/full", ">/dev/full 2>&1"]
)
def test_output_to_a_full_disk_costs_nothing(tmp_path, streams):
    """The report is lost, but the results are written, and the status is that of the grade."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    path, results = write_toy(tmp_path, RIGHT), tmp_path / "results.json"
    done = run(path, results, "--cases", str(TOY), shell=streams)
    assert set_of(ended_well(*done, results, cases=TOY)) == {"Passed"}


@posix
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_to_a_pipe_that_nobody_holds_costs_nothing(tmp_path, stream):
    """As in `grade ... | head -1`, the results are written, and the status is that of the grade."""
    path, results = write_toy(tmp_path, RIGHT), tmp_path / "results.json"
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(path, results, "--cases", str(TOY), **{stream: writing})
    finally:
        os.close(writing)
    assert set_of(ended_well(*done, results, cases=TOY)) == {"Passed"}


@posix
def test_table_of_several_submissions_into_a_closed_pipe_has_no_traceback(tmp_path):
    """This is `make grade | head -1` after head has exited."""
    path = str(write_toy(tmp_path, RIGHT))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "autograder", "grade", path, path, "--cases", str(TOY)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE,
        ) as running:  # fmt: skip
            errors = running.communicate(timeout=BOUND_S)[1]
    finally:
        os.close(writing)
    assert b"Traceback" not in errors, errors
    assert b"Exception ignored" not in errors, errors


@posix
@pytest.mark.parametrize(
    "name", [*(pytest.param(one, marks=pytest.mark.slow) for one in ("bundle", "check", "starter")), "doctor"]
)
def test_other_commands_into_a_closed_pipe_have_no_traceback(name):
    """As in `make bundle | head -1`, all work is still done, so the status is the same."""
    standing_in = {
        "bundle": "autograder.authoring.bundle.bundle = lambda root, say: say('one') or say('two') or 0",
        "starter": "autograder.authoring.starter.write = lambda root: []",
        "check": "autograder.authoring.maintain.problems = lambda root: []",
        "doctor": "autograder.doctor.report = lambda: ['one', 'two']",
    }[name]
    program = f"""
import autograder.__main__, autograder.authoring.bundle, autograder.authoring.maintain, autograder.authoring.starter
import autograder.doctor, os, sys
{standing_in}
status = autograder.__main__.main([{name!r}])
print("ended with", status, file=sys.stderr)
"""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=writing,
                              stderr=subprocess.PIPE, text=True, timeout=BOUND_S, check=False)  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "ended with 0\n")


@posix
def test_results_do_not_wait_for_somebody_to_read_the_report(tmp_path):
    """The results are written even if the pipe of standard output is full and nobody reads it."""
    path, results = write_toy(tmp_path, RIGHT), tmp_path / "results.json"
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, bytes(1 << 12))
    except BlockingIOError:
        os.set_blocking(writing, True)
    with subprocess.Popen(
        [sys.executable, *arguments_for(path, results, "--cases", str(TOY))],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        os.close(writing)
        try:
            wait_for(lambda: results.exists() and set_of(checked(results.read_text(), cases=TOY)) == {"Passed"})
        finally:
            os.close(reading)
            errors = running.communicate(timeout=BOUND_S)[1].decode()
    assert set_of(ended_well(running.returncode, "", errors, results, cases=TOY)) == {"Passed"}


@posix
def test_sigchld_that_is_ignored_costs_nothing(tmp_path):
    """A service that waits for none of its children may have switched the signal off, for us as well."""
    path, results = write_toy(tmp_path, RIGHT), tmp_path / "results.json"
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    command = [sys.executable, "-c", ignoring, *arguments_for(path, results, "--cases", str(TOY))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BOUND_S, check=False, cwd=ROOT)
    assert set_of(ended_well(done.returncode, done.stdout, done.stderr, results, cases=TOY)) == {"Passed"}
    assert "No child processes" not in done.stdout


def started_with(change, *arguments):
    """Run `python -m autograder` in an interpreter that first runs `change`; return the finished process."""
    program = f"import os, runpy, sys\n{change}\nrunpy.run_module('autograder', run_name='__main__', alter_sys=True)"
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=BOUND_S,
                          check=False, cwd=ROOT)  # fmt: skip


@pytest.mark.parametrize("module", ["autograder.place", "autograder.launch", "autograder.commands", "argparse"])
def test_ctrl_c_while_we_load_has_no_traceback(module):
    """This covers the first tenth of a second, whatever module is being imported."""
    change = (
        f"class Pressed:\n    def find_spec(name, *_):\n        if name == {module!r}: raise KeyboardInterrupt\n"
        f"sys.modules.pop({module!r}, None)\nsys.meta_path.insert(0, Pressed)"
    )
    done = started_with(change, "grade", str(SOLUTION))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "Stopped.\n")


def test_ctrl_c_where_python_ignores_exceptions_is_not_lost():
    """Each import ends with a callback that may be running when Ctrl-C is pressed."""
    change = """
import time
class Pressed:
    def __del__(self): raise KeyboardInterrupt
    def find_spec(name, *_):
        if name == "autograder.commands":
            Pressed()
            time.sleep(60)
sys.meta_path.insert(0, Pressed)
"""
    done = started_with(change, "grade", str(SOLUTION))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "Stopped.\n")


@pytest.mark.slow
def test_other_exceptions_that_python_ignores_are_still_printed():
    change = """
class Broken:
    def __del__(self): raise ValueError("a bug of ours")
    def find_spec(name, *_):
        if name == "autograder.commands": Broken()
sys.meta_path.insert(0, Broken)
"""
    assert "ValueError: a bug of ours" in started_with(change, "doctor").stderr


@posix
@pytest.mark.parametrize(
    "arguments", [["grade", str(SOLUTION)], ["explain", str(SOLUTION)], ["batch", "."], ["doctor"]]
)
def test_current_folder_that_was_removed_is_named(tmp_path, arguments):
    """This happens in a terminal whose folder was replaced by a fresh clone."""
    (tmp_path / "gone").mkdir()
    command = ["sh", "-c", 'rmdir "$PWD" && exec "$0" -m autograder "$@"', sys.executable, *arguments]
    done = subprocess.run(command, cwd=tmp_path / "gone", env={**os.environ, "PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, timeout=BOUND_S, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "The current folder no longer exists. Change to another one, as with `cd ~`, and come back.\n"
    )


def test_file_that_holds_no_results_is_not_written_over(tmp_path):
    """RESULTS=homework.py is a mistake and is refused; an empty file, as mktemp makes, and earlier results are
    overwritten.
    """
    homework = write_toy(tmp_path, RIGHT).rename(tmp_path / "homework.py")
    status, printed, errors = run(homework, homework)
    assert (status, printed) == (2, "")
    assert errors == f"{homework} is not a results file and would be overwritten. Name another file for --results.\n"
    assert homework.read_text() == RIGHT
    notebook = tmp_path / "homework.ipynb"  # JSON, like results
    notebook.write_text('{\n "cells": []\n}\n', encoding="ascii")
    assert run(notebook, notebook)[2].startswith(f"{notebook} is not a results file and would be overwritten.")
    results = tmp_path / "results.json"
    results.touch()
    for _ in range(2):
        done = run(homework, results, "--cases", str(TOY))
        assert set_of(ended_well(*done, results, cases=TOY)) == {"Passed"}


@linux
def test_few_descriptors_are_enough_for_all_protections(tmp_path):
    """With `ulimit -n 48`, the grader reports the same missing protections as without it."""
    path = write_toy(tmp_path, RIGHT)

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))

    plain, limited = (
        run(path, tmp_path / "results.json", "--cases", str(TOY), preexec_fn=before)[1] for before in (None, few)
    )
    assert limited == plain


# ------------------------------------------------------------------------------------ home, locale, temporary folder


@posix
@pytest.mark.parametrize(
    "changes",
    [
        {"HOME": None, "PATH": None, "TMPDIR": "/nonexistent", "LC_ALL": "nn_NN.NOSUCH"},
        *(
            pytest.param(one, marks=pytest.mark.slow)
            for one in (
                {"HOME": "/proc"},
                {"HOME": None},
                {"HOME": "/nonexistent"},
                {"PATH": None},
                {"TMPDIR": "/nonexistent"},
                {"LC_ALL": "nn_NN.NOSUCH"},
            )
        ),
    ],
    ids=str,
)
def test_poor_environment_changes_no_grade(tmp_path, changes):
    """The grade is the same with no home or a read-only one, no PATH, or an unknown locale."""
    environment = {name: value for name, value in {**os.environ, **changes}.items() if value is not None}
    path, results = write_toy(tmp_path, RIGHT), tmp_path / "results.json"
    done = run(path, results, "--cases", str(TOY), env=environment)
    assert set_of(ended_well(*done, results, cases=TOY)) == {"Passed"}


@linux
def test_temporary_folder_in_a_closed_one_costs_nobody_a_file(tmp_path):
    """With TMPDIR=/root/tmp, or one made by PAM, root's workers cannot reach the folder, and write elsewhere."""
    text = "import os, tempfile\nopen(os.path.abspath('plot.txt'), 'w').write('x')\n"
    text += "with tempfile.NamedTemporaryFile('w') as file:\n    file.write('x')\n" + RIGHT
    closed = tmp_path / "closed"
    place = closed / "temporary"
    place.mkdir(parents=True)
    closed.chmod(0o700)
    results = tmp_path / "results.json"
    done = run(write_toy(tmp_path, text), results, "--cases", str(TOY), env={**os.environ, "TMPDIR": str(place)})
    assert set_of(ended_well(*done, results, cases=TOY)) == {"Passed"}


OLD_LOCALE = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@posix
@pytest.mark.parametrize("fork", [FORK, pytest.param(NO_FORK, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "temporary", [pytest.param(False, id="", marks=pytest.mark.slow), pytest.param(True, id="temporary folder too")]
)
def test_locale_without_letters_grades_names_and_programs_with_them(tmp_path, temporary, fork):
    """With non-ASCII paths, source, output, and messages, the grade is the same as in UTF-8, byte for byte."""
    folder = tmp_path / "Müller_Ωσ_\u6f22"
    folder.mkdir()
    tmp_path.chmod(0o711)
    folder.chmod(0o711)
    path = write_toy(
        folder, "# Ω\ndef double(ζ):\n    print('Größe', ζ)\n    raise ValueError('falsche Größe Ω')\n\n"
        "def both(α, β):\n    print('Ω')\n    return α + β, α * β\n"
    )  # fmt: skip
    texts = []
    for i, environment in enumerate(({}, OLD_LOCALE)):
        results = folder / f"Ergebnis_ü_{i}.json"
        variables = {**os.environ, **environment, **({"TMPDIR": str(folder)} if temporary else {})}
        done = run(path, results, "--cases", str(TOY), *fork, env=variables)
        outcomes = ended_well(*done, results, {"double": {"Raised"}}, cases=TOY)
        assert outcomes == {"1": "Raised", "2": "Passed"}
        content = json.loads(results.read_text(encoding="ascii"))
        assert "falsche Größe Ω" in content["tests"][0]["output"]
        texts.append({**content, "execution_time": 0})
    assert texts[0] == texts[1]


@linux
def test_path_that_is_no_text_in_any_locale_is_graded_or_refused(tmp_path):
    """File names on Linux need not be UTF-8."""
    folder = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.mkdir(folder)
    os.chmod(folder, 0o711)
    path = write_toy(Path(os.fsdecode(folder)), RIGHT)
    for environment in ({}, OLD_LOCALE):
        results = path.with_name(f"{len(environment)}.json")
        done = run(path, results, "--cases", str(TOY), env={**os.environ, **environment})
        assert set_of(ended_well(*done, results, cases=TOY)) == {"Passed"}


# ------------------------------------------------------------------------------- interpreters that cannot be started


def gone(folder):
    return folder / "gone"


def not_to_be_run(folder):
    (folder / "python").write_bytes(b"\x7fELF nothing")
    (folder / "python").chmod(0o644)
    return folder / "python"


def not_a_program(folder):
    (folder / "python").write_bytes(b"\x7fELF" + bytes(100))
    (folder / "python").chmod(0o755)
    return folder / "python"


def without_shared_libraries(folder):
    text = "#!/bin/sh\necho 'error while loading shared libraries: libm.so.6: cannot open shared object file' >&2\n"
    (folder / "python").write_text(text + "exit 127\n")
    (folder / "python").chmod(0o755)
    return folder / "python"


def that_hangs(folder):
    (folder / "python").write_text("#!/bin/sh\nexec sleep 600\n")
    (folder / "python").chmod(0o755)
    return folder / "python"


def that_crashes(folder):
    (folder / "python").write_text("#!/bin/sh\nkill -SEGV $$\n")
    (folder / "python").chmod(0o755)
    return folder / "python"


def starting_with(python, monkeypatch):
    """Return a `start_interpreter` that starts `python` instead of our own interpreter."""

    def start_other(*arguments):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "executable", python)
            return start_interpreter(*arguments)

    return start_other


BROKEN = [gone, not_to_be_run, not_a_program, without_shared_libraries, that_crashes]


@posix
@pytest.mark.parametrize(("which", "fork"), [("all", True), ("all", False), ("zygote", True)])
@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_interpreter_that_does_not_start_is_our_fault(grade_text, tmp_path, monkeypatch, broken, which, fork):
    """Every case is a GraderError, the instructor is told, and nothing is raised, for the zygote alone and for all
    processes.
    """
    python = str(broken(tmp_path))
    if which == "all":
        monkeypatch.setattr(sys, "executable", python)
    else:
        monkeypatch.setattr("autograder.place.start_interpreter", starting_with(python, monkeypatch))
    grade = grade_text(RIGHT, fork=fork)
    assert {result.outcome.value for result in grade.results} == {"GraderError"}
    assert all("not your fault" in result.text for result in grade.results)
    assert grade.staff


@pytest.mark.slow
@posix
def test_zygote_that_never_comes_up_is_waited_for_once(grade_text, tmp_path, monkeypatch):
    """The zygote hangs while starting: every case is a GraderError or NotRun, and the run ends at its deadline."""
    python = str(that_hangs(tmp_path))
    monkeypatch.setattr("autograder.place.start_interpreter", starting_with(python, monkeypatch))
    grade = grade_text(RIGHT, run_s=1)
    assert {result.outcome.value for result in grade.results} <= {"GraderError", "NotRun"}
    assert grade.score == 0


@posix
def test_interpreter_without_our_packages_is_our_fault(grade_text, tmp_path, monkeypatch):
    """The environment has neither NumPy nor pytest."""
    made = subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=False)
    if made.returncode:
        pytest.skip("the module venv is not installed")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    grade = grade_text(RIGHT)
    assert {result.outcome.value for result in grade.results} == {"GraderError"}
    assert grade.staff


@pytest.mark.parametrize("command", [["doctor"], ["check"], ["batch", "."], ["explain", SOLUTION], ["grade", SOLUTION]])
def test_python_without_our_packages_is_named_and_so_is_one_that_has_them(tmp_path, command):
    """A user who has set up everything with make may still type `python`. A class does not even start."""
    made = subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=False)
    if made.returncode:
        pytest.skip("the module venv is not installed")
    python = tmp_path / "bare" / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = subprocess.run([python, "-m", "autograder", *command], cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=BOUND_S, check=False)  # fmt: skip
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    took = r"Use the Python in \.venv, which `make setup` creates\."
    assert re.fullmatch(rf".*python.* has no (numpy|pytest|tomli)\. {took}", last)
    assert command[0] in ("explain", "grade") or done.stderr.count("\n") == 1


# --------------------------------------------------------------------------------------------------------- signals


def start(path, results, *options, cwd=ROOT, **keywords):
    """Start a grading in the background, in its own process group, with its own temporary folder."""
    temporary = results.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, *arguments_for(path, results, *options)], cwd=cwd, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env={**os.environ, "TMPDIR": str(temporary)}, **keywords,
    )  # fmt: skip


def sleeps(seconds):
    """Return statements for a program that writes its PID to a file and sleeps."""
    return f"open('pid', 'w').write(str(__import__('os').getpid())); __import__('time').sleep({seconds})"


def sleeping_worker(results):
    """Wait for a worker to reach such statements; return its PID."""

    def find():
        for said in (results.parent / "temporary").glob("grading-*/*/pid"):
            with suppress(OSError, ValueError):  # it has ended, or is still writing
                return int(said.read_text(encoding="ascii"))
        return 0

    return wait_for(find)


def ended(running):
    """Wait for a grading to end; return (status, stdout, stderr)."""
    printed, errors = running.communicate(timeout=BOUND_S)
    return running.returncode, printed.decode(), errors.decode()


def zygote_of(running):
    """Wait for a grading's zygote; return its PID."""
    return wait_for(lambda: next(iter(children(running.pid, "from box import zygote")), 0))


# The first function is right; the second waits, so that a test can interfere with the grading.
STUCK = RIGHT.partition("def both")[0] + f"def both(a, b):\n    {sleeps(600)}\n"


def first_case_graded(running, results):
    """Wait until the worker of the second case sleeps and the supervisor has read every report."""
    sleeping_worker(results)
    wait_for(lambda: in_poll(running.pid))


def in_poll(pid):
    """Return whether a process is waiting for something to read."""
    if "poll" in Path(f"/proc/{pid}/wchan").read_text(encoding="ascii"):
        return True
    number = Path(f"/proc/{pid}/syscall").read_text(encoding="ascii").split()[0]
    return number in {"x86_64": {"7", "271"}, "aarch64": {"73"}}.get(os.uname().machine, ())


@linux
@pytest.mark.parametrize("group", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["supervisor", "its group"])
def test_sigterm_at_random_moments_leaves_a_complete_file(tmp_path, group):
    """From the first file to the last, every case is Passed or our fault; `timeout` signals the whole group."""
    moments = random.Random(f"sigterm {group}")
    faults = 0
    for i in range(6):
        results = tmp_path / f"{i}.json"
        with start(SOLUTION, results) as running:
            wait_for(results.exists)
            time.sleep(moments.uniform(0, 0.4) if i else 0)  # the first signal always hits, even on a fast machine
            if running.poll() is None:
                (os.killpg if group else os.kill)(running.pid, signal.SIGTERM)
            status, printed, errors = ended(running)
        if status == -signal.SIGTERM:  # everything was graded, and either that or the fallback is in the file
            outcomes = checked(results.read_text(encoding="ascii"))
            assert len(set_of(outcomes)) == 1
        else:
            outcomes = ended_well(status, printed, errors, results)
        faults += "GraderError" in outcomes.values()
    assert faults > 0, "six signals and none of them hit: the test has lost its aim"


@linux
@pytest.mark.parametrize("gap_s", [0, pytest.param(0.01, marks=pytest.mark.slow), 0.1])
def test_second_sigterm_takes_nothing_away(tmp_path, gap_s):
    """Cases graded before the first signal stand, and the status is ours, not the signal's."""
    path, results = write_toy(tmp_path, STUCK), tmp_path / "results.json"
    limits_of_an_hour = toy_with(tmp_path / "cases", call_s=600, case_s=600)
    with start(path, results, "--cases", str(limits_of_an_hour)) as running:
        first_case_graded(running, results)
        for _ in range(4):
            if running.poll() is None:
                running.send_signal(signal.SIGTERM)
            time.sleep(gap_s)
        outcomes = ended_well(*ended(running), results, cases=TOY)
    assert outcomes == {"1": "Passed", "2": "GraderError"}


@pytest.mark.slow
@linux
@pytest.mark.parametrize("times", [1, 2])
def test_sigterm_while_the_zygote_hangs_ends_in_seconds_and_leaves_nothing_running(tmp_path, times):
    """The stopped zygote cannot exit when told to: it is killed, and finished grades stand."""
    path, results = write_toy(tmp_path, STUCK), tmp_path / "results.json"
    limits_of_an_hour = toy_with(tmp_path / "cases", call_s=600, case_s=600)
    zygote = 0
    try:
        with start(path, results, "--cases", str(limits_of_an_hour)) as running:
            zygote = zygote_of(running)
            first_case_graded(running, results)
            os.kill(zygote, signal.SIGSTOP)
            for _ in range(times):
                if running.poll() is None:
                    running.send_signal(signal.SIGTERM)
                time.sleep(0.3)
            outcomes = ended_well(*ended(running), results, cases=TOY)
        assert outcomes == {"1": "Passed", "2": "GraderError"}
        assert not alive(zygote), "the zygote was left behind"
    finally:
        if zygote and alive(zygote):
            os.kill(zygote, signal.SIGKILL)


def alive(pid):
    """Return whether a process that is not our child is running or stopped."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def toy_with(folder, **limits):
    """Make a copy of the toy assignment with other limits, in seconds."""
    shutil.copytree(TOY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    settings = folder / "assignment.toml"
    text = settings.read_text(encoding="ascii")
    for name, value in limits.items():
        text, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
        assert count == 1
    settings.write_text(text, encoding="ascii")
    return folder


@linux
@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow), signal.SIGKILL],
    ids=lambda number: number.name,
)
def test_worker_that_is_told_to_end_by_somebody_else_is_our_fault(tmp_path, number):
    """A machine that shuts down signals every process. No worker can signal itself, so its case is a GraderError."""
    if os.geteuid() != 0:
        pytest.skip("needs root, under which a worker is known to send no signals")
    text = RIGHT.replace("return z + z", f"{sleeps(0.7)}\n    return z + z")
    path, results = write_toy(tmp_path, text), tmp_path / "results.json"
    with start(path, results, "--cases", str(toy_with(tmp_path / "cases", call_s=20))) as running:
        os.kill(sleeping_worker(results), number)
        outcomes = ended_well(*ended(running), results, cases=TOY)
    assert outcomes == {"1": "GraderError", "2": "Passed"}


@pytest.mark.slow
@linux
def test_zygote_without_descriptors_blames_nobody(tmp_path):
    """The zygote can neither check a worker's folder nor start the next one: results are right or GraderErrors."""
    text = RIGHT.replace("return z + z", f"{sleeps(0.7)}\n    return z + z")
    path, results = write_toy(tmp_path, text), tmp_path / "results.json"
    with start(path, results, "--cases", str(toy_with(tmp_path / "cases", call_s=20))) as running:
        zygote = zygote_of(running)
        sleeping_worker(results)
        _, hard = resource.prlimit(zygote, resource.RLIMIT_NOFILE)
        resource.prlimit(zygote, resource.RLIMIT_NOFILE, (1, hard))
        outcomes = ended_well(*ended(running), results, cases=TOY)
    assert set_of(outcomes) <= {"Passed", "GraderError"}


# ------------------------------------------------------------------------------------------------- clocks and deaths


# Shifts the time of day by another offset every 50 ms, but no clock that measures durations. libfaketime cannot do that
# here: it breaks time.sleep of Python 3.11, and reads its offsets from a file, which a worker cannot read.
JUMPING = """
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long jump(void) {
    static const long jumps[] = {0, 86400, -86400, 315360000, -10800, -630720000, 3600};
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return jumps[(now.tv_sec * 20 + now.tv_nsec / 50000000) % 7];
}
int clock_gettime(clockid_t clock, struct timespec *to) {
    int failed = syscall(SYS_clock_gettime, clock, to);
    if (!failed && clock == CLOCK_REALTIME) to->tv_sec += jump();
    return failed;
}
int gettimeofday(struct timeval *restrict to, void *restrict zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    to->tv_sec = now.tv_sec;
    to->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *to) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}
"""


@pytest.fixture(scope="module")
def jumping_clock(tmp_path_factory):
    """Build a library that makes the time of day jump back and forth by up to twenty years, twenty times a second."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("a clock that jumps needs a C compiler, and there is none")
    folder = tmp_path_factory.mktemp("clock")
    (folder / "clock.c").write_text(JUMPING, encoding="ascii")
    library = str(folder / "clock.so")
    made = subprocess.run(
        [compiler, "-shared", "-fPIC", "-o", library, str(folder / "clock.c")],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"the clock cannot be compiled here: {made.stderr}")
    code = "import time\nseen = []\n"
    code += "for _ in range(20): seen.append(time.time()); time.sleep(0.03)\nprint(seen != sorted(seen))"
    seen = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "LD_PRELOAD": library},
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout == "True\n", "the clock does not jump: the tests have lost their aim"
    return library


@linux
@pytest.mark.parametrize("fork", [(), ("--no-fork",)], ids=["fork", "no fork"])
def test_clock_that_jumps_changes_no_grade(tmp_path, jumping_clock, fork):
    """In the supervisor and the session, the program gets full points, and the measured duration is right."""
    path, cases = (write_toy(tmp_path, RIGHT), TOY) if fork else (SOLUTION, CASES)
    results = tmp_path / "results.json"
    done = run(path, results, "--cases", str(cases), *fork, env={**os.environ, "LD_PRELOAD": jumping_clock})
    assert set_of(ended_well(*done, results, cases=cases)) == {"Passed"}
    assert 0 < json.loads(results.read_text(encoding="ascii"))["execution_time"] < BOUND_S


@pytest.mark.slow
@linux
def test_clock_that_jumps_around_the_workers_changes_no_grade(grade_text, monkeypatch, jumping_clock):
    """In the session, the zygote, and its workers, time limits use a clock that does not jump."""
    monkeypatch.setitem(launch.ONE_THREAD, "LD_PRELOAD", jumping_clock)
    jumps = "import time\nbegan = time.time()\nwhile abs(time.time() - began) < 600: time.sleep(0.01)\n"
    waits = RIGHT.replace("return z + z", "time.sleep(0.3)\n    return z + z")
    assert grade_text(jumps + waits).score == 10
    hangs = RIGHT.replace("return z + z", "__import__('time').sleep(30)\n    return z + z")
    assert [result.outcome.value for result in grade_text(hangs).results] == ["TimedOut", "Passed"]


PROBE = Function("probe", ("z",), ("value",), ())
LIMITS = Limits(call_s=10, import_s=10, case_s=20, run_s=60, memory_mib=128)


@posix
@pytest.mark.parametrize("moment", ["before the first", "between two"])
def test_zygote_that_dies_between_two_cases_is_our_fault_at_once(tmp_path, moment):
    """The next worker and every later one raise GraderFault, without a wait."""
    tmp_path.chmod(0o711)
    settings = {
        "scratch": str(tmp_path), "readable": readable_folders(), "preload": [], "memory_mib": 128, "cpu_s": 30,
    }  # fmt: skip
    program = Submission("toy.py", "toy.py", "def probe(z):\n    return 2 * z\n")
    with launch.zygote(json.dumps(settings)) as (control, process):
        zygote = Zygote(control)
        if moment == "between two":
            with zygote.worker(LIMITS) as worker:
                worker.load(program)
                assert worker.call(PROBE, [1.0]).values[0] == 2
        process.kill()
        process.wait(BOUND_S)
        began = time.monotonic()
        for _ in range(50):
            with pytest.raises(GraderFault), zygote.worker(LIMITS) as worker:
                worker.load(program)
        assert time.monotonic() - began < 20, "each of them was waited for"
