"""autograder/causes.py: the way to fix an exception is given only if its type and message leave no doubt."""

import importlib
import math
import sys
import types

import numpy as np
import pytest

from autograder import causes, newer
from autograder.causes import (
    COMPANIONS,
    NOTHING,
    PACKAGES,
    SINGLE,
    TYPES,
    WHOLE,
    of_exception,
    of_left_behind,
    of_line,
    of_missing,
    of_order,
)

A, B, V = np.ones((4, 3)), np.ones((4, 3)), np.ones(5)
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
NAMES = ("forward", ("x", "theta_h", "theta_y"), ("sigmoid", "log_likelihood"))


def caught(program):
    """Return the type and the message of the exception that a program raises."""
    try:
        exec(program, {"__package__": "", "__name__": "program", "np": np, "math": math, "A": A, "B": B, "V": V})
    except Exception as error:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        return type(error).__name__.lstrip("_"), message[:300]
    raise AssertionError(f"{program} raises nothing")


NETWORK = "Programs are graded without a network."
RAISED = {
    "A @ B": "In a @ b, the last side of a (here 3) must equal the first side of b (here 4). Print both shapes; .T "
             "swaps rows and columns.",
    "A @ V": "In a @ b, the last side of a (here 3) must equal the first side of b (here 5). Print both shapes; .T "
             "swaps rows and columns.",
    "np.dot(A, B)": "np.dot of shapes (4,3) and (4,3): the sides 3 and 4 meet, and must be equal. .T swaps rows and "
                    "columns.",
    "np.dot(A, np.ones((2, 3)))": "np.dot of shapes (4,3) and (2,3): the sides 3 and 2 meet, and must be equal. .T "
                                  "swaps rows and columns.",
    "np.dot(A, np.ones(4))": "np.dot of shapes (4,3) and (4,): the sides 3 and 4 meet, and must be equal. .T swaps "
                             "rows and columns.",
    "np.dot(np.ones(3), A)": "np.dot of shapes (3,) and (4,3): the sides 3 and 4 meet, and must be equal. .T swaps "
                             "rows and columns.",
    "np.dot(np.ones(3), V)": "np.dot of vectors needs as many entries in both; these have shapes (3,) and (5,). For "
                             "the table of all products: np.outer(a, b).",
    "np.dot(A, np.ones((2, 5)))": "np.dot of shapes (4,3) and (2,5): the sides 3 and 2 meet, and must be equal. "
                                  "Here .T does not help.",
    "A.sum().backward()": "backward belongs to the tensors of PyTorch or TensorFlow. These are NumPy arrays, which "
                          "do not have it.",
    "A.detach()": "detach belongs to the tensors of PyTorch or TensorFlow. These are NumPy arrays, which do not "
                  "have it.",
    "A @ 3": "@ multiplies arrays, and one side is a single number. Use * for that.",
    "A * V": "Arrays of shapes (4,3) and (5,) cannot be combined entry by entry: counted from the last, their sides "
             "must be equal, or 1. For a sum of products, use a @ b; a @ b * c is (a @ b) * c.",
    "np.ones(4) * V": "Vectors of shapes (4,) and (5,) cannot be combined entry by entry. For the table of all "
                      "products: np.outer(a, b).",
    "A * A.T": "Arrays of shapes (4,3) and (3,4) cannot be combined entry by entry: .T swaps the rows and columns of "
               "one. For a sum of products, use a @ b.",
    "a = np.zeros(5); a[[True, True, False, False, False]] = V[V > 0]":
        "The mask on the left chooses 2 entries, but the right side has 5: write the same mask on both sides.",
    "V.sum(axis=1)": "A vector has only axis 0. To add up all of it, leave axis out.",
    "a = np.zeros((2, 3)); a[:] = np.ones((3, 2))":
        "The value on the right has shape (3,2), but the place it is assigned to has shape (2,3).",
    "a = np.zeros(3); a += np.ones((2, 3))":
        "The array on the left has shape (3,), but the result has shape (2,3), which does not fit into it.",
    "math.exp(V)": "The functions of math, and float(), take numbers, but this is an array. NumPy's functions take "
                   "arrays: np.exp, np.log, np.sum.",
    "math.fsum(A)": "The functions of math, and float(), take numbers, but this is an array. NumPy's functions take "
                    "arrays: np.exp, np.log, np.sum.",
    "V.shape[1]": "A tuple of n entries has the indices 0 to n - 1. The shape of a vector has one entry only, "
                  "shape[0].",
    "a = 1 \ufeff + 2": "This line has an invisible character in it. Delete the whole line and type it again in "
                        "your editor.",
    "range(V)": "range(), an index or a size takes one whole number, but this is an array. To go through its "
                "entries: for k in array.",
    "for _ in 3: pass": "A loop goes through several things, but this is one number. To repeat something n times: "
                        "for _ in range(n).",
    "math.exp(1000)": "A number is too large for a float: math.exp(z) is, when z is above 709. Never take exp of a "
                      "large number.",
    "2.0 ** 5000": "A number is too large for a float: math.exp(z) is, when z is above 709. Never take exp of a large "
                   "number.",
    "math.log(0.0)": "math.log takes positive numbers only, and math.sqrt none below 0. Handle the others "
                     "separately.",
    "1 / 0": "This divides by 0. Find out when the denominator can be 0, and handle that case separately.",
    "np.float(1)": "NumPy no longer has np.float. Write float instead.",
    "z = 1.0; z[0]": SINGLE,
    "z = 1.0; z[V > 0]": SINGLE,
    "z = 1.0; z[0] = 2": SINGLE,
    "np.float64(1)[0]": SINGLE,
    "len(1.0)": SINGLE,
    "for v in 1.0: pass": SINGLE,
    "sum(np.float64(1))": SINGLE,
    "None.shape": NOTHING,
    "-None": NOTHING,
    "len(None)": NOTHING,
    "None >= 0": NOTHING,
    "np.exp(None)": NOTHING,
    "A[np.ones(4)]": "An array that chooses entries holds whole numbers, or True and False. For the entries where y is "
                     "1: a[y == 1].",
    "A[1.5]": WHOLE,
    "for i in V / 2: A[i]": WHOLE,
    "list(V)[4 / 2]": WHOLE,
    "range(4 / 2)": WHOLE,
    "np.zeros(4 / 2)": WHOLE,
    "range(np.float64(2))": WHOLE,
    "list(A)[0, 0]": "A list of lists takes its indices one by one, a[i][j]. Only an array takes a[i, j]: "
                     "np.array(...).",
    "np.zeros(2, 3)": "The sides of an array come as one tuple, in parentheses of their own: np.zeros((2, 3)).",
    "1 / (1 + 2z)": "A letter follows a number. Write * to multiply them; a name cannot begin with a digit.",
    "class Net:\n    def forward(self, x): pass\nNet().forward(1, 2, 3)":
        "forward is called with 3 arguments, forward(x, theta_h, theta_y). Define it that way.",
    "class Net:\n    def __init__(self, x): pass\nNet()": "",
    "np.product([1])": "NumPy no longer has np.product. Write np.prod instead.",
    "math.tanhh(1)": "math has no tanhh. The functions of NumPy begin with np.",
    "[1].shape": "A list has no shape. Make it an array first: np.array(...).",
    "(1.0).astype(float)": "This is a single number, which has no astype. np.asarray(...) makes an array of it.",
    "(1.0).shape": "This is a single number, which has no shape. np.asarray(...) makes an array of it.",
    "def forward(x, theta_h): pass\nforward(1, 2, 3)":
        "forward is called with 3 arguments, forward(x, theta_h, theta_y). Define it that way.",
    "def helper(x, y): pass\nhelper(1)": "helper needs y too. Pass it where helper is called.",
    "def helper(x): pass\nhelper(1, 2)":
        "helper takes fewer arguments than it is given. Compare its definition with the call.",
    "def helper(x): pass\nhelper(1, derivative=True)": "helper has no parameter called derivative.",
    "def f(): total += 1\nf()": TYPES["UnboundLocalError"],
    "def f(): return f()\nf()": TYPES["RecursionError"],
    "if V: pass": "if, while, and, or and not need a single True or False, but this is an array. Use np.where, or a "
                  "loop over its entries.",
    "np.zeros(3)[0] = V": "One entry of an array takes one number, not several.",
    "A[0][7]": "Counting begins at 0: axis 0, of length 3, has no index 7. Take sizes from .shape.",
    "[1, 2][2]": "Counting begins at 0: a list of n entries has the indices 0 to n - 1.",
    "a, b = None": "Something is None here. A function returns None if it has no return, or never gets to it.",
    "None * 2": "Something is None here. A function returns None if it has no return, or never gets to it.",
    "a = np.zeros(3, int); a += np.ones(3)":
        "The array on the left holds integers. Make it an array of floats: dtype=float.",
    "A(0)": "A value of type numpy.ndarray is called like a function. Either it has a function's name, or a * is "
            "missing before a parenthesis.",
    "from bdb import BdbQuit\nraise BdbQuit": "A debugger is started here, but nobody can type while it is checked. "
                                              "Take out breakpoint() and set_trace(), just before this line.",
    "sigmod(1)": "There is no sigmod here. Did you mean sigmoid? Check the spelling.",
    "Sigmoid(1)": "There is no Sigmoid here. Did you mean sigmoid? Check the spelling.",
    "thetah": "There is no thetah here. Did you mean theta_h? Check the spelling.",
    "Forward": "There is no Forward here. Did you mean forward? Check the spelling.",
    "sigmoid(1)": "",
    "theta_x": "forward is given x, theta_h, theta_y, but no theta_x.",
    "X": "There is no X here. Did you mean x? Check the spelling.",
    "z": "",
    "numpy.exp(1)": "numpy is not imported. Put this at the top of the file: import numpy",
    "true": "If you mean Python's own, write True.",
    "null": "If you mean Python's own, write None.",
    "List[float]": "List is not imported. Put this at the top of the file: from typing import List",
    "V ^ 2.0": "In Python ^ is not a power. Write ** for it, or np.exp for a power of e.",
    "math.e ^ -1.5": "In Python ^ is not a power. Write ** for it, or np.exp for a power of e.",
    "a = 2.0; a ^= 2": "In Python ^ is not a power. Write ** for it, or np.exp for a power of e.",
    "{V: 1}": "An array cannot be a key of a dictionary or a member of a set. lru_cache and cache use arguments as "
              "keys, too.",
    "for v in np.array(1.5): pass": "An array of shape () is a single number, so a loop cannot go through it. Its "
                                    "np.ndim is 0, as for a float.",
    "raise RuntimeError(\"can't start new thread\")": "Threads and other processes cannot be started where programs "
                                                     "are graded. Use a loop instead.",
    "raise PermissionError(1, 'Operation not permitted')": "Programs are graded without threads, other processes or "
                                                           "a network.",
    "raise PermissionError(13, 'Permission denied')": "",
    "import urllib.error\nraise urllib.error.URLError(PermissionError(1, 'Operation not permitted'))": NETWORK,
    "import urllib.error\nraise urllib.error.URLError('no host given')": "",
    "import socket\nraise socket.gaierror(-3, 'Temporary failure in name resolution')": NETWORK,
    "get_ipython()": "This line works only in a notebook. Take it out.",
    "np.ln(2)": "NumPy has no np.ln. The natural logarithm is np.log.",
    "np.sigmoid(2)": "NumPy has no np.sigmoid: it is a function that you write yourself.",
    "np.forward(2)": "NumPy has no np.forward: it is a function that you write yourself.",
    "xrange(3)": "This is Python 2. In Python 3 it is called range.",
    "import torch_of_nobody": PACKAGES,
    "from .numpy import sigmoid": PACKAGES,
    "from numpy import sigmoid": "There is no sigmoid in numpy.",
    "open('no_such_file')": "The program runs with only the file you hand in: it cannot open any other.",
    "print 3": "This is Python 2. In Python 3, print is a function: print(x).",
    "a = \u201cb\u201d": "This character comes from a word processor or a web page. Type it again in your editor.",
    "def f():\npass": "The line before ends with a colon, so an indented line must follow. If there is nothing in "
                      "it yet, write pass.",
    "if 1:\n\tA\n        B": "Indent with four spaces everywhere; most editors can convert tabs.",
    "raise ValueError('x')": "",
    "raise KeyError('y')": "",
    "raise LookupError('list index out of range')": "",
    "raise AttributeError('y')": "",
    "len(3)": SINGLE,
    "exp(-1)": "If you mean NumPy's, write np.exp.",
    # Since Python 3.14, an annotation is evaluated only when somebody looks at it.
    "def f(z: NDArray): pass\nf.__annotations__": "NDArray is not imported. Put this at the top of the file: "
                                                  "from numpy.typing import NDArray",
    "expit(0)": "expit is not imported. Put this at the top of the file: from scipy.special import expit",
    "def f():\n    def g(): return a\n    g()\n    a = 1\nf()": "",
    "np.no_such_name": "",
    "1 +": "",
}  # fmt: skip


