"""autograder/box/call.py: one call of a student's function, whatever it returns, raises, or changes."""

import linecache
import socket
import time
import warnings
from collections import deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.box import call as calls
from autograder.box import wire
from autograder.box.call import call
from autograder.feedback import UNUSABLE

FILE = "neural_network.py"


def program(text):
    """Return the names that a program defines, compiled as a submission is."""
    names = {}
    exec(compile(text, FILE, "exec", dont_inherit=True), names)
    return names


def answer(function, *arguments, returns=1):
    """Return the report on one call, and its arrays as lists."""
    escaped = ""
    try:
        head, arrays = call(function, list(arguments), returns, FILE)
    except BaseException:
        # Hide the exception from pytest: a hostile one breaks the code that prints it.
        escaped = "an exception escaped from `call`"
    if escaped:
        pytest.fail(escaped)
    assert all(type(array) is np.ndarray and array.dtype == np.float64 for array in arrays)
    return head, [array.tolist() for array in arrays]


def problem(value, returns=1):
    """Return what is said about an unusable returned value."""
    head, arrays = answer(lambda: value, returns=returns)
    assert head["outcome"] == "unusable", head
    assert set(head) == {"outcome", "problem", "kind", "count"}
    assert arrays == []
    return UNUSABLE[head["problem"]].format(kind=head["kind"], count=head["count"], returns=returns)


def raised(text, *arguments):
    """Return the report on a call of `f` in a program that raises."""
    head, arrays = answer(program(text)["f"], *arguments)
    assert head["outcome"] == "raised", head
    assert arrays == []
    return head


# ------------------------------------------------------------------------------------- exceptions


def test_exception_is_reported_with_its_own_lines_only():
    """The report has the type, the parents, the message, and each line of the submission in the traceback, innermost
    last.
    """
    text = "import statistics\ndef mean(z):\n    return statistics.mean(z)\n\ndef f(z):\n    return mean(z)\n"
    assert raised(text, []) == {
        "outcome": "raised",
        "type": "StatisticsError",
        "parents": ["StatisticsError", "ValueError", "Exception", "BaseException", "object"],
        "message": "mean requires at least one data point",
        "lines": [[6, "f"], [3, "mean"]],
        "elsewhere": None,
        "innermost": "mean",
    }


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("raise SystemExit(0)", "SystemExit"),
        ("exit = __import__('sys').exit; exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise BaseException('stop')", "BaseException"),
        ("raise StopIteration", "StopIteration"),
        ("raise NotImplementedError('Task 1')", "NotImplementedError"),
        ("return [0] * (1 << 62)", "MemoryError"),
        ("return f(z)", "RecursionError"),
        ("assert z is None", "AssertionError"),
    ],
)
def test_every_exception_is_an_answer(statement, kind):
    """This includes exceptions that end a program: the report has the same form for all."""
    report = raised(f"def f(z):\n    {statement}\n", 1.0)
    assert report["type"] == kind
    assert report["parents"][-2:] == ["BaseException", "object"]
    assert report["lines"][-1] == [2, "f"]


def test_recursion_is_reported_with_its_last_lines():
    """A thousand frames are cut to the last few."""
    report = raised("def f(z):\n    return f(z)\n", 1.0)
    assert report["lines"] == [[2, "f"]] * calls.MAX_LINES


def test_syntax_error_of_the_submission_names_its_line():
    """A program that never compiled has no frame; the error itself contains the line."""
    try:
        compile("x = 1\ny = (\n", FILE, "exec")
    except SyntaxError as error:
        report = calls.describe_exception(error, FILE)
    assert (report["type"], report["message"], report["lines"]) == (
        "SyntaxError",
        "'(' was never closed",
        [[2, "<module>"]],
    )


def test_syntax_error_of_other_text_names_the_line_that_asked_for_it():
    """A syntax error in `eval` is an exception like any other."""
    report = raised("def f(z):\n    return eval('1 +')\n", 1.0)
    assert (report["type"], report["lines"]) == ("SyntaxError", [[2, "f"]])


