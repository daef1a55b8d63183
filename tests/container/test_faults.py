"""Accidental faults that need the kernel's help to produce: memory, disks, mounts, control groups, containers.

Each must end in a results file that is valid, complete, and honest, or in exit status 2 with one plain sentence.
tests/engine/test_faults.py defines what that means, and has the faults that any machine can have.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ..bank import ASSIGNMENT
from ..engine.conftest import RIGHT, TOY
from ..engine.test_faults import (
    BOUND_S,
    CASES,
    ROOT,
    SOLUTION,
    STUCK,
    arguments_for,
    checked,
    ended,
    ended_well,
    first_case_graded,
    sentences,
    set_of,
    sleeping_worker,
    sleeps,
    start,
    toy_with,
    write_toy,
    zygote_of,
)
from ..engine.test_grade import children, wait_for
from ..processes import command_of
from .container import Limits, enter, new_autograder

MIB = 1 << 20
GRADE = ["/autograder/env/bin/python", "-I", "-c", """
import runpy, sys
sys.path.insert(0, "/autograder/source")
runpy.run_module("autograder", run_name="__main__", alter_sys=True)
""", "grade", "/autograder/submission", "--results", "/autograder/results/results.json"]  # fmt: skip


def rarely(quick, *others):
    """Return test parameters of which all but `quick` are marked as slow."""
    return [
        *quick,
        *(pytest.param(*one if isinstance(one, tuple) else [one], marks=pytest.mark.slow) for one in others),
    ]


@pytest.fixture
def container(image, tmp_path):
    """A function that grades a program in a faulty container: (exit status, output, path of the results)."""
    tmp_path.chmod(0o755)
    made = iter(range(1000))

    def go(program=SOLUTION, *, prepare=None, command=("/autograder/run_autograder",), fault="", **keywords):
        scratch = tmp_path / str(next(made))
        scratch.mkdir(mode=0o755)
        autograder = new_autograder(scratch, image / "source")
        shutil.copy(program, autograder / "submission" / "neural_network.py")
        if prepare is not None:
            prepare(autograder)
        status, printed = enter(
            scratch, autograder, image / "env", list(command), timeout_s=BOUND_S, FAULT=fault, **keywords
        )
        return status, printed, autograder / "results" / "results.json"

    return go


def write_program(folder, text):
    """Write a program for the assignment; return its path."""
    path = folder / "neural_network.py"
    path.write_text(text, encoding="utf-8")
    return path


def could_not_start(results):
    """Tell whether run_autograder itself wrote the results because the grader could not start."""
    found = json.loads(results.read_text(encoding="ascii"))
    return found["tests"] == [] and found["score"] == 0 and "is not a grade" in found["output"]


# ---------------------------------------------------------------------------------------------------- out of memory


@pytest.fixture
def limited(request):
    """A function that makes the container's control groups with another memory limit: `limited(mib)`."""
    with contextlib.ExitStack() as stack:

        def make(mib):
            limits = Limits(f"faults-{os.getpid()}-{len(made)}")
            if limits.problem:
                pytest.skip(limits.problem)
            stack.callback(limits.remove)
            made.append(limits)
            group = limits.peak.parent
            name = "memory.max" if (group / "memory.max").exists() else "memory.limit_in_bytes"
            (group / name).write_text(str(mib * MIB), encoding="ascii")
            return limits

        made = []
        yield make


def kernel_kills(limits):
    """Return how many processes the kernel has OOM-killed in these groups."""
    for name in ("memory.events", "memory.oom_control"):
        counters = limits.peak.parent / name
        if counters.exists():
            return int(re.search(r"^oom_kill (\d+)$", counters.read_text(encoding="ascii"), re.MULTILINE)[1])
    pytest.skip("this kernel does not count what it kills")
    return 0


# Within the worker's own limit of 384 MiB, but more than the machine has. The pages must be touched to count.
HUNGRY = """

def hungry(function):
    def eats(*arguments):
        eaten = np.ones(260 * 2**20 // 8)
        return function(*arguments) if eaten[-1] else None
    return eats

backprop = hungry({function})
"""
# The outcomes, by a case's first tag, that a program with a wrong backprop has earned.
WRONG_BACKPROP = {tag: {"Failed", "OutOfMemory", "Died"} for tag in ("backprop", "training")}
# The same for a right backprop: a worker killed by the kernel while using most of its memory limit counts as Died, its
# own fault.
HUNGRY_BACKPROP = {tag: {"Passed", "Died"} for tag in ("backprop", "training")}


