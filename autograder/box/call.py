"""Call one student function: convert what it returns, record what it did, and describe what it raised.

The same code runs in a worker and on a student's own machine, so both report the same facts. It depends on NumPy alone
and knows no correct answers.
"""

import itertools
import linecache
import os.path
import re
import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# Text from a submission may be long and hostile: it is truncated here, and sanitized where it is shown.
MAX_TEXT = 500
MAX_WARNINGS = 3
MAX_LINES = 4
MAX_NAME = 80
MAX_LINE_NUMBER = 1 << 31
TOO_DEEP = "maximum recursion depth exceeded"
# Twenty times the largest honest answer, but small enough for several arrays to fit into one message.
MAX_ENTRIES = 1 << 18


# What NumPy or Python raises instead of a warning, if a program asks for that.
RAISED = "FloatingPointError|ArithmeticError|RuntimeWarning|Warning"
CATCHES = re.compile(rf"^[ \t]*except\b[^\n]*\b(?:{RAISED})\b", re.MULTILINE)


class _Unusable(Exception):
    """A function returned something other than the expected number of numeric arrays."""

    def __init__(self, problem: str, kind: str = "", count: int = 0) -> None:
        super().__init__(problem)
        # The grader chooses the wording: a submission could forge any text that is sent from here.
        self.report = {"outcome": "unusable", "problem": problem, "kind": kind[:MAX_TEXT], "count": count}


