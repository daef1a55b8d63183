"""autograder/rehearsal.py: remembered answers equal computed ones, to the last bit."""

import os
import types

import numpy as np
import pytest

from autograder import absolute
from autograder import assignment as assignments
from autograder.mistake import Mistake
from autograder.rehearsal import Memory, rehearse, remembered
from autograder.session import load_module

from ..bank import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="stations fork")


class Counting:
    """A function that counts its calls."""

    def __init__(self, answer):
        self.answer = answer
        self.calls = []

    def __call__(self, *arguments, **options):
        """Record the call and return the answer."""
        self.calls.append((arguments, options))
        return self.answer(*arguments, **options)


@pytest.fixture
def memory():
    """An open memory."""
    return Memory()


@pytest.mark.parametrize("answer", [np.array([9.0]), (np.array([9.0]), 9), np.float64(9), 9, 9.0, True], ids=repr)
def test_what_was_asked_before_is_not_computed_again(memory, answer):
    """This also holds after the memory is closed."""
    same = Counting(lambda _: answer)
    remembering = memory.remembering(same)
    assert repr(remembering(np.array([3.0]))) == repr(remembering(np.array([3.0]))) == repr(answer)
    memory.open = False
    assert repr(remembering(np.array([3.0]))) == repr(answer)
    assert len(same.calls) == 1


def test_closed_memory_stores_nothing(memory):
    """Answers to one submission's calls are not stored; they are computed again for the next one."""
    square = Counting(lambda z: z * z)
    remembering = memory.remembering(square)
    memory.open = False
    assert remembering(3.0) == remembering(3.0) == 9
    assert len(square.calls) == 2


def test_what_an_answer_is_made_of_is_not_kept(memory):
    """Ten thousand steps of a training would fill the machine's memory; a step that a case itself asks for is kept."""
    step = Counting(lambda z: z + 1)
    remembered_step = memory.remembering(step)

    def train(z):
        if z < 0:
            raise ValueError("it goes down")
        return remembered_step(remembered_step(z))

    training = memory.remembering(train)
    assert training(1.0) == training(1.0) == 3
    assert (len(step.calls), len(memory._answers)) == (2, 1)
    with pytest.raises(ValueError, match="it goes down"):
        training(-1.0)
    assert remembered_step(1.0) == remembered_step(1.0) == 2
    assert (len(step.calls), len(memory._answers)) == (3, 2)


@pytest.mark.parametrize("answer", [lambda z: z + 1, lambda z: (z + 1, z + 2)], ids=["array", "several"])
def test_answers_are_copies(memory, answer):
    """A case may write into an answer, including the first one."""
    remembering = memory.remembering(answer)
    z = np.zeros(3)
    for _ in range(3):
        got = remembering(z)
        got = got if isinstance(got, tuple) else (got,)
        assert got[0].tolist() == [1, 1, 1]
        for one in got:
            one[:] = 7


def test_answers_lie_in_memory_as_they_did(memory):
    """Rounding in a sum over an array depends on the array's memory layout."""
    remembering = memory.remembering(lambda z: z.T)
    for _ in range(2):
        got = remembering(np.ones((2, 3)))
        assert got.strides == np.ones((2, 3)).T.strides


DIFFERENT = [
    1, 1.0, True, np.float64(1), np.float32(1), np.int64(1), np.array(1.0), np.array([1.0]), np.array([[1.0]]),
    np.array([1]), np.array([1.0], dtype=np.float32), np.array([True]), np.array([1.0], dtype=">f8"),
    0.0, -0.0, np.float64(0), np.int64(0), np.array([0]), np.array([0.0]), np.array([-0.0]), float("nan"),
    np.array([np.nan]), float("inf"),
    2**53, 2**53 + 1, 10**400, np.zeros((2, 0)), np.zeros((0, 2)), np.ones((2, 3)), np.asfortranarray(np.ones((2, 3))),
]  # fmt: skip


