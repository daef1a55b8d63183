"""An engine that grades numerical functions written by students. It does not know what is being graded.

Start reading at `grade`. Case files need only what this module lists.
"""

from __future__ import annotations

# Not imported from typing: a command that starts interpreters does so before `typing` is loaded.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .mistake import Mistake
    from .tolerance import Tolerance, absolute, of_largest, relative

__all__ = ["Mistake", "Tolerance", "absolute", "of_largest", "relative"]


def __getattr__(name: str) -> Any:
    """Import a name that case files need only when it is used, so that a command can start its interpreters sooner."""
    import importlib

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(".mistake" if name == "Mistake" else ".tolerance", __name__)
    return getattr(module, name)
