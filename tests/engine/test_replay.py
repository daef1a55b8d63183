"""autograder/replay.py: answers are recorded once and come back the same, in the same order."""

import json
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import replay
from autograder.replay import Recorder, Replay

REFERENCE = types.SimpleNamespace(
    double=lambda z: 2 * np.asarray(z),
    both=lambda a, b: (a + b, a * b),
    third=lambda: 1 / 3,
    nothing=lambda: np.zeros((0, 2)),
    nan=lambda: float("nan"),
)


def recorded(*calls):
    """The record of these calls: name and arguments."""
    record = []
    recorder = Recorder(REFERENCE, record)
    for name, *arguments in calls:
        getattr(recorder, name)(*arguments)
    return record


def test_function_that_the_reference_lacks_is_an_attribute_error():
    """At the build, where the instructor reads it."""
    with pytest.raises(AttributeError, match="triple"):
        recorded(("triple", 1.0))


def test_answer_of_another_function_is_refused():
    """A record that is out of step with the cases says so, and what to do."""
    player = Replay(recorded(("double", 1.0)))
    with pytest.raises(ValueError, match="download") as refused:
        player.both(1.0, 2.0)
    assert str(refused.value) == "expected.json holds an answer of double where both is asked; download it again"


@pytest.mark.parametrize("record", [[], [["double", [1.0]]]], ids=["of nothing", "too short"])
def test_record_that_is_too_short_is_refused(record):
    """A sentence that says what to do, not a StopIteration that says nothing."""
    player = Replay(record)
    for _ in record:
        player.double(0.5)
    with pytest.raises(ValueError, match="expected.json"):
        player.double(0.5)


def test_text_that_json_lacks_is_refused_at_the_build():
    """NaN in the file would be read by Python and by nothing else."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        replay.as_text({"1.1": recorded(("nan",))})


def test_file_that_is_missing_is_an_os_error(tmp_path):
    """Nothing is made up."""
    with pytest.raises(FileNotFoundError):
        replay.read(tmp_path / "expected.json")


def test_recorder_answers_as_the_reference_does():
    """The case that is recorded runs on the exact values, not on the rounded ones."""
    record = []
    assert Recorder(REFERENCE, record).third() == 1 / 3
    assert record == [["third", [0.3333333333]]]


def test_record_comes_back_in_order(tmp_path):
    """Scalars, vectors, two results; through the file."""
    record = recorded(("double", 1.5), ("both", np.array([1.0, 2.0]), np.array([3.0, 4.0])), ("double", [[1.0]]))
    path = tmp_path / "expected.json"
    path.write_text(replay.as_text({"1.1": record, "1.2": []}), encoding="ascii", newline="\n")
    records = replay.read(path)
    assert list(records) == ["1.1", "1.2"]
    player = Replay(records["1.1"])
    first = player.double("whatever", "the arguments are")
    total, product = player.both()
    last = player.double()
    assert (first.shape, float(first)) == ((), 3.0)
    assert (total.tolist(), product.tolist(), last.tolist()) == ([4.0, 6.0], [3.0, 8.0], [[2.0]])


def test_two_replays_of_one_record_do_not_disturb_each_other():
    """Each case starts from the beginning."""
    record = recorded(("double", 1.0), ("double", 2.0))
    first, second = Replay(record), Replay(record)
    assert [float(first.double()), float(second.double()), float(first.double())] == [2.0, 2.0, 4.0]


def test_file_has_one_line_for_each_case():
    """So that a change of one case changes one line."""
    text = replay.as_text({"1.1": recorded(("double", 1.0)), "1.2": recorded(("third",))})
    assert text == '{\n"1.1": [["double", [2.0]]],\n"1.2": [["third", [0.3333333333]]]\n}\n'
    assert json.loads(text) == {"1.1": [["double", [2.0]]], "1.2": [["third", [0.3333333333]]]}


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(values=st.lists(st.floats(-1e300, 1e300), max_size=6))
def test_any_numbers_come_back_to_ten_digits(values):
    """Through text, and the same text again when the rounded ones are recorded."""
    reference = types.SimpleNamespace(f=lambda: np.array(values, dtype=float))
    record = []
    Recorder(reference, record).f()
    again = []
    Recorder(types.SimpleNamespace(f=Replay(json.loads(json.dumps(record))).f), again).f()
    assert again == record
    np.testing.assert_allclose(record[0][1][0], values, rtol=1e-9, atol=1e-300)
