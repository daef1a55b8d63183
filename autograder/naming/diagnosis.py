"""Name the mistake: find the cause that gives exactly what a student's function returned.

A cause is computed or not named at all. It must reproduce what came back in every call, and no other cause may. A
formula is ruled out if, in another case, it gives a wrong answer and the function returned something else. First come
the formulas of the instructor's catalogue, on all returned arrays together; then, for each wrong array by itself, the
formulas on that array and what its numbers alone show (`structure`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..compare import close, difference
from ..mistake import Diagnosis, Mistake
from ..tolerance import Tolerance

# Answers that agree to this fraction of the largest entry count as the same.
SAME = 1e-6
# A right answer refutes a formula that differs from it by more than this fraction. A formula may deviate a little at
# extreme values.
FAR = 1e-3
# Findings with a free parameter. With few entries, or data as regular as a case needs them, some value may fit one
# array by chance, so the same value must fit every wrong array.
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
    """Name -> array, for what other functions have returned earlier in the case."""
    hidden: bool = False
    """Whether no number that a program can choose may be named, because its digits could spell data."""
    structure: bool = True
    """Whether the wanted arrays are what this function must return for these arguments, and not, as in training, the
    result of many calls."""
    elsewhere: Sequence[tuple[Observation, Mapping[int, np.ndarray]]] = ()
    """Calls of the function in other cases, each with what it should have returned: position -> array. The mapping is
    empty if the case found another answer wrong before it compared this one."""
    later: Sequence[Observation] = ()
    """Calls of the function that the case made after the wrong one, before it compared any of them."""
    sizes: Diagnosis | None = None
    """What the sizes in all cases show (`sizes`), named if nothing else explains any wrong array."""


NOTHING_MORE = Scene()


def recognize(
    catalogue: Sequence[Mistake],
    function: str,
    observations: Sequence[Observation],
    want: dict[int, np.ndarray],
    scene: Scene = NOTHING_MORE,
) -> Diagnosis | None:
    """Return the one cause that reproduces what a function returned, or None if no cause does or several do.

    Args:
        observations: calls of this function in the case, the wrong one last; earlier ones were right.
        want: for the last call, position -> what the returned array should have been.
    """
    # In training, a function's right answer looks wrong if other functions gave it wrong numbers.
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
        _alone(observations, want, scene)
        or _order(observations, want, wrong, scene)
        or _twice([*observations, *scene.later], observations[-1].got, wrong, scene)
        or _array_by_array(formulas, observations, want, wrong, scene)
    )


def changed_in_place(name: str) -> Diagnosis:
    """Return the diagnosis for an argument that a call has changed. This is observed, not computed."""
    return Diagnosis(
        "structure.changed_argument",
        f"{name} is changed in place: +=, *= and assignments to {name}[...] write into the array that is given. "
        f"Work on {name}.copy().",
        name,
    )


class _Formula:
    """A mistake, and what its formula gives in each call.

    It reproduces nothing in a call to which it does not apply, or for which it gives another number of arrays.
    """

    def __init__(self, mistake: Mistake, observations: Sequence[Observation], later: Sequence[Observation]) -> None:
        self._mistake = mistake
        wrong = observations[-1]
        self._got = wrong.got
        self._gives = _apply(mistake, wrong)
        # Which arrays of the wrong call it gives. Few formulas give any; the others are not evaluated any further.
        self._fits = [False for _ in wrong.got]
        if len(self._gives) == len(wrong.got):
            self._fits = [close(a, b, SAME) for a, b in zip(wrong.got, self._gives)]
        self._others: list[tuple[Sequence[np.ndarray], list[np.ndarray]]] = []
        if any(self._fits):
            self._others = [(one.got, _apply(mistake, one)) for one in observations[:-1]]
            # A formula is no less likely if it does not apply to a later call, whose answer may have several causes.
            self._others += [(one.got, gives) for one in later if (gives := _apply(mistake, one))]

    @property
    def calls(self) -> int:
        """The number of calls that the formula was compared with."""
        return 1 + len(self._others)

    def is_wrong(self, want: dict[int, np.ndarray]) -> bool:
        """Return whether the formula gives a wrong answer here. One that is right on these inputs explains nothing."""
        return len(self._gives) == len(self._got) and not all(
            close(self._gives[i], right, SAME) for i, right in want.items()
        )

    def reproduces_all(self) -> bool:
        """Return whether the formula gives every array of every call."""
        return all(self.reproduces(i) for i in range(len(self._got)))

    def reproduces(self, position: int) -> bool:
        """Return whether the formula gives the array at `position` in every call."""
        return self._fits[position] and all(
            len(arrays) == len(got) and close(got[position], arrays[position], SAME) for got, arrays in self._others
        )

    def is_refuted(
        self, elsewhere: Sequence[tuple[Observation, Mapping[int, np.ndarray]]], position: int | None = None
    ) -> bool:
        """Return whether, in another case, the function returned something else where the formula is wrong.

        Args:
            position: position of the array that the formula must explain, if it is only one. Other arrays that are
                wrong then refute nothing, because they may contain another mistake as well.
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
            # The right answer is not known here, and an array that need not be explained may contain another mistake.
            asked = [i for i in range(len(gives)) if i == position or (position is None and self.reproduces_all())]
            if not want and any(_differ(gives[i], observation.got[i]) for i in asked):
                return True
        return False

    def diagnosis(self, evidence: str) -> Diagnosis:
        """Return the diagnosis in the words of the catalogue."""
        return Diagnosis(self._mistake.identifier, self._mistake.sentence, evidence)


