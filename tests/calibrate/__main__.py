"""Measure what the tolerances are based on: for each case, the worst right answer and the best wrong one.

    python -m tests.calibrate                  print
    python -m tests.calibrate --write          also rewrite docs/calibration.md and docs/calibration-extensions.md
    python -m tests.calibrate --part second    only one part, the first or the second

Every case runs unchanged, but its comparisons are recorded instead of judged. An error is given in units of what the
case allows: below 1 passes. Right programs are written in several ways, including float32. Wrong programs are those of
the catalogue of mistakes, and slips too small to have a sentence.
"""

import argparse
import sys

from autograder import assignment as assignments

from . import first, second
from .measuring import load
from .places import CASES, DOCS

HEAD = """# What the tolerances are based on

Made by `python -m tests.calibrate --write` (`make calibrate` prints it), so do not edit it. The numbers are measured on
the very cases that grade submissions. Errors are in units of what a case allows: a right program must stay below 1, and
a wrong one above. If a formula of the catalogue declines an input, because its answer there has other causes as well,
it counts as right on that input. The extra credit has its own page:
[calibration-extensions.md](calibration-extensions.md).
"""
PARTS = {"first": (first, HEAD, "calibration.md"), "second": (second, second.HEAD, "calibration-extensions.md")}


def main() -> int:
    """Print the tables, and write them if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.calibrate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="rewrite the pages in docs/")
    parser.add_argument("--part", choices=tuple(PARTS), help="only this part")
    options = parser.parse_args()
    for (name, (module, head, file)), assignment in zip(PARTS.items(), assignments.load(CASES).parts):
        if options.part in (None, name):
            text = "\n".join([head, *module.page(load(assignment))]) + "\n"
            print(text)
            if options.write:
                (DOCS / file).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
