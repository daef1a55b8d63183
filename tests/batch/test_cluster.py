"""Batches on Dask clusters, with real schedulers and workers on this machine."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.batch.cluster import refuse_what_cannot_be, remote
from autograder.batch.grading import NotStarted

from ..bank import ASSIGNMENT, BANK
from ..engine.conftest import RIGHT
from ..engine.test_faults import toy_with
from .clusters import ROOT, Cluster, command, table
from .make_export import BEGUN
from .toy import CLASS, hand_in, make_toy

PROGRAMS = (
    "right_vectorised", "backprop_has_the_opposite_sign", "sigmoid_misses_the_minus", "exits_at_import",
    "only_a_notebook", "scipy_expit", "forward_transposes_theta_h", "prints_everything",
)  # fmt: skip


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """Return a folder of programs, some with extra credit."""
    path = tmp_path_factory.mktemp("class") / "handed_in"
    for name in PROGRAMS:
        shutil.copytree(BANK / name, path / name, ignore=shutil.ignore_patterns("expected.toml", "message.txt"))
    for name in ("right_vectorised", "sigmoid_misses_the_minus", "only_a_notebook"):
        (path / name / ASSIGNMENT.extra_credit[0].file).write_text(BEGUN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small_class(handed_in):
    """Return a folder of programs, some with extra credit, and the table of a run without a cluster."""
    return handed_in, undisturbed(handed_in)


def undisturbed(path, *options):
    """Return the table of a run without a cluster."""
    out = path.with_name("local")
    subprocess.run(command(path, out, *options), check=True, capture_output=True, cwd=ROOT)
    return table(out)


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler without workers."""
    place = tmp_path / "workers"
    place.mkdir()
    with contextlib.closing(Cluster(place)) as started:
        yield started


@pytest.fixture
def other_checkout(tmp_path):
    """Return a checkout in which a case file differs."""
    other = tmp_path / "checkout"
    for folder in ("autograder", "datasets", "tests/cases"):
        shutil.copytree(ROOT / folder, other / folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "tests" / "cases" / "mistakes.py").open("a") as mistakes:
        mistakes.write("# changed\n")
    return other


def start(path, out, *options, **how):
    """Start a batch in the background."""
    return subprocess.Popen(
        command(path, out, *options), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **how
    )


def said(process):
    """Wait for a batch to end, and return its standard error without the progress lines."""
    lines = process.communicate(timeout=120)[1].splitlines(keepends=True)
    return "".join(line for line in lines if not re.match(r"[0-9]+/[0-9]+ graded, ", line))


def at(folder):
    """Return the environment of a process whose temporary files go to `folder`."""
    return {**os.environ, "TMPDIR": str(folder)}


def graded(out, at_least, process):
    """Wait until at least this many submissions are graded."""
    journal = out / "run" / "journal.jsonl"
    deadline = time.monotonic() + 120
    while not journal.exists() or journal.read_bytes().count(b"\n") < at_least:
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.02)


@pytest.mark.slow  # two tests below cover both: the same table, and a local cluster that leaves nothing behind
def test_cluster_of_our_own_gives_the_same_table_and_leaves_nothing_behind(small_class, tmp_path):
    """Only the grader's own messages are printed."""
    path, expected = small_class
    running = start(path, tmp_path / "out", "--cluster", "local", "--jobs", "2", env=at(tmp_path))
    assert said(running) == ""
    assert running.returncode == 0
    assert table(tmp_path / "out") == expected
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_jobs_of_a_worker_that_is_killed_are_done_by_another(cluster, tmp_path):
    """Every submission is graded once, and the table is that of an undisturbed run."""
    path, cases = hand_in(tmp_path / "class", CLASS), ("--cases", str(make_toy(tmp_path / "cases")))
    expected = undisturbed(path, *cases)
    killed, _ = cluster.add_worker(), cluster.add_worker()
    running = start(path, tmp_path / "out", "--cluster", cluster.address, *cases)
    graded(tmp_path / "out", 2, running)
    killed.kill()
    assert said(running) == ""
    assert running.returncode == 0
    assert table(tmp_path / "out") == expected


@pytest.mark.slow
def test_worker_started_where_sigchld_is_ignored_grades(cluster, tmp_path):
    """A service that starts workers may wait for none of its children; ours still learn how theirs end."""
    path, cases = hand_in(tmp_path / "class", {"a": (RIGHT, None)}), ("--cases", str(make_toy(tmp_path / "cases")))
    cluster.add_worker(
        code="import runpy, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); sys.argv[0] = 'dask'; "
        "runpy.run_module('dask', run_name='__main__', alter_sys=True)"
    )
    running = start(path, tmp_path / "out", "--cluster", cluster.address, *cases)
    assert said(running) == ""
    assert running.returncode == 0


