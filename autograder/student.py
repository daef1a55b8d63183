"""What a case works with: `student.forward(x, theta_h, theta_y)` and the answer that it returns.

These are the same whether the functions live in a worker or in this process: only the backend differs.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .assignment import Function
from .backend import Backend, Returned, as_given
from .compare import Difference, difference
from .tolerance import Tolerance


class WrongAnswer(Exception):
    """Raised when a function's answer is wrong. It holds the numbers; `feedback` turns them into words."""

    def __init__(self, answer: "Answer", name: str = "", **facts: Any) -> None:
        super().__init__(f"{answer.function.name}: wrong answer")
        self.answer = answer
        self.name = name
        """Which of the returned arrays is wrong."""
        self.facts = facts
        """want, difference, within; or expected and got as sentences, and what these are about: warning, changed."""


class Student:
    """The functions of a submission, as attributes."""

    def __init__(self, functions: dict[str, Function]) -> None:
        self._functions = functions
        self._backend: Backend | None = None
        self.answers: list[Answer] = []
        """All answers of this try, in order."""
        self.unanswered: tuple[Function, list[Any]] | None = None
        """The function whose call gave no answer, and the arguments of that call."""

    def bind(self, backend: Backend) -> None:
        """Use `backend` from now on: a fresh one for each try."""
        self._backend = backend
        self.answers.clear()
        self.unanswered = None

    def __getattr__(self, name: str) -> Callable[..., "Answer"]:
        function = self._functions.get(name)
        if function is None:
            hint = "; an answer has it, which such a call returns" if hasattr(Answer, name) else ""
            raise AttributeError(f"assignment.toml declares no function {name!r}{hint}")

        def call(*arguments: Any, **named: Any) -> "Answer":
            assert self._backend is not None
            if named:
                raise TypeError(f"{name} is called by position: write the values alone, without {', '.join(named)}=")
            if len(arguments) != len(function.arguments):  # otherwise the student's function would raise
                takes = ", ".join(function.arguments)
                raise TypeError(f"{name} is called with {len(arguments)} arguments, and assignment.toml says {takes}")
            given = as_given(function, arguments)
            self.unanswered = function, given
            self.answers.append(Answer(function, given, self._backend.call(function, given)))
            self.unanswered = None
            return self.answers[-1]

        return call


class Answer:
    """What one call returned. Each `must_...` returns the answer itself, or raises `WrongAnswer`."""

    def __init__(self, function: Function, arguments: Sequence[Any], returned: Returned) -> None:
        self.function = function
        self.arguments = arguments
        self.returned = returned
        self.right: set[str] = set()
        """Names of the returned arrays that were compared with the correct ones and equal them."""
        self.wrong: set[str] = set()
        self.wanted: dict[str, np.ndarray] = {}
        """The correct arrays."""

    @property
    def values(self) -> list[np.ndarray]:
        """The returned arrays, float64, of whatever shape."""
        return self.returned.values

    @property
    def value(self) -> np.ndarray:
        """The first, or only, returned array."""
        return self.returned.values[0]

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter(self.returned.values)

    def must_equal(self, *unnamed: Any, within: Tolerance | None = None, **want: Any) -> "Answer":
        """Require the wanted shape and values of each named array."""
        if unnamed or not want:
            by_name = ", ".join(f"{name}=..." for name in self.function.returns)
            raise TypeError(f"must_equal takes each right answer by name: must_equal({by_name}, within=...)")
        if not isinstance(within, Tolerance):
            raise TypeError(f"within is absolute(...), of_largest(...) or relative(...), not {within!r}")
        for name, value in want.items():
            if value is None:  # NumPy would turn it into nan, which no answer equals
                raise TypeError(f"the right {name} of {self.function.name} is None: does the reference return it?")
        wants = {name: np.asarray(value, dtype=float) for name, value in want.items()}
        differences: dict[str, Difference] = {}
        for name, value in wants.items():
            found = difference(self._named(name), value, within)
            if found is not None:
                differences[name] = found
        self.wanted.update(wants)
        self.wrong.update(differences)
        self.right.update(wants.keys() - differences.keys())
        # Shape before values: a wrong shape explains wrong values, never the other way round.
        for name in sorted(differences, key=lambda name: differences[name].kind != "shape"):
            raise WrongAnswer(self, name, want=wants, difference=differences[name], within=within)
        return self

    def must_have_shapes(self, **shapes: tuple[int, ...]) -> "Answer":
        """Require exactly this shape of each named array: (n, 1) is not (n,)."""
        for name, shape in shapes.items():
            if not isinstance(shape, tuple):  # (n) is n: no shape equals it
                raise TypeError(f"the shape of {name} is a tuple, such as (3,) or (3, 2), not {shape!r}")
            if self._named(name).shape != shape:
                unknown = np.full(shape, np.nan)
                raise WrongAnswer(self, name, want={name: unknown}, difference=Difference("shape"))
        return self

    def must_be_finite(self) -> "Answer":
        """Require that no returned array holds nan or infinity."""
        for name, value in zip(self.function.returns, self.values):
            if not np.isfinite(value).all():
                bad = int(np.sum(~np.isfinite(value)))
                raise WrongAnswer(
                    self, name, expected="numbers", got=f"{bad} of {value.size} entries are nan or infinite"
                )
        return self

    def must_not_warn(self) -> "Answer":
        """Require that the call gave no overflow, divide, or invalid warning."""
        if self.returned.warnings:
            raise WrongAnswer(
                self, expected="no warning", got="a RuntimeWarning: " + self.returned.warnings[0], warning=True
            )
        return self

    def must_not_change_arguments(self) -> "Answer":
        """Require that the function left its arguments as they were."""
        for position in self.returned.changed:
            name = self.function.arguments[position]
            raise WrongAnswer(
                self, expected=f"{name} as it was before the call", got=f"{name} changed in place", changed=name
            )
        return self

    def must(self, holds: bool, *, name: str = "", expected: str, got: str) -> "Answer":
        """Require anything else that must hold. `expected` and `got` are sentences and contain no hidden values."""
        for what, sentence in (("expected", expected), ("got", got)):
            if not isinstance(sentence, str):  # even if it holds: else only a wrong program would show it
                raise TypeError(f"{what} of must is a sentence, not {type(sentence).__name__}; must_equal takes arrays")
        if not holds:
            raise WrongAnswer(self, name, expected=expected, got=got)
        return self

    def _named(self, name: str) -> np.ndarray:
        returns = self.function.returns
        if name not in returns:
            raise AttributeError(f"{self.function.name} returns {' and '.join(returns)}, and nothing called {name!r}")
        return self.returned.values[returns.index(name)]
