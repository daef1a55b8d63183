"""autograder/home.py: what a student who types `pytest` sees, word for word.

Most tests run a small assignment of two functions; the last ones run the real starter with the engine of this tree.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import numpy as np
import pytest

from autograder import Mistake, replay
from autograder.in_process import MAX_PRINTED, _Echo

from ..copied import copying

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
"""

CASES = '''\
import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute


@pytest.mark.example
@weight(2)
@number("1.1")
@tags("double")
def test_two(student):
    """double: two numbers

    handout, section 1
    """
    student.double(np.array([1.0, 2.0])).must_equal(value=[2.0, 4.0], within=absolute(1e-6))


@pytest.mark.example
@weight(1.5)
@number("1.2")
@tags("double")
def test_recorded(student, reference):
    """double: a recorded answer"""
    student.double(0.5).must_equal(value=reference.double(0.5), within=absolute(1e-6))


@pytest.mark.example
@weight(3)
@number("2.1")
@tags("both")
def test_both(student, reference):
    """both: sum and product"""
    total, product = reference.both(1.0, 2.0)
    student.both(np.ones(1), np.full(1, 2.0)).must_equal(total=total, product=product, within=absolute(1e-6))
'''

EXPECTED = replay.as_text(
    replay.Recording(
        {"1.2": [["double", [1.0]]], "2.1": [["both", [[3.0], [2.0]]]]},
        replay.record_mistakes(
            [
                Mistake("double.squares", "double", lambda z: z**2, "This is the square of z, not twice z."),
                Mistake("both.swapped", "both", lambda a, b: (a * b, a + b), "The two results are exchanged."),
            ],
            [("double", [np.array([1.0, 2.0])]), ("double", [0.5]), ("both", [np.ones(1), np.full(1, 2.0)])],
        ),
    )
)

CONFTEST = f"""\
import sys
sys.path.insert(0, {str(ROOT)!r})
pytest_plugins = ["autograder.home"]
"""

UNTOUCHED = '''\
"""Two functions."""


def double(z):
    """Twice z."""
    raise NotImplementedError("Task 1: write double, then delete this line")


def both(a, b):
    """Sum and product."""
    raise NotImplementedError("Task 2: write both, then delete this line")
'''

RIGHT = "def double(z):\n    return z + z\n\ndef both(a, b):\n    return a + b, a * b\n"


def in_a_shell(**environment):
    """Return the environment of a student, without the plug-ins installed next to our pytest.

    hypothesis alone takes longer to load than the checks take.
    """
    other = ("PYTEST", "PYTHON", "COV", "PY_COLORS", "FORCE_COLOR", "NO_COLOR")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(other)}
    ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80"}
    return {**kept, **ours, **environment}


def typed_anew(folder, *options, **environment):
    """Run `pytest` in a new interpreter; return the exit status and the output."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder, env=in_a_shell(**environment),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture(scope="module", name="typed")
def _typed(tmp_path_factory):
    """A function like `typed_anew` that runs in a fork of a process with NumPy and pytest loaded."""
    with copying(tmp_path_factory.mktemp("printed"), "numpy", "pytest") as run:

        def typed(folder, *options):
            status, said, refused = run("pytest", ["-p", "no:cacheprovider", *options], folder, in_a_shell())
            return status, said + refused

        yield typed


class Home:
    """A student's folder, whose checks run in this process, which saves starting Python for each test."""

    def __init__(self, pytester):
        self._pytester = pytester
        self.folder = pytester.path
        self.status = None

    def write(self, text, name="small.py"):
        """Save a program as the student's editor would."""
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def report(self, *options):
        """Return what a student reads between pytest's progress line and its last line; `status` is the exit status."""
        with np.errstate():  # a program may change NumPy's settings, which this process shares
            result = self._pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)
        self.status = result.ret
        assert "INTERNALERROR" not in result.stderr.str()
        text = re.sub(r"\A.*\[100%\]\n+", "", result.stdout.str(), flags=re.DOTALL)
        return re.sub(r"\n[^\n]*\b(passed|failed|deselected)\b[^\n]* in [\d.]+s[^\n]*\n?\Z", "\n", text).strip("\n")