@pytest.mark.slow
def test_program_that_takes_every_worker_down_is_graded_here(small_class, cluster, tmp_path):
    """A job that Dask gives up on is graded locally, with a note to staff that says why."""
    path, expected = small_class
    start_it = (
        "import os, runpy, sys; from autograder.batch import jobs, environment; from autograder import grade; "
        "real = jobs.do; jobs.do = lambda job, *rest: os._exit(9) if 'expit' in job.id else real(job, *rest); "
        "sys.argv[0] = 'dask'; runpy.run_module('dask', run_name='__main__', alter_sys=True)"
    )
    for _ in range(5):
        cluster.add_worker(code=start_it)
    running = start(path, tmp_path / "out", "--cluster", cluster.address)
    assert said(running) == (
        "The cluster could not grade scipy_expit (KilledWorker), so it is graded on this machine. If there are more, "
        "their notes in grades.csv say so. If this takes too long, stop with Ctrl-C, restart the workers, and run the "
        "same command again.\n"
    )
    assert running.returncode == 0
    found = table(tmp_path / "out")
    line, _ = found["scipy_expit"]
    assert line["staff"].pop() == (
        "No worker of the cluster could grade this (KilledWorker), so it was graded on the machine that sent it."
    )
    assert found == expected


LIAR = """
import runpy, sys
from dataclasses import replace
from autograder.batch import dask_worker

class Unreadable:
    def __reduce__(self):
        return eval, ("1 / 0",)

LIES = {
    "both": lambda done: replace(done, graded=replace(done.graded, id="../../escaped")),
    "carried": lambda done: replace(done, graded=replace(done.graded, score=float("nan"))),
    "first": lambda done: None,
    "wrong": lambda done: Unreadable(),
}
honest = dask_worker.Grading.do
dask_worker.Grading.do = lambda self, job: LIES.get(job.id, lambda done: done)(honest(self, job))
sys.argv[0] = "dask"
runpy.run_module("dask", run_name="__main__", alter_sys=True)
"""


@pytest.mark.slow
def test_job_whose_answer_cannot_be_its_grade_is_done_here(cluster, tmp_path):
    """A broken worker neither stops the run nor changes a grade nor writes elsewhere. User and staff are told."""
    handed_in = {name: CLASS[name] for name in ("both", "carried", "first", "more", "wrong")}
    path, cases = hand_in(tmp_path / "class", handed_in), ("--cases", str(make_toy(tmp_path / "cases")))
    expected = undisturbed(path, *cases)
    cluster.add_worker(code=LIAR)
    running = start(path, tmp_path / "place" / "out", "--cluster", cluster.address, *cases)
    sentence = said(running)
    assert running.returncode == 0
    assert re.match(r"The worker tcp://127.0.0.1:[0-9]+ could not grade (both|carried|first|wrong) \(", sentence)
    assert sentence.count("\n") == 1
    found = table(tmp_path / "place" / "out")
    notes = {name: line["staff"].pop() for name, (line, _) in found.items() if name != "more"}
    assert notes == {
        name: f"No worker of the cluster could grade this ({why}), so it was graded on the machine that sent it."
        for name, why in {
            "both": "its answer is about another submission",
            "carried": "its answer is damaged: ValueError",
            "first": "its answer is no grade",
            "wrong": "ZeroDivisionError",
        }.items()
    }
    assert found == expected
    assert os.listdir(tmp_path / "place") == ["out"]


@pytest.mark.slow
def test_worker_that_does_not_answer_is_a_sentence(cluster, monkeypatch):
    """A worker on a frozen machine is still connected. The run must not wait for it in silence."""
    monkeypatch.setattr("autograder.batch.cluster.EXAMINE_S", 2.0)
    frozen = cluster.add_worker()
    frozen.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(NotStarted, match="^A worker does not answer, probably tcp://127.0.0.1:[0-9]+. Stop it"):
            open_remote(cluster.address)
    finally:
        frozen.send_signal(signal.SIGCONT)


def test_worker_with_other_cases_is_refused_before_anything_is_graded(handed_in, cluster, other_checkout, tmp_path):
    """The message names the worker and says what differs."""
    cluster.add_worker(other_checkout)
    refused = start(handed_in, tmp_path / "refused", "--cluster", cluster.address)
    sentence = said(refused)
    assert refused.returncode == 2
    assert sentence.startswith("The worker tcp://127.0.0.1:")
    assert sentence.endswith(
        " does not match this machine: it has different cases. "
        "Give it the same checkout and packages, and restart it.\n"
    )
    assert not (tmp_path / "refused" / "run" / "journal.jsonl").exists()