OTHER = "/home/somebody/small.py"


@pytest.mark.parametrize(
    ("other", "own", "lines", "elsewhere"),
    [
        ("def g(z):\n    return z / 0\n", "def f(z):\n    return g(z)\n", [[2, "f"]], ["small.py", 2]),
        ("def g(z):\n    return z()\n", "def f(z):\n    return g(h)\n\ndef h():\n    1 / 0\n",
         [[2, "f"], [5, "h"]], None),
        ("def g(z):\n    return z\n", "def f(z):\n    return g(z) / 0\n", [[2, "f"]], None),
    ],
    ids=["raised there", "called back", "raised here"],
)  # fmt: skip
def test_innermost_line_of_another_file_is_reported_beside_the_own_ones(other, own, lines, elsewhere):
    """The file's name is given without its folder, and only if no line of the submission is further in."""
    names = {}
    exec(compile(other, OTHER, "exec"), names)
    exec(compile(own, FILE, "exec"), names)
    head, _ = call(names["f"], [1.0], 1, FILE, [OTHER])
    assert (head["lines"], head["elsewhere"]) == (lines, elsewhere)
    assert call(names["f"], [1.0], 1, FILE)[0]["elsewhere"] is None


def test_syntax_error_of_another_file_names_its_line_and_the_one_that_asked_for_it():
    """The other file is imported, and so compiled, while the submission runs."""
    names = {"compile": lambda: compile("x = 1\ny = (\n", OTHER, "exec")}
    exec(compile("def f(z):\n    compile()\n", FILE, "exec"), names)
    head, _ = call(names["f"], [1.0], 1, FILE, [OTHER])
    assert (head["message"], head["lines"], head["elsewhere"]) == ("'(' was never closed", [[2, "f"]], ["small.py", 2])


def test_message_of_an_exception_is_cut():
    """A message of a megabyte does not cross the wire."""
    assert raised("def f(z):\n    raise ValueError('x' * 10**6)\n", 1.0)["message"] == "x" * calls.MAX_TEXT


def test_name_of_an_exception_is_cut_wherever_it_stands():
    """The names of its parents are cut too: together they must fit into one message."""
    report = raised("def f(z):\n    raise type('A' * 10**5, (Exception,), {})\n", 1.0)
    assert report["type"] == "A" * 80
    assert len(report["parents"][0]) <= 80


HOSTILE = {
    "raises in __str__": "class E(Exception):\n    def __str__(self):\n        raise ZeroDivisionError\n",
    "exits in __str__": "class E(Exception):\n    def __str__(self):\n        raise SystemExit(0)\n",
    "returns no text from __str__": "class E(Exception):\n    def __str__(self):\n        return 3\n",
    "recursion in __str__": "class E(Exception):\n    def __str__(self):\n        return str(self)\n",
    "text that cannot be cut": (
        "class S(str):\n    def __getitem__(self, key):\n        raise ZeroDivisionError\n"
        "class E(Exception):\n    def __str__(self):\n        return S('x')\n"
    ),
    "a type without a name": (
        "class M(type):\n    __name__ = property(lambda self: 1 / 0)\nclass E(Exception, metaclass=M):\n    pass\n"
    ),
    "a syntax error with a number for its text": (f"def E():\n    return SyntaxError(5, ({FILE!r}, 1, 1, 'text'))\n"),
    "a syntax error with a text for its line": (
        f"def E():\n    return SyntaxError('bad', ({FILE!r}, 'one', 1, 'text'))\n"
    ),
}


@pytest.mark.parametrize("definition", HOSTILE.values(), ids=list(HOSTILE))
def test_exception_that_does_not_want_to_be_described_is_described(definition):
    """No code of the exception breaks the report, and its entries have the types that the grader expects."""
    report = raised(definition + "def f(z):\n    raise E()\n", 1.0)
    assert set(report) == {"outcome", "type", "parents", "message", "lines", "elsewhere", "innermost"}
    assert type(report["type"]) is str
    assert type(report["message"]) is str
    assert all(type(parent) is str for parent in report["parents"])
    assert all(type(number) is int and type(name) is str for number, name in report["lines"])