@pytest.mark.parametrize(("program", "cause"), RAISED.items(), ids=list(RAISED))
def test_cause_of_what_python_and_numpy_really_raise(program, cause):
    """The messages change from version to version; these are the current ones."""
    kind, message = caught(program)
    assert of_exception(kind, message, *NAMES) == cause


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("TypeError", "only size-1 arrays can be converted to Python scalars"),
        ("TypeError", "only length-1 arrays can be converted to Python scalars"),
        ("ValueError", "expected a positive input, got 0.0"),
        ("UnboundLocalError", "local variable 'total' referenced before assignment"),
        ("TypeError", "must be real number, not ndarray"),
    ],
)
def test_words_of_other_versions_are_known(kind, message):
    """Python 3.10 to 3.14, NumPy 1.26 to 2.4."""
    assert of_exception(kind, message)


FENCE = "A chat or a web page puts ``` around a program. Take these lines out."
PROSE = "This reads like a sentence, not like Python. Take it out, or put # before it."
BRACES = "Python has no braces around a block. End this line with a colon, and indent what belongs to it."
DOTS = "This is MATLAB. With NumPy arrays, * and / already work entry by entry, and a power is **."
ASSIGNS = "In Python, a <- b compares a with -b. Write = to give a name its value."
ANOTHER_LANGUAGE = (
    "This is another language. In Python, types are left out: write total = 0 for a variable, and begin a function "
    "with def, its name and its parameters."
)
LOOP = "This is a loop of C, Java or JavaScript. In Python: for i in range(n):"
ELIF = "In Python, else if is one word: elif."
COMPARES = "Python compares with >= and <=, with the = last. A short function is written lambda z: ..., without =>."
WORDS = "Python has the words and, or and not in place of &&, || and !."
COUNTS = "Python has no ++ and no --. Write i += 1 or i -= 1."
COMMENT = "In Python, a comment begins with #."
PRIME = "In Python, ' begins a string. MATLAB's transpose is .T in NumPy."


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("```python", FENCE),
        ("```", FENCE),
        ("Here is the completed implementation:", PROSE),
        ("Sure, here's the whole file.", PROSE),
        ("def forward(x, theta_h, theta_y) {", BRACES),
        ("} else {", ""),
        ("else {", BRACES),
        ("if (y[k] == 1) {", BRACES),
        ("return 1 ./ (1 + exp(-z))", DOTS),
        ("h = x.*theta_h", DOTS),
        ("g = h1.^2", DOTS),
        ("g = (1 - h).*h", DOTS),
        ("g = x' * delta;", PRIME),
        ("g = theta_y' * (h - 1)';", ""),
        ("delta = theta_y' * error", PRIME),
        ("sigmoid <- function(z) {", ASSIGNS),
        ("function s = sigmoid(z)", ANOTHER_LANGUAGE),
        ("function sigmoid(z) {", ANOTHER_LANGUAGE),
        ("const sigmoid = function(z) {", ANOTHER_LANGUAGE),
        ("public static double sigmoid(double z) {", ANOTHER_LANGUAGE),
        ("const sigmoid = (z) => 1 / z;", ANOTHER_LANGUAGE),
        ("double[] h = new double[20];", ANOTHER_LANGUAGE),
        ("def sigmoid(double z):", ANOTHER_LANGUAGE),
        ("def double sigmoid(z):", ANOTHER_LANGUAGE),
        ("int n = x.shape[0]", ANOTHER_LANGUAGE),
        ("let total = 0;", ANOTHER_LANGUAGE),
        ("int in (x y)", ""),
        ("int(x) y", ""),
        ("def sigmoid(z double):", ""),
        ("for (int i = 0; i < n; i++) {", LOOP),
        ("for (i = 0; i < n; i++):", LOOP),
        ("else if y == 0:", ELIF),
        ("} else if (y == 0) {", ELIF),
        ("elseif y == 0:", ELIF),
        ("if y => 1:", COMPARES),
        ("if y =< 1:", COMPARES),
        ("f = (z) => 1 / z;", COMPARES),
        ("if y == 1 && y_hat > 0:", WORDS),
        ("if y == 1 || y_hat > 0:", WORDS),
        ("if !y[k]:", WORDS),
        ("if !(y == 1):", WORDS),
        ("print(f'{y!r}' y)", ""),
        ("i++", COUNTS),
        ("i--;", COUNTS),
        ("++i;;", ""),
        ("total += a +", ""),
        ("// add them up", COMMENT),
        ("/* add them up */", COMMENT),
        ("% add them up", COMMENT),
        ("total = 0; // the sum", COMMENT),
        ("// 2 +", ""),
        ("p = y == 1 ? a : b", "In Python, a ? b : c is written b if a else c."),
        ("h = x %*% theta_h", "This is R. In Python, the product of matrices is a @ b."),
        ("h = new np.zeros(3)", "Python has no word new. Leave it out."),
        ("new = 3 4", ""),
        ("a = 2.*x +", ""),
        ("a = 1./x )", ""),
        ("from .numpy import *)", ""),
        ("print('h', h", ""),
        ("name = 'h", ""),
        ("name = f'h", ""),
        ("for k in range(len(y))", ""),
        ("Total = a + b c", ""),
        ("grad = {", ""),
    ],
)
def test_line_of_another_language_is_told_as_such(line, cause):
    """The line is MATLAB, C, or English; a line that may be Python with a mistake in it is not reported."""
    with pytest.raises(SyntaxError):
        compile(line, "program", "exec")
    assert of_line("SyntaxError", line) == cause


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("h <- sigmoid(x)", ASSIGNS),
        ("h[0] <- sigmoid(x)", ASSIGNS),
        ("h<-x", ASSIGNS),
        ("h < -x", ""),
        ("h <-1", ""),
        ("h = a <- b", ""),
    ],
)
def test_arrow_of_r_is_a_comparison_that_python_runs(line, cause):
    """It assigns nothing, so the name does not exist."""
    with pytest.raises(NameError):
        exec(line, {})
    assert of_line("NameError", line) == cause
    assert of_line("TypeError", line) == ""


