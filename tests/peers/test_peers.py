"""The comparison with peers, except what needs a network, the peers' environments, or a clock."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.student import Student
from tests.bank import ASSIGNMENT, BANK, read_all
from tests.in_process import PARTS, Plain, ask
from tests.peers import gradings
from tests.peers.__main__ import COUNTS, check_points, measure_into
from tests.peers.batches import RIGHT, class_of
from tests.peers.environments import NotMeasured
from tests.peers.gradings import PEERS, ROOT, SOLUTION, Figures
from tests.peers.report import FLOOR, OURS, Long, Measured, Row, Target, document

HERE = Path(gradings.__file__).parent
# In its own process, because the modules that the bodies import have short, ambiguous names.
FAILED = """
import contextlib, importlib.util, io, json, sys, warnings
from bodies import CASES
warnings.simplefilter("ignore")
for path in sys.argv[1:]:
    specification = importlib.util.spec_from_file_location("neural_network", path)
    program = importlib.util.module_from_spec(specification)
    failed = []
    with contextlib.redirect_stdout(io.StringIO()):
        specification.loader.exec_module(program)
        for number, body in CASES.items():
            try:
                body(program)
            except Exception:
                failed.append(number)
    print(json.dumps(failed))
"""


# The same, but it records what each body asks the solution.
ASKED = """
import hashlib, importlib.util, json, sys, types, warnings
import numpy as np
from bodies import CASES
warnings.simplefilter("ignore")
specification = importlib.util.spec_from_file_location("neural_network", sys.argv[1])
program = importlib.util.module_from_spec(specification)
specification.loader.exec_module(program)
def watched(name, asked):
    def call(*arguments):
        asked.append([name, *(np.array(one, dtype=float).tolist() for one in arguments)])
        return getattr(program, name)(*arguments)
    return call
for number, body in CASES.items():
    asked = []
    body(types.SimpleNamespace(**{name: watched(name, asked) for name in sys.argv[2:]}))
    print(hashlib.sha256(json.dumps(asked).encode()).hexdigest())
"""


def failed(paths, data, place):
    """Return, for each program, the numbers of the bodies that it fails."""
    gradings._template(place / data, data)
    done = subprocess.run(
        [sys.executable, "-c", FAILED, *map(str, paths)], cwd=place / data, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


# ----------------------------------------------------------------------------- the same cases


@pytest.mark.parametrize("data", ["usual", "equal"])
def test_bodies_pass_what_is_right(data, tmp_path):
    """Both our solution and the reference pass, with either kind of data."""
    assert failed([SOLUTION, ROOT / "tests" / "cases" / "reference.py"], data, tmp_path) == [[], []]


def test_bodies_ask_what_our_cases_ask(tmp_path):
    """Bodies call the same functions with the same arguments in the same order, or the peers would do other work."""
    part, ours = PARTS[0], []
    for number in part.tests:
        student = Student(part.assignment.functions)
        student.bind(Plain({name: getattr(part.solution, name) for name in part.assignment.functions}))
        ask(part, number, student)
        asked = [
            [one.function.name, *(np.array(argument, dtype=float).tolist() for argument in one.arguments)]
            for one in student.answers
        ]
        ours.append(hashlib.sha256(json.dumps(asked).encode()).hexdigest())
    gradings._template(tmp_path / "equal", "equal")
    theirs = subprocess.run(
        [sys.executable, "-c", ASKED, str(SOLUTION), *part.assignment.functions],
        cwd=tmp_path / "equal", capture_output=True, text=True, check=True,
    )  # fmt: skip
    numbers = list(part.tests)
    assert [n for n, one, other in zip(numbers, ours, theirs.stdout.split()) if one != other] == []
    assert len(theirs.stdout.split()) == len(numbers) == 22


@pytest.mark.slow
def test_bodies_fail_what_our_cases_fail(tmp_path):
    """For each case, two programs that fail it with a known mistake must also fail at least the same bodies.

    They may fail more, because bodies have no second try with right functions in place of those not under test.
    """
    one_mistake = ("sigmoid_", "forward_", "log_likelihood_", "backprop_")
    bank = [
        program
        for name, program in read_all(BANK).items()
        if name.startswith(one_mistake) and program.mistake and set(program.outcomes.values()) == {"Failed"}
    ]
    chosen = {
        program.folder / gradings.PROGRAM: set(program.outcomes)
        for case in ASSIGNMENT.cases
        for program in [program for program in bank if case.number in program.outcomes][:2]
    }
    found = failed(chosen, "equal", tmp_path)
    for (path, wanted), numbers in zip(chosen.items(), found):
        assert wanted <= set(numbers), path
    assert {number for numbers in found for number in numbers} == {case.number for case in ASSIGNMENT.cases}


DECORATED = r'@weight\((?P<points>\d+)\)\s+@number\("(?P<number>[\d.]+)"\).*?bodies\.(?P<body>\w+)'
NAMED = r'@test_case\(name="(?P<number>[\d.]+) .*?points=(?P<points>\d+)\).*?bodies\.(?P<body>\w+)'


@pytest.mark.parametrize(
    ("peer", "pattern"), [("gradescope_utils", DECORATED), ("pytest_gradescope", DECORATED), ("otter", NAMED)]
)
def test_peers_have_our_cases(peer, pattern):
    """Each peer has the number and the points of every case, and the body of that number."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((HERE / peer / "cases").glob("*.py")))
    cases = [match.groupdict() for match in re.finditer(pattern, text, re.DOTALL)]
    ours = [(case.number, case.points) for case in ASSIGNMENT.cases]
    assert [(case["number"], int(case["points"])) for case in cases] == ours
    bodies = re.findall(r'"([\d.]+)": (\w+),', (HERE / "bodies.py").read_text(encoding="utf-8"))
    assert [(case["number"], case["body"]) for case in cases] == bodies