@pytest.mark.parametrize(
    ("mib", "program"),
    rarely(
        [(50, "solution")],
        *((mib, "solution") for mib in (35, 40, 45, 55, 60, 80, 110, 150, 200)),
        *((mib, "hungry") for mib in (45, 60, 80, 110, 150, 200)),
        *((mib, "hungry and wrong") for mib in (45, 60, 80, 110, 150, 200)),
    ),
)
def test_machine_with_too_little_memory_never_costs_points_silently(container, limited, tmp_path, mib, program):
    """Whichever process the kernel kills, graded cases are right and all others are named as our fault."""
    text, deserved = SOLUTION.read_text(encoding="utf-8"), None
    if program == "hungry":
        text, deserved = text + HUNGRY.format(function="backprop"), HUNGRY_BACKPROP
    elif program == "hungry and wrong":
        text += HUNGRY.format(function="lambda *_: (0, 0)")
        deserved = WRONG_BACKPROP
    limits = limited(mib)
    status, printed, results = container(write_program(tmp_path, text), limits=limits)
    kills = kernel_kills(limits)
    outcomes = outcomes_of(status, printed, results, deserved)
    print(f"\n{program}, {mib} MiB: {kills} killed, {dict_of_counts(outcomes)}, status {status}")
    if program != "solution" and mib >= 150:
        assert kills > 0, "nobody was killed: the test has lost its aim"
        for number in ("1.1", "2.1", "3.1"):
            assert outcomes[number] == "Passed"
    if kills == 0 and program == "solution":
        assert set_of(outcomes) == {"Passed"}


def outcomes_of(status, printed, results, deserved=None, *, signaled=False):
    """Return the outcomes of a grading in a container where any process may have been killed, even the supervisor.

    A supervisor that is `signaled` may exit with a nonzero status even if its last case has just been graded.
    """
    assert results.is_file(), printed
    if could_not_start(results):
        assert status != 0
        return {}
    outcomes = checked(results.read_text(encoding="ascii"), deserved)
    ours = "GraderError" in outcomes.values()
    assert (status != 0) == ours or (signaled and not ours), (status, printed)
    return outcomes


def dict_of_counts(outcomes):
    """Return how often each outcome occurs."""
    return {outcome: list(outcomes.values()).count(outcome) for outcome in sorted(set_of(outcomes))}