@pytest.mark.slow
def test_worker_with_other_cases_that_joins_later_gets_nothing_to_do(small_class, cluster, other_checkout, tmp_path):
    """The other workers grade everything."""
    path, expected = small_class
    cluster.add_worker()
    running = start(path, tmp_path / "out", "--cluster", cluster.address)
    graded(tmp_path / "out", 1, running)
    cluster.add_worker(other_checkout)
    assert said(running) == ""
    assert table(tmp_path / "out") == expected


@pytest.mark.slow
def test_scheduler_that_is_lost_ends_the_run_and_what_is_graded_is_kept(small_class, cluster, tmp_path):
    """The run ends within 20 s with a message. The same command continues, with or without a cluster."""
    path, expected = small_class
    worker = cluster.add_worker()
    running = start(path, tmp_path / "out", "--cluster", cluster.address)
    graded(tmp_path / "out", 2, running)
    lost = time.monotonic()
    cluster.scheduler.kill()
    sentence = said(running)
    assert time.monotonic() - lost < 20
    lost_it = f"{cluster.address}: the scheduler no longer answers."
    assert sentence == f"{lost_it} Finished grades are kept. Fix this, then run the same command again.\n"
    assert running.returncode == 2
    worker.kill()
    again = subprocess.run(command(path, tmp_path / "out"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"{len(PROGRAMS)}/{len(PROGRAMS)} graded" in again.stdout
    assert table(tmp_path / "out") == expected


def test_ctrl_c_ends_the_run_and_its_own_cluster(tmp_path_factory, tmp_path):
    """In a terminal, Ctrl-C reaches every process. Only the message that the run was stopped is printed."""
    top = tmp_path_factory.mktemp("hanging")
    for name, text in (("a", RIGHT), ("b", "import time\ntime.sleep(600)\n")):
        (top / "class" / name).mkdir(parents=True)
        (top / "class" / name / "toy.py").write_text(text, encoding="ascii")
    cases = toy_with(top / "cases", import_s=600, case_s=600, run_s=600)
    options = ("--cluster", "local", "--jobs", "1", "--cases", str(cases))
    running = start(top / "class", tmp_path / "out", *options, env=at(tmp_path), start_new_session=True)
    graded(tmp_path / "out", 1, running)
    os.killpg(running.pid, signal.SIGINT)
    sentence = said(running)  # times out unless the run ends now; a submission hangs for longer
    assert sentence == "Stopped. Finished grades are kept; the same command continues from there.\n"
    assert running.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.slow
def test_worker_that_has_no_grader_is_refused(cluster, tmp_path):
    """The worker was started outside the checkout."""
    cluster.add_worker(tmp_path)
    with pytest.raises(NotStarted, match="^The worker tcp://127.0.0.1:[0-9]+ cannot load the grader "):
        open_remote(cluster.address)


@pytest.mark.slow
def test_scheduler_without_workers_is_a_sentence(cluster, monkeypatch):
    """The message says how to start one."""
    monkeypatch.setattr("autograder.batch.cluster.PATIENCE_S", 3.0)
    with pytest.raises(NotStarted, match="^The scheduler has no workers. On each machine, start some"):
        open_remote(cluster.address)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://127.0.0.1:9", "^No Dask scheduler answers at tcp://127.0.0.1:9 "),
        ("tls://127.0.0.1:9", r"^tls://127.0.0.1:9 needs certificates\. "),
    ],
)
def test_address_where_nobody_answers_is_a_sentence(address, sentence, monkeypatch):
    """Either nothing listens there, or TLS certificates are needed."""
    monkeypatch.setattr("autograder.batch.cluster.PATIENCE_S", 1.0)
    with pytest.raises(NotStarted, match=sentence):
        open_remote(address)


def test_cluster_of_our_own_that_does_not_start_is_a_sentence(monkeypatch):
    """The message does not ask the user to start a scheduler, because `local` starts its own."""

    def fail(count):
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr("autograder.batch.cluster._local", fail)
    sentence = r"^No cluster could be started on this machine \(Nanny failed to start\.\)\. Try again, or leave"
    with pytest.raises(NotStarted, match=sentence):
        open_remote("local")


def test_without_distributed_the_way_out_is_named(monkeypatch):
    """distributed is an optional dependency."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NotStarted, match="^--cluster needs Dask's distributed, which is not installed. "):
        refuse_what_cannot_be("local")


def test_assignment_is_looked_up_in_the_checkout_of_the_worker(tmp_path):
    """A folder outside the checkout must have the same path on every machine."""
    from autograder.batch.dask_worker import portable

    assert portable(ASSIGNMENT).folder == Path("tests/cases")
    elsewhere = ASSIGNMENT._replace(folder=tmp_path)
    assert portable(elsewhere).folder == tmp_path.resolve()


def open_remote(address):
    with remote(address, ASSIGNMENT, 1):
        pass
