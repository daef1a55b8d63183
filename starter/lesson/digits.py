"""The images in data/, and pictures made of letters."""

import numpy as np

from . import HOME
from .functions import Stop

PAIRS = ((0, 1), (1, 2))  # In both, y = 1 stands for the digit 1.
ROWS, COLUMNS = 8, 5  # of one image
TEN, WHOLE = 10, 8  # all digits, and the columns of their images
DATA = HOME / "data"
INK = " .:-=+*#%@"  # from paper to all ink


def read_digits(part, digits, folder=DATA):
    """The images of two digits: x (n, 40), pixels from 0 to 1, and y (n,), 1.0 where the image is a 1."""
    images, labels = _read(part, COLUMNS, folder)
    ours = np.isin(labels, digits)
    return images[ours] / 16, (labels[ours] == 1).astype(float)


def read_ten(part):
    """The images of all ten digits: x (n, 65), a constant 1 and 64 pixels, and y (n, 10), 1.0 in the digit's column."""
    images, labels = _read(f"ten_{part}", WHOLE, DATA)
    return np.concatenate([np.ones((len(images), 1)), images / 16], axis=1), np.eye(TEN)[labels]


def _read(part, columns, folder):
    images = _load(folder / f"{part}_images.npy")
    labels = _load(folder / f"{part}_labels.npy")
    problem = ""
    if images.shape != (len(labels), ROWS * columns):
        problem = f"{len(labels)} labels, and images of shape {images.shape}"
    elif not np.isin(labels, range(TEN)).all():
        problem = "labels that are not digits"
    if problem:
        raise Stop(f"The images in {folder} cannot be used ({problem}). Download the assignment again.")
    return images, labels


def _load(path):
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):  # NumPy's own words may advise to load the file unsafely
        raise Stop(f"{path} is missing or damaged. Download the assignment again.") from None


def accuracy_of(y, y_hat):
    """The share of images for which the network finds the right label more likely than any wrong one."""
    if y.ndim == 2:
        return float(np.mean(y_hat.argmax(axis=1) == y.argmax(axis=1)))
    return float(np.mean((y_hat >= 0.5) == (y >= 0.5)))


def in_letters(pixels):
    """One image, values from 0 to 1, as 8 lines with two letters a pixel: the more ink, the darker the letter."""
    shades = np.clip(np.asarray(pixels) * (len(INK) - 1) + 0.5, 0, len(INK) - 1).astype(int)
    return ["".join(INK[shade] * 2 for shade in row) for row in shades.reshape(ROWS, -1)]
