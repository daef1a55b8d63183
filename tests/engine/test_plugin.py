"""Every way in which pytest can report a case maps to one outcome, and the total points never depend on it."""

import contextlib
import re
import textwrap
from decimal import Decimal

import numpy as np
import pytest

from autograder import assignment as assignments
from autograder.backend import CallFailed, Returned
from autograder.mistake import Mistake
from autograder.naming import evidence
from autograder.outcome import Outcome
from autograder.plugin import GradingPlugin
from autograder.submission import Submission

HEADER = """
import unittest
import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import hide_errors, number, partial_credit, tags, visibility, weight
from autograder import absolute

"""
TOML = """
title = "Plugin"
file = "program.py"
points = 1
[limits]
call_s = 1
import_s = 1
case_s = 1
run_s = 1
memory_mib = 1
[functions.double]
arguments = ["z"]
returns = ["value"]
stand_ins = ["other"]
[functions.other]
arguments = ["z"]
returns = ["value"]
[under_test]
everything = "double"
[sides]
z = ["n"]
"""


class Backend:
    """A backend that answers twice the argument, unless a test gives it another behavior."""

    printed = ""

    def __init__(self, stand_ins, behavior):
        self.stand_ins = stand_ins
        self.behavior = behavior

    def call(self, function, arguments):
        """Answer as the test wants."""
        return self.behavior(self.stand_ins, function, arguments)


class Host:
    """A host that keeps results; every try gets a new backend."""

    mistakes = ()
    submission = Submission("program.py", "program.py", "def double(z):\n    return z\n")

    def __init__(self, behavior, tries=1000, lends=True):
        self.behavior = behavior
        self.left = tries
        self.lends = lends
        self.tries = []
        self.results = {}

    @contextlib.contextmanager
    def open(self, stand_ins, function):  # noqa: ARG002
        """Yield a new backend."""
        self.tries.append(tuple(stand_ins))
        yield Backend(stand_ins, self.behavior)

    def reference(self, _case):
        """Return None: there is no reference."""
        return

    def has_time(self, function):  # noqa: ARG002
        """Return whether fewer tries have been made than allowed."""
        return len(self.tries) < self.left

    def can_stand_in(self, _stand_ins):
        """Return whether stand-ins are available: they are in the grader, but not at home."""
        return self.lends

    def is_alone(self, function, stand_ins):
        """Decide as the grader does."""
        return tuple(stand_ins) == function.stand_ins

    def report(self, result):
        """Keep the result."""
        assert result.case.number not in self.results, "a case is reported once"
        self.results[result.case.number] = result


def right(_stand_ins, _function, arguments):
    """Return the right answer."""
    return Returned([2 * np.asarray(arguments[0])], ["float"])


def wrong(_stand_ins, _function, arguments):
    """Return a wrong answer."""
    return Returned([3 * np.asarray(arguments[0])], ["float"])


@pytest.fixture
def run(pytester, monkeypatch):
    """A function that runs cases given as text and returns the host with its results, and the plugin."""

    def go(cases, behavior=right, **options):
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytester.makefile(".toml", assignment=TOML)
        pytester.makepyfile(test_it=HEADER + textwrap.dedent(cases))
        assignment = assignments.load(pytester.path)
        host = Host(behavior, **options)
        plugin = GradingPlugin(assignment, host)
        pytester.inline_run("-p", "no:cacheprovider", plugins=[plugin])
        return host, plugin

    return go


CASE = """
@weight(5)
@number("1")
@tags("double")
{decorator}
def test_it({parameters}):
    '''double: a case'''
    {body}
"""


def case(body, decorator="", parameters="student"):
    """Return the text of a case of five points with this body."""
    return CASE.format(body=body, decorator=decorator, parameters=parameters)


RIGHT_BODY = "student.double(2.0).must_equal(value=4.0, within=absolute(1e-9))"