@pytest.fixture(name="home")
def _home(pytester, monkeypatch):
    """The small assignment, without a program."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("MPLBACKEND", "")  # the checks set it
    # Another test may have imported it. At home, pytest imports it first, and warns if it was imported before.
    monkeypatch.delitem(sys.modules, "autograder.home", raising=False)
    tmp_path = pytester.path
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "assignment.toml").write_text(SETTINGS)
    (tmp_path / "checks" / "test_1_double.py").write_text(CASES)
    (tmp_path / "checks" / "expected.json").write_text(EXPECTED)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    shutil.copy(ROOT / "solution" / "starter" / "pytest.ini", tmp_path)
    return Home(pytester)


def page(text):
    """Return a report without the indentation that it has in these tests."""
    return textwrap.dedent(text).strip("\n")


def row(word, number, title, points):
    """Return one line of the list of cases."""
    return f"{word:<8}{number:<5}{title:<58}{points:>9}"


def rows(first, second, third):
    """Return the list of cases with these words and scores."""
    return "\n".join(
        row(word, number, title, f"{score} / {most}")
        for (word, score), number, title, most in (
            (first, "1.1", "double: two numbers", "2"),
            (second, "1.2", "double: a recorded answer", "1.5"),
            (third, "2.1", "both: sum and product", "3"),
        )
    )


HIDDEN = "Another 3.5 points are graded on data you do not see."
TO_DO, FAILED = ("to do", "0"), ("FAILED", "0")

# ------------------------------------------------------------------------------------- no program to check


def test_missing_file_is_one_sentence(home):
    """The sentence says where the file should be; there is no list of failures."""
    assert (home.report(), home.status) == (f"There is no {home.folder / 'small.py'}.", 1)


@pytest.mark.parametrize(
    ("file", "names", "said"),
    [
        ("small.py", ["small.py.txt"], "Rename small.py.txt to small.py. (Windows hides such endings, unless Explorer "
                                       "is told otherwise.)"),
        ("My_net.py", ["my_net (1).PY", "mynet-2.py"], "Rename my_net (1).PY or mynet-2.py to My_net.py."),
    ],
    ids=["text", "copies"],
)  # fmt: skip
def test_missing_file_may_have_another_name(home, file, names, said):
    """Windows shows small.py.txt as small.py, and browsers number repeated downloads."""
    (home.folder / "checks" / "assignment.toml").write_text(SETTINGS.replace("small.py", file))
    for name in names:
        home.write(RIGHT, name)
    assert home.report() == f"There is no {home.folder / file}. {said}"


def test_copy_in_which_the_work_was_done_is_told_not_to_be_checked(home):
    """Otherwise everything would be "to do" for no visible reason."""
    home.write(UNTOUCHED)
    home.write(RIGHT, "small (1).py")
    home.write(RIGHT, "small.py.txt")
    assert home.report().split("\n\n")[1] == page("""
        Next: double, line 4 of small.py.
        (A new download prints 'to do' everywhere.)
        Only small.py is checked, not small (1).py beside it.
        """)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("x = 1\n".encode("utf-16"), "small.py is saved as UTF-16. Save it as UTF-8: in Notepad, Save as, Encoding."),
        (b"", "small.py is empty. Save your work in the editor and hand it in again."),
        (b'{"cells": []}', "small.py holds a notebook. Export it as a Python file: "
                           "File, Save and Export as, Executable Script."),
    ],
    ids=["UTF-16", "empty", "notebook"],
)  # fmt: skip
def test_file_that_cannot_be_read_is_one_sentence(home, data, said):
    """The sentence is the same as on Gradescope."""
    home.write(data)
    assert home.report() == said


def test_syntax_error_shows_its_line(home):
    """The error is shown once in full, followed by the cases that it stops."""
    home.write("def double(z):\n    return (z + z\n\ndef both(a, b):\n    return a + b, a * b\n")
    text = home.report()
    first = "Fix this first: 1.1 double: two numbers: importing small.py raised SyntaxError."
    assert text.startswith(rows(FAILED, FAILED, FAILED) + f"\n\n{first}\n\n--- 1.1  double: two numbers\n")
    assert "--- 1.2, 2.1  The same as 1.1.\n" in text
    assert "  Tested         import small\n" in text
    assert "  Got            importing small.py raised SyntaxError: '(' was never closed\n" in text
    assert "  Your lines     line 2: return (z + z\n" in text
    assert "  Where to look  small.py line 2\n" in text
    assert "Traceback" not in text
    assert text.endswith(f"0 of 6.5 points so far. {HIDDEN}")


def test_program_that_prints_that_something_is_not_written_yet_reads_its_failures(home):
    """Its output must not turn a case into "to do" and hide what is wrong."""
    home.write(RIGHT.replace("return z + z", "print('both is not written yet')\n    return 3 * z"))
    text = home.report()
    assert text.startswith(rows(FAILED, FAILED, ("passed", "3")))
    assert "Got            [3 6]   shape (2,)" in text


@pytest.mark.parametrize("statement", ["exit()", "raise SystemExit", "import sys; sys.exit(0)"])
def test_program_that_ends_itself_is_told_so(home, statement):
    """As on Gradescope, the message has the line and what to remove."""
    home.write(RIGHT + f"\n{statement}\n")
    text = home.report()
    assert home.status == 1
    assert "  Got            importing small.py raised SystemExit" in text
    assert "  Likely cause   The program ends itself. Take out exit(), quit(), sys.exit()," in text


def test_program_that_asks_for_input_is_told_that_nobody_types(home):
    """The message is the same as on Gradescope, not pytest's own about capturing."""
    home.write(RIGHT + "\nn = input('How many? ')\n")
    text = home.report()
    assert "  Got            importing small.py raised EOFError: EOF when reading a line\n" in text
    assert "nobody can type while it is checked. Take out input()." in " ".join(text.split())


def test_keyboard_is_there_for_who_asks_for_it(home):
    """With -s, pytest leaves it alone: a debugger in the program needs it."""
    with (home.folder / "conftest.py").open("a") as conftest:
        conftest.write("import io\nsys.stdin = io.StringIO('typed\\n' * 9)\n")
    home.write(f"assert input() == 'typed'\n{RIGHT}")
    assert "6.5 of 6.5 points" in home.report("-s")


def test_program_that_reads_its_command_line_finds_its_name_alone(home, monkeypatch):
    """pytest's arguments are not for the program, which gets none when it is graded."""
    monkeypatch.setattr(sys, "argv", ["pytest", "-k", "double"])
    home.write(
        RIGHT + "\nimport argparse, sys\nargparse.ArgumentParser().parse_args()\nassert sys.argv == [__file__]\n"
    )
    home.report()
    assert home.status == 0
    assert sys.argv == ["pytest", "-k", "double"]


def test_broken_record_is_our_fault_and_says_what_to_do(home):
    """A damaged download is not the student's mistake."""
    home.write(RIGHT)
    (home.folder / "checks" / "expected.json").write_text("{}\n")
    assert home.report() == "checks/expected.json is missing or damaged. Download the assignment again."
    (home.folder / "checks" / "expected.json").unlink()
    assert home.report() == "checks/expected.json is missing or damaged. Download the assignment again."


def test_case_file_that_is_gone_is_said_to_be_and_what_is_left_not_to_be_all(home):
    """Otherwise the remaining points would look like all that can be earned."""
    home.write(RIGHT)
    path = home.folder / "checks" / "test_1_double.py"
    path.write_text(CASES.partition("\n\n\n@pytest.mark.example\n@weight(3)")[0] + "\n")
    assert home.report() == "The checks are incomplete: 2.1 is missing. Download the assignment again."


def test_record_that_is_out_of_step_is_our_fault_and_says_what_to_do(home):
    """A case and its answers come from two different downloads."""
    home.write(RIGHT)
    (home.folder / "checks" / "expected.json").write_text('{"answers": {}, "mistakes": []}\n')
    text = home.report()
    assert "expected.json holds an answer of nothing where double is asked; download it again" in text
    assert "StopIteration" not in text


# ------------------------------------------------------------------------------------- on the way


def test_file_beside_the_program_is_not_there_as_when_it_is_graded(home):
    """The file is hidden during the import and in every call."""
    (home.folder / "data").mkdir()
    (home.folder / "data" / "numbers.txt").write_text("1")
    opening = "open('data/numbers.txt').read()\n"
    for program in (f"{opening}def double(z):\n    return z + z\n", f"def double(z):\n    {opening}    return z + z\n"):
        home.write(program)
        report = home.report("-k", "double")
        assert "raised FileNotFoundError: [Errno 2]" in report
        assert "The program runs with only the file you hand in" in report


def test_file_that_a_program_writes_is_there_in_its_calls_and_gone_afterward(home, monkeypatch, tmp_path_factory):
    """As in a worker, one folder serves the import and all calls of a case."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    both = "def both(a, b):\n    return a + b, a * b\n"
    write = "with open('two.txt', 'x') as file:\n    file.write('2')\n"
    read = "def double(z):\n    with open('two.txt') as file:\n        return int(file.read()) * z\n"
    home.write(write + read + both)
    home.write("from pathlib import Path\n\ndef test_mine():\n    assert Path('small.py').is_file()\n", "test_mine.py")
    report = home.report("checks", "test_mine.py")
    assert (home.status, "FAILED" in report) == (0, False), report
    assert not list(home.folder.rglob("two.txt"))
    assert len(list(elsewhere.iterdir())) <= 1  # the last folder exists until Python exits


def test_untouched_starter_is_all_to_do(home):
    """Nothing has failed: the report gives the next step and its line."""
    home.write(UNTOUCHED)
    assert home.report() == rows(TO_DO, TO_DO, TO_DO) + "\n\n" + page(f"""
        Next: double, line 4 of small.py.
        (A new download prints 'to do' everywhere.)

        0 of 6.5 points so far. {HIDDEN}
    """)


def test_line_that_was_to_be_deleted_is_named(home):
    """The function is written, but the stub's last line is still below it."""
    home.write(
        UNTOUCHED.replace(
            '    raise NotImplementedError("Task 1', '    z = 2 * z\n    raise NotImplementedError("Task 1'
        )
    )
    home.write(RIGHT, "small (1).py")
    said = home.report()
    assert "Next: double, line 4 of small.py.\nIf double is written, delete line 7: it still raises" in said
    assert "(1)" not in said, "it is this file that was worked on"


