"""autograder/sandbox.py, conversation.py, and box/limits.py: what a worker must not do is tried from inside one.

A program answers 1 only if it was refused.
"""

import contextlib
import errno
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from autograder import answering, conversation, launch, sandbox
from autograder.assignment import Function, Limits
from autograder.backend import CallFailed, GraderFault
from autograder.box import folders, limits
from autograder.box.call import MAX_ENTRIES
from autograder.box.limits import LAYERS
from autograder.launch import readable_folders
from autograder.outcome import Outcome
from autograder.sandbox import Zygote
from autograder.submission import Submission

from .conftest import RIGHT
from .test_grade import wait_for

with contextlib.suppress(ImportError):  # Windows has none
    import resource

linux = pytest.mark.skipif(sys.platform != "linux", reason="the layers tried here are Linux's")
root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, to become somebody else")
ROOT = Path(__file__).resolve().parents[2]
PROBE = Function("probe", ("z",), ("value",), ())
LIMITS = Limits(call_s=10, import_s=10, case_s=20, run_s=60, memory_mib=128)


@contextlib.contextmanager
def started(scratch, **settings):
    """Yield a new zygote, which makes its workers' folders in `scratch`, and its process."""
    for folder in (scratch, *scratch.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)  # workers must be able to pass through to their own folders
    settings = {
        "scratch": str(scratch),
        "readable": readable_folders(),
        "preload": [
            "__future__",
            "argparse",
            "locale",
            "ctypes",
            "tempfile",
            "threading",
            "subprocess",
            "numpy.random",
        ],
        "memory_mib": LIMITS.memory_mib,
        "cpu_s": 30,
        **settings,
    }
    with pytest.MonkeyPatch.context() as patient, launch.zygote(json.dumps(settings)) as (control, process):
        patient.setattr(launch, "PATIENCE_S", 60.0)  # long enough on any busy machine
        yield Zygote(control), process
    assert process.returncode >= 0, "it did not leave by itself"


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    """A zygote from which each test forks a worker."""
    with started(tmp_path_factory.mktemp("scratch")) as (zygote, _):
        yield zygote


@pytest.fixture
def run(zygote):
    """A function that loads a program into a fresh worker, calls its `probe`, and returns the worker and the answer."""

    def go(text, argument=1.0, **loading):
        with zygote.worker(LIMITS) as worker:
            worker.load(Submission("toy.py", "toy.py", text), **loading)
            returned = worker.call(PROBE, [argument])
        return worker, returned.values[0]

    return go


KEEPS_ALL_MEMORY = """
kept = []
def probe(z):
    size = 1 << 20
    while size >= 1 << 12:
        try:
            kept.append(bytes(size))
        except MemoryError:
            size //= 2
    raise MemoryError
"""


@linux
def test_worker_without_memory_for_the_next_call_prints_nothing_of_ours(zygote):
    """The program's output goes to its student, who did not write the grader's code."""
    with zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", KEEPS_ALL_MEMORY))
        for _ in range(2):
            with pytest.raises(CallFailed):
                worker.call(PROBE, [1.0])
        worker.end(dying=True)
    assert worker.printed == ""


COMPUTES = """
import time
def probe(z):
    began = time.process_time()
    while time.process_time() < began + z:
        pass
    return 1
"""


@linux
def test_call_may_compute_for_a_part_of_its_time_only(zygote, monkeypatch):
    """The limit applies to each call separately; a program that computes longer is stopped, and the failure names the
    whole limit of a call.
    """
    monkeypatch.setattr(conversation, "COMPUTING", 0.02)
    with zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", COMPUTES))
        for _ in range(3):
            assert worker.call(PROBE, [0.1]).values[0] == 1
        with pytest.raises(CallFailed) as late:
            worker.call(PROBE, [1000.0])
    assert late.value.outcome is Outcome.TIMED_OUT
    assert late.value.facts == {"limit_s": LIMITS.call_s, "computing": True}


@linux
def test_import_may_compute_for_a_part_of_its_time_only(zygote, monkeypatch):
    """An import is limited in the same way as a call."""
    monkeypatch.setattr(conversation, "COMPUTING", 0.02)
    with zygote.worker(LIMITS) as worker, pytest.raises(CallFailed) as late:
        worker.load(Submission("toy.py", "toy.py", "while True:\n    pass\n"))
    assert late.value.facts == {"limit_s": LIMITS.import_s, "computing": True}


def test_who_waits_does_not_compute(run, monkeypatch):
    """A program that sleeps may use its whole time limit."""
    monkeypatch.setattr(conversation, "COMPUTING", 0.02)
    assert run("import time\ndef probe(z):\n    time.sleep(z)\n    return 1\n", 0.4)[1] == 1


def test_time_without_a_processor_is_given_back(zygote, monkeypatch):
    """On a busy machine, the time spent waiting for a processor is charged neither to the case nor to the function's
    share.
    """
    monkeypatch.setattr(conversation.Clock, "waited_s", lambda _: 60.0)
    with zygote.worker(LIMITS._replace(call_s=0.1, case_s=0.1)) as worker:
        worker.load(Submission("toy.py", "toy.py", "import time\ndef probe(z):\n    time.sleep(z)\n    return 1\n"))
        assert worker.call(PROBE, [0.5]).values[0] == 1
        assert worker.spent_s == 0
        monkeypatch.setattr(conversation.Clock, "waited_s", lambda _: 60.0 + conversation.LOOK_S)
        with pytest.raises(CallFailed) as late:
            worker.call(PROBE, [600.0])
    assert late.value.outcome is Outcome.TIMED_OUT


@linux
def test_time_without_a_processor_is_told_by_the_kernel():
    """Of two processes that compute on the same processor, each has to wait."""
    if not Path("/proc/self/schedstat").exists():
        pytest.skip("this kernel counts no such thing")
    processor = {min(os.sched_getaffinity(0))}
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            busy = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(busy.kill)
            os.sched_setaffinity(busy.pid, processor)
        clock = conversation.clock_of(busy.pid)
        wait_for(lambda: clock.waited_s() > 0.05)
    assert conversation.Clock(os.getpid()).waited_s() < 600


def test_where_the_system_does_not_tell_the_clock_on_the_wall_counts_alone(zygote, monkeypatch):
    """macOS, for example, does not tell."""
    monkeypatch.setattr(conversation, "COMPUTING", 0.0)
    monkeypatch.setattr(conversation, "clock_of", lambda _: None)
    with zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", COMPUTES))
        assert worker.call(PROBE, [0.05]).values[0] == 1


