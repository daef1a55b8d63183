"""The extra credit: right programs in several styles, and slips too small, or too numerous, for an entry each."""

from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

from autograder.session import load_module

from . import cost, elements, seeds, wrong_training
from .measuring import Measured, Part, Program, Wrong, catalogue, in_float32, measure, sigmoid32, table
from .places import ROOT, SOLUTION

HEAD = """# What the tolerances of the extra credit are based on

Made in the same way as [calibration.md](calibration.md), so do not edit it. Errors are in units of what a case allows:
a right program must stay below 1, and a wrong one above. All data, initial weights, and orders of the cases are fixed,
so nothing in a grade is left to chance. What other seeds would have given shows whether a recipe is a good one.
"""


def _load(sigmoid: Callable[..., Any] | None = None) -> ModuleType:
    """Load the solution, with its neighbor's sigmoid or with another one."""
    with mock.patch.dict("sys.modules"):
        neighbor = load_module(SOLUTION / "neural_network.py")
        neighbor.sigmoid = sigmoid or neighbor.sigmoid
        return load_module(SOLUTION / "extensions.py")


solution = _load()
with mock.patch.dict("sys.modules"):
    # A right program of the bank, in plain Python with lists and numbers.
    lists = load_module(ROOT / "tests" / "submissions" / "extensions" / "right_in_plain_loops" / "extensions.py")


def functions_of(part: Part) -> list[str]:
    """Return the functions that have cases of their own; sigmoid belongs to the first part."""
    return [name for name in part.assignment.functions if part.cases_of(name)]


def right_programs(part: Part) -> dict[str, Program]:
    """Return right programs of several styles: vectorized, two kinds of loops, another summation order, single
    precision.
    """
    names = functions_of(part)
    single = _load(sigmoid32)
    return {
        "vectorized": {name: getattr(solution, name) for name in names},
        "summed backwards": {name: BACKWARDS[name] for name in names},
        "lists": {name: getattr(lists, name) for name in names},
        "elements": {name: getattr(elements, name) for name in names},
        "float32": {name: in_float32(getattr(single, name)) for name in names},
    }


def _mirrored(array: Any) -> Any:
    return array[::-1, ::-1]


def _backprop_backwards(x: Any, y: Any, h: Any, y_hat: Any, V: Any) -> Any:
    return tuple(map(_mirrored, solution.backprop_multi(*map(_mirrored, (x, y, h, y_hat, V)))))


def _train_multi_backwards(x: Any, y: Any, W: Any, V: Any, eta: Any, order: Any) -> Any:
    inner = x[:, ::-1], y[:, ::-1], _mirrored(W), _mirrored(V), eta, order
    return tuple(map(_mirrored, solution.train_multi_sgd(*inner)))


# The same formulas with datapoints, inputs, hidden units, and outputs reversed, and so every sum in reverse order.
BACKWARDS: Program = {
    "logistic_gradient": lambda x, y, w: solution.logistic_gradient(_mirrored(x), y[::-1], w[::-1])[::-1],
    "train_logistic": lambda x, y, *how: solution.train_logistic(_mirrored(x), y[::-1], *how)[::-1],
    "neuron_loss": lambda x, y, w: solution.neuron_loss(_mirrored(x), y[::-1], w[::-1]),
    "neuron_gradient": lambda x_k, y_k, w: solution.neuron_gradient(x_k[::-1], y_k, w[::-1])[::-1],
    "train_neuron_sgd": lambda x, y, w, *how: solution.train_neuron_sgd(x[:, ::-1], y, w[::-1], *how)[::-1],
    "perceptron_predict": lambda x, w: solution.perceptron_predict(x[:, ::-1], w[::-1]),
    "train_perceptron": lambda x, y, w, *how: solution.train_perceptron(x[:, ::-1], y, w[::-1], *how)[::-1],
    "forward_multi": lambda x, W, V: tuple(
        values[:, ::-1] for values in solution.forward_multi(x[:, ::-1], _mirrored(W), _mirrored(V))
    ),
    "squared_loss": lambda y, y_hat: solution.squared_loss(_mirrored(y), _mirrored(y_hat)),
    "backprop_multi": _backprop_backwards,
    "train_multi_sgd": _train_multi_backwards,
    "two_guesses": lambda x, W, V: solution.two_guesses(x[:, ::-1], _mirrored(W), V[::-1]),
}


def wrong_functions(part: Part) -> Wrong:
    """Return the catalogue's formulas, and the slips of this file and of `wrong_training`."""
    return catalogue(part, {name: slips(name) for name in functions_of(part)})


