"""Make the starter, which students download, from the solution, the cases and the engine.

    solution/neural_network.py   --strip--> starter/neural_network.py      stubs where the marked regions were
    solution/starter/*           --copy---> starter/*                      everything written by hand
    tests/cases/test_*.py        --cut----> starter/checks/test_*.py       only examples and what they reach
    autograder/ (part of it)     --wheel--> starter/checks/autograder.whl  runs the examples at home
    datasets/digits/public/*     --copy---> starter/data/*

`build` makes all of it in memory, as a mapping from path to bytes, and refuses to finish when the leak gate
finds an answer in it; `write` and `out_of_step` compare that mapping with the folder. The same sources make
the same bytes on every machine: nothing depends on the time, the order of a directory, line endings or the
Python version.

This module uses the standard library only and nothing of ours, so that it can judge everything else. Python
is read with `ast` and `tokenize`: a marker inside a string is not a marker, and a name is followed to where
it is bound.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import re
import sys
import tokenize
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# The modules of autograder/ that the examples need at home, below autograder/. Nothing in them knows an
# answer.
ENGINE = (
    "__init__.py",
    "assignment.py",
    "backend.py",
    "box/__init__.py",
    "box/call.py",
    "box/__init__.py",
    "box/call.py",
    "compare.py",
    "diagnosis.py",
    "feedback.py",
    "home.py",
    "mistake.py",
    "mistake.py",
    "outcome.py",
    "plugin.py",
    "replay.py",
    "student.py",
    "submission.py",
    "tolerance.py",
)

# What a case file may import when it runs at home, besides the standard library.
AT_HOME = frozenset({"autograder", "gradescope_utils", "numpy", "pytest"})

SOLUTION = "solution/neural_network.py"
CASES = "tests/cases"
STARTER = "starter"

_GRADESCOPE = (
    "gradescope_utils/__init__.py",
    "gradescope_utils/autograder_utils/__init__.py",
    "gradescope_utils/autograder_utils/decorators.py",
)
_WHEEL_VERSION = "1.0"
_TEXT = frozenset({".cfg", ".csv", ".ini", ".json", ".md", ".py", ".svg", ".toml", ".txt"})
_JUNK = frozenset({"__pycache__", ".DS_Store", "Thumbs.db", ".pytest_cache", ".ruff_cache"})


class StarterError(Exception):
    """The starter cannot be made. The message says which file and line, and what to do."""


# ------------------------------------------------------------------------------------------ the whole starter


def build(root: Path) -> dict[str, bytes]:
    """Every file of the starter: its path below starter/, with forward slashes, and its bytes.

    Raises StarterError for a source that is missing or not understood, and when the starter would give away a
    part of the solution.
    """
    solution = _text(root / SOLUTION)
    files = {"neural_network.py": strip(solution, SOLUTION).encode()}
    files.update(_folder(root / "solution" / "starter"))
    files.update(_folder(root / "datasets" / "digits" / "public", "data/"))
    files.update(_checks(root))
    files["checks/autograder.whl"] = _engine(root)

    found = leaks(solution, readable(files))
    if found:
        raise StarterError("The starter would give away the solution:\n  " + "\n  ".join(found))
    return dict(sorted(files.items()))


def write(root: Path) -> list[str]:
    """Bring starter/ in step with its sources; returns the files that changed, and "(new)" or "(gone)" if so.

    Nothing is touched unless the whole starter could be made. Files that do not belong there are removed,
    except what tools leave behind (caches, virtual environments).
    """
    wanted = build(root)
    folder = root / STARTER
    changes = []
    for name, data in wanted.items():
        path = folder / name
        if not path.is_file():
            changes.append(f"{name} (new)")
        elif path.read_bytes() != data:
            changes.append(name)
        else:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in _strangers(folder, wanted):
        (folder / name).unlink()
        changes.append(f"{name} (gone)")
    return changes


def out_of_step(root: Path) -> list[str]:
    """The files of starter/ that differ from what would be made now, "(missing)" or "(not ours)" if so."""
    wanted = build(root)
    folder = root / STARTER
    differences = []
    for name, data in wanted.items():
        if not (folder / name).is_file():
            differences.append(f"{name} (missing)")
        elif (folder / name).read_bytes() != data:
            differences.append(name)
    return differences + [f"{name} (not ours)" for name in _strangers(folder, wanted)]


def _folder(folder: Path, below: str = "") -> dict[str, bytes]:
    """The files of a folder that is copied as it is; text gets LF line endings whatever the checkout has."""
    if not folder.is_dir():
        raise StarterError(f"{folder} is missing: the starter is made from it.")
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not _JUNK.intersection(name.parts) and path.suffix != ".pyc":
            is_text = path.suffix in _TEXT
            files[below + name.as_posix()] = _text(path).encode() if is_text else path.read_bytes()
    return files


def _checks(root: Path) -> dict[str, bytes]:
    """The folder checks/ without the engine: case files cut to their examples, and the data they go by."""
    cases = root / CASES
    files = {}
    for path in sorted(cases.glob("test_*.py")):
        examples = cut(_text(path), f"{CASES}/{path.name}")
        if examples is not None:
            files[f"checks/{path.name}"] = examples.encode()
    if not files:
        raise StarterError(f"No case file in {cases} has an example: decorate one with @pytest.mark.example.")
    files["checks/assignment.toml"] = _text(cases / "assignment.toml").encode()
    # `make solution` records the golden values with the very starter that is built here, so the first time
    # there are none yet.
    expected = root / "solution" / "expected.json"
    if expected.is_file():
        files["checks/expected.json"] = _text(expected).encode()
    return files


def _strangers(folder: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """Files in the folder that the starter does not have, other than what tools leave behind."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        tool = any(part in _JUNK or (part.startswith(".") and part != ".vscode") for part in name.parts)
        if path.is_file() and not tool and path.suffix != ".pyc" and name.as_posix() not in wanted:
            found.append(name.as_posix())
    return found


