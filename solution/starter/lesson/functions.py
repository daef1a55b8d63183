"""Your functions, called with a look at every result before it is used."""

import importlib
import sys
import traceback
from pathlib import Path

import numpy as np

from . import HOME

NEURAL_NETWORK, EXTENSIONS = "neural_network.py", "extensions.py"
# The files that students write, their functions, and the task of each. Nothing else knows these names.
TASKS = {
    NEURAL_NETWORK: {"sigmoid": 1, "forward": 2, "log_likelihood": 3, "backprop": 4},
    EXTENSIONS: {
        "logistic_gradient": 5,
        "train_logistic": 6,
        "neuron_loss": 7,
        "neuron_gradient": 8,
        "train_neuron_sgd": 9,
        "perceptron_predict": 10,
        "train_perceptron": 11,
        "forward_multi": 12,
        "squared_loss": 13,
        "backprop_multi": 14,
        "train_multi_sgd": 15,
        "two_guesses": 16,
    },
}
# What the checks of a file are started with.
CHECKS = {NEURAL_NETWORK: "pytest", EXTENSIONS: "pytest checks/extensions"}

# Kinds of NumPy's types that are numbers: floats, whole numbers, and True and False.
NUMBERS = "fiub"


class Stop(Exception):
    """It cannot go on. The message says why, and what to do; `where` is `line 7 of neural_network.py`, if known."""

    where = None


class NotWrittenError(Stop):
    """A function is still the stub that came with the assignment. `checks` is what its own checks are started with."""

    checks = CHECKS[NEURAL_NETWORK]


def load_functions(file=NEURAL_NETWORK):
    """One of the two files of the assignment's folder as a module, whatever the current folder is."""
    if not (HOME / file).is_file():
        raise Stop(f"There is no {file} in {plain(HOME)}. Put it there, under exactly this name.")
    if str(HOME) not in sys.path:
        sys.path.insert(0, str(HOME))
    try:
        return importlib.import_module(Path(file).stem)
    except SyntaxError as error:
        # The one may import the other.
        culprit = Path(error.filename or file).name
        line = f", line {error.lineno}" if error.lineno else ""
        message = f"Python cannot read {culprit}{line}: {plain(error.msg)}."
        raise _stop(message, f"line {error.lineno} of {culprit}" if line else None) from None
    except (Exception, SystemExit) as error:
        raise _stopped(f"{file} cannot be imported: it stopped with", error) from None


def check_all_written(network, without=()):
    """Raise Stop unless all functions that the network needs are there. They are tried on two tiny images."""
    missing = []
    for name, arguments in network.trials():
        if name in without:
            continue
        try:
            network.call(name, *arguments)
        except NotWrittenError as error:
            missing += [error] if str(error) not in map(str, missing) else []
    if missing:
        raise Stop(
            "There is nothing to train yet:\n  "
            + "\n  ".join(map(str, missing))
            + f"\nWrite the first of these, run `{missing[0].checks}` until its checks pass, then the next. Training "
            "comes last."
        )


