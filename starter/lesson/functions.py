"""Your four functions, called with a look at every result before it is used."""

import importlib
import sys
import traceback
from pathlib import Path

import numpy as np

from . import HOME

TASKS = {"sigmoid": 1, "forward": 2, "log_likelihood": 3, "backprop": 4}


class Stop(Exception):
    """It cannot go on. The message says why, and what to do; `line` is that of neural_network.py, if there is one."""

    line = None


class NotWrittenError(Stop):
    """A function is still the stub that came with the assignment."""


def load_functions():
    """The module neural_network of the assignment's folder, whatever the current folder is."""
    if not (HOME / "neural_network.py").is_file():
        raise Stop(f"There is no neural_network.py in {plain(HOME)}. Put it there, under exactly this name.")
    sys.path.insert(0, str(HOME))
    try:
        return importlib.import_module("neural_network")
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise _stop(f"Python cannot read neural_network.py{line}: {plain(error.msg)}.", error.lineno) from None
    except (Exception, SystemExit) as error:
        raise _stopped("neural_network.py cannot be imported: it stopped with", error) from None


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
        grad_theta_h, grad_theta_y = self._pair("backprop", "(grad_theta_h, grad_theta_y)", x, y, h, y_hat, theta_y)
        shape = (x.shape[1], len(theta_y))
        grad_theta_h = _array(grad_theta_h, "backprop returned grad_theta_h", shape, "the shape of theta_h")
        return grad_theta_h, _array(grad_theta_y, "backprop returned grad_theta_y", shape[1:], "the shape of theta_y")

    def call(self, name, *arguments):
        """Call one of the functions; whatever goes wrong in it becomes a Stop that names the line."""
        function = getattr(self.functions, name, None)
        if not callable(function):
            raise Stop(f"neural_network.py has no function {name}. Is its name spelled as in the download?")
        copies = [np.array(argument) for argument in arguments]
        try:
            result = function(*arguments)
        except NotImplementedError as error:
            frame = frame_of(error)
            culprit = frame.name if frame and frame.name in TASKS else name
            where = f" (line {frame.lineno} of neural_network.py)" if frame else ""
            missing = NotWrittenError(f"Task {TASKS[culprit]}: {culprit} is not written yet{where}.")
            missing.line = frame.lineno if frame else None
            raise missing from None
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


def _stopped(what, error):
    """A Stop that tells an exception in one line, and then the line of neural_network.py where it happened."""
    told = f"{type(error).__name__}: {plain(error)}" if str(error) else type(error).__name__
    frame = frame_of(error)
    where = f"\n  neural_network.py, line {frame.lineno}: {plain(frame.line)}" if frame else ""
    return _stop(f"{what} {told}{where}", frame.lineno if frame else None)


def _stop(message, line):
    stop = Stop(message)
    stop.line = line
    return stop


def frame_of(error):
    """The innermost line of neural_network.py that was running when an exception came, or None."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame for frame in reversed(frames) if Path(frame.filename).name == "neural_network.py"), None)


def plain(text):
    """Text that any console can show."""
    return str(text).encode("ascii", "backslashreplace").decode("ascii")
