"""Load what libraries import and a grading never looks at only when somebody does look at it.

For processes of ours that load pytest and NumPy; never for one that runs a submission.
"""

import contextlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

# Imported by pytest: the list of installed packages (with email and csv), and what makes names of folders unique.
# Imported by NumPy: what writes pickles, calls C, and holds its documentation.
UNUSED = {
    "importlib.metadata", "hashlib", "platform", "uuid", "zipfile",
    "ctypes", "pickle", "numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars",
}  # fmt: skip


@contextlib.contextmanager
def unused() -> Iterator[None]:
    """Defer in the block the imports of what is UNUSED.

    And do without OpenSSL, which NumPy's generators would load for a comparison of passwords: for good, because they
    are loaded by the first case that draws numbers. hashlib has hash functions of its own.
    """
    sys.modules.setdefault("_hashlib", None)  # type: ignore[arg-type]
    finder = _Deferring()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Deferring:
    """Finds modules as Python itself does, and puts off running those that are not used."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for all others, which leaves them to Python."""
        if name not in UNUSED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec
