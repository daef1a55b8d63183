"""batch/station.py: a station grades as new processes do, and nothing that one submission does remains for the next."""

import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from autograder import assignment as assignments
from autograder.batch import jobs
from autograder.batch import station as stations
from autograder.batch.station import Station
from autograder.grade import grade_program
from autograder.outcome import Outcome
from autograder.submission import Submission, read

from ..conftest import PROGRAMS
from ..processes import children, none_left
from .conftest import RIGHT, TOY
from .test_grade import wait_for

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="stations fork")
# Right and wrong programs, one with a library that is loaded before the fork, and one that leaves much to clean up. The
# tests with the toy cover the other ways to end.
SAMPLE = (
    "model_solution", "patches_numpy_to_look_right", "backprop_averages_over_n",
)  # fmt: skip
# Its answers differ each time.
BY_CHANCE = "backprop_returns_random_numbers"


def program(text):
    """Return a submission to the toy assignment."""
    return Submission("toy.py", "toy.py", text)


def without_times(one):
    """Return a grade without its times."""
    results = tuple(result._replace(seconds=0) for result in one.results)
    return one._replace(results=results, seconds=0)


@pytest.fixture(scope="module")
def toy(toy):
    """The toy assignment, with enough time on a busy machine."""
    return toy._replace(limits=toy.limits._replace(call_s=60, import_s=60, case_s=60))


@pytest.fixture(scope="module")
def new_station(tmp_path_factory):
    """A function that makes a station, which is closed at the end."""
    with contextlib.ExitStack() as stack:

        def make():
            scratch = stack.enter_context(jobs.scratch_folder(tmp_path_factory.mktemp("station") / "scratch"))
            station = Station(scratch)
            stack.callback(station.close)
            return station

        yield make


@pytest.fixture(scope="module")
def toy_station(new_station):
    """A station for the toy assignment. No test may leave it otherwise than a class would."""
    return new_station()


@pytest.fixture
def own_station(new_station):
    """Another one, to close it or to change how many templates it has."""
    return new_station()


@pytest.fixture
def own_grades(toy, own_station):
    """A function: text -> the grade that the test's own station gives."""
    return lambda text: grade_program(program(text), toy, place=own_station)


@pytest.fixture
def grades(toy, toy_station):
    """A function: text -> the grade that the station gives."""
    return lambda text: grade_program(program(text), toy, place=toy_station)


def outcomes(one):
    """Return the outcomes in the order of the cases."""
    return [result.outcome.value for result in one.results]


@pytest.fixture(scope="module")
def on_a_station(new_station):
    """A function: program of the bank -> its grade from a station, which all programs with the same limits share."""
    known = {}

    def run(one, place):
        limits = tuple(one.limits.items())
        if limits not in known:
            assignment = one.assignment()
            known[limits] = assignment, new_station()
        assignment, station = known[limits]
        return grade_program(read(one.hand_in(place), assignment.file), assignment, place=station)

    return run


def compare(program, on_a_station, place):
    """Check that a station gives the same grade as new processes, except for times."""
    new = program.grade(program.hand_in(place / "new"))
    if {result.outcome for result in new.results} == {Outcome.UNREADABLE}:
        pytest.skip("there is nothing in it that a station would run")
    assert without_times(on_a_station(program, place / "forked")) == without_times(new)


@pytest.mark.parametrize("program", [PROGRAMS[name] for name in SAMPLE], ids=SAMPLE)
def test_every_way_to_end_is_graded_as_on_new_processes(program, on_a_station, tmp_path):
    """The grades are the same except for times, with one program after the other on the same station."""
    compare(program, on_a_station, tmp_path)


REST = sorted(set(PROGRAMS) - {*SAMPLE, BY_CHANCE})


@pytest.mark.slow
@pytest.mark.parametrize("program", [PROGRAMS[name] for name in REST], ids=REST)
def test_rest_of_the_bank_is_graded_as_on_new_processes(program, on_a_station, tmp_path):
    """The programs run in the order of their names, on one station."""
    compare(program, on_a_station, tmp_path)


