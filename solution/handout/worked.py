"""Compute every number in the handout's text and drawings.

The calculations are plain loops over the handout's own equations. They import nothing from solution/ or from the cases,
so that tests/starter/test_handout.py can compare all three. Only the digits are trained with NumPy.
"""

import math
import random
from collections import Counter
from pathlib import Path

import numpy as np

STEP = 0.5  # of the single ascent step that the handout computes by hand
NUDGE = 1e-5  # of the gradient check

# For the extra credit
FEW = [([1.0, 2.0], 1.0), ([1.0, -1.0], 0.0), ([1.0, 1.0], 0.0)]  # pairs (x, y); x is a constant input and a number
CORNERS = [[1.0, a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)]
CLIMB = 0.5  # the step size of logistic regression
POINTS = 200  # in the plane, for training; the test set has as many
UNITS, TURNS, STRIDE = 8, 60, 0.5  # of the network in the plane: hidden units, passes over the points, step size

FIRST_SEED, NETWORKS = 109, 10  # of the networks for ten digits: network s has the seed FIRST_SEED + s
HIDDEN, SPREAD, TEN_STEP, PASSES = 20, 0.3, 0.5, 8  # hidden units, initial spread, step size, passes over the images


class Network:
    """A small network with one datapoint, and all values derived from it, under the handout's names."""

    def __init__(self, x, y, theta_h, theta_y):
        """Compute the forward pass, the log likelihood, and both gradients."""
        self.x, self.y, self.theta_h, self.theta_y = x, y, theta_h, theta_y
        inputs, units = range(len(x)), range(len(theta_y))

        self.z_h = [sum(x[i] * theta_h[i][j] for i in inputs) for j in units]
        self.h = [sigmoid(z) for z in self.z_h]
        self.z = sum(self.h[j] * theta_y[j] for j in units)
        self.y_hat = sigmoid(self.z)
        self.ll = log_likelihood([y], [self.y_hat])

        # The factors of the chain rule.
        self.ll_by_y_hat = y / self.y_hat - (1 - y) / (1 - self.y_hat)
        self.y_hat_by_z = self.y_hat * (1 - self.y_hat)
        self.y_hat_by_theta_y = [self.y_hat_by_z * self.h[j] for j in units]
        self.y_hat_by_h = [self.y_hat_by_z * theta_y[j] for j in units]
        self.h_by_z = [self.h[j] * (1 - self.h[j]) for j in units]
        self.h_by_theta_h = [[self.h_by_z[j] * x[i] for j in units] for i in inputs]

        # Their products.
        self.grad_theta_y = [self.ll_by_y_hat * self.y_hat_by_theta_y[j] for j in units]
        self.ll_by_h = [self.ll_by_y_hat * self.y_hat_by_h[j] for j in units]
        self.grad_theta_h = [[self.ll_by_h[j] * self.h_by_theta_h[i][j] for j in units] for i in inputs]

    def uphill(self, step):
        """Return the same network after one step of gradient ascent."""
        return Network(
            self.x,
            self.y,
            [
                [w + step * slope for w, slope in zip(*rows, strict=True)]
                for rows in zip(self.theta_h, self.grad_theta_h, strict=True)
            ],
            [w + step * slope for w, slope in zip(self.theta_y, self.grad_theta_y, strict=True)],
        )

    def with_theta_y(self, j, change):
        """Return the same network with one output weight changed."""
        return Network(
            self.x,
            self.y,
            self.theta_h,
            [w + change * (place == j) for place, w in enumerate(self.theta_y)],
        )


def sigmoid(z):
    """Return the sigmoid of one number of moderate size."""
    return 1 / (1 + math.exp(-z))


def log_likelihood(y, y_hat):
    """Return the sum over the datapoints, for predictions strictly between 0 and 1."""
    return sum(
        label * math.log(guess) + (1 - label) * math.log(1 - guess) for label, guess in zip(y, y_hat, strict=True)
    )


# Extra credit: one neuron


def neuron(x, w):
    """Return the output of one neuron for one datapoint."""
    return sigmoid(weighted_sum(x, w))


