"""autograder/box/wire.py: a hostile worker may send any bytes; the result is a message or one of three exceptions."""

import json
import os
import socket
import struct
import sys
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.box import wire

FUZZ = settings(max_examples=150, deadline=None, derandomize=True, database=None)
# Far more memory than a message in this file needs, and far less than any of the claimed sizes.
SMALL_BYTES = 4 << 20


@pytest.fixture(name="ends")
def _ends():
    """Two ends of a connection: the grader's, and the worker's."""
    grader, worker = socket.socketpair()
    with grader, worker:
        yield grader, worker


def soon():
    """Return a deadline that passes only if something hangs."""
    return time.monotonic() + 30


def received_after(ends, data, *, close=True):
    """Return what `receive` makes of `data`, after which the worker is gone."""
    grader, worker = ends
    worker.sendall(data)
    if close:
        worker.close()
    return wire.receive(grader, soon(), bytearray())


def described(arrays, data=b""):
    """Return bytes in the form of safetensors whose header is `arrays`, right or wrong."""
    head = json.dumps(arrays).encode("ascii")
    return struct.pack("<Q", len(head)) + head + data


def one_array(shape, data=b"", dtype="F64", name="0"):
    """Return the same for one array."""
    return described({name: {"dtype": dtype, "shape": shape, "data_offsets": [0, len(data)]}}, data)


# ------------------------------------------------------------------------------------- nothing, or not everything


@pytest.mark.parametrize(
    "data",
    [b"", b"\x02", wire.LENGTHS.pack(2, 0), wire.LENGTHS.pack(2, 0) + b"{", wire.LENGTHS.pack(2, 8) + b"{}1234567"],
    ids=["nothing", "half a length", "no head", "half a head", "half an array"],
)
def test_connection_closed_before_the_end_of_a_message_is_closed(ends, data):
    """Only a complete message counts, wherever it breaks off."""
    with pytest.raises(wire.Closed):
        received_after(ends, data)


def test_connection_that_is_reset_is_closed(ends):
    """A worker killed with unread data resets its connection, which counts as closed."""
    grader, worker = ends
    grader.sendall(b"never read")
    worker.close()
    with pytest.raises(wire.Closed):
        wire.receive(grader, soon(), bytearray())


def test_deadline_in_the_past_is_late(ends):
    """`receive` does not wait after the deadline."""
    with pytest.raises(wire.Late):
        wire.receive(ends[0], time.monotonic() - 1, bytearray())


def test_message_that_has_come_in_time_is_taken_however_late_we_look(ends):
    """The grader itself may have been without a processor."""
    ends[1].sendall(wire.pack({"in": "time"}))
    assert wire.receive(ends[0], time.monotonic() - 1, bytearray()) == ({"in": "time"}, [])


def test_nothing_left_of_another_measure_is_late(ends):
    """The other measure is asked again after each wait, which lasts as long as the measure said."""
    left = [0.01, 0.02, 0.0, 0.0]
    with pytest.raises(wire.Late):
        wire.receive(ends[0], soon(), bytearray(), left_s=lambda: left.pop(0))
    assert not left


def test_message_that_stops_in_the_middle_is_late(ends):
    """A worker that sends half a message and then stops uses up only its own time."""
    ends[1].sendall(wire.LENGTHS.pack(2, 0) + b"{")
    with pytest.raises(wire.Late):
        wire.receive(ends[0], time.monotonic() + 0.05, bytearray())


def test_worker_that_prints_forever_is_late(ends):
    """Output is read while we wait, and does not extend the deadline."""
    read_end, write_end = os.pipe()
    os.write(write_end, b"x" * 30_000)
    printed = []
    try:
        with pytest.raises(wire.Late):
            wire.receive(ends[0], time.monotonic() + 0.05, bytearray(), output=read_end, on_output=printed.append)
    finally:
        os.close(read_end)
        os.close(write_end)
    assert b"".join(printed) == b"x" * 30_000


