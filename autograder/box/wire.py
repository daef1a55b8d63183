"""What crosses between the grader and a worker: plain data as JSON, arrays as safetensors. Neither can execute code.

A message is eight bytes of lengths, then a JSON object (the head), then the arrays. The grader believes nothing in a
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

# One for all messages: json.dumps makes a new one each time.
ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False)


class ProtocolError(Exception):
    """The other side sent something that is no message of ours."""


class Closed(Exception):
    """The other side has closed the connection."""


class Late(Exception):
    """The deadline passed before the message was complete."""


def pack(head: dict[str, Any], arrays: Sequence[np.ndarray] = ()) -> bytes:
    """The bytes of one message. Arrays become float64, little-endian, in C order.

    Raises:
        ValueError: the head holds something JSON has no word for.
    """
    head_bytes = ENCODER.encode(head).encode("ascii")
    body = b""
    if arrays:
        # np.ascontiguousarray would turn a scalar into an array of one entry; order="C" keeps shape ().
        plain = {str(i): np.asarray(array, dtype="<f8", order="C") for i, array in enumerate(arrays)}
        body = save(plain)
    return LENGTHS.pack(len(head_bytes), len(body)) + head_bytes + body


def unpack(head_bytes: bytes, body: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The head and arrays of one message.

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
    # safetensors begins with the length of its own description, which costs far more to read than the arrays.
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
        # NumPy accepts an empty array with a colossal second dimension; nothing honest has one.
        if (
            len(shape) > 8
            or 8 * math.prod(shape) != len(entry["data"])
            # NumPy multiplies the sides other than 0, and raises if that is more than it can address.
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
    """Read one message, at most until `deadline` (seconds of time.monotonic), or until `left_s` says 0.

    `left_s` is asked before each time that we wait, which is for no longer than it says.
    `buffer` holds what has come after the last message, and belongs to the connection.
    While it waits it also empties the file descriptor `output`, what the student's program prints, into `on_output`:
    a program that prints more than a pipe holds would otherwise wait for us for ever.

    Raises:
        Closed: the other side went away, before or inside a message.
        Late: the deadline passed, or nothing was left.
        ProtocolError: what came is no message; nothing of the size it claims has been allocated.
    """
    wanted = _size(buffer)
    has_looked = False
    while not wanted or len(buffer) < wanted:
        timeout = deadline - time.monotonic()
        if left_s is not None:
            timeout = min(timeout, left_s())
        if timeout <= 0:
            # It may have come in time, and we were the ones who got no processor: one more look.
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
    """Bytes of the message that begins so; 0 if too little of it is here to say.

    Raises:
        ProtocolError: it claims to be larger than any honest one.
    """
    if len(buffer) < LENGTHS.size:
        return 0
    head_length, body_length = LENGTHS.unpack_from(buffer)
    if head_length > MAX_HEAD_BYTES or body_length > MAX_ARRAYS_BYTES:
        raise ProtocolError("its message is larger than any honest one")
    return int(LENGTHS.size + head_length + body_length)


def _take(buffer: bytearray, size: int) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The first message of a buffer, which then holds what follows it."""
    head_end = LENGTHS.size + LENGTHS.unpack_from(buffer)[0]
    with memoryview(buffer) as view:  # each copy of a large answer may be the one that there is no memory for
        head, body = bytes(view[LENGTHS.size : head_end]), bytes(view[head_end:size])
    del buffer[:size]
    return unpack(head, body)


def read_blocking(read: Callable[[int], bytes]) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Read one message from the grader, whom a worker trusts. `read` returns at most the bytes asked for."""
    buffer = bytearray()
    wanted = 0
    while not wanted or len(buffer) < wanted:
        part = read(CHUNK_BYTES)  # the grader waits for an answer after each: there is never more than one
        if not part:
            raise Closed
        buffer += part
        if not wanted and len(buffer) >= LENGTHS.size:
            wanted = LENGTHS.size + sum(LENGTHS.unpack_from(buffer))
    return _take(buffer, wanted)


def write_blocking(write: Callable[[memoryview], int], message: bytes) -> None:
    """Write one message whole."""
    view = memoryview(message)
    while view:
        view = view[write(view) :]
