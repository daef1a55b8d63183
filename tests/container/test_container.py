"""The unpacked bundle in a container like Gradescope's: `/autograder`, Python 3.10, half a CPU, 768 MB, and
root with Docker's default capabilities.

`enter.sh` makes the container out of namespaces. setup.sh runs once, for real, with the network; then every
test is a run of its own, in a fresh `/autograder`, as on Gradescope. What this lacks: Docker's seccomp
profile, Gradescope's kernel and harness.
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.authoring import bootstrap, bundle

ROOT = Path(__file__).resolve().parent.parent.parent
ENTER = Path(__file__).with_name("enter.sh")
MEMORY = 768 * 1024 * 1024
CPUS = 0.5

METADATA = {
    "id": 123456,
    "created_at": "2026-11-20T09:30:00.123456-08:00",
    "assignment": {
        "due_date": "2026-11-24T23:59:00.000000-08:00",
        "group_size": None,
        "group_submission": False,
        "id": 25828,
        "course_id": 1234,
        "late_due_date": None,
        "release_date": "2026-11-10T00:00:00.000000-08:00",
        "title": "Deep Learning",
        "total_points": "100.0",
    },
    "submission_method": "upload",
    "users": [{"email": "student@example.edu", "id": 1234, "name": "A Student"}],
    "previous_submissions": [],
}


@dataclass(frozen=True)
class Run:
    """What is left when a container has ended."""

    status: int
    printed: str
    results: dict
    seconds: float
    peak_mib: float | None
    autograder: Path

    @property
    def score(self):
        """Points, as Gradescope would sum them."""
        return sum(test["score"] for test in self.results["tests"])


# ---------------------------------------------------------------------------------------------- the container


def why_not():
    """The reason why there can be no container here, or None."""
    if sys.platform != "linux":
        return "a container needs Linux"
    if os.geteuid() != 0:
        return "a container needs root"
    for program in ("unshare", "setpriv", "chroot", "mount"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--ipc", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"no namespaces or mounts here: {tried.stderr.strip()}" if tried.returncode else None


def find_python():
    """Gradescope's Python 3.10, or without one the Python running here, which suits the lock as well."""
    home = Path.home()
    candidates = [
        shutil.which("python3.10"),
        *sorted(home.glob(".pyenv/versions/3.10.*/bin/python3.10")),
        *sorted(Path("/opt").glob("hostedtoolcache/Python/3.10.*/*/bin/python3.10")),
        sys._base_executable,
    ]
    question = "import os, sys; print(os.path.realpath(getattr(sys, '_base_executable', sys.executable)))"
    for candidate in filter(None, candidates):
        answer = subprocess.run([candidate, "-c", question], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return Path(answer.stdout.strip())
    raise AssertionError("the running interpreter does not start")


class Limits:
    """Control groups for half a CPU and 768 MB: version 1 or 2, or none and the reason why."""

    def __init__(self, name):
        self.groups = []
        self.problem = None
        mounts = [line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
        old = {option: Path(at) for _, at, kind, options, *_ in mounts if kind == "cgroup"
               for option in options.split(",")}  # fmt: skip
        new = next((Path(at) for _, at, kind, *_ in mounts if kind == "cgroup2"), None)
        try:
            if "memory" in old and "cpu" in old:
                self._make(old["memory"] / name, {"memory.limit_in_bytes": MEMORY})
                self._make(
                    old["cpu"] / name, {"cpu.cfs_period_us": 100_000, "cpu.cfs_quota_us": int(CPUS * 100_000)}
                )
                self.peak = old["memory"] / name / "memory.max_usage_in_bytes"
            elif new is not None:
                (new / "cgroup.subtree_control").write_text("+cpu +memory", encoding="ascii")
                limits = {
                    "memory.max": MEMORY,
                    "memory.swap.max": 0,
                    "cpu.max": f"{int(CPUS * 100_000)} 100000",
                }
                self._make(new / name, limits)
                self.peak = new / name / "memory.peak"
            else:
                self.problem = "no control groups are mounted"
        except OSError as error:
            self.problem = f"control groups cannot be made here ({error})"

    def _make(self, group, limits):
        group.mkdir()
        self.groups.append(group)
        for name, value in limits.items():
            (group / name).write_text(str(value), encoding="ascii")

    def enter(self):
        """Runs in the child, before the program starts."""
        for group in self.groups:
            (group / "cgroup.procs").write_text("0", encoding="ascii")

    def peak_mib(self):
        """The most memory that all processes together ever had, page cache included."""
        if self.problem is None and self.peak.exists():
            return int(self.peak.read_text(encoding="ascii")) / 2**20
        return None

    def remove(self):
        """Remove the groups; every process of theirs has ended with its namespace."""
        for group in self.groups:
            group.rmdir()


def enter(scratch, autograder, env, command, limits=None, timeout_s=600, **variables):
    """Run a command in a container; (exit status, what it printed). Every process in it ends with it."""
    root = scratch / "root"
    root.mkdir(exist_ok=True)
    # setup.sh reaches the package index the way this machine does.
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.lower().endswith("_proxy") or name == "SSL_CERT_FILE"
    }
    process = subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "bash", ENTER,
         root, autograder, env or "", find_python(), *command],
        env={"PATH": os.environ["PATH"], "HOME": str(Path.home()), **passed_on, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=limits.enter if limits else None,  # noqa: PLW1509  no threads here
    )  # fmt: skip
    try:
        printed, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.returncode, printed


