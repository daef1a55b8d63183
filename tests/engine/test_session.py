"""autograder/session.py: what the host of a grading remembers from one worker to the next."""

import contextlib
import io
import os
import sys
import types

import numpy as np
import pytest

from autograder.backend import CallFailed, GraderFault
from autograder.outcome import Outcome
from autograder.session import GradingHost, _answer
from autograder.submission import Submission

from .conftest import RIGHT


class Workers:
    """Workers whose imports end as told, one after the other; all further imports succeed."""

    protections = None
    spent_s = 0.0

    def __init__(self, *endings, **facts):
        self.endings = list(endings)
        self.facts = facts
        self.ended = []
        self.loaded = []
        self.import_s = []
        self.kept_after_s = []
        self.together = []

    @contextlib.contextmanager
    def worker(self, limits, **_):
        """Yield this object as the next worker."""
        self.import_s.append(limits.import_s)
        self.together.append(len(self.import_s) - len(self.ended))
        try:
            yield self
        finally:
            self.ended.append(True)

    def compile(self, _):
        """Compile nothing."""
        return ""

    def load(self, _, lent, *__, keep_after_s):
        """End the import as told."""
        self.loaded.append((*lent, "kept") if keep_after_s else tuple(lent))
        self.kept_after_s.append(keep_after_s)
        if self.endings and (outcome := self.endings.pop(0)) is not None:
            raise CallFailed(outcome, "", limit_s=10, **self.facts)


@pytest.fixture
def host(toy, tmp_path):
    """A function that makes a host over such workers."""

    def make(*endings, **facts):
        workers = Workers(*endings, **facts)
        program = Submission("toy.py", "toy.py", RIGHT)
        return GradingHost(toy, program, workers, None, (), io.StringIO(), str(tmp_path), ahead=False), workers

    return make


LATE, RAISED, DIED = Outcome.TIMED_OUT, Outcome.RAISED, Outcome.DIED
EVERYTHING = ("double", "both")


@pytest.mark.skipif(sys.platform == "win32", reason="no folder is closed to others there")
@pytest.mark.parametrize("message", ["Failed to find font DejaVu Sans", "[Errno 13] Permission denied: 'PREFIX/a.ttf'"])
@pytest.mark.parametrize(("mode", "uid", "ours"), [(0o700, 0, True), (0o711, 0, False), (0o700, 1000, False)])
def test_file_of_a_library_that_root_alone_may_reach_is_our_fault(
    host, tmp_path, monkeypatch, message, mode, uid, ours
):
    """Otherwise, with Python in root's home, no function of a program that draws a figure would pass."""
    home = tmp_path / "home"
    home.mkdir()
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    home.chmod(mode)
    monkeypatch.setattr(sys, "prefix", str(home))
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    grading, _ = host(RAISED, message=message.replace("PREFIX", str(home)))
    with pytest.raises(GraderFault if ours else CallFailed) as failed, grading.open((), None):
        pass
    if ours:
        assert str(failed.value).startswith(f"only root may enter {home}, so that libraries cannot read fonts")