@pytest.mark.parametrize(
    ("raises", "message"),
    [
        ("RecursionError('maximum recursion depth exceeded in comparison')", "maximum recursion depth exceeded"),
        ("RecursionError('too deep for me')", "too deep for me"),
        ("ValueError('maximum recursion depth exceeded twice')", "maximum recursion depth exceeded twice"),
    ],
)
def test_where_python_met_its_limit_of_recursion_is_not_told(raises, message):
    """The place depends on chance and on how deep in our code a call is made, so the words would differ at home."""
    assert raised(f"def f(z):\n    raise {raises}\n", 1.0)["message"] == message


def test_exception_without_text_says_so():
    """The message is then a sentence of ours."""
    report = raised(HOSTILE["raises in __str__"] + "def f(z):\n    raise E()\n", 1.0)
    assert report["message"] == "(the exception could not be turned into text)"


# ------------------------------------------------------------------------------------- values that cannot be used


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "None; is a return missing?"),
        ("0.5", "str, which is not made of real numbers"),
        (b"0.5", "bytes, which is not made of real numbers"),
        (["0.5", 0.5], "list, which is not made of real numbers"),
        (1j, "complex, which is not made of real numbers"),
        (np.array([1 + 0j, 1j]), "ndarray of shape (2,) and type complex128, which is not made of real numbers"),
        ([[1.0, 2.0], [3.0]], "a list whose rows have different lengths"),
        (([1.0], [1.0, 2.0]), "a tuple whose rows have different lengths"),
        ([1.0, None], "list that holds None; is a return missing?"),
        (np.array([None, None]), "ndarray that holds None; is a return missing?"),
        ({"h": 1.0}, "dict, which is not made of real numbers"),
        ({1.0}, "set, which is not made of real numbers"),
        (object, "type, which is not made of real numbers"),
        (np.datetime64("2020-01-01"), "datetime64, which is not made of real numbers"),
        (
            np.zeros(2, dtype=[("a", float)]),
            "ndarray of shape (2,) and type [('a', '<f8')], which is not made of real numbers",
        ),
        (np.array([1.0, 1j], dtype=object), "ndarray of shape (2,) and type object, which is not made of real numbers"),
        ([10**400], "list, which is not made of real numbers"),
        (np.zeros(calls.MAX_ENTRIES + 1, dtype=np.int8), f"{calls.MAX_ENTRIES + 1} numbers, far more than asked for"),
        (np.broadcast_to(0.0, (1 << 40,)), f"{1 << 40} numbers, far more than asked for"),
    ],
    ids=[
        "None",
        "text",
        "bytes",
        "text in a list",
        "complex",
        "complex array",
        "ragged list",
        "ragged tuple",
        "None in a list",
        "None in an array",
        "dict",
        "set",
        "class",
        "date",
        "records",
        "complex object",
        "colossal integer",
        "too many",
        "far too many",
    ],
)
def test_value_that_is_not_numbers_is_unusable(value, sentence):
    """Half a sentence names what was returned."""
    assert problem(value) == sentence


def test_generator_is_unusable():
    """Beginners write yield in place of return by mistake: the generator is named, not run."""
    assert problem(number for number in [1.0]) == "generator, which is not made of real numbers"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "None; is a return missing?"),
        (1.0, "one value (float) instead of 2"),
        (np.float64(1.0), "one value (float64) instead of 2"),
        (np.array(1.0), "one value (ndarray of shape () and type float64) instead of 2"),
        ((np.ones(1),), "tuple with 1 entries instead of 2 arrays"),
        ((1.0, 2.0, 3.0), "tuple with 3 entries instead of 2 arrays"),
        ([], "list with 0 entries instead of 2 arrays"),
        (np.zeros((3, 1)), "ndarray of shape (3, 1) and type float64 with 3 entries instead of 2 arrays"),
        ("ab", "str with 2 entries instead of 2 arrays"),
        ({"h": 1, "y_hat": 2}, "dict with 2 entries instead of 2 arrays"),
        ({1.0, 2.0}, "set with 2 entries instead of 2 arrays"),
        (frozenset({1.0, 2.0}), "frozenset with 2 entries instead of 2 arrays"),
        ({"h": 1.0, "y_hat": 2.0}.values(), "dict_values with 2 entries instead of 2 arrays"),
        ((1.0, None), "tuple that holds None; is a return missing?"),
        ((1.0, "2"), "str, which is not made of real numbers"),
    ],
    ids=[
        "None", "a number", "a NumPy number", "an array of no dimension", "one", "three", "none", "one array", "text",
        "dict", "set", "frozenset", "view of a dict", "None in the second place", "text in the second place",
    ],
)  # fmt: skip
def test_wrong_number_of_results_is_unusable(value, sentence):
    """If two arrays are expected, anything else is described as what it is."""
    assert problem(value, returns=2) == sentence