@pytest.mark.parametrize(
    ("line", "version", "cause"),
    [
        ("%matplotlib inline", (3, 13), "This line works only in a notebook. Take it out."),
        ("!pip install numpy", (3, 13), "This line works only in a notebook. Take it out."),
        ("type Row = list", (3, 10), f"This needs a newer Python; this one is {HERE}."),
        ("def first[T](x: T): pass", (3, 11), f"This needs a newer Python; this one is {HERE}."),
        ("except* ValueError:", (3, 10), f"This needs a newer Python; this one is {HERE}."),
        ("except* ValueError:", (3, 11), ""),
        ("except TypeError, ValueError:", (3, 13), "Put the exceptions in parentheses, as in except (TypeError, "
         f"ValueError). This is Python {HERE}, and they may be left out only from 3.14 on."),
        ("except TypeError, ValueError:", (3, 14), ""),
        ("except (TypeError, ValueError) as e", (3, 10), ""),
        ("lazy import numpy as np", (3, 14),
         f"Take out the word lazy: it needs a newer Python, and this one is {HERE}."),
        ("lazy from math import exp", (3, 15), ""),
        ("lazy = 3", (3, 10), ""),
        ("x = 1\x1a", (3, 10), "This line has an invisible character in it. Delete the whole line and type it again "
         "in your editor."),
        ("x = 1\x1a", (3, 11), ""),
        ("\tx = 1", (3, 10), ""),
        ("type Row = list", (3, 12), ""),
        ('print(f"{sizes["h"]}")', (3, 10), "Inside the braces of an f-string, use different quotes than around it: "
         f"this is Python {HERE}, and they may be the same only from 3.12 on."),
        ('print(f"{sizes["h"]}")', (3, 12), ""),
        ('print(f"{sizes[0}", y)', (3, 10), ""),
        ("print(f'{sizes['", (3, 10), ""),
        ("x = % 3", (3, 10), ""),
    ],
)  # fmt: skip
def test_line_that_this_python_does_not_know(monkeypatch, line, version, cause):
    """The line is notebook syntax, which no Python accepts, or syntax newer than the Python that grades."""
    monkeypatch.setattr("autograder.causes.sys.version_info", version)
    assert of_line("SyntaxError", line) == cause
    assert of_line("ValueError", line) == ""


