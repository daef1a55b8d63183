"""Train a neural network with your own four functions, and watch the log likelihood climb.

    python train.py                 0 against 1, then 1 against 2
    python train.py --epochs 10     a shorter run

Nothing in this file needs to be changed, and nothing in it is graded. It reads the images in data/ and your
neural_network.py, both beside this file, and writes nothing. Exit status: 0 when both networks learned.

How training works: start with small random weights. In each *epoch* let `forward` predict every image, let
`backprop` find the gradient, and take one step uphill: add STEP times the gradient to the weights.
"""

import argparse
import importlib
import sys
import time
import traceback
from pathlib import Path
from typing import NamedTuple

try:
    import numpy as np
except ImportError:
    sys.exit("train.py needs NumPy. To install it: python -m pip install numpy")

HERE = Path(__file__).resolve().parent

PAIRS = ((0, 1), (1, 2))  # In both, y = 1 stands for the digit 1.
HIDDEN = 20
EPOCHS = 60
STEP = 0.015  # The gradient is a sum over 80 images: at twice this step the log likelihood falls at times.
SPREAD = 0.1  # Standard deviation of the first weights. From zeros all hidden units would stay equal.
SEED = 109
LEARNED = 0.9  # A right network gets more than 95 % of either pair.

TASKS = {"sigmoid": 1, "forward": 2, "log_likelihood": 3, "backprop": 4}


class Stop(Exception):
    """Training cannot go on. The message says why, and what to do."""


class Fit(NamedTuple):
    """How well the network fits the training images after some epochs."""

    epoch: int
    log_likelihood: float
    accuracy: float  # share of the images on whose digit the network bets, 0 to 1
    theta_h: np.ndarray
    theta_y: np.ndarray


def main(arguments=None):
    """Train on both pairs; returns the exit status."""
    options = _options(arguments)
    # A console that cannot show a letter (an old Windows code page) shows a question mark instead of failing.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    progress = Progress(sys.stdout)
    try:
        network = Network(load_functions())
        check_all_written(network)
        for digits in PAIRS:
            train_and_show(network, digits, options.epochs, progress)
    except Stop as stop:
        progress.close()
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.close()
        print("\nStopped, because you pressed Ctrl-C. Nothing was saved.", file=sys.stderr)
        return 130
    learned = "learned" if options.epochs >= EPOCHS else "were trained, in a shorter run than usual"
    print(f"\nBoth networks {learned}. Does `pytest` pass too? Then hand in neural_network.py.")
    return 0


def train_and_show(network, digits, epochs, progress):
    """Train one network, show each epoch, and try the network on images that it has not seen."""
    x, y = read_digits("train", digits)
    theta_h, theta_y = first_weights(x.shape[1])
    print(f"\nDigit {digits[0]} against digit {digits[1]}: {len(x)} images of {x.shape[1]} pixels")
    count_h, count_y = theta_h.size, theta_y.size
    print(f"{count_h} weights in theta_h + {count_y} in theta_y = {count_h + count_y} parameters")

    fits = []
    start = time.perf_counter()
    for fit in gradient_ascent(network, x, y, theta_h, theta_y, epochs):
        fits.append(fit)
        seconds = time.perf_counter() - start
        progress.show(_line(fit, epochs, seconds), keep=fit.epoch % 10 == 0 or fit.epoch == epochs)
        check_it_climbs(fits)
    print(f"That took {seconds:.2f} s, {seconds / epochs * 1000:.1f} ms for each epoch.")

    x_new, y_new = read_digits("test", digits)
    _, y_hat = network.forward(x_new, fit.theta_h, fit.theta_y)
    right = accuracy_of(y_new, y_hat)
    print(f"On {len(x_new)} images that it has not seen it gets {right:.1%} right.")
    if epochs >= EPOCHS and min(right, fit.accuracy) < LEARNED:
        raise Stop(
            f"The network learned too little: with right functions it gets more than {LEARNED:.0%} of the images.\n"
            "Run `pytest`: it says which function is wrong, and how."
        )


def gradient_ascent(network, x, y, theta_h, theta_y, epochs):
    """Yield the Fit before the first epoch and after each one.

    x          (n, m_x)      pixels, 0 to 1
    y          (n,)          labels, 0.0 or 1.0
    theta_h    (m_x, m_h)    the first weights of the hidden layer
    theta_y    (m_h,)        the first weights of the output
    """
    h, y_hat = network.forward(x, theta_h, theta_y)
    yield Fit(0, network.log_likelihood(y, y_hat), accuracy_of(y, y_hat), theta_h, theta_y)
    for epoch in range(1, epochs + 1):
        # Both gradients belong to the same weights, so both are found before either array takes its step.
        grad_theta_h, grad_theta_y = network.backprop(x, y, h, y_hat, theta_y)
        theta_h = theta_h + STEP * grad_theta_h
        theta_y = theta_y + STEP * grad_theta_y
        h, y_hat = network.forward(x, theta_h, theta_y)
        yield Fit(epoch, network.log_likelihood(y, y_hat), accuracy_of(y, y_hat), theta_h, theta_y)


