"""Whether what a worker of a cluster sends back can be the grade of its job; `cluster` asks before anything is kept.

A worker is a machine of the staff, but it may be broken, or its checkout may have changed since it was examined. Its
answer names files and fills tables. So it must be about the submission that was sent, and must hold one sound result
for each case, and the total must be their sum. A wrong grade that is sound in itself cannot be recognized here.
"""

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ..assignment import Assignment
from ..gradescope.results import MAX_OUTPUT
from ..outcome import Case, Outcome, as_score
from .jobs import Done, Job
from .records import Graded, GradedCase, as_line

# Far more than the longest texts of all cases.
MAX_BYTES = 64 << 20


def why_not(done: object, job: Job, assignment: Assignment) -> str:
    """Return why `done` cannot be the grade of a job, in a few words; empty if it can be."""
    try:
        return _why_not(done, job, assignment)
    except Exception as error:  # it may be anything, and so may its parts
        return f"its answer is damaged: {type(error).__name__}"


def _why_not(done: object, job: Job, assignment: Assignment) -> str:
    if not isinstance(done, Done) or not isinstance(done.graded, Graded):
        return "its answer is no grade"
    if (done.graded.id, done.graded.digest) != (job.id, job.digest):
        return "its answer is about another submission"
    if len(done.results) + len(as_line(done.graded)) > MAX_BYTES:
        return f"its answer is larger than {MAX_BYTES >> 20} MiB"
    results = json.loads(done.results.encode("ascii"))
    tests, seen = results["tests"], done.graded.cases
    numbers = [test["number"] for test in tests]
    # Extra credit of which nothing is begun has no results.
    extra = [part for part, one in zip(assignment.extra_credit, job.handed_in.extra) if one is not None]
    begun = [part for part in extra if any(case.number in numbers for case in part.cases)]
    cases = [case for part in (assignment, *begun) for case in part.cases]
    if not numbers == [case.number for case in cases] == [one.number for one in seen]:
        return "its answer has other cases"
    for case, test, one in zip(cases, tests, seen, strict=True):
        if not _is_sound(case, test, one):
            return f"its answer is impossible in case {case.number}"
    if not done.graded.score == results["score"] == _total(tests):
        return "its points do not add up"
    if not (_is_time(done.graded.seconds) and _are_texts(done.graded.staff)):
        return "its answer is no grade"
    return ""


def _is_sound(case: Case, test: dict[str, Any], seen: GradedCase) -> bool:
    told = test["extra_data"]
    return (
        as_score(test["score"], case.points) == Decimal(str(test["score"]))
        and test["max_score"] == float(case.points)
        and told["outcome"] == seen.outcome == Outcome(seen.outcome).value
        and _are_texts([test["name"], test["output"], seen.summary, told["mistake"] or ""])
        and len(test["output"]) <= MAX_OUTPUT
        and _is_time(seen.seconds)
    )


def _total(tests: Sequence[dict[str, Any]]) -> float:
    return float(as_score(sum((Decimal(str(test["score"])) for test in tests), Decimal(0))))


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0


def _are_texts(values: Sequence[object]) -> bool:
    return isinstance(values, list | tuple) and all(isinstance(one, str) for one in values)