# ------------------------------------------------------------------------------ around the measurements


@pytest.mark.parametrize("peer", [peer.folder for peer in PEERS.values()])
def test_locks_are_pinned_and_hashed(peer):
    """Every package has one version and at least one hash, and the lock names no package index."""
    lock = (HERE / peer / "requirements.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^[^#\s].*?(?=^[^#\s]|\Z)", lock, re.DOTALL | re.MULTILINE)
    assert len(entries) > 5
    for entry in entries:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==[\w.]+ ", entry)
        assert "--hash=sha256:" in entry
    assert "://" not in lock


def test_programs_of_a_class_differ_and_are_always_the_same():
    """They differ in a comment and in a name; every fourth is in loops if asked for."""
    programs = class_of(8, slow_every=4)
    assert len(set(programs)) == 8
    assert programs == class_of(8, slow_every=4)
    assert [i for i, text in enumerate(programs) if "np.ndindex" in text] == [0, 4]
    for text in programs:
        compile(text, "neural_network.py", "exec")


def test_what_grades_otherwise_is_not_compared(tmp_path):
    """Before anything is timed, a message names the points of both."""

    def gives(right, wrong):
        return SimpleNamespace(points=lambda text, _: right if text == RIGHT else wrong)

    check_points({OURS: gives(100, 56), "peer": gives(100, 56)}, tmp_path)
    for other, said in ((gives(99, 56), "right program: this grader: 100; peer: 99"), (gives(100, 57), "peer: 57")):
        with pytest.raises(SystemExit, match=said):
            check_points({OURS: gives(100, 56), "peer": other}, tmp_path)
    with pytest.raises(SystemExit, match="wrong program: this grader: 100; peer: 100"):
        check_points({OURS: gives(100, 100), "peer": gives(100, 100)}, tmp_path)


def test_row_that_fails_once_says_so():
    """The row keeps the reason, and is not tried again."""
    row = Row("peer")

    def fails():
        raise NotMeasured("it ended with 2")

    measure_into(row, fails)
    measure_into(row, lambda: pytest.fail("tried again"))
    assert row.why_not == "it ended with 2"


# ----------------------------------------------------------------------------- the tables


def figures(*walls, printed=""):
    return [Figures(wall, wall / 2, 40 + wall, printed) for wall in walls]


