"""What train.py, draw.py, classify2d.py and the notebook share. Nothing in this folder is graded or needs a change."""

import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]  # the assignment's folder

if sys.version_info < (3, 10):
    sys.exit(f"This needs Python 3.10 or newer, and it is Python {sys.version.split()[0]} that runs it.")
# The programs' folder is searched first; last, a file of yours called random.py or numpy.py is in nobody's way.
sys.path.sort(key=lambda entry: Path(entry).resolve() == HOME)
try:
    import numpy  # noqa: F401
except ImportError:
    sys.exit("This needs NumPy. To install it: python -m pip install numpy")
