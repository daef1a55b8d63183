"""A function that returns or raises an object that lies about itself: the report on it is still plain data."""

import types

import numpy as np
import pytest

from autograder.backend import CallFailed, returned
from autograder.box import wire
from autograder.box.call import call_named
from autograder.outcome import Outcome
from autograder.submission import Submission

from . import road

FILE = "small.py"

VALUES = {
    "a float that says another number": (
        "class F(float):\n    def __float__(self): return 9.0\n    def __array__(self, *_, **__): return 9\n"
        "def both(a, b): return [F(4), F(5)], [F(3), F(6)]\n",
        "Returned, and Failed",
    ),
    "a float that is equal to everything": (
        "class F(float):\n    __eq__ = lambda self, _: True\n    __hash__ = None\n"
        "def both(a, b): return [F(0), F(0)], [F(0), F(0)]\n",
        "Returned, and Failed",
    ),
    "a number that turns into a subclass of float": (
        "class F(float): pass\nclass N:\n    def __float__(self): return F(4)\n"
        "def both(a, b): return [N(), N()], [N(), N()]\n",
        None,  # NumPy may warn, which some settings turn into an exception
    ),
    "a number that raises": (
        "class N:\n    def __float__(self): raise KeyboardInterrupt\ndef both(a, b): return [N()], [N()]\n",
        "Raised",
    ),
    "an array that says it is right": (
        "import numpy as np\nclass A(np.ndarray):\n    __eq__ = lambda *_: True\n    __sub__ = lambda *_: 0.0\n"
        "    __array_ufunc__ = lambda *_, **__: True\n    __array_function__ = lambda *_, **__: True\n"
        "def both(a, b): return np.zeros(2).view(A), np.zeros(2).view(A)\n",
        "Returned, and Failed",
    ),
    "an array of another shape than it says": (
        "import numpy as np\nclass A(np.ndarray):\n    shape = property(lambda self: '\\u202e' * 10**6)\n"
        "    dtype = size = nbytes = ndim = 7\ndef both(a, b): return np.zeros(2).view(A), np.zeros(2).view(A)\n",
        "Returned, and Failed",
    ),
    "an array whose shape raises": (
        "import numpy as np\nclass A(np.ndarray):\n    shape = property(lambda self: exit(0))\n"
        "def both(a, b): return np.zeros(2).view(A), np.zeros(2).view(A)\n",
        "Raised",
    ),
    "an array that raises when it is viewed": (
        "import numpy as np\nclass A(np.ndarray):\n    def __array_finalize__(self, other):\n"
        "        if other is not None: raise SystemExit\ndef both(a, b): return A((2,)), A((2,))\n",
        "Returned, and Failed",
    ),
    "an object that turns into an array of text": (
        "import numpy as np\nclass A:\n    def __array__(self, *_, **__): return np.array(['\\u202e', '\\x00'])\n"
        "def both(a, b): return A(), A()\n",
        "Failed",
    ),
    "an object that turns into itself": (
        "class A:\n    def __array__(self, *_, **__): return self\ndef both(a, b): return A(), A()\n",
        "Failed",
    ),
    "fields with directions for names": (
        "import numpy as np\ndef both(a, b): return (np.zeros(2, dtype=[('\\u202e\\x1b', float)]),) * 2\n",
        "Failed",
    ),
    "a list that says it is an array": (
        "import numpy as np\nclass L(list):\n    __class__ = np.ndarray\ndef both(a, b): return L([4, 5]), L([3, 6])\n",
        "Raised",
    ),
    "an object that says it is a tuple": (
        "class T:\n    __class__ = tuple\n    def __len__(self): return 2\ndef both(a, b): return T()\n",
        "Raised",
    ),
    "a value whose class raises": (
        "class T:\n    __class__ = property(lambda self: 1 / 0)\n    def __len__(self): return 2\n"
        "def both(a, b): return T()\n",
        "Raised",
    ),
    "a class with an end of line and a direction in its name": (
        "def both(a, b): return type('\\n100 of 100 points.\\u202e' * 99, (), {})()\n",
        "Failed",
    ),
    # Were bugs: 100,000 arrays made a message longer than any honest one, and an endless list a MemoryError.
    "a list that is longer than it says": (
        "class L(list):\n    def __len__(self): return 2\ndef both(a, b): return L([1.0] * 10**5)\n",
        "Failed",
    ),
    "a list without an end": (
        "class L(list):\n    def __len__(self): return 2\n    def __iter__(self):\n        while True: yield 1.0\n"
        "def both(a, b): return L()\n",
        "Failed",
    ),
    "a list that is shorter than it says": (
        "class L(list):\n    def __len__(self): return 2\ndef both(a, b): return L([1.0])\n",
        "Failed",
    ),
    "a list that is another one each time": (
        "class L(list):\n    def __iter__(self): return iter([[4.0, 5.0], [3.0, 6.0]][: len(self.append(0) or self)])\n"
        "def both(a, b): return L([0, 0])\n",
        "Returned, and Passed",
    ),
    "a length below nothing": (
        "class L(list):\n    def __len__(self): return -1\ndef both(a, b): return L()\n",
        "Raised",
    ),
    "an argument made colossal": (
        "import numpy as np\ndef both(a, b):\n    a.resize((1 << 20,), refcheck=False)\n    return [4, 5], [3, 6]\n",
        "Returned, and Passed",
    ),
    "an argument without entries and with colossal sides": (
        "import numpy as np\ndef both(a, b):\n    a.resize((0,), refcheck=False)\n    a.shape = (0, 1 << 40)\n"
        "    return [4, 5], [3, 6]\n",
        None,  # the wire decides what such an array may cost
    ),
    "a result without entries and with colossal sides": (
        "import numpy as np\ndef both(a, b): return np.zeros((0, 1 << 40)), np.zeros((1 << 40, 0))\n",
        "Died: it broke off the conversation: an array's shape does not fit its length",
    ),
}  # fmt: skip

