"""What classify2d.py teaches: points, two models that learn them step by step, and pictures of how far they are.

A Learner is used by one thread at a time and knows neither threads nor pages: commands go in, pictures come out.
A picture is a dictionary of plain numbers and text, ready for JSON. Your functions are called by `climb`, `measure`
and `picture` alone; a command only changes what the next of these begins with.
"""

import base64
import itertools
import time
from typing import NamedTuple

import numpy as np

from .digits import accuracy_of
from .functions import CHECKS, Stop
from .plane import (
    DATA,
    HALF,
    MOST,
    THREE,
    HiddenLayer,
    LogisticRegression,
    classes_of,
    data_set,
    grid,
    inputs,
    wanted,
)

UNITS = 20  # hidden units at most
STEPS = (0.01, 100.0)  # smallest and largest step size
PACES = {"slow": 1, "normal": 5, "fast": 1000}  # steps for each picture, at most
SIDES = (40, 32, 24, 20, 16, 12)  # fields along the edge of a picture; fewer when forward is slow
FIRST_SIDE = 20  # before it is known how slow
PICTURE_S = 0.05  # what the fields of one picture may cost
CURVE = 0.02  # of the steps lie between two places on the curve: close together at first, where most happens
NEAR = 0.3  # how far from a point one may click to remove it
FALLS = 8  # measurements in a row in which the log likelihood fell, before we say so
UNUSED = ("train_multi_sgd", "two_guesses")  # The plane needs a step with all points, and every output.


class Settings(NamedTuple):
    """What can be chosen on the page, and on the command line."""

    data: str = "circle"
    hidden: int = 12
    step: float = 1.0
    seed: int = 109
    pace: str = "normal"


class _Standing(NamedTuple):
    """A model, and what it predicts for the points as they are now; or why it cannot."""

    model: object
    y_hat: np.ndarray
    h: np.ndarray
    problem: str = ""


