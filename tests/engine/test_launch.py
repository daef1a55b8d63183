"""A session that is a copy of its supervisor is as good as an interpreter of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.launch import ROOT

from .test_grade import children, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a session is a copy")
# A copy of a process with other threads would inherit their locks, and pytest may have some: tests copy a fresh one.
ALONE = "import os, socket, sys\nsys.path.insert(0, sys.argv[1])\nfrom autograder.launch import Copy, is_plain, tell\n"


def said(code, *switches, **variables):
    """A program that has ended, in an interpreter of its own."""
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        [sys.executable, *switches, "-c", ALONE + code, ROOT],
        cwd="/", env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip


def test_copy_is_told_what_to_do_and_holds_nothing_else_of_ours():
    """It reads its settings, answers on the one descriptor that it keeps, and what it prints is for the instructor."""
    done = said("""
def run():
    settings = sys.stdin.read()
    print("printed", flush=True)
    opened = [int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]
    reporting.sendall(f"{settings} {sorted(opened)}".encode())
    os._exit(7)

listening, reporting = socket.socketpair()
os.open(os.devnull, os.O_RDONLY)
copy = Copy(run, [reporting])
kept = [0, 1, 2, reporting.fileno()]
reporting.close()
tell(copy, "settings")
told = b""
while part := listening.recv(100):
    told += part
print(told.decode() == f"settings {kept}", copy.wait(5))
""")
    assert (done.stdout, done.stderr) == ("True 7\n", "printed\n")


def test_copy_in_which_something_is_raised_says_so_and_ends():
    """It must never go on with what its supervisor is at."""
    done = said("copy = Copy(lambda: 1 / 0, [])\nprint(copy.wait(5))\n")
    assert done.stdout == "1\n"
    assert "ZeroDivisionError" in done.stderr


def test_copy_that_hangs_can_be_killed():
    """Once and again; and is waited for as long as one wants."""
    done = said("""
import subprocess, time
copy = Copy(lambda: time.sleep(60), [])
try:
    copy.wait(0.05)
except subprocess.TimeoutExpired:
    print(copy.poll())
copy.kill()
print(copy.wait(5))
copy.kill()
""")
    assert done.stdout.split() == ["None", str(-signal.SIGKILL)]


@pytest.mark.parametrize(
    ("switches", "variables", "plain"),
    [
        ((), {}, True),
        (("-I",), {"PYTHONPATH": "/elsewhere"}, True),
        ((), {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHON_VERSION": "3.10"}, True),
        ((), {"PYTHONPATH": "/elsewhere"}, False),
        ((), {"PYTHONOPTIMIZE": "1"}, False),
        (("-O",), {}, False),
        (("-W", "error"), {}, False),
        (("-X", "importtime"), {}, False),
        (("-X", "dev"), {}, False),
        (("-b",), {}, False),
        (("-S",), {}, False),
    ],
    ids=["plain", "isolated", "harmless", "path", "variable", "optimised", "warnings", "option", "development", "bytes",
         "no packages"],
)  # fmt: skip
def test_copy_only_where_nothing_has_changed_how_python_works(switches, variables, plain):
    """Else the session gets an interpreter of its own, which is isolated."""
    assert said("print(is_plain())", *switches, **variables).stdout == f"{plain}\n"


def test_no_copy_of_a_process_that_imports_from_a_folder_of_somebody_else():
    """Nor from one of the user's own packages, of which an isolated interpreter knows nothing."""
    assert said("sys.path.insert(0, '/elsewhere')\nprint(is_plain())").stdout == "False\n"
    assert said("sys.path.append(sys.modules['site'].USER_SITE)\nprint(is_plain())").stdout == "False\n"


def test_no_copy_on_another_system_or_of_a_process_that_imports_from_nowhere():
    """On macOS libraries do not stand being copied; and who has emptied the list has something in mind."""
    assert said("sys.platform = 'darwin'\nprint(is_plain())").stdout == "False\n"
    assert said("sys.path.clear()\nprint(is_plain())").stdout == "False\n"


def test_copy_of_a_process_that_imports_from_our_folder_by_another_name(tmp_path):
    """As where a repository is reached by a link."""
    (tmp_path / "link").symlink_to(ROOT)
    assert said(f"sys.path[0] = {str(tmp_path / 'link')!r}\nprint(is_plain())").stdout == "True\n"


@pytest.mark.parametrize(("variables", "copied"), [({}, True), ({"PYTHONOPTIMIZE": "1"}, False)], ids=["plain", "not"])
def test_both_kinds_of_session_grade(tmp_path, variables, copied):
    """With the same result but for times."""
    waits = tmp_path / "neural_network.py"
    solution = (Path(ROOT) / "solution" / "neural_network.py").read_text(encoding="utf-8")
    waits.write_text(solution + "\nimport time\ntime.sleep(0.1)\n", encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", str(waits)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8",
    ) as running:  # fmt: skip
        session = wait_for(lambda: next(iter(children(running.pid, "import session")), 0))
        theirs, own = (Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in (session, running.pid))
        assert (theirs == own) is copied
        printed, _ = running.communicate(timeout=60)
    assert "100 of 100 points" in printed
