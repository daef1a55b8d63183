"""autograder/assignment.py: it reads the instructor's files, never runs them; an error names the file, the line, and
the fix.
"""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from autograder import assignment
from autograder.assignment import Assignment, AssignmentError, Function, Limits
from autograder.outcome import Case
from autograder.student import Student

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """\
title = "A small assignment"
file = "small.py"
points = 10

[limits]
call_s = 5
import_s = 10
case_s = 30
run_s = 240
memory_mib = 384

[functions.double]
arguments = ["z"]
returns = ["value"]

[functions.both]
arguments = ["a", "b"]
returns = ["total", "product"]
stand_ins = ["double"]

[under_test]
training = "both"

[sides]
a = ["n", "m"]
"""

CASES = '''\
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight


@weight(4)
@number("1.1")
def test_two(student):
    """double: two"""
'''


@pytest.fixture(name="load")
def _load(tmp_path):
    """A function that reads an assignment made of these texts; None leaves a file out."""

    def load(settings=SETTINGS, **files):
        if settings is not None:
            (tmp_path / "assignment.toml").write_bytes(settings if isinstance(settings, bytes) else settings.encode())
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_bytes(text if isinstance(text, bytes) else text.encode())
        return assignment.load(tmp_path)

    return load


@pytest.fixture(name="sentence")
def _sentence(load, tmp_path):
    """A function that returns the error for wrong files, with the folder's path replaced by FOLDER."""

    def sentence(settings=SETTINGS, **files):
        with pytest.raises(AssignmentError) as refused:
            load(settings, **files)
        return str(refused.value).replace(str(tmp_path), "FOLDER")

    return sentence


# ------------------------------------------------------------------------------------- assignment.toml


def test_folder_without_settings_is_refused(sentence):
    """The error names the missing file."""
    assert sentence(None) == "FOLDER/assignment.toml cannot be read: No such file or directory."


def test_settings_that_are_no_toml_are_refused(sentence):
    """The error contains the line, as the TOML parser reports it."""
    said = sentence('title = "open\n')
    assert said.startswith("FOLDER/assignment.toml is not TOML")
    assert "line 1" in said


def test_settings_that_are_no_utf8_are_refused(sentence):
    """A file saved in an old encoding leads to one sentence, not a traceback."""
    said = "FOLDER/assignment.toml is not UTF-8 from byte 9 on. Save it as UTF-8."
    assert sentence(b'title = "\xe9"\n') == said


@pytest.mark.parametrize("entry", ["title", "file", "points"])
def test_missing_entry_is_named(sentence, entry):
    """The error names the missing entry."""
    settings = "".join(line for line in SETTINGS.splitlines(True) if not line.startswith(f"{entry} ="))
    assert (
        sentence(settings)
        == f"FOLDER/assignment.toml: an entry is missing, unknown, or of the wrong type: the file lacks '{entry}'."
    )


@pytest.mark.parametrize("entry", ["arguments", "returns"])
def test_function_without_an_entry_is_refused(sentence, entry):
    """Every function must declare its arguments and its results."""
    settings = SETTINGS.replace(f'{entry} = ["z"]\n', "").replace(f'{entry} = ["value"]\n', "")
    said = f"an entry is missing, unknown, or of the wrong type: [functions.double] lacks '{entry}'."
    assert sentence(settings) == f"FOLDER/assignment.toml: {said}"


def test_function_with_an_entry_of_the_wrong_kind_is_named(sentence):
    """The error names the function, because several functions have such an entry."""
    said = sentence(SETTINGS.replace('arguments = ["a", "b"]', 'arguments = "a, b"'))
    assert said.endswith(": arguments of both must be a list of strings, not 'a, b'.")


def test_function_that_is_lent_to_itself_is_refused(sentence):
    """Otherwise every student would pass its cases."""
    assert sentence(SETTINGS.replace('stand_ins = ["double"]', 'stand_ins = ["both"]')) == (
        "FOLDER/assignment.toml: stand_ins of both names itself: students who fail its cases would then pass them."
    )


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('returns = ["value"]', "returns = []",
         "an entry is missing, unknown, or of the wrong type: returns of double is empty, and a function that returns "
         "nothing cannot be graded."),
        ('arguments = ["a", "b"]', 'arguments = ["a", "a"]',
         "arguments of both has 'a' twice, but cases and messages need different names."),
        ('returns = ["total", "product"]', 'returns = ["sum", "sum"]',
         "returns of both has 'sum' twice, but cases and messages need different names."),
    ],
)  # fmt: skip
def test_names_that_no_case_can_go_by_are_refused(sentence, right, wrong, said):
    """If two results had the same name, only the first would be judged."""
    assert right in SETTINGS
    assert sentence(SETTINGS.replace(right, wrong)) == f"FOLDER/assignment.toml: {said}"


