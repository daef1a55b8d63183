"""Hostile replies made from a seed: what a submission could write to the wire.

Theory of operation. A reply is a list of parts, sent one after the other. Large parts are views of one shared block, so
that a measurement of memory measures the grader and not this generator. Pure noise is rare, because random bytes are
refused immediately. Most replies are nearly right, with one lie each: about a length, a shape, a type, an offset, a
number, or the question being answered. The same seed gives the same replies on every machine.
"""

import json
import struct
from random import Random
from typing import Any

import numpy as np

from autograder.box import wire

Parts = list[bytes | memoryview]

# A placeholder for the request number, longer than any real one, so that the real one fits in its place.
REQUEST = 999_999_999_999_999
# One byte longer than the largest body that is read.
BLOCK = memoryview(bytes(wire.MAX_ARRAYS_BYTES + 1))
CUT = 1 << 12
"""How much of a large part `mutated` and the corpora keep."""

WORDS = ["returned", "unusable", "unusable", "missing", *["raised"] * 6, "asks", "loaded", "ready", "passed", "Passed",
         "", "\u202e", None]  # fmt: skip
KEYS = ["outcome", "request", "kinds", "warnings", "changed", "problem", "found", "parents", "lines", "type", "message",
        "kind", "count", "function", "protections", "do", "score", "__class__", ""]  # fmt: skip
TEXTS = [
    "none", "single", "entries", "too many", "not numbers", "{kind}{count!r:>99999}",
    "float", "ValueError", "NotImplementedError", "MemoryError", "KeyboardInterrupt", "both", "double", "\x00\x1b[31m",
    "\u202e\u2066evil\u2069", "\ud800", "\udfff\ud800", "\U000e0041", "\n100 of 100 points.\n", "\r",
    "\x85\u2028\u2029",
    "\ufeff", "</pre><script>", "{{ 7 * 7 }}", "a" * 499 + "\ud83d", "x" * 9000, "\u0300" * 400, "0.12345678901234",
    "SyntaxError", "TabError", "ModuleNotFoundError", "No module named '\u202e'", "%s%n{0}", " " * 300 + "x", "\t" * 99,
]  # fmt: skip
NUMBERS = [0, 1, 2, -1, 3, 7, True, 1.0, 1e308, -0.0, 2**31, 2**53, 2**63, 2**64, 2**64 - 1, -(2**63), 10**400]
# Invalid JSON, or JSON that only some parsers accept.
SPOILT = [
    "NaN", "-Infinity", "1e999", "-1e-999", "9" * 5000, "-" + "9" * 4300, "[" * 30_000, '{"a":' * 2000, '"\\ud800"',
    '"\\u0000"', '"\\x"', '"', "nul", "+1", "01", "0x1", "//", "[1,]", "'a'", "\x00", "[" + "[]," * 9000 + "[]]",
    "1" + "0" * 300 + ".5", "[" * 900 + "]" * 900,
]  # fmt: skip
DTYPES = ["F64", "F64", "F64", "F32", "F16", "BF16", "F4", "F8_E5M2", "C64", "I64", "U64", "U8", "BOOL", "f64", "", 7]
SIDES = [0, 0, 1, 1, 2, 2, 3, 12, 1 << 10, 1 << 21, 1 << 24, (1 << 24) + 1, 1 << 31, 1 << 32, 1 << 53, 1 << 61, 1 << 63,
         (1 << 64) - 1, 1 << 64, -1, 1.0, None]  # fmt: skip
NAMES = ["0", "1", "2", "00", " 0", "-1", "\u0660", "h", "", "__metadata__", "0\x00", "10"]
FLOATS = [0.0, -0.0, 1.0, 3.0, 4.0, 5e-324, 1e-5, 1e308, -1e308, 1.7976931348623157e308, float("nan"), float("inf")]


def reply(draw: Random) -> Parts:
    """Make one reply, sometimes followed by a second one. It answers request number `REQUEST`: see `addressed`."""
    kinds = [
        (1, _noise), (6, _damaged), (12, _forged_head), (8, _forged_body), (3, _lying_lengths), (6, _answer),
        (4, _question), (2, _twice),
    ]  # fmt: skip
    if draw.random() < 1 / 400:
        return _large(draw)
    make = draw.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]
    return make(draw)


