"""autograder/feedback.py: whole messages as text, in a fixed order, with enough digits, no hidden data, and nothing
hostile.
"""

import re
import textwrap
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import absolute, of_largest
from autograder.assignment import Function
from autograder.backend import CallFailed, Returned, failure
from autograder.feedback import (
    MAX_MESSAGE,
    WIDTH,
    Finding,
    clean,
    failed_call,
    labeled,
    left_over,
    mend_first,
    with_printed,
    wrong_answer,
)
from autograder.mistake import Diagnosis
from autograder.outcome import Outcome
from autograder.student import Answer, WrongAnswer
from autograder.submission import Submission

from .conftest import RIGHT
from .made import made_case

DOUBLE = Function("double", ("z",), ("value",), ())
BOTH = Function("both", ("a", "b"), ("total", "product"), ())
PROGRAM = Submission(
    "small.py",
    "small.py",
    "import numpy as np\n\ndef double(z):\n    return helper(z)\n\ndef helper(z):\n    return z / 0\n\n"
    "print(1 - double(1))\n",
)
LABELS = [
    "Tested", "Inputs", "Expected", "Got", "Your lines", "Difference", "Likely cause", "Where to look", "You printed",
]  # fmt: skip
ONE = absolute(1e-6)
BOTH_CASE = made_case(tags=("both",), look="handout, section 1")
TRIPLES = Diagnosis("double.triples", "Three times: double is 2 z, not 3 z; count again.", "in 2 calls")


def answered(function, arguments, *values, warnings=(), changed=None):
    """Make a function's answer."""
    arrays = [np.array(value, dtype=float) for value in values]
    given = [np.array(a, dtype=float) if not isinstance(a, float) else a for a in arguments]
    return Answer(function, given, Returned(arrays, [""] * len(arrays), list(warnings), changed or {}))


def finding(judge, *, cause=None, case=None, program=PROGRAM):
    """Return the finding when `judge` refuses an answer."""
    with pytest.raises(WrongAnswer) as refused:
        judge()
    return wrong_answer(case or made_case(look="handout, section 1"), refused.value, program, cause)


def failed(outcome, function="double", *, case=None, program=PROGRAM, **facts):
    """Return the finding when a call gave no answer."""
    failure = CallFailed(outcome, function, **facts)
    return failed_call(case or made_case(look="handout, section 1"), failure, program, DOUBLE if function else None)


def raised(kind, message="", lines=(), function="double", outcome=Outcome.RAISED, **more):
    """Return the finding when a call raised an exception."""
    return failed(outcome, function, type=kind, parents=[kind], message=message, lines=list(lines), **more)


def page(text):
    """Return a message without the indentation that it has in these tests."""
    return textwrap.dedent(text).strip("\n")


def hidden(**changes):
    """Make a case whose data may not be shown."""
    return made_case(example=False, look="handout, section 1", **changes)


# ------------------------------------------------------------------------------------- no answer


def test_value_that_another_function_leaves_behind_is_explained_where_data_may_be_shown():
    """With hidden data it is not explained: a program could choose which name it fails to find."""
    program = Submission("small.py", "small.py", "kept = {}\ndef both(a, b):\n    kept['a'] = a\n")
    found = raised("KeyError", "'a'", program=program)
    said = "a is set by another function, but here double is called by itself. Use only its arguments."
    assert dict(found.lines)["Likely cause"] == said
    assert "Likely cause" not in dict(raised("KeyError", "'a'", program=program, case=hidden()).lines)


def test_exception_shows_the_students_lines():
    """The message has the type, the text, the student's lines from the outside in, and where to look."""
    found = raised("ZeroDivisionError", "division by zero", [(4, "double"), (7, "helper")])
    assert found.text == page("""
        Tested         double(z)
        Got            double() raised ZeroDivisionError: division by zero
        Your lines     line 4: return helper(z)
                       line 7: return z / 0
        Likely cause   This divides by 0. Find out when the denominator can be 0, and handle
                       that case separately.
        Where to look  handout, section 1; small.py line 7
    """)
    assert (found.outcome, found.summary) == (Outcome.RAISED, "double() raised ZeroDivisionError")


MORE = Submission("more.py", "more.py", "def double(z):\n    return half(z)\n", {"half.py": "def half(z):\n    zz\n"})


def test_line_of_another_file_of_the_students_is_shown_by_its_name():
    """That line is also where to look."""
    found = raised("NameError", "name 'zz' is not defined", [(2, "double")], program=MORE, elsewhere=("half.py", 2))
    assert found.text == page("""
        Tested         double(z)
        Got            double() raised NameError: name 'zz' is not defined
        Your lines     line 2: return half(z)
                       half.py line 2: zz
        Where to look  handout, section 1; half.py line 2
    """)


@pytest.mark.parametrize(
    ("elsewhere", "case"), [(("half.py", 3), None), (("other.py", 2), None), (("half.py", 2), hidden())]
)
def test_line_of_another_file_that_is_not_there_or_not_to_be_told_is_not_shown(elsewhere, case):
    """A program may make up any line; with hidden data, a choice among many lines could reveal them."""
    found = raised("NameError", "", [(2, "double")], program=MORE, elsewhere=elsewhere, case=case)
    assert "half.py" not in found.text and "other.py" not in found.text
    assert "more.py line 2" in found.text


@pytest.mark.parametrize("said", [None, "half.py", ["half.py"], [2, 2], ["half.py", "2"], ["half.py", True], ["", 2],
                                  ["half.py", 0], ["half.py", -1], ["half.py", 10**12], ["half.py", 2, 3]])  # fmt: skip
def test_place_that_a_worker_reports_is_taken_only_if_it_can_be_one(said):
    """The program may have taken over the worker."""
    reply = {"outcome": "raised", "type": "NameError", "elsewhere": said}
    assert "elsewhere" not in failure(reply, "double").facts
    assert failure({**reply, "elsewhere": ["half.py", 2]}, "double").facts["elsewhere"] == ("half.py", 2)