class Learner:
    """The points, the models and their past."""

    def __init__(self, network, settings, side=None, many=None):
        """Begin with the data set and the first weights; `side` fixes the size of the pictures.

        `network` has one output, for two classes; `many` has several, for more.
        """
        self._networks = (network, many)
        self.settings = settings
        self.side = side
        self._field_s = PICTURE_S / FIRST_SIDE**2  # what one field costs, as far as we know
        self.points, self.y = data_set(settings.data)
        self.restart()

    @property
    def classes(self):
        """How many classes the points may have."""
        return classes_of(self.settings.data)

    @property
    def network(self):
        """The functions for so many classes."""
        return self._networks[self.classes > 2]

    # ---------------------------------------------------------------------------------------------- commands

    def restart(self):
        """First weights for both models."""
        self.steps = 0
        self.curve = []
        self._kept = 0  # of the curve's places; one more may be there, for now
        outputs = () if self.classes == 2 else (self.classes,)
        self._models = {
            "network": HiddenLayer.new(self.network, self.settings.hidden, outputs, self.settings.seed),
            "logistic": LogisticRegression.new(self.network, outputs),
        }
        self.look_again()

    def look_again(self):
        """Forget what the models predicted: the points have changed, or your functions."""
        self._standings = {}

    def choose(self, **settings):
        """Change settings; another data set, another size or another seed begins anew."""
        before, self.settings = self.settings, self.settings._replace(**settings)
        if "data" in settings:
            self.points, self.y = data_set(self.settings.data)
        again = (before.hidden, before.seed) != (self.settings.hidden, self.settings.seed)
        if "data" in settings or again:
            self.restart()

    def add(self, x1, x2, label):
        """One more point; nothing happens when there are enough, or when there is no such class now."""
        if len(self.y) < MOST and label < self.classes:
            self._set_points(np.append(self.points, [(x1, x2)], axis=0), np.append(self.y, float(label)))

    def remove(self, x1, x2):
        """The point there goes, if there is one."""
        distances = np.hypot(*(self.points - (x1, x2)).T)
        if len(distances) and distances.min() <= NEAR:
            left = np.arange(len(self.y)) != distances.argmin()
            self._set_points(self.points[left], self.y[left])

    def clear(self):
        """Every point goes."""
        self._set_points(self.points[:0], self.y[:0])

    # ---------------------------------------------------------------------------------------------- learning

    def climb(self):
        """One step uphill for both models. Raises Stop when the network cannot; then nothing has changed.

        The logistic regression is a guest: what goes wrong with it is told in its own panel.
        """
        if not len(self.y):
            return
        before = self._now()
        self._standings = {
            "network": self._climbed(before["network"]),
            "logistic": self._guest(self._climbed, before["logistic"]),
        }
        self._models = {name: standing.model for name, standing in self._standings.items()}
        self.steps += 1

    def measure(self):
        """Remember the log likelihoods, or squared errors, of both models. Raises Stop if the network has no number."""
        if not len(self.y) or (self.curve and self.curve[-1][0] == self.steps):
            return
        reached = [self._score(name) for name in ("network", "logistic")]
        if reached[0] is not None and np.isnan(reached[0]):
            if self.network.WAY < 0:
                raise Stop(f"The squared error is nan (not a number). Look at {self.network.SCORE}.")
            raise Stop(
                "The log likelihood is nan (not a number). That comes from 0 times log(0), or from the logarithm of a "
                "negative number. Look at log_likelihood, then at forward."
            )
        last = self.curve[self._kept - 1][0] if self._kept else -1
        self.curve = [*self.curve[: self._kept], (self.steps, *reached)]
        if self.steps >= last + max(1, CURVE * last):
            self._kept += 1

    def advice(self):
        """A sentence when the log likelihood does what it does not do if everything is right; or nothing."""
        last = [reached for _, reached, _ in self.curve[-FALLS - 1 :]]
        if self.network.WAY < 0:
            return self._advice_on_error(last)
        if last and last[-1] > 1e-9:
            return (
                "The log likelihood is above 0, but the logarithm of a probability never is. Does log_likelihood have "
                "the opposite sign?"
            )
        if len(last) <= FALLS:
            return ""
        falls = all(after < before for before, after in itertools.pairwise(last))
        # Tossing a coin for each point comes to -n log 2. Who is well below it has to climb.
        if falls or (last[-1] <= last[0] and last[-1] < -1.2 * np.log(2) * len(self.y)):
            return (
                "The log likelihood falls instead of climbing. Is the step size too large? If it falls with a small "
                "one, too, does backprop have the opposite sign? Run `pytest`."
            )
        return ""

    def _advice_on_error(self, last):
        if last and last[-1] < 0:
            return f"The squared error is below 0, but a square never is. Look at {self.network.SCORE}."
        if len(last) <= FALLS:
            return ""
        grows = all(after > before for before, after in itertools.pairwise(last))
        # Outputs that are all 0 come to n / 2. Who is well above it has to descend.
        if grows or (last[-1] >= last[0] and last[-1] > 0.6 * len(self.y)):
            return (
                "The squared error grows instead of shrinking. Is the step size too large? If it grows with a small "
                f"one, too, does {self.network.BACKPROP} have the opposite sign? Run `{CHECKS[self.network.FILE]}`."
            )
        return ""

    def _climbed(self, standing):
        model, y_hat, h, _ = standing
        x = inputs(self.points)
        model = model.climbed(x, self._wanted(), y_hat, h, self.settings.step)
        return _Standing(model, *model.predict(x))

    def _guest(self, ask, standing):
        if standing.problem:
            return standing
        try:
            return ask(standing)
        except Stop as stop:
            return standing._replace(problem=str(stop))

    def _score(self, name):
        standing = self._now()[name]
        return None if standing.problem else self.network.score(self._wanted(), standing.y_hat)

    def _wanted(self):
        """What is to be predicted for the points."""
        return wanted(self.y, self.classes)

    def _set_points(self, points, y):
        self.points, self.y = points, y
        self.curve = [one for one in self.curve if one[0] < self.steps]
        self._kept = min(self._kept, len(self.curve))
        self.look_again()

    def _now(self):
        """Both models, and what they predict for the points as they are now."""
        if not self._standings:
            nothing = {name: _Standing(model, np.empty(0), np.empty((0, 0))) for name, model in self._models.items()}
            ask = self._asked if len(self.y) else lambda standing: standing
            self._standings = {
                "network": ask(nothing["network"]),
                "logistic": self._guest(ask, nothing["logistic"]),
            }
        return self._standings

    def _asked(self, standing):
        return _Standing(standing.model, *standing.model.predict(inputs(self.points)))

    # ---------------------------------------------------------------------------------------------- pictures

    def scene(self):
        """What is there before anybody has learned anything."""
        return {
            "steps": self.steps,
            "settings": self.settings._asdict(),
            "classes": self.classes,
            "points": [
                [round(float(x1), 3), round(float(x2), 3), int(y)]
                for (x1, x2), y in zip(self.points, self.y, strict=True)
            ],
        }

    def picture(self):
        """The scene, and where both models are now. Raises Stop when the network cannot say."""
        self.measure()
        side = self.side or self._affordable_side()
        network = self._now()["network"].model
        begin = time.perf_counter()
        y_hat, h = network.predict(grid(side))
        took = (time.perf_counter() - begin) / side**2
        self._field_s += 0.3 * (took - self._field_s)  # One slow picture is no reason to change the size.
        told = self._told("network", y_hat)
        told["units"] = _units(h, side)
        told["first"], told["second"] = _rounded(network.first.T), _rounded(network.second)
        return self.scene() | {"network": told, "logistic": self._guest_told(side // 2)}

    def _guest_told(self, side):
        standing = self._now()["logistic"]
        asked = self._guest(lambda one: one._replace(y_hat=one.model.predict(grid(side))[0]), standing)
        if asked.problem:
            self._standings["logistic"] = standing._replace(problem=asked.problem)
            return {"problem": asked.problem}
        return self._told("logistic", asked.y_hat) | {"theta": standing.model.theta.tolist()}

    def told_curve(self):
        """The curve as lists of steps and log likelihoods, or squared errors."""
        return [[steps, *(_finite(one) for one in reached)] for steps, *reached in self.curve]

    def _affordable_side(self):
        affordable = [side for side in SIDES if self._field_s * side**2 <= PICTURE_S]
        return affordable[0] if affordable else SIDES[-1]

    def _told(self, name, y_hat):
        told = {"map": _map(y_hat) if y_hat.ndim == 1 else _maps(y_hat), "right": None, "score": None}
        if len(self.y):
            told["right"] = round(accuracy_of(self._wanted(), self._standings[name].y_hat), 4)
            reached = self.curve[-1] if self.curve else (0, None, None)
            told["score"] = _finite(reached[1 if name == "network" else 2])
        return told


def _map(y_hat):
    """Probabilities (side * side,) as bytes, 127.5 for 0.5.

    A flat picture is stretched, so that its border is smooth: `reach` says how far from 0.5 the bytes 0 and 255 are.
    """
    away = y_hat - 0.5
    reach = max(float(np.abs(away).max()), 1e-6)
    return {"side": round(len(y_hat) ** 0.5), "reach": reach, "bytes": _bytes(127.5 + 127.5 * away / reach)}


def _maps(y_hat):
    """Several outputs (side * side, K), one map after the other, as bytes: 255 for 1."""
    return {"side": round(len(y_hat) ** 0.5), "bytes": _bytes(255 * y_hat.T)}


def _units(h, side):
    """Each hidden unit's picture (side * side, m_h) at half the size, one after the other."""
    fields = h.reshape(side // 2, 2, side // 2, 2, -1).mean(axis=(1, 3))
    return {"side": side // 2, "count": h.shape[1], "bytes": _bytes(255 * np.moveaxis(fields, 2, 0))}


def _bytes(values):
    """Numbers from 0 to 255 in base64. Whatever a wrong forward returns, it fits."""
    return base64.b64encode(np.clip(np.rint(values), 0, 255).astype(np.uint8).tobytes()).decode("ascii")


def _rounded(weights):
    return np.round(weights, 3).tolist()


def _finite(number):
    """A number as JSON can say it: minus infinity is null."""
    return None if number is None or not np.isfinite(number) else round(float(number), 4)


def check_command(command):
    """Raise ValueError unless it is a command as the page sends them: `{"do": "add", "x1": 0, "x2": 1, "label": 1}`."""
    if not isinstance(command, dict) or not _one_of(COMMANDS)(command.get("do")):
        raise ValueError("there is no such command")
    wanted = COMMANDS[command["do"]]
    if set(command) != {"do", *wanted} or not all(fits(command[name]) for name, fits in wanted.items()):
        raise ValueError(f"{command['do']} takes {', '.join(wanted) or 'nothing else'}")


def _number(low, high):
    return lambda value: type(value) in (int, float) and low <= value <= high


def _whole(low, high):
    return lambda value: type(value) is int and low <= value <= high


def _one_of(names):
    return lambda value: type(value) is str and value in names


_PLACE = {"x1": _number(-HALF, HALF), "x2": _number(-HALF, HALF)}

COMMANDS = {
    "run": {},
    "pause": {},
    "once": {},
    "restart": {},
    "load": {},
    "clear": {},
    "data": {"value": _one_of(DATA)},
    "hidden": {"value": _whole(1, UNITS)},
    "step": {"value": _number(*STEPS)},
    "pace": {"value": _one_of(PACES)},
    "add": {**_PLACE, "label": _whole(0, THREE - 1)},
    "remove": _PLACE,
}
