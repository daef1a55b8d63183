"""Runs all tests in two halves, side by side.

Where one of them waits, for a browser or for the end of what it has killed, the other goes on.

    python -m tests.halves OPTIONS...      options of pytest, for both
"""

import shutil
import signal
import subprocess
import sys
import tempfile

from .bank import ROOT

# They take as long as all others, and ask for nothing that those have made beside them (see conftest.py).
OTHER_HALF = ("tests/batch", "tests/starter")


def main(options: list[str]) -> int:
    """Exit status 0 if both halves have it. One is shown as it goes, the other at the end."""
    # Ctrl-C of a terminal reaches both, which end in order and are waited for.
    signal.signal(signal.SIGINT, lambda *_: None)
    pytest = [sys.executable, "-m", "pytest", *options]
    with tempfile.TemporaryFile() as said:
        here = subprocess.Popen([*pytest, *(f"--ignore={folder}" for folder in OTHER_HALF)], cwd=ROOT)
        there = subprocess.Popen(
            [*pytest, *OTHER_HALF], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        results = here.wait(), there.wait()
        print(f"\nAt the same time, {' and '.join(OTHER_HALF)}:\n", flush=True)
        said.seek(0)
        shutil.copyfileobj(said, sys.stdout.buffer)
    return max(map(abs, results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
