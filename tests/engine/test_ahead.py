"""What a worker does before its case begins, and how a worker is cleared away after its case."""

import contextlib
import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
import weakref
from decimal import Decimal

import numpy as np
import pytest

from autograder import importing, launch, place
from autograder.assignment import Function, Limits
from autograder.backend import CallFailed, GraderFault
from autograder.box.limits import LAYERS
from autograder.box.zygote import _end_worker
from autograder.grade import grade
from autograder.launch import readable_folders
from autograder.outcome import CaseResult, Outcome
from autograder.sandbox import Zygote
from autograder.session import GradingHost, load_module
from autograder.submission import Submission

from .conftest import RIGHT, TOY
from .test_grade import wait_for

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no zygote without fork")
PROBE = Function("probe", ("z",), ("value",), ())
LIMITS = Limits(call_s=20, import_s=20, case_s=40, run_s=60, memory_mib=128)
RIGHT_PROBE = Submission("toy.py", "toy.py", "def probe(z):\n    return 2 * z\n")


@pytest.fixture
def zygote(tmp_path):
    """A zygote whose workers have their folders in `tmp_path`."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)  # workers must be able to pass through to their own folders
    settings = {
        "scratch": str(tmp_path), "readable": readable_folders(), "preload": [], "memory_mib": 128, "cpu_s": 30,
        "ahead": True,
    }  # fmt: skip
    with launch.zygote(json.dumps(settings)) as (control, _):
        yield Zygote(control)


@pytest.fixture
def host(zygote, toy, tmp_path, monkeypatch):
    """A function that makes a host, which grades a text with the two cases of the toy."""
    toy = toy._replace(limits=LIMITS)
    monkeypatch.setattr(importing, "QUICKLY_S", 10.0)  # no import takes that long here, even on a busy machine

    def make(text, *, ahead=True):
        program = Submission("toy.py", "toy.py", text)
        reference = load_module(TOY / "reference.py")
        return GradingHost(toy, program, zygote, reference, (), io.StringIO(), str(tmp_path), ahead=ahead)

    return make


def test_worker_of_the_next_case_imports_the_program_meanwhile(host, toy):
    """After the last case, no further worker is made."""
    grading = host(RIGHT)
    double, both = toy.functions["double"], toy.functions["both"]
    with grading.open((), double) as first:
        assert grading.importing._begun is None, "not before there is something to wait for"
        assert first.call(double, [np.ones(2)]).values[0].tolist() == [2, 2]
        _, begun = grading.importing._begun
        first.call(double, [np.ones(2)])
        assert grading.importing._begun[1] is begun
    grading.report(CaseResult(toy.cases[0], Outcome.PASSED, toy.cases[0].points))
    with grading.open((), both) as second:
        assert second is begun
        assert second.limits == grading._limits(both)
        assert second.call(both, [np.ones(1), np.ones(1)]).values[1].tolist() == [1]
        assert grading.importing._begun is None


def test_nothing_of_a_failed_try_is_kept_beyond_its_case(host, toy):
    """A session runs without garbage collection, and a program may fill each call's memory and send as much back."""
    grading = host("def double(z):\n    raise ValueError\n")

    def tried():
        try:
            with grading.open((), toy.functions["double"]) as worker:
                kept = weakref.ref(worker._arguments)
                worker.call(toy.functions["double"], [np.ones(2)])
        except CallFailed as failed:
            failure = failed  # as the plugin does: from here on, frame and exception refer to each other
            assert failure
        return kept

    gc.disable()
    try:
        kept = tried()
        assert kept() is not None
        grading.report(CaseResult(toy.cases[0], Outcome.RAISED, Decimal(0)))
        assert kept() is None
    finally:
        gc.enable()


def test_case_is_graded_although_no_worker_can_be_begun_for_the_next(host, toy, zygote):
    """The fault is that of the next case, which tells it."""
    grading = host(RIGHT)
    with grading.open((), toy.functions["double"]) as worker:
        zygote._lost = "the process that starts workers does not answer"
        assert worker.call(toy.functions["double"], [np.ones(2)]).values[0].tolist() == [2, 2]
    with pytest.raises(GraderFault, match="does not answer"), grading.open((), toy.functions["both"]):
        pass


def test_second_try_takes_another_worker_and_leaves_that_of_the_next_case(host, toy):
    """Stand-ins must be lent from the beginning of an import, so the second try needs a new worker."""
    grading = host(RIGHT)
    both = toy.functions["both"]
    with grading.open((), both) as first:
        first.call(both, [np.ones(1), np.ones(1)])
        _, begun = grading.importing._begun
    with grading.open(("double",), both) as second:
        assert second is not begun
        assert grading.importing._begun[1] is begun
        assert second.call(both, [np.ones(1), np.ones(1)]).values[0].tolist() == [2]
    with grading.open((), both) as third:
        assert third is begun