ATTEMPTS = {
    "forks": "os.fork()",
    "starts a thread": "import threading; threading.Thread(target=print).start()",
    "starts a program": "import subprocess; subprocess.run(['true'])",
    "opens a socket": "import socket; socket.socket()",
    "makes a pair of sockets": "import socket; socket.socketpair()",
    "kills its parent": "os.kill(os.getppid(), 9)",
    "signals everybody": "os.kill(-1, 0)",
    "signals its group": "os.killpg(0, 0)",
    "writes to /tmp": "open('/tmp/left_behind_by_a_worker', 'w')",
    "writes beside the grader": f"open({str(ROOT / 'left_behind_by_a_worker')!r}, 'w')",
    "reads the reference": f"open({str(ROOT / 'tests' / 'cases' / 'reference.py')!r})",
    "reads the solution": f"open({str(ROOT / 'solution' / 'neural_network.py')!r})",
    "lists the cases": f"os.listdir({str(ROOT / 'tests' / 'cases')!r})",
    "reads the passwords": "open('/etc/shadow')",
    "reads another process": "open('/proc/1/environ', 'rb').read()",
    "writes a large file": "open('large', 'wb').write(bytes(9 * 2**20))",
    "raises its own limits": "import resource; resource.setrlimit(resource.RLIMIT_NPROC, (100, 100))",
    "sets a limit": "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))",
    "executes": "os.execv('/bin/true', ['true'])",
    "becomes root": "os.setuid(0)",
    "makes a namespace": "import ctypes; ctypes.CDLL(None).unshare(0x20000000) == 0 or (1 / 0)",
    "traces": "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0 or (1 / 0)",
    "asks for SIGKILL on input": "import fcntl; fcntl.fcntl(3, fcntl.F_SETSIG, 9)",
    "owns the signals of the wire": "import fcntl; fcntl.fcntl(3, fcntl.F_SETOWN, os.getppid())",
    "switches signals on": "import fcntl; fcntl.fcntl(3, fcntl.F_SETFL, 0o20000)",
    # Before Linux 6.2, Landlock does not restrict truncation: a program could empty every file of its user.
    "empties a file by its name": "open('full', 'w').write('x'); os.truncate('full', 0)",
    "empties what it opens to read": "open('full', 'w').write('x'); os.open('full', os.O_RDONLY | os.O_TRUNC)",
    "empties what it opens for nothing": "open('full', 'w').write('x'); os.open('full', 3 | os.O_TRUNC)",
    "switches signals on with ioctl": "import fcntl; fcntl.ioctl(3, 0x5452, b'\\1\\0\\0\\0')",  # FIOASYNC
    # If the interpreter is in a closed folder, the worker has open descriptors of the folders that it may read.
    "walks up from an open folder": "os.listdir(next(folder for folder in (f'/proc/self/fd/{d}/..' for d in"
    " range(255, 3, -1)) if os.path.exists(folder)))",
    "imports the grader": "import autograder",
    "imports the box": "import box",
}


@linux
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=list(ATTEMPTS))
def test_worker_is_refused(run, attempt):
    """The attempt raises an exception, and the worker goes on."""
    body = f"    try:\n        {attempt}\n    except BaseException:\n        return 1\n    return 0\n"
    text = f"import os\ndef probe(z):\n{body}"
    assert run(text)[1] == 1
    assert not Path("/tmp/left_behind_by_a_worker").exists()
    assert not (ROOT / "left_behind_by_a_worker").exists()


@linux
@pytest.mark.parametrize(
    "where", ["/", "{root}", "{root}/..", "{root}/solution", "{cases}/..", "{cases}/more", "{link}"]
)
def test_folder_with_answers_is_not_readable_though_it_is_imported_from(tmp_path, monkeypatch, where):
    """Otherwise, a .pth file that names a home folder or a working folder would show every program the answers."""
    (tmp_path / "link").symlink_to(ROOT)
    cases = tmp_path / "homework" / "cases"
    (cases / "more").mkdir(parents=True)
    named = where.format(root=ROOT, cases=cases, link=tmp_path / "link")
    monkeypatch.setattr(sys, "path", [named, *sys.path])
    readable = readable_folders(str(cases))
    (tmp_path / "linked").symlink_to(cases)
    assert readable_folders(str(tmp_path / "linked")) == readable
    closed = [ROOT / "solution", cases / "more" / "reference.py", cases / "reference.py", cases.parent / "data"]
    assert not [folder for folder in readable for path in closed if str(path).startswith(folder.rstrip("/") + "/")]
    # Folders below the named one stay readable if modules are imported from them.
    assert any(os.path.realpath(np.__file__).startswith(folder + "/") for folder in readable)


@linux
@pytest.mark.parametrize("prefix", ["prefix", "base_prefix"])
def test_environment_beside_the_cases_stays_readable(tmp_path, monkeypatch, prefix):
    """For example, .venv is in the grader's folder, which may be reached through a link."""
    packages = tmp_path / "cases" / "environment" / "lib"
    packages.mkdir(parents=True)
    (tmp_path / "link").symlink_to(packages.parent)
    monkeypatch.setattr(sys, prefix, str(tmp_path / "link"))
    monkeypatch.setattr(sys, "path", [str(packages), *sys.path])
    assert str(packages) in readable_folders(str(tmp_path / "cases"))


