"""A worker that sends anything at any time: every reply leads to a named outcome and a valid results.json."""

import json
import struct
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.assignment import Limits
from autograder.backend import CallFailed, failure, returned
from autograder.box import wire
from autograder.box.call import MAX_ENTRIES
from autograder.feedback import UNUSABLE
from autograder.outcome import Outcome
from autograder.submission import Submission

from . import replies, road

FUZZ = settings(max_examples=100, deadline=None, derandomize=True, database=None)
RIGHT = [np.array([4.0, 5.0]), np.array([3.0, 6.0])]
# Long enough for an honest reply on a busy machine wherever one is due; if none is, the test waits this long.
SHORT = Limits(call_s=0.1, import_s=30, case_s=60, run_s=60, memory_mib=64)


def answer(request, arrays=RIGHT, **changes):
    """Make a reply that says that the function returned."""
    head = {"outcome": "returned", "kinds": ["ndarray", "ndarray"], "warnings": [], "changed": [], "request": request}
    return wire.pack({**head, **changes}, arrays)


def question(request, *shapes, name="double"):
    """Make a stand-in's question with arrays of zeros; packed by hand, because an empty array may claim any shape."""
    described, end = {}, 0
    for i, shape in enumerate(shapes):
        size = 8 * int(np.prod(shape, dtype=object))
        described[str(i)] = {"dtype": "F64", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    head = json.dumps({"outcome": "asks", "function": name, "request": request}).encode("ascii")
    text = json.dumps(described).encode("ascii")
    body = struct.pack("<Q", len(text)) + text + bytes(end)
    return wire.LENGTHS.pack(len(head), len(body)) + head + body


def failed(*replies_to_calls, **manner):
    """Return how the last of these calls fails; the earlier ones succeed."""
    with road.conversation(road.loaded, *replies_to_calls, **manner) as worker:
        worker.load(road.PROGRAM, {"double": ("z",)}, road.stand_in)
        for _ in replies_to_calls[1:]:
            worker.call(road.FUNCTION, road.ARGUMENTS)
        with pytest.raises(CallFailed) as refused:
            worker.call(road.FUNCTION, road.ARGUMENTS)
    road.check_failure(refused.value)
    return refused.value


def died(*replies_to_calls, **manner):
    """Return the stated cause of a worker's death."""
    failure = failed(*replies_to_calls, **manner)
    assert failure.outcome is Outcome.DIED
    return failure.facts["problem"]


NOT_ASKED = "it answered a question that was not asked"
GONE = "it ended its own process"

# ------------------------------------------------------------------------------------- late, early, double, huge, slow


@pytest.mark.parametrize("cut", [0, 5, 40, -1], ids=["nothing", "lengths", "half a head", "all but a byte"])
def test_reply_that_does_not_come_in_time_is_timed_out(cut):
    """The reply is missing or incomplete while the connection stays open: the student is told the limit for a call."""
    late = failed(lambda request: [answer(request)[:cut]], limits=SHORT, stays=True)
    assert (late.outcome, late.facts) == (Outcome.TIMED_OUT, {"limit_s": 0.1})


def test_reply_that_comes_in_drops_is_timed_out():
    """Single bytes that keep arriving do not extend the deadline."""
    late = failed(lambda request: [bytes([byte]) for byte in answer(request)], limits=SHORT, pause_s=0.005)
    assert late.outcome is Outcome.TIMED_OUT


def test_reply_in_small_pieces_is_a_reply():
    """A reply in any number of pieces counts if it is complete in time."""

    def pieces(request):
        message = answer(request)
        return [message[i : i + 50] for i in range(0, len(message), 50)]

    with road.conversation(road.loaded, pieces, pause_s=0.001) as worker:
        worker.load(road.PROGRAM)
        values = worker.call(road.FUNCTION, road.ARGUMENTS).values
    assert [value.tolist() for value in values] == [[4.0, 5.0], [3.0, 6.0]]


# Was a bug: the student was told of "an answer within -0.0012 s".
def test_call_after_the_time_of_the_case_is_over_names_no_limit_that_nobody_declared():
    """The time left may be zero or negative."""
    with road.conversation(road.loaded, stays=True) as worker:
        worker.load(road.PROGRAM)
        worker.spent_s = worker.limits.case_s + 1  # as after calls that used up all of it
        with pytest.raises(CallFailed) as late:
            worker.call(road.FUNCTION, road.ARGUMENTS)
    assert (late.value.outcome, late.value.facts) == (Outcome.TIMED_OUT, {"limit_s": None})


OTHERS = [lambda n: n + 1, lambda n: n - 1, lambda n: n << 64, lambda _: None, str, bool, lambda n: [n]]


@pytest.mark.parametrize("other", OTHERS, ids=["next", "last", "larger", "none", "text", "truth", "list"])
def test_reply_to_another_question_is_a_death(other):
    """The number must be exactly the one drawn for the question."""
    assert died(lambda request: [answer(other(request))]) == NOT_ASKED


@pytest.mark.parametrize("request_number", [0, 1, 2])
def test_reply_before_the_question_is_a_death(request_number):
    """The reply is sent at once, with a number that is easy to guess."""
    with road.conversation(early=answer(request_number)) as worker, pytest.raises(CallFailed) as refused:
        worker.load(road.PROGRAM)
    assert (refused.value.outcome, refused.value.facts) == (Outcome.DIED, {"problem": NOT_ASKED})


def test_second_reply_to_a_question_is_a_death_at_the_next():
    """The first reply counts; the second is taken for the answer to the next question, and does not match it."""
    assert died(lambda request: [answer(request)] * 2, lambda request: [answer(request)]) == NOT_ASKED


def test_largest_answer_has_a_wrong_shape_and_no_worse():
    """As many numbers as our own worker code lets through are an answer like any other."""
    arrays = [np.zeros(MAX_ENTRIES)] * 2
    end, results = road.judged(lambda: road.converse(road.loaded, lambda request: [answer(request, arrays)]))
    assert end == "Returned, and Failed"
    assert f"({MAX_ENTRIES},)" in road.check_results(results)


# Was a bug: two million numbers for each call, which are kept to find causes in later cases, took 800 MiB of the
# session.
@pytest.mark.parametrize("sizes", [(MAX_ENTRIES + 1, 2), (2, MAX_ENTRIES + 1)])
def test_answer_of_more_numbers_than_our_own_code_sends_is_a_death(sizes):
    """Either array may be the one that is too large."""
    arrays = [np.zeros(size) for size in sizes]
    assert died(lambda request: [answer(request, arrays)]) == "its answer makes no sense"


def test_body_larger_than_any_honest_one_is_a_death():
    """The body is one byte larger than the maximum, and is sent completely."""
    too_long = [wire.LENGTHS.pack(2, len(replies.BLOCK)), b"{}", replies.BLOCK]
    assert died(lambda _: too_long) == "it broke off the conversation: its message is larger than any honest one"


@pytest.mark.parametrize("cut", [0, 7, 30, -1])
def test_connection_that_closes_inside_a_reply_is_a_death(cut):
    """Only a complete reply counts, never an exit status."""
    assert died(lambda request: [answer(request)[:cut]]) == GONE


# ------------------------------------------------------------------------------------- colossal nothing


# Were bugs: the first shape made ValueError escape from `wire.unpack`, so the case became our fault; the second passed,
# and a stand-in that made lists of it took all memory, in a loop that no signal can interrupt.
@pytest.mark.parametrize(
    "shape", [[0, 1 << 24, 1 << 24, 1 << 24], [1 << 24, 1 << 24, 0], [(1 << 24) + 1, 0], [0, 1 << 25]]
)
def test_empty_array_of_colossal_sides_is_refused(shape, monkeypatch):
    """The array has no bytes, and NumPy may accept it or fail; its rows still cost work."""
    monkeypatch.setattr(road, "stand_in", lambda *_: [np.array(0.0)])  # not a stand-in that would make lists of it
    said = died(lambda request: [question(request, shape)])
    assert said == "it broke off the conversation: an array's shape does not fit its length"


# Was a bug: millions of empty rows have no entries, and so were below the maximum that may be asked for.
@pytest.mark.parametrize("shape", [[1 << 24, 0], [1, 0, 1 << 20], [20_001]])
def test_question_with_more_rows_than_honest_ones_have_reaches_no_reference(shape, monkeypatch):
    """The reference makes lists of its arguments, and even an empty list takes memory."""
    asked = []
    monkeypatch.setattr(road, "stand_in", lambda *given: asked.append(given) or [np.array(0.0)])
    assert died(lambda request: [question(request, shape)]) == GONE
    assert asked == []


# Was a bug: backprop(x, y, h, y_hat, theta_y) with x of shape (1, 10000) and theta_y of shape (9900,) took 760 MiB.
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process can limit its own memory")
def test_question_whose_answer_would_fill_all_memory_is_refused(monkeypatch):
    """A few numbers can ask for a huge answer; the reference then gets a MemoryError, and the grader continues."""
    refused = []

    def fill(_, arguments):
        try:
            return [np.array([[0.0] * 10_000 for _ in range(6000)])]
        except MemoryError:
            refused.append(arguments)
            raise

    monkeypatch.setattr(road, "stand_in", fill)
    assert died(lambda request: [question(request, [1])]) == GONE
    assert len(refused) == 1
    assert len([0.0] * (16 << 20)) == 16 << 20  # 128 MiB: the limit held only for that answer


def questions(request):
    """Make questions of which some are answered and some are not."""
    kinds = [question(request, *shapes) for shapes in ([[2]], [[0]], [], [[1], [1]])]
    return [*kinds, question(request, [3], name="both")]


def test_question_after_question_is_no_reply():
    """Each question is answered or refused, and none counts as a reply."""
    assert died(lambda request: questions(request) * 3) == GONE


def test_question_after_question_whose_answers_are_never_read_is_timed_out():
    """A full connection costs only the worker's own time, like an infinite loop."""
    assert failed(lambda request: questions(request) * 2000, limits=SHORT).outcome is Outcome.TIMED_OUT


# ------------------------------------------------------------------------------------- any head, any arrays


TEXTS = st.text(st.characters(exclude_categories=[]), max_size=40) | st.sampled_from(replies.TEXTS)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.sampled_from(replies.NUMBERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)
LINES = st.lists(st.tuples(st.integers(-1, 9) | VALUES, TEXTS | VALUES).map(list) | VALUES, max_size=20)
HEADS = st.fixed_dictionaries(
    {"outcome": st.sampled_from(["returned", "raised", "unusable", "missing"]) | VALUES},
    optional={
        "kinds": st.lists(TEXTS, min_size=2, max_size=2) | VALUES,
        "warnings": st.lists(TEXTS, max_size=20) | VALUES,
        "changed": st.lists(st.integers(-1, 2), max_size=3) | VALUES,
        "problem": st.sampled_from(list(UNUSABLE)) | TEXTS | VALUES,
        "kind": TEXTS | VALUES,
        "count": st.integers() | VALUES,
        "found": TEXTS | VALUES,
        "type": TEXTS | VALUES,
        "message": TEXTS | VALUES,
        "parents": st.lists(TEXTS, max_size=20) | VALUES,
        "lines": LINES | VALUES,
    },
)
SHAPES = st.sampled_from([(2,), (2,), (), (0,), (2, 1), (13,), (3, 0), (1,) * 8])
ENTRIES = st.sampled_from(replies.FLOATS) | st.floats()
ARRAYS = st.lists(
    SHAPES.flatmap(
        lambda shape: st.lists(ENTRIES, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))).map(
            lambda entries: np.array(entries).reshape(shape)
        )
    ),
    max_size=4,
)
PROGRAMS = TEXTS.map(lambda text: Submission("small.py", "small.py", f"def both(a, b):\n    {text}\n"))


