"""The right numbers, or some of them, in a wrong shape."""

from collections.abc import Iterator

import numpy as np

from ..compare import close
from .guess import SAME, Guess, Wrong, capital, nth, side_name, side_names, subscript, without_ones


def collected(wrong: Wrong) -> Iterator[Guess]:
    """The answer still holds those of the earlier calls, as in a list that is kept between calls."""
    if wrong.earlier and all(one.ndim == wrong.want.ndim > 0 for one in wrong.earlier):
        yield Guess("collected_over_calls", lambda w, i: np.concatenate([*wrong.earlier, w]) if i == wrong.last else w,
                    f"{wrong.answer} is the right one, but after those of the calls before: something is kept between "
                    "calls, as in a list that is made outside the function, or as a default argument.",
                    "after the calls before")  # fmt: skip


def reshaped(wrong: Wrong) -> Iterator[Guess]:
    """All numbers are right, but in another shape."""
    got, want, of = wrong.got, wrong.want, wrong.of
    # Extra axes are limited, because a program could write hidden numbers as a shape: a run of sides of 1 is a digit. A
    # single number that is computed from columns may have two axes.
    if got.size != want.size or got.ndim > max(want.ndim + 1, 2):
        return
    numbers = f"The numbers{of} are right"
    shapes = f"{got.shape} for {want.shape}"
    if want.ndim == 0:
        yield Guess("wrapped", lambda w, _: w if w.ndim else w.reshape(got.shape),
                    f"{wrong.answer} is the right number, but inside an array: return a single number.",
                    shapes)  # fmt: skip
    elif want.ndim == 1 and got.shape == (want.size, 1) != (1, 1):
        yield Guess("column", lambda w, _: w[:, None] if w.ndim == 1 else w,
                    f"{numbers}, but in a column, shape {got.shape}: return a vector of shape {want.shape}.",
                    shapes)  # fmt: skip
    elif want.ndim == 1 and got.shape == (1, want.size) != (1, 1):
        yield Guess("row", lambda w, _: w[None, :] if w.ndim == 1 else w,
                    f"{numbers}, but in a row of a matrix, shape {got.shape}: return a vector of shape {want.shape}.",
                    shapes)  # fmt: skip
    elif without_ones(got.shape) == without_ones(want.shape) and got.ndim != want.ndim:
        if got.ndim > want.ndim:
            yield Guess("extra_axis", lambda w, _: w.reshape(got.shape) if w.shape == want.shape else w,
                        f"{numbers}, but there is one axis too many: shape {got.shape} instead of {want.shape}.",
                        shapes)  # fmt: skip
        else:
            yield Guess("squeezed", lambda w, _: w.reshape(got.shape) if w.shape == want.shape else w,
                        f"{numbers}, but an axis of length 1 is lost: keep shape {want.shape} even when a side is 1.",
                        shapes)  # fmt: skip
    elif got.ndim == want.ndim == 2 and got.shape == want.shape[::-1]:
        yield Guess("transposed", lambda w, _: w.T, f"{wrong.answer} is transposed: rows and columns are swapped.",
                    shapes)  # fmt: skip
        if 1 not in got.shape:
            yield Guess("reshaped", lambda w, _: w.reshape(got.shape),
                        f"{numbers} and in order, but reshaped to {got.shape}: return shape {want.shape}.",
                        shapes)  # fmt: skip
    elif got.ndim == 1:
        yield Guess("flat", lambda w, _: w.ravel(),
                    f"{numbers}, but all in one row, shape {got.shape}: return shape {want.shape}.",
                    shapes)  # fmt: skip
        yield Guess("flat_by_columns", lambda w, _: w.ravel(order="F"),
                    f"{numbers}, but column after column in one row, shape {got.shape}: return shape {want.shape}.",
                    shapes)  # fmt: skip
    else:
        yield Guess("reshaped", lambda w, _: w.reshape(got.shape),
                    f"{numbers} and in order, but reshaped to {got.shape}: return shape {want.shape}.",
                    shapes)  # fmt: skip


def summed(wrong: Wrong) -> Iterator[Guess]:
    """One sum too few or too many."""
    got, want = wrong.got, wrong.want
    if not got.any():  # zeros prove nothing: they add up to zeros, and so does much else
        return
    shapes = f"{got.shape} for {want.shape}"
    for axis in range(got.ndim):
        if got.shape[axis] > 1 and close(got.sum(axis=axis), want, SAME):
            # The correct answer does not determine the terms of its sum, so the prediction is what was returned.
            yield Guess("not_summed", lambda w, i: got if i == wrong.last else w,
                        f"{wrong.answer} is not added up: the sum over its {side_names(got, axis)} is right.",
                        f"{shapes}, axis {axis}")  # fmt: skip
    for axis in range(want.ndim) if got.ndim < want.ndim else ():
        if want.shape[axis] > 1:
            yield Guess("summed_up", lambda w, _, axis=axis: w.sum(axis=axis),
                        f"{wrong.answer} is added up over its {side_names(want, axis)}: return shape {want.shape}.",
                        f"{shapes}, axis {axis}")  # fmt: skip
    # A whole number is more likely a count, such as the number of rows.
    if got.ndim == 0 and want.ndim > 1 and got % 1:
        yield Guess("summed_up", lambda w, _: w.sum(),
                    f"{wrong.answer} is added up to a single number: return shape {want.shape}.",
                    shapes)  # fmt: skip