def _text(path: Path) -> str:
    """A source file as text with LF line endings and without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StarterError(f"{path} is missing: the starter is made from it.") from None
    except UnicodeDecodeError as error:
        raise StarterError(f"{path} is not UTF-8 text ({error.reason} at byte {error.start}).") from None


# ------------------------------------------------------------------------- marked regions, and stubs for them


@dataclass(frozen=True)
class Region:
    """What a student writes: the lines between two markers, in the body of one function.

    # BEGIN SOLUTION task 2
    ...
    # END SOLUTION
    """

    task: int
    function: str
    begin: int  # line numbers of the two markers, counted from 1
    end: int
    indent: str
    statements: tuple[ast.stmt, ...]


_BEGIN = re.compile(r"# BEGIN SOLUTION task (\d+)")
_END = re.compile(r"# END SOLUTION")
# Anything that looks as if it were meant as a marker has to be one: a misspelt END would ship the answer.
_MEANT = re.compile(r"(?i)#\W*((begin|start|end|stop)\W*((of|the)\W+)*solution|solution\W*(begin|start|end|stop))")


def regions(source: str, name: str) -> list[Region]:
    """The marked regions of a source file, in order. Raises StarterError for a marker out of place."""
    tree = _parse(source, name)
    found = []
    opened = None
    for line, indent, comment, alone in _comments(source):
        begins, ends = _BEGIN.fullmatch(comment), _END.fullmatch(comment)
        if not (begins or ends):
            if _MEANT.match(comment):
                raise StarterError(
                    f"{name}, line {line}: `{comment}` is not quite a marker; write exactly "
                    "`# BEGIN SOLUTION task N` or `# END SOLUTION`."
                )
            continue
        if not alone:
            raise StarterError(f"{name}, line {line}: a marker stands on a line of its own.")
        if begins and opened:
            raise StarterError(
                f"{name}, line {line}: BEGIN SOLUTION inside the region that begins in line "
                f"{opened[0]}; regions cannot be nested. Is an END SOLUTION missing before it?"
            )
        if ends and not opened:
            raise StarterError(f"{name}, line {line}: END SOLUTION without a BEGIN SOLUTION before it.")
        if begins:
            opened = (line, indent, int(begins[1]))
        elif opened:
            found.append(_region(tree, name, opened, line))
            opened = None
    if opened:
        raise StarterError(f"{name}, line {opened[0]}: BEGIN SOLUTION without an END SOLUTION after it.")
    return found


def strip(source: str, name: str) -> str:
    """The source with a stub in the place of each function's region; everything else stays as it is.

    The first region of a function becomes a line that raises NotImplementedError and names the task, so that
    a test can tell "not written yet" from "wrong". Further regions of the same function simply go.
    """
    lines = _lines(source)
    found = regions(source, name)
    if not found:
        raise StarterError(f"{name}: no marked region, so there is nothing for a student to write.")
    first = {region.function: region for region in reversed(found)}
    for region in reversed(found):
        stub = []
        if first[region.function] is region:
            message = f"Task {region.task}: write {region.function}, then delete this line"
            stub = [
                f"{region.indent}# Your code goes here.\n",
                f'{region.indent}raise NotImplementedError("{message}")\n',
            ]
        lines[region.begin - 1 : region.end] = stub
    stripped = "".join(lines)
    _parse(stripped, f"{name} without its marked regions")
    return stripped


def _region(tree: ast.Module, name: str, opened: tuple[int, str, int], end: int) -> Region:
    """The region between two markers, once it is sure that it is a part of one function's body."""
    begin, indent, task = opened
    where = f"{name}, lines {begin} to {end}"
    for function in _functions(tree):
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        inside = [statement for statement in body if begin < statement.lineno and _last_line(statement) < end]
        touched = [
            s
            for s in ast.walk(tree)
            if isinstance(s, ast.stmt)
            and s.lineno < end
            and begin < _last_line(s)
            and not s.lineno <= function.lineno <= _last_line(function) <= _last_line(s)
        ]
        if inside and {id(s) for top in inside for s in ast.walk(top)} >= set(map(id, touched)):
            return Region(task, function.name, begin, end, indent, tuple(inside))
    raise StarterError(f"{where}: a region holds whole statements from one function's body, after its docstring.")