def weighted_sum(x, w):
    """Return the weighted sum of a unit's inputs."""
    return sum(a * b for a, b in zip(x, w, strict=True))


def moved(w, step, slope):
    """Return the weights after one step along `slope`."""
    return [a + step * b for a, b in zip(w, slope, strict=True)]


def logistic_gradient(data, theta):
    """Return the uphill gradient, summed over the datapoints."""
    return [sum((y - neuron(x, theta)) * x[i] for x, y in data) for i in range(len(theta))]


def neuron_gradient(x, y, w, *, extra=True):
    """Return one datapoint's gradient of the squared error; without the extra factor, of minus the log likelihood."""
    y_hat = neuron(x, w)
    factor = (y_hat - y) * (y_hat * (1 - y_hat) if extra else 1)
    return [factor * x[i] for i in range(len(w))]


def climb(data, steps):
    """Run logistic regression from zero weights; return the state before each step and after the last."""
    theta, found = [0.0] * len(data[0][0]), []
    for _ in range(steps + 1):
        y_hat = [neuron(x, theta) for x, _ in data]
        gradient = logistic_gradient(data, theta)
        found.append(
            {
                "theta": theta,
                "y_hat": y_hat,
                "gradient": gradient,
                "ll": log_likelihood([y for _, y in data], y_hat),
                "e": sum((guess - y) ** 2 for guess, (_, y) in zip(y_hat, data, strict=True)) / 2,
            }
        )
        theta = moved(theta, CLIMB, gradient)
    return found


def wander(data, w, eta, order):
    """Train one neuron by stochastic gradient descent; return what happens in each step."""
    found = []
    for k in order:
        x, y = data[k]
        gradient = neuron_gradient(x, y, w)
        w = moved(w, -eta, gradient)
        found.append({"k": k, "gradient": gradient, "w": w})
    return found


def confidently_wrong():
    """Return a confidently wrong neuron, and its steps until y_hat reaches 0.5, with and without the extra factor."""
    x, y, w = [1.0, 0.5], 1.0, [-4.0, -2.0]
    y_hat = neuron(x, w)
    steps = []
    for extra in (True, False):
        now, count = w, 0
        while neuron(x, now) < 0.5:
            now, count = moved(now, -1, neuron_gradient(x, y, now, extra=extra)), count + 1
        steps.append(count)
    return {
        "x": x,
        "y": y,
        "w": w,
        "z": weighted_sum(x, w),
        "y_hat": y_hat,
        "slope": y_hat * (1 - y_hat),
        "e": (y_hat - y) ** 2 / 2,
        "with": neuron_gradient(x, y, w),
        "without": neuron_gradient(x, y, w, extra=False),
        "steps_with": steps[0],
        "steps_without": steps[1],
    }


# Extra credit: the perceptron


def perceptron(labels, passes):
    """Apply the perceptron rule to the four corners, from zero weights.

    Return what each wrong answer changes, and the weights after each pass.
    """
    w, changes, after = [0.0] * 3, [], [[0.0] * 3]
    for turn in range(1, passes + 1):
        for k, (x, y) in enumerate(zip(CORNERS, labels, strict=True)):
            z = weighted_sum(x, w)
            y_hat = 1.0 if z >= 0 else 0.0
            if y != y_hat:
                w = moved(w, y - y_hat, x)
                changes.append({"turn": turn, "k": k, "z": z, "y_hat": y_hat, "y": y, "w": w})
        after.append(w)
    return {"labels": labels, "changes": changes, "after": after}


def first_return(after):
    """Return the first pass that ends with weights seen before, and the pass that they were seen after."""
    seen = {}
    for turn, w in enumerate(after):
        if tuple(w) in seen:
            return {"again": turn, "first": seen[tuple(w)]}
        seen[tuple(w)] = turn
    return None


# Extra credit: several outputs