IMPORT_HANGS = "import time\ntime.sleep(600)\n"
HANGS = RIGHT.replace("return z + z", "__import__('time').sleep(600)")
FILLS_MEMORY = RIGHT.replace("return z + z", "return z * np.ones(10**9)").replace(
    "def double", "import numpy as np\ndef double"
)


ENDS = "import os\nos._exit(0)\n"


@pytest.fixture(scope="module")
def limited(toy, new_station, toy_station):
    """A function: limits -> the toy assignment with them, and a station for it; both are cached."""

    @functools.cache
    def make(**limits):
        return toy._replace(limits=toy.limits._replace(**limits)), new_station() if limits else toy_station

    return make


@pytest.mark.parametrize(
    ("text", "limits"),
    [pytest.param(IMPORT_HANGS, {"import_s": 0.5}, marks=pytest.mark.slow), (HANGS, {"call_s": 1}),
     (FILLS_MEMORY, {}), (ENDS, {}), ("", {}), ("def double(z) return z", {})],
    ids=["import hangs", "hangs", "fills memory", "ends", "empty", "no Python"],
)  # fmt: skip
def test_every_way_to_fail_is_graded_as_on_new_processes(limited, text, limits):
    """The programs run one after the other on the same station, except those that hang, which get short limits."""
    assignment, station = limited(**limits)
    forked = grade_program(program(text), assignment, place=station)
    assert without_times(forked) == without_times(grade_program(program(text), assignment))
    assert set(outcomes(forked)) != {"Passed"}


PLANTS = """
import builtins, gc, math, os, random, sys, types
import numpy as np

def planted():
    found = [name for name in ("seen", "toy_seen") if hasattr(builtins, name) or name in sys.modules]
    found += [name for name in ("PLANTED",) if name in os.environ]
    found += os.listdir(".")
    found += ["math"] * hasattr(math, "seen") + ["numpy"] * hasattr(np, "seen")
    found += [str(value) for value in gc.get_objects() if type(value).__name__ == "Planted"]
    return found

before = planted()
builtins.seen = math.seen = np.seen = True
sys.modules["toy_seen"] = types.ModuleType("toy_seen")
os.environ["PLANTED"] = "1"
open("planted.txt", "w").write("here")
class Planted:
    pass
kept = [Planted()]

def double(z):
    if before:
        raise ValueError(" ".join(before))
    return z + z

def both(a, b):
    return a + b, double(a) * b / 2
"""


def test_what_a_submission_plants_is_gone_for_the_next(grades):
    """A worker finds no modules, builtins, variables, or files that an earlier worker has left."""
    for _ in range(3):
        assert outcomes(grades(PLANTS)) == ["Passed", "Passed"]


CHANCE = """
import random
import numpy as np
first = random.random(), np.random.rand()
def double(z):
    raise ValueError(repr(first))
def both(a, b):
    raise ValueError(repr(first))
"""


def test_random_numbers_of_two_submissions_are_not_the_same(grades):
    """Otherwise, every child would inherit the template's random state."""
    texts = [grades(CHANCE).results[0].text for _ in range(2)]
    assert texts[0] != texts[1]


def test_session_of_a_submission_knows_nothing_of_the_one_before(toy, tmp_path, new_station):
    """State that case files keep in their modules is as fresh for each submission as when they were collected."""
    folder = tmp_path / "stateful"
    folder.mkdir()
    for file in TOY.iterdir():
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            if file.name == "test_toy.py":
                text = text.replace("z = np.array([1.0, -2.5])", "SEEN.append(CHANCE.random()); z = np.array(SEEN)")
                text = text.replace("\n\n\n@pytest", "\n\nSEEN = []\nCHANCE = np.random.default_rng(1)\n\n@pytest", 1)
            (folder / file.name).write_text(text, encoding="utf-8")
    assignment = assignments.load(folder)._replace(limits=toy.limits)
    station = new_station()
    wrong = program("def double(z):\n    return 3 * z\ndef both(a, b):\n    return a + b, a * b\n")
    new = grade_program(wrong, assignment)
    assert outcomes(new) == ["Failed", "Passed"]
    for _ in range(2):
        assert without_times(grade_program(wrong, assignment, place=station)) == without_times(new)


