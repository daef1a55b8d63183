"""autograder/replay.py: answers are recorded once, and replayed unchanged and in the same order."""

import json
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import Mistake, replay
from autograder.naming.diagnosis import Observation, recognize
from autograder.replay import Recording, Replay, Rounded

REFERENCE = types.SimpleNamespace(
    double=lambda z: 2 * np.asarray(z),
    both=lambda a, b: (a + b, a * b),
    third=lambda: 1 / 3,
    nothing=lambda: np.zeros((0, 2)),
    nan=lambda: float("nan"),
)


def recorded(*calls):
    """Return the record of these calls, each a name and arguments."""
    record = []
    recorder = Rounded(REFERENCE, record)
    for name, *arguments in calls:
        getattr(recorder, name)(*arguments)
    return record


def test_function_that_the_reference_lacks_is_an_attribute_error():
    """The error comes at build time, where the instructor reads it."""
    with pytest.raises(AttributeError, match="triple"):
        recorded(("triple", 1.0))


def test_answer_of_another_function_is_refused():
    """The error says that the record does not match the cases, and what to do."""
    player = Replay(recorded(("double", 1.0)))
    with pytest.raises(ValueError, match="download") as refused:
        player.both(1.0, 2.0)
    assert str(refused.value) == "expected.json holds an answer of double where both is asked; download it again"


@pytest.mark.parametrize("record", [[], [["double", [1.0]]]], ids=["of nothing", "too short"])
def test_record_that_is_too_short_is_refused(record):
    """The error is a sentence that says what to do, not a bare StopIteration."""
    player = Replay(record)
    for _ in record:
        player.double(0.5)
    with pytest.raises(ValueError, match="expected.json"):
        player.double(0.5)


def test_file_that_is_something_else_is_refused(tmp_path):
    """The error is a ValueError, as for a record that does not match."""
    path = tmp_path / "expected.json"
    for content in ("{}", "[]", '{"answers": 1, "mistakes": []}', "{"):
        path.write_text(content, encoding="ascii")
        with pytest.raises(ValueError):  # noqa: PT011, json's own has other words
            replay.read(path)


MISTAKE = {"identifier": "double.squares", "function": "double", "sentence": "This is the square.", "gives": {}}


@pytest.mark.parametrize(
    ("record", "mistake"),
    [
        (None, MISTAKE),
        (3, MISTAKE),
        ([3], MISTAKE),
        ([["double"]], MISTAKE),
        ([[3, [1.0]]], MISTAKE),
        ([["double", 3]], MISTAKE),
        ([["double", []]], MISTAKE),
        ([["double", ["x"]]], MISTAKE),
        ([["double", [[[1], [1, 2]]]]], MISTAKE),
        ([], 3),
        ([], {**MISTAKE, "sentence": 3}),
        ([], {**MISTAKE, "gives": []}),
        *(([], {key: value for key, value in MISTAKE.items() if key != lost}) for lost in MISTAKE),
    ],
)
def test_file_with_a_damaged_entry_is_refused(tmp_path, record, mistake):
    """Otherwise a case would fail later, with an error of Python's in place of what to do."""
    path = tmp_path / "expected.json"
    path.write_text(json.dumps({"answers": {"1.1": [["double", [1.0]]]}, "mistakes": [MISTAKE]}), encoding="ascii")
    assert replay.read(path).mistakes == [MISTAKE]
    path.write_text(json.dumps({"answers": {"1.1": record}, "mistakes": [mistake]}), encoding="ascii")
    with pytest.raises(ValueError, match=r"^expected.json is damaged; download it again$"):
        replay.read(path)


