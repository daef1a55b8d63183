"""The leak gate: does a text that students get give away a part of the solution?

How the gate decides
    It looks for the *answers* of the marked regions: each expression at any depth and each assignment that
    does enough to be recognizable. An operator, a comparison, a conditional expression, a call, a loop in a
    comprehension, and an assignment count 1; a matrix product counts 2, and so does a library function or
    method of two or more variables; signs, names, numbers, attributes, and indices count 0. A sum of
    ANSWER_SIZE is enough.
        answers    x @ theta_h     np.dot(x, theta_h)     y_hat * (1 - y_hat)     np.exp(-np.abs(z))
        trivial    return h, y_hat     1 - y_hat     np.log(p)     np.exp(-z)     for i in range(n):
    In a chain such as a * b * c, each part of the chain counts as an expression, too.
    In any JSON, which is how values are recorded for students, a right-hand side whose sum is 1 counts as well:
    JSON files contain only numbers and sentences, so nothing can look like it by accident.
What is compared
    Words and signs, without whitespace, quotation marks, line breaks, or the difference between 1 and 1.0. A
    text is read as it is (including comments, docstrings, Markdown, and JSON), with comment and quotation
    signs at the beginning of its lines removed, and, if it is Python, as Python without its comments and
    redundant parentheses. Strings in JSON are also read decoded: an escaped sign hides nothing. A page is also
    read as in a browser, without its tags and with its attributes; a notebook is read cell by cell.
What it cannot detect: other names for the same variables, and the same mathematics written in another way.
"""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from .regions import regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ANSWER_SIZE = 2

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


@dataclass(frozen=True)
class _Answer:
    text: str
    line: int
    task: int
    only_recorded: bool


def leaks(solution_text: str, texts: Mapping[str, str]) -> list[str]:
    """Return one sentence for each place where the texts (by name) give away a marked region of the solution."""
    answers = _answers(solution_text)
    sentences = []
    for name, text in sorted(texts.items()):
        found: dict[str, int] = {}
        recorded = list(_recorded(text))
        for words, line_of in [*_views(text), *recorded]:
            for answer, it in answers.items():
                at = words.find(answer)
                if at >= 0 and answer not in found and (recorded or not it.only_recorded):
                    found[answer] = line_of[words.count(" ", 0, at)]
        for answer, line in sorted(found.items(), key=lambda item: item[1]):
            if not any(answer in longer for longer in found if longer != answer):
                it = answers[answer]
                sentences.append(
                    f"{name}, line {line}: `{it.text}` is part of the answer to task {it.task} "
                    f"(solution, line {it.line})"
                )
    return sentences