def slips(name: str) -> dict[str, Callable[..., Any]]:
    """Return wrong formulas for one function that need no entry in the catalogue."""
    # In float16, classes, yes and no, and a perceptron's weights (sums of pixels in sixteenths) come out just as right.
    small = {} if name in (*CHOICES, "train_logistic", "train_perceptron") else _small(name)
    return small | CHOICES.get(name, {}) | wrong_training.SLIPS.get(name, {})


def _small(name: str) -> dict[str, Callable[..., Any]]:
    """Return slips that hardly change the results."""
    right = getattr(solution, name)

    def in_float16(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            result = right(*(a if np.asarray(a).dtype.kind == "i" else np.float16(a) for a in arguments))
        return tuple(map(np.float64, result)) if isinstance(result, tuple) else np.float64(result)

    found = {"float16": in_float16}
    if name in LOSSES:
        found["rounded to 4 digits"] = lambda *arguments: np.round(right(*arguments), 4)
    elif "x" in _arguments(right):
        found["x rounded to 2 digits"] = lambda x, *others: right(np.round(x, 2), *others)
    if name == "backprop_multi":
        found["y_hat rounded to 2 digits"] = lambda x, y, h, y_hat, V: right(x, y, h, np.round(y_hat, 2), V)
    return found


LOSSES = ("neuron_loss", "squared_loss")


def _ranked(x: Any, W: Any, V: Any) -> Any:
    return np.argsort(-solution.forward_multi(x, W, V)[1], axis=1)


# Answers that are whole numbers have no small slips.
CHOICES: Wrong = {
    "perceptron_predict": {
        "no for exactly 0": lambda x, w: np.where(x @ w > 0, 1.0, 0.0),
        "-1 for no": lambda x, w: np.where(x @ w >= 0, 1.0, -1.0),
        "yes and no exchanged": lambda x, w: np.where(x @ w >= 0, 0.0, 1.0),
        "yes above 0.5": lambda x, w: np.where(x @ w >= 0.5, 1.0, 0.0),
        "the sums themselves": lambda x, w: x @ w,
        "sigmoid for the step": lambda x, w: 1 / (1 + np.exp(-(x @ w))),
        "constant input left out": lambda x, w: np.where(x[:, 1:] @ w[1:] >= 0, 1.0, 0.0),
    },
    "two_guesses": {
        "second guess first": lambda x, W, V: _ranked(x, W, V)[:, 1::-1],
        "counted from 1": lambda x, W, V: _ranked(x, W, V)[:, :2] + 1,
        "the two smallest": lambda x, W, V: _ranked(x, W, V)[:, :-3:-1],
        "the first and the last": lambda x, W, V: _ranked(x, W, V)[:, [0, -1]],
        "the first twice": lambda x, W, V: _ranked(x, W, V)[:, [0, 0]],
        "best guess, and the next class": lambda x, W, V: (_ranked(x, W, V)[:, :1] + [0, 1]) % V.shape[1],
        "by the largest sums of weights": lambda x, W, V: np.argsort(-(x @ W @ V), axis=1)[:, :2],
        "outputs instead of classes": lambda x, W, V: -np.sort(-solution.forward_multi(x, W, V)[1], axis=1)[:, :2],
    },
}


def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def page(part: Part) -> list[str]:
    """Return the page's lines."""
    programs = right_programs(part)
    base = programs["vectorized"]
    # The uncached reference, since this run also measures what the cases cost.
    plain = part.modules["reference"]
    rights = {
        name: measure(part, program, reference=plain if name == "vectorized" else None)
        for name, program in programs.items()
    }
    by_each_weight = {
        "train_logistic": elements.climb_for_each_weight,
        "train_multi_sgd": elements.train_for_each_weight,
    }
    slower = {**programs["elements"], **by_each_weight}
    slowest = measure(part, slower, numbers=[number for name in by_each_weight for number in part.cases_of(name)])
    wrongs = {
        (function, name): measure(part, {**base, function: formula}, right=base, numbers=part.cases_of(function))
        for function, formulas in wrong_functions(part).items()
        for name, formula in formulas.items()
    }
    # The report assumes that these are right, so a program that is not ends the run.
    _all_right({**rights, "slowest": slowest})
    return [
        "## Each case\n",
        *table(part, rights, wrongs),
        "\n## What training catches\n",
        *wrong_training.report(part, wrongs),
        "\n## The data of the cases\n",
        *seeds.fixed(part, rights),
        "\n## Other seeds\n",
        *seeds.spread(part, rights["vectorized"], solution),
        "\n## Cost\n",
        *cost.report(part, rights, slowest),
    ]


def _all_right(rights: dict[str, dict[str, Measured]]) -> None:
    wrong = [f"{name}: {number}" for name, seen in rights.items() for number, one in seen.items() if one.error > 1]
    if wrong:
        raise SystemExit(f"These programs are meant to be right, and their cases fail: {', '.join(wrong)}")