@pytest.mark.parametrize(
    ("program", "several"),
    [
        (RIGHT.replace("a + b", "a - b"), False),
        (RIGHT.replace("z + z", "3 * z if np.ndim(z) else z + z").replace("a + b", "double(a) - a + b"), True),
    ],
    ids=["one", "one that another waits for"],
)
def test_what_to_mend_first_is_said_where_there_is_a_choice(home, program, several):
    """A single failure needs no order."""
    home.write(f"import numpy as np\n{program}")
    said = home.report()
    assert said.count("FAILED  ") == 1 + several
    assert ("\nFix this first: " in said) == several


def test_list_of_checks_has_no_report(home):
    """An editor's test panel asks for it this way."""
    home.write(RIGHT)
    said = home.report("--collect-only")
    assert "test_two" in said
    assert "No check was asked for" not in said


def test_half_filled_in_shows_the_mistake_and_the_next_step(home):
    """The mistake is shown in full, followed by the next step."""
    home.write(UNTOUCHED.replace('    raise NotImplementedError("Task 1: write double, then delete this line")',
                                 "    print('z is', z)\n    return 3 * z + z**3"))  # fmt: skip
    assert home.report() == rows(FAILED, FAILED, TO_DO) + "\n\n" + page(f"""
        Fix this first: 1.1 double: two numbers: double is wrong in 2 of 2 entries.

        --- 1.1  double: two numbers
          Tested         double(z)
          Inputs         z = [1 2]
          Expected       [2 4]   shape (2,)
          Got            [4 14]   shape (2,)
          Difference     2 of 2 entries; largest 10 at [1]; allowed 1e-6
          Where to look  handout, section 1; your double, small.py line 4
          You printed    z is [1. 2.]

        --- 1.2  double: a recorded answer
          Tested         double(z)
          Inputs         z = 0.5
          Expected       1
          Got            1.625
          Difference     largest 0.625; allowed 1e-6
          Where to look  your double, small.py line 4
          You printed    z is 0.5

        Next: both, line 10 of small.py.

        0 of 6.5 points so far. {HIDDEN}
    """)


def test_printed_text_is_shown_at_once_when_asked_for(home):
    """This uses pytest's own -s; the text is repeated with the failure, as on Gradescope."""
    home.write(
        "import sys\nassert sys.stdout.write('hello\\n') == 6\nassert sys.stdout.buffer.write(b'caf\\xe9\\n') == 5\n"
        "def double(z):\n    sys.stderr.writelines(['z is ', str(z), '\\n'])\n    return 3 * z\n"
    )
    text = home.report("-s", "-k", "recorded")
    assert text.startswith("hello\ncaf\\xe9\nF")
    assert "  You printed    hello\n                 caf\\xe9\n                 z is 0.5\n" in text
    assert home.report("-k", "recorded").count("hello") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')",
        pytest.param("sys.stderr = codecs.getwriter('utf-8')(sys.stderr.detach())", marks=pytest.mark.slow),
        "sys.stdout = os.fdopen(sys.stdout.fileno(), 'w', encoding='utf-8')",
        "open(sys.stderr.fileno(), 'w').close()",
    ],
)
@pytest.mark.parametrize("capture", ["fd", "no"])
def test_program_with_standard_streams_of_its_own_takes_away_none_of_pytests(home, statement, capture):
    """This is common advice for Windows, and is harmless where programs are graded."""
    home.write(f"import codecs, io, os, sys\n{statement}\nprint('hello')\n{RIGHT}")
    status, output = typed_anew(home.folder, f"--capture={capture}")
    assert (status, "6.5 of 6.5 points" in output.decode(), "Traceback" in output.decode()) == (0, True, False)


def test_long_printing_is_cut_and_ends_nothing(home):
    """As many lines are shown as on Gradescope, even with letters that no terminal can show."""
    home.write("def double(z):\n    for i in range(10**4):\n        print('line', i, '\\ud800')\n    return 3 * z\n")
    text = home.report("-k", "recorded")
    assert "  You printed    line 0 \\ud800\n                 line 1 \\ud800\n" in text
    assert "more lines)" in text
    assert len(text) < 3000


def test_letter_that_a_terminal_lacks_ends_no_program():
    """With -s, what is printed goes straight to the terminal, which may know few letters, as on Windows."""
    shown = io.BytesIO()
    echo = _Echo(io.TextIOWrapper(shown, "ascii", write_through=True))
    assert echo.write("\u03b8 = 1") == 5
    assert (shown.getvalue(), echo.take()) == (b"\\u03b8 = 1", "\u03b8 = 1")


