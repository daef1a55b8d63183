"""The digits: sizes, values, division, checksums, and that the script still reproduces the files exactly."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from .copied import copying

DIGITS = Path(__file__).resolve().parent.parent / "datasets" / "digits"
# What each set's file names begin with in either folder, and how many images of each digit it holds.
SMALL = {
    "public/train_": [40] * 3,
    "public/test_": [20] * 3,
    "held_out/": [118, 122, 117],
}
LARGE = {
    "public/ten_train_": [40] * 10,
    "public/ten_test_": [20] * 10,
    "held_out/ten_": [118, 122, 117, 123, 121, 122, 121, 119, 114, 120],
}
COLUMNS = {40: slice(1, 6), 64: slice(0, 8)}  # of the 8 x 8 images, by the number of pixels in a row


def load(part):
    images = np.load(DIGITS / f"{part}images.npy", allow_pickle=False)
    return images, np.load(DIGITS / f"{part}labels.npy", allow_pickle=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs make.py of a folder, in a copy of a process that has loaded scikit-learn."""
    with copying(tmp_path_factory.mktemp("printed"), "sklearn.datasets") as run_copy:

        def run(folder, *arguments):
            status, *printed = run_copy(folder / "make.py", arguments, folder.parent, dict(os.environ))
            return subprocess.CompletedProcess(["make.py", *arguments], status, *(text.decode() for text in printed))

        yield run


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(DIGITS, tmp_path / "digits"))


@pytest.mark.parametrize(("pixels", "part"), [(40, part) for part in SMALL] + [(64, part) for part in LARGE])
def test_each_part_holds_the_stated_number_of_each_digit(pixels, part):
    images, labels = load(part)
    counts = (SMALL | LARGE)[part]
    assert images.shape == (sum(counts), pixels) and labels.shape == (sum(counts),)
    assert images.dtype == labels.dtype == np.uint8
    assert images.max() == 16
    assert np.bincount(labels).tolist() == counts
    assert labels[: 2 * len(counts)].tolist() == 2 * list(range(len(counts)))


@pytest.mark.parametrize(("pixels", "parts"), [(40, SMALL), (64, LARGE)])
def test_the_parts_together_are_every_image_of_scikit_learn_exactly_once(pixels, parts):
    from sklearn.datasets import load_digits

    digits = load_digits()
    ours = digits.target < len(next(iter(parts.values())))
    whole = digits.images[ours][:, :, COLUMNS[pixels]].reshape(-1, pixels)
    want = sorted((int(label), *map(int, row)) for label, row in zip(digits.target[ours], whole, strict=True))
    got = sorted((int(label), *map(int, row)) for part in parts for row, label in zip(*load(part), strict=True))
    assert got == want


@pytest.mark.parametrize(("small", "large"), list(zip(SMALL, LARGE, strict=True)))
def test_the_large_set_holds_the_images_of_the_small_one_in_the_same_part_and_order(small, large):
    images, labels = load(small)
    whole, digits = load(large)
    for digit in range(3):
        cropped = whole[digits == digit].reshape(-1, 8, 8)[:, :, COLUMNS[40]].reshape(-1, 40)
        assert np.array_equal(cropped, images[labels == digit]), digit


def test_checksums_are_those_of_the_files_in_the_format_of_sha256sum():
    lines = (DIGITS / "checksums.sha256").read_text(encoding="ascii").splitlines()
    assert [line.partition("  ")[2] for line in lines] == sorted(
        path.relative_to(DIGITS).as_posix() for path in DIGITS.rglob("*.npy")
    )
    for line in lines:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((DIGITS / name).read_bytes()).hexdigest() == digest


def test_files_are_plain_arrays_of_version_1_without_pickles():
    for path in DIGITS.rglob("*.npy"):
        data = path.read_bytes()
        assert data[:8] == b"\x93NUMPY\x01\x00"
        assert b"'descr': '|u1'" in data[:128]


def test_check_passes_on_what_is_committed(run):
    done = run(DIGITS, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_check_names_each_damaged_file_and_the_command_that_mends_it(run, copy):
    labels = copy / "held_out" / "labels.npy"
    data = bytearray(labels.read_bytes())
    data[-1] ^= 1
    labels.write_bytes(data)
    (copy / "public" / "test_images.npy").unlink()

    done = run(copy, "--check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"datasets/digits/{name} is not what make.py makes. To fix it: python datasets/digits/make.py"
        for name in ("public/test_images.npy", "held_out/labels.npy")
    ]
    mended = run(copy)
    assert mended.returncode == 0
    assert mended.stdout.splitlines() == [
        "datasets/digits: public/test_images.npy changed",
        "datasets/digits: held_out/labels.npy changed",
    ]
    assert run(copy, "--check").returncode == 0
    assert run(copy).stdout == "datasets/digits: nothing changed\n"


def test_origin_and_license_travel_with_the_public_part():
    for name in ("README.md", "public/README.md"):
        text = (DIGITS / name).read_text(encoding="utf-8")
        for word in ("Alpaydin", "Kaynak", "Optical Recognition of Handwritten Digits", "CC BY 4.0"):
            assert word in text, (name, word)
