"""The page on which you draw: the template draw.html beside this file, with your trained weights inside.

What the page knows about a network, as JSON (`described` makes it for the two pairs; a network with other inputs, or
with one output unit for each class, needs nothing but another description):

name       how the page calls it
classes    what it tells apart, in the order in which the page lists them
outputs    the class whose probability each output unit gives; a class without one gets what is left of 1
input      rows, the columns kept of 8 (the images' own are 0 to 7), and whether a constant 1 comes before the pixels
theta_h    one list for each input: its weights to the hidden units
theta_y    one list for each hidden unit: its weights to the output units
stored     images of data/: the digit each shows, its pixels (0 to 16), and the y_hat of your forward
"""

import numpy as np

from . import HOME, pages
from .digits import COLUMNS, ROWS, read_digits

TEMPLATE, FILE = "draw.html", HOME / "trained" / "draw.html"
FIRST_COLUMN = 1  # of the 8 that the images had before they were cropped
EACH = 5  # stored images of each digit


def described(network, trained):
    """What the page has to know about one of the two trained pairs."""
    pixels, shown = stored_images(trained.digits)
    _, y_hat = network.forward(pixels / 16, trained.first, trained.second)
    return {
        "name": " or ".join(map(str, trained.digits)),
        "classes": [str(digit) for digit in trained.digits],
        "outputs": ["1"],  # In both pairs y = 1 stands for the digit 1.
        "input": {"rows": ROWS, "columns": list(range(FIRST_COLUMN, FIRST_COLUMN + COLUMNS)), "constant": False},
        "theta_h": trained.first.tolist(),
        "theta_y": trained.second[:, None].tolist(),
        "stored": [
            {"digit": str(digit), "pixels": row, "y_hat": [answer]}
            for digit, row, answer in zip(shown, pixels.tolist(), y_hat.tolist(), strict=True)
        ],
    }


def stored_images(digits):
    """The first unseen images of both digits: pixels (10, 40), whole numbers from 0 to 16, and the digits they show."""
    x, y = read_digits("test", digits)
    other = digits[0] + digits[1] - 1
    parts = [(digit, x[y == (digit == 1)][:EACH]) for digit in sorted((1, other))]
    shown = [digit for digit, part in parts for _ in part]
    return np.rint(16 * np.concatenate([part for _, part in parts])).astype(int), shown


def page(networks):
    """The whole page, for a list of descriptions."""
    return pages.filled(pages.read(TEMPLATE), networks=networks)
