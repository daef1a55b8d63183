"""The page on which you draw: the template draw.html beside this file, with your trained weights inside.

What the page knows about a network, as JSON (`described` makes it for the two pairs, `described_ten` for all digits; a
network with other inputs or outputs needs nothing but another description):

name       how the page calls it
classes    what it tells apart, in the order in which the page lists them
outputs    the class of each output unit; if there is one only, the class without one gets what is left of 1
input      rows, the columns kept of 8 (the images' own are 0 to 7), and whether a constant 1 comes before the pixels
first      one list for each input: its weights to the hidden units
second     one list for each hidden unit: its weights to the output units
names      what you call both arrays of weights and the function that predicts; how it is checked and trained
stored     images of data/: the digit each shows, its pixels (0 to 16), and the y_hat of your forward
"""

import numpy as np

from . import HOME, pages
from .digits import COLUMNS, ROWS, TEN, WHOLE, read_digits, read_ten
from .functions import CHECKS

TEMPLATE, FILE = "draw.html", HOME / "trained" / "draw.html"
FIRST_COLUMN = 1  # of the 8 that the images had before they were cropped
EACH = 5  # stored images of each digit of a pair


def described(network, trained):
    """What the page has to know about one of the two trained pairs."""
    x, shown = stored_images(trained.digits)
    return _described(
        network,
        trained,
        (x, x, shown),
        name=" or ".join(map(str, trained.digits)),
        outputs=["1"],  # In both pairs y = 1 stands for the digit 1.
        columns=list(range(FIRST_COLUMN, FIRST_COLUMN + COLUMNS)),
        constant=False,
        train="train.py",
    )


def described_ten(network, trained):
    """What the page has to know about the network for all ten digits."""
    x, y = read_ten("test")
    # The digits take turns, so the first ten images show one of each.
    x, shown = x[:TEN], y[:TEN].argmax(axis=1).tolist()
    return _described(
        network,
        trained,
        (x, x[:, 1:], shown),
        name="0 to 9",
        outputs=[str(digit) for digit in trained.digits],
        columns=list(range(WHOLE)),
        constant=True,
        train="train.py --ten",
    )


def _described(network, trained, stored, *, name, outputs, columns, constant, train):
    x, pixels, shown = stored
    _, y_hat = network.forward(x, trained.first, trained.second)
    return {
        "name": name,
        "classes": [str(digit) for digit in trained.digits],
        "outputs": outputs,
        "input": {"rows": ROWS, "columns": columns, "constant": constant},
        "first": trained.first.tolist(),
        "second": _table(trained.second),
        "names": {
            "first": network.WEIGHTS[0],
            "second": network.WEIGHTS[1],
            "forward": network.FORWARD,
            "checks": CHECKS[network.FILE],
            "train": train,
        },
        "stored": [
            {"digit": str(digit), "pixels": row, "y_hat": answers}
            for digit, row, answers in zip(shown, np.rint(16 * pixels).astype(int).tolist(), _table(y_hat), strict=True)
        ],
    }


def _table(numbers):
    """Rows of numbers, also where there is one output only."""
    return numbers.reshape(len(numbers), -1).tolist()


def stored_images(digits):
    """The first unseen images of both digits: pixels (10, 40), 0 to 1, and the digits they show."""
    x, y = read_digits("test", digits)
    other = digits[0] + digits[1] - 1
    parts = [(digit, x[y == (digit == 1)][:EACH]) for digit in sorted((1, other))]
    return np.concatenate([part for _, part in parts]), [digit for digit, part in parts for _ in part]


def page(networks):
    """The whole page, for a list of descriptions."""
    return pages.filled(pages.read(TEMPLATE), networks=networks)