@pytest.mark.parametrize("name", sorted(name for name in vars(Student({})) | vars(Student) if not name.startswith("_")))
def test_function_that_a_case_could_not_call_is_refused(sentence, name):
    """`student.answers`, for example, is our own list, whatever a submission defines."""
    settings = SETTINGS.replace("[functions.double]", f"[functions.{name}]").replace('"double"', f'"{name}"')
    said = f"no function can be named '{name}': `student` already uses that name."
    assert sentence(settings) == f"FOLDER/assignment.toml: {said}"


@pytest.mark.parametrize("file", ['"solution/small.py"', '"small"', "3"])
def test_file_that_nobody_can_hand_in_is_refused(sentence, file):
    """The starter has no place for a folder or for a file without its extension."""
    said = sentence(SETTINGS.replace('"small.py"', file))
    name = "3" if file == "3" else repr(file[1:-1])
    assert said == (
        "FOLDER/assignment.toml: file must be the name of a Python file without a folder, such as 'homework.py', "
        f"not {name}."
    )


def test_settings_may_begin_with_the_mark_that_windows_puts_there(load):
    """Notepad saves UTF-8 with a byte order mark."""
    assert load(b"\xef\xbb\xbf" + SETTINGS.encode()).title == "A small assignment"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("memory_mib = 384\n", "[limits] lacks 'memory_mib'"),
        ("", "[limits] cannot have 'patience'; it can have call_s, import_s, case_s, run_s, memory_mib"),
    ],
)
def test_limits_that_are_incomplete_or_unknown_are_refused(sentence, wrong, said):
    """A misspelled limit must not go unnoticed."""
    settings = SETTINGS.replace(wrong, "") if wrong else SETTINGS.replace("[limits]\n", "[limits]\npatience = 1\n")
    assert sentence(settings) == f"FOLDER/assignment.toml: an entry is missing, unknown, or of the wrong type: {said}."


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "points = 10",
            'points = 10\nextracredit = ["more"]',
            "the file cannot have 'extracredit'; it can have title, file, "
            "points, next_step, extra_credit, imports, limits, functions, sides, under_test",
        ),
        (
            'stand_ins = ["double"]',
            'standins = ["double"]',
            "[functions.both] cannot have 'standins'; it can have arguments, returns, stand_ins, integers, shares",
        ),
    ],
)
def test_entry_with_a_slip_in_its_name_is_refused(sentence, right, wrong, said):
    """Otherwise the misspelled entry would be ignored silently."""
    settings = SETTINGS.replace(right, wrong)
    assert settings != SETTINGS
    assert sentence(settings) == f"FOLDER/assignment.toml: an entry is missing, unknown, or of the wrong type: {said}."


def test_next_step_that_is_no_sentence_is_refused(sentence):
    """It is printed."""
    said = sentence(SETTINGS.replace("points = 10", "points = 10\nnext_step = [1]"))
    why = "next_step must be a text in quotes, not [1]"
    assert said == f"FOLDER/assignment.toml: an entry is missing, unknown, or of the wrong type: {why}."


def test_sides_of_no_argument_are_refused(sentence):
    """Otherwise the sides of the intended argument would have no names."""
    said = sentence(SETTINGS.replace('a = ["n", "m"]', 'c = ["n", "m"]'))
    assert said == "FOLDER/assignment.toml: [sides] names 'c', which is not an argument of any function."


