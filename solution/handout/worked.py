"""The numbers of the handout: every one that stands in its text or its drawings is worked out here.

Plain loops over the handout's own equations, whose numbers stand in the comments' places: nothing is imported from
solution/ or from the cases, so that tests/starter/test_handout.py can compare all three.
"""

import math

STEP = 0.5  # of the one step uphill that the handout takes by hand
NUDGE = 1e-5  # of the gradient check


class Network:
    """A small network with one datapoint, and everything that follows from it, under the handout's names."""

    def __init__(self, x, y, theta_h, theta_y):
        """Forward, log likelihood and both gradients."""
        self.x, self.y, self.theta_h, self.theta_y = x, y, theta_h, theta_y
        inputs, units = range(len(x)), range(len(theta_y))

        self.z_h = [sum(x[i] * theta_h[i][j] for i in inputs) for j in units]
        self.h = [sigmoid(z) for z in self.z_h]
        self.z = sum(self.h[j] * theta_y[j] for j in units)
        self.y_hat = sigmoid(self.z)
        self.ll = log_likelihood([y], [self.y_hat])

        # The links of the chain.
        self.ll_by_y_hat = y / self.y_hat - (1 - y) / (1 - self.y_hat)
        self.y_hat_by_z = self.y_hat * (1 - self.y_hat)
        self.y_hat_by_theta_y = [self.y_hat_by_z * self.h[j] for j in units]
        self.y_hat_by_h = [self.y_hat_by_z * theta_y[j] for j in units]
        self.h_by_z = [self.h[j] * (1 - self.h[j]) for j in units]
        self.h_by_theta_h = [[self.h_by_z[j] * x[i] for j in units] for i in inputs]

        # The chain.
        self.grad_theta_y = [self.ll_by_y_hat * self.y_hat_by_theta_y[j] for j in units]
        self.ll_by_h = [self.ll_by_y_hat * self.y_hat_by_h[j] for j in units]
        self.grad_theta_h = [[self.ll_by_h[j] * self.h_by_theta_h[i][j] for j in units] for i in inputs]

    def uphill(self, step):
        """The same network after one step of gradient ascent."""
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
        """The same network with one weight of the output changed."""
        return Network(
            self.x,
            self.y,
            self.theta_h,
            [w + change * (place == j) for place, w in enumerate(self.theta_y)],
        )


def sigmoid(z):
    """The S-shaped curve, for one number of moderate size."""
    return 1 / (1 + math.exp(-z))


def log_likelihood(y, y_hat):
    """The sum over datapoints, for predictions strictly between 0 and 1."""
    return sum(
        label * math.log(guess) + (1 - label) * math.log(1 - guess) for label, guess in zip(y, y_hat, strict=True)
    )


def values():
    """Every name that the Markdown and the drawings may use between {{ and }}."""
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
    }
