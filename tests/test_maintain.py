"""The commands that regenerate files, run on another assignment: its minimum contents, and errors of its author."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOY = Path(__file__).parent / "engine" / "toy"
CASES = (TOY / "test_toy.py").read_text(encoding="utf-8")
SECOND_CASE = CASES[CASES.index("\n\n\n@weight(6)") :]
SOLUTION = '''\
def double(z):
    """Twice z."""
    # BEGIN SOLUTION task 1
    return 2 * z
    # END SOLUTION


def both(a, b):
    """Sum and product."""
    # BEGIN SOLUTION task 2
    return a + b, a * b
    # END SOLUTION
'''
MISTAKES = """\
from autograder import Mistake

MISTAKES = [
    Mistake("double.once", "double", lambda z: z, "z comes back as it is."),
    Mistake("both.plus", "both", lambda a, b: (a + b, a + b), "The product is a sum."),
]
"""


@pytest.fixture
def project(tmp_path):
    """The toy as an assignment of its own, without data, handout, and training."""
    shutil.copytree(ROOT / "autograder", tmp_path / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "LICENSE", tmp_path)
    shutil.copytree(TOY, tmp_path / "tests" / "cases", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "cases" / "mistakes.py").write_text(MISTAKES, encoding="utf-8")
    (tmp_path / "solution" / "starter").mkdir(parents=True)
    for name in ("conftest.py", "pytest.ini"):
        shutil.copy(ROOT / "solution" / "starter" / name, tmp_path / "solution" / "starter")
    (tmp_path / "solution" / "toy.py").write_text(SOLUTION, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module", name="run")
def _run():
    """A function that runs a command, and returns its exit status and its output."""
    with subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "maintained.py")], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as server:  # fmt: skip

        def run(name, root):
            print(json.dumps([name, str(root)]), file=server.stdin, flush=True)
            status, words = json.loads(server.stdout.readline())
            return status, words.replace(str(root), "ROOT").strip()

        yield run


def extra_credit(project, *, named=True):
    """Give the toy a part of extra credit. Each part has a file neighbor.py, with different content."""
    cases = project / "tests" / "cases"
    more = shutil.copytree(cases, project / "more")
    text = (TOY / "test_toy.py").read_text(encoding="utf-8")
    for folder, size in ((cases, "2"), (more, "3")):
        (folder / "neighbor.py").write_text(f"SIZE_{size} = {size}\n", encoding="utf-8")
    (cases / "test_toy.py").write_text(
        text.replace("import numpy as np\n", "import numpy as np\nfrom neighbor import SIZE_2\n"), encoding="utf-8"
    )
    (more / "test_toy.py").unlink()
    text = text.replace("import numpy as np\n", "import numpy as np\nfrom neighbor import SIZE_3\n")
    text = text.replace('@number("', '@number("7.').replace("def test_", "def test_more_")
    (more / "test_more.py").write_text(text, encoding="utf-8")
    settings = (more / "assignment.toml").read_text(encoding="utf-8").replace("toy.py", "more.py")
    (more / "assignment.toml").write_text(settings, encoding="utf-8")
    more.rename(cases / "more")
    (project / "solution" / "more.py").write_text(SOLUTION, encoding="utf-8")
    if named:
        settings = (cases / "assignment.toml").read_text(encoding="utf-8")
        (cases / "assignment.toml").write_text('extra_credit = ["more"]\n' + settings, encoding="utf-8")


def test_assignment_needs_no_data_handout_or_training(run, project):
    """What docs/new-assignment.md lists as required is enough."""
    assert run("solution", project)[0] == 0
    assert run("check", project) == (0, "Everything is up to date.")
    made = {path.relative_to(project / "starter").as_posix() for path in (project / "starter").rglob("*.*")}
    assert made == {
        "checks/assignment.toml", "checks/autograder.whl", "checks/expected.json", "checks/test_toy.py", "conftest.py",
        "pytest.ini", "toy.py",
    }  # fmt: skip


def test_parts_may_have_files_of_one_name(run, project):
    """Each part imports its own neighbors, as in a grading."""
    extra_credit(project)
    assert run("solution", project)[0] == 0
    assert run("check", project) == (0, "Everything is up to date.")


def test_download_of_extra_credit_lies_beside_its_cases(run, project):
    """The copy lets the grader skip untouched extra credit; the first file is always run, and needs no copy."""
    extra_credit(project)
    assert run("starter", project)[1].endswith("tests/cases/more/download.txt")
    download = project / "tests" / "cases" / "more" / "download.txt"
    assert download.read_text(encoding="utf-8") == (project / "starter" / "more.py").read_text(encoding="utf-8")
    assert "NotImplementedError" in download.read_text(encoding="utf-8")
    assert not list(project.glob("tests/cases/download.txt")) + list(project.glob("starter/**/download.txt"))
    run("solution", project)
    solution = project / "solution" / "more.py"
    solution.write_text(SOLUTION.replace("Twice z", "Two times z"), encoding="utf-8")
    said = "starter/more.py is out of date with its source: make starter\n"
    assert run("check", project) == (
        1,
        f"{said}{said.replace('starter/more.py', 'tests/cases/more/download.txt', 1)[:-1]}",
    )


def test_readme_of_the_starter_shows_what_a_fresh_download_prints(run, project):
    """Titles and points appear there, so it is out of date once a case has changed, until `make starter`."""
    source, copy = project / "solution" / "starter" / "README.md", project / "starter" / "README.md"
    source.write_text("<!-- BEGIN OUTPUT pytest -->\n```\n```\n<!-- END OUTPUT -->\nThe rest.\n", encoding="utf-8")
    run("solution", project)
    before = source.read_text(encoding="utf-8")
    assert "\nto do   1    double: twice the number   " in before
    assert before.endswith("\n1 failed in 0.1s\n```\n<!-- END OUTPUT -->\nThe rest.\n")
    cases = project / "tests" / "cases" / "test_toy.py"
    cases.write_text(CASES.replace("twice the number", "two times z"), encoding="utf-8")
    changed = "solution/starter/README.md, checks/test_toy.py, README.md"
    assert run("starter", project)[1].endswith(f"starter: 3 changed: {changed}")
    after = source.read_text(encoding="utf-8")
    assert after == copy.read_text(encoding="utf-8") == before.replace("twice the number", "two times z     ")
    assert run("check", project) == (0, "Everything is up to date.")
    for path in (source, copy):
        path.write_text(before, encoding="utf-8")
    said = "solution/starter/README.md is out of date with its source: make starter"
    assert run("check", project) == (1, said)


def test_golden_values_and_programs_that_make_more_are_told_with_what_mends_them(run, project):
    """The message names the right one of three commands."""
    assert run("solution", project)[0] == 0
    path = project / "tests" / "cases" / "test_toy.py"
    path.write_text(path.read_text(encoding="utf-8").replace("-2.5]", "-3.5]"), encoding="utf-8")
    for name in ("solution/make.py", "datasets/digits/make.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("import sys\nsys.exit('--check' in sys.argv)\n", encoding="utf-8")
    assert run("check", project) == (
        1,
        "solution/expected/toy.json is out of date with the cases: make solution\nstarter/checks/test_toy.py is out "
        "of date with its source: make starter\nThe output of solution/make.py is out of date: make solution\nThe "
        "output of datasets/digits/make.py is out of date: python datasets/digits/make.py",
    )
    assert run("solution", project) == (
        0, "golden values: 1 changed: solution/expected/toy.json\n"
        "starter: 2 changed: checks/expected.json, checks/test_toy.py",
    )  # fmt: skip
    assert run("solution", project) == (0, "golden values: nothing changed\nstarter: nothing changed")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        pytest.param("This is no program", "SyntaxError: invalid syntax", marks=pytest.mark.slow),
        ("print('begun')\nraise SystemExit(2)", "exit status 2"),
        ("import sys\nsys.exit('make.md, line 3: there is no image.\\n')", "make.md, line 3: there is no image"),
    ],
)
def test_program_that_makes_more_and_fails_is_not_out_of_step(run, project, text, why):
    """Regenerating would not fix a program that fails."""
    run("solution", project)
    (project / "solution" / "make.py").write_text(text + "\n", encoding="utf-8")
    status, words = run("check", project)
    assert status == 1
    assert (
        f"solution/make.py fails, so its output cannot be checked: {why}. Fix it; `python solution/make.py --check` "
        "shows where it fails." in words.splitlines()
    )
    assert "out of date:" not in words


def test_program_that_warns_and_finds_something_does_not_fail(run, project):
    """A library may print a deprecation warning, perhaps in another encoding."""
    run("solution", project)
    text = "import sys\nsys.stderr.buffer.write(b'caf\\xe9\\n')\nprint('figure.svg')\nsys.exit(1)\n"
    (project / "solution" / "make.py").write_text(text, encoding="utf-8")
    assert run("check", project)[1].splitlines()[:2] == [
        "figure.svg", "The output of solution/make.py is out of date: make solution",
    ]  # fmt: skip


def test_program_that_makes_more_and_fails_ends_the_command(run, project):
    """Otherwise the starter would be made from incomplete sources."""
    (project / "solution" / "make.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    assert run("solution", project)[0] == 3
    assert not (project / "starter").exists()


def test_golden_values_that_are_no_text_are_out_of_step(run, project):
    """An editor may have saved them as UTF-16."""
    run("solution", project)
    path = project / "solution" / "expected" / "toy.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-16")
    assert run("check", project)[1].splitlines()[0] == (
        "solution/expected/toy.json is out of date with the cases: make solution"
    )
    assert run("solution", project)[0] == 0
    assert path.read_text(encoding="utf-8") == text


def test_part_that_nobody_names_is_told(run, project):
    """Otherwise students would get its checks, but nothing would grade it."""
    extra_credit(project, named=False)
    run("solution", project)
    assert run("check", project) == (
        1,
        "tests/cases/more/assignment.toml is part of no assignment. Name its folder in extra_credit of "
        "tests/cases/assignment.toml.",
    )


@pytest.mark.parametrize(
    ("file", "right", "wrong", "said"),
    [
        ("reference.py", "def both", "def bath",
         "ROOT/tests/cases/reference.py has no both, but [functions] lists it."),
        ("test_toy.py", "@tags(", "@tag(",
         "test_toy.py could not be collected: NameError: name 'tag' is not defined "
         "(test_toy.py, line 13)"),
        ("test_toy.py", "student.double(", "student.dubble(",
         "The solution does not pass 1:\ntest_toy.py::test_doubles, call: AttributeError: assignment.toml declares no "
         "function 'dubble' (test_toy.py, line 20)"),
        ("test_toy.py", '(student, reference):\n    """double', '(student, refrence):\n    """double',
         "The solution does not pass 1:\ntest_toy.py::test_doubles, setup: it asks for 'refrence', and what there is "
         "to ask for is student and reference"),
        ("test_toy.py", "pytest.mark.example", "pytest.mark.exampel",
         "test_toy.py could not be collected: 'exampel' not found in `markers` configuration option"),
        ("test_toy.py", "\n\n@weight(6)", "\ntest_doubles = None\n\n@weight(6)",
         "test_toy.py::test_doubles did not run. Does something else in its file have the same name?"),
        ("test_toy.py", None, None,
         "ROOT/tests/cases has no cases. Write the first one as a function in a file test_1_*.py."),
        ("../../solution/toy.py", None, None,
         "ROOT/solution/toy.py is missing: the starter is made from it. Write it there, or correct `file` in "
         "ROOT/tests/cases/assignment.toml."),
        ("pytest.ini", None, None,
         "ROOT/tests/cases/pytest.ini is missing, and no case runs without it. Copy the one in tests/engine/toy/."),
        ("mistakes.py", '"both.plus"', '"double.once"',
         "ROOT/tests/cases/mistakes.py: the mistake 'double.once' is there twice, but tables count by this "
         "identifier. Rename one of them."),
        ("mistakes.py", '"both", l', '"bath", l',
         "ROOT/tests/cases/mistakes.py: the mistake 'both.plus' is for 'bath', which is not in [functions] of "
         "assignment.toml."),
        ("mistakes.py", "lambda a, b:", "lambda a, b, c:",
         "ROOT/tests/cases/mistakes.py: the mistake 'both.plus' has a formula that cannot be called with a, b: missing "
         "a required argument: 'c'."),
        ("mistakes.py", "lambda z: z", "lambda z: y",
         "ROOT/tests/cases/mistakes.py: the mistake 'double.once' has a formula that raises NameError: name 'y' is not "
         "defined."),
        ("mistakes.py", '"double.once", "double"', '5, "double"',
         "ROOT/tests/cases/mistakes.py: the mistake 5 has the identifier 5, which is not a string."),
        ("mistakes.py", '"z comes back as it is."', '"z.", None',
         "ROOT/tests/cases/mistakes.py: the mistake 'double.once' has the staff None, which is not a string."),
        ("mistakes.py", "MISTAKES = [", "MISTAKES = [\n    'nothing',",
         "ROOT/tests/cases/mistakes.py: MISTAKES is a list of Mistake(identifier, function, formula, sentence), and "
         "holds 'nothing'."),
    ],
    ids=["function of the reference", "decorator", "function asked for", "fixture", "marker", "name twice", "cases",
         "solution", "settings of pytest", "identifier twice", "function of a mistake",
         "signature", "name in a formula", "identifier that is no text", "no words for staff",
         "no mistake"],
)  # fmt: skip
def test_slip_is_told_by_solution_and_check(run, project, file, right, wrong, said):
    """Both `solution`, which an author runs first, and `check` say in a sentence where the error is."""
    path = project / "tests" / "cases" / file
    if right is None:
        path.unlink()
    else:
        text = path.read_text(encoding="utf-8")
        assert right in text
        path.write_text(text.replace(right, wrong), encoding="utf-8")
    for command in ("solution", "check"):
        status, words = run(command, project)
        assert status != 0
        # Most Python versions append this suggestion.
        assert words.replace(". Did you mean: 'tags'?", "") == said


@pytest.mark.parametrize(
    ("file", "right", "wrong", "said"),
    [
        ("test_toy.py", "reference.both(", "reference.bath(",
         "The solution does not pass 2:\ntest_toy.py::test_sum_and_product, call: AttributeError: module 'reference' "
         "has no attribute 'bath' (test_toy.py, line 29)"),
        pytest.param("test_toy.py", "np.array([3.0, 4.0])", "np.random.uniform(size=2)",
         "test_toy.py::test_sum_and_product has different data each time it runs, so students would not get the same "
         "data. Seed its random numbers.", marks=pytest.mark.slow),
        ("test_toy.py", "np.array([5.0, 7.0])",
         "np.random.uniform(size=2)\n    student.double(a).must_have_shapes(value=(2,))",
         "test_toy.py::test_sum_and_product has different data each time it runs, so students would not get the same "
         "data. Seed its random numbers."),
        ("test_toy.py", SECOND_CASE,
         "\n    RANDOM.uniform()\n\n\nRANDOM = np.random.default_rng(1)"
         + SECOND_CASE.replace("[3.0, 4.0]", "RANDOM.uniform(size=2)"),
         "test_toy.py::test_sum_and_product has different data each time it runs, so students would not get the same "
         "data. Seed its random numbers."),
        ("test_toy.py", ".must_equal(sum=total, product=product, within=absolute(1e-9))",
         ".must_have_shapes(sum=(2,))\n    assert student.answers[0].value[0] == 8, 'eight'",
         "test_toy.py::test_sum_and_product, call: AssertionError: eight (test_toy.py, line 31). The same would "
         "happen to students with wrong answers, and staff would have to look at each of them. Judge by must_...; "
         "call must_have_shapes before computing anything from an answer; give must sentences as `expected` and "
         "`got`."),
        ("test_toy.py", ".must_equal(sum=total, product=product, within=absolute(1e-9))",
         "\n    assert student.answers[0].value.shape == (2,), 'two'",
         "test_toy.py::test_sum_and_product, call: AssertionError: two (test_toy.py, line 31). The same would happen "
         "to students with wrong answers, and staff would have to look at each of them. Judge by must_...; call "
         "must_have_shapes before computing anything from an answer; give must sentences as `expected` and `got`."),
        ("../../solution/toy.py", SOLUTION[: SOLUTION.index("\n\n\n")], "double = lambda z: 2 * z",
         "solution/toy.py: double has cases but no `def`, so students would get its solution, or nothing. Write it as "
         "`def double(...):` with a marked region in it."),
        ("test_toy.py", ".must_equal(sum=total, product=product, within=absolute(1e-9))", "",
         "test_toy.py::test_sum_and_product passes whatever is returned. Judge each answer by must_equal or another "
         "must_... function (see tests/cases/README.md)."),
        ("test_toy.py", '@tags("both")\n', "",
         "test_toy.py::test_sum_and_product has no @tags, and its first tag must be one of [functions] or of "
         "[under_test] of tests/cases/assignment.toml, so this case gets no stand-ins and names no mistakes."),
    ],
    ids=["hidden case", "no seed", "no seed later on", "seed of all cases", "fault at a wrong value",
         "fault at a wrong shape", "no def", "no judgment", "no tag"],
)  # fmt: skip
def test_slip_that_only_all_cases_show_is_told_by_check(run, project, file, right, wrong, said):
    """This includes hidden cases; otherwise Gradescope would be the first to run them, and a batch to miss the name."""
    path = project / "tests" / "cases" / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    run("solution", project)
    assert run("check", project) == (1, said)


def test_mistakes_that_can_never_be_named_are_told_with_the_reason(run, project):
    """Otherwise a batch would count their programs among those without a cause."""
    path = project / "tests" / "cases" / "mistakes.py"
    more = """\
    Mistake("both.sum", "both", lambda a, b: (b + a,) * 2, "."),
    Mistake("both.right", "both", lambda a, b: (a + b, a * b), "."),
    Mistake("both.one", "both", lambda a, b: a + b, "."),
    Mistake("both.raises", "both", lambda a, b: (a + b, a * b / 0)[5], "."),
]
"""
    path.write_text(MISTAKES.removesuffix("]\n") + more, encoding="utf-8")
    run("solution", project)
    said = (
        "'both.sum' gives the same answers as 'both.plus' in every call of the cases, so neither is named. Merge the "
        "two entries, or add a case that tells them apart.",
        "'both.right' gives the right answer in every call of the cases. Either it is not a mistake, or a case is "
        "missing.",
        "'both.one' gives no answer in any call of the cases, so it is never named: it returns 1 of the 2 arrays.",
        "'both.raises' gives no answer in any call of the cases, so it is never named: IndexError: tuple index out of "
        "range.",
    )
    lines = "\n".join(f"tests/cases/mistakes.py: the mistake {one}" for one in said)
    assert run("check", project) == (1, lines)


def test_solution_that_fails_an_example_is_told_what_may_be_wrong(run, project):
    """A student's message mentions neither the reference nor the rounding of an example's answers."""
    path = project / "tests" / "cases" / "test_toy.py"
    path.write_text(path.read_text(encoding="utf-8").replace("-2.5]", "-1 / 3]").replace("1e-9", "0"), encoding="utf-8")
    status, words = run("solution", project)
    assert status == 1
    assert "Difference     1 of 2 entries" in words
    assert "The right answers of an example have ten digits, so no tolerance can be finer." in words
    assert words.endswith("`python -m autograder explain solution` shows the numbers that a hidden case withholds.")


@pytest.mark.parametrize("name", ["check", "solution"])
def test_ctrl_c_while_cases_run_is_told_and_nothing_is_written_or_said_of_them(run, project, name):
    path = project / "tests" / "cases" / "test_toy.py"
    interrupted = "    import signal\n    signal.raise_signal(signal.SIGINT)\n    z = np"
    path.write_text(path.read_text(encoding="utf-8").replace("    z = np", interrupted), encoding="utf-8")
    before = sorted(project.rglob("*"))
    assert run(name, project) == (1, "Stopped.")
    assert [one for one in sorted(project.rglob("*")) if "__pycache__" not in one.parts] == before


def test_hidden_case_may_ask_for_more_digits_than_an_example(run, project):
    """Its expected values are not rounded, neither here nor in a grading."""
    path = project / "tests" / "cases" / "test_toy.py"
    text = path.read_text(encoding="utf-8").replace("[3.0, 4.0]", "[1 / 3, 4.0]")
    path.write_text(text.replace("product=product, within=absolute(1e-9)", "product=product, within=absolute(1e-14)"),
                    encoding="utf-8")  # fmt: skip
    run("solution", project)
    assert run("check", project) == (0, "Everything is up to date.")


def test_entries_that_need_no_signature_or_no_case_are_no_slips(run, project):
    """Python's built-in functions may have no signature, and a function that is only a stand-in has no case."""
    cases = project / "tests" / "cases"
    with (cases / "assignment.toml").open("a", encoding="utf-8") as settings:
        settings.write('[functions.half]\narguments = ["z"]\nreturns = ["value"]\n')
    for path in (cases / "reference.py", project / "solution" / "toy.py"):
        with path.open("a", encoding="utf-8") as opened:
            opened.write("\n\ndef half(z):\n    return z / 2\n")
    entries = (
        'MISTAKES = [\n    Mistake("double.largest", "double", max, "It is the largest."),\n'
        '    Mistake("half.whole", "half", lambda z: z, "It is whole."),\n'
    )
    path = cases / "mistakes.py"
    path.write_text(path.read_text(encoding="utf-8").replace("MISTAKES = [\n", entries), encoding="utf-8")
    assert run("solution", project)[0] == 0
    assert run("check", project) == (0, "Everything is up to date.")