def one_alone(wrong: Wrong) -> Iterator[Guess]:
    """The answer for the first or the last datapoint alone, without the axis along which there are several."""
    got, want = wrong.got, wrong.want
    if want.ndim and got.shape == want.shape[1:] and len(want) > 1:
        for kind, at, which in (("first_only", 0, "first"), ("last_only", -1, "last")):
            yield Guess(kind, lambda w, i, at=at: w[at] if i == wrong.last else w,
                        f"Only the {which} {side_name(want, 0)}{wrong.of} is there, of {len(want)}: collect one for "
                        "each.", f"{got.shape} for {want.shape}")  # fmt: skip


def among_others(wrong: Wrong) -> Iterator[Guess]:
    """The right answer is there, but others are returned with it, such as an average beside a sum."""
    got, want = wrong.got, wrong.want
    if got.ndim != want.ndim + 1 or len(got) < 2:
        return
    for axis in (0, -1) if want.ndim == 1 else ():
        if got.shape[axis] > 1 and all(close(one, want, SAME) for one in np.moveaxis(got, axis, 0)):
            yield Guess("repeated", lambda w, i: got if i == wrong.last else w,
                        f"Every {('row', 'column')[axis]}{wrong.of} is the right answer, as when arrays of shapes "
                        f"(n, 1) and (n,) meet and make a table: return one of shape {want.shape}.",
                        f"{got.shape} for {want.shape}")  # fmt: skip
            return
    for at, which in ((0, "first"), (-1, "last")):
        if close(got[at], want, SAME):
            yield Guess("among_others", lambda w, i: got if i == wrong.last else w,
                        f"The {which} part{wrong.of or ' of your answer'} is the right one: return it alone.",
                        f"{got.shape} for {want.shape}")  # fmt: skip
            return


def left_out(wrong: Wrong) -> Iterator[Guess]:
    """Rows or columns are missing, or there is one too many; the others are right."""
    got, want = wrong.got, wrong.want
    if got.ndim != want.ndim:
        return
    differing = [axis for axis in range(want.ndim) if got.shape[axis] != want.shape[axis]]
    if len(differing) != 1:
        return
    axis = differing[0]
    few, many = got.shape[axis], want.shape[axis]
    if not few:
        return
    if few > many:
        at = _first_difference(want, got, axis)
        if few == many + 1 and close(np.delete(got, at, axis), want, SAME):
            yield Guess("one_more", lambda w, i: got if i == wrong.last else w,
                        f"There is one {side_name(got, axis)}{wrong.of} too many, {nth(got, axis, at)}; without it the "
                        "rest is right.", f"{subscript(got, axis, at)}")  # fmt: skip
        return
    at = _first_difference(got, want, axis)
    if few == many - 1:
        yield Guess("left_out", lambda w, _: np.delete(w, at, axis) if w.shape == want.shape else w,
                    capital(f"{nth(want, axis, at)}{wrong.of} is left out; the rest is right."),
                    subscript(want, axis, at))  # fmt: skip
    else:
        sides = side_names(want, axis)
        yield Guess("first_only", lambda w, _: w.take(range(min(few, w.shape[axis])), axis),
                    f"Only the first {few} {sides}{wrong.of} are there, of {many}." if few > 1 else
                    f"Only the first {side_name(want, axis)}{wrong.of} is there, of {many}.",
                    f"{few} of {many} {sides}")  # fmt: skip
        yield Guess("last_only", lambda w, _: w.take(range(max(0, w.shape[axis] - few), w.shape[axis]), axis),
                    f"Only the last {few} {sides}{wrong.of} are there, of {many}." if few > 1 else
                    f"Only the last {side_name(want, axis)}{wrong.of} is there, of {many}.",
                    f"{few} of {many} {sides}")  # fmt: skip


def _first_difference(short: np.ndarray, long: np.ndarray, axis: int) -> int:
    """Return the first index at which `long` differs from `short`, along an axis on which it is longer."""
    head = long.take(range(short.shape[axis]), axis)
    scale = SAME * np.abs(head[np.isfinite(head)]).max(initial=0.0)
    with np.errstate(all="ignore"):
        differs = ~(np.abs(short - head) <= scale)
    touched = differs.any(axis=tuple(other for other in range(short.ndim) if other != axis))
    return int(np.argmax(touched)) if touched.any() else short.shape[axis]