@pytest.mark.parametrize("kind", sorted({*TYPES, "ModuleNotFoundError"}))
def test_type_alone_is_enough_for_some(kind):
    """If data are hidden, there is no message."""
    assert of_exception(kind, "")


@pytest.mark.parametrize(
    "kind", ["ValueError", "TypeError", "NameError", "AttributeError", "IndexError", "an exception"]
)
def test_type_alone_is_not_enough_for_others(kind):
    """The cause is never guessed."""
    assert of_exception(kind, "", *NAMES) == ""


def test_short_names_are_too_much_alike_to_be_told_apart():
    """Names of four letters are long enough, such as y_hat without its underscore."""
    names = ("log_likelihood", ("y", "y_hat"), ("fits",))
    near = "There is no yhat here. Did you mean y_hat? Check the spelling."
    assert of_exception("NameError", "name 'yhat' is not defined", *names) == near
    assert of_exception("NameError", "name 'fit' is not defined", *names) == ""


def test_name_that_differs_in_its_last_letter_alone_is_not_taken_for_misspelled():
    """A student who calls forward in backprop needs a theta_h, which is not a misspelling of any name."""
    names = ("backprop", ("x", "y", "h", "y_hat", "theta_y"), ("forward",))
    for one in ("theta_h", "theta", "x_i"):
        said = f"backprop is given x, y, h, y_hat, theta_y, but no {one}."
        assert of_exception("NameError", f"name '{one}' is not defined", *names) == said
    near = "There is no Theta_y here. Did you mean theta_y? Check the spelling."
    assert of_exception("NameError", "name 'Theta_y' is not defined", *names) == near