@pytest.mark.skipif(sys.platform == "win32", reason="no folder is closed to others there")
def test_any_other_exception_in_such_a_place_is_the_programs(host, tmp_path, monkeypatch):
    """This holds even if its message mentions fonts."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    grading, _ = host(RAISED, message="no such font")
    with pytest.raises(CallFailed), grading.open((), None):
        pass


def test_import_that_was_late_once_is_tried_again(host):
    """Otherwise, a machine that stalled for a moment would cost every case."""
    grading, workers = host(LATE)
    with grading.open((), None) as worker:
        assert worker is workers
        assert workers.ended == [True], "the first worker is gone before the second is used"
    assert workers.ended == [True, True]


@pytest.mark.parametrize(
    ("endings", "with_all", "mended"),
    [
        ((LATE, LATE), [LATE], False),
        ((LATE, LATE), [None], True),
        ((DIED,), [DIED], False),
        ((DIED,), [None], True),
        ((Outcome.OUT_OF_MEMORY,), [RAISED], False),
        ((RAISED,), [], True),
    ],
)
def test_import_that_fails_is_not_waited_for_in_every_case(host, endings, with_all, mended):
    """Two timeouts mean that the import hangs. Stand-ins may fix an exception; they may fix any other failure if
    lending all functions fixes it.
    """
    grading, workers = host(*endings, *with_all)
    for _ in range(3):
        with pytest.raises(CallFailed) as failed, grading.open((), None):
            pass
        assert failed.value.outcome is endings[0]
    assert len(workers.ended) == len(endings)
    for _ in range(2):
        assert grading.can_stand_in(("double",)) == mended
    assert workers.loaded == [()] * len(endings) + [EVERYTHING] * len(with_all)


def test_text_that_is_no_python_is_mended_by_nothing_that_is_lent(host, monkeypatch):
    """No other worker is started."""
    grading, workers = host()

    def refuse(_):
        raise CallFailed(RAISED, "", type="SyntaxError")

    monkeypatch.setattr(workers, "compile", refuse)
    for lent in ((), ("double",)):
        with pytest.raises(CallFailed), grading.open(lent, None):
            pass
    assert not grading.can_stand_in(("double",))
    assert len(workers.ended) == 1


def test_import_that_fails_with_what_is_lent_costs_no_other_try(host):
    """For example, sigmoid may be an object whose slope other code reads during the import."""
    grading, workers = host(None, RAISED, RAISED)
    with grading.open((), None):
        pass
    for _ in range(2):
        with pytest.raises(CallFailed), grading.open(("double",), None):
            pass
    assert not grading.can_stand_in(("double",))
    assert len(workers.ended) == 3, "once so, once to keep what it had defined, and not again"
    for lent in ((), ("both",)):
        assert grading.can_stand_in(lent)
        with grading.open(lent, None):
            pass


def test_import_that_raises_only_because_of_a_function_is_graded_as_far_as_it_came(host):
    """Checks at the end of a program may fail because of the function under test, or because of one that is not lent
    for its case.
    """
    grading, workers = host(RAISED, RAISED, None, None, None, RAISED)
    with pytest.raises(CallFailed), grading.open((), None):
        pass
    assert grading.can_stand_in(("double",))
    for _ in range(2):
        with grading.open(("double",), None) as worker:
            assert worker is workers
    with grading.open(("both",), None):
        pass
    assert workers.loaded == [
        (), ("double",), EVERYTHING, ("double", "kept"), ("double", "kept"), ("both",), ("both", "kept"),
    ]  # fmt: skip
    assert workers.kept_after_s == [0, 0, 0, 2, 2, 0, 2], "as long as any import: a library may take long to load"
    assert len(workers.ended) == len(workers.loaded), "the worker that was asked is gone, too"
    assert set(workers.together) == {1}, "two may need more memory than there is"


def test_import_that_fills_the_memory_only_because_of_a_function_is_graded_as_far_as_it_came(host):
    """A wrong function that is not lent may give the rest of the program an array of any size."""
    grading, workers = host(RAISED, Outcome.OUT_OF_MEMORY, None)
    with pytest.raises(CallFailed), grading.open((), None):
        pass
    with grading.open(("double",), None):
        pass
    assert workers.loaded == [(), ("double",), EVERYTHING, ("double", "kept")]


def test_import_that_raises_only_because_of_a_function_may_want_the_others_to_be_its_own(host):
    """For example, a program may check that its functions return lists: its import succeeds if only the wrong function
    is replaced.
    """
    grading, workers = host(RAISED, RAISED, RAISED, RAISED, None)
    with pytest.raises(CallFailed), grading.open((), None):
        pass
    with grading.open(("double",), None):
        pass
    assert workers.loaded == [(), ("double",), EVERYTHING, ("double",), ("both",), ("double", "kept")]
    assert 0 < workers.import_s[4] <= workers.import_s[3] <= workers.import_s[2] == 2, "no longer than one import"


@pytest.mark.parametrize(
    ("endings", "tried"),
    [
        ((RAISED,) * 5, [("double",), EVERYTHING, ("double",), ("both",)]),
        ((RAISED, RAISED, RAISED, DIED), [("double",), EVERYTHING, ("double",)]),
        ((RAISED, RAISED, LATE), [("double",), EVERYTHING]),
        ((RAISED, RAISED, None, RAISED), [("double",), EVERYTHING, ("double", "kept")]),
        ((RAISED, DIED, DIED), [("double",), EVERYTHING]),
    ],
    ids=["raises whatever is lent", "dies with one", "hangs with all", "raises what nobody catches", "dies"],
)
def test_import_that_fails_for_another_reason_is_graded_as_little_as_before(host, endings, tried):
    """The import is tried no more often than it takes to find that out."""
    grading, workers = host(*endings)
    for lent in ((), ("double",), ("double",)):
        with pytest.raises(CallFailed) as failed, grading.open(lent, None):
            pass
    assert failed.value.outcome is endings[1]
    assert failed.value.facts["mended"] == (endings[2] is None)
    assert workers.loaded == [(), *tried]


def test_import_that_takes_too_long_with_what_is_lent_is_interrupted_with_each_set(host):
    """A long training completes with the program's own functions only. Each set would take another ten seconds."""
    grading, workers = host(None, LATE, LATE)
    for lent in ((), ("double",), ("both",), ("double",), ()):
        with grading.open(lent, None):
            pass
    assert workers.loaded == [
        (), ("double",), ("double",), ("double", "kept"), ("both", "kept"), ("double", "kept"), (),
    ]  # fmt: skip


