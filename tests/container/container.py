"""A container like Gradescope's, made of namespaces: `/autograder`, Python 3.10, half a CPU, 768 MB, and root with
Docker's default capabilities and an approximation of its seccomp profile.

`enter.sh` makes the container. It lacks Gradescope's kernel and harness.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.authoring import bootstrap

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
    """The result of a container that has ended."""

    status: int
    printed: str
    results: dict
    seconds: float
    peak_mib: float | None
    autograder: Path

    @property
    def score(self):
        """Return the sum of the points, as Gradescope computes it."""
        return sum(test["score"] for test in self.results["tests"])


def why_not():
    """Return the reason why no container can run here, or None."""
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
    """Find Gradescope's Python 3.10, or else the Python running here, which the lock file also supports."""
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
                self._make(old["cpu"] / name, {"cpu.cfs_period_us": 100_000, "cpu.cfs_quota_us": int(CPUS * 100_000)})
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
        """Move the calling process, the child before its exec, into the groups."""
        for group in self.groups:
            (group / "cgroup.procs").write_text("0", encoding="ascii")

    def peak_mib(self):
        """Return the peak memory of all processes together, page cache included, or None if unknown."""
        if self.problem is None and self.peak.exists():
            return int(self.peak.read_text(encoding="ascii")) / 2**20
        return None

    def remove(self):
        """Remove the groups; all of their processes have ended with their PID namespace."""
        for group in self.groups:
            deadline = time.monotonic() + 60
            while True:
                try:
                    group.rmdir()
                    break
                except OSError:  # the kernel may still be cleaning up a process that has ended
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)


def enter(scratch, autograder, env, command, limits=None, timeout_s=600, on_line=None, **variables):
    """Run a command in a container and return (exit status, output). All processes in the container end with the
    command.
    """
    root = scratch / "root"
    root.mkdir(exist_ok=True)
    # setup.sh reaches the package index with the settings of this machine.
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.lower().endswith("_proxy") or name == "SSL_CERT_FILE"
    }
    process = subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "bash", ENTER,
         root, autograder, env or "", find_python(), *command],
        env={"PATH": os.environ["PATH"], "HOME": str(Path.home()), "PROFILED_BY": sys.executable, **passed_on,
             **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=limits.enter if limits else None,  # noqa: PLW1509  no threads here
    )  # fmt: skip
    overdue = threading.Timer(timeout_s, os.killpg, (process.pid, signal.SIGKILL))
    overdue.start()
    printed = ""
    with process, process.stdout:
        try:
            for line in process.stdout:
                printed += line
                if on_line is not None:
                    on_line(line)
        except BaseException:  # we are being stopped: kill the container too, and read its output to the end
            os.killpg(process.pid, signal.SIGKILL)
            process.stdout.read()
            raise
        finally:
            overdue.cancel()
    return process.returncode, printed


def set_up(scratch, source):
    """Run setup.sh as Gradescope does when it builds the image; return the path of /autograder."""
    return checked(*run_set_up(scratch, source))


def run_set_up(scratch, source):
    """Run setup.sh, however it ends; return /autograder, its exit status, its output, and the seconds it took."""
    autograder = new_autograder(scratch, source)
    began = time.monotonic()
    status, printed = enter(scratch, autograder, None, ["bash", "/autograder/source/setup.sh"])
    return autograder, status, printed, time.monotonic() - began


def checked(autograder, status, printed, seconds):
    """Return /autograder if setup.sh succeeded; skip the test if there is no network."""
    if status != 0 and any(sign in printed.lower() for sign in bootstrap.OFFLINE):
        pytest.skip("setup.sh needs the package index, and there is no network")
    assert status == 0, printed
    print(f"\nsetup.sh: {seconds:.0f} s. {printed.splitlines()[-1]}")
    return autograder


def new_autograder(scratch, source):
    """Make what Gradescope provides before it runs setup.sh or run_autograder."""
    autograder = scratch / "autograder"
    autograder.mkdir(mode=0o755)
    shutil.copytree(source, autograder / "source")
    shutil.copy(source / "run_autograder", autograder)
    for name in ("submission", "results"):
        (autograder / name).mkdir(mode=0o777)
    (autograder / "submission_metadata.json").write_text(json.dumps(METADATA), encoding="utf-8")
    return autograder
