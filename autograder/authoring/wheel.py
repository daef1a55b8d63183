"""The wheel in the starter, checks/autograder.whl: the part of the engine that runs the examples at home.

`engine` collects the modules that ENGINE lists, the decorators of gradescope-utils, and the licenses of both, and makes
sure that each module finds its imports there; `wheel` packs them into the same bytes on every machine.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from .examples import bound_names, dotted
from .regions import StarterError, parse, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# The modules that the examples need at home, as paths below autograder/. None of them knows an answer.
ENGINE = (
    "__init__.py",
    "assignment.py",
    "backend.py",
    "causes.py",
    "box/__init__.py",
    "box/call.py",
    "compare.py",
    "feedback.py",
    "home.py",
    "in_process.py",
    "mistake.py",
    "naming/__init__.py",
    "naming/diagnosis.py",
    "naming/evidence.py",
    "naming/guess.py",
    "naming/shapes.py",
    "naming/sizes.py",
    "naming/structure.py",
    "newer.py",
    "order.py",
    "outcome.py",
    "plugin.py",
    "refused.py",
    "replay.py",
    "student.py",
    "submission.py",
    "tolerance.py",
)

_GRADESCOPE = (
    "gradescope_utils/__init__.py",
    "gradescope_utils/autograder_utils/__init__.py",
    "gradescope_utils/autograder_utils/decorators.py",
)
_WHEEL_VERSION = "1.0"


def wheel(members: Mapping[str, bytes]) -> bytes:
    """Return a pure-Python wheel, the same bytes on every machine: sorted, uncompressed, dated 1980.

    It is uncompressed because zlib's output differs between its versions; Python imports from such a file directly.
    """
    info = f"autograder-{_WHEEL_VERSION}.dist-info"
    files = dict(sorted(members.items()))
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: autograder\nVersion: {_WHEEL_VERSION}\n"
        "Summary: Runs the examples of an assignment at home\nRequires-Python: >=3.10\n"
        "Requires-Dist: numpy\nRequires-Dist: pytest\n"
    ).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = f"{info}/RECORD"
    files[record] = "".join(
        [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items()] + [f"{record},,\n"]
    ).encode()

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # otherwise Windows would write 0 here, and its bytes would differ
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def engine(root: Path) -> bytes:
    """Return checks/autograder.whl: our engine, gradescope-utils' decorators, and the licenses of both."""
    sources = {name: read_text(root / "autograder" / name) for name in ENGINE}
    _check_complete(sources)
    members = {f"autograder/{name}": source.encode() for name, source in sources.items()}
    info = f"autograder-{_WHEEL_VERSION}.dist-info/licenses"
    members[f"{info}/LICENSE"] = read_text(root / "LICENSE").encode()
    package, license_file = _gradescope_utils()
    for name in _GRADESCOPE:
        members[name] = read_text(package.parent / name).encode()
    members[f"{info}/LICENSE-gradescope-utils"] = read_text(license_file).encode()
    return wheel(members)


def _check_complete(sources: Mapping[str, str]) -> None:
    """Raise StarterError unless the engine contains every module of ours that its modules import when loaded.

    Otherwise the starter would be built without an error, and fail on the students' machines.
    """
    shipped = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in sources}
    for name, source in sources.items():
        package = name.split("/")[:-1]
        for node in _loaded(parse(source, f"autograder/{name}").body):
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            origin = [*package[: len(package) + 1 - node.level], *filter(None, [node.module])]
            wanted = {".".join(origin)}
            here = "/".join([*origin, "__init__.py"])
            if here in sources:  # each name is a module of the package, unless its __init__.py binds it
                bound = bound_names(parse(sources[here], "").body)
                wanted = {".".join([*origin, alias.name]) for alias in node.names if alias.name not in bound}
            for missing in sorted(wanted - shipped):
                raise StarterError(
                    f"autograder/{name}, line {node.lineno}, imports {missing}, which the starter does not ship. Add "
                    "it to ENGINE in autograder/authoring/wheel.py, or import it where only the grader runs."
                )


def _loaded(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is loaded: not those in functions or only for type checkers."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in dotted(node.test):
            yield from _loaded(node.orelse)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from _loaded(item for item in ast.iter_child_nodes(node) if isinstance(item, ast.stmt))


def _gradescope_utils() -> tuple[Path, Path]:
    """Return the package folder of gradescope-utils and its license file, without importing the package."""
    spec = importlib.util.find_spec("gradescope_utils")
    if spec is None or spec.origin is None:
        raise StarterError("gradescope-utils is not installed here, but the starter ships its decorators: make setup")
    for file in importlib.metadata.files("gradescope-utils") or ():
        if file.name == "LICENSE":
            return Path(spec.origin).parent, Path(file.locate())
    raise StarterError("The installed gradescope-utils has no LICENSE file, which must ship with its decorators.")


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
