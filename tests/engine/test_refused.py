"""autograder/refused.py: a program at home meets what it would meet in a worker."""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from autograder.assignment import Function
from autograder.backend import CallFailed
from autograder.grade import grade
from autograder.in_process import InProcess
from autograder.refused import THREADS
from autograder.submission import Submission

from .conftest import RIGHT

PROBE = Function("probe", ("z",), ("value",), ())


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    """A function that imports a program in its student's own folder, which is below their home, and returns it."""
    folder = tmp_path / "home" / "assignment"
    folder.mkdir(parents=True)
    (folder / "numbers.txt").write_text("1")
    (folder.parent / "numbers.txt").write_text("1")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))  # not above the student's home
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))  # Windows

    def run(text):
        path = folder / "toy.py"
        path.write_text(text)
        return InProcess(Submission("toy.py", "toy.py", text), path)

    return run


REFUSED = {
    "a thread": "import threading\nthreading.Thread(target=int).start()",
    "a pool of threads": "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().submit(int)",
    "a timer": "from threading import Timer\nTimer(0, int).start()",
    "a process": "import os\nos.fork() or os._exit(0)",
    "a command": "import subprocess\nsubprocess.run(['true'])",
    "a network": "import socket\nsocket.create_connection(('127.0.0.1', 9))",
    "a page": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')",
    "its own text": "open(__file__)",
    "a file beside it": "import os\nopen(os.path.join(os.path.dirname(__file__), 'numbers.txt'))",
}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker may start threads")
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_a_worker_is_refused_is_refused_at_home(text, at_home, toy, station, tmp_path):
    """The exception is the one that the grader reports, whether it is raised by the import or in a call."""
    own = RIGHT + text + "\n"
    (tmp_path / "toy.py").write_text(own)
    told = " ".join(grade(tmp_path / "toy.py", toy, place=station).results[0].text.split())
    with pytest.raises(CallFailed) as importing:
        at_home(own)
    assert f"raised {importing.value.facts['type']}: {importing.value.facts['message']} " in told
    with pytest.raises(CallFailed) as calling:
        at_home("def probe(z):\n" + "".join(f"    {line}\n" for line in text.splitlines())).call(PROBE, [1.0])
    assert calling.value.facts["message"] == importing.value.facts["message"]


@pytest.mark.parametrize("place", ["home", "home/assignment"])
@pytest.mark.parametrize(
    "reading",
    [
        "open({!r})",
        "import numpy as np\nnp.loadtxt({!r})",
        "import pathlib\npathlib.Path({!r}).read_text()",
        "import scipy.io\nscipy.io.loadmat({!r})",
        "import os\nos.chdir(os.path.dirname({!r}))",
        "import os\nos.listdir(os.path.dirname({!r}))",
        "import os\nos.scandir(os.path.dirname({!r}))",
        "import pathlib\nlist(pathlib.Path({!r}).parent.iterdir())",
    ],
)
def test_file_of_the_student_s_is_not_there(reading, place, at_home, tmp_path):
    """Gradescope does not have it, so the program is told what it will be told there."""
    with pytest.raises(CallFailed) as failed:
        at_home(reading.format(str(tmp_path / place / "numbers.txt")))
    assert failed.value.facts["type"] == "FileNotFoundError"


def test_search_in_a_folder_of_the_student_s_finds_nothing(at_home, tmp_path):
    """glob says so without an exception, here and where it is graded."""
    below = str(tmp_path / "home" / "assignment" / "*.txt")
    program = at_home(f"import glob\ndef probe(z):\n    return len(glob.glob({below!r}))\n")
    assert program.call(PROBE, [1.0]).values == [0]


ALLOWED = {
    "a file of its own": "with open('a.txt', 'w+') as file:\n    file.write('1')\n    file.seek(0)\n    file.read()",
    "a temporary file": "import tempfile\nwith tempfile.NamedTemporaryFile() as file:\n    file.write(b'1')",
    "a list of its own files": "import os, tempfile\nos.listdir(os.getcwd()); os.listdir(tempfile.mkdtemp())",
    "nowhere": "import os\nwith open(os.devnull, 'w') as file:\n    file.write('1')",
    "Python's own files": "import os\nwith open(os.__file__) as file:\n    file.read()",
    "its source lines": "import inspect\ndef f(): pass\nassert 'def f' in inspect.getsource(f)",
    "a traceback": "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()",
    "a warning": "import warnings\nwarnings.warn('x')",
    "random numbers": "import secrets, random\nrandom.SystemRandom().random(); secrets.token_hex()",
}


@pytest.mark.filterwarnings("ignore:x:UserWarning")
@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_everything_else_works_as_ever(text, at_home):
    """A worker has it, too."""
    assert at_home(text + "\ndef probe(z):\n    return z\n").call(PROBE, [1.0]).values == [1.0]


def test_library_may_do_what_it_needs(at_home, tmp_path, monkeypatch):
    """Matplotlib, for example, starts a thread and reads files of the user's when it is first used."""
    (tmp_path / "library_of_others.py").write_text(
        "import threading\n"
        "def use():\n"
        "    thread = threading.Thread(target=int)\n"
        "    thread.start()\n"
        "    thread.join()\n"
        f"    return open({str(tmp_path / 'home' / 'numbers.txt')!r}).read()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    program = at_home("import library_of_others\ndef probe(z):\n    return float(library_of_others.use())\n")
    assert program.call(PROBE, [1.0]).values == [1.0]


def test_others_are_refused_nothing(at_home):
    """Neither afterward nor, on other threads, meanwhile: the student's pytest goes on as ever."""
    done = []

    class Sleeping:
        """Called while the program is: what it does is not the program's doing."""

        def __float__(self):
            thread = threading.Thread(target=lambda: done.append(Path(__file__).read_text()))
            thread.start()
            thread.join()
            return 1.0

    before = {name: vars(threading).get(name) for name in THREADS}
    program = at_home("def probe(z):\n    return z\n")
    program._module.probe = lambda _: float(Sleeping())
    assert program.call(PROBE, [1.0]).values == [1.0]
    assert done
    assert {name: vars(threading).get(name) for name in THREADS} == before
    assert subprocess.run([sys.executable, "-c", "1"], check=True).returncode == 0
