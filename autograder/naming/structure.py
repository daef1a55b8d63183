"""Find what is wrong from the numbers alone: a factor, a row, an order, a shape. This needs no formula.

Guesses (`guess`) come in tiers, the more specific first. If several guesses of a tier hold, nothing is reported, and no
lower tier is tried. All guesses state what the numbers show, and leave it to the reader what was typed.

If data are hidden, a finding must not leak them: a program could choose a factor whose digits are an input. Then a
finding names only factors from a small fixed set, sides of arguments, indices, and the array that is meant.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..compare import close
from ..mistake import Diagnosis
from . import shapes
from .guess import EACH, SAME, Guess, Wrong, capital, listed, nth, side_name, side_names, subscript

# Rounding predicts an answer to the last bit, except for the noise of a different order of summation.
NOISE = 1e-11
# An entry below this part of the largest is too small to tell whether it is missing.
SMALL = 1e-4
# The part of all entries that must be larger than that for a finding about every entry.
ENOUGH = 0.75
# A factor as close to 1 as this comes from inexact arithmetic.
NEARLY = 1e-2
# With more entries than this, it is no coincidence if all of them are right to one decimal.
MANY = 9
# Rounding to more digits than this is within every tolerance, so it cannot be told apart from correct answers.
MAX_DIGITS = 6


def find(wrong: Wrong) -> Diagnosis | None:
    """Return the structural finding about an array; None if there is none, or more than one."""
    found = find_all(wrong)
    return found[0] if len(found) == 1 else None


def find_all(wrong: Wrong) -> list[Diagnosis]:
    """Return the findings that explain an array: none, one, or several, of which none may then be reported.

    There are none if the correct answer is not finite, because it predicts nothing.
    """
    if not wrong.want.size or not np.isfinite(wrong.want).all():
        return []
    with np.errstate(all="ignore"):
        for tier in SHAPES if wrong.got.shape != wrong.want.shape else VALUES:
            fitting: dict[tuple[str, str], Guess] = {}
            for guess in itertools.chain.from_iterable(look(wrong) for look in tier):
                if (guess.kind, guess.what) not in fitting and guess.holds(wrong):
                    fitting[guess.kind, guess.what] = guess
            if fitting:
                return [Diagnosis(f"structure.{one.kind}", one.sentence, one.evidence) for one in fitting.values()]
    return []


def _factor(wrong: Wrong) -> Iterator[Guess]:
    """The same factor in all entries, named in the simplest way."""
    got, want = wrong.got, wrong.want
    largest = np.unravel_index(int(np.argmax(np.abs(want))), want.shape)
    if not want[largest] or not np.isfinite(got[largest]) or not got[largest]:
        return
    # A tiny entry is tiny with any factor, so the finding must rest on the others.
    large = np.count_nonzero(np.abs(want) > SMALL * np.abs(want).max())
    if large < ENOUGH * want.size:
        return
    ratio = float(got[largest] / want[largest])

    # Data may be so regular that a wrong answer is a multiple by chance. A single number always is.
    if not all(_is_multiple(other, right) for _, other, right in wrong.elsewhere):
        return
    # Several may hold, for example if a side is 2; the first that holds is named.
    for kind, factor, text, why in _usual_factors(wrong):
        sentence = f"{wrong.entries} is {text} times the right one{why}."
        if kind == "opposite_sign":
            sentence = f"{wrong.entries} has the opposite sign."
        guess = Guess(kind, lambda w, i, factor=factor: factor(i) * w, sentence, f"factor {text}")
        if guess.holds(wrong):
            yield guess
            return
    if large > 1:
        shown = f"{ratio:.4g}"
        same = f"{wrong.entries} is the same multiple of the right one"
        if abs(ratio - 1) < NEARLY:
            same += ", and nearly right"
        yield Guess("multiple", lambda w, _: ratio * w,
                    f"{same}." if wrong.hidden else f"{wrong.entries} is {shown} times the right one.",
                    "one factor" if wrong.hidden else f"factor {shown}")  # fmt: skip


def _is_multiple(got: np.ndarray, want: np.ndarray) -> bool:
    """Return whether one factor explains all entries; also if they are not finite, or of another shape."""
    if got.shape != want.shape or not np.isfinite(got).all() or not want.any():
        return True
    largest = np.unravel_index(int(np.argmax(np.abs(want))), want.shape)
    return close(got, got[largest] / want[largest] * want, EACH)


def _usual_factors(wrong: Wrong) -> Iterator[tuple[str, Callable[[int], float], str, str]]:
    """Yield the kind, the factor as a function of the call, the factor as text, and why it may be this one."""
    yield "opposite_sign", lambda _: -1.0, "-1", ""
    for value, text in ((2.0, "2"), (0.5, "1/2"), (-2.0, "-2"), (-0.5, "-1/2")):
        yield "factor", lambda _, value=value: value, text, ""  # type: ignore[misc]
    for base in (2, 10):
        why = f": that is the logarithm to base {base}; the natural one is np.log"
        yield "log_base", lambda _, base=base: 1 / float(np.log(base)), f"1/log({base})", why  # type: ignore[misc]
    for position, (name, array) in enumerate(wrong.given):
        for axis, side in enumerate(array.shape):
            why = f", and {side} is the number of {side_names(array, axis)} of {name}"
            for sign, minus in ((1, ""), (-1, "-")):

                def size(given: Sequence[Any], sign: int = sign, position: int = position, axis: int = axis) -> float:
                    return float(sign * np.shape(given[position])[axis])

                # By chance, a step size of 0.05 gives 1/20 of the correct answer where h has 20 columns.
                if wrong.fits_elsewhere(lambda given, size=size: 1 / size(given)):  # type: ignore[misc]
                    yield "divided", lambda i, size=size: 1 / size(wrong.calls[i]), f"{minus}1/{side}", why  # type: ignore[misc]
                if wrong.fits_elsewhere(size):
                    yield "multiplied", lambda i, size=size: size(wrong.calls[i]), f"{minus}{side}", why  # type: ignore[misc]
    # The usual step sizes come last, because a side of an argument explains more.
    for value in (0.1, 0.05, 0.01, 0.001):
        yield "factor", lambda _, value=value: value, f"{value}", ""  # type: ignore[misc]
        yield "factor", lambda _, value=value: -value, f"-{value}", ""  # type: ignore[misc]


def _added(wrong: Wrong) -> Iterator[Guess]:
    """The same number added to all entries."""
    for step in (1.0, -1.0):
        guess = Guess("added", lambda w, _, step=step: w + step,
                    f"{wrong.entries} is 1 too {'large' if step > 0 else 'small'}.", f"{step:+g}")  # fmt: skip
        if guess.holds(wrong):
            yield guess
            return
    by = float(np.median(wrong.got - wrong.want))
    if wrong.want.size > 1 and np.isfinite(by):
        size = "large" if by > 0 else "small"
        yield Guess("offset", lambda w, _: w + by,
                    f"{wrong.entries} is off by the same amount, too {size}." if wrong.hidden else
                    f"{wrong.entries} is {abs(by):.4g} too {size}.",
                    "one amount" if wrong.hidden else f"{by:+.4g}")  # fmt: skip


def _function_of_the_right_answer(wrong: Wrong) -> Iterator[Guess]:
    """One step too many after the correct answer, or one that is missing."""
    every, one = wrong.entries, "the right one"
    steps: list[tuple[str, Callable[..., Any], str]] = [
        ("one_minus", lambda w: 1 - w, f"{every} is 1 minus {one}."),
        ("squared", lambda w: w**2, f"{every} is the square of {one}."),
        ("root", np.sqrt, f"{every} is the square root of {one}."),
        ("exponential", np.exp, f"{every} is exp of {one}."),
        ("logarithm", np.log, f"{every} is the logarithm of {one}."),
        ("inverse", lambda w: 1 / w, f"{every} is 1 divided by {one}."),
    ]
    # If all numbers are negative, losing the sign means the opposite sign, which another guess reports.
    if wrong.want.min() < 0 < wrong.want.max():
        steps.append(("absolute", np.abs, f"{every} has lost its sign: the size is right, and none is negative."))
    for kind, step, sentence in steps:
        yield Guess(kind, lambda w, _, step=step: step(w), sentence, "all entries", lasting=kind == "absolute")


def _clipped(wrong: Wrong) -> Iterator[Guess]:
    """Right between two bounds, and cut off at them."""
    got, want = wrong.got, wrong.want
    if not (want % 1).any():  # such as classes: a few whole numbers are often equal by chance
        return
    low, high = float(got.min()), float(got.max())
    margin = SAME * float(np.abs(want).max())
    at_low, at_high = (got == low) & (want < low - margin), (got == high) & (want > high + margin)
    # One entry proves no bound, since one entry is always the largest.
    low = low if at_low.sum() > 1 else -np.inf
    high = high if at_high.sum() > 1 else np.inf
    # A right answer beyond a bound shows that nothing is cut off there.
    beyond = any(close(one, right, SAME) and not close(np.clip(right, low, high), right, SAME)
                 for _, one, right in wrong.elsewhere)  # fmt: skip
    if not beyond and (at_low.sum() > 1 or at_high.sum() > 1) and ((low < got) & (got < high)).any():
        bounds = [f"{bound:.4g}" for bound in (low, high) if np.isfinite(bound)]
        which = "a bound" if wrong.hidden else " and at ".join(bounds)
        sentence = f"Some entries{wrong.of} stop at {which}, and the others are right: the answer is clipped."
        yield Guess("clipped", lambda w, _: np.clip(w, low, high), sentence, which, lasting=True)


def _rounded(wrong: Wrong) -> Iterator[Guess]:
    """Right except for missing digits."""
    want, every = wrong.want, wrong.entries
    whole: dict[str, Callable[..., Any]] = {
        "rounded to a whole number": np.round,
        "cut to a whole number: int(), or an array of integers, drops the decimals": np.trunc,
        "rounded down to a whole number": np.floor,
    }
    # A few whole numbers are easily hit by chance, and entries that are whole anyway prove nothing. A sigmoid of large
    # sums comes close to 0 and 1, but rounding leaves nothing over.
    if np.count_nonzero(np.abs(want - np.round(want)) > SMALL) > 2 and not (wrong.got % 1).any():
        fitting = [
            Guess("whole_number", lambda w, _, step=step: step(w), f"{every} is {how}.", how.split(":")[0], limit=NOISE)
            for how, step in whole.items()
            if np.ptp(step(want))
        ]
        fitting = [guess for guess in fitting if guess.holds(wrong)]
        if len(fitting) > 1:
            fitting = [fitting[0]._replace(sentence=f"{every} is cut or rounded to a whole number.", evidence="whole")]
        yield from fitting
    # A straight line that resembles the sigmoid, 0.2 z + 0.5, gives the nearest tenth for half a dozen whole z.
    for digits in range(1 if want.size > MANY else 2, MAX_DIGITS + 1):
        # If rounding makes all entries the same number, a program that returns that number need not have rounded.
        if np.round(want, digits).any() and (want.size == 1 or np.ptp(np.round(want, digits))):
            decimals = f"{digits} decimal{'s' * (digits > 1)}"
            yield Guess("rounded", lambda w, _, digits=digits: np.round(w, digits),
                        f"{every} is the right number rounded to {decimals}: return all digits.", decimals,
                        limit=NOISE, lasting=True)  # fmt: skip


def _tells_places(want: np.ndarray, axis: int) -> bool:
    """Return whether more than half of the slices along an axis are distinct, so that their order can be recognized."""
    along = np.moveaxis(want, axis, 0).reshape(want.shape[axis], -1)
    steps = np.round(along / (SAME * max(float(np.abs(want).max()), 1e-300)))
    return 2 * len(np.unique(steps, axis=0)) > len(steps)


def _order_of_entries(wrong: Wrong) -> Iterator[Guess]:
    """The right numbers in other places."""
    want = wrong.want
    if want.ndim == 2 and want.shape[0] == want.shape[1] > 1:
        yield Guess("transposed", lambda w, _: w.T, f"{wrong.answer} is transposed: rows and columns are swapped.",
                    f"{want.shape}")  # fmt: skip
    for axis in range(want.ndim):
        sides = side_names(want, axis)
        # Two numbers may be in reverse order by chance: if they add up to 1, and each is taken from 1. So may zeros and
        # ones that are swapped.
        if want.shape[axis] < 3 or not _tells_places(want, axis):
            continue
        yield Guess("reversed", lambda w, _, axis=axis: np.flip(w, axis),
                    f"The {sides}{wrong.of} are in reverse order.", f"axis {axis}")  # fmt: skip
        for by in (1, -1):
            yield Guess("shifted", lambda w, _, axis=axis, by=by: np.roll(w, by, axis),
                        f"The {sides}{wrong.of} are right, but one place too {'late' if by > 0 else 'early'}.",
                        f"axis {axis}, by {by:+d}")  # fmt: skip


def _same_as_something(wrong: Wrong) -> Iterator[Guess]:
    """Not computed at all: the function returns an argument, or the other result."""
    if not wrong.got.any():
        return  # zeros equal any other zeros
    for position, (name, _) in enumerate(wrong.given):
        if not all(close(got, np.asarray(given[position]), SAME) for given, got in wrong.later):
            continue
        # A result of a training often has the same name as an argument.
        sentence = f"{wrong.answer} is {name} itself, unchanged."
        if name == wrong.name:
            sentence = f"{name} comes back as it was given, unchanged."
        yield Guess("equal_to_argument", lambda _, i, p=position: wrong.calls[i][p], sentence, name, name)
    for name, arrays in wrong.results.items():
        yield Guess("equal_to_result", lambda _, i, arrays=arrays: arrays[i],
                    f"{wrong.answer} and {name} are the same numbers: one of them is returned twice.",
                    name, name)  # fmt: skip


def _with_an_argument(wrong: Wrong) -> Iterator[Guess]:
    """The right answer and an argument, added up: a penalty for large weights, or weights after a step."""
    got, want = wrong.got, wrong.want
    if want.size < 2 or not np.isfinite(got).all() or not (want % 1).any():
        return
    for position, (name, array) in enumerate(wrong.given):
        # If one is a multiple of the other, any wrong factor looks like this.
        if array.shape != want.shape or not array.any() or _is_multiple(array, want):
            continue
        own = name == wrong.name
        for kind, rest, part in (("argument_added", got - want, array), ("added_to_argument", got - array, want)):
            largest = np.unravel_index(int(np.argmax(np.abs(part))), part.shape)
            by = float(rest[largest] / part[largest])
            if abs(by) < SAME:
                continue
            times = "" if np.isclose(abs(by), 1, atol=0) else f"{abs(by):.4g} times "
            if wrong.hidden and times:
                times = "a multiple of "
            sign = "minus" if by < 0 and not (wrong.hidden and times) else "plus"
            if kind == "argument_added":
                ending = f"{name} as it was given." if own else f"{name}: leave {name} out of it."
                sentence = f"{wrong.answer} is the right one {sign} {times}{ending}"
            elif own or not times:
                continue
            else:
                sentence = f"{wrong.answer} is {name} {sign} {times}the right one: leave {name} out of it."

            def predict(
                w: np.ndarray, given: Sequence[Any], by: float = by, position: int = position, kind: str = kind
            ) -> np.ndarray:
                other = np.asarray(given[position])
                return w + by * other if kind == "argument_added" else other + by * w

            if all(close(other, predict(right, given), SAME) for given, other, right in wrong.elsewhere
                   if other.shape == right.shape == np.shape(given[position])):  # fmt: skip
                yield Guess(kind, lambda w, i, predict=predict: predict(w, wrong.calls[i]), sentence,
                            f"{name}, {sign} {times}".strip(), name)  # fmt: skip


def _unchanged(wrong: Wrong) -> Iterator[Guess]:
    """The answer of an earlier call of the case, which had other arguments; or the sum over the calls."""
    for i, before in reversed(list(enumerate(wrong.earlier if wrong.calls else ()))):
        if before.shape == wrong.got.shape:
            others = [name for name, a, b in zip(wrong.arguments, wrong.calls[i], wrong.calls[-1])
                      if not np.array_equal(a, b)]  # fmt: skip
            if others:
                yield Guess("unchanged", lambda w, i, before=before: before if i == wrong.last else w,
                            f"{wrong.answer} is the same as in an earlier call, though {listed(others)} "
                            f"{'is' if len(others) == 1 else 'are'} different; it must change with "
                            f"{'it' if len(others) == 1 else 'them'}.", listed(others))  # fmt: skip
            break
    if any(before.shape == wrong.got.shape for before in wrong.earlier):
        total = np.sum([before for before in wrong.earlier if before.shape == wrong.got.shape], axis=0)
        yield Guess("added_up_over_calls", lambda w, i: w + total if i == wrong.last else w,
                    f"{wrong.answer} is the right one plus those of the calls before: something is kept between calls. "
                    "Start over in each call.", "the sum over the calls")  # fmt: skip


def _parts(wrong: Wrong) -> Iterator[Guess]:
    """Zero in some rows or columns, right in the others."""
    got, want = wrong.got, wrong.want
    small = SMALL * np.abs(want).max()
    for axis in range(want.ndim):
        many = want.shape[axis]
        if many < 2:
            continue
        others = tuple(other for other in range(want.ndim) if other != axis)
        gone = ~got.any(axis=others) & (np.abs(want).max(axis=others) > small)
        left = ~gone
        if not gone.any() or not (np.abs(want).max(axis=others) > small)[left].any():
            continue
        sides, one = side_names(want, axis), side_name(want, axis)
        count, first = int(left.sum()), int(np.argmax(gone))
        if gone.sum() == 1:
            kind = "missing"
            sentence = capital(f"{nth(want, axis, first)}{wrong.of} is 0; the rest is right.")
            evidence = subscript(want, axis, first)
        elif count == 1:
            at = int(np.argmax(left))
            kind, evidence = "alone", subscript(want, axis, at)
            sentence = f"Only {nth(want, axis, at)}{wrong.of} is there; the others are 0."
        elif gone[count:].all():
            kind, evidence = "first_only", f"{count} of {many} {sides}"
            sentence = (
                f"Only the first {count} {sides}{wrong.of} are there; from {one} {count} on, counting from 0, all is 0."
            )
        elif gone[: many - count].all():
            kind, evidence = "last_only", f"{count} of {many} {sides}"
            sentence = f"Only the last {count} {sides}{wrong.of} are there; the others are 0."
        else:
            continue

        def predict(w: np.ndarray, _: int, axis: int = axis, gone: np.ndarray = gone) -> np.ndarray:
            masked = np.array(w)
            if w.ndim != want.ndim:
                return masked
            np.moveaxis(masked, axis, 0)[: len(gone)][gone[: w.shape[axis]]] = 0.0
            return masked

        yield Guess(kind, predict, sentence, evidence)


# ------------------------------------------------------------------------------------- what can be said of the rest


def _kept_between_calls(wrong: Wrong) -> Iterator[Guess]:
    """A different answer for the same arguments."""
    for before in wrong.calls[:-1]:
        if all(np.array_equal(a, b) for a, b in zip(before, wrong.calls[-1])):
            yield Guess("other_on_second_call", lambda w, i: wrong.got if i == wrong.last else w,
                        f"{wrong.answer} was right when it was called with the same arguments before: something is "
                        "kept between calls.", "same arguments")  # fmt: skip


def _answers(wrong: Wrong) -> Iterator[Guess]:
    """An earlier answer of another function."""
    for name, array in wrong.answers.items() if wrong.got.any() and not wrong.earlier else ():
        yield Guess("equal_to_answer", lambda _, __, array=array: array,
                    f"{wrong.answer} is an earlier answer of another function, {name}.", name, name)  # fmt: skip


def _permuted(wrong: Wrong) -> Iterator[Guess]:
    """The right numbers in some other order."""
    want = wrong.want.ravel()
    if want.size > 2 and np.ptp(want) and _tells_places(want, 0):
        ranks = np.argsort(np.argsort(wrong.got.ravel(), kind="stable"), kind="stable")
        yield Guess("permuted", lambda w, i: np.sort(w.ravel())[ranks].reshape(w.shape) if i == wrong.last else w,
                    f"The numbers{wrong.of} are the right ones, in the wrong places.",
                    "equal when sorted")  # fmt: skip


def _all_alike(wrong: Wrong) -> Iterator[Guess]:
    """An array that is never filled, or is filled with a single number."""
    if not wrong.got.any() and wrong.want.ndim:
        # If all correct entries are below 1, an array of integers holds only zeros.
        cut = ", as in an array that is never filled, or an array of integers, which drops all decimals"
        yield Guess("zeros", lambda w, _: np.zeros_like(w),
                    f"{wrong.entries} is 0{cut if np.abs(wrong.want).max() < 1 else ''}.", "all entries are 0",
                    lasting=True)  # fmt: skip
    elif wrong.got.size > 1 and np.isfinite(wrong.got).all():
        one = wrong.got.flat[0]
        # In another answer, it may be a different number.
        yield Guess("all_alike", lambda w, i: np.full_like(w, one if i <= wrong.last else w.flat[0]),
                    f"{wrong.entries} is the same number.", "all entries are equal", lasting=True)  # fmt: skip


def _pattern(wrong: Wrong) -> Iterator[Guess]:
    """Right except for one row, one column, one entry, or everything from some row on."""
    bad, want = _bad(wrong), wrong.want
    if bad.sum() == 1 and want.size > 2:
        if any(other.sum() > 1 for _, other in _bad_elsewhere(wrong)):
            return  # the only entry here that shows what is wrong everywhere
        at = [int(i) for i in np.argwhere(bad)[0]]
        place = f"{wrong.name}{at}"
        yield _only(wrong, bad, f"Only one entry is wrong, {place}; the others are right.", place)
        return
    for axis in range(want.ndim):
        many = want.shape[axis]
        touched = np.asarray(bad.any(axis=_but(axis, want)))
        if many < 2 or want.size < 3 or touched.all() or not touched.any():
            continue
        if any(_beyond(other, touched, axis) for _, other in _bad_elsewhere(wrong) if other.ndim == want.ndim):
            continue
        first = int(np.argmax(touched))
        if touched.sum() == 1:
            sentence = f"Only {nth(want, axis, first)}{wrong.of} is wrong; the rest is right."
            yield _only(wrong, bad, sentence, subscript(want, axis, first))
        elif touched[first:].all() and many > 3:
            sides = side_names(want, axis)
            one = side_name(want, axis)
            sentence = (
                f"The first {first} {sides}{wrong.of} are right; from {one} {first} on, counting from 0, none is."
            )
            if first == 1:
                sentence = f"Only the first {one}{wrong.of} is right."
            yield _only(wrong, bad, sentence, f"{first} of {many} {sides}")


def _where(wrong: Wrong) -> Iterator[Guess]:
    """Wrong exactly where an argument is negative, positive, 0 or 1."""
    bad = _bad(wrong)
    for position, (name, array) in enumerate(wrong.given):
        if array.ndim == bad.ndim and array.shape == bad.shape:
            touched = bad
        elif array.ndim == 1 and bad.ndim == 2 and array.shape == bad.shape[:1]:
            touched = np.asarray(bad.all(axis=1))
            if (bad.any(axis=1) != touched).any():
                continue
        else:
            continue
        if touched.sum() < 2 or not (~touched).any() or touched.size < 6:
            continue
        masks: dict[str, Callable[[np.ndarray], np.ndarray]] = {
            "0": lambda a: a == 0, "1": lambda a: a == 1, "negative": lambda a: a < 0, "positive": lambda a: a > 0,
            "not negative": lambda a: a >= 0, "not positive": lambda a: a <= 0, "not 0": lambda a: a != 0,
        }  # fmt: skip
        # A wrong answer with the right symmetry is often right at 0; any other single right entry may be chance.
        if (~touched).sum() == 1:
            masks = {"not 0": masks["not 0"]}
        elsewhere = [(np.asarray(given[position]), other) for given, other in _bad_elsewhere(wrong)]
        for what, mask in masks.items():
            if np.array_equal(mask(array), touched) and not any(
                a.shape == other.shape and (other & ~mask(a)).any() for a, other in elsewhere
            ):
                sentence = f"{wrong.answer} is wrong exactly where {name} is {what}."
                if what == "not 0":
                    sentence = f"{wrong.answer} is right only where {name} is 0."
                yield _only(wrong, bad, sentence, f"{name} is {what}")._replace(kind="wrong_where", what=name)
                break


def _bad(wrong: Wrong) -> np.ndarray:
    """Return which entries are wrong; none of them if some entry is neither clearly right nor clearly wrong."""
    with np.errstate(all="ignore"):
        off = np.abs(wrong.got - wrong.want) / max(float(np.abs(wrong.want).max()), 1e-300)
    right = np.asarray(off <= SAME)
    doubtful = ~right & (off < 10 * SAME)
    return np.zeros(off.shape, dtype=bool) if doubtful.any() else ~right


def _bad_elsewhere(wrong: Wrong) -> list[tuple[Sequence[Any], np.ndarray]]:
    """Return the arguments of each call of other cases, and which entries of its answer are wrong."""
    with np.errstate(all="ignore"):
        return [
            (given, ~(np.abs(got - want) <= 10 * SAME * np.abs(want).max(initial=0.0)))
            for given, got, want in wrong.elsewhere
            if got.shape == want.shape
        ]


def _but(axis: int, array: np.ndarray) -> tuple[int, ...]:
    """Return all axes except `axis`."""
    return tuple(other for other in range(array.ndim) if other != axis)


def _beyond(other: np.ndarray, touched: np.ndarray, axis: int) -> bool:
    """Return whether some place along an axis is right in this case and wrong in another."""
    along = np.asarray(other.any(axis=_but(axis, other)))
    few = min(len(along), len(touched))
    return bool((along[:few] & ~touched[:few]).any())


def _only(wrong: Wrong, bad: np.ndarray, sentence: str, evidence: str) -> Guess:
    return Guess(
        "right_elsewhere", lambda w, i: np.where(bad, wrong.got, w) if i == wrong.last else w, sentence, evidence
    )


Look = Callable[[Wrong], Iterator[Guess]]
SHAPES: tuple[tuple[Look, ...], ...] = (
    (shapes.collected,),
    (shapes.reshaped, shapes.summed, shapes.one_alone, shapes.among_others, shapes.left_out),
)
VALUES: tuple[tuple[Look, ...], ...] = (
    (_factor, _added, _function_of_the_right_answer, _clipped, _rounded, _order_of_entries, _same_as_something,
     _unchanged, _parts),
    (_with_an_argument,),
    (_answers, _all_alike),
    (_kept_between_calls,),
    (_where,),
    (_pattern,),
    (_permuted,),
)  # fmt: skip