def test_parameters_in_another_order_explain_what_nothing_else_does():
    """The order explains a wrong answer without a cause, and an exception, whose own message is about shapes; hidden
    data or not.
    """
    told = "both is given a, b, in this order, but your definition has b, a: change the order there."
    program = Submission("p.py", "p.py", "def both(b, a):\n    return a + b, a - b\n")
    answer = answered(BOTH, (1.0, 2.0), 3.0, 1.0)

    def cause(found):
        return " ".join(line.strip() for line in dict(found.lines).get("Likely cause", "").split("\n"))

    for case in (BOTH_CASE, BOTH_CASE._replace(example=False)):

        def refused(cause=None, case=case):
            return finding(lambda: answer.must_equal(within=ONE, product=-1.0), case=case, program=program, cause=cause)

        assert cause(refused()) == told
        assert cause(refused(TRIPLES)) == TRIPLES.sentence
        failure = CallFailed(Outcome.RAISED, "both", type="IndexError", message="list index out of range", lines=[])
        assert cause(failed_call(case, failure, program, BOTH)) == told


def test_exception_without_a_message_has_no_colon():
    """A line that does not exist is not quoted, because a program may report any number."""
    found = raised("KeyError", "", [(99, "double")])
    assert found.text == page("""
        Tested         double(z)
        Got            double() raised KeyError
        Where to look  handout, section 1; your double, small.py line 3
    """)


def test_import_that_ends_with_right_functions_says_so():
    """So the import waits for a function that is wrong, and the loop itself is not to blame."""
    told = "With correct functions in place of yours, it runs to the end."
    for mended in (True, False):
        found = dict(failed(Outcome.TIMED_OUT, "", limit_s=10, mended=mended).lines)
        assert (found["Likely cause"] == told) == mended
        assert [*found].index("Where to look") == len(found) - 1


def test_exception_of_the_import_tests_the_import():
    """No function was called, so the handout does not apply."""
    found = raised("NameError", "name 'nmupy' is not defined", [(1, "<module>")], function="")
    assert found.text == page("""
        Tested         import small
        Got            importing small.py raised NameError: name 'nmupy' is not defined
        Your lines     line 1: import numpy as np
        Where to look  small.py line 1
    """)


@pytest.mark.parametrize(
    ("kind", "message", "lines"),
    [
        ("EOFError", "EOF when reading a line", [(1, "<module>")]),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'digits.npy'", [(1, "<module>")]),
        ("RuntimeError", "can't start new thread", [(1, "<module>")]),
        ("AssertionError", "", [(1, "<module>")]),
        ("TypeError", "unsupported operand", [(9, "<module>")]),
        ("ValueError", "operands could not be broadcast", [(1, "<module>"), (4, "double")]),
    ],
)
def test_code_that_is_not_for_grading_is_told_where_to_go(kind, message, lines):
    """The import needs what grading does not have, or tries the functions out. In a call, the advice would be wrong."""
    told = 'To run code only when you start the file yourself, put it below if __name__ == "__main__":'
    assert dict(raised(kind, message, lines, function="").lines)["Likely cause"].endswith(told)
    assert told not in dict(raised(kind, message, lines).lines).get("Likely cause", "")
    assert told not in raised("NameError", "name 'nmupy' is not defined", [(1, "<module>")], function="").text


@pytest.mark.parametrize(
    ("kind", "message", "lines", "text"),
    [
        ("SyntaxError", "expected ':'", [(1, "<module>")], "def double(z)\n    return 2 * z\n"),
        ("SyntaxError", "'(' was never closed", [(4, "<module>")], None),
        ("IndentationError", "unindent does not match any outer indentation level", [(4, "<module>")], None),
        ("NameError", "name 'Array' is not defined", [(1, "<module>")], "def double(z: Array):\n    return 2 * z\n"),
        ("NameError", "name 'Base' is not defined", [(1, "<module>")], "class double(Base):\n    pass\n"),
        ("TypeError", "unsupported operand", [(1, "<module>"), (2, "Net")], "class Net:\n    size = 1 + ''\n"),
        ("ZeroDivisionError", "division by zero", [(1, "<module>"), (1, "<listcomp>")], "x = [1 / k for k in y]\n"),
    ],
)
def test_program_that_tries_nothing_out_is_not_told_where_to_do_so(kind, message, lines, text):
    """A mistake in a definition fails the import, too, but the definition belongs where it is."""
    program = PROGRAM if text is None else Submission("small.py", "small.py", text)
    told = dict(raised(kind, message, lines, function="", program=program).lines).get("Likely cause", "")
    assert "__main__" not in told


def test_import_that_takes_too_long_is_told_where_training_goes():
    """A program that trains at its end is no endless loop."""
    told = dict(failed(Outcome.TIMED_OUT, "", limit_s=10).lines)["Likely cause"]
    assert told.startswith("Training or plotting may take too long. ") and told.endswith('if __name__ == "__main__":')
    assert "Likely cause" not in dict(failed(Outcome.TIMED_OUT, limit_s=10).lines)


@pytest.mark.parametrize(
    ("kind", "message", "cause"),
    [
        ("ModuleNotFoundError", "No module named 'torch'",
         "Only NumPy, SciPy, Matplotlib and the standard library are installed, and your file is run by itself."),
        ("EOFError", "EOF when reading a line",
         "The program asks for keyboard input, but nobody can type while it is checked. Take out input()."),
        ("SystemExit", "0", "The program ends itself. Take out exit(), quit(), sys.exit(), unittest.main(), and "
         "arguments that argparse requires."),
        ("MemoryError", "Unable to allocate 16 GiB", "The program asked for more memory than it is allowed."),
        ("SyntaxError", "Missing parentheses in call to 'print'. Did you mean print(...)?",
         "This is Python 2. In Python 3, print is a function: print(x)."),
        ("TabError", "inconsistent use of tabs and spaces in indentation",
         "Indent with four spaces everywhere; most editors can convert tabs."),
        ("SyntaxError", "invalid syntax", ""),
        ("ValueError", "operands could not be broadcast", ""),
    ],
)  # fmt: skip
def test_cause_of_an_exception_is_named_only_where_its_type_is_certain(kind, message, cause):
    """For other types the cause is not guessed."""
    assert dict(raised(kind, message).lines).get("Likely cause", "") == cause