class Network:
    """The functions of a network with one output, with a look at every result before it is used.

    `forward`, `score` and `backprop` are asked for in the same way whichever file answers. The first weights are those
    of the hidden layer, the second those of the output.
    """

    FILE, FILES = NEURAL_NETWORK, (NEURAL_NETWORK,)  # where the functions are, and what is read for them
    FORWARD, SCORE, BACKPROP = "forward", "log_likelihood", "backprop"
    WEIGHTS = ("theta_h", "theta_y")
    WAY = 1  # along the gradient: the log likelihood is to grow
    ANSWER = "one probability for each image"

    def __init__(self, functions):
        """Take the functions from a module, or from any object that has them."""
        self.functions = functions

    def forward(self, x, first, second):
        """Your forward: h (n, m_h) and y_hat (n,)."""
        h, y_hat = self._pair(self.FORWARD, "(h, y_hat)", x, first, second)
        told = "one row for each image, one column for each unit"
        h = self._array(h, (self.FORWARD, "h"), (len(x), len(second)), told)
        return h, self._array(y_hat, (self.FORWARD, "y_hat"), (len(x), *second.shape[1:]), self.ANSWER)

    def score(self, y, y_hat):
        """What training changes in one direction, as a float: your log_likelihood."""
        value = self.call(self.SCORE, y, y_hat)
        return float(self._array(value, (self.SCORE, ""), (), "a single number", finite=False))

    def backprop(self, x, y, h, y_hat, second):
        """Your backprop: the gradients in the shapes of the weights, (m_x, m_h) and (m_h,)."""
        names = tuple(f"grad_{name}" for name in self.WEIGHTS)
        gradients = self._pair(self.BACKPROP, f"({', '.join(names)})", x, y, h, y_hat, second)
        return self._weights(self.BACKPROP, names, gradients, (x.shape[1], len(second)), second.shape)

    def trials(self):
        """Each function that is needed, with arguments to try it on."""
        x, y = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), np.array([1.0, 0.0])
        h, y_hat, theta_y = np.full((2, 4), 0.5), np.array([0.5, 0.25]), np.full(4, 0.1)
        return (
            ("sigmoid", (0.0,)),
            ("forward", (x, np.full((3, 4), 0.1), theta_y)),
            ("log_likelihood", (y, y_hat)),
            ("backprop", (x, y, h, y_hat, theta_y)),
        )

    def call(self, name, *arguments):
        """Call one of the functions; whatever goes wrong in it becomes a Stop that names the line."""
        function = getattr(self.functions, name, None)
        if not callable(function):
            raise Stop(f"{self.FILE} has no function {name}. Is its name spelled as in the download?")
        copies = [np.array(argument) for argument in arguments]
        try:
            result = function(*arguments)
        except NotImplementedError as error:
            raise _not_written(name, error) from None
        except (Exception, SystemExit) as error:
            raise _stopped(f"{name} stopped with", error) from None
        if result is None:
            raise Stop(f"{name} returned None. Is a `return` missing at its end?")
        for argument, copy in zip(arguments, copies, strict=True):
            if not np.array_equal(argument, copy, equal_nan=True):
                raise Stop(
                    f"{name} changed one of its arguments (the one of shape {copy.shape}). Others still need it: "
                    "write `a = a * b` instead of `a *= b`, and fill new arrays instead of the ones you are given."
                )
        return result

    def _pair(self, name, names, *arguments):
        result = self.call(name, *arguments)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise Stop(f"{name} has to return a pair, {names}; it returned {_described(result)}.")
        return result

    def _array(self, result, what, shape, meaning, *, finite=True):
        return array_of(result, what, shape, meaning, finite=finite, checks=CHECKS[self.FILE])

    def _weights(self, name, names, results, *shapes):
        """A pair of results that have the shapes of the two arrays of weights."""
        return tuple(
            self._array(result, (name, said), shape, f"the shape of {weights}")
            for result, said, shape, weights in zip(results, names, shapes, self.WEIGHTS, strict=True)
        )


class ManyOutputs(Network):
    """The functions of a network with several outputs, y (n, K) and y_hat (n, K)."""

    FILE, FILES = EXTENSIONS, (NEURAL_NETWORK, EXTENSIONS)
    FORWARD, SCORE, BACKPROP = "forward_multi", "squared_loss", "backprop_multi"
    WEIGHTS = ("W", "V")
    WAY = -1  # against the gradient: the error is to shrink
    ANSWER = "one row for each image, one column for each output"

    def train(self, x, y, first, second, eta, order):
        """Your train_multi_sgd: the weights after a step for each image in the order."""
        name = "train_multi_sgd"
        pair = self._pair(name, "(W, V)", x, y, first, second, eta, order)
        return self._weights(name, self.WEIGHTS, pair, first.shape, second.shape)

    def two_guesses(self, x, first, second):
        """Your two_guesses: whole numbers (n, 2), the likeliest class of each image and the next."""
        name, count = "two_guesses", second.shape[1]
        result = self.call(name, x, first, second)
        guesses = self._array(result, (name, ""), (len(x), 2), "two guesses for each image")
        if not np.isin(guesses, np.arange(count)).all():
            raise Stop(f"{name} returned guesses that are not whole numbers from 0 to {count - 1}.")
        if (guesses[:, 0] == guesses[:, 1]).any():
            raise Stop(f"{name} returned the same class twice for image {(guesses[:, 0] == guesses[:, 1]).argmax()}.")
        return guesses.astype(int)

    def trials(self):
        """Each function that training needs, with arguments to try it on."""
        x, y = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
        W, V = np.full((3, 4), 0.1), np.full((4, 3), 0.1)
        h, y_hat = np.full((2, 4), 0.5), np.array([[0.5, 0.25, 0.5], [0.25, 0.5, 0.5]])
        return (
            ("forward_multi", (x, W, V)),
            ("squared_loss", (y, y_hat)),
            ("backprop_multi", (x, y, h, y_hat, V)),
            ("train_multi_sgd", (x, y, W, V, 0.5, np.array([1, 0]))),
            ("two_guesses", (x, W, V)),
        )