def test_little_is_kept_of_a_flood():
    """A program that prints for ever must not fill the memory before it is stopped."""
    echo = _Echo(io.StringIO())
    for _ in range(100):
        echo.write("x" * (MAX_PRINTED // 10))
    assert echo.take() == "x" * MAX_PRINTED


def test_message_is_in_pytests_own_report_too(home):
    """An editor's test panel shows that report."""
    home.write("def double(z):\n    return z * z\n\ndef both(a, b):\n    return a + b, a * b\n")
    home.report("--junitxml=report.xml")
    report = (home.folder / "report.xml").read_text(encoding="utf-8")
    assert report.count("Likely cause   This is the square of z, not twice z.") >= 2
    assert "Traceback" not in report


def test_right_program_passes(home):
    """The report shows no failure and no next step."""
    home.write(RIGHT)
    passed = rows(("passed", "2"), ("passed", "1.5"), ("passed", "3"))
    assert home.report() == f"{passed}\n\n6.5 of 6.5 points so far. {HIDDEN}"
    assert home.status == 0


def test_next_step_is_said_once_everything_passes(home):
    """Examples cannot show everything, so that the work is not done yet; but first, they have to pass."""
    settings = home.folder / "checks" / "assignment.toml"
    settings.write_text(f'next_step = "python more.py tries it with more numbers."\n{SETTINGS}')
    home.write(RIGHT)
    passed = rows(("passed", "2"), ("passed", "1.5"), ("passed", "3"))
    step = "Next: python more.py tries it with more numbers."
    assert home.report() == f"{passed}\n\n{step}\n\n6.5 of 6.5 points so far. {HIDDEN}"
    assert "more.py" not in home.report("-k", "both")
    home.write(RIGHT.replace("z + z", "z * z"))
    assert "more.py" not in home.report()


def test_mistake_is_named_by_what_was_recorded(home):
    """The cause is the same as on Gradescope, and the folder contains no formula."""
    home.write("def double(z):\n    return z * z\n\ndef both(a, b):\n    return a * b, a + b\n")
    text = home.report()
    assert text.count("  Likely cause   This is the square of z, not twice z.\n") == 2
    assert text.count("  Likely cause   The two results are exchanged.\n") == 1
    assert text.index("Fix this first: 1.1 double: two numbers: This is the square of z, not twice z.") < text.index(
        "--"
    )


def test_third_failure_of_a_function_takes_a_line(home):
    """Students read the first one and fix it; each function has two failures of its own in full."""
    third = CASES[CASES.index("@pytest.mark.example\n@weight(1.5)") : CASES.index("@pytest.mark.example\n@weight(3)")]
    more = third.replace("1.2", "1.3").replace("test_recorded", "test_again").replace("1.5", "1")
    more = more.replace("reference.double(0.5)", "1.0")
    (home.folder / "checks" / "test_1_double.py").write_text(CASES.replace(third, third + more))
    home.write("def double(z):\n    return z * z\n\ndef both(a, b):\n    return None\n")
    text = home.report()
    assert "\n\n--- 1.3  The same mistake as 1.1.\n\n--- 2.1  both: sum and product\n" in text
    home.write("def double(z):\n    return 1 / 0\n\ndef both(a, b):\n    return None\n")
    text = home.report()
    assert "\n\n--- 1.3  The same as 1.2.\n\n--- 2.1  both: sum and product\n" in text
    assert "Traceback" not in text


def example(number, function, call):
    """Return another case of the small assignment, which expects what `call` says."""
    return f"""

@pytest.mark.example
@weight(1)
@number("{number}")
@tags("{function}")
def test_{function}_{number.replace(".", "_")}(student):
    \"\"\"{function}: once more\"\"\"
    student.{call}, within=absolute(1e-6))
"""


def test_wrong_answers_in_other_checks_tell_against_a_cause(home):
    """The factor of a third would be one over the number of entries here, but was not in the other check."""
    more = example("1.3", "double", "double(np.array([1.0, 2.0, 5.0])).must_equal(value=[2.0, 4.0, 10.0]")
    (home.folder / "checks" / "test_1_double.py").write_text(CASES + more)
    home.write("def double(z):\n    return 2 * z / 3\n")
    assert "number of entries" not in home.report()
    assert "number of entries" in home.report("-k", "1_3")  # no other check contradicts it


def test_wrong_answers_of_a_function_that_calls_another_tell_against_no_cause(home):
    """They may be the fault of the other function, which is wrong with four entries; no right version exists here."""
    more = example("1.3", "both", "both(np.ones(4), np.ones(4)).must_equal(total=[2.0] * 4, product=[1.0] * 4")
    third = CASES.index("\n\n@pytest.mark.example\n@weight(3)")
    (home.folder / "checks" / "test_1_double.py").write_text(CASES[:third] + more + CASES[third:])
    swapped = Mistake("both.swapped", "both", lambda a, b: (a * b, a + b), "The two results are exchanged.")
    calls = [("both", [np.ones(4), np.ones(4)]), ("both", [np.ones(1), np.full(1, 2.0)])]
    recording = replay.Recording(
        {"1.2": [["double", [1.0]]], "2.1": [["both", [[3.0], [2.0]]]]}, replay.record_mistakes([swapped], calls)
    )
    (home.folder / "checks" / "expected.json").write_text(replay.as_text(recording))
    text = "import numpy as np\n\ndef double(z):\n    return z + z + (np.size(z) == 4)\n\ndef both(a, b):\n"
    home.write(text + "    return double(a) * b / 2, a + b\n")
    assert "The two results are exchanged." in home.report().partition("--- 2.1")[2]
    home.write(text + "    return a * b + (len(a) == 4) / 2, a + b\n")
    assert "The two results are exchanged." not in home.report().partition("--- 2.1")[2]


def test_check_that_fails_is_tried_once(home):
    """There are no stand-ins at home for a second try."""
    home.write("print('imported')\n\ndef double(z):\n    return z\n\ndef both(a, b):\n    return double(a), b\n")
    assert home.report("-s").startswith("imported\nFimported\nFimported\nF\n")


@pytest.mark.parametrize(
    "both",
    [
        "def both(a, b):\n    return a + b, double(a) / 2 * b\n",
        "def both(a, b):\n    return a + b, [half(x) for x in a * b]\n\n"
        "def half(x, again=True):\n    return half(x, False) if again else double(x) / 2\n",
        "class Both:\n    def __call__(self, a, b):\n        return a + b, double(a) / 2 * b\n\nboth = Both()\n",
        "def timed(f):\n    return lambda *given: f(*given)\n\n"
        "@timed\ndef both(a, b):\n    return a + b, double(a) / 2 * b\n",
    ],
    ids=["itself", "through another", "as an object", "decorated"],
)
def test_function_that_calls_a_wrong_one_waits_for_it(home, both):
    """The function to fix is shown; a failure that follows from it costs nothing, and the report says so."""
    home.write("def double(z):\n    return 3 * z\n\n" + both)
    text = home.report()
    assert text.count("  Tested ") == 2
    assert "\n\n--- 2.1  both waits for double\n  Your both calls your double, which did not pass: " in text
    assert "costs nothing" in text
    alone = home.report("-k", "both")
    assert ("Tested         both(a, b)" in alone, "Fix this first" in alone) == (True, False)


@pytest.mark.parametrize(
    "program",
    [
        "def double(z):\n    return 3 * z\n\ndef both(a, b):  # not double\n    return a.double, b\n",
        "def double(z, n=0):\n    return both(z, n)[0] if n else 3 * z\n\ndef both(a, b):\n    return double(a), a\n",
    ],
    ids=["no call", "each calls the other"],
)
def test_function_that_is_wrong_by_itself_waits_for_nobody(home, program):
    """A name in a comment, or an attribute of another object, is not a call; if two functions waited for each other,
    neither would be shown.
    """
    home.write(program)
    assert "--- 2.1  both: sum and product\n" in home.report()


def test_argument_that_is_changed_in_place_is_shown_as_it_was_given(home):
    """The original argument is also needed to recognize a mistake."""
    home.write("def double(z):\n    z *= z\n    return z\n")
    report = home.report("-k", "double")
    assert "  Inputs         z = [1 2]\n" in report
    assert "  Likely cause   This is the square of z, not twice z.\n" in report


def test_object_that_raises_at_every_look_is_checked_all_the_same(home):
    """Its callers are unknown then, and wait for nothing."""
    home.write(
        "class Double:\n    def __getattr__(self, name):\n        raise KeyError(name)\n"
        "    def __call__(self, z):\n        return 3 * z\n\n\n"
        "double = Double()\n\ndef both(a, b):\n    return double(a) / 2 + b, a * b\n"
    )
    report = home.report()
    assert "  Got            [3 6]   shape (2,)\n" in report
    assert "--- 2.1  both: sum and product\n" in report


def test_each_case_imports_the_program_anew(home):
    """State left by one case cannot help or hurt the next; in its calls, the program can import itself."""
    home.write(
        "calls = []\ndef double(z):\n    import small\n    small.calls.append(z)\n    assert len(calls) == 1\n"
        "    return z + z\n"
    )
    assert row("passed", "1.2", "double: a recorded answer", "1.5 / 1.5") in home.report()


def test_changed_global_settings_change_nothing(home):
    """A program that turns warnings into errors does not affect the checks."""
    home.write("import warnings\nimport numpy as np\nwarnings.simplefilter('error')\nnp.seterr(all='raise')\n" + RIGHT)
    assert "6.5 of 6.5 points" in home.report()


def test_words_choose_the_cases_of_one_function(home):
    """With `pytest -k double`, only the points of the checks that ran count."""
    home.write(RIGHT)
    text = home.report("-k", "both")
    assert text == row("passed", "2.1", "both: sum and product", "3 / 3") + "\n\n" + page("""
        1 of 3 checks ran; the others are for double.
        3 of 3 points so far.
    """)


def test_one_file_of_several_is_not_said_to_be_all(home):
    """An editor's button may run one file: the report names the functions that were not checked."""
    home.write(RIGHT)
    first, both = CASES.split("\n\n\n@pytest.mark.example\n@weight(3)")
    (home.folder / "checks" / "test_1_double.py").write_text(first + "\n")
    head = first.partition("\n\n\n")[0]
    (home.folder / "checks" / "test_2_both.py").write_text(f"{head}\n\n\n@pytest.mark.example\n@weight(3){both}")
    assert home.report("checks/test_2_both.py").endswith(
        page("""
        1 of 3 checks ran; the others are for double.
        3 of 3 points so far.
        """)
    )


@pytest.mark.parametrize(
    "program",
    ["{}\n" + RIGHT, RIGHT.replace("    return z", "    {}\n    return z")],
    ids=["at the top", "in a function"],
)
@pytest.mark.parametrize(
    ("statement", "module"),
    [
        ("import helpers", "helpers"),
        ("from lesson.colors import red", "lesson"),
        ("import importlib; importlib.import_module('data')", "data"),
        ("import conftest", "conftest"),
    ],
)
def test_what_else_lies_beside_the_program_cannot_be_imported(home, program, statement, module):
    """The program is graded alone, and would fail there. This includes folders and modules that pytest itself has
    loaded.
    """
    (home.folder / "lesson").mkdir()
    (home.folder / "data").mkdir()
    home.write("", "helpers.py")
    home.write("", "lesson/__init__.py")
    home.write("red = 1\n", "lesson/colors.py")
    home.write(program.format(statement))
    report = " ".join(home.report("-k", "double").split())
    assert f"raised ModuleNotFoundError: No module named '{module}' " in report
    assert "Likely cause Only NumPy, SciPy, Matplotlib and the standard library are installed, and your file" in report


def test_folders_that_a_program_adds_are_searched_in_its_calls(home):
    """Each is on the path once, although each case imports the program again."""
    home.write(
        f"import sys\nsys.path.append('mine')\n{RIGHT}".replace(
            "    return z", "    assert sys.path.count('mine') == 1\n    return z"
        )
    )
    assert home.report().startswith(rows(("passed", "2"), ("passed", "1.5"), ("passed", "3")))


def test_modules_that_others_have_loaded_from_the_folder_are_there_again_afterward(home):
    """They include pytest's own."""
    home.write(
        "import sys\nassert not {'conftest', 'helpers', 'lesson', 'lesson.colors'} & {*sys.modules}\n"
        "assert sys.path[0] != ''\n" + RIGHT
    )
    with (home.folder / "conftest.py").open("a") as conftest:
        conftest.write("import helpers\nfrom lesson import colors\n\ndef pytest_unconfigure():\n"
                       "    assert sys.modules['helpers'] is helpers and sys.modules['lesson.colors'] is colors\n"
                       "    assert 'conftest' in sys.modules\n    print('all there')\n")  # fmt: skip
    (home.folder / "lesson").mkdir()
    home.write("", "helpers.py")
    home.write("", "lesson/colors.py")
    report = home.report("-s")
    assert "6.5 of 6.5 points" in report and "all there" in report


def test_file_beside_the_program_is_no_module_of_pythons(home):
    """It does not exist where the program is graded; here, Python's own module of that name is found."""
    home.write("raise ValueError\n", "colorsys.py")
    home.write("import colorsys\nassert colorsys.rgb_to_hsv(1, 1, 1) == (0, 0, 1)\n" + RIGHT)
    assert "6.5 of 6.5 points" in home.report()


def test_checks_run_from_within_their_folder(home, monkeypatch):
    """Students type `pytest` in any folder."""
    home.write(RIGHT)
    monkeypatch.chdir(home.folder / "checks")
    assert "6.5 of 6.5 points" in home.report()


# ------------------------------------------------------------------------------------- extra credit

MORE_SETTINGS = """\
title = "More"
file = "more.py"
points = 5
imports = ["small.py"]
[limits]
call_s = 5
import_s = 10
case_s = 30
run_s = 240
memory_mib = 384
[functions.double]
arguments = ["z"]
returns = ["value"]
[functions.repeat]
arguments = ["z", "times"]
integers = ["times"]
returns = ["value"]
stand_ins = ["double"]
"""
MORE_CASES = '''\
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute


@pytest.mark.example
@weight(2.5)
@number("3.1")
@tags("repeat")
def test_repeat(student, reference):
    """repeat: doubled three times"""
    student.repeat(0.5, 3).must_equal(value=reference.repeat(0.5, 3), within=absolute(1e-6))
'''
REPEAT = """\
from small import double

def repeat(z, times):
    for _ in range(times):
        z = double(z)
    return z
"""
MORE_HIDDEN = "Another 2.5 points are graded on data you do not see."


@pytest.fixture(name="more")
def _more(home):
    """The small assignment with another file for extra credit."""
    folder = home.folder / "checks" / "more"
    folder.mkdir()
    above = folder.with_name("assignment.toml")
    above.write_text('extra_credit = ["more"]\n' + above.read_text())
    (folder / "assignment.toml").write_text(MORE_SETTINGS)
    (folder / "test_3_repeat.py").write_text(MORE_CASES)
    recording = replay.Recording({"3.1": [["repeat", [4.0]]]})
    (folder / "expected.json").write_text(replay.as_text(recording))
    home.write(RIGHT)
    home.write(REPEAT, "more.py")
    return home


def test_extra_credit_is_checked_when_it_is_asked_for(more, monkeypatch):
    """It is selected by its folder, by a file or a test in it, or from inside; its program imports the current first
    file.
    """
    passed = row("passed", "3.1", "repeat: doubled three times", "2.5 / 2.5")
    report = page(f"""
        {passed}

        2.5 of 2.5 points so far. {MORE_HIDDEN}
    """)
    for asked in ("checks/more", "checks/more/test_3_repeat.py", "checks/more/test_3_repeat.py::test_repeat"):
        assert more.report(asked) == report
    saved = (more.folder / "small.py").stat()
    more.write(RIGHT.replace("z + z", "3 * z"))
    # With the same size and time, Python would take it for the file whose bytecode it has stored.
    os.utime(more.folder / "small.py", ns=(saved.st_atime_ns, saved.st_mtime_ns))
    assert "FAILED  3.1" in more.report("checks/more")
    more.write(RIGHT)
    monkeypatch.chdir(more.folder / "checks" / "more")
    assert more.report(".") == report


@pytest.mark.parametrize(
    "asked", [(), ("checks",), ("checks", "checks/test_1_double.py"), ("checks/test_1_double.py",)]
)
def test_extra_credit_is_left_out_otherwise(more, asked):
    """A student who does not want it reads nothing about it."""
    report = more.report(*asked)
    assert "repeat" not in report and f"6.5 of 6.5 points so far. {HIDDEN}" in report


@pytest.mark.parametrize(
    ("file", "damaged", "said"),
    [
        ("assignment.toml", "title = ", "assignment.toml is not TOML: "),
        (
            "more/assignment.toml",
            "title = 'More'",
            "more/assignment.toml: an entry is missing, unknown, or of the wrong type: ",
        ),
        ("test_1_double.py", "def test(:", "test_1_double.py, line 1: "),
    ],
)
def test_damaged_checks_are_one_sentence(more, file, damaged, said, typed):
    """Whichever part was selected, the sentence names the file and says what to do."""
    (more.folder / "checks" / file).write_text(damaged)
    for asked in ((), ("checks/more",)):
        status, output = typed(more.folder, *asked)
        [line] = output.decode().strip().splitlines()
        assert (status, str(more.folder) in line) == (4, False)
        assert line.startswith("ERROR: The checks are incomplete: ") and said in line
        assert line.endswith(" Download the assignment again.")


@pytest.mark.parametrize(
    ("asked", "commands"),
    [
        (("checks", "checks/more"), "`pytest` or `pytest checks/more`"),
        (("checks/more", "checks"), "`pytest checks/more` or `pytest`"),
        (("checks/test_1_double.py", "checks/more/test_3_repeat.py::test_repeat"), "`pytest` or `pytest checks/more`"),
    ],
)
def test_two_assignments_at_once_are_one_sentence(more, asked, commands, typed):
    """Each is checked separately; the report would not show which check belongs to which."""
    status, output = typed(more.folder, *asked)
    assert (status, output.decode().strip()) == (4, f"ERROR: Check one file at a time: {commands}.")


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        (("-k", "repeat"), "pytest checks/more -k repeat"),
        (("-k", "not double and Repe"), "pytest checks/more -k Repe"),
        (("checks/more", "-k", "both"), "pytest -k both"),
        (("checks/more", "-k", "other"), "pytest checks/more -k repeat"),
        (("-k", "other"), "pytest -k double"),
    ],
)
def test_name_of_a_function_of_the_other_file_leads_there(more, asked, command):
    """The suggested command runs the checks of that function."""
    assert more.report(*asked).splitlines()[-1] == f"No check has this name. Try `{command}`."


