"""Made-up objects for several engine tests: a declared case, a result of it, and a grade."""

from decimal import Decimal

from autograder.outcome import Case, CaseResult, Grade, Outcome


def made_case(number="1.1", title="double: twice as much", points="4", **changes):
    """Make a case; fields that are not given have harmless values."""
    declared = {
        "id": f"test_1_double.py::test_{number.replace('.', '_')}",
        "number": number,
        "title": title,
        "points": Decimal(points),
        "tags": ("double",),
        "visibility": "visible",
        "example": True,
    }
    return Case(**{**declared, **changes})


def made_result(case=None, outcome=Outcome.FAILED, score="0", **changes):
    """Make a result of a case."""
    return CaseResult(made_case() if case is None else case, outcome, Decimal(score), **changes)


def made_grade(*results, **changes):
    """Make a grade of these results."""
    return Grade("A small assignment", tuple(results), **changes)
