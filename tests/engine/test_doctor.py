"""autograder/doctor.py: each attempt has teeth, each protection is tried alone, and what is missing is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import deeds, doctor
from autograder.backend import GraderFault
from autograder.box.limits import LAYERS

from .test_grade import wait_for

ROOT = Path(__file__).resolve().parents[2]
linux_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="all layers are there for root on Linux alone"
)


@linux_root
def test_every_protection_holds_here():
    """Each refuses by itself what it is there for, and all of them together refuse everything."""
    findings, gaps = doctor.examine()
    assert [finding.layer for finding in findings] == ["process of its own", *LAYERS]
    assert [finding.layer for finding in findings if not finding.holds] == []
    assert [finding.untold for finding in findings if finding.layer != "process of its own"] == [[]] * len(LAYERS)
    assert gaps == []


@linux_root
def test_attempts_succeed_where_nothing_refuses_them(tmp_path):
    """An attempt that fails anyway would prove nothing."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    canary = doctor._lay_out(str(tmp_path / "canary"))
    with doctor._try(str(tmp_path), canary, ()) as bare:
        refused = {deed for deed in deeds.DEEDS if not bare.succeeds(deed)}
    assert refused == set(deeds.STOPPED_BY["process of its own"])


FINDINGS = [
    doctor.Finding("landlock", "OSError: [Errno 38] Function not implemented"),
    doctor.Finding("limits", "on", refused=["opening a hundred files"], allowed=["starting a process"]),
    doctor.Finding("seccomp", "on", refused=["opening a network socket"], untold=["leaving memory behind"]),
]


def test_report_names_what_is_missing_and_what_it_means(monkeypatch):
    """The whole text."""
    monkeypatch.setattr(doctor, "examine", lambda: (FINDINGS, ["starting a process"]))
    assert list(doctor.report()) == [
        "What this machine keeps a submission from, each protection tried alone:",
        "",
        "landlock             MISSING",
        "  OSError: [Errno 38] Function not implemented. A submission can read whatever its user can. As root nothing",
        "    of the grader's is open to that user.",
        "",
        "limits               LEAKS",
        "  refused: opening a hundred files",
        "  NOT REFUSED: starting a process",
        "",
        "seccomp              holds",
        "  refused: opening a network socket",
        "  cannot be told, because this machine refuses it in any case: leaving memory behind",
        "",
        "All of them together DO NOT REFUSE starting a process",
    ]


def test_machine_that_cannot_start_a_worker_is_told_so_in_one_sentence(monkeypatch, capsys):
    """Exit status 2."""
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
    """As `timeout` and a machine that shuts down send it."""
    command = [sys.executable, "-m", "autograder", "doctor"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as running:
        wait_for(lambda: list(tmp_path.glob("*/*")))  # a worker's, so the folder above is known by now to be ours
        running.terminate()
        assert running.communicate()[1] == b"Stopped.\n"
    assert running.returncode == 2
    assert os.listdir(tmp_path) == []


@linux_root
def test_command_prints_the_report():
    """`python -m autograder doctor`."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "doctor"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith(f"All of them together refuse all {len(deeds.DEEDS)} attempts.\n")
    assert done.stderr == ""