@pytest.mark.parametrize(
    ("lines", "said", "summary"),
    [
        ([(4, "double")], "double is not written yet.", "not started yet"),
        ([(4, "double"), (7, "helper")], "helper is not written yet.", "helper is not written yet"),
        ([], "double is not written yet.", "not started yet"),
    ],
)
def test_stub_is_not_written_yet(lines, said, summary):
    """An untouched function is not an error: it is named kindly, and so is one that another function waits for."""
    found = raised("NotImplementedError", "Task 1: write double, then delete this line", lines)
    assert dict(found.lines)["Got"] == said
    assert found.summary == summary


def test_line_of_a_stub_outside_every_function_is_an_exception_of_the_import(grade_text):
    """It was indented too little when it should have been deleted; the functions may be written."""
    text = RIGHT + 'raise NotImplementedError("write double")\n'
    first = grade_text(text).results[0]
    assert first.text == page("""
        Tested         import toy
        Got            importing toy.py raised NotImplementedError: write double
        Your lines     line 7: raise NotImplementedError("write double")
        Likely cause   This line is outside every function, so the program ends here. Delete it,
                       or indent it as part of its function.
        Where to look  toy.py line 7
    """)
    assert first.summary == "importing toy.py raised NotImplementedError"


def test_summary_of_a_missing_return_is_no_question():
    """A period follows it."""
    found = failed(Outcome.FAILED, problem="none", kind="None", count=0)
    assert dict(found.lines)["Got"] == "None; is a return missing?"
    assert found.summary == "double returned None"


STUB = '''def double(z):
    """Twice z.

        z    any
    """
    # Your code goes here.
    raise NotImplementedError("Task 1: write double, then delete this line")


def other(z):
    return z
'''
LEFT = "If double is written, delete line 7: it still raises NotImplementedError."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STUB, ""),
        (STUB.replace("    # Your code goes here.", "    result = 2 * z"), LEFT),
        (STUB.replace('line")\n', 'line")\n    return 2 * z\n'), LEFT),
        (STUB.replace('line")\n', 'line")\n    # 2 * z, but how?\n'), ""),
        (STUB.replace('    raise NotImplementedError("Task 1: write double, then delete this line")', "    pass"), ""),
        ("def double(z):\n    raise NotImplementedError\n", ""),
        ("", ""),
    ],
)
def test_line_that_was_to_be_deleted_is_told_from_a_stub(text, said):
    """Otherwise a student who wrote the function above or below that line would read that it is not written, and be
    stuck.
    """
    program = Submission("small.py", "small.py", text)
    assert left_over(program, "double") == said
    failure = CallFailed(Outcome.RAISED, "double", type="NotImplementedError", message="Task 1", lines=[(7, "double")])
    for case, told in ((made_case(), said), (made_case(example=False), "")):
        assert dict(failed_call(case, failure, program, DOUBLE).lines).get("Likely cause", "") == told


def test_missing_function_is_asked_for():
    """The message gives its name and the file."""
    found = failed(Outcome.MISSING, found="nothing")
    assert found.text == page("""
        Tested         double(z)
        Expected       a function called double in small.py
        Got            no such name
        Where to look  handout, section 1; your double, small.py line 3
    """)
    assert found.summary == "double is not defined"


def test_missing_function_of_a_hidden_case_is_no_value():
    """Whether a name exists reveals no data."""
    assert dict(failed(Outcome.MISSING, found="nothing", case=hidden()).lines)["Got"] == "no such name"


def test_missing_function_may_be_misspelled():
    """The names in the file are known before the program sees any data."""
    program = Submission("small.py", "small.py", "def duoble(z):\n    pass\n")
    for case in (made_case(), hidden()):
        lines = dict(failed(Outcome.MISSING, found="nothing", case=case, program=program).lines)
        assert lines["Likely cause"] == "The file defines duoble: check the spelling."


def test_cause_of_an_exception_of_a_hidden_case_comes_from_its_type_alone():
    """The message may reveal data, so it is not read."""
    for case, told in ((made_case(), "Did you mean double?"), (hidden(), None)):
        lines = dict(raised("NameError", "name 'doubel' is not defined", [(4, "double")], case=case).lines)
        assert (told in lines.get("Likely cause", "")) if told else "Likely cause" not in lines
    lines = dict(raised("ZeroDivisionError", "7.31", [(4, "double")], case=hidden()).lines)
    assert lines["Likely cause"].startswith("This divides by 0.")


def test_name_that_is_no_function_is_said_to_be_what_it_is():
    """sigmoid = 3 hides a function; its type is the student's text, and is cleaned."""
    assert dict(failed(Outcome.MISSING, found="in\x1bt").lines)["Got"] == "a int of that name, which cannot be called"


@pytest.mark.parametrize(
    ("function", "called"), [("double", "double()"), ("", "importing small.py")], ids=["a call", "the import"]
)
def test_time_that_is_over_says_which_limit(function, called):
    """The message gives the limit and the usual reason."""
    found = failed(Outcome.TIMED_OUT, function, limit_s=5.0)
    assert dict(found.lines)["Expected"] == "an answer within 5 s, or 2.5 s of processor time"
    assert dict(found.lines)["Got"].startswith(f"nothing in time: {called} was stopped.")
    assert found.summary == f"{called} did not finish"


