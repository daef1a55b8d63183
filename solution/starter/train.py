"""Train a neural network with your own four functions, and watch the log likelihood climb.

    python train.py                 0 against 1, then 1 against 2; about 15 s at most
    python train.py --epochs 10     a shorter run
    python train.py --spread 0      begin with all weights zero, and see why nobody does
    python train.py --ten           extra credit: all ten digits, by the functions in your extensions.py

Nothing in this file needs to be changed, and nothing in it is graded. It reads the images in data/ and your
neural_network.py, both beside this file, and writes the trained weights into trained/, where draw.py finds
them. Exit status: 0 when both networks learned.

How training works: start with small random weights. In each *epoch* let `forward` predict every image, let
`backprop` find the gradient, and take one step uphill: add the step size times the gradient to the weights.
"""

import argparse
import sys
import time
from pathlib import Path

if not Path(__file__).with_name("lesson").is_dir():
    sys.exit("train.py needs the folder lesson beside it. Unpack the whole download, and start it there.")

from lesson import ten
from lesson.console import Progress, run, say
from lesson.digits import PAIRS, accuracy_of, in_letters, read_digits
from lesson.functions import CHECKS, Stop
from lesson.gradient_check import gradient_check
from lesson.pictures import save_pictures
from lesson.trained import save
from lesson.training import (
    EPOCHS,
    SEED,
    SPREAD,
    STEP,
    affordable_epochs,
    check_it_climbs,
    first_weights,
    gradient_ascent,
    seconds_for_a_pass,
)
from lesson.watch import WatchedManyOutputs, WatchedNetwork, patience

LEARNED = 0.9  # A right network gets more than 95 % of either pair
ENOUGH = 30  # after this many epochs.
SHOWN, NAMED = 3, 12  # images taken for the other digit that are shown, and named besides, at most


def main():
    """Train on both pairs; returns the exit status."""
    options = _options()
    network = WatchedManyOutputs() if options.ten else WatchedNetwork()
    with patience(network):
        network.load_all_written()
        return (train_ten if options.ten else train_both)(network, options)


def train_ten(network, options):
    """Train the network for all ten digits, with what was chosen on the command line; returns the exit status."""
    chosen = {"passes": options.epochs, "eta": options.step, "spread": options.spread}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    return ten.train_ten(network, say_whether_gradient_agrees, seed=options.seed, seconds=options.seconds, **chosen)


def train_both(network, options):
    """Train a network for each pair of digits; returns the exit status."""
    agreed, epochs, saved = True, None, []
    step, spread = STEP if options.step is None else options.step, SPREAD if options.spread is None else options.spread
    for digits in PAIRS:
        x, y = read_digits("train", digits)
        theta_h, theta_y = first_weights(x.shape[1], spread=spread, seed=options.seed)
        say("", f"Digit {digits[0]} against digit {digits[1]}: {len(x)} images of {x.shape[1]} pixels")
        count_h, count_y = theta_h.size, theta_y.size
        say(f"{count_h} weights in theta_h + {count_y} in theta_y = {count_h + count_y} parameters")
        agreed &= say_whether_gradient_agrees(network, x[:6], y[:6], theta_h, theta_y)
        epochs = epochs or options.epochs or planned_epochs(network, x, y, theta_h, theta_y, options.seconds)
        fits = train(network, digits, x, y, theta_h, theta_y, epochs, step)
        check_it_learned(network, fits[-1], digits, agreed, usual=step == STEP and spread == SPREAD)
        wrong = show_the_wrong_ones(network, digits, fits[-1])
        save(digits, fits)
        saved = save_pictures(digits, fits, wrong)
    say("", "The weights, the curve and the hidden units are saved in the folder trained, beside train.py.")
    if not saved:
        say("For pictures of them: python -m pip install matplotlib, then train again.")
    if not agreed:
        raise Stop(
            "Both networks learned, but backprop does not give the slope of your log likelihood: see the gradient "
            "check above, and run `pytest`."
        )
    learned = "learned" if epochs >= ENOUGH else "were trained, in a shorter run than usual"
    say(f"Both networks {learned}. Next: `python draw.py`. And does `pytest` pass? Then hand in neural_network.py.")
    return 0


def say_whether_gradient_agrees(network, x, y, first, second):
    """Compare backprop with central differences of what it is the slope of, on a few images; say so, and return it."""
    found = gradient_check(network, x, y, first, second)
    name, of = network.BACKPROP, network.SCORE.replace("_", " ")
    if found.agrees:
        say(f"Gradient check: {name} agrees with your {of} (to {max(found.difference, 1e-16):.0e}).")
        return True
    say(
        f"Gradient check: {name} gives {found.backprop:.4g} for {found.entry}; the slope of your own {of}, "
        f"measured there, is {found.measured:.4g}. They should be equal."
    )
    n, factor = len(x), found.factor
    if factor is None:
        if all(gradient_check(network, x[k : k + 1], y[k : k + 1], first, second).agrees for k in (0, 1)):
            say(
                f"For one image alone they are equal, so look at how {name} adds up {n} images. "
                f"`{CHECKS[network.FILE]}` also checks one alone."
            )
        return False
    if abs(factor + 1) < 1e-3:
        say("Every entry has the opposite sign. One of the two goes downhill.")
    elif abs(factor - n) < 1e-3 * n:
        say(f"Every entry is {n} times too small, and there are {n} images: the gradient is averaged. Add up instead.")
    elif abs(factor - 1 / n) < 1e-3 / n:
        say(
            f"Every entry is {n} times too large, and there are {n} images. Does {network.SCORE} average? Add up "
            "instead."
        )
    else:
        say(f"Every entry must be multiplied by {factor:.4g} to be right.")
    return False


