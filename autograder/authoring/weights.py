"""The other leak gate: do files that students get hold the trained weights of the solution?

Weights are numbers, so no line of code gives them away. A file holds them if four of them follow each other in it as
they do in the solution's table, along a row or down a column, each to three decimals: by accident that happens to
none of the millions of numbers in a starter. Numbers are looked for as text (tables, JSON, pages, programs), with
decimal commas too, and as IEEE doubles and floats at any place of any file (arrays, archives of arrays), also where
they are written in base64.
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
# A run begins with a number above this: arrays are full of zeros, which are nobody's secret, and most bytes that are no
# numbers at all read as numbers far smaller or larger than any weight.
SMALL = 0.02
LARGE = 1e3

_NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?")
# As pages and typeset texts write it.
_MINUS = re.compile(rb"\xe2\x88\x92|&(?:minus|#8722|#x2212);|\\u2212", re.IGNORECASE)
# As long as four floats.
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{22,}")


def weights_in(files: Mapping[str, bytes], tables: Mapping[str, str]) -> list[str]:
    """Where files, by name, hold numbers of some tables (CSV, by name): one sentence for each file.

    Raises:
        StarterError: a table is none, so nobody knows what to look for.
    """
    runs = _Runs(tables)
    sentences = []
    for name, data in files.items():
        found = next((table for numbers in _numbers(data) if (table := runs.find(numbers))), None)
        if found:
            sentences.append(f"{name} holds trained weights of the solution ({found})")
    return sentences


class _Runs:
    """The runs of the tables, by their first number in thousandths."""

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
        """The table that some of the numbers are from."""
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
    """The numbers of a table."""
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
    """The ways to read some bytes as numbers."""
    # Without its zeros UTF-16 reads like ASCII.
    text = _MINUS.sub(b"-", data.replace(b"\0", b"")).decode("latin-1")
    for written in (text, text.replace(",", ".")):  # as a spreadsheet writes them where the comma is the decimal sign
        yield [float(number) for number in _NUMBER.findall(written)]
    yield from _binary(data)
    for block in _BASE64.findall(data):
        # Filled up with zeros, so that its last bytes are read, too.
        text = block.translate(bytes.maketrans(b"-_", b"+/")) + b"A" * (-len(block) % 4)
        yield from _binary(base64.b64decode(text))


def _binary(data: bytes) -> Iterator[Sequence[float]]:
    for code, size in (("<d", 8), ("<f", 4)):
        for offset in range(size):
            whole = (len(data) - offset) // size * size
            if whole >= RUN * size:
                yield [number for (number,) in struct.iter_unpack(code, data[offset : offset + whole])]