@pytest.mark.slow
def test_starter_that_lacks_what_its_checks_need_is_not_bundled(run, project):
    """Otherwise students would be the first to run the checks without the files that lie beside the cases."""
    path = project / "tests" / "cases" / "test_toy.py"
    text = path.read_text(encoding="utf-8").replace("np.array([1.0, -2.5])", 'np.loadtxt("data.csv")')
    path.write_text(text, encoding="utf-8")
    (project / "tests" / "cases" / "data.csv").write_text("1\n2\n", encoding="utf-8")
    shutil.copytree(ROOT / "datasets", project / "datasets", ignore=shutil.ignore_patterns("*"))
    assert run("solution", project)[0] == 0
    status, words = run("bundle", project)
    assert status == 2
    assert "No bundle was made. With the solution in the unpacked starter, `pytest checks` fails" in words
    assert "data.csv not found" in words


def test_tag_that_is_no_function_is_told(run, project):
    """Its case would get no stand-ins and name no mistake, at the students' expense."""
    path = project / "tests" / "cases" / "test_toy.py"
    path.write_text(path.read_text(encoding="utf-8").replace('@tags("both")', '@tags("bath")'), encoding="utf-8")
    run("solution", project)
    assert run("check", project) == (
        1,
        "test_toy.py::test_sum_and_product has the tag 'bath', which is neither in [functions] nor in [under_test] of "
        "tests/cases/assignment.toml, so this case gets no stand-ins and names no mistakes.",
    )


