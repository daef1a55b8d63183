"""Cut case files down to their examples: the part of tests/cases that students may run.

`cut` splits a case file into its statements, follows each name that an example uses to where it is bound, and keeps
every statement that is reached in this way, unchanged. It refuses what it cannot cut safely, with file and line.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .regions import StarterError, functions_in, last_line, lines_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Without this, an editor's Run button fails because a package is missing, and students who install one of that name get
# a different package.
START = """
if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

"""
# Packages that a case file may import when it runs at home, besides the standard library.
AT_HOME = frozenset({"autograder", "gradescope_utils", "numpy", "pytest"})


def cut(source: str, name: str) -> str | None:
    """Return a case file with only its examples, or None if it has none.

    It keeps, unchanged, the module's docstring, the functions decorated with `@pytest.mark.example`, and the
    imports, constants, helpers, and fixtures that those reach, directly or through each other. A comment
    belongs to the statement below it. Everything else is removed, so no example may reach hidden data. The
    result runs pytest on itself when it is started as a program.
    """
    tree = parse(source, name)
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
                f"{name}, line {piece.line}: an example uses {min(piece.binds)}, which is a case but not an example."
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
    first = [piece for piece in pieces if piece.is_future]
    body = "".join(piece.text for piece in pieces if piece in kept and not piece.is_future)
    head = _head(source, tree) + "".join(piece.text for piece in first)
    return (head + START + body.lstrip("\n")).strip("\n") + "\n"


@dataclass(frozen=True, eq=False)
class _Piece:
    """One statement at the top of a case file (or several that share a line), with the comments above it."""

    text: str
    line: int
    nodes: tuple[ast.stmt, ...]
    binds: frozenset[str]  # names that it binds
    reads: frozenset[str]  # names that it reads from the module
    fixtures: frozenset[str]  # names of the fixtures that it defines
    asks_for: frozenset[str]  # names of fixtures that it may request
    is_test: bool
    is_example: bool
    is_always_needed: bool
    is_future: bool  # a `from __future__` import, which must come first


def _pieces(source: str, tree: ast.Module, name: str) -> list[_Piece]:
    lines = lines_of(source)
    start = _head(source, tree).count("\n")
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    groups: list[list[ast.stmt]] = []
    for node in body:
        _refuse(node, name)
        if groups and last_line(groups[-1][-1]) == node.lineno:
            groups[-1].append(node)
        else:
            groups.append([node])
    pieces = []
    for nodes in groups:
        end = last_line(nodes[-1])
        pieces.append(_piece("".join(lines[start:end]), nodes))
        start = end
    return pieces


def _piece(text: str, nodes: list[ast.stmt]) -> _Piece:
    functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    fixtures = [node for node in functions if any("fixture" in dotted(d) for d in node.decorator_list)]
    binds = bound_names(nodes) | _fills(nodes)
    words = {
        item.value
        for node in functions
        for decorator in node.decorator_list
        for item in ast.walk(decorator)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }
    is_future = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in nodes)
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
        is_example=any(dotted(d)[-2:] == ["mark", "example"] for node in functions for d in node.decorator_list),
        is_future=is_future,
        is_always_needed=(
            bool(binds & {"pytestmark", "pytest_plugins"})
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
    """Raise StarterError for a statement that cannot be cut safely, such as one that does more than bind names."""
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
    if not isinstance(node, binding) or (isinstance(node, (ast.If, ast.Try)) and not bound_names([node])):
        raise StarterError(
            f"{name}, line {node.lineno}: the top level of a case file can only have imports, definitions and "
            "assignments, because only those can be left out when no example needs them."
        )
    if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
        raise StarterError(
            f"{name}, line {node.lineno}: import names one by one, so that names no example needs can be left out."
        )
    if isinstance(node, ast.ClassDef):
        for item in functions_in(ast.Module([node], [])):
            if any(dotted(d)[-2:] == ["mark", "example"] for d in item.decorator_list):
                raise StarterError(f"{name}, line {item.lineno}: an example must be a function outside any class.")


def _head(source: str, tree: ast.Module) -> str:
    """Return everything up to the end of the module's docstring, or "" if there is none."""
    if ast.get_docstring(tree) is None:
        return ""
    return "".join(lines_of(source)[: last_line(tree.body[0])])


def dotted(node: ast.expr) -> list[str]:
    """Return the parts of a dotted name, called or not: `pytest.mark.example` has three."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        return [*dotted(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else []


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Yield the first part of each module name imported in the nodes, and its line; "" for `from . import`."""
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield "" if node.level else (node.module or "").partition(".")[0], node.lineno


# Python's own `symtable` could replace `bound_names` and `_reads`, but since Python 3.12 it counts the loop
# variable of a comprehension as a name of the surrounding scope: the starter would depend on the version of
# Python that makes it.

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def bound_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that the nodes bind in their own scope, not those bound in functions inside it."""
    names, elsewhere = set(), set()
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.Global):
            elsewhere |= set(node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        if isinstance(node, _COMPREHENSIONS):  # := in a comprehension binds its name in the surrounding scope
            names |= bound_names(ast.iter_child_nodes(node)) - bound_names(one.target for one in node.generators)
        elif not isinstance(node, _SCOPES):
            names |= bound_names(ast.iter_child_nodes(node))
    return names - elsewhere


def _fills(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names of objects that the nodes assign into: `TABLE["a"] = 1` goes wherever TABLE goes."""
    return {
        item.id
        for node in nodes
        if isinstance(node, (ast.Assign, ast.AugAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for item in ast.walk(target)
        if isinstance(item, ast.Name)
    }


def _reads(node: ast.AST) -> set[str]:
    """Return the names that a node takes from outside: those in it, less the locals of functions and comprehensions."""
    if isinstance(node, ast.Name):
        return {node.id}
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        body = node.body if isinstance(node.body, list) else [node.body]
        parameters = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        inside = set().union(*map(_reads, body)) - bound_names(body) - parameters
        return inside.union(*(_reads(child) for child in children if child not in body))
    inside = set().union(*map(_reads, children))
    if isinstance(node, _COMPREHENSIONS):
        return inside - bound_names(generator.target for generator in node.generators)
    return inside