@FUZZ
@given(head=HEADS, arrays=ARRAYS, program=PROGRAMS, printed=TEXTS)
def test_any_report_ends_in_valid_results(head, arrays, program, printed):
    """Whatever the report, the program, and its output contain, there are a known outcome and a results.json that
    anybody can read.
    """
    _, results = road.judged(lambda: returned(head, arrays, road.FUNCTION), program, printed)
    road.check_results(results)
    road.check_failure(failure(head, road.FUNCTION.name))


@FUZZ
@given(head=HEADS, arrays=ARRAYS)
def test_any_report_crosses_as_what_it_is(head, arrays):
    """The same report sent through a connection arrives with exactly the bits that were sent."""
    arrays = [*arrays, np.array([1.5, -0.0])][:4]
    body = wire.pack({}, arrays)[wire.LENGTHS.size + 2 :]

    def send(request):
        text = json.dumps({**head, "request": request}).encode("ascii")  # may contain NaN, which `wire.pack` refuses
        return [wire.LENGTHS.pack(len(text), len(body)) + text + body]

    try:
        back = road.converse(road.loaded, send)
    except CallFailed as refused:
        road.check_failure(refused)
        return
    road.check_values(back)
    count = len(back.values)
    assert [value.tobytes() for value in back.values] == [array.tobytes() for array in arrays[:count]]
    assert [value.shape for value in back.values] == [array.shape for array in arrays[:count]]
    assert [value.tobytes() for value in back.changed.values()] == [array.tobytes() for array in arrays[count:]]


@FUZZ
@given(
    seeds=st.lists(st.integers(0, 1 << 32), min_size=1, max_size=3), noise=st.binary(max_size=40), honest=st.booleans()
)
def test_any_conversation_ends_in_a_known_outcome(seeds, noise, honest):
    """Several forged replies at once, followed by noise, answer the import or a call."""

    def send(request):
        parts = [part for seed in seeds for part in replies.reply(replies.Random(seed))]
        return [*replies.addressed(parts, request), noise]

    _, results = road.judged(lambda: road.converse(*([road.loaded] if honest else []), send))
    road.check_results(results)