@linux
def test_cases_within_an_environment_are_not_readable_though_its_packages_are(tmp_path, monkeypatch):
    """For example, the grader may be unpacked below /usr. Packages stay readable even if PYTHONPATH names them, too."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    (tmp_path / "cases" / "more").mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "cases" / "more"), str(tmp_path / "lib"), *sys.path])
    readable = readable_folders(str(tmp_path / "cases"))
    assert [folder for folder in readable if folder.startswith(str(tmp_path))] == [str(tmp_path / "lib")]


@linux
def test_what_is_readable_is_there_and_named_once(tmp_path, monkeypatch):
    """Links are resolved, and a folder inside another listed one is left out: each entry costs every worker time."""
    for name in ("lib/python", "lib64"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "lib64")
    names = ("lib/python", "gone", "lib64", "link", "lib")
    monkeypatch.setattr(sys, "path", [*(str(tmp_path / name) for name in names), *sys.path])
    readable = readable_folders()
    assert [folder for folder in readable if folder.startswith(str(tmp_path))] == [
        str(tmp_path / "lib64"), str(tmp_path / "lib")
    ]  # fmt: skip


@linux
def test_program_reads_what_a_system_keeps_for_its_libraries(grade_text):
    """These are time zones, fonts, randomness, and the places of shared libraries, as far as this system has them."""
    files = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo/Asia/Tokyo", "/dev/urandom")
    code = "".join(f"open({path!r}, 'rb').close()\n" for path in files if os.path.exists(path))
    code += "import os\nos.listdir('/usr/share/fonts')\n" if os.path.exists("/usr/share/fonts") else ""
    assert grade_text(code + RIGHT).score == 10


@pytest.mark.parametrize("current", ["", "sys.path.append(os.getcwd())"], ids=["as -c has it", "as -m has it"])
def test_what_pythonpath_names_and_the_current_folder_are_not_readable(tmp_path, current):
    """A worker imports nothing from these folders, which may contain other submissions or cases."""
    for name in ("there", "here/more"):
        (tmp_path / name).mkdir(parents=True)
    code = f"import os, sys\n{current}\nfrom autograder.launch import readable_folders\n"
    code += "print(*readable_folders(), sep='\\n')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path / "there"), "more"])}
    read = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "here", env=environment, capture_output=True, text=True, check=True
    )
    assert read.stdout.splitlines(), "something has to be"
    assert not [folder for folder in read.stdout.splitlines() if folder.startswith(str(tmp_path))]


LATE = """
import os, sys
sys.path.insert(0, {root!r})
from autograder.box import limits
sys.path[0] = {lib!r}
import package
box = limits.Box({scratch!r}, [{lib!r}], 512, 10, {layers!r})
uid = box.new_uid()
with box.private_folder(uid) as folder:
    if (pid := os.fork()) == 0:
        box.enter(uid, folder)
        for name in ("alone", "package.part"):
            try:
                print(__import__(name).__name__, flush=True)
            except ImportError as error:
                print(error, flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
"""


@linux
@root
@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (LAYERS, ["alone", "package"]),
        # Without Landlock, a program could walk up from the open folder to everything beside it.
        (LAYERS[1:], ["No module named 'alone'", "No module named 'package.part'"]),
    ],
    ids=["all layers", "without Landlock"],
)
def test_module_is_found_late_in_a_folder_that_is_closed_to_others(tmp_path, layers, said):
    """Root's own Python may be in root's home: otherwise, no function of a program that saves a figure would pass."""
    lib, scratch = tmp_path / "closed" / "lib", tmp_path / "scratch"
    for name in ("alone.py", "package/__init__.py", "package/part.py"):
        (lib / name).parent.mkdir(parents=True, exist_ok=True)
        (lib / name).write_text("", encoding="ascii")
    lib.parent.chmod(0o700)
    scratch.mkdir()
    for folder in (scratch, *scratch.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    code = LATE.format(root=str(ROOT), lib=str(lib), scratch=str(scratch), layers=list(layers))
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert (ended.stdout.splitlines(), ended.stderr) == (said, "")


FACTS = {
    "another user": "os.getuid() not in (0, ORIGINAL_UID) and os.getgroups() == []",
    "a new session": "os.getsid(0) == os.getpid()",
    "empty standard input": "os.read(0, 10) == b''",
    "only four descriptors, and folders it may read": "all(is_open(d) for d in range(4)) and"
    " {os.readlink(f'/proc/self/fd/{d}') for d in range(4, 256) if is_open(d)} <= READABLE",
    "a clean environment": "set(os.environ) <= {'OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'LC_ALL', 'LC_CTYPE',"
    " 'MPLBACKEND', 'MPLCONFIGDIR', 'HOME', 'TMPDIR', 'USER', 'LOGNAME'}",
    "an empty folder to write to": "os.listdir('.') == [] and open('mine', 'w').write('x') and os.listdir('.')",
    "temporary files in it": "__import__('tempfile').mkstemp()[1].startswith(os.getcwd())",
    "the device that takes everything": "open(os.devnull, 'w').write('x') == 1 and open(os.devnull).read() == ''",
    "it for its home": "os.path.expanduser('~') == os.getcwd()",
    "no grader among the modules": "not any(n.startswith(('autograder', 'pytest', '_pytest')) for n in sys.modules)",
    "no grader on the path": "not any(os.path.exists(os.path.join(p, 'reference.py')) for p in sys.path)",
    "NumPy's random numbers and linear algebra": "np.linalg.det(np.random.RandomState(0).rand(3, 3)) != 0",
}


@linux
@root
@pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
def test_worker_finds(run, fact):
    """Each fact about the machine holds inside a worker that root has started."""
    text = f"""
import os, sys
import numpy as np
ORIGINAL_UID = {os.getuid()}
READABLE = {set(readable_folders())}
def is_open(d):
    try:
        os.fstat(d)
    except OSError:
        return False
    return True
def probe(z):
    return 1 if ({fact}) else 0
"""
    assert run(text)[1] == 1


@linux
@root
def test_every_layer_holds_here_as_root(grade_text):
    """No layer is missing on this machine; a missing one would be named to the instructor."""
    grade = grade_text(RIGHT)
    assert grade.facts["protections"] == dict.fromkeys(
        ["landlock", "own user id", "limits", "no new privileges", "seccomp"], "on"
    )
    assert grade.staff == ()


@linux
def test_reply_that_makes_no_sense_is_the_programs_death(run):
    """A program that writes to the connection itself ends the conversation; nothing that it sends counts."""
    forged = [
        "{}", "[]", '"passed"', '{"request": 2}', '{"request": 2, "outcome": "returned"}',
        '{"request": 2, "outcome": "returned", "kinds": ["float"], "changed": [], "warnings": []}',
        '{"request": 2, "outcome": "returned", "kinds": 3, "changed": {"a": 1}, "warnings": null}',
        '{"request": 2, "outcome": ["returned"]}', '{"request": 1, "outcome": "returned"}', "[" * 5000,
    ]  # fmt: skip
    for reply in forged:
        text = (
            "import os, struct\ndef probe(z):\n"
            f"    reply = {reply!r}.encode()\n"
            "    os.write(3, struct.pack('<II', len(reply), 0) + reply)\n"
            "    while True: pass\n"
        )
        with pytest.raises(CallFailed) as failed:
            run(text)
        assert failed.value.outcome is Outcome.DIED


@linux
def test_message_that_claims_to_be_huge_is_refused_at_once(run):
    """The lengths are checked before the message is read."""
    text = "import os, struct\ndef probe(z):\n    os.write(3, struct.pack('<II', 2**31, 2**31))\n    while True: pass\n"
    with pytest.raises(CallFailed) as failed:
        run(text)
    assert failed.value.outcome is Outcome.DIED
    assert "larger than any honest one" in failed.value.facts["problem"]


@linux
def test_stand_in_answers_and_the_formula_stays_here(run):
    """The worker asks; only data cross in either direction."""
    asked = []

    def answer(name, arguments):
        asked.append((name, arguments[0].tolist()))
        return [arguments[0] * 3]

    text = "def helper(z):\n    return 0\ndef probe(z):\n    return helper(z) + helper(2 * z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=answer)[1] == 9
    assert asked == [("helper", 1.0), ("helper", 2.0)]


@linux
@pytest.mark.filterwarnings("error")
def test_question_that_leads_beyond_all_numbers_leaves_no_warning_in_our_log(run):
    """The answer is inf. The program chose the numbers, so staff need not read a warning about them."""
    text = "def probe(z):\n    return helper(1e308 * z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0] * 10])[1] == float("inf")


@linux
def test_stand_in_that_cannot_answer_raises_in_the_program(run):
    """Arguments that make no sense are the program's mistake, so the program gets an exception."""

    def answer(name, arguments):
        raise ValueError("operands could not be broadcast")

    with pytest.raises(CallFailed) as failed:
        run("def probe(z):\n    return helper(z)\n", stand_ins={"helper": ("z",)}, answer=answer)
    assert failed.value.facts["type"] == "TypeError"


@linux
def test_what_a_program_does_not_define_it_may_call_while_it_is_imported(run):
    """For example, a program calls all its functions at its end, and one of them is not written yet."""
    text = "found = helper(2.0)\ndef probe(z):\n    return found + helper(z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0] * 3])[1] == 9
    assert run(f"helper = 4.0\n{text.replace('helper(2.0)', 'helper')}",
               stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0] * 3])[1] == 7  # fmt: skip


@linux
def test_call_that_the_grader_cannot_answer_goes_to_the_students_own_function(run):
    """For example, a program may pass one row in place of a table if its own function accepts that."""

    def answer(name, arguments):
        raise ValueError("operands could not be broadcast")

    text = "def helper(z):\n    return z + 5\ndef probe(z):\n    return helper(z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=answer)[1] == 6


@linux
def test_call_beyond_the_contract_goes_to_the_students_own_function(run):
    """sigmoid(h, derivative=True), for example, has no stand-in, because the contract does not know this parameter."""
    text = (
        "def helper(z, derivative=False):\n    return 5 if derivative else 0\n"
        "def probe(z):\n    return helper(z) + helper(z, derivative=True)\n"
    )
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0]])[1] == 6


@linux
@pytest.mark.parametrize("call", ["helper(z, False)", "helper(z, derivative=False)", "helper(z=z, derivative=False)"])
def test_call_that_spells_out_a_default_is_the_contracts(run, call):
    """sigmoid(h, derivative=False), for example, is the same as sigmoid(h)."""
    text = f"def helper(z, derivative=False):\n    return 0\ndef probe(z):\n    return {call}\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 7


@linux
@pytest.mark.parametrize(
    ("parameters", "call"),
    [
        ("*z, scale=1.0", "helper(z, scale=1.0)"),
        ("*z, scale=1.0, name='h'", "helper(z, name='h')"),
        ("z, *rest, flag=True", "helper(z, flag=True)"),
        ("z, scale=1.0", "helper(z, scale=z / z)"),
        ("*z, scale=1.0", "helper(z, scale=float('1'))"),
        ("*, z", "helper(z=z)"),
    ],
)
def test_default_is_known_by_its_value_and_stars_are_read(run, parameters, call):
    """Each 1.0 that a program computes is a different object, so defaults are compared by value."""
    text = f"def helper({parameters}):\n    return 0\ndef probe(z):\n    return {call}\n"
    _, answer = run(text, stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0] + 6])
    assert answer.shape == ()
    assert answer == 7


