"""Messages between the grader and a worker: plain data as JSON, arrays as safetensors. Neither can execute code.

A message is eight bytes of lengths, then a JSON object (the head), then the arrays. The grader trusts nothing in a
message: lengths are checked before anything is read, types and shapes before anything is used.
"""

import json
import math
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

LENGTHS = struct.Struct("<II")
MAX_HEAD_BYTES = 1 << 16
# The largest honest answer is a hidden layer for the held-out images: 0.1 MiB.
MAX_ARRAYS_BYTES = 1 << 24
MAX_DESCRIPTION_BYTES = 1 << 12
CHUNK_BYTES = 1 << 16

# One encoder for all messages: with these options, json.dumps would make a new one each time.
ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False)


class ProtocolError(Exception):
    """The other side sent something that is not a valid message."""


class Closed(Exception):
    """The other side has closed the connection."""


class Late(Exception):
    """The deadline passed before the message was complete."""


def pack(head: dict[str, Any], arrays: Sequence[np.ndarray] = ()) -> bytes:
    """Return the bytes of one message. Arrays become float64, little-endian, in C order.

    Raises:
        ValueError: the head holds a number that JSON cannot represent, such as nan.
    """
    head_bytes = ENCODER.encode(head).encode("ascii")
    body = b""
    if arrays:
        # np.ascontiguousarray would turn a scalar into an array of one entry; order="C" keeps shape ().
        plain = {str(i): np.asarray(array, dtype="<f8", order="C") for i, array in enumerate(arrays)}
        body = save(plain)
    return LENGTHS.pack(len(head_bytes), len(body)) + head_bytes + body


def unpack(head_bytes: bytes, body: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Return the head and arrays of one message.

    Raises:
        ProtocolError: not a JSON object, not safetensors, or arrays that are not float64 and numbered from 0.
    """
    try:
        head = json.loads(head_bytes)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the head is not JSON: {type(error).__name__}") from None
    if type(head) is not dict:
        raise ProtocolError("the head is not an object")
    return head, _unpack_arrays(body) if body else []


def _unpack_arrays(body: bytes) -> list[np.ndarray]:
    # safetensors data begin with the length of their description, which costs far more to read than the arrays.
    if len(body) < 8 or int.from_bytes(body[:8], "little") > MAX_DESCRIPTION_BYTES:
        raise ProtocolError("the description of the arrays is longer than any honest one")
    try:
        described = dict(deserialize(body))  # type: ignore[no-untyped-call]
    except (SafetensorError, ValueError, OverflowError, MemoryError) as error:
        raise ProtocolError(f"the arrays are not safetensors: {type(error).__name__}") from None
    arrays = []
    for i in range(len(described)):
        entry = described.get(str(i))
        if entry is None or entry["dtype"] != "F64":
            raise ProtocolError("arrays must be float64 and numbered from 0")
        shape = tuple(entry["shape"])
        # NumPy accepts an empty array with a colossal second dimension; no honest message has one.
        if (
            len(shape) > 8
            or 8 * math.prod(shape) != len(entry["data"])
            # NumPy multiplies the sides other than 0, and raises if the product is more than it can address.
            or math.prod(max(side, 1) for side in shape) > MAX_ARRAYS_BYTES
        ):
            raise ProtocolError("an array's shape does not fit its length")
        arrays.append(np.frombuffer(bytes(entry["data"]), dtype="<f8").reshape(shape))
    return arrays


def receive(
    connection: socket.socket,
    deadline: float,
    buffer: bytearray,
    *,
    left_s: Callable[[], float] | None = None,
    output: int | None = None,
    on_output: Callable[[bytes], None] | None = None,
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Read one message, at most until `deadline` (seconds of time.monotonic), or until `left_s` returns 0.

    `left_s` is called before each wait, and limits how long it lasts.
    `buffer` holds the bytes that came after the last message, and belongs to the connection.
    While waiting, read what the student's program prints from the file descriptor `output`, and pass it to `on_output`:
    otherwise a program that prints more than a pipe holds would block forever.

    Raises:
        Closed: the other side closed the connection, before or inside a message.
        Late: the deadline passed, or `left_s` returned 0.
        ProtocolError: the bytes are not a valid message; nothing of the size they claim has been allocated.
    """
    wanted = _size(buffer)
    has_looked = False
    while not wanted or len(buffer) < wanted:
        timeout = deadline - time.monotonic()
        if left_s is not None:
            timeout = min(timeout, left_s())
        if timeout <= 0:
            # The message may have come in time, while this process had no processor: look once more.
            if has_looked:
                raise Late
            has_looked, timeout = True, 0.0
        watched: list[Any] = [connection] if output is None else [connection, output]
        ready, _, _ = select.select(watched, [], [], timeout)
        if output in ready and output is not None and on_output is not None:
            printed = os.read(output, CHUNK_BYTES)
            if not printed:
                output = None
            on_output(printed)
        if connection in ready:
            try:
                received = connection.recv(CHUNK_BYTES)
            except ConnectionError:
                raise Closed from None
            if not received:
                raise Closed
            buffer += received
            wanted = wanted or _size(buffer)
    return _take(buffer, wanted)


def _size(buffer: bytearray) -> int:
    """Return the size in bytes of the message that a buffer begins with; 0 if its lengths have not all come.

    Raises:
        ProtocolError: the message claims to be larger than any honest one.
    """
    if len(buffer) < LENGTHS.size:
        return 0
    head_length, body_length = LENGTHS.unpack_from(buffer)
    if head_length > MAX_HEAD_BYTES or body_length > MAX_ARRAYS_BYTES:
        raise ProtocolError("its message is larger than any honest one")
    return int(LENGTHS.size + head_length + body_length)


def _take(buffer: bytearray, size: int) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Remove the first message, of `size` bytes, from a buffer, and return it."""
    head_end = LENGTHS.size + LENGTHS.unpack_from(buffer)[0]
    with memoryview(buffer) as view:  # copies as little as possible: a large answer may use up the memory
        head, body = bytes(view[LENGTHS.size : head_end]), bytes(view[head_end:size])
    del buffer[:size]
    return unpack(head, body)


def read_blocking(read: Callable[[int], bytes]) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Read one message from the grader, which a worker trusts. `read(count)` returns at most `count` bytes."""
    buffer = bytearray()
    wanted = 0
    while not wanted or len(buffer) < wanted:
        part = read(CHUNK_BYTES)  # the grader waits for an answer to each message: there is never more than one
        if not part:
            raise Closed
        buffer += part
        if not wanted and len(buffer) >= LENGTHS.size:
            wanted = LENGTHS.size + sum(LENGTHS.unpack_from(buffer))
    return _take(buffer, wanted)


def write_blocking(write: Callable[[memoryview], int], message: bytes) -> None:
    """Write all of one message."""
    view = memoryview(message)
    while view:
        view = view[write(view) :]