def first_weights(m_x, m_h=HIDDEN):
    """Small random weights, the same in every run: theta_h (m_x, m_h) and theta_y (m_h,)."""
    random = np.random.RandomState(SEED)
    return random.normal(0, SPREAD, (m_x, m_h)), random.normal(0, SPREAD, m_h)


def read_digits(part, digits, folder=HERE / "data"):
    """The images of two digits: x (n, 40), pixels from 0 to 1, and y (n,), 1.0 where the image is a 1."""
    try:
        images = np.load(folder / f"{part}_images.npy", allow_pickle=False)
        labels = np.load(folder / f"{part}_labels.npy", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise Stop(
            f"The images in {folder} cannot be read ({error}). Download the assignment again."
        ) from None
    ours = np.isin(labels, digits)
    return images[ours] / 16, (labels[ours] == 1).astype(float)


def accuracy_of(y, y_hat):
    """The share of images for which the network finds the right label more likely than the wrong one."""
    return float(np.mean((y_hat >= 0.5) == (y >= 0.5)))


def check_all_written(network):
    """Raise Stop unless all four functions are there. They are tried on two tiny images."""
    x, y = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), np.array([1.0, 0.0])
    h, y_hat, theta_y = np.full((2, 4), 0.5), np.array([0.5, 0.25]), np.full(4, 0.1)
    missing = []
    for name, arguments in (
        ("sigmoid", (0.0,)),
        ("forward", (x, np.full((3, 4), 0.1), theta_y)),
        ("log_likelihood", (y, y_hat)),
        ("backprop", (x, y, h, y_hat, theta_y)),
    ):
        try:
            network.call(name, *arguments)
        except NotWrittenError as error:
            missing += [str(error)] if str(error) not in missing else []
    if missing:
        raise Stop(
            "There is nothing to train yet:\n  "
            + "\n  ".join(missing)
            + "\nWrite the first of these, run `pytest` until its checks pass, then the next. Training comes last."
        )


def check_it_climbs(fits):
    """Raise Stop when the log likelihood does what it cannot do if everything is right."""
    epoch, now = fits[-1].epoch, fits[-1].log_likelihood
    if np.isnan(now):
        raise Stop(
            f"The log likelihood is nan (not a number) after {epoch} epochs. A logarithm of 0 times 0, or of a\n"
            "negative number, does that: look at log_likelihood, then at forward."
        )
    if np.isinf(now):
        raise Stop(
            f"The log likelihood is {now} after {epoch} epochs: some y_hat is exactly 0 or 1, and wrong. With right\n"
            "functions that does not happen here. Does backprop average, or add up twice? Run `pytest`."
        )
    if now > 1e-9:
        raise Stop(
            f"The log likelihood is {now:.4g}, but the logarithm of a probability is never above 0. Does\n"
            "log_likelihood have the opposite sign?"
        )
    if epoch >= 3 and all(fits[k].log_likelihood < fits[k - 1].log_likelihood for k in (-1, -2, -3)):
        raise Stop(
            f"The log likelihood fell three epochs in a row, to {now:.2f}. Training adds the gradient to the weights,\n"
            "so the gradient has to point uphill. Does backprop have the opposite sign? Run `pytest`."
        )
    if epoch == 3 and fits[0].log_likelihood == now:
        raise Stop("The log likelihood does not move. Does backprop return only zeros? Run `pytest`.")


class NotWrittenError(Stop):
    """A function is still the stub that came with the assignment."""


