"""Find functions that are right at the sizes of the open cases and wrong at others, from the calls of all their cases.

A hidden case differs from an open one in its values, too. So nothing is reported unless hidden data at the open sizes
were answered correctly. A size is ruled out if it varied among correct answers, or if it was no different in a wrong
one. The second call of a worker is ruled out, too: it may be wrong because of what the first call left behind. The
report states only where the answers were right and where they were wrong, and asks a question.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..mistake import Diagnosis


class Judged(NamedTuple):
    """One call of a function, and which of the arrays that it returned were found right or wrong."""

    sizes: Mapping[str, int]
    """Name -> length; empty if the sizes are not known."""
    right: frozenset[str]
    wrong: frozenset[str]
    """If the call returned nothing, all arrays are wrong."""
    hidden: bool
    place: int
    """How many calls its worker had answered before."""


def sizes_of(names: Sequence[str], arguments: Sequence[Any], sides: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the sizes of some arguments; none if two arguments disagree about a size, or one has other dimensions.

    An argument whose sides have no names says nothing.

    Args:
        sides: argument -> what its sides are called.
    """
    sizes: dict[str, int] = {}
    for name, argument in zip(names, arguments):
        if name not in sides:
            continue
        shape, called = np.shape(argument), sides[name]
        if len(shape) != len(called) or any(sizes.setdefault(one, side) != side for one, side in zip(called, shape)):
            return {}
    return sizes


def only_at(
    last: Judged, before: Sequence[Judged], names: Sequence[str], sides: Mapping[str, Sequence[str]]
) -> Diagnosis | None:
    """Return what the sizes of the last call, which was wrong, say about it; None if they say nothing.

    Args:
        before: the calls before it, of all cases.
        names: the arguments of the function, each with its `sides`.
    """
    if last.place == 1:
        return None
    wrong = [one for one in (*before, last) if one.wrong & last.wrong]
    right = [one for one in before if one.right & last.wrong]
    for array in last.wrong:
        if {one.hidden for one in right if array in one.right} != {False, True}:
            return None
    telling = [
        size
        for size in last.sizes
        if len({one.sizes.get(size) for one in right}) == 1
        and not {None, right[0].sizes.get(size)} & {one.sizes.get(size) for one in wrong}
        and size in right[0].sizes
    ]
    if not telling:
        return None
    from .guess import listed  # imported late: a correct program never needs it

    there, here = (listed([f"{size} = {one.sizes[size]}" for size in telling]) for one in (right[0], last))
    places = listed([f"{size} is {_place(size, names, sides)}" for size in telling])
    fits = "this size" if len(telling) == 1 else "these sizes"
    return Diagnosis(
        "structure.sizes",
        f"Wrong with {here}, right with {there} on open and hidden data: does a line work only for {fits}? {places}.",
        f"wrong: {here}; right: {there}",
    )


def _place(size: str, names: Sequence[str], sides: Mapping[str, Sequence[str]]) -> str:
    """Return the expression for a size in a program, such as x.shape[1]."""
    return next(f"{name}.shape[{sides[name].index(size)}]" for name in names if size in sides.get(name, ()))