def test_death_says_how():
    """The sentence is ours; it comes from the wait status."""
    found = failed(Outcome.DIED, problem="it ended its own process", status=0)
    assert found.text == page("""
        Tested         double(z)
        Got            no answer: while running double(), it ended its own process with exit
                       status 0.
        Where to look  handout, section 1; your double, small.py line 3
    """)


@pytest.mark.parametrize(
    ("function", "promised"), [(DOUBLE, "numbers"), (BOTH, "2 arrays: total, product"), (None, None)]
)
def test_unusable_value_is_set_against_what_was_promised(function, promised):
    """The assignment declares what a function returns."""
    failure = CallFailed(Outcome.FAILED, "double", problem="none", kind="", count=0)
    lines = dict(failed_call(made_case(), failure, PROGRAM, function).lines)
    assert lines.get("Expected") == promised
    assert lines["Got"] == "None; is a return missing?"


# ------------------------------------------------------------------------------------- a wrong answer


def test_wrong_values_are_shown_beside_the_right_ones():
    """This compares the whole message of an example case."""
    answer = answered(DOUBLE, [[1.0, 2.0]], [3.0, 6.0])
    found = finding(lambda: answer.must_equal(value=[2.0, 4.0], within=absolute(1e-6)), cause=TRIPLES)
    assert found.text == page("""
        Tested         double(z)
        Inputs         z = [1 2]
        Expected       [2 4]   shape (2,)
        Got            [3 6]   shape (2,)
        Difference     2 of 2 entries; largest 2 at [1]; allowed 1e-6
        Likely cause   Three times: double is 2 z, not 3 z; count again.
        Where to look  handout, section 1; your double, small.py line 3
    """)
    assert (found.outcome, found.mistake, found.summary) == (Outcome.FAILED, "double.triples", "Three times")


def test_wrong_scalar_is_shown_without_a_shape():
    """A single number has no entries."""
    answer = answered(DOUBLE, [1.5], 2.0)
    assert finding(lambda: answer.must_equal(value=3.0, within=absolute(1e-6))).text == page("""
        Tested         double(z)
        Inputs         z = 1.5
        Expected       3
        Got            2
        Difference     largest 1; allowed 1e-6
        Where to look  handout, section 1; your double, small.py line 3
    """)


def test_one_of_two_arrays_is_named():
    """The name is given before its values; both arguments fit on one line."""
    answer = answered(BOTH, [[1.0], [2.0]], [3.0], [2.5])
    found = finding(lambda: answer.must_equal(total=[3.0], product=[2.0], within=of_largest(1e-4)), case=BOTH_CASE)
    assert found.text == page("""
        Tested         both(a, b)
        Inputs         a = [1]   b = [2]
        Expected       product = [2]   shape (1,)
        Got            product = [2.5]   shape (1,)
        Difference     1 of 1 entries; largest 0.5 at [0]; allowed 1e-4 of the largest entry
        Where to look  handout, section 1
    """)
    assert found.summary == "product of both is wrong in 1 of 1 entries"


def test_wrong_shape_comes_before_wrong_values():
    """This holds even if the other array is the first wrong one."""
    answer = answered(BOTH, [[1.0], [2.0]], [9.0], [[2.0]])
    found = finding(lambda: answer.must_equal(total=[3.0], product=[2.0], within=absolute(1e-6)), case=BOTH_CASE)
    assert found.text == page("""
        Tested         both(a, b)
        Inputs         a = [1]   b = [2]
        Expected       product = an array of shape (1,)
        Got            shape (1, 1)
        Where to look  handout, section 1
    """)
    assert found.summary == "product of both has shape (1, 1) instead of (1,)"


@pytest.mark.parametrize(
    ("value", "want", "expected", "got"),
    [([2.0], 2.0, "a single number", "shape (1,)"), (2.0, [2.0], "an array of shape (1,)", "a single number")],
)
def test_scalar_and_array_are_told_apart(value, want, expected, got):
    """They are described in words, because () means little to a beginner."""
    answer = answered(DOUBLE, [1.0], value)
    lines = dict(finding(lambda: answer.must_equal(value=want, within=absolute(1e-6))).lines)
    assert (lines["Expected"], lines["Got"]) == (expected, got)


def test_large_array_is_shown_by_its_first_wrong_entries():
    """The message shows where they are, and how many more there are."""
    want = np.zeros((4, 5))
    got = want.copy()
    got[1, 2:] = [1.0, 2.0, 3.0]
    got[3] = -4.0
    answer = answered(DOUBLE, [np.arange(20.0).reshape(4, 5) / 3], got)
    assert finding(lambda: answer.must_equal(value=want, within=absolute(1e-6))).text == page("""
        Tested         double(z)
        Inputs         z of shape (4, 5), beginning 0, 0.3333, 0.6667, ...
        Expected       [1, 2] 0   [1, 3] 0   [1, 4] 0   and 5 more   shape (4, 5)
        Got            [1, 2] 1   [1, 3] 2   [1, 4] 3   and 5 more   shape (4, 5)
        Difference     8 of 20 entries; largest 4 at [3, 0]; allowed 1e-6
        Where to look  handout, section 1; your double, small.py line 3
    """)


def test_nan_is_said_to_be_none():
    """If an entry is not a number, there is no largest difference."""
    answer = answered(DOUBLE, [[1.0, 2.0]], [np.nan, 4.0])
    found = finding(lambda: answer.must_equal(value=[2.0, 4.0], within=absolute(1e-6)))
    assert found.text == page("""
        Tested         double(z)
        Inputs         z = [1 2]
        Expected       [2 4]   shape (2,)
        Got            [nan 4]   shape (2,)
        Difference     1 of 2 entries; nan or infinity where a number belongs
        Where to look  handout, section 1; your double, small.py line 3
    """)
    assert found.summary == "double holds nan or infinity"


