"""Marked regions of a source file, and the stubs that stand in their place in the starter.

`regions` finds what lies between the markers, `strip` puts a stub there. Python is read with `ast` and `tokenize`: a
marker inside a string is not a marker. At the end stands what the modules beside this one need too: how a source file
is read, and the error that names its line.
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
# Anything that looks as if it were meant as a marker has to be one: a misspelt END would ship the answer.
_MEANT = re.compile(r"(?i)#\W*((begin|start|end|stop)\W*((of|the)\W+)*solution|solution\W*(begin|start|end|stop))")


def regions(source: str, name: str) -> list[Region]:
    """The marked regions of a source file, in order. Raises StarterError for a marker out of place."""
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
    """The source with a stub in the place of each function's region; everything else stays as it is.

    The first region of a function becomes a line that raises NotImplementedError and names the task, so that
    a test can tell "not written yet" from "wrong". Further regions of the same function simply go.
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
    """The region between two markers, once it is sure that it is a part of one function's body."""
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
    """Each comment: line number, the whitespace before it, its text, whether it has a line for itself."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            before = token.line[: token.start[1]]
            yield token.start[0], before, token.string.rstrip(), not before.strip()


# --------------------------------------------------------------------------------- how a source file is read


def read_text(path: Path) -> str:
    """A source file as text with LF line endings and without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StarterError(f"{path} is missing: the starter is made from it.") from None
    except UnicodeDecodeError as error:
        raise StarterError(f"{path} is not UTF-8 text ({error.reason} at byte {error.start}).") from None


def parse(source: str, name: str) -> ast.Module:
    """The syntax tree of a source file. Raises StarterError, with the line, where it is no Python."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise StarterError(f"{name}, line {error.lineno}: {error.msg}.") from None


def lines_of(source: str) -> list[str]:
    """The lines as Python counts them: `str.splitlines` would also split at a form feed, or in a string."""
    return list(io.StringIO(source))


def last_line(statement: ast.stmt) -> int:
    """The number of the last line; `ast` knows it for everything that it has read itself."""
    return statement.end_lineno or statement.lineno


def functions_in(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions at the top of the module, and methods: those are what a task can ask for."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (item for item in node.body if isinstance(item, ast.FunctionDef))
