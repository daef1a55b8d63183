"""autograder/doctor.py: each attempt can succeed, each protection is tried alone, and missing ones are named."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import deeds, doctor
from autograder.backend import CallFailed, GraderFault
from autograder.box.limits import LAYERS, ON
from autograder.outcome import Outcome

from .test_grade import wait_for

ROOT = Path(__file__).resolve().parents[2]
linux_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="all layers are there for root on Linux alone"
)


@pytest.fixture(scope="module")
def refused_anyway():
    """The attempts that this machine itself refuses: in most containers, no process can make a namespace."""
    code = "from autograder import deeds; deeds.leaves_its_namespace()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL, check=False)
    return {deeds.leaves_its_namespace} if done.returncode else set()


@pytest.fixture(scope="module")
def examined():
    """What is found on this machine."""
    return doctor.examine()


@linux_root
def test_every_protection_holds_here(examined, refused_anyway):
    """Each protection alone refuses what it is there for, and all of them together refuse everything."""
    findings, gaps = examined
    assert [finding.layer for finding in findings] == ["process of its own", *LAYERS]
    assert [finding.layer for finding in findings if not finding.holds] == []
    untold = {finding.layer: finding.untold for finding in findings if finding.layer != "process of its own"}
    assert untold == {**{layer: [] for layer in LAYERS}, "seccomp": [deed.__doc__ for deed in refused_anyway]}
    assert gaps == []


@linux_root
def test_attempts_succeed_where_nothing_refuses_them(tmp_path, refused_anyway):
    """An attempt that always fails would prove nothing."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    canary = doctor._lay_out(str(tmp_path / "canary"))
    with doctor._try(str(tmp_path), canary, ()) as bare:
        refused = {deed for deed in deeds.DEEDS if not bare.succeeds(deed)}
    assert refused == {*deeds.STOPPED_BY["process of its own"], *refused_anyway}


def test_attempts_that_every_worker_refuses_succeed_in_the_graders_own_process():
    """Every worker is a separate process, so these attempts are tried in the grader's own process, where nothing
    refuses them.
    """
    names = [deed.__name__ for deed in deeds.STOPPED_BY["process of its own"]]
    code = f"import os; from autograder import deeds; os.dup2(0, 255)\nfor name in {names}:\n"
    code += "    getattr(deeds, name)()"
    environment = {**os.environ, doctor.SECRET: "1"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, input=b"x", check=True)


def test_examination_of_a_machine_where_little_holds(monkeypatch):
    """One protection is missing, one leaks, and the machine itself refuses one attempt."""
    refused = {layer: set(listed) for layer, listed in deeds.STOPPED_BY.items()}
    refused["landlock"].clear()
    refused["limits"].remove(deeds.starts_a_process)
    anyway = {*refused.pop("process of its own"), deeds.shares_memory_with_others} - {deeds.reads_standard_input}
    states = {**dict.fromkeys(LAYERS, ON), "landlock": "Function not implemented"}

    @contextlib.contextmanager
    def workers(scratch, canary, layers):
        assert Path(canary, "readable").is_file() and Path(scratch).samefile(Path(canary).parent)
        there = {deed for layer in layers if {*doctor.NEEDED_BY.get(layer, ())} <= {*layers} for deed in refused[layer]}
        yield SimpleNamespace(succeeds=lambda deed: deed not in anyway | there, protections=states)

    monkeypatch.setattr(doctor, "_try", workers)
    findings, gaps = doctor.examine()
    assert {one.layer: (one.state, len(one.refused), one.allowed, one.untold) for one in findings} == {
        "process of its own": (ON, 3, [deeds.reads_standard_input.__doc__], []),
        "landlock": ("Function not implemented", 0, [], []),
        "own user id": (ON, 2, [], []),
        "limits": (ON, 3, [deeds.starts_a_process.__doc__], []),
        "no new privileges": (ON, 2, [], []),
        "seccomp": (ON, 6, [], [deeds.shares_memory_with_others.__doc__]),
    }
    assert doctor.SECRET not in os.environ
    reached = {deeds.reads_standard_input, *deeds.STOPPED_BY["landlock"]}
    assert gaps == [deed.__doc__ for deed in deeds.DEEDS if deed in reached]


def test_worker_that_is_ended_for_an_attempt_was_kept_from_it():
    """This is what a seccomp filter does that kills instead of returning an error."""

    def ended(*_):
        raise CallFailed(Outcome.DIED, "attempt")

    worker = contextlib.nullcontext(SimpleNamespace(load=lambda _: None, protections={}, call=ended))
    tried = doctor.Try(SimpleNamespace(worker=lambda _: worker), "here")
    assert not tried.succeeds(deeds.opens_a_socket)