def test_function_of_the_first_file_that_is_not_written_is_named(more):
    """That function is the next to write, not the one that needs it."""
    more.write(UNTOUCHED)
    assert more.report("checks/more") == page(f"""
        {row("to do", "3.1", "repeat: doubled three times", "0 / 2.5")}

        Next: double is not written yet.
        (A new download prints 'to do' everywhere.)

        0 of 2.5 points so far. {MORE_HIDDEN}
    """)


def test_function_that_the_file_of_extra_credit_lacks_is_next(more):
    """A student may write that file from scratch, one function at a time."""
    (more.folder / "more.py").write_text("# begun\n")
    assert more.report("checks/more") == page(f"""
        {row("to do", "3.1", "repeat: doubled three times", "0 / 2.5")}

        Next: repeat, in more.py.

        0 of 2.5 points so far. {MORE_HIDDEN}
    """)


def test_mistake_may_be_in_a_function_of_the_first_file(more):
    """The first file is not checked here; a student who asks for a missing name is told what to type."""
    more.write(RIGHT.replace("z + z", "3 * z"))
    report = more.report("checks/more")
    assert "FAILED  3.1" in report
    assert (
        page("""
        What failed calls double from small.py, which is not checked here: does `pytest -k
        double` pass? When you hand in, this is also tried with a correct double.
    """)
        in report
    )
    more.write(REPEAT.replace("double(z)", "3 * z"), "more.py")
    assert "not checked here" not in more.report("checks/more")
    more.write(RIGHT)
    more.write(REPEAT.replace("return z", "return -z"), "more.py")
    report = more.report("checks/more")
    assert "opposite sign" in report and "not checked here" not in report, "a mistake that is named is this function's"
    assert "No check has this name. Try `pytest checks/more -k repeat`." in more.report("checks/more", "-k", "other")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="it has to be newer than Gradescope's")
