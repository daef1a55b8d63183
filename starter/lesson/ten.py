"""The network that tells all ten digits apart, trained by your train_multi_sgd: 64 pixels and a constant 1, 20 hidden
units, 10 outputs.
"""

import sys
import time
from typing import NamedTuple

import numpy as np

from .console import Progress, say
from .digits import TEN, accuracy_of, in_letters, read_ten
from .functions import CHECKS, EXTENSIONS, Stop
from .trained import save_ten

HIDDEN = 20
PASSES = 8  # over all images, at most; fewer if one takes long
FEWEST = 2
ETA = 0.5
SPREAD = 0.3  # standard deviation of the first weights
TRIED = 20  # steps by which the time of a pass is measured
LEARNED = 0.85  # A right network gets 93 % of images that it has not seen
ENOUGH = 6  # after this many passes.
SHOWN = 3  # images taken for another digit that are shown
CHECK = CHECKS[EXTENSIONS]


class Pass(NamedTuple):
    """How well the network fits after some passes over the images."""

    number: int
    error: float
    seen: float  # share of the images on whose digit the network bets, 0 to 1
    unseen: float
    either: float  # of those it has not seen: the first guess is right, or the second
    first: np.ndarray  # W
    second: np.ndarray  # V


def train_ten(network, agrees, passes=None, eta=ETA, spread=SPREAD, seed=109, seconds=15.0):
    """Train the network, say how it goes, and save it; returns the exit status.

    `agrees(network, x, y, first, second)` compares the gradient with the slope, and says so.
    """
    x, y = read_ten("train")
    random = np.random.RandomState(seed)
    first = random.normal(0, spread, (x.shape[1], HIDDEN))
    second = random.normal(0, spread, (HIDDEN, y.shape[1]))
    say("", f"All ten digits: {len(x)} images of {x.shape[1] - 1} pixels, and a constant 1")
    say(f"{first.size} weights in W + {second.size} in V = {first.size + second.size} parameters")
    agreed = agrees(network, x[:TEN], y[:TEN], first, second)
    passes = passes or _planned_passes(network, x, y, first, second, eta, seconds)
    past = _train(network, x, y, first, second, eta, passes, random)
    usual = (eta, spread) == (ETA, SPREAD)
    _check_it_learned(past[-1], agreed, usual=usual)
    _show_the_wrong_ones(network, past[-1])
    save_ten(past)
    say("", "The weights and the curve are saved in the folder trained, beside train.py.")
    if not agreed:
        raise Stop(
            "The network learned, but backprop_multi does not give the slope of your squared_loss: see the "
            f"gradient check above, and run `{CHECK}`."
        )
    say(f"Next: `python draw.py` reads all ten digits. And does `{CHECK}` pass? Then hand in both files.")
    return 0


def _planned_passes(network, x, y, first, second, eta, seconds):
    """Measure a few steps, and say how many passes there will be."""
    order = np.arange(TRIED)
    fastest = np.inf
    for _ in range(3):  # The first steps of a fast program mostly wake NumPy up.
        begin = time.perf_counter()
        network.train(x, y, first, second, eta, order)
        fastest = min(fastest, time.perf_counter() - begin)
        if fastest > 0.05:
            break
    pass_s = fastest * len(x) / TRIED
    passes = int(min(PASSES, max(FEWEST, seconds / max(pass_s, 1e-9))))
    took = f"{1000 * pass_s:.0f} ms" if pass_s < 1 else f"{pass_s:.1f} s"
    when = "a moment" if passes * pass_s < 1 else f"about {passes * pass_s:.0f} s"
    say(f"One pass of your functions takes {took}: {passes} passes, {when}.")
    return passes


def _train(network, x, y, first, second, eta, passes, random):
    """Train, and show how it goes; returns what was reached after each pass."""
    say("", "pass    error   seen  unseen  or 2nd")
    progress, begin = Progress(sys.stdout), time.perf_counter()
    past = [_reached(network, 0, x, y, first, second)]
    try:
        while True:
            now = past[-1]
            told = f"{now.number:4d}  {now.error:7.1f}  {now.seen:5.0%}  {now.unseen:6.0%}  {now.either:6.0%}"
            progress.show(told, keep=True)
            _check_it_descends(past)
            if now.number == passes:
                break
            # One call for a pass, whose images come in a new order each time: that is what makes it stochastic.
            first, second = network.train(x, y, first, second, eta, random.permutation(len(x)))
            past.append(_reached(network, now.number + 1, x, y, first, second))
    finally:
        progress.close()
    say("or 2nd: the first guess or the second is right, for images that it has not seen")
    say(f"That took {time.perf_counter() - begin:.1f} s.")
    return past


