"""Load what libraries import and a grading has no use for only when somebody uses it after all.

For processes of ours that load pytest and NumPy; never for one that runs a submission.
"""

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

# pytest: the list of installed packages (with email and csv), and what makes names of folders unique. NumPy: what
# writes pickles and calls C, its documentation, and linear algebra with types for annotations.
IMPORTED = {
    "importlib.metadata", "hashlib", "platform", "uuid", "zipfile",
    "ctypes", "pickle", "numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars", "numpy.linalg",
}  # fmt: skip
# Functions that the rest of NumPy takes out of it, for polynomials and matrices.
TAKEN_FROM_IMPORTED = {"numpy.linalg": {"eigvals", "inv", "lstsq", "matrix_power"}}
# pytest asks this of whatever it finds in the modules of a plug-in. No module has an answer, so none is loaded for it.
ASKED_OF_ALL = {"_mock_name", "__wrapped__"}
# pytest takes classes and functions out of these: to colour what a terminal shows, and to have them under its own name.
# As plug-ins they are switched off in a grading (`session.UNUSED_PLUGINS`).
TAKEN_FROM = {
    "pygments", "_pytest.cacheprovider", "_pytest.capture", "_pytest.doctest", "_pytest.legacypath", "_pytest.logging",
    "_pytest.pytester", "_pytest.recwarn", "_pytest.terminal",
}  # fmt: skip


@contextlib.contextmanager
def unused() -> Iterator[None]:
    """Put off in the block the loading of what is IMPORTED or TAKEN_FROM.

    And do without OpenSSL, which NumPy's generators would load for a comparison of passwords: for good, because they
    are loaded by the first case that draws numbers. hashlib has hash functions of its own.
    """
    sys.modules.setdefault("_hashlib", None)  # type: ignore[arg-type]
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder:
    """Finds modules as Python itself does, and puts off those that are not used."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for all others, which leaves them to Python."""
        if TAKEN_FROM.intersection((name, name.partition(".")[0])):
            return ModuleSpec(name, _Nothing(), is_package=True)
        spec = PathFinder.find_spec(name, path, target) if name in IMPORTED else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Later(spec.loader)
        return spec


class _Later(Loader):
    """Runs a module when it is first asked for what it holds.

    importlib.util.LazyLoader runs it when it is imported a second time, too, before Python 3.12.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the other one does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Only say how it will be run."""
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
        except BaseException:  # whoever asks next is told the same
            module.__class__ = _PutOff
            raise
    return module


class _Nothing(Loader):
    """Runs nothing: what is taken from the module loads the real one when it is called."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """One of which nothing is known but its name."""
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """See above."""


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def called(*arguments: Any, **options: Any) -> Any:
            for one in [one for one, module in sys.modules.items() if isinstance(module, _StandIn)]:
                del sys.modules[one]
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **options)

        return called