@pytest.mark.parametrize("function", ['"bath"', '["both"]'])
def test_tag_that_shows_the_mistakes_of_no_function_is_refused(sentence, function):
    """Otherwise no stand-ins would be lent to its cases."""
    said = sentence(SETTINGS.replace('training = "both"', f"training = {function}"))
    assert said.startswith("FOLDER/assignment.toml: [under_test] says that training shows ")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("points = 10", 'points = "many"'),
        ("points = 10", 'points = "10"'),
        ("points = 10", "points = [10]"),
        ("points = 10", "points = 0"),
        ("call_s = 5", "call_s = -5"),
        ("run_s = 240", "run_s = inf"),
        ("call_s = 5", 'call_s = "5"'),
        ("memory_mib = 384", "memory_mib = true"),
        ("memory_mib = 384", "memory_mib = 384.5"),
        ("[under_test]", "[[under_test]]"),
        ('a = ["n", "m"]', 'a = "n"'),
        ("[limits]\n", "limits = 3\n[limit]\n"),
        ("[functions.double]", "[[functions]]"),
        ("[functions.double]", "[functions]\ntriple = 3\n[functions.double]"),
        ('arguments = ["z"]', "arguments = 3"),
        ('arguments = ["z"]', 'arguments = ["z", 3]'),
    ],
)
def test_entry_of_the_wrong_kind_is_refused(sentence, right, wrong):
    """For any wrong type, the error is a sentence that names the file, never a traceback."""
    settings = SETTINGS.replace(right, wrong)
    if wrong == "[[functions]]":
        settings = settings.replace("[functions.both]", "[[functions]]")
    assert sentence(settings).startswith("FOLDER/assignment.toml: an entry is missing, unknown, or of the wrong type: ")


def test_settings_become_an_assignment(load, tmp_path):
    """Every entry is loaded, in the declared order; points are decimal."""
    loaded = load(test_1=CASES)
    assert (loaded.folder, loaded.title, loaded.file) == (tmp_path, "A small assignment", "small.py")
    assert loaded.points == Decimal(10)
    assert list(loaded.functions.values()) == [
        Function("double", ("z",), ("value",), ()),
        Function("both", ("a", "b"), ("total", "product"), ("double",)),
    ]
    assert loaded.limits == Limits(5, 10, 30, 240, 384)


@pytest.mark.parametrize(
    ("tag", "function"), [("double", "double"), ("both", "both"), ("training", "both"), ("style", None)]
)
def test_function_under_test_is_that_of_the_first_tag(load, tag, function):
    """For a tag that is not a function, it is the function that the settings name, or none."""
    loaded = load(test_1=CASES.replace("@number", f'@tags("{tag}", "other")\n@number'))
    found = loaded.function_under_test(loaded.cases[0])
    assert (found and found.name) == function


# ------------------------------------------------------------------------------------- declarations


def case_file(decorators, definition="def test_two(student):", docstring='"""double: two"""'):
    """Make a file with one case; its `def` follows the decorators, which begin on line 1."""
    return f"{decorators}\n{definition}\n    {docstring}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (case_file('@weight(4)\n@number("1")', docstring="pass"),
         "test_1.py, line 3: test_two has no docstring; its first line is the title."),
        (case_file('@weight(4)\n@number("1")', docstring='"""   """'),
         "test_1.py, line 3: test_two has no docstring; its first line is the title."),
        (case_file("@weight(4)"), "test_1.py, line 2: test_two has no @number."),
        (case_file('@number("1")'), "test_1.py, line 2: test_two has no @weight."),
        (case_file('@decorators.weight(4)\n@number("1")'), "test_1.py, line 3: test_two has no @weight."),
        (case_file('@number("1")\n@weight(2 + POINTS)'),
         "test_1.py, line 2: @weight of test_two needs a literal, not an expression."),
        (case_file("@number(NUMBER)\n@weight(2)"),
         "test_1.py, line 1: @number of test_two needs a literal, not an expression."),
        (case_file('@weight("4")\n@number("1")'), "test_1.py, line 3: points must be a number, 0 or more, not '4'."),
        (case_file('@weight(-1)\n@number("1")'), "test_1.py, line 3: points must be a number, 0 or more, not -1."),
        (case_file('@weight(True)\n@number("1")'), "test_1.py, line 3: points must be a number, 0 or more, not True."),
        (case_file('@weight(1e999)\n@number("1")'), "test_1.py, line 3: points must be a number, 0 or more, not inf."),
        (case_file('@weight(None)\n@number("1")'), "test_1.py, line 3: points must be a number, 0 or more, not None."),
        (case_file('@visibility("secret")\n@weight(4)\n@number("1")'),
         "test_1.py, line 4: visibility must be one of ('visible', 'hidden', 'after_due_date', 'after_published'), "
         "not 'secret'."),
        ("def test_two(student:\n", "test_1.py, line 1: '(' was never closed."),
    ],
    ids=[
        "no docstring", "empty docstring", "no number", "no weight", "weight by attribute", "expression",
        "name for a number", "text for points", "negative", "bool", "infinite", "None", "visibility", "syntax",
    ],
)  # fmt: skip
def test_wrong_declaration_is_refused_with_its_place(sentence, text, said):
    """The error names the file, the line, what is wrong, and what belongs there."""
    assert sentence(test_1=text) == said


