"""Rehearse once for a class: run the cases on the correct answers, and remember them.

The inputs of a case are the same for every submission, and so are its correct answers and what the known mistakes give
for them. After a rehearsal, these are looked up instead of computed. What depends on a submission is still computed.
"""

import contextlib
import importlib
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest

from .assignment import Assignment, Function
from .backend import Returned
from .mistake import Mistake
from .plugin import case_id
from .student import Answer, Student


class Memory:
    """A cache of the answers of functions that depend on their arguments alone; answers are added while it is open."""

    def __init__(self) -> None:
        self._answers: dict[Any, Any] = {}
        self._functions = 0
        self._within = False
        self.open = True

    def remember_module(self, module: ModuleType) -> None:
        """Replace the public functions of a module by remembering ones, also for modules that import them later."""
        for name, value in list(vars(module).items()):
            # A class can be called, too, but must stay a class for code that uses it as one.
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_"):
                setattr(module, name, self.remembering(value))

    def remembering(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that gives the same answers as `function`, and looks up those that are remembered."""
        own = self._functions = self._functions + 1

        def remembered(*arguments: Any, **options: Any) -> Any:
            # Calls between remembering functions are not remembered: a training makes ten thousand of them.
            key = None if options or self._within else _key(arguments)
            if key is None:
                return function(*arguments, **options)
            if (own, key) in self._answers:
                return _copy(self._answers[own, key])
            self._within = True
            try:
                answer = function(*arguments)
            finally:
                self._within = False
            if self.open and _is_numbers(answer):
                self._answers[own, key] = _copy(answer)
            return answer

        return remembered

    def learn(self, rehearsal: Callable[[], None]) -> None:
        """Remember the answers that a rehearsal asks for, and nothing else of it; then close.

        The rehearsal runs in a child process: a case may count, or draw random numbers, in its module, and the first
        submission must find that state as the files left it. Libraries that the rehearsal loads are loaded here, too;
        otherwise each child would load them.
        """
        before = set(sys.modules)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException), open(writing, "wb") as pipe:
                rehearsal()
                pickle.dump((self._answers, [name for name in sys.modules if name not in before]), pipe)
            os._exit(0)
        os.close(writing)
        # A rehearsal that fails costs only time: nothing is remembered.
        with open(reading, "rb") as pipe, contextlib.suppress(EOFError, pickle.UnpicklingError):
            answers, loaded = pickle.load(pipe)  # noqa: S301, of our own child, which runs no submission
            self._answers.update(answers)
            for name in loaded:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
        os.waitpid(child, 0)
        self.open = False


def _key(arguments: Sequence[Any]) -> Any:
    """Return a key that tells calls apart to the last bit; None if an argument is no number or array of numbers."""
    key: list[Any] = []
    for argument in arguments:
        if type(argument) is np.ndarray and argument.dtype.kind in "fiub":
            # Strides are part of the key: sums run in memory order, which affects their rounding.
            key.append((argument.dtype.str, argument.shape, argument.strides, argument.tobytes()))
        elif isinstance(argument, np.generic) and argument.dtype.kind in "fiub":
            key.append((argument.dtype.str, argument.tobytes()))
        elif type(argument) in (int, bool):
            key.append((type(argument).__name__, argument))
        elif type(argument) is float:
            key.append(("float", np.float64(argument).tobytes()))
        else:
            return None
    return tuple(key)


def _is_numbers(answer: Any) -> bool:
    if type(answer) is tuple:
        return all(map(_is_numbers, answer))
    array = type(answer) is np.ndarray and answer.dtype.kind in "fiub"
    return array or isinstance(answer, np.generic) or type(answer) in (int, float, bool)


def _copy(answer: Any) -> Any:
    if type(answer) is tuple:
        return tuple(map(_copy, answer))
    return answer.copy(order="K") if type(answer) is np.ndarray else answer


class RightAnswers:
    """A backend that gives the correct answers."""

    printed = ""

    def __init__(self, reference: ModuleType) -> None:
        self._reference = reference

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call the reference's function."""
        answer = getattr(self._reference, function.name)(*arguments)
        values = answer if isinstance(answer, tuple) else (answer,)
        return Returned([np.asarray(value, dtype=float) for value in values], ["array"] * len(values))


def rehearse(
    assignment: Assignment, items: Sequence[pytest.Item], reference: ModuleType, mistakes: Sequence[Mistake]
) -> None:
    """Run each case on the correct answers, and each known mistake on the calls that the cases make."""
    cases = {case.id: case for case in assignment.cases}
    for item in items:
        case = cases.get(case_id(item.nodeid))
        if case is None:
            continue
        student = Student(assignment.functions)
        student.bind(RightAnswers(reference))
        offered = {"student": student, "reference": reference}
        # A case that needs more than is offered is not rehearsed, and computes everything for each submission. A
        # reference that does not pass shows in every grade, so a rehearsal need not report it.
        with contextlib.suppress(Exception):
            names = item._fixtureinfo.argnames  # type: ignore[attr-defined]  # noqa: SLF001, as pytest itself
            item.obj(**{name: offered[name] for name in names})  # type: ignore[attr-defined]
        # A case about several functions makes too many different calls to prepare the known mistakes for.
        if case.function in assignment.functions:
            for answer in student.answers:
                _try_mistakes(mistakes, answer)


def _try_mistakes(mistakes: Sequence[Mistake], answer: Answer) -> None:
    for mistake in mistakes:
        if mistake.function == answer.function.name:
            with contextlib.suppress(Exception):
                mistake.gives(answer.arguments)


def remembered(mistakes: Sequence[Mistake], memory: Memory) -> list[Mistake]:
    """Return the same mistakes, with formulas that remember their answers."""
    return [mistake._replace(formula=memory.remembering(mistake.formula)) for mistake in mistakes]
