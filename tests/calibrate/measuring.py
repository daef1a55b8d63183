"""Run the cases on plain functions in this process, and record their comparisons instead of judging them.

An error is given in units of what the case allows: below 1 passes. Checks without a distance, such as an accuracy, a
changed argument, or a wrong shape, hold or fail.
"""

import importlib
import re
import sys
import textwrap
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np

from autograder import student as students
from autograder.assignment import Assignment, Function
from autograder.backend import Returned
from autograder.compare import allowed
from autograder.mistake import Mistake
from autograder.rehearsal import Memory

Program = dict[str, Callable[..., Any]]
Wrong = dict[str, dict[str, Callable[..., Any]]]
"""Function -> name of the slip -> wrong function."""


@dataclass(frozen=True)
class Part:
    """One part of the assignment, with its files loaded."""

    assignment: Assignment
    modules: dict[str, ModuleType]
    reference: SimpleNamespace
    """Answers the cases' questions, and caches the answers, since every program gets the same questions."""

    @property
    def tests(self) -> dict[str, Callable[..., None]]:
        """Case number -> case."""
        return {
            test.__number__: test
            for name, module in self.modules.items()
            if name.startswith("test_")
            for key, test in vars(module).items()
            if key.startswith("test_")
        }

    @property
    def mistakes(self) -> Sequence[Mistake]:
        """The catalogue; empty if the part has none."""
        return self.modules["mistakes"].MISTAKES if "mistakes" in self.modules else ()

    def cases_of(self, function: str) -> list[str]:
        """Return the numbers of the cases in which a function is under test."""
        under_test = {case.number: self.assignment.function_under_test(case) for case in self.assignment.cases}
        return [number for number, found in under_test.items() if found is not None and found.name == function]


def load(assignment: Assignment) -> Part:
    """Load the files of a part. They import their neighbors by name, and the other part's files have the same names."""
    names = [path.stem for path in sorted(assignment.folder.glob("*.py"))]
    with mock.patch.dict(sys.modules), mock.patch.object(sys, "path", [str(assignment.folder), *sys.path]):
        for name in names:
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        modules = {name: importlib.import_module(name) for name in names}
    memory = Memory()
    functions = {name: value for name, value in vars(modules["reference"]).items() if isinstance(value, FunctionType)}
    return Part(
        assignment, modules, SimpleNamespace(**{name: memory.remembering(value) for name, value in functions.items()})
    )


@dataclass(frozen=True)
class Reached:
    """An accuracy that a case requires."""

    answer: students.Answer
    """The call whose result the accuracy is computed from."""
    what: str
    """What the accuracy is a share of, for instance "images"."""
    right: int
    total: int
    at_least: float

    @property
    def share(self) -> float:
        """The accuracy."""
        return self.right / self.total

    @property
    def margin(self) -> int:
        """How many more datapoints could have been wrong."""
        return self.right - int(np.ceil(self.at_least * self.total - 1e-9))


@dataclass
class Measured:
    """What one case recorded about one program."""

    errors: list[float] = field(default_factory=list)
    failed: str = ""
    """The first failed check other than a comparison, in a few words."""
    reached: list[Reached] = field(default_factory=list)
    calls: dict[str, list[float]] = field(default_factory=dict)
    """Function -> CPU seconds of each call."""
    total_s: float = 0.0
    """CPU seconds of the whole case, including our code."""

    @property
    def distance(self) -> float:
        """The largest error of any comparison."""
        return max(self.errors, default=0.0)

    @property
    def error(self) -> float:
        """The same, but infinite if another check failed."""
        return np.inf if self.failed else self.distance

    @property
    def own_s(self) -> float:
        """CPU seconds spent in the program."""
        return sum(map(sum, self.calls.values()))