class Several:
    """A small network with several outputs and one datapoint, and all values derived from it."""

    def __init__(self, x, y, W, V):
        """Compute the forward pass, the squared error, and both gradients."""
        self.x, self.y, self.W, self.V = x, y, W, V
        inputs, units, outputs = range(len(x)), range(len(V)), range(len(y))

        self.z_h = [sum(x[i] * W[i][j] for i in inputs) for j in units]
        self.h = [sigmoid(z) for z in self.z_h]
        self.z = [sum(self.h[j] * V[j][k] for j in units) for k in outputs]
        self.y_hat = [sigmoid(z) for z in self.z]
        self.e = sum((self.y_hat[k] - y[k]) ** 2 for k in outputs) / 2

        self.d = [(self.y_hat[k] - y[k]) * self.y_hat[k] * (1 - self.y_hat[k]) for k in outputs]
        self.grad_V = [[self.d[k] * self.h[j] for k in outputs] for j in units]
        self.paths = [[self.d[k] * V[j][k] for k in outputs] for j in units]
        self.e_by_h = [sum(paths) for paths in self.paths]
        self.grad_W = [[self.e_by_h[j] * self.h[j] * (1 - self.h[j]) * x[i] for j in units] for i in inputs]

    def downhill(self, eta, *, mixed=False):
        """Return the network after one step; if `mixed`, the hidden layer's gradient is computed after V has
        changed.
        """
        V = [moved(w, -eta, slope) for w, slope in zip(self.V, self.grad_V, strict=True)]
        slopes = Several(self.x, self.y, self.W, V).grad_W if mixed else self.grad_W
        W = [moved(w, -eta, slope) for w, slope in zip(self.W, slopes, strict=True)]
        return Several(self.x, self.y, W, V)


# Extra credit: data that no line separates


def points_of(kind, count, chance):
    """Return labeled points of the plane, behind a constant input: a disc in a ring, or XOR, with balanced labels."""
    data = []
    for k in range(count):
        if kind == "disc":
            y = float(k % 2 == 0)
            low, high = ((0, 0.5), (0.7, 1.2))[k % 2]
            radius = math.sqrt(low**2 + (high**2 - low**2) * chance())  # uniform over the area
            angle = 2 * math.pi * chance()
            data.append(([1.0, radius * math.cos(angle), radius * math.sin(angle)], y))
        else:
            side_a, side_b = ((1, 1), (1, -1), (-1, -1), (-1, 1))[k % 4]
            a, b = side_a * (0.1 + 0.9 * chance()), side_b * (0.1 + 0.9 * chance())
            data.append(([1.0, a, b], float(side_a == side_b)))
    return data


def in_the_plane(kind):
    """Train logistic regression and a small network on points of the plane; return both and their accuracies."""
    chance = random.Random(109).random  # noqa: S311 - points, not passwords
    seen, unseen = points_of(kind, POINTS, chance), points_of(kind, POINTS, chance)

    theta = [0.0] * 3
    for _ in range(100):
        theta = moved(theta, 0.01, logistic_gradient(seen, theta))

    first_W = [[2 * chance() - 1 for _ in range(UNITS)] for _ in range(3)]
    first_V = [[2 * chance() - 1 for _ in range(2)] for _ in range(UNITS)]
    now = Several([0.0] * 3, [0.0] * 2, first_W, first_V)
    order = [k for _ in range(TURNS) for k in sorted(range(POINTS), key=lambda _: chance())]
    for k in order:
        x, y = seen[k]
        now = Several(x, [1 - y, y], now.W, now.V).downhill(STRIDE)

    def outputs(x):
        return Several(x, [0.0, 0.0], now.W, now.V).y_hat

    def share(answer):
        return sum(answer(x) == (y == 1) for x, y in unseen) / len(unseen)

    return {
        "seen": seen,
        "unseen": unseen,
        "theta": theta,
        "first_W": first_W,
        "first_V": first_V,
        "order": order,
        "W": now.W,
        "V": now.V,
        "line": share(lambda x: weighted_sum(x, theta) >= 0),
        "network": share(lambda x: outputs(x)[1] > outputs(x)[0]),
        "heights": {
            "line": lambda a, b: weighted_sum([1.0, a, b], theta),
            "network": lambda a, b: outputs([1.0, a, b])[1] - outputs([1.0, a, b])[0],
        },
    }


