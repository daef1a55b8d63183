"""Find, on a student's computer with a newer Python, what a program uses that Gradescope's Python lacks.

Such a program passes on the student's computer, but most of them cannot even be imported on Gradescope. The newer
Python's own parser and tokenizer read the program. Only what is certain is reported: anything that may have a fallback
on another Python is skipped.
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

# Names that newer versions have added, and what to write instead.
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
# Packages that courses in machine learning use, but that are not installed for a first lesson.
PACKAGES = {"IPython", "autograd", "cupy", "cv2", "jax", "joblib", "keras", "numba", "pandas", "plotly", "requests",
            "seaborn", "skimage", "sklearn", "statsmodels", "sympy", "tensorflow", "torch", "tqdm"}  # fmt: skip
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
# A program that contains one of these names may have a fallback for what is missing, or never evaluate annotations.
GUARDS = {"AttributeError", "annotations", "find_spec", "getattr", "hasattr", "hexversion", "python_version",
          "python_version_tuple", "suppress", "version", "version_info"}  # fmt: skip
Found = Iterator[tuple[int, str]]


def advice(text: str, here: tuple[int, int] = sys.version_info[:2]) -> list[tuple[int, str]]:
    """Return the lines that do not work on Gradescope, and what to do: for each advice, only the first line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python shows them when the program is imported
            tree = ast.parse(text)
            found = {*_packages(tree)}
            if here > GRADES:
                found.update(_syntax(tree), _in_braces(text), _names(tree))
            if here >= (3, 14):
                found.update(_annotations(tree))
    except Exception:  # this Python cannot parse it either, as its import reports
        return []
    first = {what: line for line, what in sorted(found, reverse=True)}
    return sorted((line, what) for what, line in first.items())


def _packages(tree: ast.Module) -> Found:
    for node in _certain(tree):
        for name in PACKAGES & {name.partition(".")[0] for name in _imported_by(node)}:
            if importlib.util.find_spec(name):  # otherwise the import itself fails and reports it
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
    """Return whether `node` is a tuple without brackets of its own: such a tuple begins where its first entry does."""
    if not isinstance(node, ast.Tuple) or not node.elts:
        return False
    return (node.lineno, node.col_offset) == (node.elts[0].lineno, node.elts[0].col_offset)


def _starred(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Starred) for one in ast.iter_child_nodes(node))


def _in_braces(text: str) -> Found:
    """Find what the braces of an f-string could not hold before Python 3.12.

    Until then, an f-string ended where any string ends, and the text in its braces was parsed separately.
    """
    around: list[str] = []  # the quotes of the f-strings that enclose the token
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
    """Return the modules that a node imports, and the names imported from a module, as `module.name`."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}", *(f"{node.module}.{one.name}" for one in node.names)]
    return []


def _certain(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes without a fallback: none where exceptions are caught, below a top-level if, or never read."""
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
    """Return the annotations of local variables, which no version of Python evaluates."""
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
    """Find names in annotations that are not bound yet where the annotation stands.

    From 3.14 on, Python evaluates an annotation only on demand; before, it evaluated each one where it stands.
    """
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
    """Return the annotations that Python before 3.14 evaluates when a statement runs."""
    if isinstance(statement, ast.ClassDef):
        return [annotation for one in statement.body for annotation in _read_by(one)]
    arguments = ast.walk(statement.args) if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) else ()
    holders = [statement, *(one for one in arguments if isinstance(one, ast.arg))]
    found = [getattr(holder, name, None) for holder in holders for name in ("annotation", "returns")]
    return [annotation for annotation in found if annotation is not None]


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that these nodes may bind."""
    return _words(node for node in nodes if not isinstance(getattr(node, "ctx", None), ast.Load))


def _words(nodes: Iterable[ast.AST]) -> set[str]:
    """Return all names in these nodes, including attributes; of a dotted name, only the first part."""
    fields = (ast.iter_fields(node) for node in nodes if not isinstance(node, ast.Constant))
    return {value.partition(".")[0] for each in fields for _, value in each if isinstance(value, str)}
