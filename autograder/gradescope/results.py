"""Convert a Grade to Gradescope's results.json, and write it to disk.

This module sees only finished outcomes. Text is declared as `text`, which the platform shows unchanged: nothing that a
student writes is interpreted as HTML or Markdown. Numbers are finite by construction and by `allow_nan=False`.
"""

import contextlib
import errno
import json
import os
import stat
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..order import Short, failures, first, in_short
from ..outcome import CaseResult, Grade, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

# The platform cuts an output of over 100,000 characters in its middle; ours are cut long before that, at their end.
MAX_OUTPUT = 20_000
# Precedes the title of a case that gives extra credit.
EXTRA = "Extra credit, "


def as_results(grade: Grade) -> dict[str, Any]:
    """Return the content of results.json."""
    short = in_short(grade.results)
    return {
        "score": _number(grade.score),
        "output": _cut(summary(grade)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(grade.seconds, 2),
        "tests": [_test(result, short.get(result.case.id), grade) for result in grade.results],
        "extra_data": {"title": grade.title},
    }


def summary(grade: Grade) -> str:
    """Return the few lines above the list of tests: the score, where to begin, and what cost nothing."""
    lines = [total(grade)]
    if grade.message:
        return "\n".join([*lines, grade.message])
    if sentence := first(grade.results):
        lines.append(sentence)
    if numbers := ", ".join(result.case.number for result in grade.results if result.carried):
        lines.append(
            f"{numbers} passed with correct versions of your other functions. Their mistakes cost you nothing there."
        )
    lines += [
        f"{file} was handed in, too, but each of its functions still raises NotImplementedError. That costs nothing."
        for file in grade.facts.get("not_started", ())
    ]
    if grade.faults:
        numbers = ", ".join(result.case.number for result in grade.faults)
        lines.append(
            f"The grader itself failed on {numbers}. That is not your fault; your instructor has to look into it."
        )
    return "\n".join(lines)


def total(grade: Grade) -> str:
    """Return the score as a sentence."""
    of_it = f", {grade.extra_score:f} of them extra credit" if grade.extra else ""
    return f"{grade.score:f} of {grade.points:f} points{of_it}."


def as_text(grade: Grade) -> str:
    """Return the text of results.json: ASCII, with LF at its end."""
    return json.dumps(as_results(grade), ensure_ascii=True, allow_nan=False, indent=1) + "\n"


def write(path: Path, grade: Grade) -> None:
    """Write results.json completely or not at all.

    Raises:
        OSError: the folder is missing or not writable, or `path` is not a regular file; an older file is unchanged.
    """
    _refuse_what_is_no_file(path)
    text = as_text(grade)
    # With the id of this process, because another one may be writing to the same path.
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o644), "w", encoding="ascii", newline="\n") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _refuse_what_is_no_file(path: Path) -> None:
    """Raise OSError for a folder, which cannot be replaced, and for a device such as /dev/null, which must not be."""
    try:
        mode = path.stat().st_mode
    except OSError:  # missing or unreachable: writing will report it
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "It is a device", str(path))


def _test(result: CaseResult, short: Short | None, grade: Grade) -> dict[str, Any]:
    passed = result.outcome is Outcome.PASSED
    text = result.text
    if short is not None and short.same_mistake:
        text = f"{short.line} What is said there applies here, too."
    return {
        "number": result.case.number,
        "name": EXTRA + result.case.title if result.case.extra else result.case.title,
        "score": _number(result.score),
        "max_score": _number(result.case.points),
        "status": "passed" if passed else "failed",
        "output": _cut(carried(result, grade) if passed else text),
        "tags": list(result.case.tags),
        "visibility": result.case.visibility,
        "extra_data": {
            "outcome": result.outcome.value,
            "mistake": result.mistake,
            "evidence": result.evidence,
            "carried": result.carried,
        },
    }


def carried(result: CaseResult, grade: Grade) -> str:
    """Return the text for a case that passed only with correct versions of other functions; "" for any other case."""
    if not result.carried:
        return ""
    if result.text:
        return (
            f"Passed, with no points lost: as handed in, {result.text}. "
            "With correct versions of your other functions it passes."
        )
    lent: Sequence[str] = grade.facts.get("lent", {}).get(result.case.function, ())
    wrong = dict.fromkeys(one.case.function for one in failures(grade.results))
    others = ", ".join(name for name in wrong if name in lent)
    return (
        "Passed, with no points lost: as handed in, this fails, but only because other functions of yours are wrong"
        + (f" ({others})" if others else "")
        + ". With correct versions of them it passes."
    )


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_OUTPUT else text[: MAX_OUTPUT - 20] + "\n... (cut here)"
