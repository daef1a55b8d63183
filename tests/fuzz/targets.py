"""What the fuzzers run, as functions of bytes. They need no fuzzer, so each input can be replayed as a plain test.

A target returns if all is well. Any exception is a finding.
"""

import struct
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np

from autograder.backend import CallFailed, Returned, returned, text_of
from autograder.box import wire as wires
from autograder.feedback import UNUSABLE
from autograder.outcome import CaseResult, Outcome, as_score
from autograder.submission import Submission

from . import replies, road


def wire(data: bytes) -> None:
    """Process a message as a worker sends it (lengths, head, body), up to what a student reads of it."""
    head, body = replies.split(data)

    def taken() -> Returned:
        try:
            reply, arrays = wires.unpack(head, body)
        except wires.ProtocolError as error:
            problem = f"it broke off the conversation: {error}"
            raise CallFailed(Outcome.DIED, road.FUNCTION.name, problem=problem) from None
        return returned(reply, arrays, road.FUNCTION)

    _, results = road.judged(taken)
    road.check_results(results)


def results(data: bytes) -> None:
    """Turn bytes into the outcomes of a few calls, a program, and its output, and these into a results.json."""
    given = _Given(data)
    results: list[CaseResult] = []
    for _ in range(1 + given.number(2)):
        outcome = given.pick([None, *sorted(road.REFUSED)])
        make = (lambda: _answer(given)) if outcome is None else (lambda outcome=outcome: _raise(given, outcome))
        program = Submission("small.py", "small.py", given.text())
        _, made = road.judged(make, program, given.text())
        results += [one._replace(score=_score(given, one), carried=given.number(2) == 1) for one in made]
    road.check_results(results)


TARGETS: dict[str, Callable[[bytes], None]] = {"wire": wire, "results": results}


class _Given:
    """A source of numbers, texts, and choices made from bytes; zeros when the bytes are used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def take(self, count: int) -> bytes:
        part, self._data = self._data[:count], self._data[count:]
        return part

    def number(self, below: int) -> int:
        """Return a number from 0 to `below` - 1."""
        return int.from_bytes(self.take(1), "little") % below

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[self.number(len(choices))]

    def text(self) -> str:
        """Decode as UTF-8, with surrogates for invalid bytes; occasionally return a long text."""
        part = self.take(self.number(128)).decode("utf-8", "surrogateescape")
        return part * self.pick([1, 1, 1, 1, 1, 1, 1, 999])

    def real(self) -> float:
        """Return a small whole number, as the right answers are, or a float of arbitrary bits."""
        return float(self.number(8)) if self.number(2) else struct.unpack("<d", self.take(8).ljust(8, b"\0"))[0]

    def array(self) -> np.ndarray:
        shape = self.pick([(2,), (2,), (), (0,), (1, 2), (13,), (3, 0), (10**6, 0)])
        return np.array([self.real() for _ in range(int(np.prod(shape)))]).reshape(shape)


def _answer(given: _Given) -> Returned:
    warnings = [text_of(given.text()) for _ in range(given.number(3))]
    changed = {i: given.array() for i in range(given.number(3))}
    return Returned([given.array(), given.array()], [text_of(given.text()), ""], warnings, changed)


def _raise(given: _Given, outcome: Outcome) -> NoReturn:
    function = given.pick([road.FUNCTION.name, ""])
    facts: dict[str, Any]
    if outcome is Outcome.FAILED:
        problem = given.pick([*UNUSABLE, ""]) or text_of(given.text())
        facts = {"problem": problem, "kind": text_of(given.text()), "count": given.pick([0, 7, 10**9])}
    elif outcome is Outcome.DIED:
        facts = {"problem": text_of(given.text())}
    elif outcome is Outcome.MISSING:
        facts = {"found": text_of(given.text())}
    elif outcome is Outcome.TIMED_OUT:
        facts = {"limit_s": given.pick([1, 5, 0.1, None])}
    else:
        kind = given.pick(
            ["", "ValueError", "NotImplementedError", "ImportError", "SyntaxError", "SystemExit", "EOFError"]
        )
        lines = [(given.pick([1, 2, 3, 0, -1, 10**400]), text_of(given.text())) for _ in range(given.number(5))]
        facts = {"type": kind or text_of(given.text()), "parents": [], "message": text_of(given.text()), "lines": lines}
    raise CallFailed(outcome, function, **facts)


def _score(given: _Given, result: CaseResult) -> Decimal:
    try:
        return as_score(given.pick([given.real(), 0, 1, Decimal("NaN"), Decimal("1E+999"), "4"]), result.case.points)
    except ValueError:
        return Decimal(0)
