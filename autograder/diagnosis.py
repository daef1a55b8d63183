"""Name the mistake: find what gives exactly what a student's function gave.

A cause is computed or not named at all: it must reproduce what came back in every call, and no other may; and a
formula that is wrong where the function has given something else in another case is none of its causes. First come
the formulas of the instructor's catalogue, on all returned arrays together; then, for each wrong array by itself, the
formulas on that array and what its numbers alone show (`structure`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .compare import close, difference
from .mistake import Diagnosis, Mistake
from .tolerance import Tolerance

# Two formulas that agree to this, of the largest entry, on the inputs of a case are taken for the same.
SAME = 1e-6
# A formula that differs by this from a right answer is refuted by it. It may do a little differently at the limits.
FAR = 1e-3
# Findings with a number of their own choice. With few entries, or data as regular as a case needs them, one such number
# may fit one array by chance; it must fit every array that is wrong.
FREE = {"structure.multiple", "structure.offset"}


class Observation(NamedTuple):
    """One call of a function, and what it returned."""

    arguments: Sequence[Any]
    got: Sequence[np.ndarray]


class Scene(NamedTuple):
    """What else is known about a case, for findings that need more than numbers."""

    arguments: Sequence[str] = ()
    returns: Sequence[str] = ()
    within: Tolerance | None = None
    """How far a right answer may be off; without it, SAME."""
    answers: Mapping[str, np.ndarray] = {}
    """What other functions have returned before in the case, under a name for each."""
    hidden: bool = False
    """No number that a program can choose may be named: its digits could spell data."""
    structure: bool = True
    """Whether the wanted arrays are what this function must return for these arguments, and not, as in a training, a
    result of many calls."""
    elsewhere: Sequence[tuple[Observation, Mapping[int, np.ndarray]]] = ()
    """Calls of the function in other cases, each with what it should have returned: position -> array; or with nothing,
    where the case had found another answer wrong before it compared this one."""
    later: Sequence[Observation] = ()
    """Calls of the function that the case has made after the wrong one, before it compared any of them."""
    sizes: Diagnosis | None = None
    """What the sizes say, seen over all cases: named if nothing else explains any of it."""


NOTHING_MORE = Scene()


def recognise(
    catalogue: Sequence[Mistake],
    function: str,
    observations: Sequence[Observation],
    want: dict[int, np.ndarray],
    scene: Scene = NOTHING_MORE,
) -> Diagnosis | None:
    """The one cause that reproduces what a function returned, or None if none does or several do.

    Args:
        observations: calls of this function in the case, the wrong one last; earlier ones were right.
        want: for the last call, position -> what the returned array should have been.
    """
    # In a training, a right answer to what other functions have done to the numbers looks wrong.
    if not scene.structure and _has_been_right(scene.elsewhere):
        return None
    formulas = [_Formula(mistake, observations, scene.later) for mistake in catalogue if mistake.function == function]
    fitting = [formula for formula in formulas if formula.reproduces_all() and formula.is_wrong(want)]
    fitting = [formula for formula in fitting if not formula.is_refuted(scene.elsewhere)]
    if fitting:
        calls = fitting[0].calls
        evidence = f"{calls} call{'s' * (calls > 1)} reproduced"
        return fitting[0].diagnosis(evidence) if len(fitting) == 1 else None
    if not scene.structure:
        return None
    wrong = [i for i, right in want.items() if not _is_right(observations[-1].got[i], right, scene.within)]
    return (
        _order(observations, want, wrong, scene)
        or _twice([*observations, *scene.later], observations[-1].got, wrong, scene)
        or _array_by_array(formulas, observations, want, wrong, scene)
    )


def changed_in_place(name: str) -> Diagnosis:
    """The cause of an argument that is not what it was before the call: seen, not computed."""
    return Diagnosis(
        "structure.changed_argument",
        f"{name} is changed in place: +=, *= and assignments to {name}[...] write into the array that is given. "
        f"Work on {name}.copy().",
        name,
    )


class _Formula:
    """A mistake, and what it gives in each call. Nothing where it does not apply, or gives another number of arrays."""

    def __init__(self, mistake: Mistake, observations: Sequence[Observation], later: Sequence[Observation]) -> None:
        self._mistake = mistake
        wrong = observations[-1]
        self._got = wrong.got
        self._gives = _apply(mistake, wrong)
        # Which arrays of the wrong call it gives. Few formulas survive that: the others are not evaluated any further.
        self._fits = [False for _ in wrong.got]
        if len(self._gives) == len(wrong.got):
            self._fits = [close(a, b, SAME) for a, b in zip(wrong.got, self._gives)]
        self._others: list[tuple[Sequence[np.ndarray], list[np.ndarray]]] = []
        if any(self._fits):
            self._others = [(one.got, _apply(mistake, one)) for one in observations[:-1]]
            # Where it does not apply to a later one, as when that would have other causes, too, it is no less likely.
            self._others += [(one.got, gives) for one in later if (gives := _apply(mistake, one))]

    @property
    def calls(self) -> int:
        """How many it was compared with."""
        return 1 + len(self._others)

    def is_wrong(self, want: dict[int, np.ndarray]) -> bool:
        """Whether the formula gives a wrong answer here: one that is right on these inputs explains nothing."""
        return len(self._gives) == len(self._got) and not all(
            close(self._gives[i], right, SAME) for i, right in want.items()
        )

    def reproduces_all(self) -> bool:
        """Every array of every call."""
        return all(self.reproduces(i) for i in range(len(self._got)))

    def reproduces(self, position: int) -> bool:
        """One array, in every call."""
        return self._fits[position] and all(
            len(arrays) == len(got) and close(got[position], arrays[position], SAME) for got, arrays in self._others
        )

    def is_refuted(
        self, elsewhere: Sequence[tuple[Observation, Mapping[int, np.ndarray]]], position: int | None = None
    ) -> bool:
        """Whether the function gave something else where the formula is wrong.

        Args:
            position: of the array that the formula is to explain, if it is one alone; others that are wrong may have
                another mistake beside, and then refute nothing.
        """
        for observation, want in elsewhere:
            gives = _apply(self._mistake, observation)
            if len(gives) != len(observation.got):
                continue
            if any(
                _contradict(gives[i], observation.got[i], right)
                and (position in (None, i) or close(observation.got[i], right, FAR))
                for i, right in want.items()
            ):
                return True
            # What is right here nobody knows, and in an array that is not to be explained there may be another mistake.
            asked = [i for i in range(len(gives)) if i == position or (position is None and self.reproduces_all())]
            if not want and any(_differ(gives[i], observation.got[i]) for i in asked):
                return True
        return False

    def diagnosis(self, evidence: str) -> Diagnosis:
        """Its own words."""
        return Diagnosis(self._mistake.identifier, self._mistake.sentence, evidence)


def _contradict(gives: np.ndarray, got: np.ndarray, right: np.ndarray) -> bool:
    """Whether a wrong formula cannot be what gave `got`.

    It still may be one of two mistakes where the other one has left no number, or another shape.
    """
    if not np.isfinite(gives).all() or close(gives, right, FAR) or close(got, gives, FAR):
        return False
    return close(got, right, FAR) or (got.shape == right.shape and bool(np.isfinite(got).all()))


def _differ(gives: np.ndarray, got: np.ndarray) -> bool:
    """Whether both are numbers, in the same shape, and not the same."""
    return gives.shape == got.shape and bool(np.isfinite([gives, got]).all()) and not close(got, gives, FAR)


def _order(
    observations: Sequence[Observation], want: dict[int, np.ndarray], wrong: Sequence[int], scene: Scene
) -> Diagnosis | None:
    """Right arrays in another order: each that is wrong stands in the place of another."""
    got = observations[-1].got
    places = {}
    for i in wrong:
        found = [j for j in range(len(got)) if j != i and want[i].any() and close(got[j], want[i], SAME)]
        if len(found) != 1 or not all(close(one.got[i], one.got[found[0]], SAME) for one in observations[:-1]):
            return None
        places[i] = found[0]
    if not places:
        return None
    names = scene.returns or [f"result {i}" for i in range(len(got))]
    stand = " and ".join(f"{names[i]} is where {names[j]} belongs" for i, j in places.items())
    return Diagnosis(
        "structure.order", f"The results are in the wrong order: {stand}. Return {', '.join(names)}.", stand
    )


def _twice(
    observations: Sequence[Observation], got: Sequence[np.ndarray], wrong: Sequence[int], scene: Scene
) -> Diagnosis | None:
    """One array in two places: before single arrays, since a formula that exchanges results fits the first of them."""
    for i in wrong:
        for j in range(len(got)):
            if (
                j != i
                and np.count_nonzero(got[i])
                and all(np.array_equal(one.got[i], one.got[j]) for one in observations)
            ):
                names = scene.returns or [f"result {k}" for k in range(len(got))]
                first, second = names[min(i, j)], names[max(i, j)]
                return Diagnosis(
                    "structure.equal_to_result",
                    f"{first} and {second} are the same numbers: one of them is returned twice.",
                    f"{first} and {second}",
                )
    return None


def _array_by_array(
    formulas: Sequence[_Formula],
    observations: Sequence[Observation],
    want: dict[int, np.ndarray],
    wrong: Sequence[int],
    scene: Scene,
) -> Diagnosis | None:
    """What holds for each wrong array separately."""
    # Loaded when the first wrong answer needs them: a right program never does.
    from . import structure
    from .guess import Wrong

    got = observations[-1].got
    several = len(got) > 1
    explained = False
    causes: dict[int, Diagnosis] = {}
    nameless: set[Diagnosis | None] = set()
    for i in wrong:
        name = scene.returns[i] if scene.returns else f"result {i}"
        fitting = [formula for formula in formulas if formula.reproduces(i) and formula.is_wrong({i: want[i]})]
        # One that only the other arrays refute is not named, and keeps another from being the only one.
        fitting = [formula for formula in fitting if not formula.is_refuted(scene.elsewhere, i)]
        left = [formula for formula in fitting if not formula.is_refuted(scene.elsewhere)]
        explained = explained or bool(left)
        if len(fitting) == len(left) == 1:
            only = left[0].diagnosis(name)
            # Another that is wrong may have the same mistake beside its own, and what is not compared, too.
            alone = all(j in want and j not in wrong for j in range(len(got)) if j != i)
            where = f"Only {name} has this mistake." if alone else f"This shows in {name}."
            causes[i] = only._replace(sentence=f"{only.sentence} {where}")
            nameless.add(None)
            continue
        array = Wrong(
            got=got[i],
            want=want[i],
            earlier=[one.got[i] for one in observations[:-1]],
            calls=[one.arguments for one in observations],
            arguments=scene.arguments,
            results={
                other: [one.got[j] for one in observations]
                for j, other in enumerate(scene.returns)
                if j != i and all(close(one.got[i], one.got[j], SAME) for one in scene.later)
            },
            answers=scene.answers,
            elsewhere=[(one.arguments, one.got[i], right[i]) for one, right in scene.elsewhere if i in right],
            hidden=scene.hidden,
            later=[(one.arguments, one.got[i]) for one in scene.later],
        )
        findings = structure.find_all(array)
        explained = explained or bool(findings)
        found = findings[0] if len(findings) == 1 else None
        nameless.add(found)
        if found is not None and several and found.identifier not in FREE:
            found = structure.find(array._replace(name=name))
            assert found is not None
            causes[i] = found._replace(evidence=f"{name}: {found.evidence}")
    if len(wrong) == len(got) and len(nameless) == 1 and None not in nameless:
        return nameless.pop()  # the same is wrong with all of them
    if not causes:
        return None if explained else scene.sizes
    return Diagnosis(
        "+".join(dict.fromkeys(cause.identifier for cause in causes.values())),
        "\n".join(cause.sentence for cause in causes.values()),
        "; ".join(cause.evidence for cause in causes.values()),
    )


def _is_right(got: np.ndarray, want: np.ndarray, within: Tolerance | None) -> bool:
    return close(got, want, SAME) if within is None else difference(got, want, within) is None


def _has_been_right(elsewhere: Sequence[tuple[Observation, Mapping[int, np.ndarray]]]) -> bool:
    """Whether a function was asked in other cases, and never wrong."""
    return bool(elsewhere) and all(
        close(observation.got[i], right, FAR) for observation, want in elsewhere for i, right in want.items()
    )


def _apply(mistake: Mistake, observation: Observation) -> list[np.ndarray]:
    """What the formula returns for these arguments; nothing if it does not apply to them."""
    try:
        return mistake.gives(observation.arguments)
    except Exception:  # shapes that the formula cannot take, for instance
        return []
