"""Make the digits data set: the images of 0, 1 and 2 from scikit-learn, cropped to the lecture's 40 pixels.

    python datasets/digits/make.py            write the files
    python datasets/digits/make.py --check    only compare; exit status 1 when a file differs

`make.py` and scikit-learn are needed only here. Everything else reads the `.npy` files.

How the images are divided
    Of each digit, in the order of a `RandomState(15)` permutation (a stream that NumPy keeps the same for
    ever): the first 40 are for training and the next 20 for looking at (both public, both ship with the
    starter), the rest is held out for grading. Rows take turns, 0 1 2 0 1 2 ..., so that any first part of a
    file holds all three digits; in the held-out part the turns end when a digit runs out.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from sklearn.datasets import load_digits

HERE = Path(__file__).resolve().parent
COMMAND = "python datasets/digits/make.py"

DIGITS = (0, 1, 2)
COLUMNS = slice(1, 6)  # Columns 0, 6 and 7 are nearly always dark; 8 rows of 5 make the lecture's 40 inputs.
TRAIN, TEST = 40, 20  # images of each digit
# Of the seeds 0 to 29 the one whose held-out images a right network classifies best (both pairs without a
# mistake, for ten different first weights), so that a grade never hangs on one ugly digit.
SEED = 15

CHECKSUMS = "checksums.sha256"


def build() -> dict[str, bytes]:
    """Every generated file of this folder: its name below `datasets/digits`, and its bytes."""
    pixels, labels = _load()
    train, test, held_out = _divide(labels)
    files = {}
    for name, rows in (("public/train_", train), ("public/test_", test), ("held_out/", held_out)):
        files[f"{name}images.npy"] = _npy(pixels[rows])
        files[f"{name}labels.npy"] = _npy(labels[rows])
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    files[CHECKSUMS] = "".join(lines).encode("ascii")
    return files


def write() -> list[str]:
    """Write what differs; returns the names of the files that changed."""
    changed = []
    for name, data in build().items():
        path = HERE / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            changed.append(name)
    return changed


def out_of_step() -> list[str]:
    """The names of the files that are missing or not what this program makes."""
    return [
        name
        for name, data in build().items()
        if not (HERE / name).is_file() or (HERE / name).read_bytes() != data
    ]


def _load():
    """The images and labels of our digits, as scikit-learn lists them.

    pixels   (537, 40)   uint8   ink in a block of 4 x 4 dots, 0..16; row-major, 8 rows of 5
    labels   (537,)      uint8   0, 1 or 2
    """
    digits = load_digits()
    ours = np.isin(digits.target, DIGITS)
    pixels = digits.images[ours][:, :, COLUMNS].reshape(-1, 40)
    # uint8 would silently cut anything else, for instance if the set were ever rescaled to 0..1.
    if not (np.array_equal(pixels, np.rint(pixels)) and pixels.min() == 0 and pixels.max() == 16):
        raise SystemExit("load_digits no longer gives whole numbers from 0 to 16: look at its release notes")
    return pixels.astype(np.uint8), digits.target[ours].astype(np.uint8)


def _divide(labels):
    """Row numbers of the training, test and held-out images, each with the digits taking turns."""
    random = np.random.RandomState(SEED)
    shuffled = [random.permutation(np.flatnonzero(labels == digit)) for digit in DIGITS]
    parts = (slice(0, TRAIN), slice(TRAIN, TRAIN + TEST), slice(TRAIN + TEST, None))
    return [_take_turns([rows[part] for rows in shuffled]) for part in parts]


def _take_turns(queues):
    """The first of each queue, then the second of each, ...; a queue that has run out is passed over."""
    longest = max(map(len, queues))
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]


def _npy(array) -> bytes:
    """The array as a version 1.0 `.npy` file without pickles: a header as text, then the plain bytes."""
    file = io.BytesIO()
    npy.write_array(file, array, version=(1, 0), allow_pickle=False)
    return file.getvalue()


def main() -> int:
    """Write or check, and say what changed; the exit status."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of step")
    if parser.parse_args().check:
        wrong = out_of_step()
        for name in wrong:
            print(f"datasets/digits/{name} is not what make.py makes. To mend it: {COMMAND}")
        return 1 if wrong else 0
    for name in write() or ["nothing"]:
        print(f"datasets/digits: {name} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
