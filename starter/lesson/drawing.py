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

import base64
import hashlib
import json
import re
from pathlib import Path

import numpy as np

from . import HOME
from .digits import COLUMNS, ROWS, read_digits
from .functions import Stop, plain

TEMPLATE = Path(__file__).with_name("draw.html")
FIRST_COLUMN = 1  # of the 8 that the images had before they were cropped
EACH = 5  # stored images of each digit


def described(network, trained):
    """What the page has to know about one of the two trained pairs."""
    pixels, shown = stored_images(trained.digits)
    _, y_hat = network.forward(pixels / 16, trained.theta_h, trained.theta_y)
    return {
        "name": " or ".join(map(str, trained.digits)),
        "classes": [str(digit) for digit in trained.digits],
        "outputs": ["1"],  # In both pairs y = 1 stands for the digit 1.
        "input": {"rows": ROWS, "columns": list(range(FIRST_COLUMN, FIRST_COLUMN + COLUMNS)), "constant": False},
        "theta_h": trained.theta_h.tolist(),
        "theta_y": trained.theta_y[:, None].tolist(),
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
    try:
        text = TEMPLATE.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise Stop(f"{plain(TEMPLATE)} cannot be read: {plain(error)}. Download the assignment again.") from None
    # Only this style and this script may do anything in the page, and neither may load anything.
    style, script = (_hash_of(text, tag) for tag in ("style", "script"))
    policy = f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
    return text.replace("{{policy}}", policy).replace("{{networks}}", in_html(networks))


def in_html(value):
    """A value as JSON that ends no script element: exact numbers, and in ASCII, which escapes U+2028 as well."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def write(text, path=HOME / "trained" / "draw.html"):
    """Save the page; returns where."""
    try:
        path.write_text(text, encoding="ascii", newline="\n")
    except OSError as error:
        raise Stop(f"The page cannot be saved as {plain(path)}: {plain(error)}.") from None
    return path


def _hash_of(text, tag):
    content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