def test_nan_and_infinity_come_back_through_json_which_lacks_them(tmp_path):
    """Wrong answers contain them."""
    path = tmp_path / "expected.json"
    wild = types.SimpleNamespace(f=lambda: np.array([np.nan, np.inf, -np.inf, 0.0]))
    record = []
    Rounded(wild, record).f()
    text = replay.as_text(Recording({"1.1": record}))
    assert "NaN" not in text and "Infinity" not in text
    path.write_text(text, encoding="ascii")
    again = Replay(replay.read(path).answers["1.1"]).f()
    np.testing.assert_array_equal(again, [np.nan, np.inf, -np.inf, 0.0])


def test_file_that_is_missing_is_an_os_error(tmp_path):
    """Missing answers are not made up."""
    with pytest.raises(FileNotFoundError):
        replay.read(tmp_path / "expected.json")


def test_recorder_answers_with_what_it_keeps():
    """A recorded case passes on exactly the rounded numbers that are replayed, so its calls are the same as at home."""
    record = []
    assert float(Rounded(REFERENCE, record).third()) == 0.3333333333
    assert record == [["third", [0.3333333333]]]


def test_rounded_reference_answers_as_a_replay_does():
    """The grader uses the rounded reference in cases that are part of the starter."""
    rounded = Rounded(REFERENCE)
    total, product = rounded.both(np.array([1 / 3]), np.array([1.0]))
    player = Replay(recorded(("both", np.array([1 / 3]), np.array([1.0]))))
    for one, other in zip((total, product), player.both(), strict=True):
        assert one.tobytes() == other.tobytes()
    assert float(rounded.third()) == 0.3333333333
    with pytest.raises(AttributeError, match="triple"):
        _ = rounded.triple


def test_record_comes_back_in_order(tmp_path):
    """Scalars, vectors, and two results come back through the file."""
    record = recorded(("double", 1.5), ("both", np.array([1.0, 2.0]), np.array([3.0, 4.0])), ("double", [[1.0]]))
    path = tmp_path / "expected.json"
    path.write_text(replay.as_text(Recording({"1.1": record, "1.2": []})), encoding="ascii", newline="\n")
    records = replay.read(path).answers
    assert list(records) == ["1.1", "1.2"]
    player = Replay(records["1.1"])
    first = player.double("whatever", "the arguments are")
    total, product = player.both()
    last = player.double()
    assert (first.shape, float(first)) == ((), 3.0)
    assert (total.tolist(), product.tolist(), last.tolist()) == ([4.0, 6.0], [3.0, 8.0], [[2.0]])


def test_two_replays_of_one_record_do_not_disturb_each_other():
    """Each replay starts from the beginning."""
    record = recorded(("double", 1.0), ("double", 2.0))
    first, second = Replay(record), Replay(record)
    assert [float(first.double()), float(second.double()), float(first.double())] == [2.0, 2.0, 4.0]


def test_file_has_one_line_for_each_case_and_each_mistake():
    """A change of one case then changes one line."""
    mistakes = replay.record_mistakes([TRIPLES], [("double", [1.5])])
    text = replay.as_text(Recording({"1.1": recorded(("double", 1.0)), "1.2": recorded(("third",))}, mistakes))
    assert text.splitlines()[:-3] == [
        "{", '"answers": {', '"1.1": [["double",[2.0]]],', '"1.2": [["third",[0.3333333333]]]', "},", '"mistakes": [',
    ]  # fmt: skip
    assert json.loads(text)["mistakes"] == mistakes
    assert json.loads(replay.as_text(Recording())) == {"answers": {}, "mistakes": []}


# ------------------------------------------------------------------------------------- mistakes

TRIPLES = Mistake("double.triples", "double", lambda z: 3 * z, "It is tripled.", "Staff only.")
EXCHANGED = Mistake("both.exchanged", "both", lambda a, b: (a * b, a + b), "Exchanged.")


def known(catalogue, *calls):
    """Return the mistakes as they are at home, after a round trip through JSON."""
    recording = Recording({}, json.loads(json.dumps(replay.record_mistakes(catalogue, calls))))
    return {mistake.identifier: mistake for mistake in recording.known_mistakes()}


