"""What to do about an exception, where its type and message leave no doubt about the cause.

Where data are hidden, there is no message, so the type alone must be enough.
"""

import re
import sys
from collections.abc import Callable, Sequence

# Names that NumPy has removed -> their replacements.
REMOVED = {
    "alltrue": "np.all", "asfarray": "np.asarray", "bool": "bool", "complex": "complex", "cumproduct": "np.cumprod",
    "float": "float", "float_": "np.float64", "in1d": "np.isin", "infty": "np.inf", "Inf": "np.inf",
    "Infinity": "np.inf", "int": "int", "long": "int", "mat": "np.array", "NaN": "np.nan", "NAN": "np.nan",
    "object": "object", "product": "np.prod", "row_stack": "np.vstack", "sometrue": "np.any", "str": "str",
    "trapz": "np.trapezoid",
}  # fmt: skip
PYTHON_2 = {"xrange": "range", "raw_input": "input", "unicode": "str", "unichr": "chr", "long": "int"}
OTHER_LANGUAGES = {"true": "True", "false": "False", "null": "None", "NULL": "None", "TRUE": "True", "FALSE": "False"}
MODULES = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "math": "import math",
    "plt": "import matplotlib.pyplot as plt",
    "dataclass": "from dataclasses import dataclass",
    "expit": "from scipy.special import expit",
    **{name: f"from numpy.typing import {name}" for name in ("ArrayLike", "NDArray")},
    **{
        name: f"from typing import {name}" for name in ("Any", "Callable", "Dict", "List", "Optional", "Tuple", "Union")
    },
}
# Names that students use as if they had imported them from NumPy.
OF_NUMPY = {
    "arange", "array", "clip", "dot", "exp", "log", "log1p", "matmul", "maximum", "mean", "ones", "outer", "sqrt",
    "tanh", "where", "zeros", "zeros_like",
}  # fmt: skip
NO_POWER = "In Python ^ is not a power. Write ** for it, or np.exp for a power of e."
# Limits on the search of a program: how many characters are read, and how many names are compared for similarity.
MAX_SEARCHED = 1 << 18
MAX_NAMES = 500

PACKAGES = "Only NumPy, SciPy, Matplotlib and the standard library are installed, and your file is run by itself."
COMPANIONS = (
    "Only NumPy, SciPy, Matplotlib and the standard library are installed, and your file is run by itself, except for "
    "{files}, which it may import."
)
# Module -> its package. Both packages can be missing only on a student's own machine. pylab is a module of Matplotlib.
THERE = {"matplotlib": "matplotlib", "pylab": "matplotlib", "scipy": "scipy"}
NOT_HERE = (
    "{0} is installed where programs are graded, but not on this machine. To install it here: python -m pip install {0}"
)
TOO_LARGE = "A number is too large for a float: math.exp(z) is, when z is above 709. Never take exp of a large number."
DIVISOR = "This divides by 0. Find out when the denominator can be 0, and handle that case separately."
FOR_NOTEBOOKS = "This line works only in a notebook. Take it out."
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
NEWER = f"This needs a newer Python; this one is {HERE}."
ANOTHER_LANGUAGE = (
    "This is another language. In Python, types are left out: write total = 0 for a variable, and begin a function "
    "with def, its name and its parameters."
)
ASSIGNS = "In Python, a <- b compares a with -b. Write = to give a name its value."
UNSEEN = "This line has an invisible character in it. Delete the whole line and type it again in your editor."
WHOLE = (
    "An index, a size or the n of range(n) must be a whole number, but this is not one. a // b divides without a rest; "
    "a / b is always a float. for i in y goes through the entries of y; for i in range(len(y)), through their indices."
)
ENDS = (
    "The program ends itself. Take out exit(), quit(), sys.exit(), unittest.main(), and arguments that argparse "
    "requires."
)
NO_FILE = "The program runs with only the file you hand in: it cannot open any other."
NO_INPUT = "The program asks for keyboard input, but nobody can type while it is checked. Take out input()."
NO_NETWORK = "Programs are graded without a network."
NO_PROCESS = "Programs are graded without threads, other processes or a network."
NO_THREAD = "Threads and other processes cannot be started where programs are graded. Use a loop instead."
# Advice against what a program may do when its owner starts it, and not when it is graded.
ONLY_AT_HOME = {ENDS, NO_FILE, NO_INPUT, NO_NETWORK, NO_PROCESS, NO_THREAD}
WHEN_STARTED = 'To run code only when you start the file yourself, put it below if __name__ == "__main__":'
SINGLE = "This is a single number: it has no entries and no length. Handle it apart from arrays."
NOTHING = "Something is None here. A function returns None if it has no return, or never gets to it."

