"""What a program needs that the Python of Gradescope does not have, told where the one at home has it.

Such a program passes at home, and on Gradescope most cannot even be imported. The newer Python's own parser and
tokenizer read it, and only what is certain is said: what may have a substitute on another Python is passed over.
"""

import ast
import builtins
import importlib.util
import io
import sys
import tokenize
import warnings
from collections.abc import Iterable, Iterator

GRADES = 3, 10
"""The Python of Ubuntu 22.04, which is Gradescope's default image."""

# Names that came after it, and what to write for each.
NAMES = {
    "datetime.UTC": "write datetime.timezone.utc",
    "enum.StrEnum": "write a class of (str, enum.Enum)",
    "itertools.batched": "take slices in a loop, as in x[k:k + n]",
    "math.cbrt": "write np.cbrt",
    "math.exp2": "write np.exp2",
    "math.fma": "write x * y + z",
    "math.sumprod": "write np.dot",
    "random.binomialvariate": "write np.random.binomial",
    "tomllib": "do without",
    "typing.Never": "write typing.NoReturn",
    "typing.Self": "write the name of the class, in quotes",
    "typing.override": "leave it out",
}
# What a course in machine learning uses, and is not installed for a first lesson.
PACKAGES = {"autograd", "cupy", "cv2", "jax", "keras", "numba", "pandas", "plotly", "seaborn", "skimage", "sklearn",
            "statsmodels", "sympy", "tensorflow", "torch", "tqdm"}  # fmt: skip
NOT_INSTALLED = "it has no {}; only NumPy, SciPy and Matplotlib are installed there"
SYNTAX = {
    "TryStar": "instead of except* write except",
    "TypeAlias": "leave out the word type, as in Row = list",
    "TemplateStr": 'instead of t"..." write f"..."',
}
PARAMETERS = "leave out the square brackets after the name, and what is in them"
EXCEPTIONS = "put the exceptions in parentheses, as in except (TypeError, ValueError)"
STARRED = "put parentheses inside the square brackets, as in x[(*index,)]"
QUOTES = "inside the braces of an f-string, use different quotes than around it"
IN_BRACES = "the braces of an f-string can hold no backslash, line break or comment; put it in a variable first"
UNBOUND = "nothing is called {} where the annotation is read; import or define it above, or leave the annotation out"
# A program that names one of these may have made sure that nothing is missing, or never asks.
GUARDS = {"AttributeError", "annotations", "find_spec", "getattr", "hasattr", "hexversion", "python_version",
          "python_version_tuple", "suppress", "version", "version_info"}  # fmt: skip
Found = Iterator[tuple[int, str]]