@linux
@pytest.mark.parametrize("call", ["helper(z, scale=2.0)", "helper(z, scale=1)", "helper(z, scale=np.ones(3))"])
def test_value_that_is_no_default_is_for_the_students_own(run, call):
    """A value that merely equals the default, such as 1 for 1.0, may be meant to do something else."""
    text = f"import numpy as np\ndef helper(*z, scale=1.0):\n    return 5\ndef probe(z):\n    return {call}\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 5


@linux
def test_complex_numbers_are_for_the_students_own(run):
    """Only real numbers cross: the imaginary part, which a complex-step derivative needs, would be lost."""
    text = "def helper(z):\n    return z + 5\ndef probe(z):\n    return (helper(z + 2j) - 2j).real + helper(z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 13


@linux
def test_wrapper_of_anything_is_called_by_the_contracts_names(run):
    """A decorator without functools.wraps hides the names of the parameters. Others are for the student's own."""
    text = (
        "def timed(f):\n    return lambda *arguments, **options: f(*arguments, **options)\n"
        "@timed\ndef helper(z, slope=False):\n    return 5\n"
        "def probe(z):\n    return helper(z=z) + helper(z, slope=True)\n"
    )
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 12


@linux
@pytest.mark.parametrize("mark", ["@staticmethod", "@classmethod", ""])
def test_class_from_which_a_function_is_taken_has_the_stand_in(run, mark):
    """With helper = net.helper, methods that call self.helper must get the stand-in, so that one mistake costs points
    only once.
    """
    own = "" if mark == "@staticmethod" else "self, "
    text = (
        f"class Net:\n    {mark}\n    def helper({own}z):\n        return 0\n"
        "    def probe(self, z):\n        return self.helper(z)\n"
        "net = Net()\nhelper = net.helper\nprobe = net.probe\n"
    )
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 7


@linux
@pytest.mark.parametrize(
    "begin",
    [
        "import abc\nclass Net(abc.ABC):\n",
        "class Meta(type):\n    def __setattr__(self, name, value):\n        raise TypeError\n"
        "    __dict__ = property(lambda self: {})\nclass Net(metaclass=Meta):\n",
    ],
    ids=["abstract", "one that lets nobody"],
)
def test_class_with_a_metaclass_has_the_stand_in_too(run, begin):
    """The metaclass may forbid changes of the class, or hide its contents."""
    text = (
        f"{begin}    @staticmethod\n    def helper(z):\n        return 0\n    @classmethod\n    def probe(cls, z):\n"
        "        return cls.helper(z)\nhelper, probe = Net.helper, Net.probe\n"
    )
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 7


@linux
def test_function_under_another_name_is_the_stand_in_too(run):
    """A program with names in another human language assigns the required names at its end."""
    text = "def hilfe(z):\n    return 0\ndef probe(z):\n    return hilfe(z)\nhelper = hilfe\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 7


@linux
def test_stand_in_gives_a_matrix_for_a_matrix(run):
    """NumPy's own functions do the same; for a matrix, * is the matrix product. For an array, it is an array."""
    text = (
        "import numpy as np\ndef helper(z):\n    return 0 * z\ndef probe(z):\n"
        "    product = helper(np.asmatrix([[1., 2.]])) * helper(np.asmatrix([[3.], [4.]]))\n"
        "    return product.item() + (helper(np.array([[1., 2.]])) * np.array([[3., 4.]])).sum()\n"
    )
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0]])[1] == 22


@linux
def test_stand_in_gives_a_number_as_a_number_even_for_a_matrix(run):
    """A sum over a matrix is one number for NumPy, too, and a matrix of it would have another shape."""
    text = (
        "import numpy as np\ndef helper(z):\n    return 0\n"
        "def probe(z):\n    return np.ndim(helper(np.asmatrix([[1., 2.]])))\n"
    )
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(3.0)])[1] == 0


@linux
def test_answer_of_a_stand_in_may_be_written_to(run):
    """As what the student's own function returns may be: h[h < 0] = 0."""
    text = "import numpy as np\ndef probe(z):\n    h = helper(np.array([1., 2.]))\n    h += 1\n    return h.sum()\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0]])[1] == 5


@linux
def test_default_parameter_holds_the_stand_in(run):
    """Functions that are defined later must bind the right function."""
    text = "def helper(z):\n    return 0\ndef probe(z, f=helper):\n    return f(z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 7


FORGED_QUESTION = """
import json, os, struct, sys
import numpy as np
def probe(z):
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "_request"):
        frame = frame.f_back
    request = frame.f_locals["self"]._request
    head = json.dumps({{"outcome": "asks", "function": {name!r}, "request": request}}).encode()
    from safetensors.numpy import save
    body = save({{"0": np.array(float(z))}})
    os.write(3, struct.pack("<II", len(head), len(body)) + head + body)
    head_length, body_length = struct.unpack("<II", os.read(3, 8))
    answer = json.loads(os.read(3, head_length))
    os.read(3, body_length)
    return 1 if answer["do"] == "refuse" else 0
"""


@linux
@pytest.mark.parametrize("name", ["probe", "helper", "__class__", "exec"])
def test_question_for_what_was_not_lent_is_refused(run, name):
    """The reference answers only for the stand-ins of the current try, whatever code writes the question."""
    asked = []

    def answer(name, _):
        asked.append(name)
        return [np.array(7.0)]

    assert run(FORGED_QUESTION.format(name=name), answer=answer)[1] == 1
    assert asked == []
    assert run(FORGED_QUESTION.format(name=name), stand_ins={"other": ("z",)}, answer=answer)[1] == 1
    assert asked == []


@linux
def test_stand_in_is_not_made_to_work_forever(run):
    """Arguments with too many numbers are refused before anything is computed, and an answer has its own time limit."""

    def answer(name, arguments):
        while True:
            pass

    many = "import numpy as np\ndef probe(z):\n    return helper(np.ones({size}))\n"
    for size, sentence in ((10**5, "more numbers"), (10, "too large")):
        with pytest.raises(CallFailed) as failed:
            run(many.format(size=size), stand_ins={"helper": ("z",)}, answer=answer)
        assert sentence in failed.value.facts["message"]


@linux
def test_stand_in_answers_however_long_it_waits_for_a_processor(run, monkeypatch):
    """Otherwise, on a busy machine, a program would go on with its own function, which may be wrong."""
    monkeypatch.setattr(answering, "MAX_ANSWER_S", 0.05)

    def answer(*_):
        time.sleep(0.1)
        return [np.array(7.0)]

    text = "def helper(z):\n    return 0\ndef probe(z):\n    return helper(z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=answer)[1] == 7


@linux
def test_time_in_which_an_answer_waits_for_a_processor_is_given_back(zygote, monkeypatch):
    """A program that asks a thousand times would otherwise be too slow on a busy machine alone."""
    waited = {os.getpid(): 30.0}
    monkeypatch.setattr(conversation.Clock, "waited_s", lambda clock: waited.get(clock._pid, 0.0))

    def answer(*_):
        time.sleep(0.4)
        waited[os.getpid()] += 60
        return [np.array(7.0)]

    with zygote.worker(LIMITS._replace(call_s=0.3, case_s=0.3)) as worker:
        text = "def probe(z):\n    return helper(z) + helper(z)\n"
        worker.load(Submission("toy.py", "toy.py", text), {"helper": ("z",)}, answer)
        assert worker.call(PROBE, [1.0]).values[0] == 14
        assert worker.spent_s == 0