def _contradict(gives: np.ndarray, got: np.ndarray, right: np.ndarray) -> bool:
    """Return whether a formula that is wrong here cannot have given `got`.

    It may still be one of two mistakes if the other one has led to nan, infinity, or another shape.
    """
    if not np.isfinite(gives).all() or close(gives, right, FAR) or close(got, gives, FAR):
        return False
    return close(got, right, FAR) or (got.shape == right.shape and bool(np.isfinite(got).all()))


def _differ(gives: np.ndarray, got: np.ndarray) -> bool:
    """Return whether both arrays are finite, have the same shape, and are not close to each other."""
    return gives.shape == got.shape and bool(np.isfinite([gives, got]).all()) and not close(got, gives, FAR)


def _alone(observations: Sequence[Observation], want: dict[int, np.ndarray], scene: Scene) -> Diagnosis | None:
    """Diagnose one array returned alone, which passes for several because it has as many rows as they are.

    This comes before single arrays, because each of them looks like a row of what it should be.
    """
    got = observations[-1].got
    # A function that returns one array alone was not right in an earlier call.
    if len(got) < 2 or len(observations) > 1 or any(one.shape != got[0].shape for one in got):
        return None
    returned = np.stack(got)
    found = [i for i, right in want.items() if right.any() and close(returned, right, SAME)]
    if len(found) != 1:
        return None
    names = scene.returns or [f"result {i}" for i in range(len(got))]
    return Diagnosis(
        "structure.alone",
        f"Only {names[found[0]]} is returned, and its parts stand where {len(got)} arrays belong: end with "
        f"return {', '.join(names)}.",
        names[found[0]],
    )


def _order(
    observations: Sequence[Observation], want: dict[int, np.ndarray], wrong: Sequence[int], scene: Scene
) -> Diagnosis | None:
    """Diagnose right arrays in the wrong order: what each wrong array should be is returned in another place."""
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
    """Diagnose one array returned in two places.

    This comes before single arrays, because a formula that exchanges results fits the first of them.
    """
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
    """Diagnose each wrong array separately."""
    # Imported here because a right program never needs them.
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
        # A formula that only the other arrays refute is not named, but its presence keeps another from being named.
        fitting = [formula for formula in fitting if not formula.is_refuted(scene.elsewhere, i)]
        left = [formula for formula in fitting if not formula.is_refuted(scene.elsewhere)]
        explained = explained or bool(left)
        if len(fitting) == len(left) == 1:
            only = left[0].diagnosis(name)
            # Another wrong array may have this mistake besides its own, and so may an array that is not compared.
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
        if found is None or not several or found.identifier in FREE:
            continue
        # A training returns an array under the name of an argument, and "W is W plus ..." is no cause.
        if named := structure.find(array._replace(name=name)):
            causes[i] = named._replace(evidence=f"{name}: {named.evidence}")
    if len(wrong) == len(got) and len(nameless) == 1 and None not in nameless:
        return nameless.pop()  # all arrays have the same cause
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
    """Return whether a function was called in other cases, and was never wrong there."""
    return bool(elsewhere) and all(
        close(observation.got[i], right, FAR) for observation, want in elsewhere for i, right in want.items()
    )


def _apply(mistake: Mistake, observation: Observation) -> list[np.ndarray]:
    """Return what the formula gives for these arguments; an empty list if it does not apply to them."""
    try:
        return mistake.gives(observation.arguments)
    except Exception:  # shapes that the formula cannot take, for instance
        return []
