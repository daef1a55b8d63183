"""box/template.py and batch.station.Template: a process that forks a child for each submission, and how both end."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from autograder.batch.station import Template
from autograder.box import control

from ..conftest import ROOT
from ..processes import alive, children, none_left

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is nothing to fork")

# A child runs its settings as code; `answers` is the descriptor that it was given.
SERVES = """
import os, signal, socket, sys, time
sys.path.insert(0, sys.argv[1])
from autograder.box import template
counted = 0
settings, descriptors = template.wait(socket.socket(fileno=int(sys.argv[2])), take_along="along" in sys.argv)
answers = descriptors[0] if descriptors else None
exec(settings)
os._exit(0)
"""


@pytest.fixture
def template():
    """A template that only waits."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVES, str(ROOT), str(theirs.fileno())], pass_fds=[theirs.fileno()]
        )
    made = Template(process, ours)
    yield made
    made.close()


@pytest.fixture
def told(template):
    """A function that takes the code for a child, and returns its PID and what it has written when it ends."""

    def run(code):
        reading, writing = os.pipe()
        pid = template.fork(code, [writing])
        os.close(writing)
        with open(reading, encoding="utf-8") as answers:
            text = answers.read()
        template.end(pid, 2)
        return pid, text

    return run


SAYS = "os.write(answers, str({}).encode())"


def test_child_has_its_settings_and_its_descriptors(told):
    """Settings may have any length: they cross in pieces."""
    assert told(SAYS.format("6 * 7"))[1] == "42"
    assert told(f"'{'x' * 1_000_000}'\n" + SAYS.format("len(settings)"))[1] == str(
        1_000_003 + len(SAYS.format("len(settings)"))
    )


def test_children_do_not_see_what_another_has_changed(told):
    """Each child begins in the state in which the template waits."""
    assert [told("counted += 1\n" + SAYS.format("counted"))[1] for _ in range(3)] == ["1", "1", "1"]


def test_child_holds_no_descriptor_of_an_earlier_one_and_not_the_template_s(told):
    """Otherwise, no process would notice the end of a socket."""
    listed = SAYS.format("sorted(map(int, os.listdir('/proc/self/fd')))")
    assert told(listed)[1] == told(listed)[1]
    open_ones = told(listed)[1].strip("[]").split(", ")
    assert len(open_ones) == 5, "three of its own, the one it was given, and the folder it has just listed"


def test_several_children_live_side_by_side(template):
    """Each child is ended by its own PID."""
    pids = [template.fork("time.sleep(60)", []) for _ in range(3)]
    assert all(map(alive, pids))
    template.end(pids[1], 0)
    assert [alive(pid) for pid in pids] == [True, False, True]
    for pid in (pids[2], pids[0]):
        template.end(pid, 0)
    assert not any(map(alive, pids))


def test_child_may_leave_by_itself(template):
    """It gets the promised time to clean up."""
    reading, writing = os.pipe()
    pid = template.fork("time.sleep(0.3); os.write(answers, b'cleaned up')", [writing])
    os.close(writing)
    started = time.monotonic()
    template.end(pid, 10)
    assert time.monotonic() - started < 5
    with open(reading, encoding="ascii") as answers:
        assert answers.read() == "cleaned up"


def test_child_that_does_not_leave_is_killed(template):
    """Even a child that ignores signals is killed."""
    pid = template.fork("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", [])
    started = time.monotonic()
    template.end(pid, 0.2)
    assert 0.2 <= time.monotonic() - started < 2
    assert not alive(pid)


def test_child_that_has_ended_long_ago_is_reaped_when_asked(template):
    """Until then, no other process can get its PID."""
    pid = template.fork("os._exit(3)", [])
    time.sleep(0.1)
    assert os.path.exists(f"/proc/{pid}"), "ended, and still its parent's"
    template.end(pid, 1)
    assert not os.path.exists(f"/proc/{pid}")


def test_template_that_has_died_says_so(template):
    """It says so at once, for every request."""
    pid = template.fork("time.sleep(60)", [])
    template._process.kill()
    template._process.wait()
    with pytest.raises(OSError):  # noqa: PT011, which of them depends on who was first
        template.fork("", [])
    with pytest.raises(OSError):  # noqa: PT011
        template.end(pid, 0)
    os.kill(pid, signal.SIGKILL)


def test_template_that_dies_while_it_is_asked_says_so(template):
    """The end of its socket tells."""
    os.kill(template._process.pid, signal.SIGSTOP)
    template._control.settimeout(5)
    os.kill(template._process.pid, signal.SIGKILL)
    with pytest.raises(OSError):  # noqa: PT011
        template.fork("", [])


def test_template_that_stands_still_is_given_up(template):
    """Otherwise, the batch would wait forever."""
    template._control.settimeout(0.2)
    os.kill(template._process.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        template.fork("", [])


def test_template_ends_when_our_process_has_gone(template):
    """A batch that is killed leaves no template behind."""
    template._control.close()
    assert none_left([template._process.pid])


def test_template_ends_in_the_middle_of_a_request(template):
    """The request will never be complete."""
    template._control.sendall(control.REQUEST.pack(control.START, 100, 0, 0) + b"x = 1")
    template._control.close()
    assert none_left([template._process.pid])


def test_closing_ends_a_template_with_its_group():
    """A session's template needs this: its children know answers, and hang with their workers."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVES, str(ROOT), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    one = Template(process, ours)
    pids = [one.fork("time.sleep(60)", []) for _ in range(2)]
    assert sorted(children(process.pid)) == sorted(pids)
    one.close()
    assert none_left([process.pid, *pids])
    one.close()


def test_children_that_cannot_notice_end_with_their_template():
    """A session that waits for a hanging program does not notice that the batch was killed."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVES, str(ROOT), str(theirs.fileno()), "along"], pass_fds=[theirs.fileno()]
        )
    one = Template(process, ours)
    pids = [one.fork("time.sleep(60)", []) for _ in range(3)]
    one.end(pids[0], 0)
    ours.close()
    assert none_left([process.pid, *pids], 2)
    assert process.wait() == 0


def test_template_whose_answer_nobody_waits_for_ends_silently(template):
    """The batch was killed after it had asked."""
    os.kill(template._process.pid, signal.SIGSTOP)
    socket.send_fds(template._control, [control.REQUEST.pack(control.START, 0, 0, 0)], [])
    template._control.close()
    os.kill(template._process.pid, signal.SIGCONT)
    assert template._process.wait(5) == 0


def test_template_that_was_told_nothing_more_ends_silently(template):
    """A socket that is closed with an unread answer in it is reset, not ended."""
    socket.send_fds(template._control, [control.REQUEST.pack(control.START, 0, 0, 0)], [])
    time.sleep(0.2)
    template._control.close()
    assert template._process.wait(5) == 0