def planned_epochs(network, x, y, theta_h, theta_y, seconds):
    """Measure one pass, and say how many of them there will be."""
    pass_s = seconds_for_a_pass(network, x, y, theta_h, theta_y)
    epochs = affordable_epochs(pass_s, seconds / len(PAIRS))
    expected = epochs * pass_s
    took = f"{1000 * pass_s:.1f} ms" if pass_s < 1 else f"{pass_s:.1f} s"
    when = "a moment" if expected < 1 else f"about {expected:.0f} s"
    say(f"One pass of your functions takes {took}: {epochs} epochs, {when}.")
    return epochs


def train(network, digits, x, y, theta_h, theta_y, epochs, step):
    """Train one network and show how it goes; returns its Fit in every epoch."""
    x_new, y_new = read_digits("test", digits)
    say("", "epoch  log likelihood   seen  unseen")
    progress, fits, begin = Progress(sys.stdout), [], time.perf_counter()
    try:
        for fit in gradient_ascent(network, x, y, theta_h, theta_y, epochs, step):
            fits.append(fit)
            line = f"{fit.epoch:5d}  {fit.log_likelihood:14.3f}  {fit.accuracy:5.0%}"
            if fit.epoch in (0, 1, 2, 5, epochs) or fit.epoch % 10 == 0:
                right = accuracy_of(y_new, network.forward(x_new, fit.theta_h, fit.theta_y)[1])
                progress.show(f"{line}  {right:6.0%}", keep=True)
            else:
                progress.show(line, keep=False)
            check_it_climbs(fits)
    finally:
        progress.close()
    say(f"That took {time.perf_counter() - begin:.1f} s.")
    return fits


def check_it_learned(network, fit, digits, agreed, *, usual):
    """Raise Stop when a network has had its time, and gets fewer images right than one with right functions."""
    x, y = read_digits("test", digits)
    unseen = accuracy_of(y, network.forward(x, fit.theta_h, fit.theta_y)[1])
    if fit.epoch >= ENOUGH and min(unseen, fit.accuracy) < LEARNED:
        advice = (
            "Run `pytest`: it says which function is wrong, and how." if usual else "Try without --step and --spread."
        )
        if not agreed:
            advice = "See the gradient check above."
        raise Stop(
            "The network learned too little: with right functions, and the usual step and first weights, it gets more "
            f"than {LEARNED:.0%} of the images right. {advice}"
        )


def show_the_wrong_ones(network, digits, fit):
    """Name the images that are taken for the other digit, and show some: pairs of an image and a title."""
    wrong = []
    for part, known in (("train", "seen"), ("test", "unseen")):
        x, y = read_digits(part, digits)
        _, y_hat = network.forward(x, fit.theta_h, fit.theta_y)
        for k in ((y_hat >= 0.5) != (y >= 0.5)).nonzero()[0]:
            other = digits[0] + digits[1] - 1  # the digit that is not 1
            is_, taken = (1, other) if y[k] == 1 else (other, 1)
            sure = max(y_hat[k], 1 - y_hat[k])
            wrong.append((x[k], f"{known} image {k}: a {is_}, taken for a {taken} ({sure:.0%} sure)"))
    if not wrong:
        say("Every image is taken for what it is, seen or unseen.")
    for image, title in wrong[:SHOWN]:
        say("", f"  {title}")
        for line in in_letters(image):
            print("    |" + line + "|")
    if len(wrong) > SHOWN:
        more = [title.partition(":")[0] for _, title in wrong[SHOWN:]]
        named = f": {', '.join(more)}" if len(more) <= NAMED else ""
        say("", f"  and {len(more)} more{named}")
    return wrong[:SHOWN]


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=_positive(int), metavar="N", help=f"steps uphill; {EPOCHS} or as time allows")
    parser.add_argument("--seconds", type=_positive(float), default=15, metavar="S", help="time for both, 15")
    parser.add_argument("--step", type=_positive(float), metavar="SIZE", help=f"step size, {STEP}")
    parser.add_argument("--spread", type=float, metavar="SD", help=f"of the first weights, {SPREAD}")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"of the first weights, {SEED}")
    parser.add_argument(
        "--ten",
        action="store_true",
        help=f"all ten digits, by extensions.py; epochs are then passes, {ten.PASSES}, "
        f"the step size {ten.ETA}, the spread {ten.SPREAD}",
    )
    options = parser.parse_args()
    if not 0 <= (options.spread or 0) < 100 or not 0 <= options.seed < 2**32:
        parser.error("--spread takes a number from 0 to 100, --seed a whole number of at least 0")
    return options


def _positive(kind):
    def number(text):
        value = kind(text)
        if not 0 < value < 1e6:
            raise ValueError
        return value

    number.__name__ = "number above 0"
    return number


if __name__ == "__main__":
    sys.exit(run(main))