@pytest.mark.parametrize(
    ("want", "got", "expected", "shown"),
    [
        (0.5, 0.25, "0.5", "0.25"),
        (0.123456, 0.123457, "0.12346", "0.12346"),
        (1.0, 1.00002, "1", "1.00002"),
        (0.30000000000000004, 0.3, "0.30000000000000004", "0.29999999999999999"),
        (1e10, 1e10 + 1, "10000000000", "10000000001"),
        (1.0, float(np.nextafter(1.0, 2.0)), "1", "1.0000000000000002"),
    ],
)
def test_digits_grow_until_expected_and_got_differ(want, got, expected, shown):
    """Two different numbers never look the same."""
    answer = answered(DOUBLE, [1.0], got)
    lines = dict(finding(lambda: answer.must_equal(value=want, within=absolute(0.0))).lines)
    assert lines["Expected"] != lines["Got"]
    if (want, got) != (0.123456, 0.123457):
        assert (lines["Expected"], lines["Got"]) == (expected, shown)


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(want=st.floats(allow_nan=False, allow_infinity=False), got=st.floats())
def test_any_two_different_numbers_look_different(want, got):
    """This holds for numbers of any size."""
    answer = answered(DOUBLE, [1.0], [got])
    try:
        answer.must_equal(value=[want], within=absolute(0.0))
    except WrongAnswer as failure:
        lines = dict(wrong_answer(made_case(), failure, PROGRAM).lines)
        assert lines["Expected"] != lines["Got"]
    else:
        assert got == want


@pytest.mark.parametrize(
    ("judge", "expected", "got"),
    [
        (lambda a: a.must_be_finite(), "numbers", "1 of 2 entries are nan or infinite"),
        (lambda a: a.must_not_warn(), "no warning", "a RuntimeWarning: overflow"),
        (lambda a: a.must_not_change_arguments(), "z as it was before the call", "z changed in place"),
        (lambda a: a.must(holds=False, expected="rising", got="falling"), "rising", "falling"),
    ],
    ids=["finite", "warning", "argument", "anything else"],
)
def test_what_else_a_case_can_demand_is_said(judge, expected, got):
    """Expected and Got are sentences; no cause is sought."""
    answer = answered(DOUBLE, [[1.0, 2.0]], [np.nan, 4.0], warnings=["over\x07flow"], changed={0: np.zeros(2)})
    found = finding(lambda: judge(answer))
    assert [label for label, _ in found.lines] == ["Tested", "Inputs", "Expected", "Got", "Where to look"]
    assert (dict(found.lines)["Expected"], dict(found.lines)["Got"]) == (expected, got)


@pytest.mark.parametrize(
    ("shape", "told"),
    [((3, 4), "(3, 4)"), ((12,), "(12,)"), ((4, 3, 1), "(4, 3, 1)"), ((4, 2), "(4, 2)"), ((7, 4), ""),
     ((583, 947), ""), ((4, 3, 1, 1), "")],
)  # fmt: skip
def test_shape_of_a_hidden_case_is_told_if_it_is_made_of_known_sides(shape, told):
    """Arbitrary sides could spell out hidden numbers; the useful shapes are transposed, flat, or one entry short."""
    answer = answered(DOUBLE, [np.zeros((4, 3))], np.zeros(shape))
    found = finding(lambda: answer.must_equal(value=np.ones((4, 3)), within=absolute(1e-9)), case=hidden())
    got = dict(found.lines)["Got"]
    assert got == (f"shape {told}" if told else "a very different shape")


def test_shape_alone_can_be_demanded():
    """The message then has no values."""
    answer = answered(DOUBLE, [[1.0]], [[2.0]])
    lines = dict(finding(lambda: answer.must_have_shapes(value=(1,))).lines)
    assert (lines["Expected"], lines["Got"]) == ("an array of shape (1,)", "shape (1, 1)")


def test_case_about_all_functions_shows_its_title():
    """A training has no single call to show."""
    answer = answered(DOUBLE, [[1.0]], [2.5])
    case = made_case(tags=("training",), title="training: it climbs", look="handout, section 4", example=False)
    text = finding(lambda: answer.must(holds=False, expected="rising", got="falling"), case=case).text
    assert text == page("""
        Tested         training: it climbs
        Expected       rising
        Got            falling
        Where to look  handout, section 4
    """)


def test_what_to_mend_first_follows_the_cause_and_precedes_where_to_look():
    """The advice is added to the case's own cause, if any; one function is responsible for a failure of a case about
    all of them.
    """
    training = made_case(tags=("training",), title="training: it climbs", look="handout, section 4")
    for cause, said in ((None, ""), (TRIPLES, "Three times: double is 2 z, not 3 z; count again.\n               ")):
        found = finding(
            lambda: answered(DOUBLE, [1.0], 3.0).must_equal(value=2.0, within=ONE), case=training, cause=cause
        )
        mend_first(found, training, "double", "1.2")
        assert found.text.split("Likely cause   ")[1] == said + (
            "Fix double first: it fails its own check, 1.2, and training depends on\n"
            "               it.\n"
            "Where to look  handout, section 4"
        )
        assert found.summary == "fix double first, see 1.2"


def test_summary_of_a_cause_in_two_lines_is_the_first_without_its_full_stop():
    """The code that prints it adds a period."""
    rows = Diagnosis(
        "structure.first_only", "Only 2 rows of h are there, of 7.\nOnly 2 entries of y_hat are there, of 7."
    )
    found = finding(lambda: answered(DOUBLE, [1.0], 3.0).must_equal(value=2.0, within=ONE), cause=rows)
    assert found.summary == "Only 2 rows of h are there, of 7"


# ------------------------------------------------------------------------------------- hidden data

# Inputs, expected values, and returned values whose digits occur nowhere else in a message.
SECRETS = ("7.31", "7.310", "9.47", "94.7", "5.83", "58.3", "2.16", "21.6")


