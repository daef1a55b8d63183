"""Make the digits data sets from scikit-learn: 0, 1 and 2 cropped to the lecture's 40 pixels, and all ten whole.

    python datasets/digits/make.py            write the files
    python datasets/digits/make.py --check    only compare; exit status 1 when a file differs

`make.py` and scikit-learn are needed only here. Everything else reads the `.npy` files.

How the images are divided
    The images of each digit are permuted by `RandomState(15)`, whose stream NumPy never changes. The first 40 are
    for training and the next 20 for looking at (both public, both ship with the starter); the rest are held out
    for grading. Rows alternate, 0 1 2 0 1 2 ..., so that any prefix of a public file holds all its digits; in the
    held-out part, a digit that runs out is skipped.

    Both sets come from one division, in which the random stream goes on from digit 2 to digit 3. So an image that
    is held out in the small set is held out in the large one too.
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

# For each set: what its file names begin with, its digits, and the columns of the 8 x 8 images that it keeps.
# In 0, 1 and 2, columns 0, 6 and 7 are nearly always dark; 8 rows of 5 pixels are the lecture's 40 inputs.
SETS = (("", range(3), slice(1, 6)), ("ten_", range(10), slice(0, 8)))
TRAIN, TEST = 40, 20  # images per digit
# Of the seeds 0 to 29, this one gives the held-out images that a right network classifies best (both pairs without a
# mistake, for ten different initial weights), so that a grade never depends on one badly written digit.
SEED = 15

CHECKSUMS = "checksums.sha256"


def build() -> dict[str, bytes]:
    """Return every generated file of this folder: its path below `datasets/digits`, and its bytes."""
    images, labels = _load()
    shuffled = _shuffled(labels)
    # How the images of each digit are divided: for training, to look at, held out.
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
    """Write the files that differ, and return their names."""
    changed = []
    for name, data in build().items():
        path = HERE / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            changed.append(name)
    return changed


def out_of_step() -> list[str]:
    """Return the names of the files that are missing or differ from what this program makes."""
    return [name for name, data in build().items() if not (HERE / name).is_file() or (HERE / name).read_bytes() != data]


def _load():
    """Return the images and labels of all digits, in scikit-learn's order.

    images   (1797, 8, 8)   uint8   ink in a block of 4 x 4 dots, 0..16
    labels   (1797,)        uint8   0 to 9
    """
    digits = load_digits()
    images = digits.images
    # uint8 would silently truncate any other value, for instance if the set were ever rescaled to 0..1.
    if not (np.array_equal(images, np.rint(images)) and images.min() == 0 and images.max() == 16):
        raise SystemExit("load_digits no longer gives whole numbers from 0 to 16: look at its release notes")
    return images.astype(np.uint8), digits.target.astype(np.uint8)


def _shuffled(labels):
    """Return, for each digit from 0 on, the row numbers of its images in the order in which they are dealt out."""
    random = np.random.RandomState(SEED)
    return [random.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]


def _take_turns(queues):
    """Return the first item of each queue, then the second of each, and so on; skip a queue that has run out."""
    longest = max(map(len, queues))
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]


def _npy(array) -> bytes:
    """Return the array as a version 1.0 `.npy` file without pickles: a text header, then the raw bytes."""
    file = io.BytesIO()
    npy.write_array(file, array, version=(1, 0), allow_pickle=False)
    return file.getvalue()


def main() -> int:
    """Write or check the files, print what changed, and return the exit status."""
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