def images_of(part):
    """Return images with pixels from 0 to 1, and the digits that they show."""
    folder = Path(__file__).resolve().parents[2] / "datasets" / "digits" / "public"
    return np.load(folder / f"{part}_images.npy") / 16, np.load(folder / f"{part}_labels.npy").astype(int)


def curve(z):
    """Return the sigmoid of each entry of an array."""
    return np.exp(-np.logaddexp(0, -z))


def two_digits(digits):
    """Train logistic regression and the first chapters' network on two digits; return accuracies on new images."""

    def read(part):
        images, labels = images_of(part)
        ours = np.isin(labels, digits)
        return images[ours], (labels[ours] == 1).astype(float)

    x, y = read("train")
    chance = np.random.RandomState(109)
    theta, theta_h, theta_y = np.zeros(x.shape[1]), chance.normal(0, 0.1, (x.shape[1], 20)), chance.normal(0, 0.1, 20)
    for _ in range(100):
        theta = theta + 0.015 * np.einsum("n,ni->i", y - curve(np.einsum("ni,i->n", x, theta)), x)
        h = curve(np.einsum("ni,ij->nj", x, theta_h))
        rest = y - curve(np.einsum("nj,j->n", h, theta_y))
        slope_y = np.einsum("n,nj->j", rest, h)
        slope_h = np.einsum("n,j,nj,ni->ij", rest, theta_y, h - h**2, x)
        theta_h, theta_y = theta_h + 0.015 * slope_h, theta_y + 0.015 * slope_y
    x, y = read("test")
    return {
        "count": len(y),
        "theta": theta,
        "line": float(np.mean((np.einsum("ni,i->n", x, theta) >= 0) == y)),
        "network": float(np.mean((np.einsum("nj,j->n", curve(np.einsum("ni,ij->nj", x, theta_h)), theta_y) >= 0) == y)),
    }


def ten_digits():
    """Train several networks on all ten digits side by side, index s for each; return how they do on new images."""

    def read(part):
        images, labels = images_of(f"ten_{part}")
        return np.insert(images, 0, 1, axis=1), labels

    x, labels = read("train")
    y = np.eye(10)[labels]
    seeds = range(FIRST_SEED, FIRST_SEED + NETWORKS)
    W, V = [], []
    for chance in map(np.random.RandomState, seeds):
        W.append(chance.normal(0, SPREAD, (x.shape[1], HIDDEN)))
        V.append(chance.normal(0, SPREAD, (HIDDEN, 10)))
    W, V = np.array(W), np.array(V)
    orders = [
        np.concatenate([chance.permutation(len(x)) for _ in range(PASSES)])
        for chance in map(np.random.RandomState, seeds)
    ]
    for k in np.transpose(orders):  # one step of each network
        h = curve(np.einsum("si,sij->sj", x[k], W))
        y_hat = curve(np.einsum("sj,sjk->sk", h, V))
        d = (y_hat - y[k]) * y_hat * (1 - y_hat)
        slope = np.einsum("sk,sjk->sj", d, V) * h * (1 - h)
        W, V = W - TEN_STEP * np.einsum("si,sj->sij", x[k], slope), V - TEN_STEP * np.einsum("sj,sk->sjk", h, d)

    x, labels = read("test")
    outputs = np.einsum("snj,sjk->snk", curve(np.einsum("ni,sij->snj", x, W)), V)
    first, second = np.moveaxis(np.argsort(-outputs, axis=2)[:, :, :2], 2, 0)
    right = np.sum(first == labels, axis=1)
    either = right + np.sum(second == labels, axis=1)
    wrong = Counter((int(labels[n]), int(first[s, n])) for s, n in np.argwhere(first != labels))
    return {
        "count": len(labels),
        "seen": len(y),
        "sizes": W.shape[1:] + V.shape[2:],
        "step": TEN_STEP,
        "spread": SPREAD,
        "passes": PASSES,
        "seeds": seeds,
        "right": right.tolist(),
        "either": either.tolist(),
        "mean": float(np.mean(right)),
        "deviation": float(np.std(right, ddof=1)),
        "wrong": wrong.total(),
        "rescued": int(np.sum(either - right)),  # by the second guess
        "confused": sorted(wrong.items(), key=lambda pair: (-pair[1], pair[0])),
        "images": int(np.sum(np.any(first != labels, axis=0))),
    }


