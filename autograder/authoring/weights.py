"""The other leak gate: do files that students get hold the trained weights of the solution?

Weights are numbers, so no line of code gives them away. A file holds them if four consecutive numbers in it equal four
consecutive ones in the solution's table, along a row or down a column, each to three decimals: by accident, this
happens to none of the millions of numbers in a starter. Numbers are read as text (tables, JSON, pages, programs), also
with decimal commas, and as IEEE doubles and floats at any offset of any file (arrays, archives of arrays), also in
base64.
"""

from __future__ import annotations

import base64
import csv
import itertools
import math
import re
import struct
from typing import TYPE_CHECKING

from .regions import StarterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RUN = 4
NEAR = 1e-3
# A run begins with a number whose absolute value is between these: arrays are full of zeros, which are no secret, and
# most bytes that are not numbers read as numbers far smaller or larger than any weight.
SMALL = 0.02
LARGE = 1e3

_NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?")
# Minus signs as pages and typeset texts write them.
_MINUS = re.compile(rb"\xe2\x88\x92|&(?:minus|#8722|#x2212);|\\u2212", re.IGNORECASE)
# At least as long as four floats.
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{22,}")


def weights_in(files: Mapping[str, bytes], tables: Mapping[str, str]) -> list[str]:
    """Return one sentence for each file (by name) that holds numbers of the tables (CSV, by name).

    Raises:
        StarterError: a table does not hold finite numbers in equal rows, so it is unknown what to look for.
    """
    runs = _Runs(tables)
    sentences = []
    for name, data in files.items():
        found = next((table for numbers in _numbers(data) if (table := runs.find(numbers))), None)
        if found:
            sentences.append(f"{name} holds trained weights of the solution ({found})")
    return sentences


class _Runs:
    """All runs of RUN numbers in the tables, indexed by their first number in thousandths."""

    def __init__(self, tables: Mapping[str, str]) -> None:
        self._starting: dict[int, list[tuple[Sequence[float], str]]] = {}
        for name, text in tables.items():
            rows = _rows(name, text)
            for line in (*rows, *zip(*rows, strict=True)):
                for start in range(len(line) - RUN + 1):
                    run = line[start : start + RUN]
                    if abs(run[0]) > SMALL:
                        self._starting.setdefault(round(run[0] / NEAR), []).append((run, name))

    def find(self, numbers: Sequence[float]) -> str | None:
        """Return the name of a table that has a run in common with the numbers, or None."""
        beginnings = (at for at, number in enumerate(numbers) if SMALL - NEAR < abs(number) < LARGE)
        for at in beginnings:
            thousandths = round(numbers[at] / NEAR)
            for near in (thousandths - 1, thousandths, thousandths + 1):
                for run, name in self._starting.get(near, ()):
                    here = numbers[at : at + RUN]
                    if len(here) == RUN and all(abs(a - b) <= NEAR for a, b in zip(here, run, strict=True)):
                        return name
        return None


def _rows(name: str, text: str) -> Sequence[Sequence[float]]:
    """Return the rows of a table. Raise StarterError unless it has finite numbers in rows of equal length."""
    try:
        rows = [[float(cell) for cell in row] for row in csv.reader(text.splitlines()) if row]
    except ValueError as error:
        raise StarterError(f"{name} of the trained weights holds more than numbers: {error}.") from None
    if len(set(map(len, rows))) > 1 or not all(map(math.isfinite, itertools.chain(*rows))):
        raise StarterError(
            f"{name} of the trained weights is not a table: rows differ in length, or a number is not finite."
        )
    return rows


def _numbers(data: bytes) -> Iterator[Sequence[float]]:
    """Yield each way to read some bytes as numbers."""
    # Without its zero bytes, UTF-16 reads like ASCII.
    text = _MINUS.sub(b"-", data.replace(b"\0", b"")).decode("latin-1")
    for written in (text, text.replace(",", ".")):  # some spreadsheets write a decimal comma
        yield [float(number) for number in _NUMBER.findall(written)]
    yield from _binary(data)
    for block in _BASE64.findall(data):
        # Padded with zeros, so that its last bytes are read, too.
        text = block.translate(bytes.maketrans(b"-_", b"+/")) + b"A" * (-len(block) % 4)
        yield from _binary(base64.b64decode(text))


def _binary(data: bytes) -> Iterator[Sequence[float]]:
    for code, size in (("<d", 8), ("<f", 4)):
        for offset in range(size):
            whole = (len(data) - offset) // size * size
            if whole >= RUN * size:
                yield [number for (number,) in struct.iter_unpack(code, data[offset : offset + whole])]