def test_two_results_of_the_largest_size_fit_into_one_message():
    """The wire can carry whatever `call` accepts: a wrong size alone must not look like a broken connection."""
    largest = np.zeros(calls.MAX_ENTRIES)
    head, arrays = call(lambda: (largest, largest), [], 2, FILE)
    message = wire.pack(head, arrays)
    grader, worker = socket.socketpair()
    with grader, worker:
        worker.sendall(message[: wire.LENGTHS.size])
        worker.close()
        # The lengths are accepted; only then is the rest found to be missing.
        with pytest.raises(wire.Closed):
            wire.receive(grader, time.monotonic() + 30, bytearray())


def test_class_that_pretends_to_be_an_array_is_unusable_or_raised():
    """Conversion runs the object's own code: whatever that does is reported, and no exception escapes."""
    text = "class A:\n    def __array__(self, *_, **__):\n        raise SystemExit(0)\ndef f():\n    return A()\n"
    assert raised(text)["type"] == "SystemExit"


# ------------------------------------------------------------------------------------- values that can


@pytest.mark.parametrize(
    ("value", "numbers", "kind"),
    [
        (0.5, 0.5, "float"),
        (3, 3.0, "int"),
        (True, 1.0, "bool"),
        (2**64, 2.0**64, "int"),
        (Fraction(1, 2), 0.5, "Fraction"),
        (Decimal("0.25"), 0.25, "Decimal"),
        (np.float64(0.5), 0.5, "float64"),
        ([0.5, 1], [0.5, 1.0], "list"),
        ([[0.5], [1]], [[0.5], [1.0]], "list"),
        ((0.5, 1), [0.5, 1.0], "tuple"),
        ([np.float32(0.5)], [0.5], "list"),
        ([np.ones(2), np.zeros(2)], [[1.0, 1.0], [0.0, 0.0]], "list"),
        ([], [], "list"),
        (range(3), [0.0, 1.0, 2.0], "range"),
        (deque([1.0]), [1.0], "deque"),
        (np.ones(2, dtype="float16"), [1.0, 1.0], "ndarray of shape (2,) and type float16"),
        (np.ones(2, dtype="float32"), [1.0, 1.0], "ndarray of shape (2,) and type float32"),
        (np.ones(2, dtype=">f8"), [1.0, 1.0], "ndarray of shape (2,) and type >f8"),
        (np.ones(2, dtype="longdouble"), [1.0, 1.0], f"ndarray of shape (2,) and type {np.dtype('longdouble')}"),
        (np.ones(2, dtype="uint8"), [1.0, 1.0], "ndarray of shape (2,) and type uint8"),
        (np.array([True, False]), [1.0, 0.0], "ndarray of shape (2,) and type bool"),
        (np.array([0.5, 1], dtype=object), [0.5, 1.0], "ndarray of shape (2,) and type object"),
        (np.zeros((2, 0)), [[], []], "ndarray of shape (2, 0) and type float64"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_anything_made_of_real_numbers_is_a_float64_array(value, numbers, kind):
    """Lists, tuples, integers, and other precisions are as good as float64, and keep their shape."""
    head, values = answer(lambda: value)
    assert head == {"outcome": "returned", "kinds": [kind], "warnings": [], "changed": []}
    assert values == [numbers]


@pytest.mark.parametrize("value", [[np.nan, np.inf], [-np.inf, -0.0]])
def test_special_values_stay_what_they_are(value):
    """The case judges nan, infinity, and the sign of zero."""
    _, (array,) = call(lambda: value, [], 1, FILE)
    assert array.tobytes() == np.array(value).tobytes()


def test_masked_array_is_its_data():
    """NumPy's own conversion drops the mask; the values are then judged like any others."""
    head, values = answer(lambda: np.ma.array([1.0, 2.0], mask=[False, True]))
    assert (head["outcome"], values) == ("returned", [[1.0, 2.0]])


def test_complex_numbers_without_an_imaginary_part_are_real():
    """A program that uses complex numbers in intermediate steps still has the right answer."""
    assert answer(lambda: np.array([1 + 0j, 2 + 0j]))[1] == [[1.0, 2.0]]


def test_matrix_keeps_its_two_dimensions():
    """np.matrix is not treated as a one-dimensional array."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        matrix = np.matrix([1.0, 2.0])
    assert answer(lambda: matrix)[1] == [[[1.0, 2.0]]]


@pytest.mark.parametrize("value", [(1.0, [2.0, 3.0]), [1.0, (2.0, 3.0)], deque([1.0, [2.0, 3.0]])])
def test_two_results_come_in_any_sequence(value):
    """A tuple is usual; a list or a deque is accepted as well."""
    head, values = answer(lambda: value, returns=2)
    assert (head["outcome"], values) == ("returned", [1.0, [2.0, 3.0]])


def test_array_whose_first_axis_is_two_counts_as_two_results():
    """np.array([h, y_hat]) of equal shapes is unusual but unambiguous."""
    head, values = answer(lambda: np.array([[1.0, 2.0], [3.0, 4.0]]), returns=2)
    assert (head["outcome"], values) == ("returned", [[1.0, 2.0], [3.0, 4.0]])


def test_returned_argument_is_a_copy():
    """The report does not change when the function's own array does."""
    kept = np.ones(2)
    _, (array,) = call(lambda: kept, [], 1, FILE)
    kept[:] = 7
    assert array.tolist() == [1.0, 1.0]


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.complex_numbers(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=2)
        ),
        max_leaves=8,
    ),
    returns=st.sampled_from([1, 2]),
)
def test_any_value_is_returned_or_unusable(value, returns):
    """No nested mixture of Python's own types is reported as an exception in the student's lines."""
    head, arrays = call(lambda: value, [], returns, FILE)
    assert head["outcome"] in {"returned", "unusable"}
    assert len(arrays) == (returns if head["outcome"] == "returned" else 0)
    assert wire.pack(head, arrays)


