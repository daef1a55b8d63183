"""Right answers without the right formula: recorded when the assignment is built, replayed at a student's home.

A case asks its reference for the same answers in the same order every time, whatever the student returns. So a record
is a list for each case, and replaying is reading it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

# Ten significant digits: far more than any tolerance asks for, and the same bytes on every processor.
DIGITS = 10


class Recorder:
    """Stands for the reference in one case and keeps what it answers."""

    def __init__(self, reference: Any, record: list[Any]) -> None:
        self._reference = reference
        self._record = record

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._reference, name)

        def recorded(*arguments: Any) -> Any:
            answer = function(*arguments)
            values = answer if isinstance(answer, tuple) else (answer,)
            self._record.append([name, [_rounded(np.asarray(value, dtype=float)) for value in values]])
            return answer

        return recorded


class Replay:
    """Stands for the reference in one case and repeats what it answered."""

    def __init__(self, record: list[Any]) -> None:
        self._record = iter(record)

    def __getattr__(self, name: str) -> Any:
        def replayed(*_: Any) -> Any:
            recorded, values = next(self._record, ("nothing", ()))
            if recorded != name:
                raise ValueError(
                    f"expected.json holds an answer of {recorded} where {name} is asked; download it again"
                )
            arrays = [np.array(value) for value in values]
            return arrays[0] if len(arrays) == 1 else tuple(arrays)

        return replayed


def read(path: Path) -> dict[str, list[Any]]:
    """Case number -> its record."""
    records: dict[str, list[Any]] = json.loads(path.read_text(encoding="ascii"))
    return records


def as_text(records: dict[str, list[Any]]) -> str:
    """The file that `read` reads: one line for each case."""
    lines = [f"{json.dumps(number)}: {json.dumps(record, allow_nan=False)}" for number, record in records.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rounded(array: np.ndarray) -> Any:
    return float(f"{array:.{DIGITS}g}") if array.ndim == 0 else [_rounded(part) for part in array]