@pytest.mark.parametrize(
    ("text", "outcome", "score"),
    [
        (case(RIGHT_BODY), "Passed", 5),
        (case("pytest.skip('not today')"), "GraderError", 0),
        (case(RIGHT_BODY, "@pytest.mark.skip"), "GraderError", 0),
        (case("raise unittest.SkipTest('no')"), "GraderError", 0),
        (case(RIGHT_BODY, "@pytest.mark.xfail"), "Passed", 5),
        (case(RIGHT_BODY, "@pytest.mark.xfail(strict=True)"), "GraderError", 0),
        (case("assert False, 'a bug in the case'"), "GraderError", 0),
        (case("1 / 0"), "GraderError", 0),
        (case("pytest.fail('a bug in the case')"), "GraderError", 0),
        (case(RIGHT_BODY, parameters="student, no_such_fixture"), "GraderError", 0),
    ],
)
def test_each_report_of_pytest_has_one_outcome(run, text, outcome, score):
    """Only a case that ran to its end earns points; anything that is not the student's doing is our fault."""
    host, _ = run(text)
    result = host.results["1"]
    assert (result.outcome.value, result.score) == (outcome, score)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("student.dubble(2.0)", "AttributeError: assignment.toml declares no function 'dubble'"),
        ("student.must(True)",
         "AttributeError: assignment.toml declares no function 'must'; an answer has it, which such a call returns"),
        ("student.double(2.0).must(True, expected=np.ones(3), got='1 1 1')",
         "TypeError: expected of must is a sentence, not ndarray; must_equal takes arrays"),
        ("student.double(2.0, 3.0)", "TypeError: double is called with 2 arguments, and assignment.toml says z"),
        ("student.double(2.0).must_equal(valu=4.0, within=absolute(1e-9))",
         "AttributeError: double returns value, and nothing called 'valu'"),
        ("student.double(2.0).must_equal(value=4.0, within=1e-9)",
         "TypeError: within is absolute(...), of_largest(...) or relative(...), not 1e-09"),
        ("student.double(2.0).must_have_shapes(value=(3))",
         "TypeError: the shape of value is a tuple, such as (3,) or (3, 2), not 3"),
        ("student.double(2.0).must_equal(value=4.0)",
         "TypeError: within is absolute(...), of_largest(...) or relative(...), not None"),
        ("student.double(2.0).must_equal(4.0, within=absolute(1e-9))",
         "TypeError: must_equal takes each right answer by name: must_equal(value=..., within=...)"),
        ("student.double(2.0).must_equal(within=absolute(1e-9))",
         "TypeError: must_equal takes each right answer by name: must_equal(value=..., within=...)"),
    ],
)  # fmt: skip
def test_slip_in_a_case_is_told_to_staff_with_its_line(run, body, why):
    """The line is the last one in the instructor's own file: below it are lines of the engine or of NumPy."""
    host, _ = run(case(body))
    line = (HEADER + case(body)).lstrip().splitlines().index(f"    {body}") + 1
    assert host.results["1"].staff == f"test_it.py::test_it, call: {why} (test_it.py, line {line})"


def test_wrong_answer_is_failed_even_when_expected_to_fail(run):
    """xfail does not affect a grade."""
    host, _ = run(case(RIGHT_BODY, "@pytest.mark.xfail"), wrong)
    assert host.results["1"].outcome is Outcome.FAILED
    assert host.results["1"].score == 0


def test_teardown_that_fails_is_our_fault_although_the_case_passed(run):
    """The worst of pytest's reports on a case counts."""
    fixture = "\n@pytest.fixture\ndef broken():\n    yield\n    raise OSError('disk')\n"
    host, _ = run(fixture + case(RIGHT_BODY, parameters="student, broken"))
    assert host.results["1"].outcome is Outcome.GRADER_ERROR
    assert "disk" in host.results["1"].staff


