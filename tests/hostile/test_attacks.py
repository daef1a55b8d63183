"""Every attack gets exactly the expected points, and leaks or injects nothing.

Here the grader runs directly on this machine. tests/container/test_attacks.py repeats this in a container, as root and
as an ordinary user, looks for leftovers half a minute later, and proves each attack against a naive grader.
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
    """Score and outcome of each case are as expected; no case is a grader error, and none is missing."""
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
    """The results hold nothing stolen, no markup that would be rendered, and no control or disguising characters."""
    results = as_results(graded(attack))
    shown = [results["output"], *(test["output"] for test in results["tests"])]
    assert not [text for text in shown if TAKEN.search(text)]
    assert not [text for text in shown if injects(text, results)]
    assert len(json.dumps(results)) < 400_000


def test_memory_that_is_given_too_slowly_is_contained_as_well() -> None:
    """A timeout may replace running out of memory; a grader error, or a timeout in another case, may not."""
    attack = ATTACKS["fills_memory_with_arrays_in_backprop"]
    assert attack.ends_as_written(attack.expected)
    assert attack.ends_as_written({**attack.expected, "4.1": "TimedOut"})
    for number, outcome in (("4.1", "GraderError"), ("4.1", "Passed"), ("1.1", "TimedOut")):
        assert not attack.ends_as_written({**attack.expected, number: outcome})
    assert not attack.ends_as_written({"4.1": "TimedOut"})


@EVERY_ATTACK
def test_attack_is_described(attack: Attack) -> None:
    """Its class and effects are known, and it harms a naive grader."""
    assert attack.kind in CLASSES
    assert attack.naive, "not dangerous: what is it for?"
    assert attack.naive == [effect for effect in EFFECTS if effect in attack.naive]
    assert attack.why.endswith(".")
    assert not (attack.all and attack.outcomes), "either `all` or `[outcomes]`"
    assert set(attack.outcomes) <= set(POINTS)


def test_bank_of_attacks_is_large_and_covers_every_class() -> None:
    """There are at least eighty attacks, and every folder is read as one."""
    folders = {entry.name for entry in HOSTILE.iterdir() if entry.is_dir() and entry.name != "__pycache__"}
    assert folders == set(ATTACKS)
    assert len(ATTACKS) >= 80
    assert {attack.kind for attack in ATTACKS.values()} == set(CLASSES)


def test_no_two_attacks_are_the_same() -> None:
    """A copy would make the bank longer, not better."""
    seen: dict[object, str] = {}
    for name, attack in ATTACKS.items():
        files = sorted(path for path in attack.folder.rglob("*") if path.is_file() and path.name != "expected.toml")
        handed_in = (tuple((path.name, path.read_bytes()) for path in files), repr(attack.make))
        assert handed_in not in seen, f"{name} is a copy of {seen[handed_in]}"
        seen[handed_in] = name


def test_document_lists_every_attack_with_both_graders() -> None:
    """The tables are from the last full run; an attack that is added must be run."""
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