# ------------------------------------------------------------------------------------- warnings


def test_warning_of_numpy_is_noticed_once():
    """The same warning in every iteration of a loop is reported once."""
    text = "import numpy as np\ndef f(z):\n    return [np.exp(z)[0] for _ in range(5)]\n"
    head, _ = answer(program(text)["f"], np.array([1e4]))
    assert head["warnings"] == ["overflow encountered in exp"]


@pytest.mark.parametrize(
    "setting",
    [
        "np.seterr(all='ignore')",
        "np.seterr(all='raise')",
        "np.seterr(all='print')",
        "import warnings; warnings.filterwarnings('ignore')",
        "import warnings; warnings.simplefilter('error')",
        "import warnings; warnings.showwarning = lambda *_, **__: None",
    ],
)
def test_settings_at_the_top_of_a_program_change_nothing(setting):
    """Warnings are reported the same way, whatever the program's first lines do to NumPy's or Python's settings."""
    with warnings.catch_warnings(), np.errstate():
        text = f"import numpy as np\n{setting}\ndef f(z):\n    np.log(0 * z), np.sqrt(-1 - z)\n    return np.exp(z)\n"
        names = program(text)
        head, values = answer(names["f"], np.array([1e4, 0.0]))
    assert (head["outcome"], head["warnings"], values) == (
        "returned",
        ["divide by zero encountered in log", "invalid value encountered in sqrt", "overflow encountered in exp"],
        [[np.inf, 1.0]],
    )