def test_case_fails_first_and_passes_with_stand_ins(run):
    """The case earns full points and is marked as carried, after exactly two tries, each with a fresh backend."""

    def behavior(stand_ins, function, arguments):
        return (right if stand_ins else wrong)(stand_ins, function, arguments)

    host, _ = run(case(RIGHT_BODY), behavior)
    assert host.tries == [(), ("other",)]
    assert (host.results["1"].score, host.results["1"].carried) == (5, True)


def timed_out(_stand_ins, function, _arguments):
    """Raise a timeout."""
    raise CallFailed(Outcome.TIMED_OUT, function.name, limit_s=5)


@pytest.mark.parametrize(
    ("behavior", "outcome", "tries"),
    [(wrong, Outcome.FAILED, [(), ("other",), ()]), (timed_out, Outcome.TIMED_OUT, [(), ("other",)])],
    ids=["wrong", "too slow"],
)
def test_program_that_is_not_imported_with_stand_ins_reads_what_it_did_as_written(
    run, monkeypatch, behavior, outcome, tries
):
    """The likely cause is included. An exception that the student's own functions do not raise would mislead the
    student.
    """
    triples = Mistake("double.triples", "double", lambda z: 3 * z, "This triples it.")
    monkeypatch.setattr(Host, "mistakes", (triples,))
    opened = Host.open

    @contextlib.contextmanager
    def only_as_written(host, stand_ins, function):
        with opened(host, stand_ins, function) as backend:
            if stand_ins:
                host.lends = False
                raise CallFailed(Outcome.RAISED, "", type="AttributeError", message="no slope")
            yield backend

    monkeypatch.setattr(Host, "open", only_as_written)
    host, _ = run(case(RIGHT_BODY), behavior)
    assert host.results["1"].outcome is outcome
    assert ("This triples it." in host.results["1"].text) == (outcome is Outcome.FAILED)
    assert host.tries == tries


@pytest.mark.parametrize(("first", "told"), [(1, True), (2, True), (3, False)])
@pytest.mark.parametrize("kind", ["NotImplementedError", "Told", "ValueError"])
def test_import_tells_nothing_once_hidden_data_were_given(run, monkeypatch, first, told, kind):
    """Another worker of the program may have left it a trace of hidden data, and its import can raise any text.

    An import that failed before is raised again in each case, and is told as before.
    """
    words = {"type": kind, "message": "told", "lines": [(1, "told")], "innermost": "told"}
    failure = CallFailed(Outcome.RAISED, "", **words, parents=[])
    opened = Host.open

    @contextlib.contextmanager
    def fails_from_then_on(host, stand_ins, function):
        with opened(host, stand_ins, function) as backend:
            if len(host.results) + 1 >= first:
                raise failure
            yield backend

    monkeypatch.setattr(Host, "open", fails_from_then_on)
    cases = [case(RIGHT_BODY, "@pytest.mark.example"), case(RIGHT_BODY), case(RIGHT_BODY)]
    texts = (one.replace("test_it", f"test_{i}").replace('"1"', f'"{i}"') for i, one in enumerate(cases, 1))
    host, _ = run("".join(texts))
    outcomes = [one.outcome for one in host.results.values()]
    assert outcomes == [Outcome.PASSED] * (first - 1) + [Outcome.RAISED] * (4 - first)
    assert ("told" in (host.results["3"].text + host.results["3"].summary).lower()) == told


def test_function_that_was_too_slow_twice_is_tried_once_from_then_on(run):
    """That one try uses stand-ins for the other functions, with which it may do better."""
    cases = case(RIGHT_BODY) + case(RIGHT_BODY).replace("test_it", "test_again").replace('"1"', '"2"')
    host, _ = run(cases, timed_out)
    assert host.tries == [(), ("other",), ("other",)]
    assert {result.outcome for result in host.results.values()} == {Outcome.TIMED_OUT}


