"""What a session does once for a class: run its cases on the right answers, and remember them.

The inputs of a case are the same for every submission, and so are its right answers and what the known mistakes give
for them. After a rehearsal they are looked up, not computed; what depends on a submission is computed as ever.
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
    """Answers of functions that depend on their arguments alone, kept while it is open, found for ever."""

    def __init__(self) -> None:
        self._answers: dict[Any, Any] = {}
        self._functions = 0
        self._within = False
        self.open = True

    def remember_module(self, module: ModuleType) -> None:
        """Remember what the public functions of a module answer, also where other modules import them from now on."""
        for name, value in list(vars(module).items()):
            # A class is called, too, but whoever uses it as one must find it as it is.
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_"):
                setattr(module, name, self.remembering(value))

    def remembering(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that gives the same answers."""
        own = self._functions = self._functions + 1

        def remembered(*arguments: Any, **options: Any) -> Any:
            # What one function asks another on its way is not asked again: a training asks ten thousand times.
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
        """Remember what a rehearsal asks for, and nothing else of it; then close.

        It runs in a child: a case may count, or draw random numbers, in its module, and the first submission must find
        that as the files left it. Libraries that it came to load are loaded here, too, or each child would.
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
        # A rehearsal that comes to nothing costs time, and no more.
        with open(reading, "rb") as pipe, contextlib.suppress(EOFError, pickle.UnpicklingError):
            answers, loaded = pickle.load(pipe)  # noqa: S301, of our own child, which runs no submission
            self._answers.update(answers)
            for name in loaded:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
        os.waitpid(child, 0)
        self.open = False


def _key(arguments: Sequence[Any]) -> Any:
    """What tells one call from another to the last bit; None for arguments that are no numbers."""
    key: list[Any] = []
    for argument in arguments:
        if type(argument) is np.ndarray and argument.dtype.kind in "fiub":
            # Sums run in the order of memory, and round by it.
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
    """A backend that gives the right answers."""

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
    """Run each case on right answers, and each known mistake on what the cases ask."""
    cases = {case.id: case for case in assignment.cases}
    for item in items:
        case = cases.get(case_id(item.nodeid))
        if case is None:
            continue
        student = Student(assignment.functions)
        student.bind(RightAnswers(reference))
        offered = {"student": student, "reference": reference}
        # A case that needs more than is offered takes its time with each submission. A reference that does not pass
        # shows in every grade; it is none of a rehearsal's business.
        with contextlib.suppress(Exception):
            names = item._fixtureinfo.argnames  # type: ignore[attr-defined]  # noqa: SLF001, as pytest itself
            item.obj(**{name: offered[name] for name in names})  # type: ignore[attr-defined]
        # A case about several functions asks too many different things to have known mistakes ready for.
        if case.function in assignment.functions:
            for answer in student.answers:
                _try_mistakes(mistakes, answer)


def _try_mistakes(mistakes: Sequence[Mistake], answer: Answer) -> None:
    for mistake in mistakes:
        if mistake.function == answer.function.name:
            with contextlib.suppress(Exception):
                mistake.gives(answer.arguments)


def remembered(mistakes: Sequence[Mistake], memory: Memory) -> list[Mistake]:
    """The same mistakes, whose formulas remember."""
    return [mistake._replace(formula=memory.remembering(mistake.formula)) for mistake in mistakes]