@pytest.mark.parametrize(
    ("setting", "caught", "goes_on"),
    [
        ("np.seterr(all='raise')", "FloatingPointError", True),
        ("np.seterr(over='raise')", "(ValueError, ArithmeticError) as e", True),
        ("warnings.simplefilter('error')", "RuntimeWarning", True),
        ("warnings.filterwarnings('error', category=RuntimeWarning)", "Warning", True),
        # It does not ask for the exception that it catches, or catches another.
        ("np.seterr(divide='raise')", "FloatingPointError", False),
        ("warnings.simplefilter('error', UserWarning)", "RuntimeWarning", False),
        ("np.seterr(all='raise')", "ValueError", False),
        ("", "FloatingPointError", False),
    ],
)
def test_exception_that_a_program_asks_for_and_catches_is_raised(monkeypatch, setting, caught, goes_on):
    """Otherwise, a program that is right because it catches the exception would be wrong here, and only here."""
    text = f"import warnings, numpy as np\n{setting}\ndef f(z):\n    try:\n        return np.exp(z)\n"
    text += f"    except {caught}:\n        return 7.0\n"
    monkeypatch.setitem(linecache.cache, FILE, (len(text), None, text.splitlines(keepends=True), FILE))
    with warnings.catch_warnings(), np.errstate():
        warnings.simplefilter("default")
        head, values = answer(program(text)["f"], np.array(1e4))
    noticed = [] if goes_on else ["overflow encountered in exp"]
    assert (head["outcome"], head["warnings"], values) == ("returned", noticed, [7.0 if goes_on else np.inf])


def test_underflow_is_no_exception_even_if_a_program_asks_for_it(monkeypatch):
    """exp of a large negative number is rightly 0."""
    text = "import numpy as np\nnp.seterr(all='raise')\ndef f(z):\n    try:\n        return np.exp(z)\n"
    text += "    except FloatingPointError:\n        return 7.0\n"
    monkeypatch.setitem(linecache.cache, FILE, (len(text), None, text.splitlines(keepends=True), FILE))
    with np.errstate():
        assert answer(program(text)["f"], np.array(-1e4))[1] == [0.0]


def test_settings_at_the_top_of_a_program_do_not_reach_the_conversion():
    """A long double beyond float64 becomes infinity, not an exception without a line, even under
    np.seterr(all='raise').
    """
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        head, values = answer(lambda: np.longdouble(2) ** 2000)
    assert (head["outcome"], values) == ("returned", [np.inf])


def test_warning_silenced_inside_the_function_is_not_noticed():
    """A function that deliberately ignores an overflow in its own code has dealt with it."""
    text = "import numpy as np\ndef f(z):\n    with np.errstate(over='ignore'):\n        return np.exp(z)\n"
    assert answer(program(text)["f"], np.array([1e4]))[0]["warnings"] == []


@pytest.mark.parametrize("category", ["UserWarning", "DeprecationWarning", "SyntaxWarning"])
def test_other_warnings_are_not_noticed(category):
    """Only NumPy's warnings about overflow, nan, and division are reported."""
    text = f"import warnings\ndef f(z):\n    warnings.warn('old', {category})\n    return z\n"
    assert answer(program(text)["f"], 1.0)[0]["warnings"] == []


def test_underflow_is_not_noticed():
    """exp of a large negative number is rightly 0, whatever warnings a program has switched on."""
    with np.errstate(under="warn"):
        assert answer(np.exp, np.array([-1e4]))[0]["warnings"] == []
    assert answer(np.exp, np.array([-1e4]))[0]["warnings"] == []


def test_warnings_are_cut_in_number_and_length():
    """Of a thousand long warnings, the first few are reported, shortened."""
    text = (
        "import warnings\ndef f(z):\n    for i in range(1000):\n"
        "        warnings.warn(f'{i} ' + 'x' * 1000, RuntimeWarning)\n    return z\n"
    )
    noticed = answer(program(text)["f"], 1.0)[0]["warnings"]
    assert [len(text) for text in noticed] == [calls.MAX_TEXT] * calls.MAX_WARNINGS
    assert [text.split()[0] for text in noticed] == ["0", "1", "2"]