@pytest.mark.parametrize("behavior", [right, wrong])
def test_caller_of_a_slow_function_is_first_tried_without_it(run, behavior):
    """A right function passes without waiting; a wrong one is then tried as written, like any other.

    The function may never call the slow one: the report must not say that it fails as written.
    """

    def other_is_slow(stand_ins, function, arguments):
        return (timed_out if function.name == "other" else behavior)(stand_ins, function, arguments)

    slow = (
        case("student.other(2.0)").replace("test_it", "test_other").replace('"1"', '"2"').replace('"double"', '"other"')
    )
    host, _ = run(slow + case(RIGHT_BODY), other_is_slow)
    assert host.tries == [(), ("other",)] + [()] * (behavior is wrong)
    assert not host.results["1"].carried


def test_case_of_a_function_without_time_left_is_not_run_and_says_why(run):
    """The case does not get a zero without a reason."""
    host, _ = run(case(RIGHT_BODY), tries=0)
    assert host.results["1"].outcome is Outcome.NOT_RUN
    assert "used up all the time" in host.results["1"].text


def test_case_that_fails_twice_reports_the_second_try(run):
    """With correct versions of the other functions, any remaining mistake is the function's own."""

    def behavior(stand_ins, function, arguments):
        if stand_ins:
            return Returned([np.asarray(7.0)], ["float"])
        raise CallFailed(Outcome.RAISED, "other", type="ValueError", parents=[], message="", lines=[])

    host, _ = run(case(RIGHT_BODY), behavior)
    assert host.results["1"].outcome is Outcome.FAILED
    assert host.results["1"].score == 0


def test_frames_of_a_failure_that_has_its_words_are_not_looked_at(run, monkeypatch):
    """Only the last frame is examined: otherwise pytest would look up the files of all frames."""
    looked_at = []
    described = pytest.ExceptionInfo.getrepr

    def counting(self, *arguments, **options):
        looked_at.append(len(self.traceback))
        return described(self, *arguments, **options)

    monkeypatch.setattr(pytest.ExceptionInfo, "getrepr", counting)
    host, _ = run(case(RIGHT_BODY), wrong)
    assert looked_at == [1]
    assert host.results["1"].outcome is Outcome.FAILED


def test_parametrized_case_is_one_case_and_needs_all_its_parameters(run):
    """If one parameter fails, the case fails, whichever parameter comes last."""
    text = """
    @pytest.mark.parametrize("factor", [3, 2])
    @weight(5)
    @number("1")
    @tags("double")
    def test_it(student, factor):
        '''double: several factors'''
        student.double(2.0).must_equal(value=2.0 * factor, within=absolute(1e-9))
    """
    host, _ = run(text)
    assert host.results["1"].outcome is Outcome.FAILED
    assert host.results["1"].score == 0


def test_failing_subtest_of_unittest_fails_its_case(run):
    """pytest reports the parent of a failing subtest as passed, but the case must fail."""
    text = """
    class TestIt(unittest.TestCase):
        @weight(5)
        @number("1")
        @tags("double")
        def test_it(self):
            '''a case of unittest'''
            for i in range(3):
                with self.subTest(i=i):
                    self.assertNotEqual(i, 1)
    """
    host, _ = run(text)
    assert host.results["1"].outcome is not Outcome.PASSED
    assert host.results["1"].score == 0


def test_methods_of_a_class_take_their_tags_from_it(run):
    """Decorators on a class apply to its methods."""
    text = """
    @tags("double")
    class TestIt:
        @weight(5)
        @number("1")
        def test_it(self, student):
            '''double: in a class'''
            student.double(2.0).must_equal(value=4.0, within=absolute(1e-9))
    """
    host, _ = run(text)
    assert host.results["1"].case.tags == ("double",)
    assert host.results["1"].score == 5


PARTIAL = """
@partial_credit(5)
@number("1")
@tags("double")
def test_it(student, set_score=None):
    '''double: partial credit'''
    {body}
"""