def test_one_argument_is_counted_as_one():
    """sigmoid, for example, takes one argument."""
    said = "sigmoid is called with 1 argument, sigmoid(z). Define it that way."
    assert (
        of_exception("TypeError", "sigmoid() takes 0 positional arguments but 1 was given", "sigmoid", ("z",)) == said
    )


def test_module_of_the_standard_library_is_not_said_to_be_missing():
    """It is part of Python, so something else is wrong."""
    assert of_exception("ModuleNotFoundError", "No module named 'tkinter'") == ""


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("import math\nmath.cbrt(8)", "math.cbrt"),
        ("from math import pi, cbrt", "math.cbrt"),
        ("import enum\nclass Label(enum.StrEnum): pass", "enum.StrEnum"),
        ("from itertools import batched", "itertools.batched"),
    ],
)
def test_name_of_a_newer_python_is_told_as_such(monkeypatch, program, name):
    """The message says what to write instead, and names the version of the student's own Python at home."""
    module, _, attribute = name.partition(".")
    monkeypatch.delattr(importlib.import_module(module), attribute, raising=False)
    told = f"{name} needs a newer Python than this one, {causes.HERE}: {newer.NAMES[name]}."
    assert of_exception(*caught(program), *NAMES) == told


def test_module_of_a_newer_python_is_told_as_such():
    """If there is no replacement, the message says to do without it."""
    told = f"tomllib needs a newer Python than this one, {causes.HERE}: do without."
    assert of_exception("ModuleNotFoundError", "No module named 'tomllib'") == told
    assert of_exception("ModuleNotFoundError", "No module named 'toml'") == PACKAGES