@pytest.mark.parametrize(("quickly_s", "ahead"), [(0.0, True), (10.0, False)], ids=["slow", "in a class"])
def test_nothing_is_begun_before_its_turn(host, toy, monkeypatch, quickly_s, ahead):
    """No import begins early if imports are slow or another submission needs the processor."""
    monkeypatch.setattr(importing, "QUICKLY_S", quickly_s)
    grading = host(RIGHT, ahead=ahead)
    with grading.open((), toy.functions["double"]) as worker:
        worker.call(toy.functions["double"], [np.ones(2)])
        assert grading.importing._begun is None
    assert not grading.importing._workers._ordered and not grading.importing._workers._delivered


@pytest.mark.parametrize("ahead", [True, False], ids=["alone", "in a class"])
def test_none_is_made_ready_when_no_case_is_left(host, toy, tmp_path, ahead):
    """A spare worker costs a class as much as a case does. Each existing worker has a folder."""
    grading = host(RIGHT, ahead=ahead)
    for case, name in zip(toy.cases, ("double", "both")):
        function = toy.functions[name]
        with grading.open((), function) as worker:
            worker.call(function, [np.ones(1)] * len(function.arguments))
            if case is toy.cases[-1]:
                wait_for(lambda: len(list(tmp_path.iterdir())) == 1)
        grading.report(CaseResult(case, Outcome.PASSED, case.points))
    with grading.open((), function) as wanted_after_all:
        assert wanted_after_all.call(function, [np.ones(1), np.ones(1)]).values[0].tolist() == [2]


@pytest.mark.parametrize(
    ("text", "outcome", "limits"),
    [
        ("import os\nos._exit(3)\n", Outcome.DIED, {}),
        ("raise ValueError\n", Outcome.RAISED, {}),
        ("def probe(z)\n", Outcome.RAISED, {}),
        ("import time\ntime.sleep(600)\n", Outcome.TIMED_OUT, {"import_s": 1}),
    ],
    ids=["ends", "raises", "no Python", "hangs"],
)
def test_import_that_was_begun_fails_when_it_is_waited_for(zygote, text, outcome, limits):
    """The failure is not raised before that."""
    with zygote.worker(LIMITS._replace(**limits)) as worker:
        worker.begin_load(Submission("toy.py", "toy.py", text))
        time.sleep(0.05)
        with pytest.raises(CallFailed) as failed:
            worker.finish_load()
    assert failed.value.outcome is outcome


def test_worker_that_dies_is_reaped_with_another_on_order(zygote):
    """Replies come in the order of the requests: the exit status of one worker is not taken for the other's."""
    with zygote.worker(LIMITS) as dying:
        dying.load(Submission("toy.py", "toy.py", "import os\ndef probe(z):\n    os._exit(7)\n"))
        zygote.order()
        zygote.order()  # the second order has no effect
        with pytest.raises(CallFailed) as failed:
            dying.call(PROBE, [1.0])
        assert failed.value.facts["status"] == 7
    for _ in range(2):
        with zygote.worker(LIMITS) as worker:
            worker.load(RIGHT_PROBE)
            assert worker.call(PROBE, [1.0]).values[0] == 2


def test_worker_that_hangs_is_killed_and_not_waited_for(zygote, tmp_path):
    """The hanging worker and its files are cleared away while the next one works."""
    with zygote.worker(LIMITS) as hanging:
        hanging.begin_load(Submission("toy.py", "toy.py", "open('kept', 'w').write('x')\nwhile True: pass\n"))
        while not list(tmp_path.glob("*/kept")):
            pass
    with zygote.worker(LIMITS) as worker:
        worker.load(RIGHT_PROBE)
        assert worker.call(PROBE, [1.0]).values[0] == 2
        while list(tmp_path.glob("*/kept")):
            pass


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives a worker its own user")
def test_what_a_worker_has_started_ends_with_it():
    """Without a filter of system calls, a program can leave a process behind, in a session that is not the worker's."""
    uid = 2_000_000_000 + os.getpid()
    left = "trap '' HUP TERM; echo started; sleep 20; echo survived"
    try:
        process = subprocess.Popen(
            ["sh", "-c", f'setsid sh -c "{left}" & wait'], user=uid, stdout=subprocess.PIPE, start_new_session=True
        )
    except (OSError, subprocess.SubprocessError):
        pytest.skip("this container has no such user")
    assert process.stdout.readline() == b"started\n"
    status, ended, _ = _end_worker(process.pid, uid, might_have_forked=True, patience_s=0)
    process.returncode = os.waitstatus_to_exitcode(status)  # it is reaped
    with process.stdout:
        assert (process.returncode, ended, process.stdout.read()) == (-signal.SIGKILL, False, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="folders are watched on Linux, where a filter forbids processes")