@linux
def test_answer_of_a_stand_in_is_no_longer_than_any_honest_one(run):
    """The answer fits into its memory limit, but its message would hold several copies."""
    text = "import numpy as np\ndef probe(z):\n    return helper(np.ones((0, 1000))).size\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.zeros(MAX_ENTRIES)])[1] == MAX_ENTRIES
    with pytest.raises(CallFailed) as failed:
        run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.zeros(MAX_ENTRIES), np.zeros(1)])
    assert "more numbers than it gives" in failed.value.facts["message"]


@linux
def test_questions_written_ahead_are_answered_no_longer_than_a_call_may_take(zygote, monkeypatch):
    """A program need not wait for one answer before it sends the next question."""
    text = FORGED_QUESTION.format(name="helper")
    text = text.replace("os.write(3, ", "os.write(3, 20 * (").replace("+ body)", "+ body))")
    answered, later_s = [], 0.0

    def answer(name, _):
        nonlocal later_s
        answered.append(name)
        later_s += LIMITS.call_s
        return [np.array(7.0)]

    now = time.monotonic
    monkeypatch.setattr(conversation.time, "monotonic", lambda: now() + later_s)
    monkeypatch.setattr(conversation, "clock_of", lambda _: None)  # this clock gives more time on a busy machine
    with zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", text), {"helper": ("z",)}, answer)
        with pytest.raises(CallFailed) as failed:
            worker.call(PROBE, [1.0])
    assert failed.value.outcome is Outcome.TIMED_OUT
    assert answered == ["helper"]


CALL_STYLES = {
    "by name": "def probe(z):\n    return helper(w=z)\n",
    "a method of the result": "def probe(z):\n    return helper(z).item() + 0 * helper(z).shape.__len__()\n",
    "inside an if": "if True:\n    def helper(w):\n        return 0\n"
    "    def probe(z, f=helper):\n        return f(z)\n",
    "inside a try": "try:\n    def helper(w):\n        return 0\n    g = helper\nfinally:\n    pass\n"
    "def probe(z):\n    return g(z)\n",
    "an alias": "g = helper\ndef probe(z):\n    return g(z)\n",
    "a table": "TABLE = {'f': helper}\ndef probe(z):\n    return TABLE['f'](z)\n",
    "star": "from math import *\ndef probe(z):\n    return helper(z)\n",
    "future": "def probe(z: Undefined):\n    return helper(z)\n",
    "its docstring": "def helper(w: int):\n    'As'\n    return 0\nhelper.__doc__ += ' told'\n"
    "def probe(z):\n    return helper(z) if helper.__annotations__ else 0\n",
    "its parameters": "import inspect\nPARAMETERS = list(inspect.signature(helper).parameters)\n"
    "def probe(z):\n    return helper(z) if PARAMETERS == ['w'] else 0\n",
    "handed on to another function": "def _helper(w):\n    return 0\n"
    "def helper(w):\n    'See _helper.'\n    return _helper(w)\ndef probe(z):\n    return _helper(z)\n",
    "handed on under another name": "def _hilfe(w):\n    return 0\n"
    "def hilfe(w):\n    return _hilfe(w)\nhelper = hilfe\ndef probe(z):\n    return _hilfe(z)\n",
    "handed on to a library": "from posixpath import basename\ndef helper(w):\n    return basename(w)\n"
    "def probe(z):\n    return helper(z) + len(basename('a/'))\n",
    "handed on to what is not there": "def build():\n    def helper(w):\n        return nowhere(w)\n"
    "    return helper, lambda z: helper(z)\nhelper, probe = build()\n",
    "handed on to a class": "class Network:\n    @classmethod\n    def helper(cls, w):\n        return 0\n"
    "    @classmethod\n    def probe(cls, z):\n        return cls.helper(z)\n"
    "def helper(w):\n    return Network.helper(w)\ndef probe(z):\n    return Network.probe(z)\n",
    "handed on to an object": "class Network:\n    def assist(self, w):\n        return 0\n"
    "    def probe(self, z):\n        return self.assist(w=z)\n"
    "net = Network()\ndef helper(w):\n    return net.assist(w)\ndef probe(z):\n    return net.probe(z)\n",
    "handed on to a new object": "class Network:\n    def assist(self, w):\n        return 0\n"
    "    def probe(self, z):\n        return self.assist(z)\n"
    "def helper(w):\n    return Network().assist(w)\nprobe = Network().probe\n",
    "handed on to an attribute": "class Network:\n    def __init__(self, f):\n        self.f = f\n"
    "    def probe(self, z):\n        return self.f(z)\nnet = Network(lambda z: 0)\n"
    "def helper(w):\n    return net.f(w)\ndef probe(z):\n    return net.probe(z)\n",
    "held beside nothing, and deleted": "def build():\n    def helper(w):\n        return 0\n    nothing = None\n"
    "    return helper, lambda z: helper(z) if nothing is None else 0\nhelper, probe = build()\ndel helper\n",
    "held by a namespace": "import types\ndef build():\n    def helper(w):\n        return 0\n"
    "    net = types.SimpleNamespace(f=helper)\n    return helper, lambda z: net.f(z)\nhelper, probe = build()\n",
    "held by a list in a dictionary": "def build():\n    def helper(w):\n        return 0\n"
    "    table = {'f': [helper]}\n    return helper, lambda z: table['f'][0](z)\nhelper, probe = build()\n",
    "held by a partial function": "import functools\ndef build():\n    def helper(w):\n        return 0\n"
    "    return helper, functools.partial(lambda f, z: f(z), helper)\nhelper, probe = build()\n",
    "held by a partial function, by name": "import functools\ndef build():\n    def helper(w):\n        return 0\n"
    "    return helper, functools.partial(lambda z, f: f(z), f=helper)\nhelper, probe = build()\n",
    "held by default parameters": "def build():\n    def helper(w):\n        return 0\n"
    "    def probe(z, f=helper, *, g=helper):\n        return (f(z) + g(z)) / 2\n"
    "    return helper, probe\nhelper, probe = build()\n",
    "held by the object of a method": "class Network:\n    def __init__(self, f):\n        self.f = f\n"
    "    def probe(self, z):\n        return self.f(z)\n"
    "def build():\n    def helper(w):\n        return 0\n"
    "    return helper, Network(helper).probe\nhelper, probe = build()\n",
    "defined by a function": "def define():\n    global helper\n    def helper(w):\n        return 0\ndefine()\n"
    "def probe(z):\n    return helper(z)\n",
}  # fmt: skip


@linux
@pytest.mark.parametrize("style", CALL_STYLES.values(), ids=list(CALL_STYLES))
def test_stand_in_takes_the_place_of_the_function_in_every_style(run, style):
    """However a program refers to its own function, it gets the right one in the second try."""
    text = "from __future__ import annotations\ndef helper(w):\n    return 0\n" + style
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 7


@linux
@pytest.mark.parametrize("line", ["pass", "helper(1.0)"])
def test_import_without_an_end_may_be_interrupted(run, line):
    """What it has defined is used. An answer that it waits for meanwhile is not taken for the next request."""
    text = f"def probe(z):\n    return helper(z)\nwhile True:\n    {line}\ndef probe(z):\n    return 0\n"
    lending = {"stand_ins": {"helper": ("z",)}, "answer": lambda *_: [np.array(7.0)]}
    assert run(text, **lending, keep_after_s=1)[1] == 7


@linux
def test_import_that_ends_in_time_is_not_interrupted_later(run):
    """The functions of a program may take longer than its import."""
    text = "import signal\ndef probe(z):\n    return signal.getitimer(signal.ITIMER_REAL)[0]\n"
    assert run(text, keep_after_s=LIMITS.import_s)[1] == 0


@linux
def test_import_that_catches_its_interruption_takes_too_long(run, monkeypatch):
    """The program could go on forever."""
    text = "while True:\n    try:\n        while True:\n            pass\n    except:\n        pass\n"
    monkeypatch.setattr(conversation, "COMPUTING", 0.1)
    with pytest.raises(CallFailed) as failed:
        run(text, keep_after_s=0.05)
    assert failed.value.outcome is Outcome.TIMED_OUT