@pytest.fixture(scope="module", autouse=True)
def _possible():
    reason = why_not()
    if reason:
        print(f"\ntests/container is skipped: {reason}.", file=sys.__stderr__)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """/autograder/source: the bundle, unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    archive, _ = bundle.build(ROOT, folder)
    bundle._unpack(archive, folder / "source")
    return folder / "source"


@pytest.fixture(scope="module")
def image(source):
    """/autograder as setup.sh leaves it: source, run_autograder and env. In memory where there is room."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2 * 2**30
    with tempfile.TemporaryDirectory(prefix="gradescope-image-", dir=shared if roomy else None) as folder:
        Path(folder).chmod(0o755)
        yield set_up(Path(folder), source)


def set_up(scratch, source):
    """Run setup.sh as Gradescope does when it builds the image; returns /autograder."""
    autograder = new_autograder(scratch, source)
    began = time.monotonic()
    status, printed = enter(scratch, autograder, None, ["bash", "/autograder/source/setup.sh"])
    if status != 0 and any(sign in printed.lower() for sign in bootstrap.OFFLINE):
        pytest.skip("setup.sh needs the package index, and there is no network")
    assert status == 0, printed
    print(f"\nsetup.sh: {time.monotonic() - began:.0f} s. {printed.splitlines()[-1]}")
    return autograder


def new_autograder(scratch, source):
    """What Gradescope makes before setup.sh or run_autograder."""
    autograder = scratch / "autograder"
    autograder.mkdir(mode=0o755)
    shutil.copytree(source, autograder / "source")
    shutil.copy(source / "run_autograder", autograder)
    for name in ("submission", "results"):
        (autograder / name).mkdir(mode=0o777)
    (autograder / "submission_metadata.json").write_text(json.dumps(METADATA), encoding="utf-8")
    return autograder


@pytest.fixture
def grade(image, tmp_path, request):
    """Grade files as Gradescope does: `grade({"neural_network.py": bytes})`."""
    tmp_path.chmod(0o755)
    limits = Limits(f"gradescope-{os.getpid()}")
    if limits.problem:
        print(f"\nWithout the limits of half a CPU and 768 MB: {limits.problem}.")

    def run(files, *, with_env=True):
        autograder = new_autograder(tmp_path, image / "source")
        for name, data in files.items():
            path = autograder / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        began = time.monotonic()
        status, printed = enter(
            tmp_path, autograder, image / "env" if with_env else None, ["/autograder/run_autograder"],
            limits=limits, AUTOGRADER_TOKEN="a-secret-of-the-harness",
        )  # fmt: skip
        seconds = time.monotonic() - began
        results = json.loads((autograder / "results" / "results.json").read_text(encoding="utf-8"))
        done = Run(status, printed, results, seconds, limits.peak_mib(), autograder)
        peak = f", at most {done.peak_mib:.0f} MiB" if done.peak_mib else ""
        print(f"\n{request.node.name}: {seconds:.1f} s{peak}")
        return done

    yield run
    limits.remove()


# ------------------------------------------------------------------------------------------------- the grades


def test_solution_gets_all_points(grade):
    done = grade({"neural_network.py": (ROOT / "solution" / "neural_network.py").read_bytes()})
    assert done.status == 0, done.printed
    assert done.score == 100
    assert sum(test["max_score"] for test in done.results["tests"]) == 100