def secretive(*values, **more):
    """Make an answer to hidden inputs."""
    return answered(BOTH, [[7.31, 9.47], 5.83], *values, **more)


HIDDEN = {
    "values": lambda: secretive([5.83, 1.0], [2.16, 2.0]).must_equal(
        total=[9.47, 1], product=[2.16, 2], within=absolute(1e-6)
    ),
    "one value": lambda: secretive(5.83, 1.0).must_equal(total=9.47, within=absolute(1e-6)),
    "many values": lambda: secretive(np.full(40, 5.83), 1.0).must_equal(total=np.full(40, 9.47), within=absolute(1e-6)),
    "nan": lambda: secretive([np.nan, 5.83], 1.0).must_equal(total=[9.47, 7.31], within=absolute(1e-6)),
    "shape": lambda: secretive([5.83], 1.0).must_equal(total=[9.47, 7.31], within=absolute(1e-6)),
    "not finite": lambda: secretive([np.inf, 5.83], 1.0).must_be_finite(),
    "changed": lambda: secretive(1.0, 1.0, changed={0: np.array([5.83, 2.16])}).must_not_change_arguments(),
    "warning": lambda: secretive(1.0, 1.0, warnings=["z is 7.31, 9.47"]).must_not_warn(),
}


@pytest.mark.parametrize("judge", HIDDEN.values(), ids=list(HIDDEN))
def test_wrong_answer_of_a_hidden_case_shows_no_data(judge):
    """The message has only shapes, counts, and causes: no inputs, no expected values, and no returned values."""
    found = finding(judge, case=hidden(tags=("both",)), cause=TRIPLES)
    assert not [secret for secret in SECRETS if secret in found.text + found.summary]
    assert "hidden, of shapes a (2,), b ()" in found.text


def test_wrong_answer_of_a_hidden_case_is_still_of_use():
    """This compares the whole message."""
    found = finding(HIDDEN["values"], case=hidden(tags=("both",)))
    assert found.text == page("""
        Tested         both(a, b)
        Inputs         hidden, of shapes a (2,), b ()
        Got            total of shape (2,): wrong values
        Difference     1 of 2 entries; allowed 1e-6
        Where to look  handout, section 1
    """)


LEAKS = {
    "message of an exception": lambda case: raised("ValueError", "z is 7.31", [(4, "double")], case=case),
    "type of an exception": lambda case: raised("E_7.31_9.47", "", [(4, "double")], case=case),
    "function not written": lambda case: raised("NotImplementedError", "", [(4, "f_7.31")], case=case),
    "type of a value": lambda case: failed(
        Outcome.FAILED, problem="not numbers", kind="E_7.31_9.47", count=0, case=case
    ),
    "type of a name": lambda case: failed(Outcome.MISSING, found="E_7.31", case=case),
    "text of a memory error": lambda case: raised(
        "MemoryError", "z is 7.31", [(4, "double")], outcome=Outcome.OUT_OF_MEMORY, case=case
    ),
    "what was printed": lambda case: with_printed(raised("ValueError", case=case), "z is 7.31", case),
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=list(LEAKS))
def test_failed_call_of_a_hidden_case_repeats_no_text_of_the_submission(leak):
    """A program knows its inputs: any text that it chooses, even the name of a type, could reveal them."""
    found = leak(hidden())
    assert not [secret for secret in SECRETS if secret in found.text + found.summary]
    shown = leak(made_case(look="handout, section 1"))
    assert "7.31" in shown.text


@pytest.mark.parametrize("kind", ["ValueError", "IndexError", "TypeError", "LinAlgError"])
def test_usual_exception_of_a_hidden_case_is_named(kind):
    """The names of Python's and NumPy's own exceptions reveal nothing."""
    assert f"double() raised {kind}" in raised(kind, "z is 7.31", [(4, "double")], case=hidden()).text


PAIR = "End with return total, product: the arrays themselves, in this order."
TEXT = "This is text. Return the number itself, without quotes, str() or an f-string."
CALL_IT = "This is the function itself, not its result: call it, with parentheses after its name."
WRITE_IT = "The three dots stand for something that is not written yet. Put the result in their place."
LIST_IT = "This makes its numbers only when something asks for them: return list(...) of it."


@pytest.mark.parametrize(
    ("problem", "kind", "open_data", "told"),
    [
        ("entries", "dict", PAIR, PAIR),
        ("single", "Result", PAIR, PAIR),
        ("not numbers", "dict", PAIR, PAIR),
        ("not numbers", "ellipsis", WRITE_IT, WRITE_IT),
        ("not numbers", "str", TEXT, TEXT),
        ("not numbers", "map", LIST_IT, LIST_IT),
        ("not numbers", "generator", LIST_IT, LIST_IT),
        ("not numbers", "E9.47 str", None, None),
        ("not numbers", "method", CALL_IT, CALL_IT),
        ("not numbers", "datetime", None, None),
        ("none", "", None, None),
    ],
)
def test_what_to_return_in_its_place_is_said_where_there_is_no_doubt(problem, kind, open_data, told):
    """With hidden data, the advice is limited to what the known name of a type says anyway."""
    for case, cause in ((made_case(), open_data), (hidden(), told)):
        failure = CallFailed(Outcome.FAILED, "both", problem=problem, kind=kind, count=2)
        assert dict(failed_call(case, failure, PROGRAM, BOTH).lines).get("Likely cause") == cause


def test_function_that_is_defined_twice_is_shown_where_it_counts():
    """A student who fixes the other definition would wonder why nothing changes."""
    program = Submission("small.py", "small.py", "def double(z):\n    return z + z\n\ndef double(z):\n    pass\n")
    found = failed(Outcome.FAILED, problem="none", kind="None", count=0, program=program)
    assert dict(found.lines)["Where to look"] == (
        "handout, section 1; your double, small.py line 4; line 1 defines it too, and the last one counts"
    )