def test_folder_of_each_of_several_workers_is_watched(zygote):
    """The folder of a worker whose import began early is watched, too."""
    flood = "import itertools\nfor i in itertools.count():\n    open(str(i), 'w').close()\n"
    with contextlib.ExitStack() as stack:
        quiet, flooding = (stack.enter_context(zygote.worker(LIMITS)) for _ in range(2))
        quiet.load(RIGHT_PROBE)
        flooding.begin_load(Submission("toy.py", "toy.py", flood))
        with pytest.raises(CallFailed) as failed:
            flooding.finish_load()
        assert "filled its temporary folder" in failed.value.facts["problem"]
        assert quiet.call(PROBE, [1.0]).values[0] == 2


@pytest.mark.skipif(sys.platform != "linux", reason="where containers have limits")
def test_memory_is_that_of_the_container(tmp_path, monkeypatch):
    """If the container has no limit, version 1 control groups show a huge number, and version 2 the word "max"."""
    whole = place.memory_bytes()
    (tmp_path / "limit").write_text("max\n", encoding="ascii")
    monkeypatch.setattr(place, "GROUPS", {name: (str(tmp_path), "limit") for name in place.GROUPS})
    assert place.memory_bytes() >= whole
    (tmp_path / "limit").write_text(f"{1 << 20}\n", encoding="ascii")
    assert place.memory_bytes() == 1 << 20
    (tmp_path / "limit").unlink()
    assert place.memory_bytes() == 0, "a container may be shown nothing of its limits"


@pytest.mark.skipif(sys.platform != "linux", reason="where containers have limits")
@pytest.mark.parametrize(
    ("files", "memory"),
    [
        ({"/proc/self/cgroup": "0::/a/b:c\n", "/sys/fs/cgroup/a/b:c/memory.max": "4096\n"}, 4096),
        ({"/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/memory.max": "4096\n"}, 4096),
        ({"/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/memory.max": "4096\n"}, 4096),
        (
            {"/proc/self/cgroup": "5:cpu:/b\n4:memory:/a\n0::/\n",
             "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "4096\n", "/sys/fs/cgroup/b/memory.max": "5\n"},
            4096,
        ),
        ({"/proc/self/cgroup": "5:cpu:/b\n", "/sys/fs/cgroup/b/memory.max": "4096\n"}, 0),
        ({}, 0),
    ],
    ids=["own group", "group above", "seen as the topmost", "first kind", "no group of memory", "no groups"],
)  # fmt: skip
def test_memory_is_that_of_the_group_that_limits_it(monkeypatch, files, memory):
    """The limit may be anywhere that the kernel keeps it; the result is 0 if nothing tells what a container gets."""

    def opened(path, **_):
        if os.path.normpath(path) in files:
            return io.StringIO(files[os.path.normpath(path)])
        raise FileNotFoundError

    monkeypatch.setattr(place, "open", opened, raising=False)
    assert place.memory_bytes() == memory


@pytest.mark.skipif(sys.platform != "linux", reason="what there is can be asked for")
def test_memory_of_other_systems_is_that_of_the_machine(monkeypatch):
    """Other systems have no limit, and Windows does not tell its memory."""
    monkeypatch.setattr(place, "open", lambda *_, **__: io.StringIO(), raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert 1 << 26 < place.memory_bytes() < sys.maxsize
    monkeypatch.delattr(os, "sysconf")
    assert place.memory_bytes() == sys.maxsize


@pytest.mark.parametrize(("lacking", "ahead"), [(0, True), (1, False)])
def test_nothing_is_imported_early_where_there_is_no_memory_for_two(toy, tmp_path, monkeypatch, lacking, ahead):
    """Two workers of a program that takes all the memory it may would make the kernel kill one: that is our fault.

    The session that was started first is the one that is told so, and which layers to use.
    """
    (tmp_path / "toy.py").write_text(RIGHT, encoding="ascii")
    told = []
    tell = place._Started.tell
    fresh = place.Fresh()
    fresh.start()
    started = fresh._started
    monkeypatch.setattr(place._Started, "tell", lambda self, settings: (told.append((self, settings)), tell(*told[-1])))
    enough = place.ROOM_FOR * toy.limits.memory_mib << 20
    monkeypatch.setattr(place, "memory_bytes", lambda: enough - lacking)
    assert grade(tmp_path / "toy.py", toy, layers=LAYERS, place=fresh).score == 10
    ((one, settings),) = told
    assert (one, settings["ahead"], settings["worker"]["layers"]) == (started, ahead, list(LAYERS))