def test_what_a_function_can_tell_apart_is_told_apart(memory):
    """They differ in the kind of number, the type or shape of an array, the sign of zero, or as integers beyond a
    float's precision.
    """
    kind = Counting(lambda _: len(kind.calls))
    remembering = memory.remembering(kind)
    first = [remembering(value) for value in DIFFERENT]
    assert first == list(range(1, len(DIFFERENT) + 1))
    assert [remembering(value) for value in DIFFERENT] == first, "and each is known again, nan too"


def test_functions_are_told_apart(memory):
    """Functions are told apart by identity, not by name."""
    double, triple = memory.remembering(lambda z: 2 * z), memory.remembering(lambda z: 3 * z)
    assert (double(1.0), triple(1.0), double(1.0)) == (2, 3, 2)


@pytest.mark.parametrize(
    "argument",
    [[1.0], "a", None, np.array(["a"]), np.array([None]), np.ma.array([1.0], mask=[True]), 1j],
    ids=["list", "text", "None", "texts", "objects", "masked", "complex"],
)
def test_what_is_no_number_is_computed_each_time(memory, argument):
    """A masked array, for example, has more than its bytes."""
    same = Counting(lambda _: 5)
    remembering = memory.remembering(same)
    assert remembering(argument) == remembering(argument) == 5
    assert len(same.calls) == 2


def test_named_arguments_are_passed_on(memory):
    """A call with keyword arguments is not remembered."""
    power = Counting(lambda z, to=2: z**to)
    remembering = memory.remembering(power)
    assert [remembering(3, to=3), remembering(3), remembering(z=4)] == [27, 9, 16]
    assert len(power.calls) == 3


@pytest.mark.parametrize("answer", [[1.0], (1.0, [1.0]), np.array([[], None], dtype=object)], ids=repr)
def test_answer_that_is_no_number_is_not_kept(memory, answer):
    """The caller could write into a list."""
    made = Counting(lambda _: answer)
    remembering = memory.remembering(made)
    assert remembering(1.0) is remembering(1.0) is answer
    assert len(made.calls) == 2


def test_exception_is_raised_each_time(memory):
    """This is the same as without a memory."""

    def fails(z):
        raise ValueError(str(z))

    for _ in range(2):
        with pytest.raises(ValueError, match="1.5"):
            memory.remembering(fails)(1.5)


def test_module_remembers_its_public_functions_only(memory):
    """Imported functions and classes are not wrapped."""
    module = types.ModuleType("answers")
    lines = (
        "import math",
        "from textwrap import dedent",
        "def double(z): return 2 * z",
        "def _own(z): return z",
        "E = 3",
    )
    exec("\n".join([*lines, "class Pair: pass"]), vars(module))
    before = dict(vars(module))
    memory.remember_module(module)
    changed = {name for name, value in vars(module).items() if before[name] is not value}
    assert changed == {"double"}
    assert module.double(2.0) == 4


def test_rehearsal_leaves_its_answers_and_nothing_else(memory):
    """A rehearsal runs in its own process."""
    double = Counting(lambda z: 2 * z)
    remembering = memory.remembering(double)
    order = memory.remembering(lambda z: z.T)
    seen = []

    def rehearsal():
        seen.append(remembering(np.array([1.5])))
        order(np.ones((2, 3)))

    memory.learn(rehearsal)
    assert not memory.open
    assert (seen, double.calls) == ([], [])
    assert remembering(np.array([1.5])) == 3
    assert not double.calls, "that was remembered"
    assert order(np.ones((2, 3))).strides == (8, 24)


@pytest.mark.parametrize("ends", ["raise SystemExit", "import os; os._exit(3)", "1 / 0", "remembering.odd = object()"])
def test_rehearsal_that_ends_early_is_no_matter(memory, ends):
    """Fewer answers are remembered in that case."""
    remembering = memory.remembering(lambda z: 2 * z)

    def rehearsal():
        remembering(1.0)
        exec(ends, {"remembering": remembering})

    memory.learn(rehearsal)
    assert remembering(1.0) == 2