def test_import_that_cannot_be_interrupted_is_not_waited_for_again(host):
    """A program may catch everything that is raised."""
    grading, workers = host(None, LATE, LATE, LATE)
    with grading.open((), None):
        pass
    for _ in range(2):
        with pytest.raises(CallFailed), grading.open(("double",), None):
            pass
        assert not grading.can_stand_in(("double",))
    assert workers.loaded == [(), ("double",), ("double",), ("double", "kept")]


def test_import_that_hangs_because_of_a_function_is_tried_with_each_set_of_others(host):
    """A training that runs until it is good enough never ends with a wrong function, but ends soon with a right one.
    What it had defined before it hung is graded.
    """
    grading, workers = host(LATE, LATE, None, LATE)
    with pytest.raises(CallFailed), grading.open((), None):
        pass
    for lent in (("double",), ("double",), ("both",)):
        assert grading.can_stand_in(lent)
        with grading.open(lent, None):
            pass
    assert workers.loaded == [
        (), (), EVERYTHING, ("double",), ("double", "kept"), ("double", "kept"), ("both", "kept"),
    ]  # fmt: skip
    assert workers.import_s[:3] == [2, 2, 1], "as long as a call may take, to find out"
    assert workers.kept_after_s == [0, 0, 0, 0, 0.5, 0.5, 0.5], "every case may wait so long"


def test_import_that_hangs_because_of_a_function_and_cannot_be_interrupted_costs_its_cases(host):
    """A student is told that it ends with correct functions."""
    grading, _ = host(LATE, LATE, None, LATE, LATE)
    for lent in ((), ("double",), ("double",)):
        with pytest.raises(CallFailed) as failed, grading.open(lent, None):
            pass
    assert failed.value.facts["mended"]


def test_import_that_computed_all_the_time_gets_no_second_chance(host):
    """The machine has not stalled."""
    grading, workers = host(LATE, RAISED, computing=True)
    with pytest.raises(CallFailed), grading.open((), None):
        pass
    assert workers.ended == [True]
    assert not grading.can_stand_in(("double",))


def test_second_chance_is_given_once_in_a_grading(host):
    """There is not one for every case."""
    grading, _ = host(LATE, None, LATE)
    with grading.open((), None):
        pass
    with pytest.raises(CallFailed), grading.open((), None):
        pass


def test_call_in_which_a_side_has_two_lengths_is_left_to_the_programs_own_function(toy):
    """NumPy broadcasts a side of length 1, but to the program it may be one datapoint as a column."""
    lent = types.SimpleNamespace(both=lambda a, b: (a + b, a * b))
    named = toy._replace(sides={"a": ("n", "m"), "b": ("m",)})
    rows, column, one = np.ones((2, 3)), np.ones((3, 1)), np.ones(3)
    for a, b, total in ((rows, one, rows + 1), (one, one, one + 1), (rows, np.array(1.0), rows + 1)):
        assert _answer(named, lent, "both", [a, b])[0].tolist() == total.tolist()
    with pytest.raises(ValueError, match="b has another m"):
        _answer(named, lent, "both", [column, one])


@pytest.mark.parametrize("number", [2.7, np.nan, np.inf])
def test_call_with_a_fraction_for_a_whole_number_is_left_to_the_programs_own_function(toy, number):
    """It may raise there, as range(2.7) does; the correct function must not be asked about 2 instead."""
    lent = types.SimpleNamespace(double=lambda z: 2 * z)
    whole = toy._replace(functions={"double": toy.functions["double"]._replace(integers=("z",))})
    assert _answer(whole, lent, "double", [np.array(2.0)]) == (4,)
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="z must be a whole number"):
        _answer(whole, lent, "double", [np.array([2.0, number])])
