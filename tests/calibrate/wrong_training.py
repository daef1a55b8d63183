"""Wrong ways to train in the extra credit, and a report of how the training cases judge each."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .measuring import Measured, Part, Wrong, paragraph

TRAININGS = ("train_logistic", "train_neuron_sgd", "train_perceptron", "train_multi_sgd")


def _sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


# Orders of the datapoints other than the given one.
ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "order ignored": lambda x, order: np.resize(np.arange(len(x)), len(order)),
    "order sorted": lambda _, order: np.sort(order),
    "order backwards": lambda _, order: order[::-1],
    "an order of its own": lambda _, order: np.random.RandomState(0).permutation(order),
    "numbers counted from 1": lambda _, order: order - 1,
    "each datapoint once": lambda _, order: order[np.sort(np.unique(order, return_index=True)[1])],
    "the first pass over and over": lambda x, order: np.resize(order[: len(x)], len(order)),
    "first step left out": lambda _, order: order[1:],
    "last step left out": lambda _, order: order[:-1],
    "one step too many": lambda _, order: np.append(order, order[-1]),
}


def _ordered(train: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """Return a training with each of the wrong orders. Its first argument is x, the last two are eta and order."""
    return {
        name: lambda x, *others, change=change: train(x, *others[:-1], change(x, others[-1]))
        for name, change in ORDERS.items()
    }


def _logistic(slope: Callable[..., Any], first: float = 0.0, more: int = 0) -> Callable[..., Any]:
    def train(x: Any, y: Any, eta: Any, epochs: int) -> Any:
        theta = np.full(x.shape[1], first)
        for _ in range(epochs + more):
            theta = theta + eta * slope(x, y, theta)
        return theta

    return train


def _uphill(x: Any, y: Any, theta: Any) -> Any:
    return (y - _sigma(x @ theta)) @ x


def _logistic_one_by_one(x: Any, y: Any, eta: Any, epochs: int) -> Any:
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        for x_k, y_k in zip(x, y):
            theta = theta + eta * (y_k - _sigma(x_k @ theta)) * x_k
    return theta


def _logistic_weight_by_weight(x: Any, y: Any, eta: Any, epochs: int) -> Any:
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        for i in range(len(theta)):
            theta[i] += eta * ((y - _sigma(x @ theta)) @ x[:, i])
    return theta


def _squared_uphill(x: Any, y: Any, theta: Any) -> Any:
    y_hat = _sigma(x @ theta)
    return ((y - y_hat) * y_hat * (1 - y_hat)) @ x


LOGISTIC = {
    "descends": _logistic(lambda *a: -_uphill(*a)),
    "averages": _logistic(lambda x, y, theta: _uphill(x, y, theta) / len(y)),
    "squared error": _logistic(_squared_uphill),
    "begins at 1": _logistic(_uphill, first=1.0),
    "begins at 0.01": _logistic(_uphill, first=0.01),
    "one step too few": _logistic(_uphill, more=-1),
    "one step too many": _logistic(_uphill, more=1),
    "one datapoint, one step": _logistic_one_by_one,
    "weight after weight, each with the newest": _logistic_weight_by_weight,
    "constant input left out": _logistic(lambda x, y, theta: _uphill(x, y, theta) * (np.arange(x.shape[1]) > 0)),
}


def _neuron(slope: Callable[..., Any], *, in_place: bool = False, zero: bool = False) -> Callable[..., Any]:
    """Return a training of one neuron that goes down `slope`, a function of x_k, y_k and y_hat."""

    def train(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
        if zero:
            w = np.zeros(len(w))
        for k in order:
            change = eta * slope(x[k], y[k], _sigma(x[k] @ w))
            if in_place:
                w -= change
            else:
                w = w - change
        return w

    return train


def _error_slope(x_k: Any, y_k: Any, y_hat: Any) -> Any:
    return (y_hat - y_k) * y_hat * (1 - y_hat) * x_k


def _neuron_whole_batch(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
    for _ in order:
        w = w + eta * _squared_uphill(x, y, w)
    return w


def _neuron_from_old_weights(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
    first = w
    for k in order:
        w = w - eta * _error_slope(x[k], y[k], _sigma(x[k] @ first))
    return w


def _mean_on_the_way(train: Callable[..., Any]) -> Callable[..., Any]:
    """Return a training that averages the weights after each step."""

    def averaged(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
        total = np.zeros(len(w))
        for k in order:
            w = train(x, y, w, eta, [k])
            total += w
        return total / len(order)

    return averaged


NEURON = {
    **_ordered(_neuron(_error_slope)),
    "ascends": _neuron(lambda *a: -_error_slope(*a)),
    "no y_hat (1 - y_hat)": _neuron(lambda x_k, y_k, y_hat: (y_hat - y_k) * x_k),
    "no (1 - y_hat)": _neuron(lambda x_k, y_k, y_hat: (y_hat - y_k) * y_hat * x_k),
    "twice the gradient": _neuron(lambda *a: 2 * _error_slope(*a)),
    "divided by the number of inputs": _neuron(lambda x_k, y_k, y_hat: _error_slope(x_k, y_k, y_hat) / len(x_k)),
    "constant input left out": _neuron(lambda *a: _error_slope(*a) * (np.arange(len(a[0])) > 0)),
    "begins at 0": _neuron(_error_slope, zero=True),
    "changes w in place": _neuron(_error_slope, in_place=True),
    "all datapoints in every step": _neuron_whole_batch,
    "every gradient at the first weights": _neuron_from_old_weights,
    "mean of the weights on the way": _mean_on_the_way(_neuron(_error_slope)),
}


def _perceptron(
    change: Callable[..., Any], *, in_place: bool = False, zero: bool = False, strict: bool = False
) -> Callable[..., Any]:
    """Return a training of a perceptron that adds eta x_k times `change`, a function of y_k, y_hat and the sum."""

    def train(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
        if zero:
            w = np.zeros(len(w))
        for k in order:
            z = x[k] @ w
            y_hat = float(z > 0 if strict else z >= 0)
            by = eta * change(y[k], y_hat, z) * x[k]
            if in_place:
                w += by
            else:
                w = w + by
        return w

    return train


def _rule(y_k: Any, y_hat: Any, _: Any) -> Any:
    return y_k - y_hat


def _perceptron_whole_batch(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
    for _ in order:
        w = w + eta * (y - (x @ w >= 0)) @ x
    return w


def _pocket(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
    """Return the best weights of all steps."""
    best = w
    for k in order:
        w = w + eta * (y[k] - float(x[k] @ w >= 0)) * x[k]
        if np.sum((x @ w >= 0) == y) > np.sum((x @ best >= 0) == y):
            best = w
    return best


def _perceptron_from_old_weights(x: Any, y: Any, w: Any, eta: Any, order: Any) -> Any:
    first = w
    for k in order:
        w = w + eta * (y[k] - float(x[k] @ first >= 0)) * x[k]
    return w


PERCEPTRON = {
    **_ordered(_perceptron(_rule)),
    "moves the other way": _perceptron(lambda *a: -_rule(*a)),
    "no for exactly 0": _perceptron(_rule, strict=True),
    "moves every time": _perceptron(lambda y_k, *_: 2 * y_k - 1),
    "moves where it was right": _perceptron(lambda y_k, y_hat, _: (2 * y_k - 1) * (y_k == y_hat)),
    "labels -1 and 1": _perceptron(lambda y_k, y_hat, _: 2 * (y_k - y_hat)),
    "only misses count": _perceptron(lambda y_k, y_hat, _: max(y_k - y_hat, 0)),
    "only false alarms count": _perceptron(lambda y_k, y_hat, _: min(y_k - y_hat, 0)),
    "sigmoid for the step": _perceptron(lambda y_k, _, z: y_k - _sigma(z)),
    "the sum for the step": _perceptron(lambda y_k, _, z: y_k - z),
    "adds always": _perceptron(lambda y_k, y_hat, _: abs(y_k - y_hat)),
    "eta left out": lambda x, y, w, _, order: _perceptron(_rule)(x, y, w, 1.0, order),
    "begins at 0": _perceptron(_rule, zero=True),
    "changes w in place": _perceptron(_rule, in_place=True),
    "all datapoints in every step": _perceptron_whole_batch,
    "every answer by the first weights": _perceptron_from_old_weights,
    "the best weights on the way": _pocket,
    "mean of the weights on the way": _mean_on_the_way(_perceptron(_rule)),
}


def _multi(
    out: Callable[..., Any] = lambda y, y_hat: (y_hat - y) * y_hat * (1 - y_hat),
    back: Callable[..., Any] = lambda V, d: V @ d,
    bend: Callable[..., Any] = lambda h: h * (1 - h),
    signs: tuple[float, float] = (1, 1),
    *,
    new: str = "",
    in_place: bool = False,
    at_first: bool = False,
) -> Callable[..., Any]:
    """Return a training of a network that goes down its slopes.

    Args:
        out: d of the outputs.
        back: from V and d to the slopes of the hidden units.
        bend: the derivative of the hidden units.
        signs: factors of the steps of W and V.
        new: what has already changed when the other weights move: "V", "W" (which changes h too, but not d), or
            "W, h anew" (both h and d).
        at_first: take every gradient at the initial weights.
    """

    def train(x: Any, y: Any, W: Any, V: Any, eta: Any, order: Any) -> Any:
        first = W, V
        for k in order:
            old_W, old_V = first if at_first else (W, V)
            h = _sigma(x[k] @ old_W)
            d = out(y[k], _sigma(h @ old_V))
            step_V = eta * signs[1] * np.outer(h, d)
            through = old_V - step_V if new == "V" else old_V
            step_W = eta * signs[0] * np.outer(x[k], back(through, d) * bend(h))
            if new.startswith("W"):
                h = _sigma(x[k] @ (W - step_W))
                d = d if new == "W" else out(y[k], _sigma(h @ V))
                step_V = eta * signs[1] * np.outer(h, d)
            if in_place:
                W -= step_W
                V -= step_V
            else:
                W, V = W - step_W, V - step_V
        return W, V

    return train


def _multi_whole_batch(x: Any, y: Any, W: Any, V: Any, eta: Any, order: Any) -> Any:
    for _ in order:
        h = _sigma(x @ W)
        y_hat = _sigma(h @ V)
        d = (y_hat - y) * y_hat * (1 - y_hat)
        W, V = W - eta * x.T @ (d @ V.T * h * (1 - h)), V - eta * h.T @ d
    return W, V


def _multi_from_weights_of_its_own(x: Any, y: Any, W: Any, V: Any, eta: Any, order: Any) -> Any:
    random = np.random.RandomState(0)
    return _multi()(x, y, random.normal(0, 0.3, W.shape), random.normal(0, 0.3, V.shape), eta, order)


MULTI = {
    **_ordered(_multi()),
    "ascends": _multi(signs=(-1, -1)),
    "V alone ascends": _multi(signs=(1, -1)),
    "W alone ascends": _multi(signs=(-1, 1)),
    "V stays": _multi(signs=(1, 0)),
    "W stays": _multi(signs=(0, 1)),
    "V moves before W": _multi(new="V"),
    "W moves before V, by the new h": _multi(new="W"),
    "W moves before V, forward once more": _multi(new="W, h anew"),
    "every gradient at the first weights": _multi(at_first=True),
    "no y_hat (1 - y_hat)": _multi(out=lambda y, y_hat: y_hat - y),
    "no (1 - y_hat)": _multi(out=lambda y, y_hat: (y_hat - y) * y_hat),
    "no h (1 - h)": _multi(bend=np.ones_like),
    "h for h (1 - h)": _multi(bend=lambda h: h),
    "only the first output in the slope of h": _multi(back=lambda V, d: V[:, 0] * d[0]),
    "only the last output in the slope of h": _multi(back=lambda V, d: V[:, -1] * d[-1]),
    "only the largest slope in the slope of h": _multi(back=lambda V, d: V[:, abs(d).argmax()] * d[abs(d).argmax()]),
    "mean over the outputs in the slope of h": _multi(back=lambda V, d: V @ d / len(d)),
    "V left out of the slope of h": _multi(back=lambda V, d: np.full(len(V), d.sum())),
    "half the gradient": _multi(signs=(0.5, 0.5)),
    "twice the gradient": _multi(signs=(2, 2)),
    "changes W and V in place": _multi(in_place=True),
    "all datapoints in every step": _multi_whole_batch,
    "first weights of its own": _multi_from_weights_of_its_own,
}
SLIPS: Wrong = dict(zip(TRAININGS, (LOGISTIC, NEURON, PERCEPTRON, MULTI)))


def report(part: Part, wrongs: dict[tuple[str, str], dict[str, Measured]]) -> list[str]:
    """Return tables of each wrong training's errors in the cases, and of the accuracies that it reaches
    nevertheless.
    """
    lines = [
        paragraph(
            """Weights are compared first, and then the accuracy that they reach. For each wrong training, the tables
            show its largest error in the case, in units of what is allowed, or a word where only something else is
            wrong. In parentheses are the accuracies that would have been enough if nothing else were checked."""
        )
    ]
    passing, learned = [], 0
    for function in TRAININGS:
        numbers = part.cases_of(function)
        lines += ["", f"| `{function}` | {' | '.join(numbers)} |", "|---" * (len(numbers) + 1) + "|"]
        for (of, name), seen in wrongs.items():
            if of != function:
                continue
            lines.append(f"| {name} | {' | '.join(_ending(seen[number]) for number in numbers)} |")
            if all(seen[number].error <= 1 for number in numbers):
                passing.append(f"{function}: {name}")
            required = [one for number in numbers for one in seen[number].reached]
            learned += bool(required) and all(one.share >= one.at_least for one in required)
    missed = ", ".join(passing) or "none"
    total = sum(function in TRAININGS for function, _ in wrongs)
    return [
        *lines,
        "",
        paragraph(
            f"""Of {total} wrong trainings, {learned} reach every accuracy that their cases require; only the
            comparison of weights shows that they are wrong. Wrong trainings that pass all their cases: {missed}."""
        ),
    ]


def _ending(measured: Measured) -> str:
    enough = [f"{one.share:.1%}" for one in measured.reached if one.share >= one.at_least]
    if measured.error <= 1:
        error = "**passes**"
    elif measured.distance <= 1:
        error = measured.failed
    else:
        error = f"{measured.distance:.2g}"
    return error + (f" ({', '.join(enough)})" if enough else "")
