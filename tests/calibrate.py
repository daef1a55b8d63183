"""Measure what the tolerances stand on: for each case the worst right answer and the best wrong one.

    python tests/calibrate.py            print
    python tests/calibrate.py --write    also rewrite docs/calibration.md

Every case runs as it is, but its comparisons are recorded instead of judged. An error is given in units of what the
case allows: below 1 passes. Right programs are written in several ways, float32 among them; wrong ones are the
catalogue of mistakes and the subtle slips below.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
sys.path[:0] = [str(ROOT), str(CASES)]

from autograder import assignment as assignments  # noqa: E402  (the path has to be set first)
from autograder import student as students  # noqa: E402
from autograder.backend import Returned  # noqa: E402
from autograder.compare import allowed  # noqa: E402
from autograder.session import load_module  # noqa: E402

SEEDS = 300


reference = load_module(CASES / "reference.py")
inputs = load_module(CASES / "inputs.py")
training = load_module(CASES / "training.py")
mistakes = load_module(CASES / "mistakes.py")
solution = load_module(ROOT / "solution" / "neural_network.py")

FUNCTIONS = ("sigmoid", "forward", "log_likelihood", "backprop")
Program = dict[str, Callable[..., Any]]


def right_programs() -> dict[str, Program]:
    """Ways of being right: vectorised, plain loops, another order of summation, and single precision."""

    def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
        def single(*arguments: Any) -> Any:
            result = function(*(np.float32(argument) for argument in arguments))
            return tuple(map(np.float32, result)) if isinstance(result, tuple) else np.float32(result)

        return single

    def stable32(z: Any) -> Any:
        z = np.float32(z)
        small = np.exp(-np.abs(z))
        return (np.where(z >= 0, np.float32(1), small) / (np.float32(1) + small)).astype(np.float32)

    def backwards(x: Any, y: Any, h: Any, y_hat: Any, theta_y: Any) -> Any:
        return solution.backprop(x[::-1], y[::-1], h[::-1], y_hat[::-1], theta_y)

    vectorised = {name: getattr(solution, name) for name in FUNCTIONS}
    return {
        "vectorised": vectorised,
        "plain loops": {name: getattr(reference, name) for name in FUNCTIONS},
        "summed backwards": {**vectorised, "backprop": backwards},
        "float32": {**{name: in_float32(function) for name, function in vectorised.items()}, "sigmoid": stable32},
    }


def wrong_functions() -> dict[str, dict[str, Callable[..., Any]]]:
    """Function -> name of the slip -> wrong function: the catalogue, and slips too small to have a sentence."""
    wrong: dict[str, dict[str, Callable[..., Any]]] = {name: {} for name in FUNCTIONS}
    for mistake in mistakes.MISTAKES:
        wrong[mistake.function][mistake.identifier.partition(".")[2]] = mistake.formula
    right = solution
    wrong["sigmoid"] |= {
        "rounded to 4 digits": lambda z: np.round(right.sigmoid(z), 4),
        "e as 2.71828": lambda z: 1 / (1 + 2.71828**-z),
    }
    wrong["forward"] |= {
        "x rounded to 2 digits": lambda x, theta_h, theta_y: right.forward(np.round(x, 2), theta_h, theta_y),
    }  # fmt: skip
    wrong["backprop"] |= {
        "1e-3 added in denominators": lambda x, y, h, y_hat, theta_y: solution_with_slope(
            x, h, theta_y, (y / (y_hat + 1e-3) - (1 - y) / (1 - y_hat + 1e-3)) * y_hat * (1 - y_hat)),
        "y_hat rounded to 2 digits": lambda x, y, h, y_hat, theta_y: right.backprop(
            x, y, h, np.clip(np.round(y_hat, 2), 1e-9, 1 - 1e-9), theta_y),
        "float16": lambda *a: tuple(np.float64(np.float16(g)) for g in right.backprop(*map(np.float16, a))),
    }  # fmt: skip
    return wrong


def solution_with_slope(x: Any, h: Any, theta_y: Any, slope: Any) -> Any:
    """The gradients for a given slope at the output."""
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope


class Recording:
    """A backend over plain functions. Comparisons made with its answers are recorded in `errors`, and never fail."""

    printed = ""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.errors: list[float] = []

    def call(self, function: Any, arguments: Any) -> Returned:
        """What the program returns for copies of the arguments."""
        with np.errstate(all="ignore"):
            result = self._program[function.name](*[np.copy(a) if np.ndim(a) else a for a in arguments])
        values = result if isinstance(result, tuple) else (result,)
        return Returned([np.asarray(value, dtype=float) for value in values], [""] * len(values))


def measure(assignment: Any, program: Program) -> dict[str, float]:
    """Case number -> largest error over its comparisons, in units of what is allowed; infinite for a wrong shape."""
    found: dict[str, float] = {}
    for module in [load_module(path) for path in sorted(CASES.glob("test_*.py"))]:
        for name, test in vars(module).items():
            if not name.startswith("test"):
                continue
            backend = Recording(program)
            student = students.Student(assignment.functions)
            student.bind(backend)
            known = {"student": student, "reference": reference}
            names = test.__code__.co_varnames[: test.__code__.co_argcount]
            students.difference = recorder(backend)
            try:
                test(**{name: known[name] for name in names})
            except students.WrongAnswer as wrong:
                backend.errors.append(accuracy_error(wrong))
            except Exception:  # a wrong program may well break the arithmetic of a case
                backend.errors.append(np.inf)
            found[test.__number__] = max(backend.errors, default=0.0)
    return found


def recorder(backend: Recording) -> Callable[..., None]:
    """A `difference` that records and never complains."""

    def difference(got: np.ndarray, want: np.ndarray, within: Any) -> None:
        if got.shape != want.shape:
            backend.errors.append(np.inf)
            return
        with np.errstate(all="ignore"):
            off = np.where(got == want, 0.0, np.abs(got - want)) / allowed(want, within)
        backend.errors.append(float(np.max(np.where(np.isnan(off), np.inf, off), initial=0.0)))

    return difference


def accuracy_error(_: Any) -> float:
    """A comparison that is no distance (a count, a warning, an accuracy) either holds or fails."""
    return np.inf


def report() -> list[str]:
    """The page."""
    assignment = assignments.load(CASES)
    rights = {name: measure(assignment, program) for name, program in right_programs().items()}
    base = right_programs()["vectorised"]
    wrongs = {
        f"{function}: {name}": (function, measure(assignment, {**base, function: formula}))
        for function, formulas in wrong_functions().items()
        for name, formula in formulas.items()
    }
    lines = [
        "| case | worst float64 | float32 | best wrong answer that it catches | wrong answers it lets pass |",
        "|---|---|---|---|---|",
    ]
    for case in assignment.cases:
        about = assignment.function_under_test(case)
        float64 = max(errors[case.number] for name, errors in rights.items() if name != "float32")
        meant = {
            n: e[case.number] for n, (function, e) in wrongs.items() if about is not None and function == about.name
        }
        caught = {name: error for name, error in meant.items() if error > 1}
        best = min(caught, key=lambda name: caught[name], default="")
        passed = [name.partition(": ")[2] for name, error in meant.items() if error <= 1]
        lines.append(
            f"| {case.number} | {float64:.1e} | {rights['float32'][case.number]:.1e} | "
            + (f"{best.partition(': ')[2]}: {caught[best]:.3g}" if best else "-")
            + f" | {len(passed)} of {len(meant)}" + (f": {', '.join(passed)}" if 0 < len(passed) <= 6 else "") + " |"
        )  # fmt: skip
    missed = [name for name, (_, errors) in wrongs.items() if all(error <= 1 for error in errors.values())]
    lines += ["", f"Wrong programs that pass every case: {', '.join(missed) or 'none'}."]
    return lines


def spread() -> list[str]:
    """What other seeds would have given: inputs of the gradient cases, and first weights of the training."""
    lines = ["| gradient, error in units of 1e-4 of the largest entry | over 300 seeds |", "|---|---|"]
    wrong = wrong_functions()["backprop"]
    single = right_programs()["float32"]["backprop"]
    for size in inputs.SIZES:
        worst, smallest = 0.0, {}
        for seed in range(SEEDS):
            x, y, theta_h, theta_y = inputs.network(seed, *size)
            h, y_hat = solution.forward(x, theta_h, theta_y)
            want = solution.backprop(x, y, h, y_hat, theta_y)
            worst = max(worst, distance(single(x, y, h, y_hat, theta_y), want))
            for name, formula in wrong.items():
                try:
                    with np.errstate(all="ignore"):
                        error = distance(formula(x, y, h, y_hat, theta_y), want)
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
        reached = np.array([trained(a, b, seed) for seed in range(SEEDS)])
        used = trained(a, b, training.SEED)
        lines.append(
            f"| {a} against {b} | {reached.mean():.4f} | {reached.std():.4f} | {reached.min():.4f} | {used:.4f} |"
            f" {threshold} |"
        )
    return lines


def distance(got: Any, want: Any) -> float:
    """The larger of the two arrays' errors, in units of 1e-4 of the largest entry."""
    if any(np.shape(g) != w.shape for g, w in zip(got, want)):
        return np.inf
    return max(float(np.max(np.abs(g - w)) / np.max(np.abs(w))) for g, w in zip(got, want)) / 1e-4


def trained(a: int, b: int, seed: int) -> float:
    """Accuracy on the held-out images after the graded recipe, from other first weights."""
    digits = training.load(a, b)
    steps = training.climb(solution.forward, solution.backprop, digits.x, digits.y, seed=seed)
    theta_h, theta_y = training.last(steps)
    return float(training.accuracy(digits.held_out_y, solution.forward(digits.held_out_x, theta_h, theta_y)[1]))


HEAD = """# What the tolerances stand on

Made by `make calibrate`; the numbers are measured on the very cases that grade, and the file is remade, not edited.
Errors are in units of what a case allows: a right program must stay below 1, a wrong one above.
"""


def main() -> int:
    """Print the tables, and write them if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="rewrite docs/calibration.md")
    options = parser.parse_args()
    sections = [HEAD, "## Each case\n", *report(), "\n## Other seeds\n", *spread()]
    text = "\n".join(sections) + "\n"
    print(text)
    if options.write:
        (ROOT / "docs" / "calibration.md").write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
