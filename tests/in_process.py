"""Run the cases in this process on plain functions: nothing is isolated, and a whole program takes milliseconds.

This is for tests that need many answers and no protection: the catalogue of mistakes against itself, and mutants of
right programs. A case is tried once, with right functions in place of those not under test, which is equivalent to the
grader's second try.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from autograder import submission as submissions
from autograder.assignment import Assignment, Function
from autograder.backend import Backend, CallFailed, Returned
from autograder.in_process import InProcess
from autograder.mistake import Mistake
from autograder.naming.diagnosis import Observation, Scene, recognize
from autograder.outcome import Case, CaseResult, Outcome
from autograder.plugin import GradingPlugin
from autograder.rehearsal import Memory
from autograder.replay import Rounded
from autograder.session import load_module
from autograder.student import Student, WrongAnswer

from .bank import ASSIGNMENT, ROOT


def _load(path: Path) -> ModuleType:
    """Load one of the instructor's files, with its folder on the import path."""
    sys.path.insert(0, str(path.parent))
    try:
        return load_module(path)
    finally:
        sys.path.remove(str(path.parent))


@dataclass(frozen=True)
class Part:
    """One part of the assignment, loaded."""

    assignment: Assignment
    reference: SimpleNamespace
    """Caches its answers, because they are the same for every program."""
    mistakes: tuple[Mistake, ...]
    tests: dict[str, Callable[..., None]]
    """Case number -> its function."""
    solution: ModuleType
    """Provides the functions that are not under test."""


def _part(assignment: Assignment) -> Part:
    # The order matters: each part has a reference.py, which its cases import.
    reference, memory = _load(assignment.folder / "reference.py"), Memory()
    functions = {name: value for name, value in vars(reference).items() if isinstance(value, FunctionType)}
    tests = {
        test.__number__: test
        for path in sorted(assignment.folder.glob("test_*.py"))
        for name, test in vars(_load(path)).items()
        if name.startswith("test_")
    }
    return Part(
        assignment,
        SimpleNamespace(**{name: memory.remembering(function) for name, function in functions.items()}),
        _load(assignment.folder / "mistakes.py").MISTAKES,
        tests,
        _load(ROOT / "solution" / assignment.file),
    )


PARTS = tuple(map(_part, ASSIGNMENT.parts))
MISTAKES = tuple(mistake for part in PARTS for mistake in part.mistakes)
# The functions that have cases of their own, each with its part. No two parts share a name.
PART_OF = {
    case.function: part
    for part in PARTS
    for case in part.assignment.cases
    if case.function in part.assignment.functions
}
FUNCTIONS = {name: part.assignment.functions[name] for name, part in PART_OF.items()}
# Only the catalogue is tested with this module; causes from the numbers alone have their own tests.
FORMULAS_ALONE = Scene(structure=False)


@dataclass(frozen=True)
class Ending:
    """How one case ended."""

    outcome: Outcome
    mistake: str | None = None
    """Identifier of the mistake that was recognized."""


class Plain:
    """A backend over plain functions."""

    printed = ""

    def __init__(self, functions: dict[str, Callable[..., Any]]) -> None:
        self._functions = functions

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Return what the function returns for copies of the arguments.

        Raises:
            CallFailed: it raised an exception.
        """
        copies = [np.copy(a) if np.ndim(a) else a for a in arguments]
        try:
            with np.errstate(all="ignore"):
                result = self._functions[function.name](*copies)
        except Exception as error:
            raise CallFailed(Outcome.RAISED, function.name, type=type(error).__name__, message=str(error)) from None
        values = result if isinstance(result, tuple) else (result,)
        return Returned([np.asarray(value, dtype=float) for value in values], [""] * len(values))


class Mixed:
    """A backend that takes one function from another backend, and the rest from the model solution."""

    printed = ""

    def __init__(self, name: str, backend: Backend) -> None:
        self._name = name
        self._backend = backend
        part = PART_OF[name]
        self._right = Plain({function: getattr(part.solution, function) for function in part.assignment.functions})

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call one function."""
        backend = self._backend if function.name == self._name else self._right
        return backend.call(function, arguments)