def test_what_gradescope_s_older_python_does_not_have_is_told_beside_the_results(more):
    """Otherwise the report is unchanged; a line of the first file is also named where a later file imports it."""
    said = page("""
        Line 1 of small.py will not work on Gradescope's Python 3.10: it has no math.cbrt; write
        np.cbrt.
    """)
    for program in (RIGHT, RIGHT.replace("z + z", "3 * z"), UNTOUCHED):
        more.write(f"\n{program}")
        usual, status = more.report(), more.status
        more.write(f"from math import cbrt\n{program}")
        before, _, score = usual.rpartition("\n\n")
        assert (more.report(), more.status) == (f"{before}\n\n{said}\n\n{score}", status)
    assert said in more.report("checks/more")


def test_each_case_imports_the_first_file_anew(more):
    """State that it keeps in one case is gone in the next."""
    head, _, case = MORE_CASES.partition("\n\n\n")
    again = case.replace("3.1", "3.2").replace("reference.repeat(0.5, 3)", "4.0")
    (more.folder / "checks" / "more" / "test_4_again.py").write_text(f"{head}\n\n\n{again}")
    more.write("calls = []\ndef double(z):\n    calls.append(z)\n    assert len(calls) <= 3\n    return z + z\n")
    assert "\n5 of 5 points" in more.report("checks/more")


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        ("from small import double", "There is no small.py beside more.py."),
        ("from .small import double", "Write from small import ..., without the dot."),
    ],
)
def test_first_file_that_is_not_found_is_asked_for(more, statement, cause):
    """It is in another folder, or is imported the wrong way."""
    (more.folder / "small.py").unlink()
    more.write(REPEAT.replace("from small import double", statement), "more.py")
    report = more.report("checks/more")
    assert f"  Likely cause   {cause}\n  Where to look  more.py line 1\n" in report