def _last_line(statement: ast.stmt) -> int:
    """The number of the last line; `ast` knows it for everything that it has read itself."""
    return statement.end_lineno or statement.lineno


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions at the top of the module, and methods: those are what a task can ask for."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (item for item in node.body if isinstance(item, ast.FunctionDef))


def _comments(source: str) -> Iterator[tuple[int, str, str, bool]]:
    """Each comment: line number, the whitespace before it, its text, whether it has a line for itself."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            before = token.line[: token.start[1]]
            yield token.start[0], before, token.string.rstrip(), not before.strip()


def _lines(source: str) -> list[str]:
    """The lines as Python counts them: `str.splitlines` would also split at a form feed, or in a string."""
    return list(io.StringIO(source))


def _parse(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise StarterError(f"{name}, line {error.lineno}: {error.msg}.") from None


# --------------------------------------------------------------------- case files, cut down to their examples


def cut(source: str, name: str) -> str | None:
    """A case file with only its examples, or None when it has none.

    What stays, letter by letter: the module's docstring, the functions decorated with `@pytest.mark.example`,
    and the imports, constants, helpers and fixtures which those reach, directly or through each other. A
    comment goes with the statement below it. Everything else goes, so hidden data must not stand where an
    example reaches it.
    """
    tree = _parse(source, name)
    pieces = _pieces(source, tree, name)
    tests = [piece for piece in pieces if piece.is_example]
    if not tests:
        return None

    kept = set()
    waiting = tests + [piece for piece in pieces if piece.is_always_needed]
    while waiting:
        piece = waiting.pop()
        if piece in kept:
            continue
        if piece.is_test and not piece.is_example:
            raise StarterError(
                f"{name}, line {piece.line}: an example uses {min(piece.binds)}, which is a case of "
                "its own and no example."
            )
        kept.add(piece)
        waiting += [other for other in pieces if other.binds & piece.reads or other.fixtures & piece.asks_for]

    for piece in kept:
        for module, line in _imports(piece.nodes):
            if module not in AT_HOME and module not in sys.stdlib_module_names:
                raise StarterError(
                    f"{name}, line {line}: an example needs `{module or '.'}`, which is not part of "
                    "the starter; keep what examples use in the case file itself."
                )
    body = "".join(piece.text for piece in pieces if piece in kept)
    head = _head(source, tree)
    return (head + body if head else body.lstrip("\n")).rstrip("\n") + "\n"


@dataclass(frozen=True, eq=False)
class _Piece:
    """One statement at the top of a case file (or several that share a line), with the comments above it."""

    text: str
    line: int
    nodes: tuple[ast.stmt, ...]
    binds: frozenset[str]  # names that it gives a meaning
    reads: frozenset[str]  # names that it takes from the module
    fixtures: frozenset[str]  # names that tests can ask for
    asks_for: frozenset[str]  # names of fixtures that it may be asking for
    is_test: bool
    is_example: bool
    is_always_needed: bool


def _pieces(source: str, tree: ast.Module, name: str) -> list[_Piece]:
    lines = _lines(source)
    start = _head(source, tree).count("\n")
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    groups: list[list[ast.stmt]] = []
    for node in body:
        _refuse(node, name)
        if groups and _last_line(groups[-1][-1]) == node.lineno:
            groups[-1].append(node)
        else:
            groups.append([node])
    pieces = []
    for nodes in groups:
        end = _last_line(nodes[-1])
        pieces.append(_piece("".join(lines[start:end]), nodes))
        start = end
    return pieces


def _piece(text: str, nodes: list[ast.stmt]) -> _Piece:
    functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    fixtures = [node for node in functions if any("fixture" in _dotted(d) for d in node.decorator_list)]
    binds = _binds(nodes) | _fills(nodes)
    words = {
        item.value
        for node in functions
        for decorator in node.decorator_list
        for item in ast.walk(decorator)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }
    parameters = {arg.arg for node in functions for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
    return _Piece(
        text=text,
        line=nodes[0].lineno,
        nodes=tuple(nodes),
        binds=frozenset(binds),
        reads=frozenset().union(*map(_reads, nodes)),
        fixtures=frozenset(node.name for node in fixtures),
        asks_for=frozenset(parameters | words),
        is_test=any(node.name.startswith("test") for node in functions),
        is_example=any(_dotted(d)[-2:] == ["mark", "example"] for node in functions for d in node.decorator_list),
        is_always_needed=(
            bool(binds & {"pytestmark", "pytest_plugins"})
            or any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in nodes)
            or any(
                word.arg == "autouse"
                for node in fixtures
                for d in node.decorator_list
                if isinstance(d, ast.Call)
                for word in d.keywords
            )
        ),
    )


def _refuse(node: ast.stmt, name: str) -> None:
    """Raise for what cannot be cut safely, because it does something instead of giving a name a meaning."""
    binding = (
        ast.Import,
        ast.ImportFrom,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Assign,
        ast.AnnAssign,
        ast.AugAssign,
        ast.If,
        ast.Try,
    )
    if not isinstance(node, binding) or (isinstance(node, (ast.If, ast.Try)) and not _binds([node])):
        raise StarterError(
            f"{name}, line {node.lineno}: at the top of a case file only imports, definitions and "
            "assignments can stand, because only those can be left out when no example needs them."
        )
    if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
        raise StarterError(
            f"{name}, line {node.lineno}: import names one by one, so that those which no example "
            "needs can be left out."
        )
    if isinstance(node, ast.ClassDef):
        for item in _functions(ast.Module([node], [])):
            if any(_dotted(d)[-2:] == ["mark", "example"] for d in item.decorator_list):
                raise StarterError(f"{name}, line {item.lineno}: an example is a function of its own, not in a class.")


def _head(source: str, tree: ast.Module) -> str:
    """Everything up to the end of the module's docstring."""
    if ast.get_docstring(tree) is None:
        return ""
    return "".join(_lines(source)[: _last_line(tree.body[0])])


