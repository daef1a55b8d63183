"""Find entries of a catalogue of known mistakes that could never be named; report each in a sentence.

Some are found by inspecting them (`slips`), others by trying them on the calls of the cases (`never_named`).
"""

import contextlib
import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..assignment import Assignment
from ..compare import close
from ..mistake import Mistake

# Sums in a different order differ by less than this, and no case tells apart mistakes that differ by less.
SAME = 1e-9


def slips(mistakes: Sequence[Any], part: Assignment, calls: Sequence[tuple[str, Sequence[Any]]]) -> Iterator[str]:
    """Yield a sentence for each slip that keeps an entry from being named, or makes it count as another."""
    seen = set()
    for mistake in mistakes:
        if not isinstance(mistake, Mistake):
            yield f"MISTAKES is a list of Mistake(identifier, function, formula, sentence), and holds {mistake!r}."
            continue
        own = f"the mistake {mistake.identifier!r}"
        for name in ("identifier", "sentence", "staff"):
            if not isinstance(getattr(mistake, name), str):
                yield f"{own} has the {name} {getattr(mistake, name)!r}, which is not a string."
        if mistake.identifier in seen:
            yield f"{own} is there twice, but tables count by this identifier. Rename one of them."
        seen.add(mistake.identifier)
        if mistake.function not in part.functions:
            yield f"{own} is for {mistake.function!r}, which is not in [functions] of assignment.toml."
            continue
        names = part.functions[mistake.function].arguments
        try:
            with contextlib.suppress(ValueError):  # some built-in functions have no signature
                inspect.signature(mistake.formula).bind(*names)
        except TypeError as error:
            yield f"{own} has a formula that cannot be called with {', '.join(names)}: {error}."
            continue
        for function, arguments in calls:
            if function == mistake.function:
                try:
                    mistake.gives(arguments)
                except (AttributeError, NameError) as error:  # other exceptions may mean that it does not apply here
                    yield f"{own} has a formula that raises {type(error).__name__}: {error}."
                    break
                except Exception:  # noqa: S112, as when a mistake is looked for
                    continue


def never_named(
    mistakes: Sequence[Mistake], part: Assignment, calls: Sequence[tuple[str, Sequence[Any], Sequence[np.ndarray]]]
) -> Iterator[str]:
    """Yield a sentence for each entry that, when tried, is no mistake, gives no answer, or duplicates another.

    Args:
        calls: function, arguments, and correct answers of every call of the cases.
    """
    tried: list[_Tried] = []
    for mistake in mistakes:
        asked = [(given, right) for function, given, right in calls if function == mistake.function]
        if not asked:  # no case tests this function, which is only lent, so its mistakes are never looked for
            continue
        own = f"the mistake {mistake.identifier!r}"
        one = _Tried(mistake, asked, len(part.functions[mistake.function].returns))
        if all(one.gives(i) is None for i in range(len(asked))):
            yield f"{own} gives no answer in any call of the cases, so it is never named: {one.why}."
        elif not one.differs():
            yield (
                f"{own} gives the right answer in every call of the cases. Either it is not a mistake, or a case is "
                "missing."
            )
        else:
            for other in tried:
                if other.mistake.function == mistake.function and one.is_like(other):
                    yield (
                        f"{own} gives the same answers as {other.mistake.identifier!r} in every call of the cases, so "
                        "neither is named. Merge the two entries, or add a case that tells them apart."
                    )
            tried.append(one)


class _Tried:
    """A mistake, and what it gives in each call. This is computed on demand, because some run a long training."""

    def __init__(
        self, mistake: Mistake, asked: Sequence[tuple[Sequence[Any], Sequence[np.ndarray]]], returns: int
    ) -> None:
        self.mistake = mistake
        self.why = ""
        self._asked = asked
        self._returns = returns
        self._known: dict[int, list[np.ndarray] | None] = {}

    def gives(self, i: int) -> list[np.ndarray] | None:
        """Return its arrays for call number `i`, or None if it does not apply there."""
        if i not in self._known:
            self._known[i] = self._try(self._asked[i][0])
        return self._known[i]

    def _try(self, arguments: Sequence[Any]) -> list[np.ndarray] | None:
        try:
            arrays = self.mistake.gives(arguments)
        except Exception as error:
            self.why = f"{type(error).__name__}: {error}".rstrip(".")
            return None
        if len(arrays) != self._returns:
            self.why = f"it returns {len(arrays)} of the {self._returns} arrays"
            return None
        return arrays

    def differs(self) -> bool:
        """Whether it gives a wrong answer in some call."""
        return any(
            self.gives(i) is not None and not _same(self.gives(i), right) for i, (_, right) in enumerate(self._asked)
        )

    def is_like(self, other: "_Tried") -> bool:
        """Whether it gives the same as another mistake of the same function in every call."""
        return all(_same(self.gives(i), other.gives(i)) for i in range(len(self._asked)))


def _same(a: Sequence[np.ndarray] | None, b: Sequence[np.ndarray] | None) -> bool:
    if a is None or b is None:
        return a is b
    return all(close(one, two, SAME) for one, two in zip(a, b))
