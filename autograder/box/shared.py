"""The arguments of a call, in memory that the grader keeps in view.

Whether a function has changed its arguments is then seen and not asked: a worker could say anything. Each call has a
place of its own, because a program may keep what it was given; nothing is written there twice.
"""

import contextlib
import math
import mmap
import os
from collections.abc import Sequence

import numpy as np

with contextlib.suppress(ImportError):  # Windows has neither it nor memory of this kind
    import fcntl

# Twenty times what the largest case hands over. Only pages that are written to exist.
SIZE = 1 << 25
ALIGNMENT = 64


def create() -> int | None:
    """A descriptor of such memory, or None where there is none. Nobody can change its size."""
    try:
        descriptor = os.memfd_create("arguments", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except (AttributeError, OSError):  # not Linux, or an old one
        return None
    try:
        os.ftruncate(descriptor, SIZE)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except OSError:  # to the kernel it is a file, and files may be kept short, as by `ulimit -f`
        os.close(descriptor)
        return None
    return descriptor


def at(memory: mmap.mmap, offset: int, shape: Sequence[int]) -> np.ndarray:
    """The float64 array at a place."""
    array: np.ndarray = np.ndarray(tuple(shape), dtype="<f8", buffer=memory, offset=offset)
    return array


class Arguments:
    """The grader's side: it lays arguments out, and sees what has become of them."""

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)
        self._end = 0
        self._laid_out: list[tuple[np.ndarray, np.ndarray]] = []

    def lay_out(self, arrays: Sequence[np.ndarray]) -> list[tuple[int, tuple[int, ...]]] | None:
        """Offset and shape of each array of one call, or None if there is no room left for them."""
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
        """Position and new content of each array of the last call that is no longer what it was."""
        return {
            i: shared.copy()
            for i, (shared, array) in enumerate(self._laid_out)
            if shared.tobytes() != array.tobytes()  # nan is the same as itself here
        }
