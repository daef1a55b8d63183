"""Notes for staff on a submission, beyond its grade: each try of each case, hidden data included.

Only `python -m autograder explain` asks for them. They reach the supervisor separately from the results, and never a
results file.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .assignment import Function
from .backend import Backend, CallFailed, Returned
from .feedback import Finding, clean
from .mistake import Mistake
from .outcome import Case, Outcome
from .student import WrongAnswer

# People read these notes: a long array is cut to its first entries, and so is the list of its wrong entries.
SHOWN_ENTRIES = 24
MAX_LINE = 600


class Witness:
    """Records how each try of a case went, and sends a note on it."""

    def __init__(self, mistakes: Sequence[Mistake], send: Callable[[dict[str, Any]], None]) -> None:
        self._about = {mistake.identifier: mistake.staff for mistake in mistakes}
        self._send = send
        self._watched: Watched | None = None
        self._began = 0.0

    def begin(self) -> None:
        """Begin a try; the submission is about to be imported."""
        self._began = time.monotonic()
        self._watched = None

    def watch(self, backend: Backend) -> Backend:
        """Return the same backend, with its calls recorded."""
        self._watched = Watched(backend)
        return self._watched

    def end(
        self, case: Case, stand_ins: Sequence[str], finding: Finding | None, failure: WrongAnswer | CallFailed | None
    ) -> None:
        """End the try: send what is known about it."""
        calls = self._watched
        mistake = None if finding is None else finding.mistake
        self._send({
            "case": case.id,
            "stand_ins": list(stand_ins),
            "outcome": (Outcome.PASSED if finding is None else finding.outcome).value,
            "text": "" if finding is None else finding.text,
            "mistake": mistake,
            # Several identifiers, joined by a plus, if the arrays have different mistakes.
            "about_mistake": " ".join(filter(None, map(self._about.get, (mistake or "").split("+")))),
            "evidence": "" if finding is None else finding.evidence or "",
            "seconds": round(time.monotonic() - self._began, 4),
            "calls": 0 if calls is None else calls.count,
            "slowest_call_s": 0.0 if calls is None else round(calls.slowest_s, 4),
            "unseen": [line[:MAX_LINE] for line in _unseen(calls, failure)],
        })  # fmt: skip


class Watched:
    """A backend that counts and times its calls, and keeps the last arguments and all that was returned."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.count = 0
        self.slowest_s = 0.0
        self.last: tuple[Function, Sequence[Any]] | None = None
        self.returned: list[Returned] = []

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Pass the call on, unchanged.

        Raises:
            CallFailed, GraderFault: as the backend does.
        """
        self.count += 1
        self.last = function, arguments
        began = time.monotonic()
        try:
            self.returned.append(self._backend.call(function, arguments))
        finally:
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        return self.returned[-1]

    @property
    def printed(self) -> str:
        """What the submission has printed."""
        return self._backend.printed


def _unseen(calls: Watched | None, failure: WrongAnswer | CallFailed | None) -> list[str]:
    """Describe the call that failed: arguments, what was wanted and what came back, even if hidden from students."""
    lines: list[str] = []
    if failure is None:
        return lines
    if calls is not None and calls.last is not None:
        number, (function, arguments) = calls.count, calls.last
        if isinstance(failure, WrongAnswer):  # a case may judge an answer after it has made other calls
            function, arguments = failure.answer.function, failure.answer.arguments
            number = next(i for i, one in enumerate(calls.returned, 1) if one is failure.answer.returned)
        lines.append(f"call {number}: {function.name}({', '.join(function.arguments)})")
        lines += [f"{name} = {_array(value)}" for name, value in zip(function.arguments, arguments)]
    if isinstance(failure, CallFailed):
        return lines + [f"{key}: {clean(str(value))}" for key, value in failure.facts.items()]
    facts, answer = failure.facts, failure.answer
    for name, got in zip(answer.function.returns, answer.values):
        if name in facts.get("want", {}):
            lines.append(f"wanted {name} = {_array(facts['want'][name])}")
        lines.append(f"got    {name} = {_array(got)}")
    difference = facts.get("difference")
    if difference is None:
        return [*lines, f"expected: {facts.get('expected', '')}", f"got: {clean(str(facts.get('got', '')))}"]
    if difference.wrong and difference.wrong != ((),):
        entries = ", ".join(str(list(index)) for index in difference.wrong[:SHOWN_ENTRIES])
        lines.append(f"wrong in {failure.name}: {len(difference.wrong)} of {difference.total} entries: {entries}")
    return lines


def _array(value: Any) -> str:
    """Format an array: its shape and its first entries with ten digits, or a single number with all its digits."""
    if isinstance(value, int):
        return str(value)
    array = np.asarray(value, dtype=float)
    if array.ndim == 0:
        return repr(float(array))
    entries = " ".join(f"{entry:.10g}" for entry in array.ravel()[:SHOWN_ENTRIES])
    more = array.size - SHOWN_ENTRIES
    return f"shape {array.shape}: {entries}" + (f" and {more} more" if more > 0 else "")