USUAL_PROBLEMS = {
    "None; is a return missing?": ("none", "", 0),
    "str, which is not made of real numbers": ("not numbers", "str", 0),
    "ndarray, which is not made of real numbers": ("not numbers", "ndarray of shape (7, 31) and type object", 0),
    "one value (float) instead of 2": ("single", "float", 0),
    "a list whose rows have different lengths": ("ragged", "list", 0),
    "tuple with 1 entry instead of 2 arrays": ("entries", "tuple", 1),
    "list with many entries instead of 2 arrays": ("entries", "list", 731),
    "list that holds None; is a return missing?": ("holds none", "list", 0),
    "something, which is not made of real numbers": ("not numbers", "E9.47 float", 0),
    "something that is not the numbers asked for": ("9.47", "float", 0),
}


@pytest.mark.parametrize(("sentence", "reported"), USUAL_PROBLEMS.items(), ids=list(USUAL_PROBLEMS))
def test_value_that_is_no_numbers_is_named_in_a_hidden_case_by_known_words_alone(sentence, reported):
    """The kind of the problem is useful, and reveals nothing."""
    facts = dict(zip(("problem", "kind", "count"), reported))
    found = failed_call(hidden(), CallFailed(Outcome.FAILED, "both", **facts), PROGRAM, BOTH)
    assert dict(found.lines)["Got"] == sentence


@pytest.mark.parametrize("case", [made_case(), hidden()], ids=["open", "hidden"])
@pytest.mark.parametrize(
    ("function", "kind", "told"), [(DOUBLE, "tuple", True), (DOUBLE, "list", False), (BOTH, "tuple", False)]
)
def test_result_that_is_returned_with_its_history_is_to_be_returned_alone(case, function, kind, told):
    """A function with a single result may return a list of all losses beside it."""
    failure = CallFailed(Outcome.FAILED, function.name, problem="ragged", kind=kind, count=0)
    cause = dict(failed_call(case, failure, PROGRAM, function).lines).get("Likely cause")
    alone = "A tuple is several values, as after return a, b. Return the one that is asked for alone."
    assert cause == (alone if told else None)


def test_marks_and_blank_letters_are_thinned_out():
    """Stacked combining marks would reach into other lines; blank-looking letters would hide the text."""
    assert clean("e" + "\u0301" * 40 + "x\u2800y\u3164z") == "e\u0301\u0301xyz"


def test_exit_status_is_told_in_an_open_case_alone():
    """The program chooses that number."""
    for case, told in ((made_case(), True), (hidden(), False)):
        text = failed(Outcome.DIED, problem="it ended its own process", status=94, case=case).text
        assert ("94" in text) == told


LONG = Submission("long.py", "long.py", "def double(z):\n" + "    z += 1\n" * 100 + "def other():\n    pass\n")


@pytest.mark.parametrize(
    ("lines", "quoted"),
    [([3], [3]), ([3, 5], [5]), ([102], []), ([3, 102], [3]), ([90], []), ([1, 2, 3, 4], [4])],
)
def test_one_line_of_the_function_itself_is_quoted_where_data_are_hidden(lines, quoted):
    """A program can choose on which of its lines it raises, and a long file has a line for every number."""
    found = raised("ValueError", "", [(number, "double") for number in lines], case=hidden(), program=LONG)
    shown = dict(found.lines).get("Your lines", "")
    assert [int(number) for number in re.findall(r"line (\d+):", shown)] == quoted
    found = raised("ValueError", "", [(number, "double") for number in lines], case=made_case(), program=LONG)
    assert len(dict(found.lines)["Your lines"].splitlines()) == len(lines)


def test_exception_of_the_import_of_a_hidden_case_is_shown_in_full():
    """The import happens before the program sees any data."""
    found = raised("NameError", "name 'nmupy' is not defined", [(1, "<module>")], function="", case=hidden())
    assert "importing small.py raised NameError: name 'nmupy' is not defined" in found.text
    found = raised("NotImplementedError", lines=[(4, "double")], function="", case=hidden())
    assert "double is not written yet." in found.text


# ------------------------------------------------------------------------------------- order and layout


@pytest.mark.parametrize(
    "make",
    [
        lambda: finding(lambda: answered(DOUBLE, [1.0], 3.0).must_equal(value=2.0, within=absolute(0)), cause=TRIPLES),
        lambda: finding(lambda: answered(DOUBLE, [1.0], [3.0]).must_equal(value=2.0, within=absolute(0))),
        lambda: finding(lambda: answered(DOUBLE, [1.0], np.nan).must_equal(value=2.0, within=absolute(0))),
        lambda: raised("ModuleNotFoundError", "No module named 'torch'", [(1, "<module>")], function=""),
        lambda: failed(Outcome.MISSING, found="nothing"),
        lambda: failed(Outcome.TIMED_OUT, limit_s=5.0),
        lambda: with_printed(raised("SystemExit", "0", [(4, "double")]), "hello", made_case()),
    ],
    ids=["values", "shape", "nan", "import", "missing", "time", "printed"],
)
def test_labels_keep_their_order(make):
    """The order is Tested, Inputs, Expected, Got, Difference, Likely cause, Where to look, without gaps."""
    labels = [label for label, _ in make().lines]
    assert labels == [label for label in LABELS if label in labels]
    assert "Tested" in labels
    assert "Got" in labels


def test_lines_are_wrapped_beside_their_label():
    """Lines have at most 88 columns, and continue under the text."""
    lines = labeled("Got", "word " * 40).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith("Got            word")
    assert all(line.startswith(" " * 15 + "word") for line in lines[1:])


def test_line_end_of_the_student_stays_below_the_label():
    """A student's message cannot begin a line that looks like one of ours."""
    text = raised("ValueError", "bad\nExpected       100 points\nLikely cause   none").text
    assert [line for line in text.splitlines() if line.startswith(("Expected", "Likely"))] == []