@linux
def test_object_that_hides_its_parameters_answers_by_itself(run):
    """The arguments of a call by keyword cannot be matched then, so the program's own object answers; others can."""
    text = (
        "class Helper:\n    @property\n    def __signature__(self):\n        raise NameError\n"
        "    def __call__(self, w):\n        return w + 1\nhelper = Helper()\n"
        "def probe(z):\n    return helper(w=z) + helper(z)\n"
    )
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda *_: [np.array(7.0)])[1] == 9


@linux
def test_missing_function_is_lent_by_name_too(run):
    """If the program has no such function, the contract's names of the arguments apply."""
    text = "def probe(z):\n    return helper(z=z)\n"
    assert run(text, stand_ins={"helper": ("z",)}, answer=lambda _, arguments: [arguments[0] + 1])[1] == 2


@linux
def test_changing_modes_and_dates_does_nothing_and_says_that_it_did(run):
    """Honest programs copy files with their modes and dates; but a folder with another mode could not be removed."""
    text = (
        "import os\nopen('a', 'w').close()\nos.chmod('a', 0)\nos.chmod('.', 0o500)\nos.utime('a', (1, 1))\n"
        "def probe(z):\n    return os.stat('a').st_mode & 0o777\n"
    )
    assert run(text)[1] == 0o600


CLEARING_UP = """
import os, shutil, tempfile
open("a", "w").close()
os.remove("a")
with tempfile.TemporaryDirectory() as folder:
    open(os.path.join(folder, "b"), "w").close()
with tempfile.TemporaryFile() as file:
    file.write(b"c")
with tempfile.NamedTemporaryFile() as file:
    file.write(b"d")
open("e", "w").close()
shutil.move("e", "f")
names = [name for _, _, names in os.walk(".") for name in names]
assert {"a", "b", "e", "f"} <= set(names)
def probe(z):
    return len(names)
"""


@linux
def test_what_a_program_removes_stays_where_it_is_counted(run):
    """Removing a file reports success, so programs that clean up go on. The folder is removed after the worker."""
    assert run(CLEARING_UP)[1] >= 6, "tempfile may have tried the folder with one of its own"


@linux
def test_name_of_another_file_cannot_be_taken(run):
    """The replaced file would keep its disk space as long as one page of it is mapped."""
    text = "import os\nopen('a', 'w').close()\nopen('b', 'w').close()\ndef probe(z):\n    os.replace('a', 'b')\n"
    with pytest.raises(CallFailed) as failed:
        run(text)
    assert failed.value.facts["type"] == "PermissionError"


@linux
@pytest.mark.parametrize("mode", ["w", "w+", "wb"])
def test_own_file_is_written_anew(run, mode):
    """A program that may write to a file may also empty it."""
    text = f"import os\nopen('a', 'w').write('before')\nopen('a', {mode!r}).close()\ndef probe(z):\n"
    assert run(text + "    return os.stat('a').st_size\n")[1] == 0


NAMELESS = """
import ctypes, os
map_page = ctypes.CDLL(None).mmap
map_page.restype = ctypes.c_void_p
map_page.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
def probe(z):
    for number in range(60):
        file = os.open(str(number), os.O_CREAT | os.O_RDWR)
        os.write(file, bytes(2 << 20))
        assert map_page(None, 4096, 1, 2, file, 0) not in (None, ctypes.c_void_p(-1).value)
        os.unlink(str(number))
        os.close(file)
    while True:
        pass
"""


@linux
def test_file_that_is_only_mapped_any_more_is_counted(run):
    """Two thousand deleted files with one mapped page each would hold four gigabytes of disk space, and no listing
    would show them.
    """
    with pytest.raises(CallFailed) as failed:
        run(NAMELESS)
    assert failed.value.facts["problem"] == "it filled its temporary folder and was stopped"


@linux
def test_folder_that_becomes_a_file_hides_no_other(tmp_path, monkeypatch):
    """It becomes a file between the listing of its parent and its own listing."""
    for name in "abcd":
        (tmp_path / name).mkdir()
    shown = [entry.name for entry in os.scandir(tmp_path)]
    with open(tmp_path / shown[0] / "full", "wb") as file:  # this folder is listed last
        file.truncate(limits.MAX_FOLDER_BYTES + 1)
    look = os.scandir

    def exchange(folder):
        if Path(folder).name in shown[1:]:
            os.rmdir(folder)
            Path(folder).touch()
        return look(folder)

    monkeypatch.setattr(os, "scandir", exchange)
    assert limits.overfull(str(tmp_path))


def test_folder_that_cannot_be_looked_into_is_not_called_full(tmp_path, monkeypatch):
    """The machine may have no file descriptors left, which is not the program's fault."""

    def fails(_folder):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "scandir", fails)
    assert not limits.overfull(str(tmp_path))


@linux
def test_layers_that_a_system_does_not_know_are_named_in_plain_words(tmp_path, monkeypatch):
    """Instructors who grade on Windows or macOS read these words for each program."""
    monkeypatch.delattr(limits, "resource")
    with monkeypatch.context() as system:
        system.setattr(limits.sys, "platform", "win32")
        box = limits.Box(str(tmp_path), [], 512, 10, ("limits", "no new privileges"))
    monkeypatch.setattr(limits.os, "setsid", lambda: None)
    monkeypatch.setattr(limits.os, "umask", lambda _: None)
    monkeypatch.setattr(limits.os, "environ", {})
    monkeypatch.chdir(tmp_path)
    state = box.enter(None, str(tmp_path))
    assert (state["limits"], state["no new privileges"]) == ("Windows has none", "only Linux has it")


@linux
def test_root_of_a_system_that_changes_no_user_that_way_runs_nothing(tmp_path, monkeypatch):
    """macOS, for example, has no setresgid."""
    box = limits.Box(str(tmp_path), [], 512, 10, ())
    monkeypatch.delattr(limits.os, "setresgid")
    monkeypatch.setattr(limits.os, "setgroups", lambda _: None)
    with pytest.raises(limits.Refused, match="setresgid.*: grade as an ordinary user"):
        box._become(4711)


@linux
def test_what_cannot_be_removed_between_two_cases_goes_with_the_folder_around_it(tmp_path, monkeypatch):
    """A busy disk may make this slow, and the grader would not wait that long for the next worker."""
    asked = []

    def busy(command, *, timeout, **_):
        asked.append(timeout)
        raise subprocess.TimeoutExpired(command, timeout)

    box = limits.Box(str(tmp_path / "scratch"), [], 512, 10, ())
    (tmp_path / "scratch").mkdir()
    with monkeypatch.context() as disk:
        disk.setattr(subprocess, "run", busy)
        with box.private_folder(None) as folder:
            Path(folder, "left").touch()
    assert Path(folder).exists()
    assert len(asked) == 1
    assert asked[0] <= limits.BETWEEN_CASES_S
    folders.remove(box.scratch)
    assert not Path(box.scratch).exists()


@linux
def test_module_that_raises_at_every_look_is_told_so(run):
    """The exception is reported as the program's, and the worker survives."""
    text = "class M(type(__import__('os'))):\n    @property\n    def probe(self):\n        raise ValueError('no')\n"
    text += "import sys\nsys.modules[__name__].__class__ = M\n"
    with pytest.raises(CallFailed) as failed:
        run(text)
    assert (failed.value.outcome, failed.value.facts["type"]) == (Outcome.RAISED, "ValueError")


@linux
def test_command_line_is_the_programs_own(run):
    """A program that parses its arguments finds none, not even the grader's."""
    text = "import argparse, sys\nargparse.ArgumentParser().parse_args()\ndef probe(z):\n    return len(sys.argv)\n"
    assert run(text)[1] == 1