def test_worker_that_closes_its_output_can_still_answer(ends):
    """The end of the output is reported once, as empty bytes; the answer still arrives."""
    read_end, write_end = os.pipe()
    os.write(write_end, b"last words")
    os.close(write_end)
    printed = []

    def note(part):
        printed.append(part)
        if not part:
            ends[1].sendall(wire.pack({"late": 1}))

    try:
        head, arrays = wire.receive(ends[0], soon(), bytearray(), output=read_end, on_output=note)
    finally:
        os.close(read_end)
    assert (head, arrays) == ({"late": 1}, [])
    assert printed == [b"last words", b""]


# ------------------------------------------------------------------------------------- claims that are no message


@pytest.mark.parametrize(
    ("head_length", "body_length"),
    [(wire.MAX_HEAD_BYTES + 1, 0), (0, wire.MAX_ARRAYS_BYTES + 1), (0xFFFFFFFF, 0xFFFFFFFF)],
)
def test_claimed_size_beyond_any_honest_one_is_refused_before_it_is_read(ends, head_length, body_length):
    """The claim alone is refused, and nothing of that size is allocated."""
    tracemalloc.start()
    try:
        with pytest.raises(wire.ProtocolError) as refused:
            received_after(ends, wire.LENGTHS.pack(head_length, body_length), close=False)
        assert tracemalloc.get_traced_memory()[1] < SMALL_BYTES
    finally:
        tracemalloc.stop()
    assert str(refused.value) == "its message is larger than any honest one"


# Python 3.14 parses such a depth, and then misses the end.
TOO_DEEP = "RecursionError" if sys.version_info < (3, 14) else "JSONDecodeError"


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"", "the head is not JSON: JSONDecodeError"),
        (b"{", "the head is not JSON: JSONDecodeError"),
        (b"\x80\x04K\x01.", "the head is not JSON: UnicodeDecodeError"),
        (b"[" * 60_000, f"the head is not JSON: {TOO_DEEP}"),
        (b"[]", "the head is not an object"),
        (b"null", "the head is not an object"),
        (b'"ready"', "the head is not an object"),
        (b"\x00\x00", "the head is not JSON: JSONDecodeError"),
    ],
    ids=["nothing", "half an object", "a pickle", "deep", "a list", "null", "a string", "NULs"],
)
def test_head_that_is_no_object_is_refused(head, sentence):
    """The exception says what is wrong with the head."""
    with pytest.raises(wire.ProtocolError) as refused:
        wire.unpack(head, b"")
    assert str(refused.value) == sentence


def test_head_with_a_colossal_number_is_refused_or_read():
    """Python refuses to read numbers of more than some thousand digits, and so do we; older versions read them."""
    try:
        head, _ = wire.unpack(b'{"request": ' + b"9" * 60_000 + b"}", b"")
    except wire.ProtocolError as error:
        said = str(error)
    else:
        said = "the head is not JSON: ValueError" if list(head) == ["request"] else "another head"
    assert said == "the head is not JSON: ValueError"


NOT_SAFETENSORS = "the arrays are not safetensors: SafetensorError"
NOT_FLOAT64 = "arrays must be float64 and numbered from 0"
NOT_FITTING = "an array's shape does not fit its length"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"\x80\x04K\x01.", "the "),
        (b"\xff" * 64, "the "),
        (struct.pack("<Q", 1 << 62) + b"{}", "the "),
        (one_array([2], b"\0" * 8), NOT_SAFETENSORS),
        (one_array([-1], b"\0" * 8), NOT_SAFETENSORS),
        (one_array([1 << 63, 2], b""), NOT_SAFETENSORS),
        (one_array([1], b"\0" * 4, dtype="F32"), NOT_FLOAT64),
        (one_array([8], b"\0" * 8, dtype="U8"), NOT_FLOAT64),
        (one_array([1], b"\0" * 8, name="1"), NOT_FLOAT64),
        (one_array([1], b"\0" * 8, name="h"), NOT_FLOAT64),
        (one_array([0, 1 << 40]), NOT_FITTING),
        (one_array([1] * 9, b"\0" * 8), NOT_FITTING),
    ],
    ids=[
        "a pickle", "noise", "colossal header", "too few bytes", "negative side", "overflowing shape", "float32",
        "bytes", "numbered from 1", "named", "empty with a colossal side", "nine dimensions",
    ],
)  # fmt: skip
def test_arrays_that_are_not_ours_are_refused(body, sentence):
    """Type, name, and shape are checked before an array is made."""
    with pytest.raises(wire.ProtocolError) as refused:
        wire.unpack(b"{}", body)
    assert sentence in str(refused.value)