def addressed(parts: Parts, request: int) -> Parts:
    """Address a reply to the real request. Request numbers are drawn when a request is made, so a reply that contained
    one would not be reproducible.
    """
    number = str(request).rjust(len(str(REQUEST))).encode("ascii")
    placeholder = str(REQUEST).encode("ascii")
    return [part.replace(placeholder, number) if isinstance(part, bytes) else part for part in parts]


def mutated(data: bytes, draw: Random, most: int) -> bytes:
    """Replace the head, the body, or both of the message `data`, for a fuzzer that itself changes only bytes."""
    head, body = split(data)
    kind = draw.randrange(4)
    if kind == 0:
        head, body = split(b"".join(_answer(draw)))
    elif kind == 1:
        head = _head_text(draw).encode("utf-8", "surrogatepass")
    else:
        body = b"".join(_body(draw))[:CUT]
    if draw.random() < 0.2:
        head = _spoil(head, draw)
    return _message(head, body)[:most]


def split(data: bytes) -> tuple[bytes, bytes]:
    """Split a fuzzer's `data` into head and body, leaving no byte unused, whatever the lengths say."""
    if len(data) < wire.LENGTHS.size:
        return data, b""
    head_length, _ = wire.LENGTHS.unpack_from(data)
    start = wire.LENGTHS.size
    return data[start : start + head_length], data[start + head_length :]


# ------------------------------------------------------------------------------------- whole replies


def _noise(draw: Random) -> Parts:
    return [draw.randbytes(draw.randrange(300))]


def _damaged(draw: Random) -> Parts:
    return [_spoil(b"".join(_answer(draw)), draw)]


def _forged_head(draw: Random) -> Parts:
    text = _head_text(draw)
    encoding = draw.choice(["utf-8"] * 20 + ["utf-16", "utf-32-be", "utf-8-sig", "utf-7", "cp037"])
    head = text.encode(encoding, "replace" if encoding == "cp037" else "surrogatepass")
    return [_message(head, b"".join(_arrays(draw, draw.randrange(4))))]


def _forged_body(draw: Random) -> Parts:
    head = json.dumps({**_returned(2), "request": _request(draw)}).encode("ascii")
    body = _body(draw)
    return [wire.LENGTHS.pack(len(head), sum(map(len, body))), head, *body]


def _lying_lengths(draw: Random) -> Parts:
    message = b"".join(_answer(draw))
    head_length, body_length = wire.LENGTHS.unpack_from(message)
    claims = [0, 1, 7, head_length, body_length, head_length + 1, wire.MAX_HEAD_BYTES, wire.MAX_HEAD_BYTES + 1,
              wire.MAX_ARRAYS_BYTES, wire.MAX_ARRAYS_BYTES + 1, (1 << 32) - 1]  # fmt: skip
    return [wire.LENGTHS.pack(draw.choice(claims), draw.choice(claims)), message[wire.LENGTHS.size :]]


def _answer(draw: Random) -> Parts:
    """Make a well-formed reply whose values may be anything, including the right ones."""
    if draw.random() < 0.1:
        right = [np.array([4.0, 5.0]), np.array([3.0, 6.0])]  # the right answers to what `road` asks
        return [wire.pack({**_returned(2), "request": _request(draw)}, right)]
    count = draw.choice([2, 2, 2, 1, 3])
    head = {**_returned(count), "request": _request(draw)}
    if draw.random() < 0.3:
        head["changed"] = draw.choice([[0], [1], [0, 1], [1, 1], [2], [-1], [True], [0.0], ["0"], 0])
        count += draw.choice([0, 1, 2])
    if draw.random() < 0.3:
        head["warnings"] = [draw.choice(TEXTS) for _ in range(draw.randrange(4))]
    return [_message(json.dumps(head).encode("ascii"), b"".join(_arrays(draw, count)))]