@pytest.mark.parametrize("arguments", ['"b", "a"', '"a", "c"'])
def test_arguments_that_the_solution_has_otherwise_are_told(run, project, arguments):
    """The cases pass, because calls are by position, but students would read the inputs under the wrong names."""
    path = project / "tests" / "cases" / "assignment.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"a", "b"', arguments), encoding="utf-8")
    run("solution", project)
    says = arguments.replace('"', "")
    assert run("check", project) == (
        1,
        f"solution/toy.py, line 8: both takes a, b, but tests/cases/assignment.toml says {says}, and messages name the "
        "inputs by this. Use the same names in the same order.",
    )


def test_function_that_would_be_given_away_is_told_with_its_line(run, project):
    """Both of its markers are misspelled, so the answer would be in the starter, and earn its points."""
    path = project / "solution" / "toy.py"
    head, mark, rest = path.read_text(encoding="utf-8").partition("def both")
    path.write_text(head + mark + rest.replace("SOLUTION", "SOLUTON"), encoding="utf-8")
    said = (
        "solution/toy.py, line 8: both has cases but no marked region, so students would get its solution. Put `# "
        "BEGIN SOLUTION task N` and `# END SOLUTION` around what they must write."
    )
    assert run("starter", project) == (2, said)
    assert not (project / "starter").exists()
    assert said in run("check", project)[1].splitlines()