def test_thousands_of_empty_arrays_are_refused():
    """The description of arrays is limited too: 16 MiB of it would cost the grader 400 MiB and many seconds."""
    many = {str(i): {"dtype": "F64", "shape": [0], "data_offsets": [0, 0]} for i in range(20_000)}
    tracemalloc.start()
    try:
        body = described(many)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        with pytest.raises(wire.ProtocolError):
            wire.unpack(b"{}", body)
        assert tracemalloc.get_traced_memory()[1] - before < SMALL_BYTES
    finally:
        tracemalloc.stop()


def test_description_that_names_one_array_twice_is_refused_or_read_as_one():
    """A duplicate key must not turn the bytes of one array into two arrays."""
    one = b'"0":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}'
    text = b"{" + one + b"," + one + b"}"
    try:
        _, arrays = wire.unpack(b"{}", struct.pack("<Q", len(text)) + text + b"\0" * 8)
    except wire.ProtocolError:
        return
    assert [array.tolist() for array in arrays] == [[0.0]]


# ------------------------------------------------------------------------------------- any bytes at all


def same_message(result):
    """Return whether `result` has the types that the grader relies on."""
    head, arrays = result
    return type(head) is dict and all(type(a) is np.ndarray and a.dtype == np.float64 for a in arrays)


@FUZZ
@given(head=st.binary(max_size=200), body=st.binary(max_size=400))
def test_any_bytes_as_head_and_body_are_a_message_or_refused(head, body):
    """`unpack` raises no exception but ProtocolError, whatever the bytes."""
    try:
        result = wire.unpack(head, body)
    except wire.ProtocolError:
        return
    assert same_message(result)


@FUZZ
@given(
    arrays=st.dictionaries(
        st.sampled_from(["0", "1", "00", "-1", "x", "__metadata__"]),
        st.fixed_dictionaries(
            {
                "dtype": st.sampled_from(["F64", "F64", "F32", "BOOL", "U8", "F4", "", None, 7]),
                "shape": st.lists(st.integers(-1, 4) | st.sampled_from([1 << 31, 1 << 63, 1 << 70]), max_size=10),
                "data_offsets": st.lists(st.integers(-8, 48) | st.just(1 << 64), min_size=1, max_size=3),
            }
        ),
        max_size=3,
    ),
    data=st.binary(max_size=48),
    cut=st.integers(0, 4),
)
def test_any_description_of_arrays_is_arrays_or_refused(arrays, data, cut):
    """Descriptions may nearly fit, lie about their sizes, or break off: the result is arrays of the right size, or
    ProtocolError.
    """
    body = described(arrays, data)
    try:
        head, unpacked = wire.unpack(b"{}", body[: len(body) - cut])
    except wire.ProtocolError:
        return
    assert same_message((head, unpacked))
    assert sum(array.nbytes for array in unpacked) <= len(data)


@FUZZ
@given(data=st.data())
def test_message_with_flipped_bytes_is_a_message_or_refused(data):
    """An honest message is damaged anywhere behind its lengths."""
    message = bytearray(wire.pack({"outcome": "returned", "request": 3}, [np.arange(3.0), np.float64(2.5)]))
    for at in data.draw(st.lists(st.integers(wire.LENGTHS.size, len(message) - 1), min_size=1, max_size=8)):
        message[at] = data.draw(st.integers(0, 255))
    head_length, _ = wire.LENGTHS.unpack_from(message)
    start = wire.LENGTHS.size
    try:
        result = wire.unpack(bytes(message[start : start + head_length]), bytes(message[start + head_length :]))
    except wire.ProtocolError:
        return
    assert same_message(result)


