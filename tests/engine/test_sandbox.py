"""What a worker may not do, tried from inside one: each program answers rightly only if it was refused."""

import os
import sys
from pathlib import Path

import pytest

from .conftest import RIGHT

linux = pytest.mark.skipif(sys.platform != "linux", reason="the layers tried here are Linux's")
root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, to become somebody else")
ROOT = Path(__file__).resolve().parents[2]

PROBE = """
import os

def refused():
    {body}

def double(z):
    return 2 * z if refused() else 0 * z
"""

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
    "executes": "os.execv('/bin/true', ['true'])",
    "becomes root": "os.setuid(0)",
    "makes a namespace": "import ctypes; ctypes.CDLL(None).unshare(0x20000000) == 0 or (1 / 0)",
    "traces": "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0 or (1 / 0)",
    "imports the grader": "import autograder",
    "imports the box": "import box",
}


@linux
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=list(ATTEMPTS))
def test_worker_is_refused(grade_text, attempt):
    """The attempt raises an exception, and the worker goes on."""
    body = f"try:\n        {attempt}\n    except BaseException:\n        return True\n    return False"
    grade = grade_text(PROBE.format(body=body) + RIGHT.partition("def both")[1] + RIGHT.partition("def both")[2])
    assert grade.results[0].outcome.value == "Passed", grade.results[0].text
    assert not Path("/tmp/left_behind_by_a_worker").exists()
    assert not (ROOT / "left_behind_by_a_worker").exists()


FACTS = {
    "another user": "os.getuid() not in (0, ORIGINAL_UID) and os.getgroups() == []",
    "a new session": "os.getsid(0) == os.getpid()",
    "empty standard input": "os.read(0, 10) == b''",
    "only four descriptors": "[d for d in range(256) if is_open(d)] == [0, 1, 2, 3]",
    "a clean environment": "set(os.environ) <= {'OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'LC_ALL', 'LC_CTYPE', 'MPLBACKEND',"
    " 'MPLCONFIGDIR', 'HOME', 'TMPDIR'}",
    "an empty folder to write to": "os.listdir('.') == [] and open('mine', 'w').write('x') == 1 and os.listdir('.') == ['mine']",
    "temporary files in it": "__import__('tempfile').mkstemp()[1].startswith(os.getcwd())",
    "no grader among the modules": "not any(name.startswith(('autograder', 'pytest', '_pytest')) for name in sys.modules)",
    "no grader on the path": "not any(os.path.exists(os.path.join(p, 'reference.py')) for p in sys.path)",
    "NumPy's random numbers and linear algebra": "np.linalg.det(np.random.RandomState(0).rand(3, 3)) != 0",
}


@linux
@root
@pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
def test_worker_finds(grade_text, fact):
    """What a worker sees of the machine, as root runs it."""
    text = f"""
import os, sys
import numpy as np
ORIGINAL_UID = {os.getuid()}
def is_open(d):
    try:
        os.fstat(d)
    except OSError:
        return False
    return True
def double(z):
    return 2 * z if ({fact}) else 0 * z
"""
    grade = grade_text(text + RIGHT.partition("def both")[1] + RIGHT.partition("def both")[2])
    assert grade.results[0].outcome.value == "Passed", grade.results[0].text


@linux
@root
def test_every_layer_holds_here_as_root(grade_text):
    """On this machine nothing is missing; a layer that is would be named to the instructor."""
    grade = grade_text(RIGHT)
    assert grade.facts["protections"] == dict.fromkeys(
        ["landlock", "own user id", "limits", "no new privileges", "seccomp"], "on"
    )
    assert grade.staff == ()


def test_missing_layer_is_named_to_the_instructor_only(grade_text, monkeypatch):
    """The grade stands, the sentence is for staff, and no student reads it."""
    monkeypatch.setattr("autograder.grade.readable_folders", lambda: [{}])  # Landlock cannot make rules of that
    grade = grade_text(RIGHT)
    assert grade.score == 10
    assert any("landlock" in line for line in grade.staff)
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
