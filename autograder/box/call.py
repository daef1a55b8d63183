"""One call of one function of a student's: convert what it returns, notice what it did, describe what it raised.

The same code runs inside a worker and at a student's home, so both report the same facts. It depends on NumPy alone,
and it knows nothing of right answers.
"""

import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# A submission's own text may be long and hostile; what crosses is cut here and cleaned where it is shown.
MAX_TEXT = 500
MAX_WARNINGS = 3
MAX_LINES = 4
MAX_ENTRIES = 1 << 20


class _Unusable(Exception):
    """A function returned something that is not numbers; the message says what."""


def call(
    function: Callable[..., Any], arguments: Sequence[Any], returns: int, file: str
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Call `function(*arguments)` and report.

    Args:
        arguments: float64 arrays, or Python floats. They belong to the function: it may change them, and if it does
            the report says so.
        returns: how many arrays the function should return; 1 means the result itself.
        file: name under which the submission was compiled, to tell its own lines from a library's.

    Returns:
        A head of plain data and float64 arrays. `outcome` is "returned" (the arrays are the values, then the changed
        arguments, listed in `changed`), "unusable" (`problem` says what came back), or "raised".
    """
    before = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    noticed: list[str] = []

    def notice(message: Any, category: type[Warning], *_: Any, **__: Any) -> None:
        if issubclass(category, RuntimeWarning) and len(noticed) < MAX_WARNINGS and str(message) not in noticed:
            noticed.append(str(message)[:MAX_TEXT])

    try:
        # Errors are counted whatever the submission's top level did to NumPy's or Python's settings.
        with warnings.catch_warnings(), np.errstate(over="warn", divide="warn", invalid="warn", under="ignore"):
            warnings.simplefilter("always")
            warnings.showwarning = notice
            result = function(*arguments)
        values, kinds = _as_arrays(result, returns)
    except _Unusable as error:
        return {"outcome": "unusable", "problem": str(error)[:MAX_TEXT]}, []
    except (
        BaseException
    ) as error:  # SystemExit and KeyboardInterrupt too: ending the program is an answer like any other
        return describe_exception(error, file), []
    changed = [i for i, (old, new) in enumerate(zip(before, arguments)) if _differs(old, new)]
    head = {"outcome": "returned", "kinds": kinds, "warnings": noticed, "changed": changed}
    return head, values + [np.array(arguments[i], dtype=float) for i in changed]


def _differs(old: Any, new: Any) -> bool:
    if not isinstance(old, np.ndarray):
        return False
    return bool(old.shape != new.shape or old.dtype != new.dtype or old.tobytes() != new.tobytes())


def _as_arrays(result: Any, returns: int) -> tuple[list[np.ndarray], list[str]]:
    if returns == 1:
        return [_as_array(result)], [_kind(result)]
    if result is None:
        raise _Unusable("None; is a return missing?")
    try:
        count = len(result)
    except TypeError:
        raise _Unusable(f"one value ({_kind(result)}) instead of {returns}") from None
    if isinstance(result, (str, bytes, dict, set)) or count != returns:
        raise _Unusable(f"{_kind(result)} with {count} entries instead of {returns} arrays")
    parts = [result[i] for i in range(returns)]
    return [_as_array(part) for part in parts], [_kind(part) for part in parts]


def _as_array(value: Any) -> np.ndarray:
    """The value as a plain float64 array: lists, tuples and float32 are as good as float64 arrays.

    Raises:
        _Unusable: None, text, complex numbers, ragged lists, or more entries than any honest answer has.
    """
    if value is None:
        raise _Unusable("None; is a return missing?")
    try:
        array = np.asarray(value)
    except ValueError:
        raise _Unusable(f"a {type(value).__name__} whose rows have different lengths") from None
    if array.size > MAX_ENTRIES:
        raise _Unusable(f"{array.size} numbers, far more than asked for")
    if array.dtype == object:
        if any(entry is None for entry in array.flat):
            raise _Unusable(f"a {type(value).__name__} that holds None")
        try:
            return np.array(array, dtype=np.float64)
        except (TypeError, ValueError):
            raise _Unusable(f"{_kind(value)}, which is not made of real numbers") from None
    if array.dtype.kind not in "fiub":
        raise _Unusable(f"{_kind(value)}, which is not made of real numbers")
    return np.array(array, dtype=np.float64)


def _kind(value: Any) -> str:
    name = type(value).__name__[:60]
    if isinstance(value, np.ndarray):
        return f"{name} of shape {value.shape} and type {value.dtype}"[:MAX_TEXT]
    return name


def describe_exception(error: BaseException, file: str) -> dict[str, Any]:
    """An exception as plain data: its type, its message, and the lines of the submission it passed through.

    Lines are innermost last. Frames of ours and of libraries are left out: a student can mend only their own.
    """
    if isinstance(error, SyntaxError) and error.filename == file:
        lines = [[error.lineno or 0, "<module>"]]
        message = error.msg or ""
    else:
        lines = [
            [frame.f_lineno if number is None else number, frame.f_code.co_name[:80]]
            for frame, number in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename == file
        ][-MAX_LINES:]
        try:
            message = str(error)
        except BaseException:  # an exception's own __str__ is the submission's code as well
            message = "(the exception could not be turned into text)"
    return {
        "outcome": "raised",
        "type": type(error).__name__[:80],
        "parents": [parent.__name__ for parent in type(error).__mro__[:6]],
        "message": message[:MAX_TEXT],
        "lines": lines,
    }