def test_mistake_gives_what_was_recorded_for_these_arguments():
    """Formulas take and return numbers, arrays, and tuples; identifier, function, and sentence are unchanged."""
    z, a, b = np.array([[1.0, 2.0]]), np.array([1.0]), np.array([3.0])
    found = known([TRIPLES, EXCHANGED], ("double", [z]), ("double", [1.5]), ("both", [a, b]))
    assert (found["double.triples"].function, found["double.triples"].sentence) == ("double", "It is tripled.")
    assert found["double.triples"].formula(z).tolist() == [[3.0, 6.0]]
    assert float(found["double.triples"].formula(1.5)) == 4.5
    product, total = found["both.exchanged"].formula(a, b)
    assert (product.tolist(), total.tolist()) == ([3.0], [4.0])


def test_mistake_does_not_apply_to_arguments_that_nobody_recorded():
    """For example, some arguments depend on what a student returned; `recognize` skips the mistake then."""
    found = known([TRIPLES], ("double", [np.array([1.0])]))
    for arguments in ([np.array([1.001])], [np.array([[1.0]])], [1.0, 2.0]):
        with pytest.raises(LookupError):
            found["double.triples"].formula(*arguments)
    observation = Observation([np.array([2.0])], [np.array([6.0])])
    assert recognize(list(found.values()), "double", [observation], {0: np.array([4.0])}) is None


def test_last_digits_of_an_argument_do_not_matter():
    """Logarithms differ in the last digits between processors, and so do random numbers computed from them."""
    found = known([TRIPLES], ("double", [np.array([1 / 3])]))
    assert found["double.triples"].formula(np.array([np.nextafter(1 / 3, 1)])).tolist() == [1.0]


def test_recorded_mistake_is_recognized_like_its_formula():
    """Ten digits are more than the comparison needs."""
    z = np.array([1 / 3, 2 / 7])
    found = known([TRIPLES], ("double", [z]))
    observation = Observation([z], [3 * z])
    assert recognize(list(found.values()), "double", [observation], {0: 2 * z}).identifier == "double.triples"


def test_mistake_that_never_applies_or_is_too_large_is_left_out():
    """The file stays small; a formula that raises does not stop the build, and one that changes its arguments does not
    affect the next.
    """

    def refuses(z):
        raise ValueError("not for this")

    def spoils(z):
        z *= 0
        return z

    large = np.ones(replay.MOST_ENTRIES + 1)
    catalogue = [
        Mistake("double.refuses", "double", refuses, ""),
        Mistake("double.spoils", "double", spoils, ""),
        TRIPLES,
        Mistake("pair.one_is_large", "pair", lambda z: (z[:1], z), ""),
        Mistake("both.never_called", "both", lambda z: z, ""),
    ]
    found = known(catalogue, ("double", [np.ones(2)]), ("double", [large]), ("pair", [large]))
    assert list(found) == ["double.spoils", "double.triples"]
    assert found["double.triples"].formula(np.ones(2)).tolist() == [3.0, 3.0]
    with pytest.raises(LookupError):
        found["double.triples"].formula(large)


def test_words_for_staff_stay_behind():
    """The file contains only what a student may read."""
    assert "Staff only" not in json.dumps(replay.record_mistakes([TRIPLES], [("double", [1.0])]))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(values=st.lists(st.floats(-1e300, 1e300), max_size=6))
def test_any_numbers_come_back_to_ten_digits(values):
    """The numbers survive the way through text, and recording the rounded ones gives the same text again."""
    reference = types.SimpleNamespace(f=lambda: np.array(values, dtype=float))
    record = []
    Rounded(reference, record).f()
    again = []
    Rounded(types.SimpleNamespace(f=Replay(json.loads(json.dumps(record))).f), again).f()
    assert again == record
    np.testing.assert_allclose(record[0][1][0], values, rtol=1e-9, atol=1e-300)
