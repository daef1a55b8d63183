"""A wrong array, a guess at its cause, and the words that describe both.

A guess predicts, from the right answer, every entry that the student's function returned. It counts only if the
prediction holds in the last call, which was wrong, and leaves the answers to the earlier calls of the case unchanged,
because those were right.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..compare import close

# A prediction holds if each entry is within this fraction of the largest entry,
SAME = 1e-6
# and also within this fraction of its own size, plus NOTHING.
EACH = 1e-3
NOTHING = 1e-7


class Wrong(NamedTuple):
    """A returned array that is wrong, and all that is known about the calls around it."""

    got: np.ndarray
    want: np.ndarray
    name: str = ""
    """Which of several returned arrays; empty if there is only one."""
    earlier: Sequence[np.ndarray] = ()
    """What earlier calls of the case returned for this array, which was right."""
    calls: Sequence[Sequence[Any]] = ()
    """The arguments of every call, the wrong one last."""
    arguments: Sequence[str] = ()
    """The names of the arguments."""
    results: Mapping[str, Sequence[np.ndarray]] = {}
    """Name -> another returned array, for every call."""
    answers: Mapping[str, np.ndarray] = {}
    """Name -> array, for what other functions have returned earlier in the case."""
    elsewhere: Sequence[tuple[Sequence[Any], np.ndarray, np.ndarray]] = ()
    """Calls in other cases: the arguments, what came back for this array, and what was right."""
    hidden: bool = False
    """Whether no number that depends on the data may be named."""
    later: Sequence[tuple[Sequence[Any], np.ndarray]] = ()
    """Calls of this case after the wrong one: the arguments, and what came back for this array. The right answer is not
    known."""

    @property
    def of(self) -> str:
        """The end of "every entry of h"; empty if the array has no name."""
        return f" of {self.name}" if self.name else ""

    @property
    def entries(self) -> str:
        """The beginning of a sentence about all entries."""
        return f"Every entry{self.of}" if self.want.ndim else self.answer

    @property
    def answer(self) -> str:
        """The beginning of a sentence about the array as a whole."""
        return self.name or "Your answer"

    @property
    def last(self) -> int:
        """The index of the wrong call."""
        return len(self.earlier)

    @property
    def given(self) -> Iterator[tuple[str, np.ndarray]]:
        """Name and value of each argument of the wrong call."""
        return zip(self.arguments, map(np.asarray, self.calls[-1])) if self.calls else iter(())

    @property
    def others(self) -> list[np.ndarray]:
        """What came back for this array in other calls and is not known to be right."""
        return [got for _, got in self.later] + [got for _, got, want in self.elsewhere if not close(got, want, EACH)]

    def fits_elsewhere(self, factor: Callable[[Sequence[Any]], float]) -> bool:
        """Return whether the answers in other cases are right except for this factor, wherever that can be told."""
        for given, got, want in self.elsewhere:
            try:
                predicted = factor(given) * want
            except (IndexError, ZeroDivisionError):  # an argument has no such side there
                continue
            if got.shape == want.shape and np.isfinite(got).all() and not close(got, predicted, EACH):
                return False
        return True


class Guess(NamedTuple):
    """A cause, and what it predicts."""

    kind: str
    predict: Callable[..., Any]
    """Maps the right answer of a call, and the index of the call, to what the function returns."""
    sentence: str
    evidence: str
    what: str = ""
    """Tells apart causes of one kind, for example by the argument that they are about."""
    limit: float = SAME
    lasting: bool = False
    """Whether `predict` is idempotent. Then it must leave `Wrong.others` unchanged, or this is not the cause."""

    def holds(self, wrong: Wrong) -> bool:
        """Return whether the guess predicts every number that came back, in every call."""
        rights = [*wrong.earlier, wrong.want]
        gots = [*wrong.earlier, wrong.got]
        try:
            # The last call first: few guesses survive it.
            for i in reversed(range(len(rights))):
                if not _same(gots[i], np.asarray(self.predict(rights[i], i)), self.limit):
                    return False
            for got in wrong.others if self.lasting else ():
                if not _same(got, np.asarray(self.predict(got, len(gots))), self.limit):
                    return False
        except (ValueError, IndexError, ZeroDivisionError):  # the guess cannot apply to this shape
            return False
        # Where the right answer fits as well, a guess shows nothing: by the same measure, every entry is 0 too small.
        return not _same(wrong.got, wrong.want, self.limit)


def _same(got: np.ndarray, predicted: np.ndarray, limit: float) -> bool:
    """Return whether two arrays agree to `limit` of the largest entry, and each entry also relative to its own size.

    By the first condition alone, exp(-30) could be anything beside exp(30).
    """
    if not close(got, predicted, limit):
        return False
    with np.errstate(all="ignore"):
        far = np.abs(got - predicted) > EACH * np.abs(predicted) + NOTHING
    return not far.any()


def without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without the sides that are 1."""
    return tuple(side for side in shape if side != 1)


def side_name(array: np.ndarray, axis: int) -> str:
    """Return what one place along an axis is called."""
    if array.ndim > 2:
        return f"slice of axis {axis}"
    return "entry" if array.ndim == 1 else ("row", "column")[axis]


def side_names(array: np.ndarray, axis: int) -> str:
    """Return the plural of `side_name`."""
    return {"entry": "entries", "row": "rows", "column": "columns"}.get(
        side_name(array, axis), f"slices of axis {axis}"
    )


def nth(array: np.ndarray, axis: int, at: int) -> str:
    """Name a place along an axis: "the first row", "the last row", or "row 2 (counting from 0)"."""
    name, *of_axis = side_name(array, axis).split(" ", 1)
    if at in (0, array.shape[axis] - 1):
        return " ".join(["the", "last" if at else "first", name, *of_axis])
    return " ".join([name, str(at), *of_axis, "(counting from 0)"])


def subscript(array: np.ndarray, axis: int, at: int) -> str:
    """Return the same place in Python's notation, such as [:, 2]."""
    return "[" + ", ".join([":"] * axis + [str(at)] + [":"] * (array.ndim - axis - 1)) + "]"


def listed(names: Sequence[str]) -> str:
    """Join names, as in "one, two and three"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def capital(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[0].upper() + text[1:]