@pytest.mark.parametrize(
    ("module", "package"),
    [("matplotlib", "matplotlib"), ("pylab", "matplotlib"), ("scipy", "scipy"), ("matplotlib.pylot", None)],
)
@pytest.mark.parametrize("companions", [(), ("one.py",)])
def test_package_that_is_there_when_it_is_graded_can_be_missing_at_home_only(module, package, companions):
    """A list of the installed packages would not help a student who lacks one at home; for a missing submodule, it
    does.
    """
    known = COMPANIONS.format(files="one.py") if companions else PACKAGES
    here = f"{package} is installed where programs are graded, but not on this machine. To install it here: "
    said = f"{here}python -m pip install {package}" if package else known
    assert of_exception("ModuleNotFoundError", f"No module named '{module}'", *NAMES, "three.py", companions) == said


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("import torch_of_nobody", COMPANIONS.format(files="one.py and two.py")),
        ("import one.part", COMPANIONS.format(files="one.py and two.py")),
        ("import two", "There is no two.py beside three.py."),
        ("from one import sigmoid", "There is no one.py beside three.py."),
        ("from .one import sigmoid", "Write from one import ..., without the dot."),
        ("from numpy import sigmoid", "There is no sigmoid in numpy."),
    ],
)
def test_file_that_may_be_imported_is_told_from_what_is_not_installed(program, cause, monkeypatch):
    """The file is missing, or the import is written the wrong way."""
    if "part" in program:
        monkeypatch.setitem(sys.modules, "one", types.ModuleType("one"))
    kind, message = caught(program)
    assert of_exception(kind, message, *NAMES, "three.py", ("one.py", "two.py")) == cause
    assert of_exception(kind, "", *NAMES, "three.py", ("one.py",)) in {COMPANIONS.format(files="one.py"), ""}