RAISED = {
    # Were bugs: each of these escaped from `call`, or made a report that is not JSON.
    "says it is a syntax error": "class E(Exception):\n    __class__ = SyntaxError\n",
    "raises when asked for its class": "class E(Exception):\n    __class__ = property(lambda self: 1 / 0)\n",
    "raises when asked for its traceback": "class E(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\n",
    "has a number for a traceback": "class E(Exception):\n    __traceback__ = 7\n",
    "raises when asked for its ancestors": (
        "class M(type):\n    __mro__ = property(lambda self: 1 / 0)\nclass E(Exception, metaclass=M): pass\n"
    ),
    "has numbers for ancestors": (
        "class M(type):\n    __mro__ = property(lambda self: [1, 2])\nclass E(Exception, metaclass=M): pass\n"
    ),
    "has a name that raises": (
        "class S(str):\n    def __str__(self): raise SystemExit\nE = type(S('E'), (Exception,), {})\n"
    ),
    "has a name that turns into no text": (
        "class S(str):\n    def __str__(self): return self\n    def __getitem__(self, _): return object()\n"
        "E = type(S('E'), (Exception,), {})\n"
    ),
    "is a syntax error of a file that raises": (
        "class S(str):\n    def __eq__(self, _): raise SystemExit\n    __hash__ = None\n"
        "def E(): return SyntaxError('bad', (S('small.py'), 1, 1, 'text'))\n"
    ),
    "is a syntax error that raises when asked for its file": (
        "class E(SyntaxError):\n    filename = property(lambda self: 1 / 0)\n"
    ),
    "is a syntax error in a line without end": (
        "def E(): return SyntaxError('bad', ('small.py', 10**5000, 1, 'text'))\n"
    ),
    # These never were bugs.
    "says that it is another class": "class E(Exception):\n    __class__ = int\n",
    "has a text of its own kind": (
        "class S(str):\n    def __len__(self): return -5\n    def __iter__(self): raise SystemExit\n"
        "class E(Exception):\n    def __str__(self): return S('x' * 10**6)\n"
    ),
    "has a text that cannot be encoded": "def E(): return ValueError('\\ud800\\x00\\u202e' * 10**4)\n",
    "is a group": "def E():\n    e = ValueError('x')\n    e.__context__ = e.__cause__ = Exception(e)\n    return e\n",
}  # fmt: skip


def program(text):
    """The names that a program defines, compiled as a submission is."""
    names = {}
    exec(compile(text, FILE, "exec", dont_inherit=True), names)
    return names


def report(module):
    """Return the bytes that cross the wire when `both` of a module is called."""
    arguments = [one.copy() if isinstance(one, np.ndarray) else one for one in road.ARGUMENTS]
    try:
        return wire.pack(*call_named(module, "both", arguments, 2, FILE))
    except BaseException as error:
        # Keep only its type, because a hostile exception can break the code that prints it.
        escaped = type.__dict__["__name__"].__get__(type(error))
    return pytest.fail(f"{escaped} escaped")


def end(text):
    """Return the word for the outcome of a program's answer, after writing results of it."""
    message = report(types.SimpleNamespace(both=program(text)["both"]))

    def taken():
        try:
            return returned(*wire.unpack(*_parts(message)), road.FUNCTION)
        except wire.ProtocolError as error:
            problem = f"it broke off the conversation: {error}"
            raise CallFailed(Outcome.DIED, "both", problem=problem) from None

    word, results = road.judged(taken, Submission(FILE, FILE, text))
    road.check_results(results)
    return word


def _parts(message):
    head_length, _ = wire.LENGTHS.unpack_from(message)
    start = wire.LENGTHS.size
    return message[start : start + head_length], message[start + head_length :]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=list(VALUES))
def test_value_that_lies_has_a_named_outcome(text, expected):
    """The answer is right only if the numbers that cross the wire are; otherwise it is refused in words."""
    word = end(text)
    assert expected is None or word == expected


@pytest.mark.parametrize("definition", RAISED.values(), ids=list(RAISED))
def test_exception_that_lies_is_raised_all_the_same(definition):
    """What an exception says about itself is code of the program; the report does not depend on it."""
    assert end(definition + "def both(a, b):\n    raise E()\n") == "Raised"


@pytest.mark.parametrize("definition", RAISED.values(), ids=list(RAISED))
def test_module_that_lies_at_every_look_is_reported(definition):
    """The lookup of the function raises the same exceptions."""
    error = program(definition)["E"]

    class Module:
        @property
        def both(self):
            raise error() from None

    head, arrays = wire.unpack(*_parts(report(Module())))
    assert (head["outcome"], arrays) == ("raised", [])


# Was a bug: slicing such a text returned an arbitrary object, and the report was not JSON.
def test_warning_with_a_text_of_its_own_kind_is_plain_text():
    """A warning's text is cut as a plain string."""
    text = (
        "import warnings\nclass S(str):\n    def __getitem__(self, _): return object()\n"
        "class W(RuntimeWarning):\n    def __str__(self): return S('\\u202e careful')\n"
        "def both(a, b):\n    warnings.warn(W())\n    return [4, 5], [3, 6]\n"
    )
    head, _ = wire.unpack(*_parts(report(types.SimpleNamespace(both=program(text)["both"]))))
    assert head["warnings"] == ["\u202e careful"]
    assert end(text) == "Returned, and Passed"
