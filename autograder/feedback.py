"""Describe a failure in a few labeled lines in a fixed order, in plain words; our own text is ASCII.

Text from a submission is cleaned here, once, before it goes anywhere: control and direction characters are removed, and
long text is cut. Data of a case that is not an example never enter a message: shapes and causes do, values do not.
"""

import builtins
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import causes
from .assignment import COMPUTING, Function
from .backend import CallFailed
from .compare import Difference
from .mistake import Diagnosis
from .outcome import NOT_STARTED, Case, Outcome
from .student import Answer, WrongAnswer
from .submission import Submission

# File, line number, and text of a line in another file of the same student's that the program has called.
Place = tuple[str, int, str]

WIDTH = 88
LABEL = 15
CAUSE, WHERE = "Likely cause", "Where to look"
MAX_MESSAGE = 300
MAX_SHOWN_LINES = 12
SMALL_ARRAY = 12
SHOWN_ENTRIES = 3
# Control, format (direction and width), surrogate, private, unassigned; separators at which some programs break lines.
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and symbols that look blank: Korean fillers and the empty Braille pattern.
BLANK = set("\u115f\u1160\u2800\u3164\uffa0")
# Combining marks, on or around the letter before them. More than two on one letter reach into neighboring lines.
MARKS = {"Mn", "Me"}
# Names of types that may be repeated where data are hidden: Python's and NumPy's. A program knows its inputs, and any
# text it chooses, the name of a type included, could carry them out.
KNOWN_TYPES = {*dir(builtins), *"""
    ndarray matrix MaskedArray bool_ bytes_ str_ float16 float32 float64 int32 int64 uint8 complex128 object_ void
    LinAlgError AxisError UFuncTypeError BdbQuit NoneType ellipsis function module method generator dict_values
    dict_keys
""".split()}  # fmt: skip
# What runs code of its own although no function is called. From Python 3.12 on, only the generator is left.
WITHOUT_A_CALL = {"<module>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
# What Python raises for a text that is no program.
UNREADABLE = {"IndentationError", "SyntaxError", "TabError"}
# What a function may return that is not numbers: the word in the report of `box.call` -> the words of the message.
UNUSABLE = {
    "none": "None; is a return missing?",
    "single": "one value ({kind}) instead of {returns}",
    "entries": "{kind} with {count} entries instead of {returns} arrays",
    "unsteady": "{kind} whose length is not the number of its entries",
    "ragged": "a {kind} whose rows have different lengths",
    "too many": "{count} numbers, far more than asked for",
    "holds none": "{kind} that holds None; is a return missing?",
    "not numbers": "{kind}, which is not made of real numbers",
}
LATER = "This makes its numbers only when something asks for them: return list(...) of it."
UNCALLED = "This is the function itself, not its result: call it, with parentheses after its name."
ALONE = "A tuple is several values, as after return a, b. Return the one that is asked for alone."
INSTEAD = {
    "ellipsis": "The three dots stand for something that is not written yet. Put the result in their place.",
    "str": "This is text. Return the number itself, without quotes, str() or an f-string.",
    **dict.fromkeys(("filter", "generator", "map", "zip"), LATER),
    **dict.fromkeys(("builtin_function_or_method", "function", "method"), UNCALLED),
}
# NumPy's own warnings, which carry no data.
USUAL_WARNING = re.compile(
    r"a RuntimeWarning: (?:overflow|underflow|divide by zero|invalid value) encountered in (?:scalar )?(\w+)"
)
# The folder of a file named in a traceback that a program, or asyncio on its behalf, prints.
FOLDERS = re.compile(r'File "[^"\n]*[/\\]')


@dataclass
class Finding:
    """What a student is told about one failed case, before it is formatted."""

    outcome: Outcome
    summary: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    """Label and text, always in this order: Tested, Inputs, Expected, Got, Difference, Your lines, Likely cause,
    Where to look, You printed."""
    mistake: str | None = None
    evidence: str | None = None

    def add(self, label: str, text: str) -> None:
        """Add a line, unless its text is empty."""
        if text:
            self.lines.append((label, text))

    def explain(self, sentence: str) -> None:
        """Add a sentence to the likely cause, or insert it as the likely cause before where to look."""
        labels = [label for label, _ in self.lines]
        if CAUSE in labels:
            at = labels.index(CAUSE)
            self.lines[at] = CAUSE, f"{self.lines[at][1]}\n{sentence}"
        else:
            self.lines.insert(labels.index(WHERE) if WHERE in labels else len(labels), (CAUSE, sentence))

    @property
    def text(self) -> str:
        """The lines as text, with the labels in a separate column."""
        return "\n".join(labeled(label, text) for label, text in self.lines)


def clean(text: str, most: int = MAX_MESSAGE) -> str:
    """Return a student's text, safe to show anywhere: at most `most` characters, only printable ones and line ends."""
    kept = []
    marks = 0
    for char in text[: 4 * most]:
        category = unicodedata.category(char)
        if category in MARKS:
            marks += 1
        if char == "\n" or (
            category not in UNPRINTABLE and char not in BLANK and (category not in MARKS or marks <= 2)
        ):
            kept.append(char)
            marks = marks if category in MARKS else 0
        elif char == "\t":
            kept.append(" ")
    shown = "".join(kept)
    return shown if len(shown) <= most and len(text) <= 4 * most else shown[: most - 4] + " ..."


def wrong_answer(
    case: Case,
    failure: WrongAnswer,
    submission: Submission,
    cause: Diagnosis | None = None,
) -> Finding:
    """Return the finding for a wrong answer, with the reason `cause` if it is known."""
    answer, facts = failure.answer, failure.facts
    function = answer.function
    found: Difference | None = facts.get("difference")
    want: dict[str, np.ndarray] = facts.get("want", {})
    finding = Finding(Outcome.FAILED, "")
    whole = case.function != function.name  # a case about all functions together, such as training
    finding.add("Tested", case.title if whole else _signature(function))
    finding.add("Inputs", "" if whole else _inputs(case, answer))
    if found is None:
        got = clean(facts["got"])
        if "warning" in facts and not case.example:
            usual = USUAL_WARNING.fullmatch(got)
            got = got if usual and isinstance(getattr(np, usual[1], None), np.ufunc) else "a RuntimeWarning"
        finding.add("Expected", facts["expected"])
        finding.add("Got", got)
        finding.summary = f"{_of(function, failure.name)}: {_one_line(got, 80)}"
    else:
        _add_difference(finding, case, failure, found, want)
    if whole:
        finding.summary = f"{case.function} does not give the right result"
    if cause is not None:
        finding.add(CAUSE, cause.sentence)
        finding.mistake, finding.evidence = cause.identifier, cause.evidence or None
        finding.summary = re.split(r"[:;.] |\.?\n|\.$", cause.sentence)[0]
    elif not whole:
        finding.add(CAUSE, causes.of_order(submission.text, function.name, function.arguments))
    finding.add(WHERE, _where(case, "" if whole else function.name, submission, []))
    return finding


def failed_call(
    case: Case, failure: CallFailed, submission: Submission, function: Function | None, sizes: Diagnosis | None = None
) -> Finding:
    """Return the finding for a function that gave no answer, or a submission that could not be imported.

    Args:
        sizes: what the sizes show about an exception that has no likely cause of its own.
    """
    finding = Finding(failure.outcome, "")
    tested = _signature(function) if function is not None and failure.function else f"import {submission.file[:-3]}"
    finding.add("Tested", tested)
    # A submission is imported before it gets any data. But an earlier worker may have had hidden data, and have left a
    # trace that tells this import what to raise: in the times at which files were last read, for instance.
    open_data = case.example or not (failure.function or failure.informed)
    lines = _own_lines(failure, submission, open_data)
    # Where data are hidden, quote only a line of the function itself: with all others lent, it alone is responsible.
    place = _elsewhere(failure, submission) if open_data else None
    if failure.outcome is Outcome.FAILED:
        _add_unusable(finding, failure, function, open_data)
    elif failure.outcome is Outcome.MISSING:
        _add_missing(finding, failure, case, submission, open_data)
    elif failure.outcome is Outcome.TIMED_OUT:
        _add_timeout(finding, failure, submission)
    elif failure.outcome is Outcome.DIED:
        _add_death(finding, failure, submission, open_data)
    else:
        _add_exception(finding, failure, submission, lines, place, function, open_data)
    if failure.facts.get("mended"):
        finding.explain("With correct functions in place of yours, it runs to the end.")
    elif failure.outcome is Outcome.TIMED_OUT and not failure.function:
        finding.explain(f"Training or plotting may take too long. {causes.WHEN_STARTED}")
    finding.add(WHERE, _where(case, failure.function, submission, lines, place))
    if sizes is not None and failure.outcome is Outcome.RAISED and CAUSE not in dict(finding.lines):
        finding.explain(sizes.sentence)
        finding.mistake, finding.evidence = sizes.identifier, sizes.evidence
    return finding


def mend_first(finding: Finding, case: Case, function: str, number: str) -> None:
    """Say that a case about all functions together depends on `function`, which fails its own case `number`."""
    finding.explain(f"Fix {function} first: it fails its own check, {number}, and {case.function} depends on it.")
    finding.summary = f"fix {function} first, see {number}"


def no_time_left(case: Case) -> Finding:
    """Return the finding for a case whose function used up all its time in earlier cases."""
    finding = Finding(Outcome.NOT_RUN, "")
    finding.add("Tested", case.title)
    finding.add("Got", f"not run: the earlier checks of {case.function} used up all the time it has.")
    finding.add(CAUSE, f"{case.function} is far too slow. First fix the check that was stopped.")
    finding.summary = f"not run, because {case.function} had used up its time"
    return finding


def _unusable(facts: dict[str, Any], function: Function | None, told: bool) -> str:
    """Describe what came back instead of numbers. Unless it may be `told`, use only names and counts without data."""
    kind, count = clean(facts["kind"], 120), str(facts["count"])
    if not told:
        first = kind.partition(" ")[0]
        kind, count = first if first in KNOWN_TYPES else "something", count if len(count) == 1 else "many"
    sentence = UNUSABLE.get(facts["problem"], "something that is not the numbers asked for")
    sentence = sentence.replace("entries", "entry") if count == "1" else sentence
    return sentence.format(kind=kind, count=count, returns=len(function.returns) if function is not None else 1)


def _instead(facts: dict[str, Any], function: Function | None, told: bool) -> str:
    """Advise on what to return instead of something that is not numbers; empty if that is not certain.

    Args:
        told: whether advice may depend on any kind of value, and not only on those in `KNOWN_TYPES`.
    """
    several = function is not None and len(function.returns) > 1
    among = several and facts["problem"] == "not numbers" and facts["kind"] == "dict"
    if function is not None and (among or facts["problem"] in ("entries", "single")):
        return f"End with return {', '.join(function.returns)}: the arrays themselves, in this order."
    if not several and facts["problem"] == "ragged" and facts["kind"] == "tuple":
        return ALONE
    certain = facts["problem"] == "not numbers" and (told or facts["kind"] in KNOWN_TYPES)
    return INSTEAD.get(facts["kind"], "") if certain else ""


def with_printed(finding: Finding, printed: str, case: Case) -> Finding:
    """Add what the program printed, but not where data are hidden: printing is the easiest way to reveal them."""
    if case.example and printed.strip():
        shown = clean(FOLDERS.sub('File "', printed), MAX_MESSAGE).strip().splitlines()
        more = f"\n(and {len(shown) - 5} more lines)" if len(shown) > 5 else ""
        finding.add("You printed", "\n".join(shown[:5]) + more)
    return finding


def _add_difference(
    finding: Finding, case: Case, failure: WrongAnswer, found: Difference, want: dict[str, np.ndarray]
) -> None:
    name, function = failure.name, failure.answer.function
    wanted, got = want[name], failure.answer.values[function.returns.index(name)]
    label = f"{name} = " if len(function.returns) > 1 else ""
    many = len(found.wrong)
    if found.kind == "shape":
        finding.add(
            "Expected", f"{label}an array of shape {wanted.shape}" if wanted.shape else f"{label}a single number"
        )
        shape = _shape(got, case, [np.shape(a) for a in (*failure.answer.arguments, *want.values())])
        finding.add("Got", shape if got.shape else "a single number")
        finding.summary = f"{_of(function, name)} has {shape} instead of {wanted.shape}"
        return
    if case.example:
        digits = _digits_to_tell(wanted, got, found)
        finding.add("Expected", f"{label}{_shown(wanted, found, digits)}")
        finding.add("Got", f"{label}{_shown(got, found, digits)}")
    else:
        of = "" if len(function.returns) == 1 else f"{name} of "
        finding.add("Got", f"{of}shape {got.shape}: wrong values" if got.shape else "a wrong value")
    entries = "" if not got.shape else f"{many} of {found.total} entries"
    if found.kind == "nan":
        finding.add("Difference", "; ".join(filter(None, [entries, "nan or infinity where a number belongs"])))
        finding.summary = f"{_of(function, name)} holds nan or infinity"
        return
    at = f" at {list(found.largest_at)}" if found.largest_at else ""
    size = f"largest {found.largest:.4g}{at}" if case.example else ""
    finding.add("Difference", "; ".join(filter(None, [entries, size, f"allowed {failure.facts['within']}"])))
    finding.summary = f"{_of(function, name)} is wrong" + (f" in {entries}" if entries else "")


def _called(failure: CallFailed, submission: Submission) -> str:
    return f"{failure.function}()" if failure.function else f"importing {submission.file}"


def _own_lines(failure: CallFailed, submission: Submission, open_data: bool) -> list[tuple[int, str]]:
    """Return the lines of the program that an exception has passed through, as far as they may be told."""
    # A number that is not a line of the program was made up at run time.
    lines = [(number, where) for number, where in failure.facts.get("lines", []) if submission.line(number)]
    if open_data:
        return lines
    # A program can choose the line at which it raises, and in a long file that line could encode any number.
    own = submission.lines_of(failure.function)
    return [one for one in lines if one[0] in own][-1:]


def _add_unusable(finding: Finding, failure: CallFailed, function: Function | None, open_data: bool) -> None:
    problem = _unusable(failure.facts, function, open_data)
    finding.add("Expected", _promised(function))
    finding.add("Got", problem)
    finding.add(CAUSE, _instead(failure.facts, function, open_data))
    finding.summary = f"{failure.function} returned {_one_line(problem, 60).partition('; ')[0]}"


def _add_missing(finding: Finding, failure: CallFailed, case: Case, submission: Submission, open_data: bool) -> None:
    name, kind = failure.function, clean(failure.facts["found"], 60)
    kind = kind if open_data or kind in KNOWN_TYPES or kind == "nothing" else "value"
    what = "no such name" if kind == "nothing" else f"a {kind} of that name, which cannot be called"
    finding.add("Expected", f"a function called {name} in {submission.file}")
    finding.add("Got", what)
    if kind == "nothing":
        cause = clean(causes.of_missing(submission.text, name))
        finding.add(CAUSE, cause)
    # Whoever writes a file of extra credit from scratch begins with one function of it.
    left_out = case.extra and kind == "nothing" and not cause
    finding.summary = NOT_STARTED if left_out else f"{name} is not defined"


def _add_timeout(finding: Finding, failure: CallFailed, submission: Submission) -> None:
    called, limit_s = _called(failure, submission), failure.facts["limit_s"]
    within = "all answers within the time for one check"
    if limit_s:  # name both limits: on half a processor, it is chance which one is reached first
        within = f"an answer within {limit_s:g} s, or {COMPUTING * limit_s:g} s of processor time"
    finding.add("Expected", within)
    finding.add("Got", f"nothing in time: {called} was stopped. The usual reason is a loop that never ends.")
    finding.summary = f"{called} did not finish"


def _add_death(finding: Finding, failure: CallFailed, submission: Submission, open_data: bool) -> None:
    called, facts = _called(failure, submission), failure.facts
    # The program chooses the exit status, which could carry hidden data.
    status = f" with exit status {facts['status']}" if open_data and "status" in facts else ""
    running = "running " if failure.function else ""
    finding.add("Got", f"no answer: while {running}{called}, {clean(facts['problem'])}{status}.")
    finding.summary = f"{called}: {_one_line(facts['problem'], 60)}"


def _add_exception(
    finding: Finding,
    failure: CallFailed,
    submission: Submission,
    lines: Sequence[tuple[int, str]],
    place: Place | None,
    function: Function | None,
    open_data: bool,
) -> None:
    facts, called = failure.facts, _called(failure, submission)
    others = function.stand_ins if function is not None else ()
    kind, message = _one_line(facts["type"], 60), clean(facts["message"])
    if kind == "NotImplementedError" and facts.get("innermost") != "<module>":
        _add_unwritten(finding, failure, submission, lines, others, open_data)
        return
    if not open_data:
        # The message may contain the data that caused the exception.
        message, kind = "", kind if kind in KNOWN_TYPES else "an exception"
    finding.add("Got", f"{called} raised {kind}" + (f": {message}" if message else ""))
    quoted = [f"line {number}: {clean(submission.line(number), 100)}" for number, _ in lines]
    if place is not None:
        file, number, line = place
        quoted.append(f"{file} line {number}: {clean(line, 100)}")
    finding.add("Your lines", "\n".join(quoted))
    under_test = (function.name, function.arguments) if function is not None else ("", ())
    files = submission.file, tuple(submission.companions)
    order = causes.of_order(submission.text, *under_test)
    certain = order or (causes.of_line(kind, submission.line(lines[-1][0])) if lines else "")
    certain = certain or causes.of_exception(kind, message, *under_test, others, *files)
    finding.add(CAUSE, certain or causes.of_left_behind(kind, message, submission.text, failure.function))
    if not failure.function and (certain in causes.ONLY_AT_HOME or _is_trial(kind, lines, submission)):
        finding.explain(causes.WHEN_STARTED)
    finding.summary = f"{called} raised {kind}"


def _is_trial(kind: str, lines: Sequence[tuple[int, str]], submission: Submission) -> bool:
    """Return whether an import failed where the program tries out its own functions."""
    if kind in UNREADABLE:  # nothing of the program has run
        return False
    called = {where for _, where in lines} - WITHOUT_A_CALL
    if kind == "AssertionError" or not all(map(submission.has_class, called)):
        return True
    # The line that begins a function or a class calls neither, but reads defaults, annotations, and base classes.
    quoted = (re.sub(r"\b(?:def|class)[ \t]+\w+", "", submission.line(number)[:200]) for number, _ in lines)
    names = {name for line in quoted for name in re.findall(r"(\w+)\(", line)}
    return any(submission.lines_of(name) for name in names)


def _add_unwritten(
    finding: Finding,
    failure: CallFailed,
    submission: Submission,
    lines: Sequence[tuple[int, str]],
    others: Sequence[str],
    open_data: bool,
) -> None:
    # Where data are hidden, repeat no name that the program may have chosen: it could encode any number.
    raised_by = _one_line(lines[-1][1], 60) if lines else failure.function
    # The function that is not written may be in another file of the student's.
    raised_by = next((name for name in others if name == failure.facts.get("innermost")), raised_by)
    unfinished = raised_by if open_data or raised_by in others else failure.function or "something"
    finding.add("Got", f"{unfinished} is not written yet.")
    if open_data:
        finding.add(CAUSE, left_over(submission, unfinished))
    finding.summary = NOT_STARTED if unfinished == failure.function else f"{unfinished} is not written yet"


def left_over(submission: Submission, function: str) -> str:
    """Return what to do about a line that raises NotImplementedError beside a student's code; empty if there is none.

    The program is searched as text, not run. A stub has only comments between its docstring and that line.
    """
    own = submission.lines_of(function)
    code = [number for number in own[1:] if submission.line(number) and not submission.line(number).startswith("#")]
    for place, number in enumerate(code):
        if submission.line(number).startswith("raise NotImplementedError"):
            before = submission.line(code[place - 1]) if place else '"""'
            if not before.endswith(('"""', "'''")) or place + 1 < len(code):
                return f"If {function} is written, delete line {number}: it still raises NotImplementedError."
    return ""


def _elsewhere(failure: CallFailed, submission: Submission) -> Place | None:
    """Return the line of another file of the student's that an exception passed through, if that line exists."""
    file, number = failure.facts.get("elsewhere", ("", 0))
    if file not in submission.companions:
        return None
    line = Submission(file, file, submission.companions[file]).line(number)
    return (file, number, line) if line else None


def _shape(array: np.ndarray, case: Case, known: Sequence[tuple[int, ...]]) -> str:
    """Describe the shape of an answer. Where data are hidden, name it only if each side is 0, 1, 2, a known side or one
    more or less, or a product of two known sides: sides of any length could spell out hidden numbers.

    Args:
        known: the shapes of the arguments and the right answer.
    """
    sides = {side for shape in known for side in shape}
    usual = {0, 1, 2, *(side + near for side in sides for near in (-1, 0, 1)), *(a * b for a in sides for b in sides)}
    told = case.example or (array.ndim <= 3 and usual.issuperset(array.shape))
    return f"shape {array.shape}" if told else "a very different shape"


def _one_line(text: str, most: int) -> str:
    """Return `text` in one line, for a summary: a line end could forge a line of the table that shows it."""
    return " ".join(clean(text, most).split())


def _signature(function: Function | None) -> str:
    return f"{function.name}({', '.join(function.arguments)})" if function is not None else ""


def _promised(function: Function | None) -> str:
    if function is None:
        return ""
    return "numbers" if len(function.returns) == 1 else f"{len(function.returns)} arrays: {', '.join(function.returns)}"


def _of(function: Function, name: str) -> str:
    return function.name if len(function.returns) == 1 or not name else f"{name} of {function.name}"


def _inputs(case: Case, answer: Answer) -> str:
    given = list(zip(answer.function.arguments, answer.arguments))
    if not case.example:
        shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in given)
        return f"hidden, of shapes {shapes}"
    parts = []
    for name, value in given:
        array = np.asarray(value)
        if array.size <= SMALL_ARRAY:
            parts.append(f"{name} = {_array(array, 4)}")
        else:
            first = ", ".join(f"{entry:.4g}" for entry in array.flat[:SHOWN_ENTRIES])
            parts.append(f"{name} of shape {array.shape}, beginning {first}, ...")
    lines = [""]
    for part in parts:
        together = f"{lines[-1]}   {part}".strip()
        lines[-1:] = [together] if len(together) <= WIDTH - LABEL - 2 else [lines[-1], part]
    return "\n".join(filter(None, lines))


