"""The first part: right programs, small slips, and the results of other seeds."""

from typing import Any
from unittest import mock

import numpy as np

from autograder.session import load_module

from .measuring import Part, Program, Wrong, catalogue, in_float32, measure, sigmoid32, table
from .places import ROOT, SOLUTION

SEEDS = 300
FUNCTIONS = ("sigmoid", "forward", "log_likelihood", "backprop")
solution = load_module(SOLUTION / "neural_network.py")
with mock.patch.dict("sys.modules"):
    # A right program of the bank.
    loops = load_module(ROOT / "tests" / "submissions" / "loops_in_plain_python" / "neural_network.py")


def right_programs(part: Part) -> dict[str, Program]:
    """Return right programs of several styles: vectorized, plain loops, another summation order, single precision."""

    def backwards(x: Any, y: Any, h: Any, y_hat: Any, theta_y: Any) -> Any:
        return solution.backprop(x[::-1], y[::-1], h[::-1], y_hat[::-1], theta_y)

    vectorized = {name: getattr(solution, name) for name in FUNCTIONS}
    return {
        "vectorized": vectorized,
        "plain loops": {name: getattr(loops, name) for name in FUNCTIONS},
        "summed backwards": {**vectorized, "backprop": backwards},
        "float32": {**{name: in_float32(function) for name, function in vectorized.items()}, "sigmoid": sigmoid32},
    }


def wrong_functions(part: Part) -> Wrong:
    """Return the catalogue's formulas, and slips too small for an entry."""
    right = solution
    return catalogue(
        part,
        {
            "sigmoid": {
                "rounded to 4 digits": lambda z: np.round(right.sigmoid(z), 4),
                "e as 2.71828": lambda z: 1 / (1 + 2.71828**-z),
            },
            "forward": {
                "x rounded to 2 digits": lambda x, theta_h, theta_y: right.forward(np.round(x, 2), theta_h, theta_y),
            },
            "backprop": {
                "1e-3 added in denominators": lambda x, y, h, y_hat, theta_y: _with_slope(
                    x, h, theta_y, (y / (y_hat + 1e-3) - (1 - y) / (1 - y_hat + 1e-3)) * y_hat * (1 - y_hat)
                ),
                "y_hat rounded to 2 digits": lambda x, y, h, y_hat, theta_y: right.backprop(
                    x, y, h, np.clip(np.round(y_hat, 2), 1e-9, 1 - 1e-9), theta_y
                ),
                "float16": lambda *a: tuple(np.float64(np.float16(g)) for g in right.backprop(*map(np.float16, a))),
            },
        },
    )


def _with_slope(x: Any, h: Any, theta_y: Any, slope: Any) -> Any:
    """Return the gradients for a given slope at the output."""
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope


def page(part: Part) -> list[str]:
    """Return the page's lines."""
    rights = right_programs(part)
    base = rights["vectorized"]
    wrongs = {
        (function, name): measure(part, {**base, function: formula}, right=base)
        for function, formulas in wrong_functions(part).items()
        for name, formula in formulas.items()
    }
    each = table(part, {name: measure(part, program) for name, program in rights.items()}, wrongs)
    return ["## Each case\n", *each, "\n## Other seeds\n", *_spread(part, base)]


def _spread(part: Part, base: Program) -> list[str]:
    """Return tables of what other seeds give, for inputs of the gradient cases and initial weights of the training."""
    lines = ["| gradient, error in units of 1e-4 of the largest entry | over 300 seeds |", "|---|---|"]
    inputs, training = part.modules["inputs"], part.modules["training"]
    wrong = wrong_functions(part)["backprop"]
    single = in_float32(base["backprop"])
    for size in inputs.SIZES:
        worst, smallest = 0.0, {}
        for seed in range(SEEDS):
            x, y, theta_h, theta_y = inputs.network(seed, *size)
            h, y_hat = solution.forward(x, theta_h, theta_y)
            want = solution.backprop(x, y, h, y_hat, theta_y)
            worst = max(worst, _distance(single(x, y, h, y_hat, theta_y), want))
            for name, formula in wrong.items():
                try:
                    with np.errstate(all="ignore"):
                        error = _distance(formula(x, y, h, y_hat, theta_y), want)
                except ValueError:  # x_j for x_i needs as many inputs as hidden units
                    continue
                smallest[name] = min(error, smallest.get(name, np.inf))
        three = sorted(smallest, key=lambda name: smallest[name])[:3]
        lines.append(
            f"| n, m_x, m_h = {size} | float32 at most {worst:.2g}; smallest wrong: "
            + ", ".join(f"{name} {smallest[name]:.3g}" for name in three) + " |"
        )  # fmt: skip
    lines += ["", "| training | mean | sd | min | seed used | threshold |", "|---|---|---|---|---|---|"]
    for (a, b), threshold in (((0, 1), 0.97), ((1, 2), 0.95)):
        reached = np.array([_trained(training, a, b, seed) for seed in range(SEEDS)])
        used = _trained(training, a, b, training.SEED)
        lines.append(
            f"| {a} against {b} | {reached.mean():.4f} | {reached.std():.4f} | {reached.min():.4f} | {used:.4f} |"
            f" {threshold} |"
        )
    return lines


def _distance(got: Any, want: Any) -> float:
    """Return the larger of the two arrays' errors, in units of 1e-4 of the largest entry."""
    if any(np.shape(g) != w.shape for g, w in zip(got, want)):
        return np.inf
    return max(float(np.max(np.abs(g - w)) / np.max(np.abs(w))) for g, w in zip(got, want)) / 1e-4


def _trained(training: Any, a: int, b: int, seed: int) -> float:
    """Return the accuracy on the held-out images after the graded recipe, from other initial weights."""
    digits = training.load(a, b)
    steps = training.climb(solution.forward, solution.backprop, digits.x, digits.y, seed=seed)
    theta_h, theta_y = training.last(steps)
    return float(training.accuracy(digits.held_out_y, solution.forward(digits.held_out_x, theta_h, theta_y)[1]))
