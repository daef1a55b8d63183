"""An engine that grades numerical functions written by students. It does not know what is being graded.

Start reading at `grade`. Case files need only what this module lists.
"""

from .mistake import Mistake
from .tolerance import Tolerance, absolute, of_largest, relative

__all__ = ["Mistake", "Tolerance", "absolute", "of_largest", "relative"]