@pytest.mark.parametrize(
    ("body", "score", "outcome"),
    [
        ("set_score(2.5)", "2.5", "Failed"),
        ("set_score(5)", "5", "Passed"),
        ("set_score(50)", "5", "Passed"),
        ("set_score(-5)", "0", "Failed"),
        ("set_score(float('nan'))", "0", "Failed"),
        ("set_score('many')", "0", "Failed"),
        ("set_score(True)", "0", "Failed"),
        ("set_score(np.float32(2.5))", "2.5", "Failed"),
        ("pass", "5", "Passed"),
        ("set_score(1); student.double(2.0).must_equal(value=9.0, within=absolute(1))", "1", "Failed"),
    ],
)
def test_partial_credit_is_clamped_and_never_nan(run, body, score, outcome):
    """The score is between 0 and the points of the case; a score set before a failure counts."""
    host, _ = run(PARTIAL.format(body=body))
    result = host.results["1"]
    assert (str(result.score), result.outcome.value) == (score, outcome)


def two_parameters(body):
    """Return the text of a case with two parameters that can set partial credit."""
    return f"""
    @pytest.mark.parametrize("z", [1.0, 2.0])
    @partial_credit(5)
    @number("1")
    @tags("double")
    def test_it(student, z, set_score=None):
        '''double: partial credit'''
        {body}
    """


def test_partial_credit_of_one_parameter_is_not_inherited_by_the_next(run):
    """A parameter that fails before it sets a score gets no points."""
    body = """
        if z == 1.0:
            set_score(5)
        student.double(z).must_equal(value=2.0, within=absolute(1e-9))
    """
    host, _ = run(two_parameters(body))
    assert host.results["1"].outcome is Outcome.FAILED
    assert host.results["1"].score == Decimal(0)


@pytest.mark.parametrize("points", [(4, 1), (1, 4)])
def test_parameter_with_the_fewest_points_counts(run, points):
    """The order of the parameters does not matter."""
    host, _ = run(two_parameters(f"set_score({points[0]} if z == 1.0 else {points[1]})"))
    assert host.results["1"].score == Decimal(1)


def test_case_is_carried_if_one_parameter_is(run):
    """The first parameter passes as written, the second only with stand-ins."""

    def behavior(stand_ins, function, arguments):
        return (right if stand_ins or arguments == [1.0] else wrong)(stand_ins, function, arguments)

    host, _ = run(two_parameters("student.double(z).must_equal(value=2 * z, within=absolute(1e-9))"), behavior)
    assert host.results["1"].score == 5
    assert host.results["1"].carried


def test_hide_errors_replaces_the_whole_text(run):
    """The text is the instructor's sentence and nothing else."""
    host, _ = run(case(RIGHT_BODY, "@hide_errors('Ask us in the lab.')"), wrong)
    assert host.results["1"].text == "Ask us in the lab."


def test_case_that_is_collected_but_not_declared_is_reported_and_worth_nothing(run):
    """A test made at run time earns no points, and the instructor is told."""
    host, plugin = run(case(RIGHT_BODY) + "\ntest_other = lambda: None\n")
    assert list(host.results) == ["1"]
    assert "test_other" in plugin.problems[0]


def test_file_that_cannot_be_collected_is_reported(run):
    """The instructor reads which file and why; its cases have no result, and the supervisor names them."""
    host, plugin = run("import no_such_module_of_ours\n" + case(RIGHT_BODY))
    assert host.results == {}
    assert "no_such_module_of_ours" in " ".join(plugin.problems)