def test_line_of_the_first_file_is_named_where_it_raises(more):
    """The report also names this line, not only the calling line, which is correct."""
    more.write("def double(z):\n    return z + zz\n")
    report = more.report("checks/more")
    assert "  Your lines     line 5: z = double(z)\n                 small.py line 2: return z + zz\n" in report
    assert "  Where to look  small.py line 2\n" in report
    more.write("def double(z):\n    return (z + z\n")
    report = more.report("checks/more")
    assert "  Got            importing more.py raised SyntaxError: '(' was never closed\n" in report
    assert (
        "  Your lines     line 1: from small import double\n                 small.py line 2: return (z + z\n" in report
    )
    assert "  Where to look  small.py line 2\n" in report


@pytest.mark.parametrize(
    ("small", "own", "said"),
    [
        ("def double(z):\n    raise KeyboardInterrupt\n", REPEAT, "repeat was running, at line 2 of small.py,"),
        (
            RIGHT,
            REPEAT.replace("z = double(z)", "raise KeyboardInterrupt"),
            "repeat was running, at line 5 of more.py,",
        ),
        (
            RIGHT,
            REPEAT.replace("z = double(z)", "z = further(z)") + "\ndef further(z):\n    raise KeyboardInterrupt\n",
            "repeat was running, at line 9 of more.py,",
        ),
        ("\n\nraise KeyboardInterrupt\n", REPEAT, "more.py was imported, at line 3 of small.py,"),
        (RIGHT, REPEAT + "\nraise KeyboardInterrupt\n", "more.py was imported, at line 8,"),
    ],
    ids=["called", "own function", "function of a function", "imported", "own import"],
)
def test_ctrl_c_names_the_innermost_line_of_either_file(more, small, own, said, typed):
    """That is where the infinite loop is."""
    more.write(small)
    more.write(own, "more.py")
    status, output = typed(more.folder, "checks/more")
    assert (status, f"Stopped while {said}" in output.decode()) == (2, True)


def test_ctrl_c_in_the_only_function_asked_for_is_no_wrong_name(home, typed):
    """None of its checks has finished, but there are some."""
    home.write("def both(a, b):\n    raise KeyboardInterrupt\n")
    status, output = typed(home.folder, "-k", "both")
    assert (status, b"Stopped while both was running, at line 2" in output) == (2, True)
    assert b"No check has this name" not in output


@pytest.mark.parametrize("double", ["raise KeyboardInterrupt", "return 2 * z"], ids=["first check", "last check"])
def test_ctrl_c_is_the_one_reason_for_what_did_not_run(home, double, typed):
    """The report must not say that no check, or only some, were asked for."""
    home.write(f"def double(z):\n    {double}\n\ndef both(a, b):\n    raise KeyboardInterrupt\n")
    words = " ".join(typed(home.folder)[1].decode().split())
    said = ("because you pressed Ctrl-C.", "No check was asked for", "checks ran")
    assert [one in words for one in said] == [True, False, False]


def test_checks_of_a_function_are_found_by_its_name(home):
    """The names of the file and of the checks do not matter."""
    path = home.folder / "checks" / "test_1_double.py"
    path.rename(path.with_name("test_1.py"))
    path.with_name("test_1.py").write_text(CASES.replace("def test_both", "def test_sum_and_product"))
    home.write(RIGHT)
    report = home.report("-k", "both")
    assert "passed  2.1" in report and "1.1" not in report


def test_first_file_is_imported_whenever_it_is_asked_for_and_nothing_else(more):
    """A function may import it, too; a module that the first file imports must exist when it is graded."""
    more.write("", "helpers.py")
    more.write("def repeat(z, times):\n    from small import double\n    return double(z) * 4\n", "more.py")
    assert "2.5 of 2.5 points" in more.report("checks/more")
    more.write("import more\n" + RIGHT)
    assert "No module named 'more'" in more.report()
    more.write("import helpers\n" + RIGHT)
    report = more.report("checks/more")
    assert "  Got            repeat() raised ModuleNotFoundError: No module named 'helpers'\n" in report
    assert "small.py line 1: import helpers\n" in report
    assert "your file is run by itself, except for small.py, which it may import.\n" in report.replace(
        "\n" + 17 * " ", " "
    )


def test_damaged_record_of_extra_credit_is_named(more):
    (more.folder / "checks" / "more" / "expected.json").unlink()
    assert (
        more.report("checks/more") == "checks/more/expected.json is missing or damaged. Download the assignment again."
    )


# ------------------------------------------------------------------------------------- what else pytest does


@pytest.mark.parametrize("asked", ["small.py", "elsewhere"])
def test_place_without_checks_says_what_to_type(home, asked):
    """Students may run pytest on their own file, as an editor may do, or in another folder."""
    home.write(RIGHT)
    (home.folder / "elsewhere").mkdir()
    assert home.report(asked).startswith("No check was asked for. Type `pytest` in the folder of small.py.\n")


def test_own_test_that_fails_says_why(home):
    """The checks replace pytest's report, and a student's own tests have no other report."""
    home.write(RIGHT)
    home.write("from small import double\n\ndef test_mine():\n    assert double(2) == 5\n", "test_mine.py")
    assert home.report("test_mine.py") == page("""
        --- test_mine.py::test_mine
          E   assert 4 == 5
               +  where 4 = double(2)
        """)


def test_own_test_that_cannot_be_read_says_why(home):
    """pytest stops in that case, although nobody has pressed Ctrl-C."""
    home.write(RIGHT)
    home.write("oops\n", "test_mine.py")
    report = home.report("test_mine.py")
    assert "--- test_mine.py\n  E   NameError: name 'oops' is not defined\n" in report
    assert "Ctrl-C" not in report


MIXED = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items.reverse()
"""


def test_plugin_that_mixes_tests_does_not_mix_the_checks(home):
    """The first function of the handout always comes first; with pytest-randomly, it otherwise rarely would."""
    home.write(UNTOUCHED)
    (home.folder / "conftest.py").write_text(CONFTEST + MIXED)
    assert home.report().startswith(rows(TO_DO, TO_DO, TO_DO))
    assert "Next: double, line 4 of small.py." in home.report()


SPREADING = """
def pytest_addoption(parser):
    parser.addoption("--dist", default="load")
    parser.addoption("--tx", default=["2*popen"])

def pytest_sessionstart(session):
    assert (session.config.option.dist, session.config.option.tx) == ("no", [])