WORDS = {"supervisor": "run_module", "session": "import session", "zygote": "from box import zygote"}


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["session", "worker", "zygote", "supervisor"])
def test_each_process_that_the_kernel_may_choose_to_kill(container, limited, tmp_path, victim):
    """While backprop uses up the memory, the kernel kills the process that we choose. All finished grades stand."""
    limits = limited(250)
    text = SOLUTION.read_text(encoding="utf-8") + HUNGRY.format(function="backprop")
    # The program waits until we have chosen a victim, so that the memory does not run out before.
    waits = "open('begun', 'w').close()\n        while not os.path.exists('pointed'): time.sleep(0.01)\n        "
    text = "import os, time\n" + text.replace("eaten = ", waits + "eaten = ")
    done = threading.Event()

    def point():
        group = limits.peak.parent / "cgroup.procs"
        while not done.wait(0.005):
            workers = set()
            for pid in group.read_text(encoding="ascii").split():
                with contextlib.suppress(OSError):  # the process has ended
                    command = command_of(pid)
                    parent = re.search(r"^PPid:\t(\d+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1]
                    if WORDS["zygote"] in command and parent in workers_of:
                        workers.add(pid)
                        chosen = victim == "worker"
                    else:
                        if WORDS["zygote"] in command:
                            workers_of.add(pid)
                        chosen = victim in WORDS and WORDS[victim] in command and "timeout" not in command[:20]
                    Path(f"/proc/{pid}/oom_score_adj").write_text("1000" if chosen else "0", encoding="ascii")
            for pid in workers:
                with contextlib.suppress(OSError):
                    if Path(f"/proc/{pid}/cwd/begun").exists():
                        Path(f"/proc/{pid}/cwd/pointed").touch()

    workers_of = set()
    pointing = threading.Thread(target=point)
    pointing.start()
    try:
        status, printed, results = container(write_program(tmp_path, text), limits=limits)
    finally:
        done.set()
        pointing.join()
    assert kernel_kills(limits) > 0, "nobody was killed: the test has lost its aim"
    assert "Traceback" not in printed
    outcomes = outcomes_of(status, printed, results, HUNGRY_BACKPROP if victim == "worker" else None)
    print(f"\n{victim}: {dict_of_counts(outcomes)}, status {status}")
    graded = {number for number, outcome in outcomes.items() if outcome == "Passed"}
    before = {number for number in outcomes if number < "4"}
    # Open cases run before hidden ones.
    open_before = {case.number for case in ASSIGNMENT.cases if case.example} & before
    if victim == "supervisor":
        assert set_of(outcomes) == {"GraderError"}
        assert status == 128 + signal.SIGKILL
    elif victim == "worker":
        assert graded == before | {number for number in outcomes if number > "5" and outcomes[number] == "Passed"}
    else:
        assert graded == open_before
        assert status == 2


# --------------------------------------------------------------------------------------------------------- full disks


def in_namespace(script, *arguments, timeout_s=BOUND_S, **variables):
    """Run an sh script in its own mount namespace; return (status, stdout, stderr)."""
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-euc", script, "sh", *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, check=False,
        env={**os.environ, **{name: str(value) for name, value in variables.items()}},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


# A disk at DISK with PAGES free pages and INODES free names, and one of each in use; then a grading; then a copy of
# what it left there, in KEPT.
ON_A_SMALL_DISK = """
mount -t tmpfs -o "mode=1777,size=$((4096 * (PAGES + 1))),nr_inodes=$((INODES + 2))" tmpfs "$DISK"
head -c 4096 /dev/zero >"$DISK/full"
status=0
"$@" || status=$?
rm "$DISK/full"
cp -R "$DISK/." "$KEPT"
exit $status
"""


def on_a_small_disk(tmp_path, pages, inodes, disk, program, results, *options, **variables):
    """Grade with a disk of that size at `disk`; its final contents are in the folder `kept`."""
    kept = tmp_path / f"kept-{pages}-{inodes}"
    kept.mkdir()
    command = [sys.executable, *arguments_for(program, results, *options)]
    done = in_namespace(ON_A_SMALL_DISK, *command, PAGES=pages, INODES=inodes, DISK=disk, KEPT=kept, **variables)
    return done, kept


MUCH = 1000


@pytest.mark.slow
def test_disk_for_results_that_is_full_at_each_write(tmp_path):
    """For each size, from no room at all to enough for everything, there are results, or status 2 and one sentence."""
    disk = tmp_path / "disk"
    disk.mkdir()
    ends = []
    for pages, inodes in [*((pages, MUCH) for pages in range(40)), *((MUCH, inodes) for inodes in range(4))]:
        if ends and ends[-1] == {"Passed"} and inodes == MUCH:
            continue
        (status, printed, errors), kept = on_a_small_disk(
            tmp_path, pages, inodes, disk, SOLUTION, disk / "results.json"
        )
        outcomes = ended_well(status, printed, errors, kept / "results.json")
        assert set_of(outcomes) in (set(), {"Passed"}, {"GraderError"})
        assert [path.name for path in kept.iterdir()] == ["results.json"] * bool(outcomes), "something was left there"
        ends.append(set_of(outcomes))
    print(f"\n{ends}")
    for end in (set(), {"GraderError"}, {"Passed"}):
        assert ends.count(end) >= 2, "the disk did not become full at every write: the test has lost its aim"


@pytest.mark.slow
@pytest.mark.parametrize("option", ["", "--no-fork"])
def test_temporary_folder_that_is_full_at_each_write(tmp_path, option):
    """Inodes run out one by one, for the grading's folder and those of its workers, or there is no room for a single
    byte.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    tmp_path.chmod(0o755)
    ends = []
    program = write_toy(tmp_path, RIGHT)
    for pages, inodes in [*((MUCH, inodes) for inodes in range(7)), (0, MUCH), (0, 0), (1, 3)]:
        results = tmp_path / f"{pages}-{inodes}.json"
        done, _ = on_a_small_disk(
            tmp_path, pages, inodes, disk, program, results, "--cases", str(TOY), *option.split(), TMPDIR=disk
        )
        ends.append(set_of(ended_well(*done, results, cases=TOY)))
    print(f"\n{ends}")
    assert {"Passed"} in ends, "no disk was large enough: the test has lost its aim"


@pytest.mark.parametrize("pages", rarely([1], 0, 3))
def test_program_that_saves_a_file_is_not_blamed_for_a_full_disk(tmp_path, pages):
    """Programs may save a plot. If that fails because the disk is full, the fault is ours."""
    disk = tmp_path / "disk"
    disk.mkdir()
    tmp_path.chmod(0o755)
    text = "import numpy as np\nnp.savetxt('values.txt', np.arange(1000))\n" + RIGHT
    results = tmp_path / "results.json"
    done, _ = on_a_small_disk(
        tmp_path, pages, MUCH, disk, write_toy(tmp_path, text), results, "--cases", str(TOY), TMPDIR=disk
    )
    ended_well(*done, results, cases=TOY)


TINY = 'mount -t tmpfs -o mode=1777,size={size}k,nr_inodes={inodes} tmpfs "$root{at}"; {then}'
FILL = 'head -c 4096 /dev/zero >"$root{at}/full"'


@pytest.mark.parametrize(("size", "inodes"), rarely([(4, 4)], (4, 1), (4, 2), (4, 3), (4, 5), (8, 100)))
def test_container_whose_temporary_folder_is_full(container, size, inodes):
    """run_autograder still writes right results, or results that name the fault as ours."""
    fault = TINY.format(size=size, inodes=inodes, at="/tmp", then=FILL.format(at="/tmp") if size > 4 else ":")
    status, printed, results = container(fault=fault)
    outcomes = ended_well(status, printed, "", results)
    assert set_of(outcomes) <= {"Passed", "GraderError"}
    print(f"\n{size} KiB, {inodes} names: {dict_of_counts(outcomes)}")


@pytest.mark.parametrize(
    ("size", "inodes"), rarely([(4, 1), (20, 100)], (8, 100), (16, 100), (28, 100), (400, 2), (400, 3))
)
def test_container_whose_results_folder_is_full(container, tmp_path, size, inodes):
    """Whatever fits is valid. If nothing fits, the status is 2 and standard output tells the reason."""
    at = "/autograder/results"
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / "kept" / "results").mkdir()
    command = ["sh", "-c", '/autograder/run_autograder; status=$?; cp -R /autograder/results/. /kept; exit "$status"']
    fault = TINY.format(size=size, inodes=inodes, at=at, then=FILL.format(at=at) if size == 8 else ":")
    fault += f'; mkdir "$root/kept"; mount --bind {kept} "$root/kept"'
    status, printed, _ = container(fault=fault, command=command)
    results = kept / "results.json"
    assert "Traceback" not in printed
    if not results.is_file() or results.stat().st_size == 0:
        assert status == 2, printed
        assert "cannot be written: No space left on device" in printed
    elif could_not_start(results):
        assert status == 2
    else:
        outcomes = checked(results.read_text(encoding="ascii"))
        assert status == (2 if "GraderError" in outcomes.values() else 0), printed


# ---------------------------------------------------------------------------------------------- results out of reach


def test_results_folder_that_is_read_only(tmp_path):
    """The grader exits with status 2 and one sentence, and leaves the existing file untouched."""
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "results.json").write_text("{}")
    script = 'mount --bind "$FOLDER" "$FOLDER"; mount -o remount,bind,ro "$FOLDER"; exec "$@"'
    command = [sys.executable, *arguments_for(SOLUTION, folder / "results.json")]
    status, _, errors = in_namespace(script, *command, FOLDER=folder)
    assert (status, sentences(errors)) == (2, 1), errors
    assert "Read-only file system" in errors
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("results.json", "{}")]


@pytest.mark.slow
def test_results_folder_that_becomes_read_only_during_a_grading(tmp_path):
    """The fallback results stand, with status 2 and one sentence."""
    folder, temporary = tmp_path / "results", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    for one in (tmp_path, temporary):
        one.chmod(0o711)
    # The program continues once the folder has been made read-only.
    waits = "open('begun', 'w').close()\n    while not os.path.exists('go'): time.sleep(0.01)\n    return z + z"
    program = write_toy(tmp_path, "import os, time\n" + RIGHT.replace("return z + z", waits))
    cases = toy_with(tmp_path / "cases", call_s=60, case_s=60)
    script = """
mount --bind "$FOLDER" "$FOLDER"
"$@" &
grader=$!
(while kill -0 $grader; do for begun in "$TMPDIR"/grading-*/*/begun; do
    if [ -e "$begun" ]; then
        mount -o remount,bind,ro "$FOLDER"
        touch "${begun%begun}go" || true # that worker may have ended meanwhile
    fi
done; sleep 0.01; done) 2>/dev/null &
wait $grader
"""
    results = folder / "results.json"
    command = [sys.executable, *arguments_for(program, results, "--cases", str(cases))]
    status, printed, errors = in_namespace(script, *command, FOLDER=folder, TMPDIR=temporary)
    assert set_of(ended_well(status, printed, errors, results, cases=TOY)) == {"GraderError"}
    assert (status, sentences(errors)) == (2, 1), errors


def missing(autograder):
    (autograder / "results").rmdir()


def a_file(autograder):
    missing(autograder)
    (autograder / "results").write_text("")


def a_link_to_nowhere(autograder):
    missing(autograder)
    (autograder / "results").symlink_to("/nowhere/results")


def with_a_folder_for_the_file(autograder):
    (autograder / "results" / "results.json").mkdir()
    (autograder / "results" / "results.json" / "old").write_text("old")


def with_a_link_to_nowhere_for_the_file(autograder):
    (autograder / "results" / "results.json").symlink_to("/nowhere/results.json")


def with_results_of_another_run(autograder):
    (autograder / "results" / "results.json").write_text('{"score": 100}')


@pytest.mark.parametrize(
    ("prepare", "possible"),
    rarely(
        [(a_file, False), (with_results_of_another_run, True)],
        (missing, True),
        (a_link_to_nowhere, False),
        (with_a_folder_for_the_file, True),
        (with_a_link_to_nowhere_for_the_file, True),
    ),
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_container_whose_results_folder_is(container, prepare, possible):
    """The grader repairs what it can; otherwise it exits with status 2 and a sentence for the instructor. Old results
    are never taken for new ones.
    """
    status, printed, results = container(prepare=prepare)
    assert "Traceback" not in printed
    if possible:
        assert set_of(ended_well(status, printed, "", results)) == {"Passed"}
    else:
        assert status == 2
        assert "cannot be written" in printed
        assert not results.exists()


def test_container_whose_results_folder_is_read_only(container):
    """The grader exits with status 2 and a sentence for the instructor."""
    fault = 'mount --bind "$root/autograder/results" "$root/autograder/results"; '
    fault += 'mount -o remount,bind,ro "$root/autograder/results"'
    status, printed, results = container(fault=fault)
    assert "Traceback" not in printed
    assert status == 2
    assert "cannot be written: Read-only file system" in printed
    assert not results.exists()


# -------------------------------------------------------------------------------------------------- poor containers

NO_SHM = """
umount -l "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"
done
"""
READ_ONLY = 'mount --rbind "$root{at}" "$root{at}"; mount -o remount,bind,ro "$root{at}"'
POOR = {
    "no /proc": 'umount "$root/proc"',
    "no /dev/shm": NO_SHM,
    "/dev with nothing but null": NO_SHM.replace("zero full random urandom tty", ""),
    "/tmp read-only": 'mount -t tmpfs -o ro tmpfs "$root/tmp"',
    "no /tmp": 'rmdir "$root/tmp"',
    "home read-only": READ_ONLY.format(at="/root"),
    "/autograder/source read-only": READ_ONLY.format(at="/autograder/source"),
    "/autograder/submission read-only": READ_ONLY.format(at="/autograder/submission"),
    "all of it": 'umount "$root/proc"; mount -t tmpfs -o ro tmpfs "$root/tmp"; '
    + READ_ONLY.format(at="/root")
    + NO_SHM,
}


@pytest.mark.parametrize("lack", rarely(["all of it"], *(lack for lack in POOR if lack != "all of it")))
def test_poor_container_gives_the_right_grade_or_names_the_fault(container, lack):
    """The model solution gets full points, or GraderErrors if something that we need is missing."""
    status, printed, results = container(fault=POOR[lack])
    outcomes = ended_well(status, printed, "", results)
    print(f"\n{lack}: {dict_of_counts(outcomes)}")
    assert set_of(outcomes) in ({"Passed"}, {"GraderError"})


ENVIRONMENTS = {
    "nothing": ["env", "-i"],
    "no home": ["env", "-u", "HOME"],
    "C locale": ["env", "LC_ALL=C", "PYTHONUTF8=0", "PYTHONCOERCECLOCALE=0"],
    "a home that is a file": ["env", "HOME=/autograder/run_autograder"],
}


@pytest.mark.parametrize("environment", rarely(["C locale"], *(name for name in ENVIRONMENTS if name != "C locale")))
def test_container_with_a_poor_environment_gives_full_points(container, tmp_path, environment):
    """The program's comments, names, output, and folder name contain non-ASCII letters."""
    text = SOLUTION.read_text(encoding="utf-8") + "\nθ = 'Größe Ω'\nprint(θ)\n"

    def move(autograder):
        folder = autograder / "submission" / "Übung_Ω"
        folder.mkdir()
        (autograder / "submission" / "neural_network.py").rename(folder / "neural_network.py")

    status, printed, results = container(
        write_program(tmp_path, text), prepare=move, command=[*ENVIRONMENTS[environment], *GRADE]
    )  # fmt: skip
    assert set_of(ended_well(status, printed, "", results)) == {"Passed"}


# --------------------------------------------------------------------------------------------- no more processes


@contextlib.contextmanager
def process_group(controller, name):
    """Make a control group of version 1 or 2 that has this controller, and remove it afterward."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    old = [at for _, at, kind, options, *_ in mounts if kind == "cgroup" and controller in options.split(",")]
    new = [at for _, at, kind, *_ in mounts if kind == "cgroup2"]
    try:
        if not old:
            (Path(new[0]) / "cgroup.subtree_control").write_text(f"+{controller}", encoding="ascii")
        group = Path((old or new)[0]) / name
        group.mkdir()
    except (IndexError, OSError) as error:
        pytest.skip(f"there is no control group for {controller} here ({error!r})")
    try:
        yield group
    finally:
        with contextlib.suppress(OSError):  # a frozen process cannot end, not even on SIGKILL
            (group / "freezer.state").write_text("THAWED", encoding="ascii")
        wait_for(lambda: not (group / "cgroup.procs").read_text(encoding="ascii").split())
        group.rmdir()


@pytest.mark.slow
@pytest.mark.parametrize("option", ["", "--no-fork"])
def test_number_of_processes_that_runs_out_at_each_fork(tmp_path, option):
    """Whichever process is one too many (zygote, session, worker, next worker, rm), the fault is named as ours."""
    program = write_toy(tmp_path, RIGHT + "\nopen('kept', 'w').close()\n")
    ends = []
    with process_group("pids", f"faults-{os.getpid()}") as group:

        def join():
            (group / "cgroup.procs").write_text("0", encoding="ascii")

        for count in range(1, 8):
            (group / "pids.max").write_text(str(count), encoding="ascii")
            results = tmp_path / f"{count}.json"
            running = start(program, results, "--cases", str(TOY), *option.split(), preexec_fn=join)
            outcomes = ended_well(*ended(running), results, cases=TOY)
            ends.append(set_of(outcomes))
            wait_for(lambda: not (group / "cgroup.procs").read_text(encoding="ascii").split())
    print(f"\n{ends}")
    assert ends[0] == {"GraderError"}
    assert ends[-1] == {"Passed"}


@pytest.mark.slow
def test_ordinary_user_whose_number_of_processes_runs_out(container):
    """RLIMIT_NPROC, from which root is exempt, has the same effect; all files belong to the user."""
    user = 64_321
    ends = []

    def give(autograder):
        for folder in ("source", "submission", "results"):
            for path in (autograder / folder, *(autograder / folder).rglob("*")):
                os.chown(path, user, user, follow_symlinks=False)

    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all"]
    if shutil.which("prlimit") is None:
        pytest.skip("prlimit is not installed")
    for count in (1, 2, 3, 4, 5, 40):
        command = [*become, "prlimit", f"--nproc={count}:{count}", *GRADE]
        status, printed, results = container(prepare=give, command=command)
        ends.append(set_of(ended_well(status, printed, "", results)))
    print(f"\n{ends}")
    assert ends[0] == {"GraderError"}
    assert ends[-1] == {"Passed"}


# ------------------------------------------------------------------------------------- processes that do not die


@contextlib.contextmanager
def freezer():
    """Make a group whose processes can be frozen and then do not even die of SIGKILL, as in an uninterruptible system
    call.
    """
    mounts = Path("/proc/mounts").read_text(encoding="utf-8")
    if not re.search(r"^\S+ \S+ cgroup \S*\bfreezer\b", mounts, re.MULTILINE):
        pytest.skip("there is no freezer of version 1 here, and that of version 2 lets SIGKILL through")
    with process_group("freezer", f"faults-{os.getpid()}") as group:
        yield group


def freeze(group, *pids):
    """Freeze processes until `thaw`."""
    for pid in pids:
        (group / "cgroup.procs").write_text(str(pid), encoding="ascii")
    (group / "freezer.state").write_text("FROZEN", encoding="ascii")
    wait_for(lambda: (group / "freezer.state").read_text(encoding="ascii") == "FROZEN\n")


def thaw(group):
    """Resume the processes; they first receive any signals sent in the meantime."""
    (group / "freezer.state").write_text("THAWED", encoding="ascii")


HANGS = RIGHT.replace("return z + z", sleeps(600))


@pytest.mark.slow
def test_worker_that_survives_sigkill_for_a_second(tmp_path):
    """The worker times out and does not die at once: TimedOut, as it deserves, or our fault; the next case passes."""
    path, results = write_toy(tmp_path, HANGS), tmp_path / "results.json"
    with freezer() as group, start(path, results, "--cases", str(TOY)) as running:
        freeze(group, sleeping_worker(results))
        time.sleep(2.5)  # the limit of a call, which is one second, and one and a half seconds more
        thaw(group)
        outcomes = ended_well(*ended(running), results, {"double": {"TimedOut"}}, cases=TOY)
    assert outcomes["2"] == "Passed"


@pytest.mark.slow
def test_workers_that_stand_still_for_a_moment_cost_nothing(tmp_path):
    """Whether the frozen worker is working or waiting in its box, the program gets full points."""
    results = tmp_path / "results.json"
    frozen = 0
    with freezer() as group, start(SOLUTION, results) as running:
        zygote = zygote_of(running)
        while running.poll() is None:
            for pid in children(zygote, ""):
                with contextlib.suppress(OSError):
                    freeze(group, pid)
                    frozen += 1
            time.sleep(0.2)
            thaw(group)
            time.sleep(0.01)
        outcomes = ended_well(*ended(running), results)
    assert frozen > 0, "nobody was frozen: the test has lost its aim"
    assert set_of(outcomes) == {"Passed"}


def impatient_copy(folder, patience_s):
    """Make a folder with a copy of the grader that waits a shorter time for its zygote."""
    shutil.copytree(ROOT / "autograder", folder / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    conversation = folder / "autograder" / "conversation.py"
    text, count = re.subn(
        r"(?m)^ZYGOTE_PATIENCE_S = .*$", f"ZYGOTE_PATIENCE_S = {patience_s}", conversation.read_text(encoding="utf-8")
    )
    assert count == 1
    conversation.write_text(text, encoding="utf-8")
    return folder


def real_cases_with(folder, **limits):
    """Make a copy of the real cases with other limits."""
    shutil.copytree(CASES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    settings = folder / "assignment.toml"
    text = settings.read_text(encoding="utf-8")
    for name, value in limits.items():
        text, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
        assert count == 1
    settings.write_text(text, encoding="utf-8")
    return folder


# Right except for its first function, and slow, so that a later case is still running a moment later.
STUCK_SIGMOID = f"""
import time
def hangs(z):
    {sleeps(600)}
sigmoid, right = hangs, sigmoid
def forward(x, theta_h, theta_y):
    time.sleep(0.3)
    h = right(x @ theta_h)
    return h, right(h @ theta_y)
"""


@pytest.mark.slow
def test_worker_that_never_dies_makes_later_cases_fail_at_once(tmp_path):
    """The zygote waits for the worker in vain, but the session does not wait for the zygote 22 times: the run ends in
    seconds.
    """
    cwd = impatient_copy(tmp_path / "copy", 4)
    cases = real_cases_with(tmp_path / "cases", call_s=1)
    program = write_program(tmp_path, SOLUTION.read_text(encoding="utf-8") + STUCK_SIGMOID)
    results = tmp_path / "results.json"
    with freezer() as group, start(program, results, "--cases", str(cases), cwd=cwd) as running:
        freeze(group, sleeping_worker(results))
        try:
            running.wait(40)  # 22 cases at four seconds each would take longer
        except subprocess.TimeoutExpired:
            running.terminate()
            ended(running)
            pytest.fail("each case waited for a zygote that was known not to answer")
        outcomes = ended_well(*ended(running), results, {"sigmoid": {"TimedOut"}})
    assert set_of(outcomes) <= {"TimedOut", "GraderError"}


@pytest.mark.slow
def test_worker_that_dies_after_all_confuses_no_later_case(tmp_path):
    """If the zygote answers too late, its answer is not taken for the answer to a later question."""
    cwd = impatient_copy(tmp_path / "copy", 1)
    cases = real_cases_with(tmp_path / "cases", call_s=1)
    program = write_program(tmp_path, SOLUTION.read_text(encoding="utf-8") + STUCK_SIGMOID)
    results = tmp_path / "results.json"
    with freezer() as group, start(program, results, "--cases", str(cases), cwd=cwd) as running:
        freeze(group, sleeping_worker(results))
        time.sleep(4.5)
        thaw(group)
        outcomes = ended_well(*ended(running), results, {"sigmoid": {"TimedOut"}})
    assert "GraderError" in outcomes.values(), "it was not frozen for long enough: the test has lost its aim"


@pytest.mark.slow
def test_sigterm_while_a_worker_cannot_die_ends_in_seconds(tmp_path):
    """Finished grades stand, everything else is our fault, and no process waits for the worker forever."""
    path, results = write_toy(tmp_path, STUCK), tmp_path / "results.json"
    cases = toy_with(tmp_path / "cases", call_s=600, case_s=600)
    with freezer() as group, start(path, results, "--cases", str(cases)) as running:
        first_case_graded(running, results)
        freeze(group, sleeping_worker(results))
        running.send_signal(signal.SIGTERM)
        outcomes = ended_well(*ended(running), results, cases=TOY)
    assert outcomes == {"1": "Passed", "2": "GraderError"}


# ------------------------------------------------------------------------------------------- the platform's limit


def with_limit(seconds):
    """Change the time limit that run_autograder sets for the grader."""

    def change(autograder):
        script = autograder / "run_autograder"
        text = script.read_text(encoding="utf-8")
        assert text.count("--kill-after=10 540 ") == 1
        script.write_text(text.replace("--kill-after=10 540 ", f"--kill-after=60 {seconds} "), encoding="utf-8")

    return change


def test_limit_of_run_autograder_leaves_results_whenever_it_comes(container):
    """`timeout` signals the grader's whole group: every case is Passed or our fault, or the results are
    run_autograder's fallback.
    """
    stopped = 0
    for seconds in (0.01, 0.3, 0.45, 0.6):
        status, printed, results = container(prepare=with_limit(seconds))
        assert "Traceback" not in printed, printed
        outcomes_of(status, printed, results, signaled=True)
        assert status in {0, 124}
        stopped += status == 124
    assert stopped > 0, "the limit never came: the test has lost its aim"


@pytest.mark.slow
def test_sigterm_to_every_process_of_a_container_leaves_results(container, limited):
    """As a machine that shuts down sends it, in any order: every case is Passed or our fault."""
    order = random.Random("shut down")
    hit = 0
    for i in range(5):
        limits = limited(768)
        procs = limits.peak.parent / "cgroup.procs"

        def shut_down(limits=limits, procs=procs, delay_s=0.1 + 0.2 * i):
            session = wait_for(lambda: any(WORDS["session"] in command_of(pid) for pid in pids(procs)))
            assert session
            time.sleep(delay_s)
            chosen = [pid for pid in pids(procs) if "unshare" not in command_of(pid)]
            order.shuffle(chosen)
            for pid in chosen:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)

        shutting = threading.Thread(target=shut_down)
        shutting.start()
        status, printed, results = container(limits=limits)
        shutting.join()
        outcomes = outcomes_of(status, printed, results, signaled=True)
        hit += "GraderError" in outcomes.values()
    assert hit > 0, "no signal hit a grading: the test has lost its aim"


def pids(procs):
    """Return the PIDs of a group."""
    return [int(pid) for pid in procs.read_text(encoding="ascii").split()]