@pytest.mark.parametrize(
    "decorator",
    ["weight()", "weight(val=4)", "weight(4, val=4)", "number()", "visibility()", 'hide_errors(message="Ask.")'],
)
def test_decorator_without_its_value_is_refused(sentence, decorator):
    """The parentheses are empty, or a keyword is used where the value is expected by position."""
    others = [other for other in ("weight(4)", 'number("1")') if other.split("(")[0] != decorator.split("(")[0]]
    text = case_file("\n".join(f"@{one}" for one in [decorator, *others]))
    assert "test_1.py, line " in sentence(test_1=text)


@pytest.mark.parametrize("text", [b"\x00", b"# coding: undefined\nx = 1\n"], ids=["NUL", "encoding"])
def test_case_file_that_is_no_text_is_refused(sentence, text):
    """The error is a sentence that names the file, on every version of Python, and no line if that is unknown."""
    said = sentence(test_1=text)
    assert said.startswith("test_1.py") and "None" not in said


def test_two_cases_with_one_number_are_refused(sentence):
    """Gradescope sorts by number, and expected.json uses it as its key; the error names both cases."""
    said = sentence(test_1=CASES, test_2=CASES.replace("test_two", "test_three"))
    assert said == "test_2.py::test_three and test_1.py::test_two both have number '1.1'."


def test_two_cases_with_one_name_are_refused(sentence):
    """Python keeps only the second definition, which would count for both."""
    said = sentence(test_1=CASES + CASES.replace("1.1", "1.2"))
    assert said == "two cases are named test_1.py::test_two. Rename one of them."


@pytest.mark.parametrize("decorator", ["tags(3)", 'tags("a", None)', 'tags(["a"])', "hide_errors(5)"])
def test_tag_or_message_that_is_no_text_is_refused(sentence, decorator):
    """results.json accepts only strings; the error comes when the assignment is read, not after a class is graded."""
    assert "test_1.py, line " in sentence(test_1=CASES.replace("@number", f"@{decorator}\n@number"))


# ------------------------------------------------------------------------------------- cases


def test_declaration_becomes_a_case(load):
    """The case contains everything from the decorators and the docstring."""
    text = '''\
@pytest.mark.example
@weight(2.5)
@number(3.1)
@tags("both", "slow")
@visibility("after_due_date")
@hide_errors("Ask in office hours.")
@pytest.mark.parametrize("n", [1, 2])
def test_two(student, n):
    """

    both: two at once

    handout, section 3;
      second line
    """
'''
    assert load(test_1=text).cases == (
        Case(
            id="test_1.py::test_two",
            number="3.1",
            title="both: two at once",
            points=Decimal("2.5"),
            tags=("both", "slow"),
            visibility="after_due_date",
            example=True,
            look="handout, section 3; second line",
            hidden_message="Ask in office hours.",
        ),
    )


def test_case_without_more_has_defaults(load):
    """The case is visible, with no tags, not an example, no place to look, and no message from the instructor."""
    assert load(test_1=CASES).cases == (
        Case("test_1.py::test_two", "1.1", "double: two", Decimal(4), (), "visible", example=False),
    )


def test_hide_errors_without_a_message_has_the_usual_one(load):
    """The message is the one that gradescope-utils shows."""
    assert load(test_1=CASES.replace("@number", "@hide_errors()\n@number")).cases[0].hidden_message == "Test failed"


def test_partial_credit_declares_the_points(load):
    """It takes the place of a weight."""
    assert load(test_1=CASES.replace("@weight(4)", "@partial_credit(7)")).cases[0].points == 7