def program_in(path: Path, assignment: Assignment) -> InProcess:
    """Load one part's program of the bank in this process. `path` is its file; what it imports lies beside it."""
    program = submissions.read(path, assignment.file)
    return InProcess(program._replace(companions=dict.fromkeys(assignment.imports, "")), path)


def cases_of(name: str) -> list[Case]:
    """Return the cases in which a function is under test, training included."""
    assignment = PART_OF[name].assignment
    about = {case.number: assignment.function_under_test(case) for case in assignment.cases}
    return [case for case in assignment.cases if (found := about[case.number]) is not None and found.name == name]


def run(name: str, start: Callable[[], Backend], catalogue: Sequence[Mistake] = MISTAKES) -> dict[str, Ending]:
    """Return case number -> how it ended, for the cases in which the function `name` is under test.

    Args:
        start: returns a fresh backend, one for each case.
    """
    return {case.number: _run_case(PART_OF[name], case, Mixed(name, start()), catalogue) for case in cases_of(name)}


class Alone:
    """What runs the grader's plugin for one function of a program: only the try with right functions around it."""

    def __init__(self, name: str, path: Path, catalogue: Sequence[Mistake]) -> None:
        self.mistakes = catalogue
        self._name = name
        self._path = path
        self._assignment = PART_OF[name].assignment
        self.submission = submissions.read(path, self._assignment.file)

    @contextlib.contextmanager
    def open(self, _stand_ins: Sequence[str], _function: Function | None) -> Iterator[Mixed]:
        """Import the program anew."""
        yield Mixed(self._name, program_in(self._path, self._assignment))

    def has_time(self, _function: Function | None) -> bool:
        """Return True: nothing is limited here."""
        return True

    def can_stand_in(self, _stand_ins: Sequence[str]) -> bool:
        """Return False: there is no other try to wait for."""
        return False

    def is_alone(self, _function: Function, _stand_ins: Sequence[str]) -> bool:
        """Return True: right functions are around it."""
        return True


def results(name: str, path: Path, catalogue: Sequence[Mistake]) -> dict[str, CaseResult]:
    """Return case number -> what the grader says of it, for the cases in which the function `name` is under test.

    Args:
        path: the program's file.
    """
    part = PART_OF[name]
    plugin = GradingPlugin(part.assignment, Alone(name, path, catalogue))
    function = part.assignment.functions[name]
    found = {}
    for case in sorted(cases_of(name), key=lambda case: not case.example):  # open cases first, as the plugin sorts them
        reference = Rounded(part.reference) if case.example else part.reference

        def test(number: str = case.number, reference: Any = reference) -> None:
            ask(part, number, plugin._student, reference)

        failure = plugin._try(SimpleNamespace(obj=test), case, function, {}, function.stand_ins)
        result = CaseResult(case, Outcome.PASSED, case.points)
        if failure is not None:
            failed = failure.finding
            result = CaseResult(
                case, failed.outcome, Decimal(0), text=failed.text, summary=failed.summary, mistake=failed.mistake
            )
        plugin._results[case.id] = found[case.number] = result
    assert not plugin.problems
    return found


def ask(part: Part, number: str, student: Student, reference: Any = None) -> None:
    """Run the test of one case with a student that is bound to a backend, and let the test's exceptions through."""
    test = part.tests[number]
    known = {"student": student, "reference": reference or part.reference}
    test(**{name: known[name] for name in test.__code__.co_varnames[: test.__code__.co_argcount]})


def _run_case(part: Part, case: Case, backend: Mixed, catalogue: Sequence[Mistake]) -> Ending:
    student = Student(part.assignment.functions)
    student.bind(backend)
    try:
        ask(part, case.number, student)
    except WrongAnswer as failure:
        function = failure.answer.function
        calls = [one for one in student.answers if one.function is function]
        place = calls.index(failure.answer) + 1
        seen = [Observation(one.arguments, one.values) for one in calls]
        want = {function.returns.index(key): value for key, value in failure.facts.get("want", {}).items()}
        scene = FORMULAS_ALONE._replace(later=seen[place:])
        told = "difference" in failure.facts
        found = recognize(catalogue, function.name, seen[:place], want, scene) if told else None
        return Ending(Outcome.FAILED, found and found.identifier)
    except CallFailed as failure:
        return Ending(failure.outcome)
    return Ending(Outcome.PASSED)