@pytest.fixture
def no_left_over_modules(monkeypatch):
    """Remove the case files, and the modules beside them, that a test loads."""
    import sys

    before = dict(sys.modules)
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "cases"))
    yield
    for name in set(sys.modules) - set(before):
        del sys.modules[name]
    sys.modules.update(before)


def test_catalogue_that_remembers_gives_what_the_catalogue_gives(memory, no_left_over_modules):
    """The answers are equal bit by bit, for the arguments of a case and for others."""
    mistakes = load_module(ROOT / "tests" / "cases" / "mistakes.py").MISTAKES
    ours = remembered(mistakes, memory)
    assert [(one.identifier, one.function, one.sentence, one.staff) for one in ours] == [
        (one.identifier, one.function, one.sentence, one.staff) for one in mistakes
    ]
    chance = np.random.default_rng(3)
    functions = assignments.load(ROOT / "tests" / "cases").functions
    for _ in range(2):
        x, theta_h, theta_y = chance.normal(size=(4, 3)), chance.normal(size=(3, 2)), chance.normal(size=2)
        h, y_hat, y = chance.random((4, 2)), chance.random(4), np.array([0.0, 1, 1, 0])
        values = {"z": x, "x": x, "theta_h": theta_h, "theta_y": theta_y, "h": h, "y_hat": y_hat, "y": y}
        for mistake, same in zip(mistakes, ours, strict=True):
            for _ in range(2):
                arguments = [values[name].copy() for name in functions[mistake.function].arguments]
                assert described(mistake, arguments) == described(same, [one.copy() for one in arguments])


def described(mistake: Mistake, arguments):
    """Return what a formula gives, to the bit."""
    try:
        with np.errstate(all="ignore"):
            answer = mistake.formula(*arguments)
    except Exception as error:
        return repr(error)
    parts = answer if isinstance(answer, tuple) else (answer,)
    return [(type(part), np.asarray(part).dtype.str, np.shape(part), np.asarray(part).tobytes()) for part in parts]


class Item:
    """A case as pytest collected it."""

    def __init__(self, nodeid, function, names):
        self.nodeid = nodeid
        self.obj = function
        self._fixtureinfo = types.SimpleNamespace(argnames=names)


@pytest.mark.parametrize("names", [("student", "tmp_path"), ("student", "reference", "monkeypatch")])
def test_case_that_needs_more_is_not_rehearsed(toy, names):
    """Such a case runs normally with each submission."""
    ran = []
    rehearse(toy, [Item(toy.cases[0].id, lambda **_: ran.append(1), names)], types.ModuleType("reference"), ())
    assert ran == []


def test_mistakes_are_tried_on_copies_of_what_a_case_asks(toy):
    """A mistake that writes into its arguments or raises affects no other; the case itself gets the right answers."""
    reference = types.ModuleType("reference")
    reference.double = lambda z: 2 * np.asarray(z)
    reference.both = lambda a, b: (a + b, a * b)
    asked = []

    def spoils(z):
        asked.append(z.tolist())
        z[:] = 0
        raise ValueError

    def case(student, reference):
        student.double(np.array([1.0, 2.0])).must_equal(value=[2.0, 4.0], within=absolute(0))
        student.both(np.array([3.0]), np.array([4.0])).must_equal(sum=[7.0], product=[12.0], within=absolute(0))
        asked.append("right")

    both = Mistake("both.told", "both", lambda a, b: asked.append([*a, *b]), "")
    mistakes = [Mistake("double.spoils", "double", spoils, ""), both]
    rehearse(toy, [Item(toy.cases[0].id, case, ("student", "reference"))] * 2, reference, mistakes)
    assert asked == ["right", [1, 2], [3, 4]] * 2