def call_named(
    module: Any, name: str, arguments: Sequence[Any], returns: int, file: str, others: Sequence[str] = ()
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Call the attribute `name` of a module; `outcome` is "missing" if it is absent or not callable."""
    try:
        found = getattr(module, name, None)
    except BaseException as error:  # a submission can make any attribute access on its module raise
        return describe_exception(error, file, others), []
    if not callable(found):
        return {"outcome": "missing", "found": "nothing" if found is None else _name(type(found))}, []
    return call(found, arguments, returns, file, others)


def call(
    function: Callable[..., Any], arguments: Sequence[Any], returns: int, file: str, others: Sequence[str] = ()
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Call `function(*arguments)` and report the outcome.

    Args:
        arguments: float64 or int64 arrays, or Python numbers. The function may change arrays in place; the report then
            says so.
        returns: how many arrays the function should return; 1 means the result itself.
        file: name under which the submission was compiled, to tell its own lines from a library's.
        others: the same for the student's other files, which the submission may import.

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
        # Record floating-point warnings even if the submission's top level changed NumPy's or Python's settings.
        kept, raising = _settings_to_keep(file, others)
        settings = {"over": "warn", "divide": "warn", "invalid": "warn", **kept, "under": "ignore"}
        with warnings.catch_warnings(), np.errstate(**settings):
            warnings.simplefilter("always")
            if raising:
                warnings.simplefilter("error", RuntimeWarning)
            warnings.showwarning = notice
            result = function(*arguments)
            warnings.simplefilter("ignore")  # the conversion below is our code, not the student's
            with np.errstate(all="ignore"):
                values, kinds = _as_arrays(result, returns)
    except _Unusable as error:
        return error.report, []
    except BaseException as error:
        # SystemExit and KeyboardInterrupt, too: ending the program is an outcome like any other.
        return describe_exception(error, file, others), []
    changed = [i for i, (old, new) in enumerate(zip(before, arguments)) if _differs(old, new)]
    head = {"outcome": "returned", "kinds": kinds, "warnings": noticed, "changed": changed}
    return head, values + [_content(arguments[i]) for i in changed]


def _settings_to_keep(file: str, others: Sequence[str]) -> tuple[dict[str, Any], bool]:
    """Return NumPy's settings under which a submission expects to run, and whether Python's warnings must raise.

    A top level such as `np.seterr(all="raise")` makes NumPy raise where it would warn. Most such programs never meet a
    warning, and lose nothing if there are only warnings. But if a program catches the exception, it gives the right
    answer there, and would never get to it.
    """
    raised: dict[str, Any] = {kind: how for kind, how in np.geterr().items() if how == "raise"}
    # The first filter that fits a warning decides.
    actions = (action for action, _, kind, *_ in warnings.filters if issubclass(RuntimeWarning, kind))
    raising = next(actions, "") == "error"
    if not (raised or raising) or not any(CATCHES.search("".join(linecache.getlines(own))) for own in (file, *others)):
        return {}, False
    return raised, raising


def _content(argument: np.ndarray) -> np.ndarray:
    """Return the content of an argument that was changed in place; empty if it no longer holds numbers."""
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
    if len(parts) != returns:  # its len() may be wrong, or its iteration endless
        raise _Unusable("unsteady", _kind(result))
    if any(part is None for part in parts):
        raise _Unusable("holds none", _kind(result))
    return [_as_array(part) for part in parts], [_kind(part) for part in parts]


def _as_array(value: Any) -> np.ndarray:
    """Return the value as a plain float64 array; lists, tuples, and float32 are as good as float64 arrays.

    Raises:
        _Unusable: None, text, numbers with a nonzero imaginary part, ragged lists, or more entries than any honest
            answer has.
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
        # NumPy takes longer to name a dtype than everything else here takes.
        dtype = "float64" if value.dtype == np.float64 else value.dtype
        return f"{name} of shape {value.shape} and type {dtype}"[:MAX_TEXT]
    return name


def describe_exception(error: BaseException, file: str, others: Sequence[str] = ()) -> dict[str, Any]:
    """Describe an exception as plain data: its type, its message, and the submission's lines that it passed through.

    The innermost line comes last. Frames of the grader and of libraries are left out: students can fix only their own
    code. If the innermost of the student's lines is in another of their files, `elsewhere` is that file's name and
    the line. All attributes are read through Python's own classes: a submission's class can override them with code
    that lies or raises.
    """
    kind = type(error)
    # Outermost frame first.
    walked = traceback.walk_tb(_of(BaseException, "__traceback__", error))
    passed = [(frame.f_code, frame.f_lineno if number is None else number) for frame, number in walked]
    # File, line, and function.
    places = [
        (own, number, _cut(code.co_name, MAX_NAME))
        for code, number in passed
        for own in (file, *others)
        if _same(code.co_filename, own)
    ]
    message = None
    if kind is RecursionError and _plain(error).startswith(TOO_DEEP):
        # What Python appends, such as "in comparison", depends on the stack depth of our own code.
        message = TOO_DEEP
    if issubclass(kind, SyntaxError):
        for own in (file, *others):
            if _same(_of(SyntaxError, "filename", error), own):
                line = _of(SyntaxError, "lineno", error)
                line = line if type(line) is int and 0 <= line < MAX_LINE_NUMBER else 0
                # A file with a syntax error has not run. If it is `file`, drop all frames; else keep its importers.
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
        # It may be a function in another of the student's files, which this one has imported.
        "innermost": _cut(passed[-1][0].co_name, MAX_NAME) if passed else "",
    }


def _plain(value: Any) -> str:
    """Return `value` as a short, exact str. Its `__str__` may be the submission's code, which may do anything."""
    try:
        return _cut(str(value), MAX_TEXT)
    except BaseException:
        return "(the exception could not be turned into text)"


def _name(kind: type) -> str:
    """Return the name of a class, bypassing its metaclass."""
    return _cut(_of(type, "__name__", kind), MAX_NAME)


def _of(base: type, attribute: str, value: Any) -> Any:
    """Return an attribute as `base` stores it, bypassing any property of that name in a subclass or metaclass."""
    return base.__dict__[attribute].__get__(value)


def _cut(text: str, most: int) -> str:
    """Return the first `most` characters of `text` as an exact str: a subclass of str may override slicing."""
    return str.__getitem__(str.__str__(text), slice(most))


def _same(text: Any, file: str) -> bool:
    """Whether `text` is the string `file`; an object from a submission may claim to equal anything."""
    return type(text) is str and text == file