def _where(
    case: Case,
    function: str,
    submission: Submission,
    lines: Sequence[tuple[int, str]],
    place: Place | None = None,
) -> str:
    parts = [case.look] if case.look and (function or not (lines or place)) else []
    if place is not None:
        parts.append(f"{place[0]} line {place[1]}")
    elif lines:
        parts.append(f"{submission.file} line {lines[-1][0]}")
    elif (number := submission.line_of(function)) > 0:
        parts.append(f"your {function}, {submission.file} line {number}")
        if len(defined := submission.definitions_of(function)) > 1:
            parts.append(f"line {defined[0]} defines it too, and the last one counts")
    return "; ".join(parts)


def _digits_to_tell(want: np.ndarray, got: np.ndarray, found: Difference) -> int:
    """Return how many significant digits it takes for the most wrong entry to look wrong."""
    at = found.largest_at or (found.wrong[0] if found.wrong else ())
    a, b = float(want[at]), float(got[at])
    return next((digits for digits in range(4, 17) if f"{a:.{digits}g}" != f"{b:.{digits}g}"), 17)


def _shown(array: np.ndarray, found: Difference, digits: int) -> str:
    """Format a small array in full, a large one by its first wrong entries."""
    if array.size <= SMALL_ARRAY:
        shape = f"   shape {array.shape}" if array.shape else ""
        return _array(array, digits) + shape
    entries = "   ".join(f"{list(index)} {float(array[index]):.{digits}g}" for index in found.wrong[:SHOWN_ENTRIES])
    more = len(found.wrong) - SHOWN_ENTRIES
    return entries + (f"   and {more} more" if more > 0 else "") + f"   shape {array.shape}"


def _array(array: np.ndarray, digits: int) -> str:
    """Format an array as NumPy prints it, but identically with every version of NumPy."""
    if array.ndim == 0:
        return f"{float(array):.{digits}g}"
    return "[" + " ".join(_array(part, digits) for part in array) + "]"


def labeled(label: str, text: str) -> str:
    """Return the label in a separate column, with the text wrapped beside it."""
    indent = " " * LABEL
    lines: list[str] = []
    for line in text.split("\n")[:MAX_SHOWN_LINES]:
        lines += textwrap.wrap(line, WIDTH - LABEL, break_on_hyphens=False) or [""]
    return "\n".join((f"{label:<{LABEL}}" if i == 0 else indent) + line for i, line in enumerate(lines))