def softmax(z):
    """Return outputs that sum to 1."""
    powers = [math.exp(one) for one in z]
    return [power / sum(powers) for power in powers]


def extra_credit():
    """Return the names for the chapters on the extra credit."""
    V = [[1.5, -0.5], [-0.8, 1.0]]
    both = Several([1.0, 0.5, 0.2], [1.0, 0.0], [[0.4, -1.0], [0.6, 1.2], [-2.0, 0.5]], V)
    z, y = [2.0, 1.0, -1.0], [0.0, 1.0, 0.0]
    parts = softmax(z)
    lazy, endless = perceptron([0.0, 1.0, 1.0, 1.0], 6), perceptron([0.0, 1.0, 1.0, 0.0], 100)
    return {
        "few": FEW,
        "climb_step": CLIMB,
        "climb": climb(FEW, 100),
        "wrong": confidently_wrong(),
        "wander": wander(FEW, [0.0, 0.0], 1.0, [2, 0, 0]),
        "otherwise": wander(FEW, [0.0, 0.0], 1.0, [0, 0, 2]),
        "corner": {"x": CORNERS, "either": lazy, "xor": endless, "round": first_return(endless["after"])},
        "both": both,
        "both_after": both.downhill(1),
        "both_mixed": both.downhill(1, mixed=True),
        "plane": {kind: in_the_plane(kind) for kind in ("disc", "xor")},
        "points": POINTS,
        "units": UNITS,
        "turns": TURNS,
        "stride": STRIDE,
        "pairs": {"zero_one": two_digits((0, 1)), "one_two": two_digits((1, 2))},
        "ten": ten_digits(),
        "soft": {
            "z": z,
            "y": y,
            "y_hat": parts,
            "ll": math.log(parts[1]),
            "d": [guess - label for guess, label in zip(parts, y, strict=True)],
        },
    }


def values():
    """Return every name that the Markdown and the drawings may use between {{ and }}."""
    tiny = Network([1.0, 0.5, 0.2], 1.0, [[0.4, -1.0], [0.6, 1.2], [-2.0, 0.5]], [1.5, -0.8])
    up, down = tiny.with_theta_y(0, NUDGE), tiny.with_theta_y(0, -NUDGE)
    theta_h, theta_y = [[-5.0, -15.0, 0.0], [10.0, 10.0, 0.0], [10.0, 10.0, 0.0]], [20.0, -20.0, -20.0]
    xor = [Network([1.0, a, b], float(a != b), theta_h, theta_y) for a in (0.0, 1.0) for b in (0.0, 1.0)]
    labels, guesses = [1.0, 0.0, 1.0], [0.9, 0.2, 0.6]
    m_x, m_h, images = 40, 20, 80
    return {
        "tiny": tiny,
        "other": Network(tiny.x, 0.0, tiny.theta_h, tiny.theta_y),
        "after": tiny.uphill(STEP),
        "xor": xor,
        "step": STEP,
        "residual": tiny.y - tiny.y_hat,
        "nudge": NUDGE,
        "measured": (up.ll - down.ll) / (2 * NUDGE),
        "sigma": {z: sigmoid(z) for z in (-8, -5, -4, -2, -1, 0, 1, 2, 4, 5, 8)},
        "slope": {z: sigmoid(z) * (1 - sigmoid(z)) for z in (0, 2, 5, 10)},
        "three": {
            "y": labels,
            "y_hat": guesses,
            "likelihood": math.prod(
                guess if label == 1 else 1 - guess for label, guess in zip(labels, guesses, strict=True)
            ),
            "terms": [log_likelihood([label], [guess]) for label, guess in zip(labels, guesses, strict=True)],
            "ll": log_likelihood(labels, guesses),
        },
        "m_x": m_x,
        "m_h": m_h,
        "images": images,
        "undecided": images * math.log(0.5),
        "log_half": math.log(0.5),
        **extra_credit(),
    }
