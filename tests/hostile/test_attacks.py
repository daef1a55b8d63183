"""Every attack gets exactly what it may get, and shows nobody anything.

Here the grader runs on this very machine. tests/container/test_attacks.py repeats it in a container, as root and as an
ordinary user, looks at what is left half a minute later, and proves each attack against a naive grader.
"""

import json
import os

import pytest

from autograder.gradescope.results import as_results
from autograder.outcome import Outcome

from ..bank import HOSTILE, POINTS, ROOT
from ..conftest import Graded
from .bank import ATTACKS, CLASSES, EFFECTS, TAKEN, Attack, injects

EVERY_ATTACK = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
linux_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="on the host itself only where each worker has its own user"
)


@linux_root
@EVERY_ATTACK
def test_attack_gets_exactly_what_it_may(attack: Attack, graded: Graded) -> None:
    """Points and outcome of each case are as written; no fault is ours, and no case is missing."""
    reached = graded(attack)
    outcomes = {result.case.number: result.outcome.value for result in reached.results}
    assert attack.ends_as_written(outcomes), attack.why + "".join(f"\n{one.text}{one.staff}" for one in reached.results)
    assert float(reached.score) == attack.score
    assert not reached.faults
    for result in reached.results:
        assert bool(result.text) == (result.outcome is not Outcome.PASSED), result.case.number


@linux_root
@EVERY_ATTACK
def test_attack_shows_nobody_anything(attack: Attack, graded: Graded) -> None:
    """Nothing stolen, no markup that anything would render, no letter that steers a terminal or the eye."""
    results = as_results(graded(attack))
    shown = [results["output"], *(test["output"] for test in results["tests"])]
    assert not [text for text in shown if TAKEN.search(text)]
    assert not [text for text in shown if injects(text, results)]
    assert len(json.dumps(results)) < 400_000


def test_memory_that_is_given_too_slowly_is_contained_as_well() -> None:
    """Out of time instead of out of memory, but neither a fault of ours, nor out of time where memory is not filled."""
    attack = ATTACKS["fills_memory_with_arrays_in_backprop"]
    assert attack.ends_as_written(attack.expected)
    assert attack.ends_as_written({**attack.expected, "4.1": "TimedOut"})
    for number, outcome in (("4.1", "GraderError"), ("4.1", "Passed"), ("1.1", "TimedOut")):
        assert not attack.ends_as_written({**attack.expected, number: outcome})
    assert not attack.ends_as_written({"4.1": "TimedOut"})


@EVERY_ATTACK
def test_attack_is_described(attack: Attack) -> None:
    """Its class and effects are known, its points add up, and it harms a naive grader."""
    assert attack.kind in CLASSES
    assert attack.naive, "not dangerous: what is it for?"
    assert attack.naive == [effect for effect in EFFECTS if effect in attack.naive]
    assert attack.why.endswith(".")
    assert not (attack.all and attack.outcomes), "either `all` or `[outcomes]`"
    assert set(attack.outcomes) <= set(POINTS)
    assert attack.score == sum(points for number, points in POINTS.items() if attack.expected[number] == "Passed")


def test_bank_of_attacks_is_large_and_covers_every_class() -> None:
    """At least eighty, and no folder that nobody reads."""
    folders = {entry.name for entry in HOSTILE.iterdir() if entry.is_dir() and entry.name != "__pycache__"}
    assert folders == set(ATTACKS)
    assert len(ATTACKS) >= 80
    assert {attack.kind for attack in ATTACKS.values()} == set(CLASSES)


def test_no_two_attacks_are_the_same() -> None:
    """Copies would make the bank long, not better."""
    seen: dict[object, str] = {}
    for name, attack in ATTACKS.items():
        files = sorted(path for path in attack.folder.rglob("*") if path.is_file() and path.name != "expected.toml")
        handed_in = (tuple((path.name, path.read_bytes()) for path in files), repr(attack.make))
        assert handed_in not in seen, f"{name} is a copy of {seen[handed_in]}"
        seen[handed_in] = name


def test_document_lists_every_attack_with_both_graders() -> None:
    """As measured by the last full run; whoever adds an attack runs it."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
        if line.count("|") == 5
    ]
    documented = {row[0]: row[1:] for row in rows if row[0] in ATTACKS}
    assert set(documented) == set(ATTACKS), "python -m tests.hostile.attack --write"
    for name, attack in ATTACKS.items():
        why, naive, ours = documented[name]
        assert why == attack.why
        assert naive != ours == f"{attack.score:g} of 100"