def advice(text: str, here: tuple[int, int] = sys.version_info[:2]) -> list[tuple[int, str]]:
    """The lines that do not work there, and what to do: of those with the same advice the first."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python says them when the program is imported
            tree = ast.parse(text)
            found = {*_packages(tree)}
            if here > GRADES:
                found.update(_syntax(tree), _in_braces(text), _names(tree))
            if here >= (3, 14):
                found.update(_annotations(tree))
    except Exception:  # it cannot be read here either, which is told where it is imported
        return []
    first = {what: line for line, what in sorted(found, reverse=True)}
    return sorted((line, what) for what, line in first.items())


def _packages(tree: ast.Module) -> Found:
    for node in _certain(tree):
        for name in PACKAGES & {name.partition(".")[0] for name in _imported_by(node)}:
            if importlib.util.find_spec(name):  # else it is told where the import fails
                yield node.lineno, NOT_INSTALLED.format(name)  # type: ignore[attr-defined]


def _syntax(tree: ast.Module) -> Found:
    for node in ast.walk(tree):
        if what := SYNTAX.get(type(node).__name__):
            yield getattr(node, "handlers", [node])[0].lineno, what
        elif getattr(node, "type_params", None) and isinstance(node, ast.stmt):
            yield node.lineno, PARAMETERS
        elif isinstance(node, ast.ExceptHandler) and _is_bare(node.type):
            yield node.lineno, EXCEPTIONS
        elif isinstance(node, ast.Subscript) and _is_bare(node.slice) and _starred(node.slice):
            yield node.lineno, STARRED


def _is_bare(node: ast.expr | None) -> bool:
    """Whether it is a tuple without brackets of its own: then it begins where its first entry does."""
    if not isinstance(node, ast.Tuple) or not node.elts:
        return False
    return (node.lineno, node.col_offset) == (node.elts[0].lineno, node.elts[0].col_offset)


def _starred(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Starred) for one in ast.iter_child_nodes(node))


def _in_braces(text: str) -> Found:
    """Before Python 3.12 an f-string ended where any string does, and its braces were read as a text of their own."""
    around: list[str] = []  # the quotes of the f-strings that a token stands in
    for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_END":
            around.pop()
            continue
        for quotes in around[:-1] if kind == "FSTRING_MIDDLE" else around:
            broken = "\n" in token.string and len(quotes) == 1
            if broken or kind == "COMMENT" or "\\" in token.string:
                yield token.start[0], IN_BRACES
            elif quotes in token.string:
                yield token.start[0], QUOTES
        if kind == "FSTRING_START":
            around.append(token.string.lstrip("fFrR"))


def _names(tree: ast.Module) -> Found:
    certain = [*_certain(tree)]
    modules = {
        one.asname or one.name: one.name for node in certain if isinstance(node, ast.Import) for one in node.names
    }
    for node in certain:
        names = _imported_by(node)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [f"{modules.get(node.value.id)}.{node.attr}"]
        for name in NAMES.keys() & names:
            yield node.lineno, f"it has no {name}; {NAMES[name]}"  # type: ignore[attr-defined]


def _imported_by(node: ast.AST) -> list[str]:
    """The modules, and what is taken out of one, with its name before it."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}", *(f"{node.module}.{one.name}" for one in node.names)]
    return []


def _certain(tree: ast.Module) -> Iterator[ast.AST]:
    """What nothing stands in for: not where exceptions are caught, nor below an if at the left edge."""
    if GUARDS & _words(ast.walk(tree)):
        return
    waiting: list[ast.AST] = [node for node in tree.body if not isinstance(node, ast.If)]
    unread = _unread(tree)
    while waiting:
        node = waiting.pop()
        if not getattr(node, "handlers", None) and node not in unread:
            yield node
            waiting += ast.iter_child_nodes(node)


def _unread(tree: ast.Module) -> set[ast.AST]:
    """The annotations of a function's own variables, which no Python reads."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    found: set[ast.AST] = set()
    while waiting:
        node, local = waiting.pop()
        if local and isinstance(node, ast.AnnAssign):
            found.add(node.annotation)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            local = not isinstance(node, ast.ClassDef)
        waiting += ((child, local) for child in ast.iter_child_nodes(node))
    return found


def _annotations(tree: ast.Module) -> Found:
    """From 3.14 on Python reads annotations only when somebody asks; before, each is read where it stands."""
    if {"*", "annotations", "exec", "globals"} & _words(ast.walk(tree)):
        return
    known = set(dir(builtins))
    for statement in tree.body:
        within = known | _bound(node for node in ast.walk(statement) if node is not statement)
        for annotation in _read_by(statement):
            for node in ast.walk(annotation):
                if isinstance(node, ast.Name) and node.id not in within:
                    yield node.lineno, UNBOUND.format(node.id)
        known |= _bound(ast.walk(statement))


def _read_by(statement: ast.stmt) -> list[ast.expr]:
    """The annotations that are read when a statement runs."""
    if isinstance(statement, ast.ClassDef):
        return [annotation for one in statement.body for annotation in _read_by(one)]
    arguments = ast.walk(statement.args) if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) else ()
    holders = [statement, *(one for one in arguments if isinstance(one, ast.arg))]
    found = [getattr(holder, name, None) for holder in holders for name in ("annotation", "returns")]
    return [annotation for annotation in found if annotation is not None]


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that may have been given a value."""
    return _words(node for node in nodes if not isinstance(getattr(node, "ctx", None), ast.Load))


def _words(nodes: Iterable[ast.AST]) -> set[str]:
    """All names, also those that are parts of others."""
    fields = (ast.iter_fields(node) for node in nodes if not isinstance(node, ast.Constant))
    return {value.partition(".")[0] for each in fields for _, value in each if isinstance(value, str)}