# Exception type -> advice that needs no message.
TYPES = {
    "BdbQuit": "A debugger is started here, but nobody can type while it is checked. Take out breakpoint() and "
               "set_trace(), just before this line.",
    "EOFError": NO_INPUT,
    "FileNotFoundError": NO_FILE,
    "FloatingPointError": "np.seterr or np.errstate turns a NumPy warning into this error. Take it out.",
    "IndentationError": "Indent with four spaces everywhere; most editors can convert tabs.",
    "MemoryError": "The program asked for more memory than it is allowed.",
    "OverflowError": TOO_LARGE,
    "NotImplementedError": "This line is outside every function, so the program ends here. Delete it, or indent it as "
                           "part of its function.",
    "RecursionError": "A function calls itself, directly or through another, more often than Python allows, about "
                      "1,000 times. Use a loop, or check whether it should call itself at all.",
    "RuntimeWarning": "warnings.simplefilter or filterwarnings turns a warning into this error. Take it out.",
    "SystemExit": ENDS,
    "TabError": "Indent with four spaces everywhere; most editors can convert tabs.",
    "UnboundLocalError": "A variable is used before this function has given it a value. A name that a function assigns "
                         "anywhere is local to it, even if something outside has the same name.",
    "ZeroDivisionError": DIVISOR,
}  # fmt: skip

