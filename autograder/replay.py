"""Correct answers without the formulas: recorded when the assignment is built, replayed on a student's computer.

A case asks its reference for the same answers in the same order every time, whatever the student returns. So a record
is one list per case, and a replay reads it from the beginning. Known mistakes are recorded, too: what each of them
gives for the arguments that the example cases pass, looked up by those arguments. So a message names the same mistakes
on a student's computer as on Gradescope, while neither a correct formula nor a wrong one ships.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .mistake import Mistake

# Ten significant digits: far more than any tolerance needs, and the same bytes on every processor.
DIGITS = 10
# A wrong answer with more entries than this is not recorded: no example judges arrays of that size by their values, and
# two dozen mistakes of 820 numbers each would make the download four times as large.
MOST_ENTRIES = 64
# What is recorded of a known mistake.
MISTAKE = {"identifier": str, "function": str, "sentence": str, "gives": dict}


class Rounded:
    """The reference with its answers rounded to ten digits.

    The grader uses it in the cases that ship, so that its numbers and messages are the same as on a student's computer.

    Args:
        record: list to which the answers are added, for a `Replay`.
    """

    def __init__(self, reference: Any, record: list[Any] | None = None) -> None:
        self._reference = reference
        self._record = record

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._reference, name)

        def rounded(*arguments: Any) -> Any:
            answer = function(*arguments)
            values = answer if isinstance(answer, tuple) else (answer,)
            if any(value is None for value in values):  # NumPy makes nan of it
                raise TypeError(f"{name} of the reference returns None")
            kept = [_rounded(np.asarray(value, dtype=float)) for value in values]
            if self._record is not None:
                self._record.append([name, kept])
            return _returned(kept)

        return rounded


class Replay:
    """Stands in for the reference in one case and repeats its recorded answers."""

    def __init__(self, record: list[Any]) -> None:
        self._record = iter(record)

    def __getattr__(self, name: str) -> Any:
        def replayed(*_: Any) -> Any:
            recorded, values = next(self._record, ("nothing", ()))
            if recorded != name:
                raise ValueError(
                    f"expected.json holds an answer of {recorded} where {name} is asked; download it again"
                )
            return _returned(values)

        return replayed


@dataclass
class Recording:
    """The recorded answers, which ship in place of formulas."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    """Case number -> what the reference answered, in order."""
    mistakes: list[dict[str, Any]] = field(default_factory=list)
    """For each known mistake its identifier, function and sentence, and what it `gives`: arguments -> answers."""

    def known_mistakes(self) -> list[Mistake]:
        """Return the mistakes, each with a formula that looks up its answer.

        The formula raises LookupError for arguments that no example passes: the mistake does not apply to them.
        """
        return [
            Mistake(one["identifier"], one["function"], _looked_up(one["gives"]), one["sentence"])
            for one in self.mistakes
        ]


def read(path: Path) -> Recording:
    """Read what `as_text` wrote.

    Raises:
        OSError: the file is missing.
        ValueError: it is not what `as_text` writes.
    """
    content = json.loads(path.read_text(encoding="ascii"))
    try:
        recording = Recording(dict(content["answers"]), list(content["mistakes"]))
        _check(recording)
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{path.name} is damaged; download it again") from None
    return recording


def _check(recording: Recording) -> None:
    """Raise KeyError, TypeError, or ValueError if an entry is not what `as_text` writes.

    What a mistake gives is read only when it is looked up; a formula may fail.
    """
    for record in recording.answers.values():
        for name, values in record:
            if not (isinstance(name, str) and values):
                raise ValueError(name)
            _returned(values)
    for mistake in recording.mistakes:
        for key, kind in MISTAKE.items():
            if not isinstance(mistake[key], kind):
                raise TypeError(key)


def as_text(recording: Recording) -> str:
    """Return the text of the file that `read` reads: one line for each case and for each mistake."""
    answers = [f"{json.dumps(number)}: {_json(record)}" for number, record in recording.answers.items()]
    mistakes = [_json(mistake) for mistake in recording.mistakes]
    return '{\n"answers": {\n' + ",\n".join(answers) + '\n},\n"mistakes": [\n' + ",\n".join(mistakes) + "\n]\n}\n"


def record_mistakes(catalogue: Iterable[Mistake], calls: Iterable[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
    """Record what each mistake gives for these calls (function and arguments); one that never applies is left out."""
    calls = list(calls)
    recorded = []
    for mistake in catalogue:
        gives = {}
        for function, arguments in calls:
            if function == mistake.function:
                values = _wrong_answer(mistake, arguments)
                if values is not None:
                    gives[_key(arguments)] = values
        if gives:
            recorded.append({
                "identifier": mistake.identifier,
                "function": mistake.function,
                "sentence": mistake.sentence,
                "gives": gives,
            })  # fmt: skip
    return recorded


def _wrong_answer(mistake: Mistake, arguments: Sequence[Any]) -> list[Any] | None:
    """Return the arrays that a mistake gives; None if it does not apply, or gives more than is worth recording."""
    try:
        arrays = mistake.gives(arguments)
    except Exception:  # shapes that the formula cannot take, for instance
        return None
    return None if max(array.size for array in arrays) > MOST_ENTRIES else [_rounded(array) for array in arrays]


def _looked_up(gives: dict[str, list[Any]]) -> Callable[..., Any]:
    def formula(*arguments: Any) -> Any:
        return _returned(gives[_key(arguments)])

    return formula


def _key(arguments: Sequence[Any]) -> str:
    """Return the key of some arguments in the file: a hash of ten digits each, as the last ones differ by processor."""
    digits = json.dumps([_rounded(np.asarray(argument, dtype=float)) for argument in arguments])
    return hashlib.sha256(digits.encode("ascii")).hexdigest()[:12]


def _returned(values: Sequence[Any]) -> Any:
    """Return recorded values as a function returns them: an array, or a tuple of several."""
    arrays = [np.array(value, dtype=float) for value in values]
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


def _rounded(array: np.ndarray) -> Any:
    """Return an array as nested lists; JSON has no nan and no infinity, so these become strings that NumPy can read."""
    if array.ndim:
        return [_rounded(part) for part in array]
    number = float(f"{array:.{DIGITS}g}")
    return number if np.isfinite(number) else str(number)


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))