@pytest.mark.parametrize("search", ["judge", "cause", "keep"])
def test_search_for_causes_that_fails_costs_nothing(run, monkeypatch, search):
    """A right answer keeps its points, a wrong one its message; only the instructor is told."""

    def fail(*_, **__):
        raise KeyError

    monkeypatch.setattr(evidence.Evidence, search, fail)
    for behavior, outcome in ((right, Outcome.PASSED), (wrong, Outcome.FAILED)):
        host, plugin = run(case(RIGHT_BODY), behavior)
        assert host.results["1"].outcome is outcome
        assert len(plugin.problems) == (search != "cause" or behavior is wrong)
        for problem in plugin.problems:
            assert re.fullmatch(
                r"1: the search for the cause of a mistake failed \(KeyError in test_plugin.py, line \d+\)\. "
                r"The points are right\.",
                problem,
            )
    assert "Difference" in host.results["1"].text


@pytest.mark.parametrize(("options", "tries"), [({}, 2), ({"lends": False}, 1), ({"tries": 1}, 1)])
def test_cause_is_sought_once_in_the_try_that_is_told(run, monkeypatch, options, tries):
    """It is the second try, if there is one: looking for a cause costs more than a try."""
    sought = []
    triples = Mistake("double.triples", "double", lambda z: sought.append(z) or 3 * z, "Three times.")
    monkeypatch.setattr(Host, "mistakes", (triples,))
    host, _ = run(case(RIGHT_BODY), wrong, **options)
    assert (len(host.tries), len(sought)) == (tries, 1)
    assert host.results["1"].mistake == "double.triples"


TWO_CALLS = (
    "for z in (np.zeros(2), np.array([1.0, 4.0])): student.double(z).must_equal(value=2 * z, within=absolute(1e-9))"
)


@pytest.mark.parametrize(
    ("decorator", "factor", "mistake", "sentence"),
    [
        ("@pytest.mark.example", -2, "structure.opposite_sign", "Every entry has the opposite sign."),
        ("@pytest.mark.example", 7.31, "structure.multiple", "Every entry is 3.655 times the right one."),
        ("", 7.31, "structure.multiple", "Every entry is the same multiple of the right one."),
    ],
)
def test_cause_and_evidence_reach_the_result(run, decorator, factor, mistake, sentence):
    """They are computed from all calls of the case; the factor itself is shown only if the data are open."""
    host, _ = run(case(TWO_CALLS, decorator), lambda *a: Returned([factor * np.asarray(a[2][0])], ["float"]))
    result = host.results["1"]
    assert (result.mistake, bool(result.evidence)) == (mistake, True)
    assert f"Likely cause   {sentence}" in result.text
    assert ("3.655" in result.text + result.evidence) == ("3.655" in sentence)


def test_answer_of_another_function_is_known_by_its_name(run):
    """The wrong answer may equal an earlier answer in the case."""
    body = "student.other(3.0); student.double(2.0).must_equal(value=4.0, within=absolute(1e-9))"

    def behavior(_stand_ins, function, _arguments):
        return Returned([np.array(3.25)], ["float"])

    host, _ = run(case(body), behavior)
    assert "Your answer is an earlier answer of another function, other." in host.results["1"].text


def test_argument_changed_in_place_is_a_cause_of_its_own(run):
    """The text says how to fix it."""

    def behavior(_stand_ins, _function, arguments):
        return Returned([2 * np.asarray(arguments[0])], ["float"], changed={0: np.zeros(1)})

    host, _ = run(case("student.double(2.0).must_not_change_arguments()"), behavior)
    assert (host.results["1"].mistake, host.results["1"].evidence) == ("structure.changed_argument", "z")
    assert "Work on z.copy()." in host.results["1"].text


def test_demanded_shape_is_compared_with_no_numbers(run):
    """A demand for a shape contains no numbers, so nothing is said about values."""
    host, _ = run(case("student.double(2.0).must_have_shapes(value=(1,))"))
    assert host.results["1"].mistake is None
    assert "Likely cause" not in host.results["1"].text


def everything(body=RIGHT_BODY, decorator=""):
    """Return the text of a case about all functions together; `double` is under test."""
    text = case(body, decorator).replace("test_it", "test_everything").replace('"1"', '"9"')
    return text.replace('"double"', '"everything"').replace("double: a case", "everything: at once")


