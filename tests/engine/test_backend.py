"""autograder/backend.py: only known words of known types are taken from a report that a submission may have forged."""

import numpy as np
import pytest

from autograder.assignment import Function
from autograder.backend import MAX_COUNT, CallFailed, as_given, failure, returned
from autograder.outcome import Outcome

BOTH = Function("both", ("a", "b"), ("total", "product"), ())
HONEST = {"outcome": "returned", "kinds": ["float", "list"], "warnings": ["overflow"], "changed": [1]}


def arrays(many):
    """Return that many arrays, all different."""
    return [np.full(2, float(number)) for number in range(many)]


def test_report_of_an_answer_is_taken_apart():
    """The returned values come first, then the new content of each changed argument."""
    given = arrays(3)
    answer = returned(HONEST, given, BOTH)
    assert [value[0] for value in answer.values] == [0, 1]
    assert (answer.kinds, answer.warnings) == (["float", "list"], ["overflow"])
    assert {position: array[0] for position, array in answer.changed.items()} == {1: 2}
    assert list(returned({**HONEST, "changed": [0]}, given, BOTH).changed) == [0]
    assert returned({**HONEST, "changed": []}, given[:2], BOTH).changed == {}


@pytest.mark.parametrize(
    ("changes", "many"),
    [
        ({"changed": [2]}, 3), ({"changed": [-1]}, 3), ({"changed": [True]}, 3), ({"changed": ["1"]}, 3),
        ({"changed": [1, 1]}, 4), ({"changed": [1, 2]}, 4), ({"changed": []}, 3), ({}, 2), ({}, 4),
        ({"kinds": ["float"]}, 3), ({"kinds": ["float"] * 3}, 3), ({"kinds": "ab"}, 3),
        ({"changed": None}, 3), ({"outcome": "passed"}, 3), ({"outcome": None}, 3),
    ],
)  # fmt: skip
def test_report_that_contradicts_itself_is_no_answer(changes, many):
    """The report must not refer to a nonexistent argument or to one twice, and must have as many arrays as it says."""
    with pytest.raises(CallFailed) as refused:
        returned({**HONEST, **changes}, arrays(many), BOTH)
    assert (refused.value.outcome, refused.value.function) == (Outcome.DIED, "both")


@pytest.mark.parametrize(
    ("count", "told"),
    [(3, 3), (0, 0), (MAX_COUNT, MAX_COUNT), (MAX_COUNT + 1, MAX_COUNT), (-1, 0), (True, 0), ("3", 0)],
)
def test_count_is_a_number_that_can_be_told(count, told):
    failed = failure({"outcome": "unusable", "problem": "shape", "kind": 7, "count": count}, "both")
    assert failed.outcome is Outcome.FAILED
    assert failed.facts == {"problem": "shape", "kind": "", "count": told}


def test_function_that_is_missing_is_told_with_what_was_found():
    failed = failure({"outcome": "missing", "found": "int"}, "both")
    assert (failed.outcome, failed.facts) == (Outcome.MISSING, {"found": "int"})


def test_lines_and_texts_of_an_exception_are_lines_and_texts():
    """All other entries are left out or emptied, and everything is bounded."""
    lines = [[7, "both"], [8, None], ["7", "both"], [True, "both"], [7], [7, "both", 7], {7: "both"}, None]
    report = {"outcome": "raised", "type": "T" * 501, "message": b"x", "lines": lines, "parents": ["E", 3] * 20}
    failed = failure(report, "both")
    assert failed.outcome is Outcome.RAISED
    assert failed.facts["lines"] == [(7, "both"), (8, "")]
    assert (len(failed.facts["type"]), failed.facts["message"], failed.facts["innermost"]) == (500, "", "")
    assert failed.facts["parents"] == ["E", ""] * 8
    assert failure({"outcome": "raised", "parents": ["MemoryError"]}, "both").outcome is Outcome.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (["helper.py", 1], True), (["helper.py", MAX_COUNT], True), (["helper.py", MAX_COUNT + 1], False),
        (["helper.py", 0], False), (["helper.py", True], False), (["", 1], False), ([7, 1], False),
        (["helper.py"], False), (["helper.py", 1, 1], False), (None, False),
    ],
)  # fmt: skip
def test_line_of_another_file_is_told_if_it_may_be_one(place, told):
    facts = failure({"outcome": "raised", "elsewhere": place}, "both").facts
    assert facts.get("elsewhere") == (tuple(place) if told else None)


def test_arguments_are_new_and_of_the_kind_that_was_declared():
    """Arguments are integers where the assignment says so, and floats elsewhere; a scalar stays a scalar."""
    given = np.array([1.0, 2.0])
    values, order = as_given(BOTH._replace(integers=("b",)), [given, given])
    assert (values.dtype, order.dtype) == (np.float64, np.int64)
    values[:], order[:] = 9, 9
    assert given.tolist() == [1, 2]
    number, whole = as_given(BOTH._replace(integers=("b",)), [0.5, 3])
    assert (type(number), number, type(whole), whole) == (float, 0.5, int, 3)
    assert type(as_given(BOTH._replace(integers=("b",)), [0.5, 3.0])[1]) is int
    assert [type(one) for one in as_given(BOTH, [3, 4])] == [float, float]
    as_given(BOTH._replace(integers=("b",)), [given, np.array([1e300, np.nan])])  # no warning, which would be an error