def test_hundreds_of_lines_are_cut():
    """Twelve lines are shown."""
    assert len(labeled("Got", "x\n" * 500).splitlines()) == 12


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", []), ("a\nb", [("Got", "a\nb")]), ("\n", [("Got", "\n")])],
    ids=["nothing", "two lines", "a line end"],
)
def test_line_with_nothing_to_say_is_left_out(text, shown):
    """An empty text adds no label."""
    found = Finding(Outcome.FAILED, "")
    found.add("Got", text)
    assert found.lines == shown


# ------------------------------------------------------------------------------------- cleaning


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "ab"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b31mred", "31mred"),
        ("a\u202eb\u2066c\u200bd\ufeffe", "abcde"),
        ("a\ud800b\udfffc", "abc"),
        ("a\r\nb\rc", "a\nbc"),
        ("a\tb", "a b"),
        ("a\x08\x08b\x7f", "ab"),
        ("a\U000e0041b\ue000c\uffffd", "abcd"),
        ("naïve θ 😀 日本", "naïve θ 😀 日本"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("a\u2028b\u2029c", "abc"),
        ("", ""),
    ],
    ids=[
        "NUL", "ANSI", "CSI in one character", "direction and width", "surrogates", "line ends", "tab", "backspace",
        "tags, private, none", "letters", "HTML", "separators", "nothing",
    ],
)  # fmt: skip
def test_text_of_a_student_is_cleaned(text, shown):
    """Letters of every script stay; characters that move the cursor, change the direction, or break an encoding are
    removed.
    """
    assert clean(text) == shown


@pytest.mark.parametrize("text", ["x" * 10**6, "\x00" * 10**6 + "x", "x" * (MAX_MESSAGE + 1), "\x00x" * 10**5])
def test_long_text_is_cut_and_says_so(text):
    """The result has at most the limit, the three dots included; invisible characters do not hide the cut."""
    shown = clean(text)
    assert len(shown) <= MAX_MESSAGE
    assert shown.endswith(" ...")


def test_text_of_exactly_the_limit_is_whole():
    """Text that fits is not cut."""
    assert clean("x" * MAX_MESSAGE) == "x" * MAX_MESSAGE


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    text=st.text(st.characters(exclude_categories=[]), max_size=60)
    | st.text("\x00\x1b\n\r\u202e\ud800\u2028 ax", max_size=60),
    most=st.integers(5, 40),
)
def test_any_text_is_short_printable_and_stable(text, most):
    """There is no control, format, surrogate, or private character; the text is not too long; and cleaning twice
    changes nothing.
    """
    shown = clean(text, most)
    assert len(shown) <= most
    assert all(char == "\n" or unicodedata.category(char)[0] != "C" for char in shown)
    assert clean(shown, most) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown


HOSTILE = "\x00\x1b[2J\u202eevil\ud800\r\x9b" + "x" * 10**5


@pytest.mark.parametrize(
    "make",
    [
        lambda: raised(HOSTILE, HOSTILE, [(1, HOSTILE)]),
        lambda: raised("NotImplementedError", HOSTILE, [(1, HOSTILE)]),
        lambda: raised("E", "", [(1, "f")], program=Submission("small.py", "small.py", HOSTILE)),
        lambda: failed(Outcome.FAILED, problem="not numbers", kind=HOSTILE, count=0),
        lambda: failed(Outcome.MISSING, found=HOSTILE),
        lambda: failed(Outcome.DIED, problem=HOSTILE),
        lambda: finding(lambda: answered(DOUBLE, [1.0], 1.0, warnings=[HOSTILE]).must_not_warn()),
        lambda: with_printed(failed(Outcome.FAILED, problem="none", kind="", count=0), HOSTILE, made_case()),
    ],
    ids=["exception", "stub", "source", "value", "name", "death", "warning", "printed"],
)
def test_hostile_text_is_clean_and_short_wherever_it_enters(make):
    """This covers every place where a student's text enters."""
    found = make()
    for text in (found.text, found.summary):
        assert all(char == "\n" or unicodedata.category(char)[0] != "C" for char in text)
        assert len(text) < 2500
        assert max(map(len, text.split("\n"))) <= 200
    assert "\n" not in found.summary


def test_summary_is_one_line():
    """It appears in a table, and above the list of tests, where a line break could forge a line."""
    found = failed(Outcome.FAILED, problem="holds none", kind="a\n100 of 100 points.", count=0)
    assert "\n" not in found.summary
    found = finding(lambda: answered(DOUBLE, [1.0], 1.0, warnings=["a\n100 of 100 points."]).must_not_warn())
    assert "\n" not in found.summary


# ------------------------------------------------------------------------------------- what was printed


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("hello\n", "hello"),
        ("a\nb\n", "a\nb"),
        ("\n\n  \n", None),
        ("", None),
        ("".join(f"{i}\n" for i in range(9)), "0\n1\n2\n3\n4\n(and 4 more lines)"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        (
            'Task exception was never retrieved\n  File "/opt/python/lib/asyncio/runners.py", line 9, in run\n'
            '  File "C:\\Python\\neural_network.py", line 7, in main\n',
            'Task exception was never retrieved\n  File "runners.py", line 9, in run\n'
            '  File "neural_network.py", line 7, in main',
        ),
    ],
)
def test_printed_text_of_an_example_is_shown_cut(printed, shown):
    """At most five lines are shown, cleaned; nothing if there is nothing visible."""
    found = with_printed(Finding(Outcome.FAILED, ""), printed, made_case())
    assert dict(found.lines).get("You printed") == shown


def test_printed_text_of_a_hidden_case_is_not_shown():
    """Printing is the easiest way to reveal the data."""
    assert with_printed(Finding(Outcome.FAILED, ""), "z is 7.31", hidden()).lines == []