"""


def test_checks_are_not_spread_over_processes(home):
    """pytest-xdist cannot send our findings between processes, and used to end in an error of its own."""
    home.write(RIGHT)
    (home.folder / "conftest.py").write_text(CONFTEST + SPREADING)
    assert home.report().startswith(rows(("passed", "2"), ("passed", "1.5"), ("passed", "3")))


@pytest.mark.parametrize("before", ["    return z", "def double"], ids=["in a call", "at import"])
def test_leaving_the_debugger_ends_the_checks(home, before):
    """Otherwise it would start again in each check."""
    leaving = f"{before.partition('return')[0].partition('def')[0]}import pytest; pytest.exit('Quitting debugger')\n"
    home.write(RIGHT.replace(before, leaving + before))
    report = home.report()
    assert (home.status, "FAILED" in report, "Ctrl-C" in report) == (2, False, False)


def test_plots_open_no_window(home):
    """This is the same as where programs are graded; a window would block every check."""
    home.write("import os\nassert os.environ['MPLBACKEND'] == 'Agg'\n" + RIGHT)
    assert home.report().startswith(rows(("passed", "2"), ("passed", "1.5"), ("passed", "3")))


@pytest.mark.skipif(sys.platform == "win32", reason="not everybody may make links there")
def test_folder_may_be_reached_by_a_link(home):
    """An editor that was opened through a link passes that path to pytest."""
    home.write(RIGHT)
    link = home.folder.with_name(f"{home.folder.name}-link")
    link.symlink_to(home.folder)
    assert home.report(f"--rootdir={link}").startswith(rows(("passed", "2"), ("passed", "1.5"), ("passed", "3")))


# ------------------------------------------------------------------------------------- terminals


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii"},
        {"NO_COLOR": "1"},
        {"TERM": "dumb"},
        {"FORCE_COLOR": "1"},
    ],
    ids=["cp1252", "ascii", "NO_COLOR", "dumb", "FORCE_COLOR"],
)
def test_report_is_the_same_on_every_terminal(home, environment):
    """The report is ASCII: a student's own letters are escaped, and no line depends on color."""
    home.write("def double(z):\n    raise ValueError('θ ≠ ŷ \\x1b[31m \\u202e')  # é\n\n" + RIGHT.partition("\n\n")[2])
    _, output = typed_anew(home.folder, **environment)
    assert output.isascii()
    text = (
        re.sub(r"\x1b\[[\d;]*m", "", output.decode("ascii")) if "FORCE_COLOR" in environment else output.decode("ascii")
    )
    assert "  Got            double() raised ValueError: \\u03b8 \\u2260 \\u0177 [31m" in text
    assert "\x1b" not in text
    assert "INTERNALERROR" not in text


# ------------------------------------------------------------------------------------- the real starter


@pytest.fixture(name="starter")
def _starter(tmp_path):
    """The downloaded starter, with the engine of this tree instead of the packed one."""
    folder = tmp_path / "starter"
    shutil.copytree(ROOT / "starter", folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    (folder / "conftest.py").write_text(CONFTEST)
    return folder


def test_real_starter_is_not_checked_from_the_folder_above(starter, typed):
    """An editor that has the parent folder open is told which one to open; pytest.ini is not read there."""
    shutil.copy(ROOT / "starter" / "conftest.py", starter)
    said = f"Start pytest in this folder, or open it in your editor: {starter}\n"
    collecting = typed(starter.parent)[1].decode("ascii").replace("\r", "")
    assert said in collecting and "conftest.py" not in collecting
    assert typed(starter.parent, "--rootdir=.", "starter") == (4, f"ERROR: {said}\n".encode())


def test_real_starter_is_all_to_do(starter, typed):
    """Every example case is to do, there are no points, and sigmoid is next."""
    status, output = typed(starter)
    text = output.decode("ascii")
    checks = "".join(path.read_text(encoding="utf-8") for path in (starter / "checks").glob("test_*.py"))
    assert status == 1
    assert text.count("to do   ") == len(re.findall(r"^@weight", checks, re.MULTILINE))
    assert "FAILED" not in text
    assert re.search(r"^Next: sigmoid, line \d+ of neural_network\.py\.", text, re.MULTILINE)
    assert re.search(r"^0 of \d+ points so far\.", text, re.MULTILINE)


def test_real_starter_with_the_solution_passes(starter):
    """The replayed answers are right for the solution itself."""
    shutil.copy(ROOT / "solution" / "neural_network.py", starter)
    status, output = typed_anew(starter)
    assert (status, b"FAILED" in output, b"to do" in output) == (0, False, False)


def test_real_extra_credit_is_all_to_do_and_passes_with_the_solution(starter, typed):
    """The extra credit is selected by its folder."""
    _, output = typed(starter, "checks/extensions")
    assert b"FAILED" not in output and output.count(b"to do   ") >= 12
    assert b"Next: logistic_gradient, line " in output
    for name in ("neural_network.py", "extensions.py"):
        shutil.copy(ROOT / "solution" / name, starter)
    status, output = typed(starter, "checks/extensions")
    assert (status, b"FAILED" in output, b"to do" in output) == (0, False, False)


def test_real_starter_with_one_function_written_goes_on_to_the_next(starter, typed):
    """sigmoid alone earns its points; the other functions are to do, not wrong."""
    path = starter / "neural_network.py"
    text = path.read_text(encoding="utf-8")
    stub = re.search(r"^    raise NotImplementedError\(.*sigmoid.*\)$", text, re.MULTILINE).group()
    path.write_text(text.replace(stub, "    return np.exp(-np.logaddexp(0, -z))"), encoding="utf-8")
    report = typed(starter)[1].decode("ascii")
    assert "FAILED" not in report
    assert re.search(r"^passed  1\.1 ", report, re.MULTILINE)
    assert re.search(r"^to do   2\.1 ", report, re.MULTILINE)
    assert re.search(r"^Next: forward, line \d+ of neural_network\.py\.", report, re.MULTILINE)


@pytest.mark.parametrize("file", ["test_1_sigmoid.py", "extensions/test_6_logistic.py"])
def test_check_file_that_is_started_by_itself_is_checked(starter, file):
    """An editor's button does that, in any folder. It used to fail with a missing package that is not ours."""
    shutil.copy(ROOT / "starter" / "conftest.py", starter)
    done = subprocess.run(
        [sys.executable, str(starter / "checks" / file)],
        cwd=starter.parent, env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert re.search(r"\n\d+ of 1\d checks ran; the others are for ", done.stdout)


def test_file_of_a_students_own_is_not_taken_for_numpy(starter):
    """pytest searches the student's folder first."""
    shutil.copy(ROOT / "starter" / "conftest.py", starter)
    (starter / "numpy.py").write_text("raise ImportError('mine')\n")
    status, output = typed_anew(starter)
    said = output.decode()
    assert (status, "\n0 of 48 points" in said, "FAILED" in said) == (1, True, False), said