@pytest.fixture
def template_of(toy_station):
    """A function: what a template is for -> the PID of the template that was used last."""

    def find(what):
        return [one for key, one in toy_station._templates.items() if key[0] == what][-1]._process.pid

    return find


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells what a process has loaded")
def test_session_loads_nothing_to_answer_for_a_stand_in(grades, template_of):
    """The template has already loaded ctypes, with which arrays are packed."""
    grades(RIGHT)
    with open(f"/proc/{template_of('sessions')}/maps", encoding="utf-8") as loaded:
        assert "/_ctypes." in loaded.read()


@pytest.mark.parametrize("what", ["sessions", "zygotes"])
def test_template_that_was_killed_costs_one_grading_and_is_our_fault(grades, template_of, what):
    """The next submission gets a new template."""
    assert outcomes(grades(RIGHT)) == ["Passed", "Passed"]
    os.kill(template_of(what), signal.SIGKILL)
    broken = grades(RIGHT)
    assert outcomes(broken) == ["GraderError", "GraderError"]
    (sentence, missing) = broken.staff
    assert sentence.startswith("The grader failed on this machine: ")
    assert missing == "The grading session ended before these cases were graded: 1, 2. Please regrade."
    assert outcomes(grades(RIGHT)) == ["Passed", "Passed"]


WAITS = """
import os, time

def double(z):
    open("begun", "w").close()
    while not os.path.exists("go"):
        time.sleep(0.01)
    return z + z

def both(a, b):
    return a + b, a * b
"""


@pytest.fixture
def waiting(toy, toy_station):
    """A function that makes a context in which a grading waits in a call of its first case; afterward, its grade is in
    the list.
    """

    @contextlib.contextmanager
    def go(station=toy_station):
        got = []
        thread = threading.Thread(target=lambda: got.append(grade_program(program(WAITS), toy, place=station)))
        thread.start()
        try:
            folder = wait_for(lambda: next(Path(station.scratch).glob("grading-*/*/begun"), None)).parent
            yield got
            with contextlib.suppress(OSError):  # the folder was removed together with the grading
                (folder / "go").touch()
        finally:
            thread.join()

    return go


@pytest.mark.parametrize("what", ["sessions", "zygotes"])
def test_template_that_is_killed_during_a_grading_costs_nothing(waiting, template_of, grades, what):
    """Its children go on; the next submission gets a new template."""
    assert outcomes(grades(RIGHT)) == ["Passed", "Passed"]
    with waiting() as got:
        killed = template_of(what)
        os.kill(killed, signal.SIGKILL)
    assert outcomes(got[0]) == ["Passed", "Passed"]
    assert outcomes(grades(RIGHT)) == ["Passed", "Passed"]
    assert template_of(what) != killed


def test_session_that_is_killed_is_our_fault_and_the_next_is_graded(waiting, template_of, grades):
    """Cases that it has not reported are GraderErrors, and a sentence for staff says so."""
    grades(RIGHT)
    with waiting() as got:
        for pid in children(template_of("sessions")):
            os.kill(pid, signal.SIGKILL)
    assert outcomes(got[0]) == ["GraderError", "GraderError"]
    assert got[0].staff[-1].startswith("The grading session ended before these cases were graded: ")
    assert outcomes(grades(RIGHT)) == ["Passed", "Passed"]