def array_of(result, of, shape, meaning, *, finite=True, checks=CHECKS[NEURAL_NETWORK]):
    """The result as an array of floats, once its shape and values are what they must be.

    `of` is the function that returned it and, of several results, the name of this one.
    """
    function, name = of
    what = f"{function} returned {name or 'an array'}"
    try:
        array = np.asarray(result)
        if array.dtype.kind not in NUMBERS + "O":  # NumPy would read "7" as a number; the checks do not
            raise TypeError
        array = np.asarray(array, dtype=float)
    except (TypeError, ValueError):
        raise Stop(f"{function} returned {f'for {name} ' if name else ''}{_no_numbers(result)}.") from None
    if array.shape != shape:
        raise Stop(f"{what} of shape {array.shape}; it must have shape {shape}: {meaning}.")
    if finite and not np.isfinite(array).all():
        raise Stop(f"{what} with nan or inf in it. Run `{checks}`: it says which function is wrong, and how.")
    return array


def file_of(frame):
    """The name of the student's file in which a frame of a running program lies, or None."""
    name = Path(frame.f_code.co_filename).name
    return name if name in TASKS else None


def frame_of(error):
    """The innermost line of a student's file that was running when an exception came, or None."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame for frame in reversed(frames) if Path(frame.filename).name in TASKS), None)


def place_of(frame):
    """Where that is: `line 7 of neural_network.py`."""
    return f"line {frame.lineno} of {Path(frame.filename).name}"


def plain(text):
    """Text that any console can show."""
    return str(text).encode("ascii", "backslashreplace").decode("ascii")


def _described(result):
    if isinstance(result, (tuple, list)):
        return f"{len(result)} values"
    shape = getattr(result, "shape", None)
    return f"an array of shape {shape}" if shape is not None else f"a value of type {type(result).__name__}"


def _no_numbers(result):
    """Something of which no array of numbers can be made, and why."""
    if not isinstance(result, (list, tuple, np.ndarray)):
        return f"{_described(result)}, which is not made of numbers"
    what = "an array" if isinstance(result, np.ndarray) else f"a {type(result).__name__}"
    for entry in _entries(result):
        if np.asarray(entry).dtype.kind not in NUMBERS:
            return f"{what} that holds {plain(repr(entry))[:40]}, which is not a number"
    return f"{what} whose rows have different lengths"


def _entries(result):
    for one in result.ravel().tolist() if isinstance(result, np.ndarray) else result:
        if isinstance(one, (list, tuple, np.ndarray)):
            yield from _entries(one)
        else:
            yield one


def _not_written(name, error):
    """What to say of a stub, which may be a function that the one we asked has called."""
    files = {function: file for file, functions in TASKS.items() for function in functions}
    frame = frame_of(error)
    culprit = frame.name if frame and frame.name in files else name
    file, where = files[culprit], place_of(frame) if frame else None
    missing = NotWrittenError(
        f"Task {TASKS[file][culprit]}: {culprit} is not written yet{f' ({where})' if where else ''}."
    )
    missing.where, missing.checks = where, CHECKS[file]
    return missing


def _stopped(what, error):
    """A Stop that tells an exception in one line, and then the line of the student's file where it happened."""
    told = f"{type(error).__name__}: {plain(error)}" if str(error) else type(error).__name__
    frame = frame_of(error)
    where = f"\n  {Path(frame.filename).name}, line {frame.lineno}: {plain(frame.line)}" if frame else ""
    return _stop(f"{what} {told}{where}", place_of(frame) if frame else None)


def _stop(message, where):
    stop = Stop(message)
    stop.where = where
    return stop