@pytest.mark.parametrize("cause", [cause for cause in RAISED.values() if cause])
def test_every_cause_is_a_sentence_in_ascii(cause):
    """The sentence is kind, plain, and printable everywhere."""
    assert cause.isascii()
    assert "!" not in cause
    assert cause.endswith(".") or "import" in cause


def test_message_that_looks_like_a_template_is_only_text():
    """A program chooses its own messages."""
    message = "cannot import name '{0}' from '{1}'"
    assert of_exception("ImportError", message) == ""
    assert of_exception("NameError", "name '__class__' is not defined", *NAMES) == ""


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("def log_liklihood(y, y_hat):\n    pass\n", "The file defines log_liklihood: check the spelling."),
        ("def Log_Likelihood(y, y_hat): pass", "The file defines Log_Likelihood: check the spelling."),
        ("def LOG_LIKELIHOOD(y, y_hat): pass", "The file defines LOG_LIKELIHOOD: check the spelling."),
        ("def sigmoid(z):\n    pass\n", ""),
        ("def log_likelihood(y, y_hat): pass\ndel log_likelihood\n", ""),
        ("def log_likelyhood(y): pass\ndef log_liklihood(y): pass", ""),
        ("class Network:\n    def log_likelihood(self, y): pass\n",
         "log_likelihood is indented, so it is part of something above it: a class, a function, or an if that does "
         "not run here. Move it to the left edge."),
        ("if __name__ == '__main__':\n    def log_likelihood(y, y_hat): pass\n",
         "log_likelihood is indented, so it is part of something above it: a class, a function, or an if that does "
         "not run here. Move it to the left edge."),
        ("", ""),
    ],
)  # fmt: skip
def test_function_that_is_missing_may_be_there_under_another_name(program, cause):
    """The name is nearly the same, or the function is inside a class."""
    assert of_missing(program, "log_likelihood") == cause


ORDER = "forward is given x, theta_h, theta_y, in this order, but your definition has {}: change the order there."


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("def forward(theta_h, theta_y, x):\n    pass\n", ORDER.format("theta_h, theta_y, x")),
        ("def forward(\n    x: Array, theta_y: Dict[str, int], theta_h=None, *more, deep=True\n): pass\n",
         ORDER.format("x, theta_y, theta_h")),
        ("def forward(x, theta_h, theta_y, y=None): pass\n", ""),
        ("def forward(X, W2, W1): pass\n", ""),
        ("def forward(x, theta_h): pass\n", ""),
        ("def forward_pass(theta_h, theta_y, x): pass\n", ""),
        ("forward = lambda theta_h, theta_y, x: 0\n", ""),
        ("'''\ndef forward(theta_h, theta_y, x): pass\n'''\ndef forward(x, theta_h, theta_y): pass\n", ""),
        ("def forward(theta_h, theta_y, x): pass\ndef forward(X, W1, W2): pass\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_parameters_in_another_order_are_told(program, told):
    """Functions are called by position. A student who uses other names may put them in any order."""
    assert of_order(program, "forward", ("x", "theta_h", "theta_y")) == told


FORWARD = "cache = {}\ndef forward(x):\n    global h\n    h = 1\n    cache['h'] = h\n    forward.h = h\n    return h\n"


@pytest.mark.parametrize("use", ["cache['h']", "h", "forward.h"])
def test_value_that_another_function_leaves_behind_is_not_there(use):
    """A check calls one function in a newly started program; a student who only misread a name is told nothing."""
    program = f"{FORWARD}def backprop(x):\n    return {use}\n"
    kind, message = caught(f"{program}backprop(0)")
    assert of_left_behind(kind, message, program, "backprop") == (
        "h is set by another function, but here backprop is called by itself. Use only its arguments."
    )
    assert (
        of_left_behind(kind, message, program.replace("= h", "== h").replace("global h", "global g"), "backprop") == ""
    )
    assert of_left_behind(kind, message, program, "") == ""
    assert of_left_behind("ValueError", message, program, "backprop") == ""