def readable(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the text of each file, by name; `archive!member` in archives, and `file!cell 1` in notebooks."""
    found: dict[str, str] = {}
    for name, data in unpacked(files).items():
        # Latin-1 decodes any bytes, and without its zero bytes UTF-16 reads like ASCII: no file escapes the search.
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.replace(b"\0", b"").decode("latin-1")
        found.update({f"{name}!{cell}": code for cell, code in _cells(text).items()} or {name: text})
    return found


def unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the same files, with each archive replaced by its members, named `archive!member`."""
    found: dict[str, bytes] = {}
    for name, data in files.items():
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found.update(unpacked({f"{name}!{member}": archive.read(member) for member in archive.namelist()}))
        else:
            found[name] = data
    return found


def _cells(text: str) -> dict[str, str]:
    """Return the cells of a Jupyter notebook, joined from their lists of lines; nothing for any other text."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"] if "nbformat" in notebook else ()
        return {
            f"cell {number}": "".join(cell["source"]) + "\n" + json.dumps(cell.get("outputs", []))
            for number, cell in enumerate(cells, start=1)
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _answers(solution: str) -> dict[str, _Answer]:
    """Return the answers in the marked regions, each keyed by its words."""
    found: dict[str, _Answer] = {}
    for region in regions(solution, "the solution"):
        for statement in region.statements:
            for node in ast.walk(statement):
                for candidate in _candidates(node):
                    text = ast.unparse(candidate)
                    line = getattr(node, "lineno", statement.lineno)
                    small = _size(candidate) < ANSWER_SIZE
                    found.setdefault(_words(text)[0], _Answer(text, line, region.task, only_recorded=small))
    return found


def _candidates(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the answers that this node gives: itself, and the shorter parts of a chain such as a * b * c."""
    if isinstance(node, (ast.expr, *_ASSIGNMENTS)) and _size(node) >= ANSWER_SIZE:
        yield node
    if isinstance(node, (ast.Return, *_ASSIGNMENTS)) and node.value is not None and 0 < _size(node.value) < ANSWER_SIZE:
        yield node.value
    # Python reads a * b * c as (a * b) * c, where b * c is not an expression; to a reader, it is one.
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        part, left = node.right, node.left
        while isinstance(left, ast.BinOp) and type(left.op) is type(node.op):
            part, left = _join(left.right, node.op, part), left.left
            if _size(part) >= ANSWER_SIZE:
                yield part


def _join(first: ast.expr, operator: ast.operator, rest: ast.expr) -> ast.BinOp:
    """Return `first * (b * c)` without the parentheses: the chain `first * b * c`."""
    if isinstance(rest, ast.BinOp) and type(rest.op) is type(operator):
        return ast.BinOp(_join(first, operator, rest.left), operator, rest.right)
    return ast.BinOp(first, operator, rest)


def _size(node: ast.AST) -> int:
    """Return how much a piece of code does, by the rule in the module's docstring."""
    size = 0
    for item in ast.walk(node):
        if isinstance(item, ast.BinOp):
            size += 2 if isinstance(item.op, ast.MatMult) else 1
        elif isinstance(item, ast.Call):
            size += 2 if isinstance(item.func, ast.Attribute) and _variables(item.func.value, item.args) >= 2 else 1
        elif isinstance(item, (*_ASSIGNMENTS, ast.BoolOp, ast.Compare, ast.IfExp, ast.comprehension)):
            size += 1
    return size


def _variables(owner: ast.expr, arguments: Sequence[ast.expr]) -> int:
    """Return how many values a function or method works on: two for both `np.dot(x, w)` and `x.dot(w)`."""
    is_library = isinstance(owner, ast.Name) and owner.id in {"np", "numpy", "math"}
    return sum(not isinstance(argument, ast.Constant) for argument in arguments) + (not is_library)


_WORD = re.compile(r"[^\W\d]\w*|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[^\s\w\"'`\\]")


def _words(text: str) -> tuple[str, list[int]]:
    """Return a text as words, each with one space before it and one after the last, and the line of each word."""
    words, lines = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in _WORD.findall(line):
            number_like = word[0].isdecimal() or (word[0] == "." and word[1:].isdecimal())
            words.append(f"{float(word):g}" if number_like else word)
            lines.append(number)
    return f" {' '.join(words)} ", lines


def _views(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each way to read a text, as words."""
    yield _words(text)
    if "</" in text:
        yield _words(_Page(text).text)
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
                try:
                    more, _ = _words(ast.unparse(node))
                except RecursionError:  # some versions parse a longer sum than they can write
                    continue
                words += [*more.split(), ";"]
                lines += [node.lineno] * (len(more.split()) + 1)
    yield f" {' '.join(words)} ", lines


class _Page(HTMLParser):
    """The text of a page as a browser shows it, and the values of attributes; each on the line where it begins."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._line = 1
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        for _, value in attrs:
            # Separates two attributes, so that they do not read as one expression.
            self._add(f" ; {value or ''} ; ")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        whole = "\n" * (self.getpos()[0] - self._line) + text
        self._line += whole.count("\n")
        self._parts.append(whole)


def _recorded(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield the strings of a JSON text, each as words; nothing for any other text."""
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            words, lines = _words(value)
            line = text.count("\n", 0, max(0, text.find(json.dumps(value)))) + 1
            yield words, [line] * len(lines)


def _own_parts(statement: ast.stmt) -> Iterator[ast.stmt | ast.expr]:
    """Yield a simple statement as it is, but only the expressions outside the body of a compound statement."""
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