class Network:
    """The four functions, with a look at every result before it is used."""

    def __init__(self, functions):
        """Take the functions from a module, or from any object that has them."""
        self.functions = functions

    def forward(self, x, theta_h, theta_y):
        """Your forward: h (n, m_h) and y_hat (n,)."""
        h, y_hat = self._pair("forward", "(h, y_hat)", x, theta_h, theta_y)
        h = _array(
            h,
            "forward returned h",
            (len(x), len(theta_y)),
            "one row for each image, one column for each unit",
        )
        return h, _array(y_hat, "forward returned y_hat", (len(x),), "one probability for each image")

    def log_likelihood(self, y, y_hat):
        """Your log_likelihood, as a float."""
        value = self.call("log_likelihood", y, y_hat)
        return float(_array(value, "log_likelihood returned an array", (), "a single number", finite=False))

    def backprop(self, x, y, h, y_hat, theta_y):
        """Your backprop: grad_theta_h (m_x, m_h) and grad_theta_y (m_h,)."""
        grad_theta_h, grad_theta_y = self._pair(
            "backprop", "(grad_theta_h, grad_theta_y)", x, y, h, y_hat, theta_y
        )
        shape = (x.shape[1], len(theta_y))
        grad_theta_h = _array(grad_theta_h, "backprop returned grad_theta_h", shape, "the shape of theta_h")
        return grad_theta_h, _array(
            grad_theta_y, "backprop returned grad_theta_y", shape[1:], "the shape of theta_y"
        )

    def call(self, name, *arguments):
        """Call one of the functions; whatever goes wrong in it becomes a Stop that names the line."""
        function = getattr(self.functions, name, None)
        if not callable(function):
            raise Stop(f"neural_network.py has no function {name}. Is its name spelled as in the download?")
        copies = [np.array(argument) for argument in arguments]
        try:
            result = function(*arguments)
        except NotImplementedError as error:
            frame = _their_frame(error)
            culprit = frame.name if frame and frame.name in TASKS else name
            where = f" (line {frame.lineno} of neural_network.py)" if frame else ""
            raise NotWrittenError(f"Task {TASKS[culprit]}: {culprit} is not written yet{where}.") from None
        except (Exception, SystemExit) as error:
            raise Stop(f"{name} stopped with {_told(error)}") from None
        if result is None:
            raise Stop(f"{name} returned None. Is a `return` missing at its end?")
        for argument, copy in zip(arguments, copies, strict=True):
            if not np.array_equal(argument, copy, equal_nan=True):
                raise Stop(
                    f"{name} changed one of its arguments (the one of shape {copy.shape}). Others still need it:\n"
                    "write `a = a * b` instead of `a *= b`, and fill new arrays instead of the ones you are given."
                )
        return result

    def _pair(self, name, names, *arguments):
        result = self.call(name, *arguments)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise Stop(f"{name} has to return a pair, {names}; it returned {_described(result)}.")
        return result


def load_functions():
    """The module neural_network from beside this file, whatever the current folder is."""
    if not (HERE / "neural_network.py").is_file():
        raise Stop(
            f"There is no neural_network.py in {_plain(HERE)}. Put it beside train.py, under exactly this name."
        )
    sys.path.insert(0, str(HERE))
    try:
        return importlib.import_module("neural_network")
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise Stop(f"Python cannot read neural_network.py{line}: {_plain(error.msg)}.") from None
    except (Exception, SystemExit) as error:
        raise Stop(f"neural_network.py cannot be imported: it stopped with {_told(error)}") from None


class Progress:
    """A line that is rewritten in place on a terminal, and one line after the other anywhere else."""

    def __init__(self, stream):
        """Write to the stream."""
        self.stream = stream
        self.in_place = stream.isatty()
        self.width = 0  # of the line that stands there now and may be written over

    def show(self, text, *, keep):
        """Show the text in the place of the last one; `keep` it, and the next goes below."""
        if self.in_place:
            self.stream.write("\r" + text.ljust(self.width) + ("\n" if keep else ""))
            self.width = 0 if keep else len(text)
        else:
            self.stream.write(text + "\n")
        self.stream.flush()

    def close(self):
        """End the line, so that what follows begins on its own."""
        if self.width:
            self.stream.write("\n")
            self.width = 0
        self.stream.flush()


def _line(fit, epochs, seconds):
    line = f"  epoch {fit.epoch:3d} of {epochs}   log likelihood {fit.log_likelihood:9.3f}   right {fit.accuracy:6.1%}"
    left = seconds / fit.epoch * (epochs - fit.epoch) if fit.epoch else 0
    return line + (f"   {left:3.0f} s left" if left >= 2 else "")


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--epochs", type=int, default=EPOCHS, metavar="N", help=f"steps uphill, {EPOCHS} if not given"
    )
    options = parser.parse_args(arguments)
    if options.epochs < 1:
        parser.error("--epochs takes a whole number of at least 1")
    return options


def _array(result, what, shape, meaning, *, finite=True):
    """The result as an array of floats, once its shape and values are what they must be."""
    try:
        array = np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        raise Stop(f"{what} as {_described(result)}, which is not an array of numbers.") from None
    if array.shape != shape:
        raise Stop(f"{what} of shape {array.shape}; it must have shape {shape}: {meaning}.")
    if finite and not np.isfinite(array).all():
        raise Stop(f"{what} with nan or inf in it. Run `pytest`: it says which function is wrong, and how.")
    return array


def _described(result):
    if isinstance(result, (tuple, list)):
        return f"{len(result)} values"
    shape = getattr(result, "shape", None)
    return f"an array of shape {shape}" if shape is not None else f"a value of type {type(result).__name__}"


def _told(error):
    """An exception in one line, and the line of neural_network.py where it happened."""
    told = f"{type(error).__name__}: {_plain(error)}" if str(error) else type(error).__name__
    frame = _their_frame(error)
    return f"{told}\n  neural_network.py, line {frame.lineno}: {_plain(frame.line)}" if frame else told


def _their_frame(error):
    """The innermost line of neural_network.py that was running."""
    frames = traceback.extract_tb(error.__traceback__)
    return next(
        (frame for frame in reversed(frames) if Path(frame.filename).name == "neural_network.py"), None
    )


def _plain(text):
    """Text that any console can show."""
    return str(text).encode("ascii", "backslashreplace").decode("ascii")


if __name__ == "__main__":
    sys.exit(main())
