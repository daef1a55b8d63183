"""Points in a plane, and what learns to tell the circles (class 1) among them from the squares (class 0), and in some
data sets from the triangles (class 2), too.

A model keeps its weights and is never changed: `climbed` returns the next one. Two things are asked of it, and
whatever else can answer them may take part:

    predict(x)                       -> y_hat (n,) and what it found on the way, h (n, m_h)
    climbed(x, y, y_hat, h, step)    -> the model after one step uphill

x is (n, 3): 1, x1, x2. The constant gives each hidden unit its bias: theta_h[0, j]. With three classes y and y_hat are
(n, 3), the network is that of extensions.py, and a step leads down its squared error.
"""

import numpy as np

from .functions import CHECKS, Stop, array_of

HALF = 3.0  # The plane goes from -3 to 3, both ways.
COUNT, THREE = 100, 3  # points of a data set, and its classes if they are not two
MOST = 300  # points there may be: with plain loops each one costs time
SEED = 109  # of the data sets; that of the first weights can be chosen

# The first weights. With small ones all hidden units would begin as the same shade of gray, and a spiral would
# take ten times as long; with larger ones they begin as lines all over the plane.
SPREAD_H, SPREAD_Y = 2.0, 1.0
LARGEST = 1e100  # weight: right functions never come near it, and soon after it nothing is a number any more
INSIDE = 1e-9  # backprop is never given a y_hat of exactly 0 or 1: the chain rule divides by it.


def _circle(random):
    """A disc of circles in a ring of squares."""
    y = _halves()
    radius = np.where(y == 1, random.uniform(0.0, 1.2, COUNT), random.uniform(1.75, 2.7, COUNT))
    return _polar(radius, random.uniform(0, 2 * np.pi, COUNT)), y