# Exception type, pattern for the beginning of its message, and advice. Numbers in braces are groups of the pattern.
MESSAGES = [
    ("AttributeError", r"'NoneType' object has no attribute", NOTHING),
    ("AttributeError", r"module 'math' has no attribute '(\w+)'",
     "math has no {1}. The functions of NumPy begin with np."),
    ("AttributeError", r"'(list|tuple)' object has no attribute '(shape|size|ndim|T|dot|sum|mean|reshape|ravel)'",
     "A {1} has no {2}. Make it an array first: np.array(...)."),
    ("AttributeError",
     r"'(float|int)' object has no attribute "
     r"'(shape|size|ndim|T|dot|sum|mean|max|min|clip|reshape|ravel|flatten|copy|astype)'",
     "This is a single number, which has no {2}. np.asarray(...) makes an array of it."),
    ("AttributeError",
     r"'numpy\.\w+' object has no attribute '(backward|cpu|cuda|detach|grad|numpy|permute|requires_grad|unsqueeze)'",
     "{1} belongs to the tensors of PyTorch or TensorFlow. These are NumPy arrays, which do not have it."),
    ("AxisError", r"axis 1 is out of bounds for array of dimension 1",
     "A vector has only axis 0. To add up all of it, leave axis out."),
    ("ImportError", r"cannot import name '(\w+)' from '([\w.]+)'", "There is no {1} in {2}."),
    ("IndentationError", r"expected an indented block",
     "The line before ends with a colon, so an indented line must follow. If there is nothing in it yet, write pass."),
    ("IndexError", r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
     "Counting begins at 0: axis {2}, of length {3}, has no index {1}. Take sizes from .shape."),
    ("IndexError", r"arrays used as indices must be of integer \(or boolean\) type",
     "An array that chooses entries holds whole numbers, or True and False. For the entries where y is 1: a[y == 1]."),
    ("IndexError", r"only integers, slices \(`:`\), ellipsis", WHOLE),
    ("IndexError", r"list index out of range", "Counting begins at 0: a list of n entries has the indices 0 to n - 1."),
    ("IndexError", r"invalid index to scalar variable", SINGLE),
    ("IndexError", r"tuple index out of range",
     "A tuple of n entries has the indices 0 to n - 1. The shape of a vector has one entry only, shape[0]."),
    ("NameError", r"name 'get_ipython' is not defined", FOR_NOTEBOOKS),
    ("PermissionError", r"\[Errno 1\] Operation not permitted", NO_PROCESS),
    ("RuntimeError", r"can't start new thread", NO_THREAD),
    ("SyntaxError", r"Missing parentheses in call to 'print'",
     "This is Python 2. In Python 3, print is a function: print(x)."),
    ("SyntaxError", r"invalid decimal literal",
     "A letter follows a number. Write * to multiply them; a name cannot begin with a digit."),
    ("SyntaxError", r"invalid non-printable character", UNSEEN),
    ("SyntaxError", r"invalid character",
     "This character comes from a word processor or a web page. Type it again in your editor."),
    ("TypeError", r"only (?:length-1|size-1|0-dimensional) arrays can be converted to Python scalars",
     "The functions of math, and float(), take numbers, but this is an array. NumPy's functions take arrays: np.exp, "
     "np.log, np.sum."),
    ("TypeError", r"must be real number, not ndarray",
     "The functions of math take numbers, but this is an array. NumPy's functions take arrays: np.exp, np.log, "
     "np.sum."),
    ("TypeError", r"(?:unsupported operand type\(s\) for .*'NoneType'"
     r"|bad operand type for .*'NoneType'|object of type 'NoneType' has no len|'[<>]=?' not supported .*'NoneType'"
     r"|loop of ufunc does not support argument \d of type NoneType|cannot unpack non-iterable NoneType"
     r"|'NoneType' object is not (?:subscriptable|iterable))", NOTHING),
    ("TypeError", r"(?:ufunc 'bitwise_xor' not supported|unsupported operand type\(s\) for \^=?:)", NO_POWER),
    ("TypeError", r"(?:cannot use .*\()?unhashable type: 'numpy.ndarray'",
     "An array cannot be a key of a dictionary or a member of a set. lru_cache and cache use arguments as keys, too."),
    ("TypeError", r"(?:list|tuple) indices must be integers or slices, not (?:numpy\.)?float"
     r"|'(?:numpy\.)?float(?:64)?' object cannot be interpreted as an integer"
     r"|expected a sequence of integers or a single integer", WHOLE),
    ("TypeError", r"list indices must be integers or slices, not tuple",
     "A list of lists takes its indices one by one, a[i][j]. Only an array takes a[i, j]: np.array(...)."),
    ("TypeError", r"Cannot interpret '\d+' as a data type",
     "The sides of an array come as one tuple, in parentheses of their own: np.zeros((2, 3))."),
    ("TypeError", r"'(?:numpy\.)?(?:float|int)(?:64)?' object (?:is not subscriptable|does not support item assignment)"
     r"|object of type '(?:numpy\.)?(?:float|int)(?:64)?' has no len", SINGLE),
    ("TypeError", r"iteration over a 0-d array",
     "An array of shape () is a single number, so a loop cannot go through it. Its np.ndim is 0, as for a float."),
    ("TypeError", r"'(?:numpy\.)?float(?:64)?' object is not iterable", SINGLE),
    ("TypeError", r"'int' object is not iterable",
     "A loop goes through several things, but this is one number. To repeat something n times: for _ in range(n)."),
    ("TypeError", r"only integer scalar arrays can be converted to a scalar index",
     "range(), an index or a size takes one whole number, but this is an array. To go through its entries: "
     "for k in array."),
    ("TypeError", r"'([\w.]+)' object is not callable",
     "A value of type {1} is called like a function. Either it has a function's name, or a * is missing before a "
     "parenthesis."),
    ("TypeError", r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", "{1} has no parameter called {2}."),
    ("UFuncTypeError", r"Cannot cast ufunc '\w+' output from dtype\('float64'\) to dtype\('int",
     "The array on the left holds integers. Make it an array of floats: dtype=float."),
    ("URLError", r"<urlopen error \[Errno -?\d", NO_NETWORK),
    ("ValueError", r"matmul: Input operand 1 has a mismatch in its core dimension 0.*\(size (\d+) is .* from (\d+)",
     "In a @ b, the last side of a (here {2}) must equal the first side of b (here {1}). Print both shapes; .T swaps "
     "rows and columns."),
    ("ValueError", r"matmul: Input operand \d does not have enough dimensions",
     "@ multiplies arrays, and one side is a single number. Use * for that."),
    ("ValueError",
     r"shapes (\((\d+),(\d*)\)) and (\((?:\2,\d*|\d+,(?!\))(?:\3|\2))\)) not aligned: (\d+) .* != (\d+) \(",
     "np.dot of shapes {1} and {4}: the sides {5} and {6} meet, and must be equal. .T swaps rows and columns."),
    ("ValueError", r"shapes (\(\d+,\)) and (\(\d+,\)) not aligned",
     "np.dot of vectors needs as many entries in both; these have shapes {1} and {2}. For the table of all products: "
     "np.outer(a, b)."),
    ("ValueError", r"shapes (\([\d, ]+\)) and (\([\d, ]+\)) not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)",
     "np.dot of shapes {1} and {2}: the sides {3} and {4} meet, and must be equal. Here .T does not help."),
    ("ValueError", r"operands could not be broadcast together with shapes (\(\d+,\)) (\(\d+,\))",
     "Vectors of shapes {1} and {2} cannot be combined entry by entry. For the table of all products: np.outer(a, b)."),
    ("ValueError", r"operands could not be broadcast together with shapes (\((\d+),(\d+)\)) (\(\3,\2\))",
     "Arrays of shapes {1} and {4} cannot be combined entry by entry: .T swaps the rows and columns of one. For a sum "
     "of products, use a @ b."),
    ("ValueError", r"operands could not be broadcast together with shapes (\([\d,]+\)) (\([\d,]+\))",
     "Arrays of shapes {1} and {2} cannot be combined entry by entry: counted from the last, their sides must be "
     "equal, or 1. For a sum of products, use a @ b; a @ b * c is (a @ b) * c."),
    ("ValueError", r"could not broadcast input array from shape (\([\d,]+\)) into shape (\([\d,]+\))",
     "The value on the right has shape {1}, but the place it is assigned to has shape {2}."),
    ("ValueError", r"non-broadcastable output operand with shape (\([\d,]*\)) doesn't match .* shape (\([\d,]*\))",
     "The array on the left has shape {1}, but the result has shape {2}, which does not fit into it."),
    ("ValueError", r"NumPy boolean array indexing assignment cannot assign (\d+) input values to the (\d+) output",
     "The mask on the left chooses {2} entries, but the right side has {1}: write the same mask on both sides."),
    ("ValueError", r"(?:math domain error|expected a (?:positive|nonnegative) input)",
     "math.log takes positive numbers only, and math.sqrt none below 0. Handle the others separately."),
    ("ValueError", r"The truth value of an array",
     "if, while, and, or and not need a single True or False, but this is an array. Use np.where, or a loop over its "
     "entries."),
    ("ValueError", r"setting an array element with a sequence", "One entry of an array takes one number, not several."),
    ("gaierror", r"\[Errno -?\d", NO_NETWORK),
]  # fmt: skip


def of_exception(
    kind: str,
    message: str,
    name: str = "",
    arguments: Sequence[str] = (),
    others: Sequence[str] = (),
    file: str = "",
    companions: Sequence[str] = (),
) -> str:
    """Return what to do about an exception whose cause is certain; otherwise an empty string.

    Args:
        name: the function under test, which takes `arguments`.
        others: the other functions of the assignment.
        file: the program, which may import its `companions`.
    """
    if kind in ("AttributeError", "ImportError", "ModuleNotFoundError") and (told := _came_later(message)):
        return told
    if kind == "ModuleNotFoundError" or (kind == "ImportError" and message.startswith("attempted relative import")):
        return _not_found(message, file, companions)
    for one, pattern, sentence in MESSAGES:
        found = re.match(pattern, message, re.DOTALL) if one == kind and message else None
        if found:
            return sentence.format(*(found.group(i) for i in range(len(found.groups()) + 1)))
    special = SPECIAL.get(kind)
    told = special(message, name, arguments, others) if special and message else ""
    return told or TYPES.get(kind, "")


# Words before the name of a variable or function in C, Java, JavaScript and their like.
DECLARING = "auto|bool|boolean|const|double|final|float|int|let|long|private|protected|public|static|var|void"

# Pattern for the beginning of a line that is not Python, and advice.
LINES = [
    (r"[%!]\w", FOR_NOTEBOOKS),
    (r"```", "A chat or a web page puts ``` around a program. Take these lines out."),
    (
        r"[A-Z][\w']*,?(?: [A-Za-z][\w']*,?){3,}[.:!]?$",
        "This reads like a sentence, not like Python. Take it out, or put # before it.",
    ),
    (r"for\s*\(.*;.*;", "This is a loop of C, Java or JavaScript. In Python: for i in range(n):"),
    (r"\}?\s*(?:else\s+if|elseif|elsif)\b", "In Python, else if is one word: elif."),
    (r"\w+\s*=\s*function\b|function\s+[\w\[]", ANOTHER_LANGUAGE),
    (
        rf"(?:{DECLARING})(?:\[\])*\s+(?!(?:and|else|for|if|in|is|not|or)\b)[A-Za-z_*]"
        rf"|def\s+(?:{DECLARING})\s+\w|def\s+\w+\s*\((?:.*,)?\s*(?:{DECLARING})(?:\[\])*\s+\w",
        ANOTHER_LANGUAGE,
    ),
    (
        r"[^#\"']*=[><](?!=)",
        "Python compares with >= and <=, with the = last. A short function is written lambda z: ..., without =>.",
    ),
    (r"(?://|%)\s*[A-Za-z]|/\*|[^#\"']*;\s*//", "In Python, a comment begins with #."),
    (
        r"[^#\"']*(?:&&|\|\||!(?=[\w(]))",
        "Python has the words and, or and not in place of &&, || and !.",
    ),
    (
        r"(?:\+\+|--)\w+;?$|[^#\"']*[\w\])](?:\+\+|--)\s*;?$",
        "Python has no ++ and no --. Write i += 1 or i -= 1.",
    ),
    (r"[^#\"']*\s\?\s", "In Python, a ? b : c is written b if a else c."),
    (r"[^#\"']*%\*%", "This is R. In Python, the product of matrices is a @ b."),
    (r"[^#\"']*=\s*new\s+\w", "Python has no word new. Leave it out."),
    (
        r"(?:(?:def|for|while|if|elif)\b.*\)|else)\s*\{$",
        "Python has no braces around a block. End this line with a colon, and indent what belongs to it.",
    ),
    (
        r"""[^#"']*(?:\s|[)\]]|\b[A-Za-z_]\w*)\.[*/^]""",
        "This is MATLAB. With NumPy arrays, * and / already work entry by entry, and a power is **.",
    ),
    (
        r"""[^#"']*(?:\b(?![BbFfRrUu]{1,2}')[A-Za-z_]\w*|[)\]])'[^"']*$""",
        "In Python, ' begins a string. MATLAB's transpose is .T in NumPy.",
    ),
]
# Pattern, the version before which it is not Python, or has no message of its own, and advice.
LATER_LINES = [
    # Before Python 3.11, Python's message for this is only "invalid syntax", as for much else.
    (r".*[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]", (3, 11), UNSEEN),
    (r"except\s*\*", (3, 11), NEWER),
    (r"type \w+\s*[\[=]|(?:def|class) \w+\s*\[", (3, 12), NEWER),
    (
        r"except\s+\w+\s*,",
        (3, 14),
        f"Put the exceptions in parentheses, as in except (TypeError, ValueError). This is Python {HERE}, and they may "
        "be left out only from 3.14 on.",
    ),
    (
        r"lazy\s+(?:import|from)\s",
        (3, 15),
        f"Take out the word lazy: it needs a newer Python, and this one is {HERE}.",
    ),
    (
        r"""[^#]*\bf(["'])[^"'{]*\{[^{}"']*\1[^"']*\1""",
        (3, 12),
        f"Inside the braces of an f-string, use different quotes than around it: this is Python {HERE}, and they may "
        "be the same only from 3.12 on.",
    ),
]


def of_line(kind: str, line: str) -> str:
    """Return what to do about a line that Python cannot parse, or takes for something else; empty if not certain."""
    if kind in ("NameError", "SyntaxError") and re.match(r"\w+(?:\[[^\]]*\])?\s*<-(?:\s|[A-Za-z_(])", line):
        return ASSIGNS
    if kind != "SyntaxError":
        return ""
    later = [(pattern, sentence) for pattern, version, sentence in LATER_LINES if sys.version_info < version]
    return next((sentence for pattern, sentence in LINES + later if re.match(pattern, line)), "")


def of_missing(program: str, name: str) -> str:
    """Return why a program's text has no function `name`: it is misspelled or indented; empty if neither."""
    defined = set(re.findall(r"^def[ \t]+(\w+)[ \t]*\(", program[:MAX_SEARCHED], re.MULTILINE))
    if name in defined:
        return ""
    if re.search(rf"^[ \t]+def[ \t]+{re.escape(name)}[ \t]*\(", program, re.MULTILINE):
        return (
            f"{name} is indented, so it is part of something above it: a class, a function, or an if that does not "
            "run here. Move it to the left edge."
        )
    near = [one for one in sorted(defined) if one.lower() == name.lower()]
    near = near or _near(name, sorted(defined)[:MAX_NAMES])
    return f"The file defines {near[0]}: check the spelling." if len(near) == 1 else ""


def of_order(program: str, name: str, arguments: Sequence[str]) -> str:
    """Return what to do about a definition with the right parameters in another order; empty if it has others.

    Also empty if there are several different definitions: one may be part of a string, or be used by another.
    """
    found = re.findall(rf"^def[ \t]+{re.escape(name)}[ \t]*\(([^()]{{0,400}})", program[:MAX_SEARCHED], re.MULTILINE)
    names = [re.findall(r"(?:^|,)\s*(\w+)\s*(?=[:=,]|$)", one) for one in found] if name else []
    taken, *others = [one[: len(arguments)] for one in names] or [[]]
    if taken == list(arguments) or sorted(taken) != sorted(arguments) or any(one != taken for one in others):
        return ""
    return (
        f"{name} is given {', '.join(arguments)}, in this order, but your definition has {', '.join(taken)}: change "
        "the order there."
    )


# Exception type -> the message for a missing value, and the code by which another function would have stored it.
LEFT_BEHIND = {
    "KeyError": (r"'(\w+)'", r"""\[[ \t]*['"]{0}['"][ \t]*\][ \t]*=(?!=)"""),
    "NameError": (r"name '(\w+)' is not defined", r"^[ \t]+global[ \t][\w, \t]*\b{0}\b"),
    "AttributeError": (r"'function' object has no attribute '(\w+)'", r"\w\.{0}[ \t]*=(?!=)"),
}


def of_left_behind(kind: str, message: str, program: str, name: str) -> str:
    """Return what to do about a missing value that another function stores, for example in a cache; otherwise empty.

    A check calls one function alone.
    """
    said, written = LEFT_BEHIND.get(kind, ("", ""))
    found = re.fullmatch(said, message) if said and name else None
    if found is None or not re.search(written.format(re.escape(found[1])), program[:MAX_SEARCHED], re.MULTILINE):
        return ""
    return f"{found[1]} is set by another function, but here {name} is called by itself. Use only its arguments."


def _came_later(message: str) -> str:
    """Return what to use instead of a standard library name that this Python does not have yet; otherwise empty."""
    from .newer import NAMES  # a right program never needs it

    found = re.match(
        r"(?:No module named|module|cannot import name '(\w+)' from) '([\w.]+)'(?: has no attribute '(\w+)')?", message
    )
    name = ".".join(filter(None, (found[2], found[1] or found[3]))) if found else ""
    return f"{name} needs a newer Python than this one, {HERE}: {NAMES[name]}." if name in NAMES else ""


def _not_found(message: str, file: str, companions: Sequence[str]) -> str:
    """Return what to do about a module that is not installed, or a file that is missing."""
    modules = [one.removesuffix(".py") for one in companions]
    found = re.match(r"No module named '(\w+)(\.?)", message)
    if found and found[1] in sys.stdlib_module_names:
        return ""
    if found and found[1] in THERE and not found[2]:
        return NOT_HERE.format(THERE[found[1]])
    if found and found[1] in modules and not found[2]:
        return f"There is no {found[1]}.py beside {file}."
    if companions and message.startswith("attempted relative import"):
        return f"Write from {modules[0]} import ..., without the dot."
    return COMPANIONS.format(files=" and ".join(companions)) if companions else PACKAGES


def _near(name: str, known: Sequence[str]) -> list[str]:
    """Return at most two known names that are nearly the same as `name`."""
    import difflib  # a right program never needs it

    return difflib.get_close_matches(name, known, 2, 0.8)


def _misspelled(message: str, name: str, arguments: Sequence[str], others: Sequence[str]) -> str:
    """Return what to do about an undefined name: misspelled, not imported, or from another language."""
    found = re.match(r"name '(\w+)' is not defined", message)
    if found is None:
        return ""
    used = found[1]
    if used in MODULES:
        return f"{used} is not imported. Put this at the top of the file: {MODULES[used]}"
    if used in PYTHON_2:
        return f"This is Python 2. In Python 3 it is called {PYTHON_2[used]}."
    if used in OF_NUMPY:
        return f"If you mean NumPy's, write np.{used}."
    if used in OTHER_LANGUAGES:
        return f"If you mean Python's own, write {OTHER_LANGUAGES[used]}."
    known = [one for one in (name, *arguments, *others) if one]
    near = [one for one in known if one.lower() == used.lower()]
    # theta_h and theta are not misspellings of theta_y, and x_i may be an entry of x.
    if not near and any(re.sub("_.$", "", one) == re.sub("_.$", "", used) for one in arguments):
        return f"{name} is given {', '.join(arguments)}, but no {used}."
    near = near or (_near(used, known) if len(used) > 3 else [])
    if len(near) == 1 and near[0] != used:
        return f"There is no {used} here. Did you mean {near[0]}? Check the spelling."
    return ""


def _not_passed(message: str, name: str, arguments: Sequence[str], _: Sequence[str]) -> str:
    """Return what to do about a call with too many or too few arguments."""
    found = re.match(
        r"(?:[\w.<>]+\.)?(?!__)(\w+)\(\) "
        r"(?:missing \d+ required positional arguments?: (.+)|takes .* positional arguments?)",
        message,
    )
    if found is None:
        return ""
    called, missing = found[1], found[2]
    if called == name:
        count = f"{len(arguments)} argument{'s' * (len(arguments) != 1)}"
        return f"{name} is called with {count}, {name}({', '.join(arguments)}). Define it that way."
    if missing:
        return f"{called} needs {missing.replace(chr(39), '')} too. Pass it where {called} is called."
    return f"{called} takes fewer arguments than it is given. Compare its definition with the call."


def _removed(message: str, name: str, _: Sequence[str], others: Sequence[str]) -> str:
    """Return what to do about a name that NumPy has removed or never had."""
    found = re.match(r"module 'numpy' has no attribute '(\w+)'", message)
    if found is None:
        return ""
    if found[1] == "ln":
        return "NumPy has no np.ln. The natural logarithm is np.log."
    if found[1] in (name, *others):
        return f"NumPy has no np.{found[1]}: it is a function that you write yourself."
    return f"NumPy no longer has np.{found[1]}. Write {REMOVED[found[1]]} instead." if found[1] in REMOVED else ""


SPECIAL: dict[str, Callable[[str, str, Sequence[str], Sequence[str]], str]] = {
    "NameError": _misspelled,
    "TypeError": _not_passed,
    "AttributeError": _removed,
}
