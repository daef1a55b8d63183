"""autograder/answering.py: its limits. What else a program may ask, test_sandbox.py tries from inside a worker."""

import contextlib
import errno
import signal
import subprocess
import sys

import pytest

from autograder import answering

from ..conftest import ROOT

with contextlib.suppress(ImportError):  # Windows has none
    import resource

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs limits and /proc as on Linux")


@linux
def test_time_that_is_up_at_the_last_moment_leaves_no_limit_of_memory(monkeypatch):
    """The signal may come while the memory limit is being restored; the session would then keep the low limit."""
    limit, before = resource.setrlimit, resource.getrlimit(resource.RLIMIT_AS)

    def late(what, limits):
        if limits == before and signal.getsignal(signal.SIGPROF) is not signal.SIG_DFL:
            signal.raise_signal(signal.SIGPROF)
        limit(what, limits)

    monkeypatch.setattr(resource, "setrlimit", late)
    try:
        with contextlib.suppress(TimeoutError), answering._at_most(10):
            pass
        assert resource.getrlimit(resource.RLIMIT_AS) == before
    finally:
        limit(resource.RLIMIT_AS, before)


@linux
def test_answer_for_a_stand_in_where_memory_is_limited_already():
    """After `ulimit -v`, for example, the remaining memory must be enough, and no message mentions a limit."""
    program = (
        "import resource\nfrom autograder.answering import _at_most_more_memory\n"
        "held = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (held + (32 << 20),) * 2)\n"
        "with _at_most_more_memory(64 << 20):\n    print('answered')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("answered\n", "")


@linux
def test_product_of_matrices_for_which_there_is_no_memory_does_not_end_the_grader():
    """A reference may use `@`: OpenBLAS ends the process if it has no memory for the buffers that its first large
    product needs.
    """
    program = (
        "import numpy as np\nfrom autograder.answering import MAX_ANSWER_BYTES, _at_most_more_memory\n"
        "many, few = np.ones((6000, 2)), np.ones((2, 1000))\n"
        "with _at_most_more_memory(MAX_ANSWER_BYTES):\n    print((many @ few).shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("(6000, 1000)\n", "")


def test_nothing_is_set_up_for_a_limit_where_there_is_none(monkeypatch):
    """On macOS, for example, threads that the library starts for a product would be lost in sessions forked from a
    template.
    """

    def nowhere(path, **_):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)

    monkeypatch.setattr(answering, "open", nowhere, raising=False)
    monkeypatch.setattr(answering, "_set_up_products", lambda: pytest.fail("a product was made"))
    with answering._at_most_more_memory(1):
        assert len(bytearray(1 << 20)) == 1 << 20
