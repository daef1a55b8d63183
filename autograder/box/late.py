"""Modules that a library loads late, where a worker may not walk to the folder that they lie in.

As root one may have an interpreter in a home that is closed to everybody else, and a worker is somebody else. What it
may read was opened before, and a path may begin at a descriptor instead of at the root of the file system.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from importlib.machinery import ModuleSpec, PathFinder

from .folders import is_open


class Finder:
    """Finds what others have not found, as an entry of `sys.meta_path`.

    Args:
        descriptors: of open folders, by their path without links.
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
        """Those that it needs, none where everything can be found without."""

    def find_spec(self, name: str, path: Iterable[str] | None = None, target: object = None) -> ModuleSpec | None:
        """As every finder."""
        folders = [self._by_descriptor(entry) for entry in (sys.path if path is None else path)]
        return PathFinder.find_spec(name, folders, target)  # type: ignore[arg-type]

    def _by_descriptor(self, path: str) -> str:
        for entry, by_descriptor in self._closed.items():
            if path == entry or path.startswith(entry + os.sep):
                return by_descriptor + path[len(entry) :]
        return path