class Recording:
    """A backend over plain functions that records what they cost."""

    printed = ""

    def __init__(self, program: Program, right: Program, measured: Measured) -> None:
        self._program = program
        self._right = right
        self._measured = measured

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Return what the program returns for copies of the arguments, and the copies that it changed."""
        copies = [np.copy(a) if np.ndim(a) else a for a in arguments]
        started = time.process_time()
        with np.errstate(all="ignore"):
            try:
                result = self._program[function.name](*copies)
            except ValueError as error:
                # Where a formula does not apply, the right answer stands in.
                if not _refused(error):
                    raise
                result = self._right[function.name](*copies)
        self._measured.calls.setdefault(function.name, []).append(time.process_time() - started)
        values = result if isinstance(result, tuple) else (result,)
        changed = {
            i: copy
            for i, (copy, given) in enumerate(zip(copies, arguments))
            if np.ndim(given) and not np.array_equal(copy, given, equal_nan=True)
        }
        return Returned([np.asarray(value, dtype=float) for value in values], [""] * len(values), changed=changed)


def _refused(error: ValueError) -> bool:
    """Return whether the formula itself raised the error, and not NumPy inside it."""
    return (traceback.extract_tb(error.__traceback__)[-1].line or "").startswith("raise ")


def measure(
    part: Part,
    program: Program,
    right: Program | None = None,
    numbers: Iterable[str] | None = None,
    reference: Any = None,
) -> dict[str, Measured]:
    """Run cases on a program; return case number -> what the case recorded.

    Args:
        right: functions that answer where a wrong formula does not apply.
        numbers: of the cases to run; default all.
        reference: default is the part's, which caches its answers.
    """
    tests = part.tests
    return {
        number: _measure(part, tests[number], program, right or program, reference or part.reference)
        for number in (tests if numbers is None else numbers)
    }


def _measure(part: Part, test: Callable[..., None], program: Program, right: Program, reference: Any) -> Measured:
    measured = Measured()
    counted: list[tuple[int, int]] = []

    def difference(got: np.ndarray, want: np.ndarray, within: Any) -> None:
        if got.shape != want.shape:
            measured.failed = measured.failed or "wrong shape"
            return
        with np.errstate(all="ignore"):
            off = np.abs(got - want)
            off = np.where((got == want) | (off == 0), 0.0, off / allowed(want, within))
        measured.errors.append(float(np.max(np.where(np.isnan(off), np.inf, off), initial=0.0)))

    def must(answer: students.Answer, holds: bool, *, expected: str, got: str, name: str = "") -> students.Answer:
        del got, name
        at_least = re.match(r"at least ([\d.]+)% of the (.*)", expected)
        if at_least and counted:
            measured.reached.append(Reached(answer, at_least[2], *counted[-1], float(at_least[1]) / 100))
        if not holds:
            measured.failed = measured.failed or "too low an accuracy"
        return answer

    student = students.Student(part.assignment.functions)
    student.bind(Recording(program, right, measured))
    known = {"student": student, "reference": reference}
    names = test.__code__.co_varnames[: test.__code__.co_argcount]
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(students, "difference", difference))
        patches.enter_context(mock.patch.object(students.Answer, "must", must))
        for module in part.modules.values():
            if module.__name__.startswith("test_") and hasattr(module, "accuracy"):
                counting = _counting(module.accuracy, counted)
                patches.enter_context(mock.patch.object(module, "accuracy", counting))
        started = time.process_time()
        try:
            test(**{name: known[name] for name in names})
        except students.WrongAnswer as wrong:
            changed = "changed" in wrong.facts
            measured.failed = measured.failed or ("changes its arguments" if changed else "fails otherwise")
        except Exception as error:  # a wrong program may break the arithmetic of a case
            measured.failed = measured.failed or type(error).__name__
        measured.total_s = time.process_time() - started
    return measured


def _counting(accuracy: Callable[..., float], counted: list[tuple[int, int]]) -> Callable[..., float]:
    def counting(y: Any, answers: Any) -> float:
        share = accuracy(y, answers)
        counted.append((round(share * len(y)), len(y)))
        return share

    return counting


def catalogue(part: Part, own: Wrong) -> Wrong:
    """Return the catalogue of a part, together with slips too small for an entry."""
    wrong: Wrong = {name: {} for name in part.assignment.functions if part.cases_of(name)}
    for mistake in part.mistakes:
        wrong.setdefault(mistake.function, {})[mistake.identifier.partition(".")[2]] = mistake.formula
    # Leave out functions without a case here; for the extra credit that is sigmoid, which the first part grades.
    return {name: found | own.get(name, {}) for name, found in wrong.items() if part.cases_of(name)}


def paragraph(text: str) -> str:
    """Wrap a text at 120 columns, like the other documents."""
    return textwrap.fill(" ".join(text.split()), 120, break_on_hyphens=False)


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same function in single precision; integer arguments stay integers."""

    def single(*arguments: Any) -> Any:
        narrow = [a if np.asarray(a).dtype.kind == "i" else np.float32(a) for a in arguments]
        result = function(*narrow)
        return tuple(map(np.float32, result)) if isinstance(result, tuple) else np.float32(result)

    return single


def sigmoid32(z: Any) -> Any:
    """Return the sigmoid, in single precision throughout."""
    z = np.float32(z)
    small = np.exp(-np.abs(z))
    return (np.where(z >= 0, np.float32(1), small) / (np.float32(1) + small)).astype(np.float32)


def table(
    part: Part, rights: dict[str, dict[str, Measured]], wrongs: dict[tuple[str, str], dict[str, Measured]]
) -> list[str]:
    """Return a row for each case, and the wrong programs that no case catches.

    Args:
        rights: style of a right program -> what the cases recorded; "float32" has its own column.
        wrongs: (function, name of a wrong formula) -> what the cases recorded.
    """
    lines = [
        "| case | worst float64 | float32 | closest wrong answer that it catches | wrong answers that it lets pass |",
        "|---|---|---|---|---|",
    ]
    for case in part.assignment.cases:
        about = part.assignment.function_under_test(case)
        float64 = max(seen[case.number].error for name, seen in rights.items() if name != "float32")
        meant = {
            name: seen[case.number].error
            for (function, name), seen in wrongs.items()
            if about is not None and function == about.name
        }
        caught = {name: error for name, error in meant.items() if error > 1}
        best = min(caught, key=lambda name: caught[name], default="")
        passed = [name for name, error in meant.items() if error <= 1]
        lines.append(
            f"| {case.number} | {float64:.1e} | {rights['float32'][case.number].error:.1e} | "
            + (f"{best}: {caught[best]:.3g}" if best else "-")
            + f" | {len(passed)} of {len(meant)}" + (f": {', '.join(passed)}" if 0 < len(passed) <= 6 else "") + " |"
        )  # fmt: skip
    missed = [
        f"{function}: {name}"
        for (function, name), seen in wrongs.items()
        if all(one.error <= 1 for one in seen.values())
    ]
    return [*lines, "", f"Wrong programs that pass every case: {', '.join(missed) or 'none'}."]
