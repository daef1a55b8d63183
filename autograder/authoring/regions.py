"""Marked regions of a source file, and the stubs that replace them in the starter.

`regions` finds what is between the markers, `strip` replaces it by a stub. Python is read with `ast` and `tokenize`: a
marker inside a string is not a marker. Other modules here also use the helpers at the end, which read a source file,
and the error, which names its line.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StarterError(Exception):
    """The starter cannot be made. The message says which file and line, and what to do."""


@dataclass(frozen=True)
class Region:
    """What a student writes: the lines between two markers, in the body of one function.

    # BEGIN SOLUTION task 2
    ...
    # END SOLUTION
    """

    task: int
    function: str
    function_line: int
    begin: int  # line numbers of the two markers, counted from 1
    end: int
    indent: str
    statements: tuple[ast.stmt, ...]


_BEGIN = re.compile(r"# BEGIN SOLUTION task (\d+)")
_END = re.compile(r"# END SOLUTION")
# Any comment that looks like a marker must be one exactly: with a misspelled END, the answer would be shipped.
_MEANT = re.compile(r"(?i)#\W*((begin|start|end|stop)\W*((of|the)\W+)*solution|solution\W*(begin|start|end|stop))")


def regions(source: str, name: str) -> list[Region]:
    """Return the marked regions of a source file, in order. Raise StarterError for a marker that is out of place."""
    tree = parse(source, name)
    found = []
    opened = None
    for line, indent, comment, alone in _comments(source):
        begins, ends = _BEGIN.fullmatch(comment), _END.fullmatch(comment)
        if not (begins or ends):
            if _MEANT.match(comment):
                raise StarterError(
                    f"{name}, line {line}: `{comment}` is not an exact marker; write `# BEGIN SOLUTION task N` or `# "
                    "END SOLUTION`."
                )
            continue
        if not alone:
            raise StarterError(f"{name}, line {line}: a marker must be on a line of its own.")
        if begins and opened:
            raise StarterError(
                f"{name}, line {line}: BEGIN SOLUTION inside the region that begins on line {opened[0]}; regions "
                "cannot be nested. Is an END SOLUTION missing before it?"
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
    """Return the source with each function's region replaced by a stub; everything else is unchanged.

    The first region of a function becomes a line that raises NotImplementedError and names the task, so that
    a test can tell "not written yet" from "wrong". Further regions of the same function are removed.
    """
    lines = lines_of(source)
    found = regions(source, name)
    if not found:
        raise StarterError(f"{name}: it has no marked region, so students have nothing to write.")
    first = {region.function_line: region for region in reversed(found)}
    for region in reversed(found):
        stub = []
        if first[region.function_line] is region:
            message = f"Task {region.task}: write {region.function}, then delete this line"
            stub = [
                f"{region.indent}# Your code goes here.\n",
                f'{region.indent}raise NotImplementedError("{message}")\n',
            ]
        lines[region.begin - 1 : region.end] = stub
    stripped = "".join(lines)
    parse(stripped, f"{name} without its marked regions")
    return stripped


def _region(tree: ast.Module, name: str, opened: tuple[int, str, int], end: int) -> Region:
    """Return the region between two markers. Raise StarterError unless it is part of a single function's body."""
    begin, indent, task = opened
    where = f"{name}, lines {begin} to {end}"
    for function in functions_in(tree):
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        inside = [statement for statement in body if begin < statement.lineno and last_line(statement) < end]
        touched = [
            s
            for s in ast.walk(tree)
            if isinstance(s, ast.stmt)
            and s.lineno < end
            and begin < last_line(s)
            and not s.lineno <= function.lineno <= last_line(function) <= last_line(s)
        ]
        if inside and {id(s) for top in inside for s in ast.walk(top)} >= set(map(id, touched)):
            return Region(task, function.name, function.lineno, begin, end, indent, tuple(inside))
    raise StarterError(
        f"{where}: a region must hold whole statements from the body of one function, after its docstring."
    )


def _comments(source: str) -> Iterator[tuple[int, str, str, bool]]:
    """Yield for each comment its line number, the text before it, its own text, and whether it is alone on its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            before = token.line[: token.start[1]]
            yield token.start[0], before, token.string.rstrip(), not before.strip()


# --------------------------------------------------------------------------------- how a source file is read


def read_text(path: Path) -> str:
    """Return a source file as text with LF line endings and without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StarterError(f"{path} is missing: the starter is made from it.") from None
    except UnicodeDecodeError as error:
        raise StarterError(f"{path} is not UTF-8 text ({error.reason} at byte {error.start}).") from None


def parse(source: str, name: str) -> ast.Module:
    """Return the syntax tree of a source file. Raise StarterError, with the line, if it is not valid Python."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise StarterError(f"{name}, line {error.lineno}: {error.msg}.") from None


def lines_of(source: str) -> list[str]:
    """Return the lines as Python counts them: `str.splitlines` would also split at a form feed, or in a string."""
    return list(io.StringIO(source))


def last_line(statement: ast.stmt) -> int:
    """Return the number of a statement's last line, which `ast` sets for everything that it has parsed."""
    return statement.end_lineno or statement.lineno


def functions_in(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions at the top level of the module, and methods: a task can ask only for these."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (item for item in node.body if isinstance(item, ast.FunctionDef))