def _xor(random):
    """Circles where x1 and x2 have the same sign."""
    corners = np.tile([(1, 1), (-1, 1), (-1, -1), (1, -1)], (COUNT // 4, 1))
    return random.uniform(0.15, 2.7, (COUNT, 2)) * corners, (corners.prod(axis=1) > 0).astype(float)


def _spiral(random):
    """Two arms, one of each, that wind around each other once."""
    y = _halves()
    along = np.tile((np.arange(COUNT // 2) + 0.5) / (COUNT // 2), 2)
    points = _polar(0.25 + 2.5 * along, 2 * np.pi * along + np.pi * y)
    return points + random.normal(0, 0.06, points.shape), y


def _linear(random):
    """A straight border: logistic regression needs no more."""
    points = random.uniform(-2.7, 2.7, (4 * COUNT, 2))
    side = (points * (0.6, 0.8)).sum(axis=1) - 0.3
    clear = np.flatnonzero(np.abs(side) > 0.25)[:COUNT]
    return points[clear], (side[clear] > 0).astype(float)


def _blobs(random):
    """Three heaps, which straight borders can tell apart."""
    y = _thirds()
    middles = _polar(np.full(THREE, 1.6), 2 * np.pi * (np.arange(THREE) / THREE + 0.25))
    return np.clip(middles[y] + random.normal(0, 0.45, (len(y), 2)), -2.8, 2.8), y


def _arms(random):
    """Three arms that wind around each other."""
    y = _thirds()
    along = np.tile((np.arange(COUNT // THREE) + 0.5) / (COUNT // THREE), THREE)
    points = _polar(0.25 + 2.5 * along, 2 * np.pi * (0.6 * along + y / THREE))
    return points + random.normal(0, 0.06, points.shape), y


def _own(_):
    """Nothing: the points are yours."""
    return np.empty((0, 2)), np.empty(0)


DATA = {
    "circle": _circle,
    "xor": _xor,
    "spiral": _spiral,
    "linear": _linear,
    "own": _own,
    "blobs": _blobs,
    "arms": _arms,
}
WITH_THREE = ("blobs", "arms")


def classes_of(name):
    """How many classes a data set has."""
    return THREE if name in WITH_THREE else 2


def data_set(name):
    """The points (n, 2) of a data set and their classes (n,), the same at every call."""
    points, classes = DATA[name](np.random.RandomState(SEED))
    return points, classes.astype(float)


def wanted(classes, count):
    """What is to be predicted for points of some classes: y (n,), or (n, count) if there are more than two."""
    return classes if count == 2 else np.eye(count)[classes.astype(int)]


def inputs(points):
    """The network's inputs x (n, 3) for some points (n, 2): a constant 1 in front."""
    return np.concatenate([np.ones((len(points), 1)), points], axis=1)


def grid(side):
    """The inputs x (side * side, 3) for the middles of all fields of a picture, from the upper left, row by row."""
    middles = HALF * ((2 * np.arange(side) + 1) / side - 1)
    return inputs(np.stack([np.tile(middles, side), np.repeat(-middles, side)], axis=1))


class HiddenLayer:
    """Your network: `forward` predicts, `backprop` says which way is up."""

    def __init__(self, network, first, second):
        """Take the functions, and the weights theta_h (3, m_h) and theta_y (m_h,); or W, and V (m_h, K)."""
        self.network = network
        self.first, self.second = first, second

    @classmethod
    def new(cls, network, m_h, outputs, seed):
        """Random first weights, the same for the same seed; `outputs` is (), or (K,) for K outputs."""
        random = np.random.RandomState(seed)
        return cls(network, random.normal(0, SPREAD_H, (3, m_h)), random.normal(0, SPREAD_Y, (m_h, *outputs)))

    def predict(self, x):
        """y_hat (n,) and h (n, m_h), by your forward."""
        h, y_hat = self.network.forward(x, self.first, self.second)
        return y_hat, h

    def climbed(self, x, y, y_hat, h, step):
        """The network after one step."""
        slopes = self.network.backprop(x, y, h, _inside(y_hat), self.second)
        rate = _rate(self.network, step, len(y))
        weights = zip((self.first, self.second), slopes, strict=True)
        return HiddenLayer(self.network, *(_bounded(self.network, old, rate * slope) for old, slope in weights))


class LogisticRegression:
    """No hidden layer, and yet your own functions.

    The output unit of your network *is* a logistic regression on h: give it x in the place of h, and your sigmoid
    and backprop train it. Of backprop's two results the second is the one that counts here. With several outputs it is
    one neuron for each.
    """

    def __init__(self, network, theta):
        """Take the functions, and the weights theta (3,), or (3, K)."""
        self.network = network
        self.theta = theta

    @classmethod
    def new(cls, network, outputs):
        """All weights zero: with one unit there is nothing that random weights would have to tell apart."""
        return cls(network, np.zeros((3, *outputs)))

    def predict(self, x):
        """y_hat (n,) or (n, K) by your sigmoid, and no hidden units: (n, 0)."""
        sums = np.einsum("ni,i...->n...", x, self.theta)
        try:
            result = self.network.call("sigmoid", sums)
        except Stop:
            # A sigmoid for single numbers is not what was asked for, but it does for this.
            result = np.reshape([self.network.call("sigmoid", float(one)) for one in sums.flat], sums.shape)
        y_hat = array_of(result, ("sigmoid", ""), sums.shape, "one number for each that it was given")
        return y_hat, np.empty((len(x), 0))

    def climbed(self, x, y, y_hat, _, step):
        """The logistic regression after one step."""
        name, gradient = self.network.BACKPROP, f"grad_{self.network.WEIGHTS[1]}"
        result = self.network.call(name, x, y, x, _inside(y_hat), self.theta)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise Stop(f"{name} has to return a pair, (grad_{self.network.WEIGHTS[0]}, {gradient}).")
        of = f"{name}, given x in place of h,", gradient
        slope = array_of(result[1], of, self.theta.shape, "one row for each input")
        change = _rate(self.network, step, len(y)) * slope
        return LogisticRegression(self.network, _bounded(self.network, self.theta, change))


def _rate(network, step, count):
    """By what the gradient is multiplied. It is a sum over n points, so the step is divided by n.

    The slope of the squared error has a factor that is never above a quarter, and so is taken four times.
    """
    return network.WAY * step / count * (1 if network.WAY > 0 else 4)


def _bounded(network, theta, change):
    if not (np.abs(theta) + np.abs(change) < LARGEST).all():
        raise Stop(
            f"{network.BACKPROP} returned a gradient so large that the weights grow beyond all bounds. Run "
            f"`{CHECKS[network.FILE]}`."
        )
    return theta + change


def _inside(y_hat):
    return np.clip(y_hat, INSIDE, 1 - INSIDE)


def _halves():
    return np.repeat([0.0, 1.0], COUNT // 2)


def _thirds():
    return np.repeat(np.arange(THREE), COUNT // THREE)


def _polar(radius, angle):
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