def test_interpreter_that_does_not_come_up_says_why(tmp_path):
    """On Windows, each worker is a new interpreter; without the reason, nobody could tell what is wrong."""
    settings = {"scratch": str(tmp_path / "gone"), "readable": [], "preload": [], "memory_mib": 512, "cpu_s": 30}
    said = pytest.raises(GraderFault, match=r"died before it was given anything .*FileNotFoundError")
    with sandbox.FreshInterpreter(json.dumps(settings)).worker(LIMITS) as worker, said:
        worker.load(Submission("toy.py", "toy.py", ""))


WINDOWS = {
    "before pyplot": "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt",
    "after pyplot": "import matplotlib, matplotlib.pyplot as plt\nmatplotlib.use('MacOSX')",
    "by pyplot": "import matplotlib.pyplot as plt\nplt.switch_backend('QtAgg')",
    "as a setting": "import matplotlib.pyplot as plt\nplt.rcParams['backend'] = 'TkAgg'",
}


@pytest.fixture(scope="module")
def plotting(tmp_path_factory):
    """A zygote that has loaded Matplotlib."""
    names = ["matplotlib", "matplotlib.pyplot", "matplotlib.backends.backend_agg"]
    with started(tmp_path_factory.mktemp("plotting"), preload=names) as (zygote, _):
        yield zygote


@linux
@pytest.mark.parametrize("asks", WINDOWS.values(), ids=list(WINDOWS))
def test_who_asks_for_windows_draws_without(plotting, asks):
    """A line that selects a backend for plots works at home, so it must not make a program fail."""
    text = f"{asks}\nplt.plot([1, 2])\nplt.show()\nplt.savefig('plot.png')\ndef probe(z):\n    return 1\n"
    with plotting.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", text))
        assert worker.call(PROBE, [1.0]).values[0] == 1


WRITERS = {
    "another encoding": "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-16-le')",
    "a codec's writer": "sys.stdout = codecs.getwriter('utf-16-le')(sys.stdout.buffer)",
    "a detached buffer": "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-16-le')",
    "there and back": "sys.stdout = io.StringIO()\nsys.stdout = sys.__stdout__\n"
    "sys.stdout.reconfigure(encoding='utf-16-le')",
}  # fmt: skip


@linux
@pytest.mark.parametrize("writer", WRITERS.values(), ids=list(WRITERS))
def test_program_may_write_to_its_output_in_another_way(run, writer):
    """Programs do so to print characters that their system's terminal lacks."""
    worker, _ = run(f"import codecs, io, sys\n{writer}\nprint('\u03c3')\ndef probe(z):\n    return 1\n")
    assert worker.printed == "\u03c3\n".encode("utf-16-le").decode("utf-8", "replace")


@linux
def test_text_that_no_encoding_has_ends_no_program_that_prints_it(run):
    """Half a surrogate pair comes from a file of bytes; what is printed is not graded."""
    assert run("def probe(z):\n    print('\\ud800')\n    return z\n")[1] == 1


@linux
def test_nothing_of_scikit_learn_scipy_or_matplotlib_is_loaded_unasked(run):
    """They are loaded neither in a worker nor in the session that grades."""
    unwanted = "not any(name.startswith(('sklearn', 'scipy', 'matplotlib')) for name in sys.modules)"
    assert run(f"import sys\ndef probe(z):\n    return 1 if {unwanted} else 0\n")[1] == 1
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests' / 'cases')!r}]; from autograder import session"
    )
    cases = "; ".join(f"import {path.stem}" for path in sorted((ROOT / "tests" / "cases").glob("*.py")))
    subprocess.run([sys.executable, "-c", f"{code}; {cases}; assert {unwanted}"], check=True)


@linux
@root
def test_worker_killed_from_outside_is_our_fault(zygote):
    """No code in a worker can send SIGKILL, so the kernel or a person did."""
    with zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", "import os\ndef probe(z):\n    return os.getpid()\n"))
        os.kill(int(worker.call(PROBE, [1.0]).values[0]), 9)
        with pytest.raises(GraderFault, match="killed from outside"):
            worker.call(PROBE, [1.0])


@linux
@root
def test_worker_killed_when_it_had_taken_most_of_its_memory_is_no_fault_of_ours(zygote):
    """On a machine with little memory, the kernel kills the largest process: otherwise, a program could cause a fault
    that staff must look into.
    """
    taking = f"held.append(b'x' * ({LIMITS.memory_mib} * 3 << 18))"
    code = f"import os\nheld = []\ndef probe(z):\n    {taking}\n    return os.getpid()\n"
    with zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", code))
        os.kill(int(worker.call(PROBE, [1.0]).values[0]), 9)
        with pytest.raises(CallFailed) as failed:
            worker.call(PROBE, [1.0])
    assert failed.value.outcome is Outcome.DIED
    assert failed.value.facts["problem"] == "it took more memory than there is, and was stopped"


def test_missing_layer_is_named_to_the_instructor_only(grade_text, monkeypatch):
    """The grade stands, the sentence is for staff, and no student reads it."""
    monkeypatch.setattr("autograder.grade.readable_folders", lambda *_: [{}])  # Landlock cannot make a rule of {}
    grade = grade_text(RIGHT)
    assert grade.score == 10
    assert any(line.startswith("Protection missing on this machine: landlock (") for line in grade.staff)
    assert not any("landlock" in result.text for result in grade.results)


@linux
def test_nothing_is_left_lying_about(grade_text, tmp_path_factory, monkeypatch):
    """After a grading its folder is gone, whatever the worker wrote there."""
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    temporary.chmod(0o711)
    assert grade_text("open('kept', 'w').write('x' * 1000)\n" + RIGHT).score == 10
    assert list(temporary.iterdir()) == []


def test_state_does_not_survive_from_one_case_to_the_next(grade_text):
    """A module variable set in one case is unset in the next."""
    text = """
calls = []
def double(z):
    calls.append(1)
    return z + z
def both(a, b):
    return (a + b, a * b) if not calls else (a, b)
"""
    assert grade_text(text).score == 10


def test_output_is_bounded_and_shown_for_examples_only(grade_text):
    """A flood of output neither blocks the worker nor fills a message; a hidden case shows none of it."""
    text = """
def double(z):
    for _ in range(3000):
        print("x" * 1000)
    return 0 * z
def both(a, b):
    print("secret", a)
    return a, b
"""
    grade = grade_text(text)
    assert len(grade.results[0].text) < 1500
    assert "You printed" in grade.results[0].text
    assert "secret" not in grade.results[1].text


FLOODS = {
    "many files": "for i in itertools.count():\n    open(str(i), 'w').close()\n",
    "large files": "for i in itertools.count():\n    open(str(i), 'wb').write(bytes(2**21))\n",
    "folders in folders": "while True:\n    os.mkdir('d' * 250); os.chdir('d' * 250)\n",
}  # fmt: skip


@linux
@pytest.mark.parametrize("flood", FLOODS.values(), ids=list(FLOODS))
def test_program_that_fills_its_folder_is_stopped_and_told_so(grade_text, flood):
    """It is stopped long before the disk is full; its files are removed, and the other function keeps its points."""
    text = f"import itertools, os\ndef double(z):\n    {flood.replace(chr(10), chr(10) + '    ')}\n"
    # Enough time for two thousand files, even on a disk that others write to.
    grade = grade_text(text + RIGHT.partition("def both")[1] + RIGHT.partition("def both")[2], call_s=20, case_s=30)
    assert [result.outcome for result in grade.results] == [Outcome.DIED, Outcome.PASSED]
    assert "filled its temporary folder" in grade.results[0].text