def _question(draw: Random) -> Parts:
    """Make a question that only a stand-in should ask; shapes with no entries are the ones that look harmless."""
    name = draw.choice(["double", "double", "both", "", "__class__", None, "double" * 200])
    head = json.dumps({"outcome": "asks", "function": name, "request": _request(draw)}).encode("ascii")
    body = _body(draw) if draw.random() < 0.6 else _arrays(draw, draw.choice([0, 1, 1, 1, 2]))
    return [wire.LENGTHS.pack(len(head), sum(map(len, body))), head, *body] * draw.choice([1, 1, 2, 20])


def _twice(draw: Random) -> Parts:
    return [*reply(draw), *reply(draw)]


def _large(draw: Random) -> Parts:
    """Make a body of the largest size that is read, or just larger: in one array, in two, or in a description."""
    head = json.dumps({**_returned(2), "request": _request(draw)}).encode("ascii")
    size = wire.MAX_ARRAYS_BYTES
    kind = draw.randrange(4)
    if kind == 0:  # all numbers: well-formed, and the most that the grader can be made to keep
        entries = (size - 200) // 16
        described = {str(i): _described([entries], 8 * entries * i, 8 * entries) for i in range(2)}
        text = json.dumps(described).encode("ascii")
        body: Parts = [struct.pack("<Q", len(text)), text, BLOCK[: 16 * entries]]
    elif kind == 1:  # all description
        body = [struct.pack("<Q", size - 8), BLOCK[: size - 8]]
    elif kind == 2:  # more than is read
        body = [BLOCK]
    else:  # truncated
        return [wire.LENGTHS.pack(len(head), size), head, BLOCK[: draw.randrange(size)]]
    return [wire.LENGTHS.pack(len(head), sum(map(len, body))), head, *body]


# ------------------------------------------------------------------------------------- heads


def _returned(count: int) -> dict[str, Any]:
    return {"outcome": "returned", "kinds": ["float"] * count, "warnings": [], "changed": []}


def _request(draw: Random) -> Any:
    return draw.choice([REQUEST] * 20 + [REQUEST - 1, 2, None])


def _head_text(draw: Random) -> str:
    """Make an object as text: known keys with values of any kind, sometimes repeated, sometimes not JSON at all."""
    entries = {"request": _request(draw), "outcome": draw.choice(WORDS)}
    for key in draw.sample(KEYS, draw.randrange(8)):
        if key not in entries or draw.random() < 0.3:
            entries[key] = _value(draw, 3)
    if entries["outcome"] == "raised" and draw.random() < 0.7:
        entries |= {
            "type": draw.choice(TEXTS),
            "parents": draw.choices([*TEXTS, *["MemoryError"] * 4], k=draw.randrange(3)),
            "message": draw.choice(TEXTS),
            "lines": [[draw.choice(NUMBERS), draw.choice(TEXTS)] for _ in range(draw.randrange(4))],
        }
    items = [f"{json.dumps(key)}: {_text(value, draw)}" for key, value in entries.items()]
    if draw.random() < 0.1:
        items.append(f"{json.dumps(draw.choice(KEYS))}: {draw.choice(SPOILT)}")
    if draw.random() < 0.1:
        items.append(draw.choice(items))
    whole = "{" + ", ".join(items) + "}"
    return draw.choice([whole] * 12 + [f"[{whole}]", whole + whole, whole[1:], "\ufeff" + whole, f"  {whole}\n\n"])


def _value(draw: Random, depth: int) -> Any:
    kind = draw.randrange(6 if depth else 4)
    if kind == 0:
        return draw.choice(NUMBERS)
    if kind == 1:
        return draw.choice(WORDS)
    if kind == 2:
        return draw.choice([None, True, False, float("nan"), float("inf")])
    if kind == 3:
        return draw.choice(TEXTS)
    if kind == 4:
        return [_value(draw, depth - 1) for _ in range(draw.choice([0, 1, 2, 3, 20]))]
    return {draw.choice(KEYS): _value(draw, depth - 1) for _ in range(draw.randrange(4))}


def _text(value: Any, draw: Random) -> str:
    """Encode as JSON, with non-ASCII letters (surrogates included) escaped or, rarely, as they are."""
    return json.dumps(value, ensure_ascii=draw.random() < 0.95)


