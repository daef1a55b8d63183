"""The unpacked bundle in a container like Gradescope's. Every test runs separately, in a fresh `/autograder`."""

import contextlib
import json
import os
import stat
import time
from pathlib import Path

import pytest

from .container import Limits, Run, enter, new_autograder

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def grade(image, tmp_path, request):
    """Grade files as Gradescope does: `grade({"neural_network.py": bytes})`."""
    with grading(image, tmp_path, request.node.name) as run:
        yield run


@pytest.fixture(scope="module")
def solution(image, tmp_path_factory):
    """A finished run with the solution, shared by several tests."""
    with grading(image, tmp_path_factory.mktemp("solution"), "solution") as run:
        return run({"neural_network.py": (ROOT / "solution" / "neural_network.py").read_bytes()})


@contextlib.contextmanager
def grading(image, place, name):
    """Yield a function that grades files in a folder of its own."""
    place.chmod(0o755)
    limits = Limits(f"gradescope-{os.getpid()}-{place.name}")
    if limits.problem:
        print(f"\nWithout the limits of half a CPU and 768 MB: {limits.problem}.")

    def run(files, *, with_env=True):
        autograder = new_autograder(place, image / "source")
        for file, data in files.items():
            path = autograder / "submission" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        began = time.monotonic()
        status, printed = enter(
            place, autograder, image / "env" if with_env else None, ["/autograder/run_autograder"],
            limits=limits, AUTOGRADER_TOKEN="a-secret-of-the-harness",
        )  # fmt: skip
        seconds = time.monotonic() - began
        results = json.loads((autograder / "results" / "results.json").read_text(encoding="utf-8"))
        done = Run(status, printed, results, seconds, limits.peak_mib(), autograder)
        peak = f", at most {done.peak_mib:.0f} MiB" if done.peak_mib else ""
        print(f"\n{name}: {seconds:.1f} s{peak}")
        return done

    yield run
    limits.remove()


# ------------------------------------------------------------------------------------------------- the grades


def test_solution_gets_all_points(solution):
    assert solution.status == 0, solution.printed
    assert solution.score == 100
    assert sum(test["max_score"] for test in solution.results["tests"]) == 100


def test_untouched_starter_gets_none(grade):
    starter = ROOT / "starter"
    files = {path.relative_to(starter).as_posix(): path.read_bytes() for path in starter.rglob("*") if path.is_file()}
    done = grade(files)
    assert done.status == 0, done.printed
    assert done.score == 0
    assert sum(test["max_score"] for test in done.results["tests"]) == 100


# Plain loops are the slowest right program; the other ones get full points in other tests, with a whole CPU.
LIBRARIES = [pytest.param(name, marks=pytest.mark.slow) for name in ("plots_at_the_top", "scipy_expit")]


@pytest.mark.parametrize("sample", ["loops_in_plain_python", *LIBRARIES])
def test_right_programs_get_all_points_with_half_a_cpu(grade, sample):
    done = grade({"neural_network.py": (ROOT / "tests/submissions" / sample / "neural_network.py").read_bytes()})
    assert done.score == 100, [test for test in done.results["tests"] if test["score"] != test["max_score"]]


# Plain loops take half a minute here; docs/calibration-extensions.md shows that there is enough time for them.
SECOND_FILES = [
    ROOT / "solution" / "extensions.py",
    ROOT / "tests" / "submissions" / "extensions" / "right_in_plain_loops" / "extensions.py",
]


@pytest.mark.slow
@pytest.mark.parametrize("extra", SECOND_FILES, ids=lambda path: path.parent.name)
def test_extra_credit_counts_beyond_with_half_a_cpu(grade, extra):
    """The second part is graded after the first, in the same container and within the same ten minutes."""
    first = ROOT / "solution" / "neural_network.py"
    done = grade({"neural_network.py": first.read_bytes(), "extensions.py": extra.read_bytes()})
    assert (done.status, done.score) == (0, 120), done.printed


def test_nothing_handed_in_is_a_zero_that_lists_every_case(grade):
    done = grade({})
    assert done.status == 0, done.printed
    assert done.score == 0
    assert sum(test["max_score"] for test in done.results["tests"]) == 100


# -------------------------------------------------------------------------------------------------- the walls

SNOOP = """
import glob, os, sys
FOUND = []
for path in ["/autograder/source/tests/cases/reference.py", "/autograder/submission_metadata.json",
             "/autograder/results/results.json", "/proc/1/environ",
             *glob.glob("/autograder/source/**", recursive=True)]:
    try:
        with open(path, "rb") as file:
            file.read(1)
        FOUND.append(path)
    except OSError:
        pass
for path in ["/autograder/results/results.json", "/autograder/results/other", "/autograder/source/x",
             "/tmp/x", "/x"]:
    try:
        with open(path, "w") as file:
            file.write("{}")
        FOUND.append("wrote " + path)
    except OSError:
        pass
FOUND += [name for name, value in os.environ.items() if "secret" in value]
FOUND += [path for path in sys.path if "source" in path or "submission" in path or path == ""]
FOUND += ["root"] * (os.geteuid() == 0)
raise SystemError("FOUND " + ",".join(FOUND) + " END")
"""


def test_submission_reads_and_writes_nothing_of_the_graders(grade):
    done = grade({"neural_network.py": SNOOP.encode(), "numpy.py": b"raise SystemError('FOUND shadow')"})
    assert done.score == 0
    said = json.dumps(done.results) + done.printed
    assert "FOUND  END" in said
    assert sorted(path.name for path in (done.autograder / "results").iterdir()) == ["results.json"]


def test_only_root_may_read_what_was_graded(solution):
    for name in ("source", "submission", "results", "submission_metadata.json", "results/results.json"):
        mode = stat.S_IMODE((solution.autograder / name).stat().st_mode)
        assert mode & 0o077 == 0, f"{name} has mode {mode:o}"


def test_dockers_capabilities_are_enough_for_every_protection_but_the_kernels_own(solution):
    missing = [line for line in solution.printed.splitlines() if line.startswith("Protection missing")]
    # Kernels differ in what they offer; the change of user and the limits depend on Docker alone.
    assert not [line for line in missing if "landlock" not in line.lower() and "seccomp" not in line.lower()]


# ------------------------------------------------------------------------------------------- our own failures


def test_grader_that_cannot_start_leaves_results_that_say_so(grade):
    done = grade({"neural_network.py": b"# nothing"}, with_env=False)
    assert done.status != 0
    assert done.results["score"] == 0
    assert "could not start" in done.results["output"]
    assert "not the fault of your submission" in done.results["output"]
    assert "staff must look" in done.printed


@pytest.mark.slow
def test_setup_that_cannot_install_fails_and_says_where(source, tmp_path):
    tmp_path.chmod(0o755)
    autograder = new_autograder(tmp_path, source)
    (autograder / "source/autograder/gradescope/requirements.txt").write_text("numpy==2.2.6 --hash=sha256:" + 64 * "0")
    status, printed = enter(tmp_path, autograder, None, ["bash", "/autograder/source/setup.sh"])
    assert status != 0
    assert "setup.sh FAILED while installing the grader's packages" in printed
