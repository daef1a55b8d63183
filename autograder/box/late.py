"""Find modules that a library imports late, where a worker cannot reach the folder that contains them.

Root's interpreter may be in a home directory that is closed to all other users, and a worker runs as another user. The
folders that it may read were opened before, and a path may begin at a descriptor instead of at the root of the file
system.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from importlib.machinery import ModuleSpec, PathFinder

from .folders import is_open


class Finder:
    """A last entry of `sys.meta_path`, which finds modules that the other finders did not find.

    Args:
        descriptors: path of an open folder, without symbolic links -> its descriptor.
    """

    def __init__(self, descriptors: Mapping[str, int]) -> None:
        self._closed: dict[str, str] = {}
        used = set()
        for entry in filter(os.path.isdir, sys.path):
            real = os.path.realpath(entry)
            for folder, descriptor in descriptors.items():
                if os.path.join(real, "").startswith(os.path.join(folder, "")) and not is_open(real):
                    self._closed[entry] = f"/proc/self/fd/{descriptor}{real[len(folder) :]}"
                    used.add(descriptor)
        self.descriptors = sorted(used)
        """The descriptors that this finder needs; empty if everything can be found without them."""

    def find_spec(self, name: str, path: Iterable[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Find a module as `PathFinder` does, with paths by descriptor for folders that cannot be reached."""
        folders = [self._by_descriptor(entry) for entry in (sys.path if path is None else path)]
        return PathFinder.find_spec(name, folders, target)  # type: ignore[arg-type]

    def _by_descriptor(self, path: str) -> str:
        for entry, by_descriptor in self._closed.items():
            if path == entry or path.startswith(entry + os.sep):
                return by_descriptor + path[len(entry) :]
        return path
