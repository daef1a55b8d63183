"""The folder trained/: what train.py leaves for you and for draw.py."""

import contextlib
import csv
from typing import NamedTuple

import numpy as np

from . import HOME
from .digits import COLUMNS, PAIRS, ROWS, TEN, WHOLE
from .functions import Stop, plain

TRAIN, TRAIN_TEN = "python train.py", "python train.py --ten"
TEN_DIGITS = "ten-digits"
FOLDER = HOME / "trained"


class Trained(NamedTuple):
    """A network after training. Of a pair, y = 1 stands for the digit 1, whichever the other is."""

    digits: tuple
    first: np.ndarray  # theta_h of a pair, W of all ten
    second: np.ndarray  # theta_y, or V


def name_of(digits):
    """How the files of a pair of digits are called: `0-against-1`."""
    return "-against-".join(map(str, digits))


def save(digits, fits):
    """Save the last weights, the training curve as a table, and what each hidden unit looks for, as text."""
    last, name = fits[-1], name_of(digits)
    rows = [(fit.epoch, f"{fit.log_likelihood:.6f}", f"{fit.accuracy:.4f}") for fit in fits]
    with _told():
        FOLDER.mkdir(exist_ok=True)
        np.savez(FOLDER / f"{name}.npz", digits=np.array(digits), theta_h=last.theta_h, theta_y=last.theta_y)
        _save_table(FOLDER / f"{name}-curve.csv", ("epoch", "log_likelihood", "accuracy"), rows)
        text = "\n".join(_units(last)) + "\n"
        (FOLDER / f"{name}-hidden-units.txt").write_text(text, encoding="ascii")


def save_ten(past):
    """Save the last weights of the network for all ten digits, and its training curve as a table."""
    last = past[-1]
    rows = [(one.number, f"{one.error:.6f}", *(f"{s:.4f}" for s in (one.seen, one.unseen, one.either))) for one in past]
    with _told():
        FOLDER.mkdir(exist_ok=True)
        np.savez(FOLDER / f"{TEN_DIGITS}.npz", W=last.first, V=last.second)
        heads = ("pass", "squared_error", "seen", "unseen", "first_or_second_guess")
        _save_table(FOLDER / f"{TEN_DIGITS}-curve.csv", heads, rows)


def load():
    """Every trained pair there is. Raises Stop when a file does not hold one."""
    found = []
    for digits in PAIRS:
        path = FOLDER / f"{name_of(digits)}.npz"
        if path.is_file():
            found.append(Trained(digits, *_weights(path, ("theta_h", "theta_y"), ROWS * COLUMNS, (), TRAIN)))
    return found


def load_ten():
    """The network for all ten digits; None if it was not trained."""
    path = FOLDER / f"{TEN_DIGITS}.npz"
    if not path.is_file():
        return None
    return Trained(tuple(range(TEN)), *_weights(path, ("W", "V"), 1 + ROWS * WHOLE, (TEN,), TRAIN_TEN))


def _weights(path, names, inputs, outputs, command):
    """The two arrays of a file, (inputs, m_h) and (m_h, *outputs)."""
    again = f"Delete it, and run `{command}` again."
    try:
        # Opened here, because NumPy leaves a damaged file open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            first, second = (arrays[name].astype(float) for name in names)
    except OSError as error:
        raise Stop(f"{plain(path)} cannot be read: {plain(error)}. {again}") from None
    except Exception:  # What a damaged archive raises depends on the byte that is wrong.
        raise Stop(f"{plain(path)} is damaged. {again}") from None
    if not second.ndim or not len(second) or first.shape != (inputs, len(second)) or second.shape[1:] != outputs:
        raise Stop(f"{plain(path)} holds weights of shapes {first.shape} and {second.shape}. {again}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise Stop(f"{plain(path)} holds weights that are nan or inf. {again}")
    return first, second


@contextlib.contextmanager
def _told():
    """What keeps a file from being written is a sentence."""
    try:
        yield
    except OSError as error:
        raise Stop(f"The weights cannot be saved in {plain(FOLDER)}: {plain(error)}.") from None


def _save_table(path, heads, rows):
    with path.open("w", encoding="ascii", newline="") as file:
        table = csv.writer(file)
        table.writerow(heads)
        table.writerows(rows)


def _units(fit):
    """Each hidden unit as 8 rows of 5 signs: where ink switches it on, and where off."""
    largest = np.abs(fit.theta_h).max() or 1.0
    signs = np.array(["--", " -", " .", " +", "++"])
    lines = ["What each hidden unit looks for: ink on + switches it on, ink on - switches it off."]
    for j, weight in enumerate(fit.theta_y):
        side = "speaks for a 1" if weight > 0 else "speaks against a 1"
        lines += ["", f"hidden unit {j}, theta_y[{j}] = {weight:+.3f}: {side}"]
        levels = np.rint(2 * fit.theta_h[:, j] / largest).astype(int) + 2
        lines += ["  " + " ".join(row) for row in signs[levels].reshape(ROWS, COLUMNS)]
    return lines
