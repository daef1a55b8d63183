"""The arguments of a call, in memory that the grader and a worker share.

The grader itself sees whether a function has changed its arguments: a worker that is asked could say anything. Each
call has its own place, which is never reused, because a program may keep references to its arguments.
"""

import contextlib
import math
import mmap
import os
from collections.abc import Sequence

import numpy as np

with contextlib.suppress(ImportError):  # Windows has neither fcntl nor memory of this kind
    import fcntl

# Twenty times the arguments of the largest case. Only pages that are written to take up memory.
SIZE = 1 << 25
ALIGNMENT = 64


def create() -> int | None:
    """Create such memory, of a size that nobody can change; return its descriptor, or None if the system has none."""
    try:
        descriptor = os.memfd_create("arguments", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except (AttributeError, OSError):  # not Linux, or an old kernel
        return None
    try:
        os.ftruncate(descriptor, SIZE)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except OSError:  # to the kernel it is a file, and the size of files may be limited, for example by `ulimit -f`
        os.close(descriptor)
        return None
    return descriptor


def at(memory: mmap.mmap, offset: int, shape: Sequence[int]) -> np.ndarray:
    """Return the float64 array at an offset of the memory."""
    array: np.ndarray = np.ndarray(tuple(shape), dtype="<f8", buffer=memory, offset=offset)
    return array


class Arguments:
    """The grader's side: it writes the arguments of each call, and detects changes to them."""

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)
        self._end = 0
        self._laid_out: list[tuple[np.ndarray, np.ndarray]] = []

    def lay_out(self, arrays: Sequence[np.ndarray]) -> list[tuple[int, tuple[int, ...]]] | None:
        """Write the arrays of one call; return the offset and shape of each, or None if there is no room left."""
        places = []
        end = self._end
        for array in arrays:
            places.append((end, array.shape))
            end += -(-8 * math.prod(array.shape) // ALIGNMENT) * ALIGNMENT
        if end > SIZE:
            return None
        self._end = end
        self._laid_out = [(at(self._memory, *place), array) for place, array in zip(places, arrays)]
        for shared, array in self._laid_out:
            shared[...] = array
        return places

    def changed(self) -> dict[int, np.ndarray]:
        """Return the position and the new content of each array of the last call that has changed."""
        return {
            i: shared.copy()
            for i, (shared, array) in enumerate(self._laid_out)
            if shared.tobytes() != array.tobytes()  # as bytes, nan equals itself
        }