# ------------------------------------------------------------------------------------- bodies


def _arrays(draw: Random, count: int) -> Parts:
    """Pack arrays as our own side would; more often than not of the right shape."""
    shapes = [(2,), (2,), (2,), (), (0,), (1, 2), (13,), (3, 0), (1,) * 8]
    arrays = [
        np.array(draw.choices(FLOATS, k=int(np.prod(s, dtype=int)))).reshape(s) for s in draw.choices(shapes, k=count)
    ]
    return [wire.pack({}, arrays)[wire.LENGTHS.size + 2 :]] if arrays else [b""]


def _body(draw: Random) -> Parts:
    """Make something in safetensors format: a length, a description, data; at most a few of them lie."""
    honest = draw.random() < 0.7  # offsets and sizes are right, so that the shapes are looked at
    described: dict[str, Any] = {}
    end = 0
    for i in range(draw.choice([1, 1, 2, 2, 3, 90])):
        shape = draw.choices(SIDES[:6] if draw.random() < 0.4 else SIDES, k=draw.choice([0, 1, 1, 2, 3, 4, 9]))
        if draw.random() < 0.2:
            shape = [0, *draw.choices(draw.choice([[1 << 21, 1 << 24], SIDES[6:15]]), k=draw.choice([1, 2, 3, 6]))]
            draw.shuffle(shape)
        if honest:
            shape = [side for side in shape if type(side) is int and side >= 0]
            entries = int(np.prod([min(side, 1 << 8) for side in shape], dtype=float))
            length = 8 * min(entries, 1 << 9)
        else:
            length = draw.choice([0, 8, 16, 24, 4, 1 << 30, -8])  # mostly wrong
        name = str(i) if draw.random() < 0.9 else draw.choice(NAMES)
        entry = _described(shape, end, length)
        if draw.random() < 0.2:
            entry["dtype"] = draw.choice(DTYPES)
        if draw.random() < 0.1:
            entry["data_offsets"] = draw.choice([[], [0], [0, 8], [8, 0], [0, 8, 16], [0, 1 << 64], ["0", "8"], None])
        if draw.random() < 0.05:
            entry.pop(draw.choice(list(entry)))
        described[name] = entry
        end += max(length, 0)
    if draw.random() < 0.1:
        described["__metadata__"] = draw.choice([{}, {"a": "b"}, {"a": 1}, [], "x", {"a": "\x00" * 500}])
    text = json.dumps(described)
    if draw.random() < 0.1:
        text = draw.choice([text[:-1], text + " " * 9, " " + text, text[:-1] + "," + text[1:], draw.choice(SPOILT)])
    description = text.encode("utf-8", "surrogatepass")
    size = len(description) + (0 if draw.random() < 0.9 else draw.choice([-1, 1, 8, 1 << 12, 1 << 40, 1 << 62]))
    data = BLOCK[: max(0, min(end, 1 << 16) + (0 if honest else draw.choice([0, 0, -1, 8])))]
    return [struct.pack("<Q", max(size, 0)), description, data]


def _described(shape: list[Any], start: int, length: int) -> dict[str, Any]:
    return {"dtype": "F64", "shape": shape, "data_offsets": [start, start + length]}


# ------------------------------------------------------------------------------------- bytes


def _message(head: bytes, body: bytes) -> bytes:
    return wire.LENGTHS.pack(len(head), len(body)) + head + body


def _spoil(data: bytes, draw: Random) -> bytes:
    """Change, delete, insert, or double a few bytes."""
    spoilt = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 5])):
        at = draw.randrange(len(spoilt) + 1)
        kind = draw.randrange(5)
        if kind == 0 and at < len(spoilt):
            spoilt[at] = draw.randrange(256)
        elif kind == 1:
            del spoilt[at : at + draw.choice([1, 2, 9])]
        elif kind == 2:
            spoilt[at:at] = draw.randbytes(draw.choice([1, 2, 8]))
        elif kind == 3:
            spoilt[at:at] = spoilt[at : at + draw.randrange(40)]
        else:
            del spoilt[at:]
    return bytes(spoilt)