@pytest.fixture
def measured():
    """Two rounds, in which one peer is faster than we are, one slower, and one missing."""
    names = [f"{peer}, {data} data" for peer in PEERS for data in ("usual", "equal")]
    single = {name: Row(name, figures(2.0, 4.0)) for name in (OURS, *names)}
    single["gradescope-utils, usual data"].figures = figures(8.0, 12.0)
    single["gradescope-utils, equal data"].figures = figures(1.0, 1.0)
    single["otter run, usual data"] = Row("otter run, usual data", why_not="no network")
    single[FLOOR] = Row(FLOOR, figures(0.5, 0.5, printed="30.5"))
    batch = {name: Row(name, figures(10.0, 10.0), count=40) for name in names}
    batch = {OURS: Row(OURS, figures(5.0, 8.0), count=200), **batch}
    return Measured(["a machine"], single, [0.5, 0.7], batch, [20.0, 25.0], Long(why_not="only with --long"))


def lines_with(text, start):
    return [line for line in text.splitlines() if line.startswith(f"| {start}")]


def test_document_says_where_a_peer_is_faster(measured):
    """The row itself says so; the floor does not count as a peer."""
    text = document(measured)
    assert lines_with(text, "gradescope-utils, equal") == [
        "| gradescope-utils, equal data | 1 (1-1) | 0.5 (0.5-0.5) | 41 | 0.375 (0.25-0.5): **faster than we are** |",
        "| gradescope-utils, equal data | 40 | 4 (4-4) | 0.125 (0.125-0.125) | 50 | 8.12 (6.25-10) |",
    ]
    assert lines_with(text, "gradescope-utils, usual")[0].endswith("| 52 | 3.5 (3-4) |")
    assert text.count("faster than we are") == 1


def test_document_says_what_was_not_measured(measured):
    """The tables of figures and of targets give the reason."""
    text = document(measured)
    assert lines_with(text, "otter run, usual")[0] == "| otter run, usual data | not measured: no network | | | |"
    assert lines_with(text, "one, cold: times as fast as otter run, usual data") == [
        "| one, cold: times as fast as otter run, usual data | at least 15 | not measured: no network |  |"
    ]
    measured.batch[OURS].why_not = "it ended with 2"
    text = document(measured)
    assert text.count("not measured: it ended with 2") == 3
    assert lines_with(text, "gradescope-utils, equal data")[1].endswith("| 50 |  |")


def test_targets_are_judged_by_their_median(measured):
    """A target may be met or missed, and some ratios have no target."""
    text = document(measured)
    assert lines_with(text, "one, cold: times as fast as gradescope-utils") == [
        "| one, cold: times as fast as gradescope-utils, usual data | at least 3 | 3.5 (3-4) | yes |",
        "| one, cold: times as fast as gradescope-utils, equal data | no promise | 0.375 (0.25-0.5) |  |",
    ]
    assert lines_with(text, "a batch: times")[0].endswith("| at least 10 | 8.12 (6.25-10) | **no** |")
    assert Target("minutes", [7.0], at_most=8).met == "yes"
    assert Target("minutes", [9.0], at_most=8).met == "**no**"


def test_long_runs_give_minutes_and_a_ratio(measured):
    """Long runs have one round."""
    text = document(replace(measured, long=Long([7.25], [1.1])))
    assert lines_with(text, "a batch of 1,000")[0].endswith("| at most 8 | 7.25 | yes |")
    assert lines_with(text, "memory of the parent")[0].endswith("| at most 1.2 | 1.1 | yes |")


def test_run_without_long_ones_keeps_those_of_an_earlier_one(measured):
    """Their date is kept too, even after a third run."""
    measured = replace(measured, about=["21 November 2026; a machine"])
    text = document(replace(measured, long=Long([7.25], [1.1])))
    for today in ("22 November 2026; a machine", "23 November 2026; a machine"):
        text = document(replace(measured, about=[today], long=Long.of(text)))
        assert lines_with(text, "a batch of 1,000")[0].endswith("(of 21 November 2026) | at most 8 | 7.25 | yes |")
        assert lines_with(text, "memory of the parent")[0].endswith("(of 21 November 2026) | at most 1.2 | 1.1 | yes |")


def test_without_an_earlier_run_nothing_is_kept(measured):
    """Nothing is kept either from an earlier run that left them out."""
    assert Long.of("").why_not
    assert Long.of(document(measured)).why_not


def test_every_row_of_the_batch_knows_how_many(measured):
    """COUNTS is keyed by the names of the rows."""
    assert {name.partition(",")[0] for name in measured.batch} == set(COUNTS)