def _reached(network, number, x, y, first, second):
    """What the network knows now. Both of its guesses are your two_guesses'."""
    _, y_hat = network.forward(x, first, second)
    x_new, y_new = read_ten("test")
    _, new = network.forward(x_new, first, second)
    guesses = network.two_guesses(x_new, first, second)
    _check_guesses(guesses, new)
    either = float((guesses == y_new.argmax(axis=1)[:, None]).any(axis=1).mean())
    return Pass(number, network.score(y, y_hat), accuracy_of(y, y_hat), accuracy_of(y_new, new), either, first, second)


def _check_guesses(guesses, y_hat):
    """Raise Stop unless the guesses are the classes of the two largest outputs; which of two equal ones is free."""
    largest = np.sort(y_hat, axis=1)[:, :-3:-1]
    named = np.take_along_axis(y_hat, guesses, axis=1)
    for k in np.flatnonzero((np.abs(named - largest) > 1e-9).any(axis=1))[:1]:
        told = " and ".join(f"{digit} (output {value:.3f})" for digit, value in zip(guesses[k], named[k], strict=True))
        raise Stop(
            f"two_guesses names {told} for unseen image {k}, but the two largest outputs of your forward_multi for it "
            f"are {largest[k, 0]:.3f} and {largest[k, 1]:.3f}. Run `{CHECK}`."
        )


def _check_it_descends(past):
    """Raise Stop when the squared error does what it cannot do if everything is right."""
    now = past[-1]
    if not np.isfinite(now.error):
        raise Stop(
            f"The squared error is {now.error} after {now.number} passes. With right functions that does not happen "
            f"here: look at squared_loss, then at forward_multi, or run `{CHECK}`."
        )
    if now.error < 0:
        raise Stop(f"The squared error is {now.error:.4g}, but a square is never below 0. Look at squared_loss.")
    if now.number == 1 and now.error == past[0].error:
        raise Stop(
            "The squared error has not moved in a whole pass. Does train_multi_sgd return the weights it was given? Or "
            "does backprop_multi return only zeros?"
        )
    if now.number == 2 and now.error > past[1].error > past[0].error:
        raise Stop(
            f"The squared error grew in two passes, to {now.error:.1f}. It should shrink, so train_multi_sgd subtracts "
            f"the gradient that backprop_multi gives. Does one of the two have the opposite sign? Run `{CHECK}`."
        )


def _check_it_learned(last, agreed, *, usual):
    """Raise Stop when a network has had its time, and gets fewer images right than one with right functions."""
    if last.number >= ENOUGH and last.unseen < LEARNED:
        advice = f"Run `{CHECK}`: it says which function is wrong." if usual else "Try without --step and --spread."
        if not agreed:
            advice = "See the gradient check above."
        raise Stop(
            "The network learned too little: with right functions, and the usual step and first weights, it gets more "
            f"than {LEARNED:.0%} right, on images that it has not seen. {advice}"
        )


def _show_the_wrong_ones(network, last):
    """Show some unseen images that are taken for another digit, with both guesses."""
    x, y = read_ten("test")
    digits = y.argmax(axis=1)
    _, y_hat = network.forward(x, last.first, last.second)
    guesses = network.two_guesses(x, last.first, last.second)
    wrong = np.flatnonzero(guesses[:, 0] != digits)
    for k in wrong[:SHOWN]:
        one, two = guesses[k]
        outputs = f"{y_hat[k, one]:.2f}, {y_hat[k, two]:.2f}"
        say("", f"  unseen image {k}, digit {digits[k]}: {one}, or else {two} (outputs {outputs})")
        for line in in_letters(x[k, 1:]):
            print("    |" + line + "|")
    if len(wrong) > SHOWN:
        say("", f"  and {len(wrong) - SHOWN} more of {len(x)} are taken for another digit")