def _dotted(node: ast.expr) -> list[str]:
    """The parts of a dotted name, also of one that is called: `pytest.mark.example` as three words."""
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    if isinstance(node, ast.Attribute):
        return [*_dotted(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else []


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """The first part of each module name imported in the nodes, and its line; "" for `from . import`."""
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield "" if node.level else (node.module or "").partition(".")[0], node.lineno


# Python's own `symtable` answers the next two questions too, but since Python 3.12 it counts the loop
# variable of a comprehension as a name of the surrounding scope: the starter would depend on the Python that
# makes it.

_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def _binds(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the nodes give a meaning in their own scope, not in the functions inside it."""
    names, elsewhere = set(), set()
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            elsewhere |= set(node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        if not isinstance(node, _SCOPES):
            names |= _binds(ast.iter_child_nodes(node))
    return names - elsewhere


def _fills(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the nodes put something into: `TABLE["a"] = 1` goes wherever TABLE goes."""
    return {
        item.id
        for node in nodes
        if isinstance(node, (ast.Assign, ast.AugAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for item in ast.walk(target)
        if isinstance(item, ast.Name)
    }


def _reads(node: ast.AST) -> set[str]:
    """Names that a node takes from outside: what stands in it, less what its functions keep to themselves."""
    if isinstance(node, ast.Name):
        return {node.id}
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        body = node.body if isinstance(node.body, list) else [node.body]
        parameters = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        inside = set().union(*map(_reads, body)) - _binds(body) - parameters
        return inside.union(*(_reads(child) for child in children if child not in body))
    inside = set().union(*map(_reads, children))
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return inside - _binds(generator.target for generator in node.generators)
    return inside


# -------------------------------------------------------------------------------------------------- the wheel


def wheel(members: Mapping[str, bytes]) -> bytes:
    """A pure-Python wheel, the same bytes on every machine: sorted, uncompressed, dated 1980.

    Uncompressed because zlib's output differs between its versions; Python imports from such a file directly.
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
            entry.create_system = 3  # Otherwise Windows would write 0 here, and its bytes would differ.
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def _engine(root: Path) -> bytes:
    """checks/autograder.whl: our engine, gradescope-utils' decorators, and the licences of both."""
    sources = {name: _text(root / "autograder" / name) for name in ENGINE}
    _check_complete(sources)
    members = {f"autograder/{name}": source.encode() for name, source in sources.items()}
    info = f"autograder-{_WHEEL_VERSION}.dist-info/licenses"
    members[f"{info}/LICENSE"] = _text(root / "LICENSE").encode()
    package, licence = _gradescope_utils()
    for name in _GRADESCOPE:
        members[name] = _text(package.parent / name).encode()
    members[f"{info}/LICENSE-gradescope-utils"] = _text(licence).encode()
    return wheel(members)


def _check_complete(sources: Mapping[str, str]) -> None:
    """Raise unless each module of the engine finds there what it imports of ours when it is loaded.

    Otherwise the starter would be built without complaint, and fail on the students' machines.
    """
    shipped = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in sources}
    for name, source in sources.items():
        package = name.split("/")[:-1]
        for node in _loaded(_parse(source, f"autograder/{name}").body):
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            origin = [*package[: len(package) + 1 - node.level], *(node.module or "").split(".")]
            module = ".".join(filter(None, origin))
            wanted = {module} if node.module else {".".join(filter(None, [module, a.name])) for a in node.names}
            for missing in sorted(wanted - shipped - _binds(_parse(sources["__init__.py"], "").body)):
                raise StarterError(
                    f"autograder/{name}, line {node.lineno}, imports {missing}, which the starter does not "
                    "ship: add it to ENGINE in autograder/starter.py, or import it where only graders come."
                )


def _loaded(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is loaded: not those in functions or only for type checkers."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in _dotted(node.test):
            yield from _loaded(node.orelse)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from _loaded(item for item in ast.iter_child_nodes(node) if isinstance(item, ast.stmt))


def _gradescope_utils() -> tuple[Path, Path]:
    """Where gradescope-utils is installed, and its licence. It is found without being imported."""
    spec = importlib.util.find_spec("gradescope_utils")
    if spec is None or spec.origin is None:
        raise StarterError("gradescope-utils is not installed here, and the starter ships its decorators: make setup")
    for file in importlib.metadata.files("gradescope-utils") or ():
        if file.name == "LICENSE":
            return Path(spec.origin).parent, Path(file.locate())
    raise StarterError("The installed gradescope-utils has no LICENSE file, which has to travel with its decorators.")


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


# ---------------------------------------------------------------------------------------------- the leak gate

# How the gate decides
#     It looks for the *answers* of the marked regions: each expression at any depth and each assignment that
#     does enough to be recognisable. An operator, a comparison, a call, a loop in brackets and an assignment
#     count 1; a matrix product counts 2, and so does a library function or method of two or more variables;
#     signs, names, numbers, attributes and indices count 0. ANSWER_SIZE is enough.
#         answers    x @ theta_h     np.dot(x, theta_h)     y_hat * (1 - y_hat)     np.exp(-np.abs(z))
#         trivial    return h, y_hat     1 - y_hat     np.log(p)     np.exp(-z)     for i in range(n):
#     In a chain such as a * b * c each part of the chain counts as an expression too.
# What is compared
#     Words and signs, without whitespace, quotation marks, line breaks or the difference between 1 and 1.0. A
#     text is read as it stands (comments, docstrings, Markdown and JSON included), with comment and quotation
#     signs at the beginning of its lines taken away, and, if it is Python, as Python without its comments and
#     needless brackets.
# What it cannot see: other names for the same variables, and the same mathematics written in another way.
ANSWER_SIZE = 2

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


@dataclass(frozen=True)
class _Answer:
    text: str
    line: int
    task: int


def leaks(solution_text: str, texts: Mapping[str, str]) -> list[str]:
    """Where the texts, by name, give away a marked region of the solution: one sentence for each place."""
    answers = _answers(solution_text)
    sentences = []
    for name, text in sorted(texts.items()):
        found: dict[str, int] = {}
        for words, line_of in _views(text):
            for answer in answers:
                at = words.find(answer)
                if at >= 0 and answer not in found:
                    found[answer] = line_of[words.count(" ", 0, at + 1) - 1]
        for answer, line in sorted(found.items(), key=lambda item: item[1]):
            if not any(answer in longer for longer in found if longer != answer):
                it = answers[answer]
                sentences.append(
                    f"{name}, line {line}: `{it.text}` is part of the answer to task {it.task} "
                    f"(solution, line {it.line})"
                )
    return sentences


def readable(files: Mapping[str, bytes]) -> dict[str, str]:
    """Everything that can be read in some files, also in archives among them, as `archive!member`."""
    found: dict[str, str] = {}
    for name, data in files.items():
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = {f"{name}!{member}": archive.read(member) for member in archive.namelist()}
            found.update(readable(members))
        else:
            # Latin-1 reads any bytes, and without its zeros UTF-16 reads like ASCII: no file escapes the
            # search.
            try:
                found[name] = data.decode("utf-8")
            except UnicodeDecodeError:
                found[name] = data.replace(b"\0", b"").decode("latin-1")
    return found


def _answers(solution: str) -> dict[str, _Answer]:
    """The answers in the marked regions, each keyed by its words."""
    found: dict[str, _Answer] = {}
    for region in regions(solution, "the solution"):
        for statement in region.statements:
            for node in ast.walk(statement):
                for candidate in _candidates(node):
                    text = ast.unparse(candidate)
                    line = getattr(node, "lineno", statement.lineno)
                    found.setdefault(_words(text)[0], _Answer(text, line, region.task))
    return found


def _candidates(node: ast.AST) -> Iterator[ast.AST]:
    """The answers that begin with this node: itself, and the shorter parts of a chain such as a * b * c."""
    if isinstance(node, (ast.expr, *_ASSIGNMENTS)) and _size(node) >= ANSWER_SIZE:
        yield node
    # Python reads a * b * c as (a * b) * c, where b * c is not an expression; a reader would say that it is.
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        part, left = node.right, node.left
        while isinstance(left, ast.BinOp) and type(left.op) is type(node.op):
            part, left = _join(left.right, node.op, part), left.left
            if _size(part) >= ANSWER_SIZE:
                yield part


def _join(first: ast.expr, operator: ast.operator, rest: ast.expr) -> ast.BinOp:
    """`first * (b * c)` without the brackets: the chain `first * b * c`."""
    if isinstance(rest, ast.BinOp) and type(rest.op) is type(operator):
        return ast.BinOp(_join(first, operator, rest.left), operator, rest.right)
    return ast.BinOp(first, operator, rest)


def _size(node: ast.AST) -> int:
    """How much a piece of code does, by the rule above."""
    size = 0
    for item in ast.walk(node):
        if isinstance(item, ast.BinOp):
            size += 2 if isinstance(item.op, ast.MatMult) else 1
        elif isinstance(item, ast.Call):
            size += 2 if isinstance(item.func, ast.Attribute) and _variables(item) >= 2 else 1
        elif isinstance(item, (*_ASSIGNMENTS, ast.BoolOp, ast.Compare, ast.IfExp, ast.comprehension)):
            size += 1
    return size


def _variables(call: ast.Call) -> int:
    """How many values a function or method works on: `np.dot(x, w)` and `x.dot(w)` both on two."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    is_library = isinstance(owner, ast.Name) and owner.id in {"np", "numpy", "math"}
    return sum(not isinstance(argument, ast.Constant) for argument in call.args) + (not is_library)


_WORD = re.compile(r"[^\W\d]\w*|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|\*\*|//|[<>=!]=|[^\s\w\"'`\\]")


def _words(text: str) -> tuple[str, list[int]]:
    """A text as words, each with one space before it and one after the last; and the line of each word."""
    words, lines = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in _WORD.findall(line):
            number_like = word[0].isdecimal() or (word[0] == "." and word[1:].isdecimal())
            words.append(f"{float(word):g}" if number_like else word)
            lines.append(number)
    return f" {' '.join(words)} ", lines


def _views(text: str) -> Iterator[tuple[str, list[int]]]:
    """The ways to read a text, as words."""
    yield _words(text)
    bare = re.sub(r"(?m)^[ \t]*[#>|*]+", "", text)
    yield _words(re.sub(r"\\[nrt]", " ", bare))  # notebooks and JSON write line breaks like this
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    words, lines = [], []
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt):
            for node in _own_parts(statement):
                more, _ = _words(ast.unparse(node))
                words += [*more.split(), ";"]
                lines += [node.lineno] * (len(more.split()) + 1)
    yield f" {' '.join(words)} ", lines


def _own_parts(statement: ast.stmt) -> Iterator[ast.stmt | ast.expr]:
    """A simple statement as it is; of a statement with a body only the expressions outside that body."""
    if not hasattr(statement, "body") and not isinstance(statement, ast.Match):
        yield statement
        return
    waiting = list(ast.iter_child_nodes(statement))
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.expr):
            yield node
        elif not isinstance(node, ast.stmt):
            waiting += ast.iter_child_nodes(node)
