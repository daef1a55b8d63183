"""Make the digits data sets from scikit-learn: 0, 1 and 2 cropped to the lecture's 40 pixels, and all ten whole.

    python datasets/digits/make.py            write the files
    python datasets/digits/make.py --check    only compare; exit status 1 when a file differs

`make.py` and scikit-learn are needed only here. Everything else reads the `.npy` files.

How the images are divided
    Of each digit, in the order of a `RandomState(15)` permutation (a stream that NumPy keeps the same for
    ever): the first 40 are for training and the next 20 for looking at (both public, both ship with the
    starter), the rest is held out for grading. Rows take turns, 0 1 2 0 1 2 ..., so that any first part of a
    file holds all its digits; in the held-out part the turns end when a digit runs out.

    Both sets are made of one division, whose stream goes on from digit 2 to digit 3: an image that is held out in
    the small set is held out in the large one, too.
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

# What the names of a set's files begin with, its digits, and its columns of the 8 x 8 images.
# In 0, 1 and 2, columns 0, 6 and 7 are nearly always dark; 8 rows of 5 make the lecture's 40 inputs.
SETS = (("", range(3), slice(1, 6)), ("ten_", range(10), slice(0, 8)))
TRAIN, TEST = 40, 20  # images of each digit
# Of the seeds 0 to 29 the one whose held-out images a right network classifies best (both pairs without a
# mistake, for ten different first weights), so that a grade never hangs on one ugly digit.
SEED = 15

CHECKSUMS = "checksums.sha256"


def build() -> dict[str, bytes]:
    """Every generated file of this folder: its name below `datasets/digits`, and its bytes."""
    images, labels = _load()
    shuffled = _shuffled(labels)
    # Of each digit: for training, to look at, held out.
    parts = (
        ("public/", "train_", slice(0, TRAIN)),
        ("public/", "test_", slice(TRAIN, TRAIN + TEST)),
        ("held_out/", "", slice(TRAIN + TEST, None)),
    )
    files = {}
    for which, digits, columns in SETS:
        for folder, part, share in parts:
            rows = _take_turns([shuffled[digit][share] for digit in digits])
            pixels = images[rows][:, :, columns].reshape(len(rows), -1)
            files[f"{folder}{which}{part}images.npy"] = _npy(pixels)
            files[f"{folder}{which}{part}labels.npy"] = _npy(labels[rows])
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
    return [name for name, data in build().items() if not (HERE / name).is_file() or (HERE / name).read_bytes() != data]


def _load():
    """The images and labels of all digits, as scikit-learn lists them.

    images   (1797, 8, 8)   uint8   ink in a block of 4 x 4 dots, 0..16
    labels   (1797,)        uint8   0 to 9
    """
    digits = load_digits()
    images = digits.images
    # uint8 would silently cut anything else, for instance if the set were ever rescaled to 0..1.
    if not (np.array_equal(images, np.rint(images)) and images.min() == 0 and images.max() == 16):
        raise SystemExit("load_digits no longer gives whole numbers from 0 to 16: look at its release notes")
    return images.astype(np.uint8), digits.target.astype(np.uint8)


def _shuffled(labels):
    """Row numbers of the images of each digit, 0 first, in the order in which they are dealt out."""
    random = np.random.RandomState(SEED)
    return [random.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]


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
            print(f"datasets/digits/{name} is not what make.py makes. To fix it: {COMMAND}")
        return 1 if wrong else 0
    for name in write() or ["nothing"]:
        print(f"datasets/digits: {name} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