@pytest.mark.parametrize("marker", ["pytest.mark.example", "pytest.mark.example()", "mark.example"])
def test_example_is_marked_as_pytest_takes_it(load, marker):
    """pytest selects them by `-m example`, and the starter includes them: their data must not be called hidden."""
    assert load(test_1=CASES.replace("@number", f"@{marker}\n@number")).cases[0].example


@pytest.mark.parametrize("decorator", ["pytest.mark.slow", 'pytest.mark.parametrize("n", [1, 2])', "given(floats())"])
def test_other_decorators_make_no_example_and_are_passed_over(load, decorator):
    """The data of a hidden case stay hidden, and the decorators below are read."""
    (case,) = load(test_1=CASES.replace("@weight", f"@{decorator}\n@weight")).cases
    assert (case.example, case.number, case.points) == (False, "1.1", 4)


@pytest.mark.parametrize("points", ["0", "0.1", "1e5", "4"])
def test_points_are_what_is_written(load, points):
    """Points are decimal, not binary: 0.1 is exactly a tenth."""
    assert load(test_1=CASES.replace("@weight(4)", f"@weight({points})")).cases[0].points == Decimal(points)


def test_cases_come_in_the_order_of_files_and_lines(load):
    """The order depends on file names, then lines; never on numbers."""
    first = CASES.replace("1.1", "9") + CASES.replace("1.1", "2").replace("test_two", "test_a")
    cases = load(test_2=CASES, test_1=first).cases
    assert [case.id for case in cases] == ["test_1.py::test_two", "test_1.py::test_a", "test_2.py::test_two"]


def test_class_hands_its_decorators_to_its_methods(load):
    """A method's own decorator wins."""
    text = '''\
@tags("both")
@weight(1)
class TestBoth:
    @number("1")
    def test_a(self, student):
        """both: a"""

    @weight(2)
    @number("2")
    def test_b(self, student):
        """both: b"""

    def helper(self):
        pass
'''
    assert [(case.id, case.points, case.tags) for case in load(test_1=text).cases] == [
        ("test_1.py::TestBoth::test_a", 1, ("both",)),
        ("test_1.py::TestBoth::test_b", 2, ("both",)),
    ]


def test_what_is_no_case_is_passed_over(load):
    """Helpers, other files, and nested functions declare nothing."""
    text = CASES + "\ndef helper():\n    def test_inner():\n        pass\n\nclass Tool:\n    pass\n"
    assert len(load(test_1=text, inputs="def test_three(): pass\n", conftest="def test_four(): pass\n").cases) == 1


def test_case_file_is_not_run(load, tmp_path):
    """Reading the list of cases runs none of their code: the list must exist before anything else happens."""
    text = f"open({str(tmp_path / 'ran')!r}, 'w').close()\nraise SystemExit(3)\n" + CASES
    assert len(load(test_1=text).cases) == 1
    assert not (tmp_path / "ran").exists()


def test_assignment_survives_the_way_through_json(toy):
    """The session works with exactly what the supervisor has read."""
    assert Assignment.from_json(toy.as_json()) == toy


def test_time_is_shared_among_the_functions_that_have_cases(toy):
    """The shares are equal unless the settings say otherwise; a function without cases, only lent, needs no time."""
    more = toy.functions["both"]._replace(shares=3.0)
    lent = Function("lent", (), (), ())
    changed = toy._replace(functions={**toy.functions, "both": more, "lent": lent})
    whole = 0.9 * toy.limits.run_s
    assert [toy.share_s(function) for function in toy.functions.values()] == [whole / 2, whole / 2]
    assert [changed.share_s(function) for function in changed.functions.values()] == [
        whole / 4,
        whole * 3 / 4,
        whole / 4,
    ]
    assert changed.share_s(None) == whole / 4
    assert Assignment.from_json(changed.as_json()) == changed


def test_parts_of_the_assignment_leave_the_grader_time_before_it_is_stopped():
    """run_autograder stops the grader after that many seconds, and Gradescope stops everything after 600."""
    script = (ROOT / "autograder" / "gradescope" / "run_autograder").read_text(encoding="utf-8")
    [stopped_after] = re.findall(r"timeout --kill-after=\d+ (\d+) ", script)
    parts = assignment.load(ROOT / "tests" / "cases").parts
    assert sum(part.limits.run_s for part in parts) + 30 <= int(stopped_after) <= 570
