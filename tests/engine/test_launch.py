"""A session that is forked from its supervisor is as good as one in its own interpreter."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.launch import ROOT

from .conftest import RIGHT, TOY
from .test_grade import children, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a session is a copy")
# A fork of a process with other threads inherits their locks, and pytest may have such threads: tests fork a fresh
# process.
ALONE = "import os, socket, sys\nsys.path.insert(0, sys.argv[1])\nfrom autograder.launch import Copy, is_plain, tell\n"


def said(code, *switches, **variables):
    """Run a program in a separate interpreter and return the finished process."""
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        [sys.executable, *switches, "-c", ALONE + code, ROOT],
        cwd="/", env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip


def test_copy_is_told_what_to_do_and_holds_nothing_else_of_ours():
    """The copy reads its settings, answers on the one descriptor that it keeps, and prints for the instructor."""
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
    """The copy must never continue with its supervisor's own work."""
    done = said("copy = Copy(lambda: 1 / 0, [])\nprint(copy.wait(5))\n")
    assert done.stdout == "1\n"
    assert "ZeroDivisionError" in done.stderr


def test_copy_that_hangs_can_be_killed():
    """It can be killed repeatedly, and waited for with any timeout."""
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
    ids=["plain", "isolated", "harmless", "path", "variable", "optimized", "warnings", "option", "development", "bytes",
         "no packages"],
)  # fmt: skip
def test_copy_only_where_nothing_has_changed_how_python_works(switches, variables, plain):
    """Otherwise the session gets its own interpreter, which is isolated."""
    assert said("print(is_plain())", *switches, **variables).stdout == f"{plain}\n"


def test_no_copy_of_a_process_that_imports_from_a_folder_of_somebody_else():
    """The same holds for one of the user's own packages, which an isolated interpreter does not know."""
    assert said("sys.path.insert(0, '/elsewhere')\nprint(is_plain())").stdout == "False\n"
    assert said("sys.path.append(sys.modules['site'].USER_SITE)\nprint(is_plain())").stdout == "False\n"


def test_no_copy_on_another_system_or_of_a_process_that_imports_from_nowhere():
    """On macOS, libraries do not survive a fork; and an empty search path is deliberate."""
    assert said("sys.platform = 'darwin'\nprint(is_plain())").stdout == "False\n"
    assert said("sys.path.clear()\nprint(is_plain())").stdout == "False\n"


def test_copy_of_a_process_that_imports_from_our_folder_by_another_name(tmp_path):
    """The repository may be reached through a link, for example."""
    (tmp_path / "link").symlink_to(ROOT)
    assert said(f"sys.path[0] = {str(tmp_path / 'link')!r}\nprint(is_plain())").stdout == "True\n"


@pytest.mark.parametrize(("variables", "copied"), [({}, True), ({"PYTHONOPTIMIZE": "1"}, False)], ids=["plain", "not"])
def test_both_kinds_of_session_grade(tmp_path, variables, copied):
    """The results are the same except for times."""
    waits = tmp_path / "toy.py"
    waits.write_text(RIGHT + "\nimport time\ntime.sleep(0.2)\n", encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", str(waits), "--cases", str(TOY)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8",
    ) as running:  # fmt: skip
        session = wait_for(lambda: next(iter(children(running.pid, "import session")), 0))
        theirs, own = (Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in (session, running.pid))
        assert (theirs == own) is copied
        printed, _ = running.communicate(timeout=60)
    assert "10 of 10 points" in printed