def test_long_warning_is_noticed_once():
    """Two warnings that look the same after they are cut are reported once."""
    text = (
        "import warnings\ndef f(z):\n    for i in range(3):\n"
        "        warnings.warn('x' * 1000, RuntimeWarning)\n    return z\n"
    )
    assert answer(program(text)["f"], 1.0)[0]["warnings"] == ["x" * calls.MAX_TEXT]


def test_warning_settings_are_what_they_were_after_a_call():
    """At home, the process keeps its warning filters and its way of showing warnings."""
    before = (list(warnings.filters), warnings.showwarning, np.geterr())
    answer(program("import warnings, numpy as np\ndef f(z):\n    warnings.simplefilter('ignore')\n"
                   "    np.seterr(all='ignore')\n    return z\n")["f"], 1.0)  # fmt: skip
    assert (list(warnings.filters), warnings.showwarning, np.geterr()) == before


# ------------------------------------------------------------------------------------- arguments that change


def test_changed_argument_is_reported_with_its_new_content():
    """The report has its position, and its content after the returned values."""
    text = "def f(a, b):\n    b += 1\n    return a\n"
    head, arrays = answer(program(text)["f"], np.zeros(2), np.zeros((1, 2)))
    assert head["changed"] == [1]
    assert arrays == [[0.0, 0.0], [[1.0, 1.0]]]


@pytest.mark.parametrize(
    ("change", "content"),
    [
        ("a[0] = -0.0", [-0.0, 0.0]),
        ("a[0] = float('nan')", [np.nan, 0.0]),
        ("a.resize((3,), refcheck=False)", [0.0, 0.0, 0.0]),
        ("a.resize((2, 1))", [0.0, 0.0]),
    ],
)
def test_every_change_of_content_or_size_is_noticed(change, content):
    """The comparison is bit for bit: it includes the sign of a zero, a nan, and another size."""
    head, (_, changed) = call(program(f"def f(a):\n    {change}\n    return 1.0\n")["f"], [np.zeros(2)], 1, FILE)
    assert head["changed"] == [0]
    assert changed.tobytes() == np.array(content).tobytes()


@pytest.mark.parametrize("dtype", ["complex128", "S8", "int64", "V8", "M8[s]"])
def test_argument_whose_type_was_changed_in_place_is_reported(dtype):
    """Whatever type the argument now has, the report is made and says that it changed."""
    argument = np.array([1.0, 2.0])
    function = program(
        "import warnings\ndef f(a):\n    with warnings.catch_warnings():\n"
        f"        warnings.simplefilter('ignore')\n        a.dtype = {dtype!r}\n    return 1.0\n"
    )["f"]
    head, arrays = call(function, [argument], 1, FILE)
    assert (head["outcome"], head["changed"]) == ("returned", [0])
    assert len(arrays) == 2
    assert arrays[1].dtype == np.float64


def test_number_cannot_be_changed():
    """Only arrays are reported as changed."""
    assert answer(lambda z: z, 1.0)[0]["changed"] == []


def test_argument_that_only_looks_different_is_unchanged():
    """The bytes, the shape, and the type are the same: a nan among the entries is not a change."""
    assert answer(lambda _a: 1.0, np.array([np.nan, -0.0]))[0]["changed"] == []


def test_argument_that_was_changed_and_restored_is_unchanged():
    """What counts is what the caller sees afterward."""
    text = "def f(a):\n    a += 1\n    a -= 1\n    return 1.0\n"
    assert answer(program(text)["f"], np.array([1.0, 2.0]))[0]["changed"] == []


def test_rebinding_an_argument_is_no_change():
    """a = a + 1 makes a new array."""
    assert answer(program("def f(a):\n    a = a + 1\n    return a\n")["f"], np.zeros(1))[0]["changed"] == []