FIX_FIRST = "Likely cause   Fix double first: it fails its own check, 1, and everything depends on it."


@pytest.mark.parametrize("decorator", ["", "@pytest.mark.example"])
@pytest.mark.parametrize(
    "problem",
    [
        None,
        CallFailed(Outcome.RAISED, "double", type="ValueError", parents=[], message="", lines=[]),
        CallFailed(Outcome.TIMED_OUT, "double", limit_s=5),
        CallFailed(Outcome.MISSING, "double", found="nothing"),
        CallFailed(Outcome.DIED, "double", problem="it ended"),
    ],
)
def test_case_about_all_functions_says_which_one_to_mend_first(run, decorator, problem):
    """The words are the same with stand-ins and without: at home there are none."""

    def behavior(*call):
        if problem is not None:
            raise problem
        return wrong(*call)

    cases = case(RIGHT_BODY, decorator) + everything(decorator=decorator)
    graded, at_home = (run(cases, behavior, lends=lends)[0].results["9"] for lends in (True, False))
    assert FIX_FIRST in " ".join(graded.text.split()).replace("cause Fix", "cause   Fix")
    assert (graded.text, graded.summary) == (at_home.text, "fix double first, see 1")
    assert graded.mistake is None


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ("student.double(2.0)", None),
        (RIGHT_BODY, CallFailed(Outcome.RAISED, "", type="ValueError", parents=[], message="", lines=[])),
        (
            RIGHT_BODY,
            CallFailed(Outcome.RAISED, "double", type="NotImplementedError", parents=[], message="", lines=[]),
        ),
    ],
)
def test_nothing_is_to_be_mended_first_where_something_else_says_what_to_do(run, own, problem):
    """The function passes its own cases, the file cannot be imported, or the function is a stub."""

    def behavior(*call):
        if problem is not None:
            raise problem
        return wrong(*call)

    host, _ = run(case(own) + everything(), behavior)
    assert host.results["9"].outcome is not Outcome.PASSED
    assert "Fix double first" not in host.results["9"].text


@pytest.mark.parametrize("decorator", ["@hide_errors('Ask us.')", "@visibility('after_published')"])
def test_nobody_is_sent_to_a_case_that_cannot_be_read(run, decorator):
    """Students do not learn that such a case fails, either."""
    host, _ = run(case(RIGHT_BODY, decorator) + everything(), wrong)
    assert "Fix double first" not in host.results["9"].text


SIZES = (
    case("student.double(np.ones(2)).must_equal(value=2 * np.ones(2), within=ONE)", "@pytest.mark.example")
    + case("student.double(np.ones(2) * 7).must_equal(value=14 * np.ones(2), within=ONE)\n"
           "    student.other(1.0)\n"
           "    z = np.array([3.0, 1.0, 8.0])\n"
           "    student.double(z).must_equal(value=2 * z, within=ONE)")
    .replace("test_it", "test_hidden").replace('"1"', '"2"')
).replace("ONE", "absolute(1e-9)")  # fmt: skip
AT_TWO = (
    "Wrong with n = 3, right with n = 2 on open and hidden data: does a line work only for this size? n is z.shape[0]."
)


def no_answer(_stand_ins, function, _arguments):
    """Raise an exception without a message."""
    raise CallFailed(Outcome.RAISED, function.name, type="ValueError", parents=[], message="", lines=[])


@pytest.mark.parametrize("elsewhere", [lambda *_: Returned([np.array([4.0, 5.0, 1.0])], ["ndarray"]), no_answer])
def test_function_that_is_right_only_at_the_sizes_of_the_open_cases_is_told_so(run, elsewhere):
    """The mistake may be a wrong answer or an exception; a hidden case has first shown that other values do no harm."""

    def behavior(stand_ins, function, arguments):
        return (elsewhere if np.size(arguments[0]) == 3 else right)(stand_ins, function, arguments)

    host, _ = run(SIZES, behavior)
    result = host.results["2"]
    assert AT_TWO in " ".join(result.text.split())
    assert (result.mistake, result.evidence) == ("structure.sizes", "wrong: n = 3; right: n = 2")
    assert not any(number in result.text for number in ("14", "7", "8"))