@linux
def test_file_of_more_than_two_mebibytes_is_refused_and_the_worker_lives(run):
    """The kernel refuses the write, and the program may go on."""
    text = (
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "def probe(z):\n    try:\n        open('a', 'wb').write(bytes(2**22))\n"
        "    except OSError:\n        pass\n    import os\n    return os.path.getsize('a') / 2**20\n"
    )
    assert run(text)[1] == 2


@linux
def test_worker_leaves_no_flag_on_what_the_next_has_open(run):
    """Flags belong to an open file, which processes can share: each worker opens its own."""
    text = """
import fcntl, os
def probe(z):
    before = [fcntl.fcntl(d, fcntl.F_GETFL) & os.O_APPEND for d in range(4)]
    for d in range(4):
        fcntl.fcntl(d, fcntl.F_SETFL, fcntl.fcntl(d, fcntl.F_GETFL) | os.O_APPEND)
    return all(fcntl.fcntl(d, fcntl.F_GETFL) & os.O_APPEND for d in range(4)) and not any(before)
"""
    assert [run(text)[1], run(text)[1]] == [1, 1]


@linux
def test_worker_cannot_reach_the_folder_of_the_next(tmp_path):
    """This holds even if both run as the same user: each has a Landlock rule only for its own folder."""
    text = (
        "import os\ndef probe(z):\n    count = 0\n    parent = os.path.dirname(os.getcwd())\n"
        "    for path in [parent, *(os.path.join(parent, name) for name in OTHERS)]:\n"
        "        try:\n            os.listdir(path)\n            count += 1\n        except PermissionError:\n"
        "            pass\n    return count\n"
    )
    layers = ["landlock", "limits", "no new privileges", "seccomp"]
    with started(tmp_path, layers=layers) as (zygote, _), zygote.worker(LIMITS) as worker:
        while len(others := sorted(os.listdir(tmp_path))) < 2:  # the worker's own, and soon the spare worker's
            pass
        worker.load(Submission("toy.py", "toy.py", f"OTHERS = {others}\n{text}"))
        assert worker.call(PROBE, [1.0]).values[0] == 1


@linux
def test_request_cannot_be_guessed(run):
    """A reply that was sent before its request does not count."""
    text = (
        "import json, os, struct\n"
        "for number in range(50):\n"
        "    head = json.dumps({'outcome': 'returned', 'request': number, 'kinds': ['float'], 'changed': [],\n"
        "                       'warnings': []}).encode()\n"
        "    os.write(3, struct.pack('<II', len(head), 0) + head)\n"
        "def probe(z):\n    return 7\n"
    )
    with pytest.raises(CallFailed) as failed:
        run(text)
    assert failed.value.outcome is Outcome.DIED


@linux
def test_process_that_starts_workers_is_asked_no_more_once_it_has_stopped_answering(tmp_path):
    """The first case waits for the timeout; later cases fail at once."""
    with started(tmp_path) as (zygote, process):
        with zygote.worker(LIMITS):
            pass
        process.send_signal(signal.SIGSTOP)
        for patience_s in (0.2, 1000):
            zygote._control.settimeout(patience_s)
            with pytest.raises(GraderFault, match="does not answer"), zygote.worker(LIMITS):
                pass
        process.send_signal(signal.SIGCONT)


def as_windows_starts_it(monkeypatch):
    """Make this process start others as it would on Windows; return a list that collects the creation flags of each."""
    started, start = [], subprocess.Popen

    def recorded(*arguments, creationflags=0, **options):
        started.append(creationflags)
        return start(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", recorded)
    monkeypatch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 512, raising=False)
    monkeypatch.setenv("SYSTEMROOT", "C:\\Windows")
    monkeypatch.setattr(sys, "platform", "win32")
    return started


STUBBORN = """
def probe(z):
    while True:
        try:
            sum(range(1000))
        except BaseException:
            pass
"""


def test_program_without_an_end_ends_with_its_grader_on_windows(tmp_path, monkeypatch):
    """Nothing else would end it on Windows; and Ctrl-C, which is meant for the grader, does not reach it."""
    settings = {"scratch": str(tmp_path), "readable": [], "preload": [], "memory_mib": 128, "cpu_s": 30}
    started = as_windows_starts_it(monkeypatch)
    ours, theirs = socket.socketpair()
    with theirs:
        process = launch.start_interpreter("main_alone", theirs, json.dumps(settings), subprocess.DEVNULL)
        assert not theirs.get_inheritable(), "whatever else is started takes it along, and it never closes"
    with process:
        try:
            worker = conversation.Worker(ours, None, lambda _: conversation.Ending(0), LIMITS)
            worker.load(Submission("toy.py", "toy.py", STUBBORN))
            worker.limits = LIMITS._replace(call_s=0.2)
            with pytest.raises(CallFailed) as late:
                worker.call(PROBE, [1.0])
            assert late.value.outcome is Outcome.TIMED_OUT
            assert process.poll() is None
            ours.close()  # as when the session is killed
            assert process.wait(20) == 1
        finally:
            process.kill()
    assert started == [subprocess.CREATE_NEW_PROCESS_GROUP]


@linux
def test_worker_ends_with_the_process_that_started_it(tmp_path):
    """The kernel may kill that process because of its memory: nothing else would end the worker."""
    answers = []
    gone = pytest.raises(GraderFault, match="is gone")
    with gone, started(tmp_path) as (zygote, process), zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", "def probe(z): return z"))
        process.kill()
        process.wait()
        answers.append(worker.call(PROBE, [1.0]))
    assert answers == []


@linux
def test_limit_that_is_lower_already_takes_none_of_the_others_along(tmp_path):
    """After `ulimit -t 20`, for example, the soft limit, which tells why a worker ended, stays below the hard one."""
    text = "import resource\ndef probe(z):\n    return resource.getrlimit(resource.RLIMIT_CPU)\n"
    with started(tmp_path, preload=["resource"]) as (zygote, process):
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (20, 20))
        for _ in range(2):  # the first worker may have been forked before the limit changed
            with zygote.worker(LIMITS) as worker:
                worker.load(Submission("toy.py", "toy.py", text))
                soft_and_hard = worker.call(PROBE, [1.0]).values[0]
    assert worker.protections["limits"] == "on"
    assert soft_and_hard.tolist() == [19, 20]


@pytest.mark.parametrize(
    ("mapped", "first", "last"),
    [
        ("         0          0 4294967295\n", 1 << 30, (1 << 31) - 1),
        ("0 1000 1\n1 100000 65536\n", 32768, 49151),
        ("0 0 2147483648\n", 1 << 30, (1 << 31) - 1),
        ("0 0 2147483647\n", (1 << 30) - 1, 3 * (1 << 29) - 3),
        ("0 1000 1\n", 1, 1),
        ("nothing of the kind", 1 << 30, (1 << 31) - 1),
    ],
)
def test_user_ids_are_drawn_from_those_that_a_container_has(monkeypatch, mapped, first, last):
    """Root cannot become any other user, and nothing would be graded; outside a container, the ids belong to nobody."""
    monkeypatch.setattr(limits, "open", lambda *_, **__: io.StringIO(mapped), raising=False)
    begin, count = limits._free_uid_range()
    assert (begin, begin + count - 1) == (first, last)


@linux
@pytest.mark.parametrize("layer", ["landlock", "limits", "no new privileges", "seccomp"])
def test_layer_that_is_switched_off_says_so(tmp_path, layer):
    """A grade from a measurement of a layer's cost must not look like any other."""
    layers = [one for one in LAYERS if one != layer]
    with started(tmp_path, layers=layers) as (zygote, _), zygote.worker(LIMITS) as worker:
        worker.load(Submission("toy.py", "toy.py", "def probe(z): return z"))
        assert worker.protections[layer] == "switched off"
        assert "switched off" not in {worker.protections[one] for one in layers}