def test_closed_station_leaves_no_process_and_no_folder(own_grades, own_station):
    """Templates, zygotes, sessions and workers."""
    own_grades(RIGHT)
    own_grades("import numpy.fft\n" + RIGHT)
    started = [
        pid for one in own_station._templates.values() for pid in (one._process.pid, *children(one._process.pid))
    ]
    assert len(started) == 3
    own_station.close()
    assert none_left(started)
    assert own_grades(RIGHT).faults, "as for a thread that was about to begin"
    assert not own_station._templates
    assert os.listdir(own_station.scratch) == []


def test_station_that_is_closed_during_a_grading_leaves_no_process(own_station, own_grades, waiting):
    """As Ctrl-C does it: from another thread, while a worker hangs."""
    own_grades(RIGHT)
    with waiting(own_station) as got:
        started = [
            pid for one in own_station._templates.values() for pid in (one._process.pid, *children(one._process.pid))
        ]
        assert len(started) >= 5
        own_station.close()
    assert got[0].faults
    assert none_left(started)


def test_part_of_an_assignment_has_its_own_limits(toy, own_station, tmp_path):
    """Extra credit may be given more memory; what the first file was graded with is nothing to it."""
    part = assignments.load(shutil.copytree(TOY, tmp_path / "part"))
    large = program("bytearray(200 << 20)\n" + RIGHT)
    small, roomy = (
        one._replace(limits=toy.limits._replace(memory_mib=memory_mib)) for one, memory_mib in ((toy, 64), (part, 512))
    )
    for one, outcome in ((small, "OutOfMemory"), (roomy, "Passed"), (small, "OutOfMemory")):
        assert outcomes(grade_program(large, one, place=own_station)) == [outcome, outcome]


@pytest.mark.slow
def test_number_of_templates_is_bounded(toy, own_station, monkeypatch):
    """However many sets of libraries a class imports; the one that was used longest ago goes."""
    monkeypatch.setattr(stations, "MAX_TEMPLATES", 3)
    modules = ["fft", "ma", "polynomial", "testing", "random"]
    seen = set()
    for module in modules:
        one = grade_program(program(f"import numpy.{module}\n" + RIGHT), toy, place=own_station)
        assert outcomes(one) == ["Passed", "Passed"]
        seen |= {template._process.pid for template in own_station._templates.values()}
        assert len(own_station._templates) <= stations.MAX_TEMPLATES
    left = {template._process.pid for template in own_station._templates.values()}
    assert none_left(seen - left)
    assert len(seen) == len(modules) + 1, "the session's template stays: each submission needs it"


def test_template_that_somebody_is_at_is_not_closed_for_one_more(waiting, own_station, own_grades, monkeypatch):
    """Even if it is the one that was used longest ago: what it has forked may need it."""
    monkeypatch.setattr(stations, "MAX_TEMPLATES", 1)
    with waiting(own_station) as got:
        assert outcomes(own_grades("import numpy.fft\n" + RIGHT)) == ["Passed", "Passed"]
        assert outcomes(own_grades("import numpy.ma\n" + RIGHT)) == ["Passed", "Passed"]
    assert outcomes(got[0]) == ["Passed", "Passed"]


def test_template_that_never_starts_is_our_fault(toy, own_station, monkeypatch):
    """An interpreter that does not come up, for want of memory for instance."""
    monkeypatch.setattr(
        stations, "start_session", lambda *_: subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.DEVNULL)
    )
    one = grade_program(program(RIGHT), toy, place=own_station)
    assert outcomes(one) == ["GraderError", "GraderError"]
    assert one.staff[0].startswith("The grader failed on this machine: ")


def test_template_that_ends_before_it_answers_is_not_waited_for():
    """The request has arrived, so only the end of the answers tells."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(ConnectionError, match="died"):
            stations.Template(None, ours).fork("{}", [])


def test_descriptors_are_given_back(grades):
    """A process that may open a thousand files grades hundreds of submissions."""
    grades(RIGHT)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(4):
        grades(RIGHT)
    assert len(os.listdir("/proc/self/fd")) < before + 4  # other threads of the tests have some open, too
