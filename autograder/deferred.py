"""Defer the loading of modules that libraries import but a grading does not use, until something uses them.

Only for processes of ours that load pytest and NumPy; never for one that runs a submission.
"""

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

# pytest imports the list of installed packages (with email and csv), and modules that make names of folders unique.
# NumPy imports pickle, ctypes, its documentation, and linear algebra with types for annotations.
IMPORTED = {
    "importlib.metadata", "hashlib", "platform", "uuid", "zipfile",
    "ctypes", "pickle", "numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars", "numpy.linalg",
}  # fmt: skip
# Functions that the rest of NumPy imports from a deferred module, for polynomials and matrices.
TAKEN_FROM_IMPORTED = {"numpy.linalg": {"eigvals", "inv", "lstsq", "matrix_power"}}
# pytest looks up these attributes on every object in a plug-in's modules. No module has them, so none is loaded for it.
ASKED_OF_ALL = {"_mock_name", "__wrapped__"}
# pytest imports classes and functions from these, to color terminal output and to re-export them under its own name.
# As plug-ins, they are switched off in a grading (`session.UNUSED_PLUGINS`).
TAKEN_FROM = {
    "pygments", "_pytest.cacheprovider", "_pytest.capture", "_pytest.doctest", "_pytest.legacypath", "_pytest.logging",
    "_pytest.pytester", "_pytest.recwarn", "_pytest.terminal",
}  # fmt: skip


@contextlib.contextmanager
def unused() -> Iterator[None]:
    """Defer the loading of the modules in IMPORTED and TAKEN_FROM within the block.

    Also block OpenSSL, which NumPy's random generators would load for a comparison of passwords. It stays blocked after
    the block, because the first case that draws numbers loads the generators. hashlib has its own hash functions.
    """
    sys.modules.setdefault("_hashlib", None)  # type: ignore[arg-type]
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder:
    """A finder that finds modules as Python itself does, and defers those that a grading does not use."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a module to be deferred; None for all others, which leaves them to Python."""
        if TAKEN_FROM.intersection((name, name.partition(".")[0])):
            return ModuleSpec(name, _Nothing(), is_package=True)
        spec = PathFinder.find_spec(name, path, target) if name in IMPORTED else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Later(spec.loader)
        return spec


class _Later(Loader):
    """A loader that executes a module when one of its attributes is first accessed.

    Before Python 3.12, importlib.util.LazyLoader also executes it when it is imported a second time.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as the original loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Only prepare the module to be executed later."""
        assert module.__spec__ is not None
        module.__loader__ = module.__spec__.loader = self._loader
        module.__class__ = _PutOff


class _PutOff(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name in ASKED_OF_ALL:
            raise AttributeError(name)
        if name in TAKEN_FROM_IMPORTED.get(self.__name__, ()):

            def called(*arguments: Any, **options: Any) -> Any:
                return getattr(_loaded(self), name)(*arguments, **options)

            return called
        return getattr(_loaded(self), name)


def _loaded(module: ModuleType) -> ModuleType:
    if isinstance(module, _PutOff):
        assert module.__spec__ is not None and module.__spec__.loader is not None
        module.__class__ = ModuleType  # type: ignore[assignment]
        try:
            module.__spec__.loader.exec_module(module)
        except BaseException:  # the next access tries again and raises the same
            module.__class__ = _PutOff
            raise
    return module


class _Nothing(Loader):
    """A loader that executes nothing: what is imported from the module loads the real one when it is called."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Create a stand-in that knows only the module's name."""
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing, because the stand-in is complete."""


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def called(*arguments: Any, **options: Any) -> Any:
            for one in [one for one, module in sys.modules.items() if isinstance(module, _StandIn)]:
                del sys.modules[one]
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **options)

        return called