FINDINGS = [
    doctor.Finding("landlock", "OSError: [Errno 38] Function not implemented"),
    doctor.Finding(
        "limits", "on", refused=["opening a hundred files", "taking memory"], allowed=["starting a process"]
    ),
    doctor.Finding("seccomp", "on", refused=["opening a network socket"], untold=["leaving memory behind"]),
]


def test_report_names_what_is_missing_and_what_it_means(monkeypatch):
    """This compares the whole text."""
    monkeypatch.setattr(doctor, "examine", lambda: (FINDINGS, ["starting a process", "listing a folder"]))
    assert list(doctor.report()) == [
        "What each protection refuses on this machine, tried alone:",
        "",
        "landlock             MISSING",
        "  OSError: [Errno 38] Function not implemented. A submission can read whatever its user can. If the grader",
        "    runs as root, that user cannot read the grader's files.",
        "",
        "limits               LEAKS",
        "  refused: opening a hundred files; taking memory",
        "  NOT REFUSED: starting a process",
        "",
        "seccomp              holds",
        "  refused: opening a network socket",
        "  cannot be tested, because this machine refuses it anyway: leaving memory behind",
        "",
        "All protections together DO NOT REFUSE starting a process; listing a folder",
    ]


def test_report_says_of_every_protection_what_it_means_that_it_is_missing(monkeypatch):
    """For one protection, the report says what to install; if nothing gets through, it says so."""
    missing = [doctor.Finding(layer, "Function not implemented") for layer in LAYERS]
    monkeypatch.setattr(doctor, "examine", lambda: (missing, []))
    lines = list(doctor.report())
    assert [line.split("  ")[0] for line in lines if line.endswith(" MISSING")] == list(LAYERS)
    assert lines[-1] == f"All protections together refuse all {len(deeds.DEEDS)} attempts."
    install = "  Function not implemented. Install libseccomp2. A submission can start processes and open network"
    assert (install in lines) == (sys.platform == "linux")


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of Unix")
def test_what_is_forbidden_lies_open_whatever_the_umask_is(tmp_path):
    """Otherwise file modes alone would keep a worker out."""
    before = os.umask(0o077)
    try:
        canary = Path(doctor._lay_out(str(tmp_path / "canary")))
    finally:
        os.umask(before)
    places = (canary, canary / "open", canary / "readable", canary / "private")
    assert [path.stat().st_mode & 0o7777 for path in places] == [0o755, 0o777, 0o644, 0o600]


@linux_root
def test_examination_works_where_no_process_can_be_forked(tmp_path, monkeypatch):
    """As on Windows, an interpreter is started for each attempt."""
    monkeypatch.delattr(os, "fork")
    monkeypatch.setattr(doctor.launch, "zygote", None)
    with doctor._try(str(tmp_path), str(tmp_path), ()) as bare:
        assert bare.succeeds(deeds.opens_a_socket)


def test_machine_that_cannot_start_a_worker_is_told_so_in_one_sentence(monkeypatch, capsys):
    """The exit status is 2."""
    from autograder.commands import main

    def broken():
        raise GraderFault("the process that starts workers has died")

    monkeypatch.setattr(doctor, "examine", broken)
    assert main(["doctor"]) == 2
    assert capsys.readouterr().err == (
        "No submission can be graded on this machine: the process that starts workers has died.\n"
    )


@linux_root
def test_sigterm_leaves_nothing_in_the_temporary_folder(tmp_path):
    """`timeout` sends SIGTERM, and so does a machine that shuts down."""
    command = [sys.executable, "-m", "autograder", "doctor"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as running:
        wait_for(lambda: list(tmp_path.glob("*/*")))  # a worker's folder exists, so its parent is ours by now
        running.terminate()
        assert running.communicate()[1] == b"Stopped.\n"
    assert running.returncode == 2
    assert os.listdir(tmp_path) == []


@linux_root
def test_command_prints_the_report(examined, monkeypatch, capfd):
    """The command is `python -m autograder doctor`."""
    from autograder.commands import main

    monkeypatch.setattr(doctor, "examine", lambda: examined)
    assert main(["doctor"]) == 0
    printed, errors = capfd.readouterr()
    assert printed.endswith(f"All protections together refuse all {len(deeds.DEEDS)} attempts.\n")
    assert errors == ""