def test_starter_is_not_made_from_settings_that_are_refused(run, project):
    """The students' checks use the same settings."""
    path = project / "tests" / "cases" / "assignment.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("points = 10", 'points = "ten"'), encoding="utf-8")
    status, words = run("starter", project)
    assert status != 0
    assert words.endswith("points must be a number above 0, not 'ten'.")
    assert not (project / "starter").exists()


@pytest.mark.slow
def test_bank_of_another_assignment_is_graded(project):
    """A wrong expectation is told, by what docs/new-assignment.md names. Nothing of our own bank is needed."""
    for path in (ROOT / "tests").glob("*.py"):
        shutil.copy(path, project / "tests")
    shutil.copytree(ROOT / "tests" / "container", project / "tests" / "container")  # which conftest.py imports
    shutil.copy(ROOT / "pyproject.toml", project)
    program = project / "tests" / "submissions" / "double_returns_its_argument"
    program.mkdir(parents=True)
    (program / "toy.py").write_text(SOLUTION.replace("2 * z", "z"), encoding="utf-8")
    expected = 'why = "double forgets the factor."\n\n[outcomes]\n"1" = "Raised"\n'
    (program / "expected.toml").write_text(expected, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/test_bank.py", "-k", "gets_exactly", "-p", "no:cacheprovider"],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1: Failed instead of Raised" in done.stdout, done.stdout + done.stderr