def test_sizes_are_no_cause_while_an_open_case_fails(run):
    """The open case shows more, and is to be fixed first."""

    def behavior(stand_ins, function, arguments):
        given = np.asarray(arguments[0])
        return (right if given.sum() in (14, 1) else no_answer)(stand_ins, function, arguments)

    host, _ = run(SIZES, behavior)
    assert host.results["1"].outcome is host.results["2"].outcome is Outcome.RAISED
    assert host.results["2"].mistake is None


def test_formula_is_no_cause_where_the_function_was_right_in_an_earlier_case(run, monkeypatch):
    """A program that triples would not have passed the open case."""
    triples = Mistake("double.triples", "double", lambda z: 3 * z, "Three times.")
    monkeypatch.setattr(Host, "mistakes", (triples,))
    for factor, identifier in ((3, None), (2, "structure.multiple")):

        def behavior(_stand_ins, _function, arguments, factor=factor):
            given = np.asarray(arguments[0])
            return Returned([(3 if len(given) == 3 else factor) * given], ["ndarray"])

        body = "z = np.array([3.0, 1.0, 8.0]); student.double(z).must_equal(value=2 * z, within=absolute(1e-9))"
        hidden = case(body).replace("test_it", "test_hidden").replace('"1"', '"2"')
        text = "student.double(np.ones(2)).must_equal(value=2 * np.ones(2), within=absolute(1e-9))"
        host, _ = run(case(text, "@pytest.mark.example") + hidden, behavior)
        assert host.results["2"].mistake == (identifier or "double.triples")


ASKED_FIRST = """
    answers = [(student.double(z), 2 * z) for z in (ARRAYS)]
    for answer, want in answers:
        answer.must_equal(value=want, within=absolute(1e-9))
"""


def test_formula_is_no_cause_if_a_later_answer_contradicts_it(run, monkeypatch):
    """A case may ask for several answers before it compares one: the formula must give every one of them."""
    monkeypatch.setattr(
        Host, "mistakes", (Mistake("double.squares", "double", lambda z: z**2 + z / 2, "Half too much."),)
    )
    body = ASKED_FIRST.replace("ARRAYS", "np.array([1.0, 3.0]), np.array([5.0, 2.0])")
    for wrong_at, identifier in ((lambda z: z**2 + z / 2, "double.squares"), (lambda z: z**2 - z / 2, None)):

        def behavior(_stand_ins, _function, arguments, wrong_at=wrong_at):
            given = np.asarray(arguments[0])
            return Returned([given**2 + given / 2 if given[0] == 1 else wrong_at(given)], ["ndarray"])

        host, _ = run(case(body), behavior)
        assert (host.results["1"].outcome, host.results["1"].mistake) == (Outcome.FAILED, identifier)


def test_sizes_are_seen_where_a_case_asks_for_several_answers_first(run):
    """The wrong answer need not be the last one."""
    body = ASKED_FIRST.replace("ARRAYS", "7 * np.ones(2), 5 * np.ones(2), np.array([3.0, 1.0, 8.0]), np.ones(2)")
    opening = case("student.double(np.ones(2)).must_equal(value=2 * np.ones(2), within=absolute(1e-9))",
                   "@pytest.mark.example")  # fmt: skip

    def behavior(stand_ins, function, arguments):
        if np.size(arguments[0]) == 3:
            return Returned([np.array([4.0, 5.0, 1.0])], ["ndarray"])
        return right(stand_ins, function, arguments)

    host, _ = run(opening + case(body).replace("test_it", "test_hidden").replace('"1"', '"2"'), behavior)
    assert host.results["2"].mistake == "structure.sizes"
