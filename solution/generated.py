"""Shared code of the programs that generate files here: write the files that differ, or report them."""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class CannotMake(Exception):
    """A source that cannot be understood; the message says which one, where, and what to do."""


def main(build, command, description):
    """Write the files of `build(root)`, a mapping from path to bytes, or compare them if --check is given.

    Return the exit status.
    """
    parser = argparse.ArgumentParser(prog=command, description=description)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    options = parser.parse_args()
    try:
        files = build(ROOT)
    except CannotMake as error:
        print(error, file=sys.stderr)
        return 2
    differing = [name for name, data in files.items() if not _same(ROOT / name, data)]
    for name in differing:
        path = ROOT / name
        if options.check:
            print(f"{name} {'is out of date' if path.is_file() else 'is missing'}. To fix it: {command}")
            continue
        print(f"{name} {'changed' if path.is_file() else 'is new'}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
    if not differing and not options.check:
        print(f"{command}: nothing changed")
    return 1 if options.check and differing else 0


def _same(path, data):
    return path.is_file() and path.read_bytes() == data