@FUZZ
@given(noise=st.binary(max_size=300), lengths=st.tuples(st.integers(0, 40), st.integers(0, 40)) | st.none())
def test_any_bytes_on_the_connection_are_a_message_refused_or_closed(noise, lengths):
    """The bytes come through the socket, with lengths that fit and with lengths that do not."""
    grader, worker = socket.socketpair()
    with grader, worker:
        try:
            result = received_after((grader, worker), (wire.LENGTHS.pack(*lengths) if lengths else b"") + noise)
        except (wire.ProtocolError, wire.Closed):
            return
    assert same_message(result)


# ------------------------------------------------------------------------------------- honest messages


@pytest.mark.parametrize(
    "array",
    [
        np.float64(1.25), np.array([]), np.zeros((3, 0)), np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(3, dtype=">f8"), np.array([1, 2], dtype="float32"), np.array([True, False]), np.arange(8.0)[::2],
        np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]), np.arange(2.0).reshape((1,) * 7 + (2,)),
    ],
    ids=["scalar", "empty", "no columns", "Fortran", "big-endian", "float32", "bool", "strided", "special", "8-d"],
)  # fmt: skip
def test_array_comes_out_as_it_went_in(ends, array):
    """Shape and values are the same, bit for bit, as float64: a scalar stays a scalar."""
    _, (out,) = received_after(ends, wire.pack({}, [array]))
    assert out.dtype == np.float64
    assert out.shape == np.shape(array)
    assert out.tobytes() == np.asarray(array, dtype="<f8").tobytes()


def test_twelve_arrays_keep_their_order(ends):
    """The names are numbers, and not sorted as text: "10" comes after "9"."""
    _, arrays = received_after(ends, wire.pack({}, [np.full(2, float(i)) for i in range(12)]))
    assert [float(array[0]) for array in arrays] == [float(i) for i in range(12)]


def test_head_comes_out_as_it_went_in(ends):
    """Any text can be sent as ASCII, lone surrogates included."""
    head = {"text": "\ud800 \x00 é ☃", "lines": [[1, "f"]], "request": 7, "nothing": None, "flag": True}
    message = wire.pack(head)
    assert message.isascii()
    assert received_after(ends, message) == (head, [])


def test_two_messages_in_one_go_are_read_one_by_one(ends):
    """No byte of the second message is taken for a part of the first."""
    grader, worker = ends
    worker.sendall(wire.pack({"n": 1}, [np.ones(2)]) + wire.pack({"n": 2}))
    buffer = bytearray()
    assert [wire.receive(grader, soon(), buffer)[0]["n"] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_head_with_a_number_that_json_lacks_is_a_value_error(value):
    """NaN is never sent as a word that other JSON readers do not know."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        wire.pack({"score": value})


def test_largest_allowed_message_is_read(ends):
    """A head of exactly the limit is read."""
    grader, worker = ends
    head = json.dumps({"x": "a" * (wire.MAX_HEAD_BYTES - len('{"x": ""}'))}).encode("ascii")
    assert len(head) == wire.MAX_HEAD_BYTES
    worker.sendall(wire.LENGTHS.pack(len(head), 0) + head)
    assert len(wire.receive(grader, soon(), bytearray())[0]["x"]) == wire.MAX_HEAD_BYTES - len('{"x": ""}')


# ------------------------------------------------------------------------------------- the worker's side


def test_grader_that_goes_away_is_closed_for_the_worker():
    """An end of file inside a message raises Closed instead of looping."""
    parts = iter([b"\x02\x00\x00\x00", b""])
    with pytest.raises(wire.Closed):
        wire.read_blocking(lambda _: next(parts))


def test_worker_reads_a_message_in_single_bytes():
    """However little one read returns, the message is put together."""
    message = iter(wire.pack({"do": "call"}, [np.arange(2.0)]))
    head, (array,) = wire.read_blocking(lambda _: bytes([next(message)]))
    assert (head, array.tolist()) == ({"do": "call"}, [0.0, 1.0])


def test_worker_writes_a_message_in_pieces():
    """A write that takes three bytes at a time still sends all of them, in order."""
    message = wire.pack({"outcome": "ready"}, [np.arange(5.0)])
    sent = bytearray()

    def write(part):
        sent.extend(part[:3])
        return min(3, len(part))

    wire.write_blocking(write, message)
    assert bytes(sent) == message
