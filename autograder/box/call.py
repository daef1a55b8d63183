"""One call of one function of a student's: convert what it returns, notice what it did, describe what it raised.

The same code runs inside a worker and at a student's home, so both report the same facts. It depends on NumPy alone,
and it knows nothing of right answers.
"""

import itertools
import os.path
import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# A submission's own text may be long and hostile; what crosses is cut here and cleaned where it is shown.
MAX_TEXT = 500
MAX_WARNINGS = 3
MAX_LINES = 4
MAX_NAME = 80
MAX_LINE_NUMBER = 1 << 31
TOO_DEEP = "maximum recursion depth exceeded"
# Twenty times the largest honest answer, and few enough that several arrays fit into one message.
MAX_ENTRIES = 1 << 18


class _Unusable(Exception):
    """A function returned something that is not numbers."""

    def __init__(self, problem: str, kind: str = "", count: int = 0) -> None:
        super().__init__(problem)
        # Words for it are found by the grader: a text of our own would be one that a submission can write as well.
        self.report = {"outcome": "unusable", "problem": problem, "kind": kind[:MAX_TEXT], "count": count}


def call_named(
    module: Any, name: str, arguments: Sequence[Any], returns: int, file: str, others: Sequence[str] = ()
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Call what a module has under `name`; `outcome` is "missing" where that is nothing that can be called."""
    try:
        found = getattr(module, name, None)
    except BaseException as error:  # a module may raise at every look at it
        return describe_exception(error, file, others), []
    if not callable(found):
        return {"outcome": "missing", "found": "nothing" if found is None else _name(type(found))}, []
    return call(found, arguments, returns, file, others)


def call(
    function: Callable[..., Any], arguments: Sequence[Any], returns: int, file: str, others: Sequence[str] = ()
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Call `function(*arguments)` and report.

    Args:
        arguments: float64 arrays, or Python floats. They belong to the function: it may change them, and if it does
            the report says so.
        returns: how many arrays the function should return; 1 means the result itself.
        file: name under which the submission was compiled, to tell its own lines from a library's.
        others: the same of the student's other files, which it may import.

    Returns:
        A head of plain data and float64 arrays. `outcome` is "returned" (the arrays are the values, then the changed
        arguments, listed in `changed`), "unusable" (`problem`, `kind` and `count` say what came back), or "raised".
    """
    before = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    noticed: list[str] = []

    def notice(message: Any, category: type[Warning], *_: Any, **__: Any) -> None:
        text = _cut(str(message), MAX_TEXT)
        if issubclass(category, RuntimeWarning) and len(noticed) < MAX_WARNINGS and text not in noticed:
            noticed.append(text)

    try:
        # Errors are counted whatever the submission's top level did to NumPy's or Python's settings.
        with warnings.catch_warnings(), np.errstate(over="warn", divide="warn", invalid="warn", under="ignore"):
            warnings.simplefilter("always")
            warnings.showwarning = notice
            result = function(*arguments)
            warnings.simplefilter("ignore")  # what follows is our doing
            with np.errstate(all="ignore"):
                values, kinds = _as_arrays(result, returns)
    except _Unusable as error:
        return error.report, []
    except (
        BaseException
    ) as error:  # SystemExit and KeyboardInterrupt too: ending the program is an answer like any other
        return describe_exception(error, file, others), []
    changed = [i for i, (old, new) in enumerate(zip(before, arguments)) if _differs(old, new)]
    head = {"outcome": "returned", "kinds": kinds, "warnings": noticed, "changed": changed}
    return head, values + [_content(arguments[i]) for i in changed]


def _content(argument: np.ndarray) -> np.ndarray:
    """What is in an argument that was changed in place; nothing if it no longer holds numbers."""
    try:
        return _as_array(argument)
    except _Unusable:
        return np.zeros(0)


def _differs(old: Any, new: Any) -> bool:
    if not isinstance(old, np.ndarray):
        return False
    return bool(old.shape != new.shape or old.dtype != new.dtype or old.tobytes() != new.tobytes())


def _as_arrays(result: Any, returns: int) -> tuple[list[np.ndarray], list[str]]:
    if returns == 1:
        return [_as_array(result)], [_kind(result)]
    if result is None:
        raise _Unusable("none")
    try:
        count = len(result)
    except TypeError:
        raise _Unusable("single", _kind(result)) from None
    ordered = isinstance(result, (Sequence, np.ndarray)) and not isinstance(result, (str, bytes))
    if not ordered or count != returns:
        raise _Unusable("entries", _kind(result), count)
    parts = list(itertools.islice(result, returns + 1))
    if len(parts) != returns:  # it may say one length and hold another, or have no end
        raise _Unusable("unsteady", _kind(result))
    if any(part is None for part in parts):
        raise _Unusable("holds none", _kind(result))
    return [_as_array(part) for part in parts], [_kind(part) for part in parts]


def _as_array(value: Any) -> np.ndarray:
    """The value as a plain float64 array: lists, tuples and float32 are as good as float64 arrays.

    Raises:
        _Unusable: None, text, complex numbers, ragged lists, or more entries than any honest answer has.
    """
    if value is None:
        raise _Unusable("none")
    try:
        array = np.asarray(value)
    except ValueError:
        raise _Unusable("ragged", _name(type(value))) from None
    if array.size > MAX_ENTRIES:
        raise _Unusable("too many", count=array.size)
    if array.dtype == object:
        if any(entry is None for entry in array.flat):
            raise _Unusable("holds none", _name(type(value)))
        try:
            return np.array(array, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise _Unusable("not numbers", _kind(value)) from None
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    if array.dtype.kind not in "fiub":
        raise _Unusable("not numbers", _kind(value))
    return np.array(array, dtype=np.float64)


def _kind(value: Any) -> str:
    name = _name(type(value))
    if isinstance(value, np.ndarray):
        # NumPy takes longer to find this word than everything else here takes.
        dtype = "float64" if value.dtype == np.float64 else value.dtype
        return f"{name} of shape {value.shape} and type {dtype}"[:MAX_TEXT]
    return name


def describe_exception(error: BaseException, file: str, others: Sequence[str] = ()) -> dict[str, Any]:
    """An exception as plain data: its type, its message, and the lines of the submission it passed through.

    Lines are innermost last. Frames of ours and of libraries are left out: a student can mend only their own. If it
    was raised below a line of another file of theirs, `elsewhere` is the name of that file and the line.
    Everything is asked of Python's own classes: what a submission's class says of itself is its code, which may lie
    or raise.
    """
    kind = type(error)
    # From outside in.
    walked = traceback.walk_tb(_of(BaseException, "__traceback__", error))
    passed = [(frame.f_code, frame.f_lineno if number is None else number) for frame, number in walked]
    # File, line and function.
    places = [
        (own, number, _cut(code.co_name, MAX_NAME))
        for code, number in passed
        for own in (file, *others)
        if _same(code.co_filename, own)
    ]
    message = None
    if kind is RecursionError and _plain(error).startswith(TOO_DEEP):
        # What Python adds, "in comparison" for instance, depends on how deep in our own code the call was made.
        message = TOO_DEEP
    if issubclass(kind, SyntaxError):
        for own in (file, *others):
            if _same(_of(SyntaxError, "filename", error), own):
                line = _of(SyntaxError, "lineno", error)
                line = line if type(line) is int and 0 <= line < MAX_LINE_NUMBER else 0
                # Nothing of a file that is no Python has run; in another file, it is this one that asked for it.
                places = [*(places if own != file else []), (own, line, "<module>")]
                message = _plain(_of(SyntaxError, "msg", error))
    elsewhere = [[os.path.basename(own), line] for own, line, _ in places[-1:] if own != file]
    return {
        "outcome": "raised",
        "type": _name(kind),
        "parents": [_name(parent) for parent in _of(type, "__mro__", kind)[:6]],
        "message": _plain(error) if message is None else message,
        "lines": [[line, name] for own, line, name in places if own == file][-MAX_LINES:],
        "elsewhere": elsewhere[0] if elsewhere else None,
        # It may be a function of another file of the student's, which this one has imported.
        "innermost": _cut(passed[-1][0].co_name, MAX_NAME) if passed else "",
    }


def _plain(value: Any) -> str:
    """`value` as a short exact str. Its conversion is the submission's code as well, and may do anything."""
    try:
        return _cut(str(value), MAX_TEXT)
    except BaseException:
        return "(the exception could not be turned into text)"


def _name(kind: type) -> str:
    """The name of a class, whatever its metaclass says."""
    return _cut(_of(type, "__name__", kind), MAX_NAME)


def _of(base: type, attribute: str, value: Any) -> Any:
    """An attribute as `base` keeps it, past any property of the same name that a subclass or metaclass defines."""
    return base.__dict__[attribute].__get__(value)


def _cut(text: str, most: int) -> str:
    """The beginning of `text` as an exact str: a subclass of str brings its own idea of a beginning."""
    return str.__getitem__(str.__str__(text), slice(most))


def _same(text: Any, file: str) -> bool:
    """Whether `text` is the name `file`; an object of a submission's may claim to be equal to it."""
    return type(text) is str and text == file