def test_untouched_starter_gets_none(grade):
    starter = ROOT / "starter"
    files = {
        path.relative_to(starter).as_posix(): path.read_bytes()
        for path in starter.rglob("*")
        if path.is_file()
    }
    done = grade(files)
    assert done.status == 0, done.printed
    assert done.score == 0
    assert sum(test["max_score"] for test in done.results["tests"]) == 100


@pytest.mark.parametrize("sample", ["loops_in_plain_python", "plots_at_the_top", "scipy_expit"])
def test_right_programs_get_all_points_with_half_a_cpu(grade, sample):
    done = grade(
        {"neural_network.py": (ROOT / "tests/submissions" / sample / "neural_network.py").read_bytes()}
    )
    assert done.score == 100, [test for test in done.results["tests"] if test["score"] != test["max_score"]]


def test_nothing_handed_in_is_a_zero_that_lists_every_case(grade):
    done = grade({})
    assert done.status == 0, done.printed
    assert done.score == 0
    assert sum(test["max_score"] for test in done.results["tests"]) == 100


# -------------------------------------------------------------------------------------------------- the walls

SNOOP = """
import glob, os, sys
FOUND = []
for path in ["/autograder/source/tests/cases/reference.py", "/autograder/submission_metadata.json",
             "/autograder/results/results.json", "/proc/1/environ",
             *glob.glob("/autograder/source/**", recursive=True)]:
    try:
        with open(path, "rb") as file:
            file.read(1)
        FOUND.append(path)
    except OSError:
        pass
for path in ["/autograder/results/results.json", "/autograder/results/other", "/autograder/source/x",
             "/tmp/x", "/x"]:
    try:
        with open(path, "w") as file:
            file.write("{}")
        FOUND.append("wrote " + path)
    except OSError:
        pass
FOUND += [name for name, value in os.environ.items() if "secret" in value]
FOUND += [path for path in sys.path if "source" in path or "submission" in path or path == ""]
FOUND += ["root"] * (os.geteuid() == 0)
raise SystemError("FOUND " + ",".join(FOUND) + " END")
"""


def test_submission_reads_and_writes_nothing_of_the_graders(grade):
    done = grade({"neural_network.py": SNOOP.encode(), "numpy.py": b"raise SystemError('FOUND shadow')"})
    assert done.score == 0
    said = json.dumps(done.results) + done.printed
    assert "FOUND  END" in said
    assert sorted(path.name for path in (done.autograder / "results").iterdir()) == ["results.json"]


def test_only_root_may_read_what_was_graded(grade):
    done = grade({"neural_network.py": b"# nothing"})
    for name in ("source", "submission", "results", "submission_metadata.json", "results/results.json"):
        mode = stat.S_IMODE((done.autograder / name).stat().st_mode)
        assert mode & 0o077 == 0, f"{name} has mode {mode:o}"


def test_dockers_capabilities_are_enough_for_every_protection_but_the_kernels_own(grade):
    done = grade({"neural_network.py": (ROOT / "solution" / "neural_network.py").read_bytes()})
    missing = [line for line in done.printed.splitlines() if line.startswith("Protection missing")]
    # Kernels differ in what they offer; the change of user and the limits are Docker's to allow.
    assert not [line for line in missing if "landlock" not in line.lower() and "seccomp" not in line.lower()]


# ------------------------------------------------------------------------------------------- our own failures


def test_grader_that_cannot_start_leaves_results_that_say_so(grade):
    done = grade({"neural_network.py": b"# nothing"}, with_env=False)
    assert done.status != 0
    assert done.results["score"] == 0
    assert "could not start" in done.results["output"]
    assert "not the fault of your submission" in done.results["output"]
    assert "staff must look" in done.printed


def test_setup_that_cannot_install_fails_and_says_where(source, tmp_path):
    tmp_path.chmod(0o755)
    autograder = new_autograder(tmp_path, source)
    (autograder / "source/autograder/gradescope/requirements.txt").write_text(
        "numpy==2.2.6 --hash=sha256:" + 64 * "0"
    )
    status, printed = enter(tmp_path, autograder, None, ["bash", "/autograder/source/setup.sh"])
    assert status != 0
    assert "setup.sh FAILED while installing the grader's packages" in printed
