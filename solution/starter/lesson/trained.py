"""The folder trained/: what train.py leaves for you and for draw.py."""

import csv
from typing import NamedTuple

import numpy as np

from . import HOME
from .digits import COLUMNS, PAIRS, ROWS
from .functions import Stop, plain

_AGAIN = "Delete it, and run `python train.py` again."


class Trained(NamedTuple):
    """A network after training. y = 1 stands for the digit 1, whichever the other is."""

    digits: tuple
    theta_h: np.ndarray
    theta_y: np.ndarray


def name_of(digits):
    """How the files of a pair of digits are called: `0-against-1`."""
    return "-against-".join(map(str, digits))


def save(digits, fits, folder=HOME / "trained"):
    """Save the last weights, the training curve as a table, and what each hidden unit looks for, as text."""
    last, name = fits[-1], name_of(digits)
    try:
        folder.mkdir(exist_ok=True)
        np.savez(folder / f"{name}.npz", digits=np.array(digits), theta_h=last.theta_h, theta_y=last.theta_y)
        with (folder / f"{name}-curve.csv").open("w", encoding="ascii", newline="") as file:
            table = csv.writer(file)
            table.writerow(("epoch", "log_likelihood", "accuracy"))
            table.writerows((fit.epoch, f"{fit.log_likelihood:.6f}", f"{fit.accuracy:.4f}") for fit in fits)
        text = "\n".join(_units(last)) + "\n"
        (folder / f"{name}-hidden-units.txt").write_text(text, encoding="ascii")
    except OSError as error:
        raise Stop(f"The weights cannot be saved in {plain(folder)}: {plain(error)}.") from None


def load(folder=HOME / "trained"):
    """Every trained network there is. Raises Stop when there is none, or when a file does not hold one."""
    found = []
    for digits in PAIRS:
        path = folder / f"{name_of(digits)}.npz"
        if not path.is_file():
            continue
        try:
            # Opened here, because NumPy leaves a damaged file open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                theta_h, theta_y = arrays["theta_h"].astype(float), arrays["theta_y"].astype(float)
        except OSError as error:
            raise Stop(f"{plain(path)} cannot be read: {plain(error)}. {_AGAIN}") from None
        except Exception:  # What a damaged archive raises depends on the byte that is wrong.
            raise Stop(f"{plain(path)} is damaged. {_AGAIN}") from None
        if theta_y.ndim != 1 or theta_h.shape != (ROWS * COLUMNS, len(theta_y)) or not len(theta_y):
            raise Stop(f"{plain(path)} holds weights of shapes {theta_h.shape} and {theta_y.shape}. {_AGAIN}")
        if not (np.isfinite(theta_h).all() and np.isfinite(theta_y).all()):
            raise Stop(f"{plain(path)} holds weights that are nan or inf. {_AGAIN}")
        found.append(Trained(digits, theta_h, theta_y))
    if not found:
        raise Stop("There are no trained weights yet. Run `python train.py` first.")
    return found


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
