"""From solution to starter: markers, stubs, leak gate, cut case files, wheel, and the checks as a student runs them."""

import __future__

import ast
import base64
import hashlib
import importlib.metadata
import importlib.util
import inspect
import io
import json
import os
import re
import subprocess
import sys
import textwrap
import types
import zipfile
from pathlib import Path

import numpy as np
import pytest

from autograder import assignment
from autograder.authoring import examples, starter
from autograder.authoring.leaks import leaks, readable, unpacked
from autograder.authoring.regions import regions, strip
from autograder.authoring.starter import StarterError
from autograder.authoring.weights import weights_in
from autograder.authoring.wheel import ENGINE, wheel

from .copied import copying

ROOT = Path(__file__).resolve().parent.parent
SOLUTION = (ROOT / "solution" / "neural_network.py").read_text(encoding="utf-8")
TASKS = {"sigmoid": 1, "forward": 2, "log_likelihood": 3, "backprop": 4}
STUB = '    # Your code goes here.\n    raise NotImplementedError("Task 1: write half, then delete this line")\n'


def module(source):
    made = types.ModuleType("neural_network")
    exec(compile(source, "neural_network.py", "exec"), made.__dict__)
    return made


# ------------------------------------------------------------------------------------------ markers and stubs

SMALL = '''\
import numpy as np


def half(x):
    """Half of x.

    x   any shape
    """
    # Think of what one half means.
    # BEGIN SOLUTION task 1
    twice = x / 4  # a thought of mine
    return twice + twice
    # END SOLUTION


def other():
    return 1
'''


REGION = """\
    # BEGIN SOLUTION task 1
    twice = x / 4  # a thought of mine
    return twice + twice
    # END SOLUTION
"""


def test_strip_replaces_the_region_and_nothing_else():
    before, _, rest = SMALL.partition("    # BEGIN SOLUTION task 1\n")
    after = rest.partition("    # END SOLUTION\n")[2]
    assert strip(SMALL, "half.py") == before + STUB + after


def test_strip_counts_lines_as_python_does():
    source = SMALL.replace("import numpy as np\n", "import numpy as np\n\f\nNAME = 'a\x1cb\u2028c'\n")
    stripped = strip(source, "half.py")
    assert stripped.endswith(f"    # Think of what one half means.\n{STUB}\n\ndef other():\n    return 1\n")


def test_strip_puts_one_stub_where_a_function_has_two_regions():
    source = SMALL.replace(
        "    return twice + twice\n",
        "    # END SOLUTION\n    # Now add.\n    # BEGIN SOLUTION task 1\n    return twice + twice\n",
    )
    stripped = strip(source, "half.py")
    assert stripped.count("NotImplementedError") == 1
    assert stripped.index(STUB) < stripped.index("    # Now add.\n")
    assert "twice" not in stripped


def test_strip_puts_a_stub_into_each_method_of_a_name():
    """Two classes may share a method name and have other members; no method needs a docstring."""
    method = f"    def half(self, x):\n{textwrap.indent(REGION, '    ')}"
    stripped = strip(f"class A:\n    size = 1\n{method}\n\nclass B:\n{method}", "half.py")
    assert stripped.count(textwrap.indent(STUB, "    ")) == 2


def test_marker_inside_a_string_is_not_a_marker():
    source = SMALL.replace("    x   any shape\n", "    # BEGIN SOLUTION task 9\n")
    assert "BEGIN SOLUTION task 9" in strip(source, "half.py")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    # END SOLUTION\n", "", 10, "without an END SOLUTION after it"),
        ("    # BEGIN SOLUTION task 1\n", "", 12, "without a BEGIN SOLUTION before it"),
        (
            "    twice = ",
            "    # BEGIN SOLUTION task 2\n    twice = ",
            11,
            "begins on line 10; regions cannot be nested",
        ),
        ("    # END SOLUTION\n", "    # END SOLUTION\n    # END SOLUTION\n", 14, "without a BEGIN SOLUTION"),
        ("task 1", "", 10, "not an exact marker"),
        ("# BEGIN SOLUTION task 1", "# begin solution task 1", 10, "not an exact marker"),
        ("# BEGIN SOLUTION task 1", "#BEGIN SOLUTION task 1", 10, "not an exact marker"),
        ("# END SOLUTION", "# END OF SOLUTION", 13, "not an exact marker"),
        ("# END SOLUTION", "# END SOLUTION task 1", 13, "not an exact marker"),
        ("# END SOLUTION", "# Solution end", 13, "not an exact marker"),
        (
            "    return twice + twice\n    # END SOLUTION",
            "    return twice + twice  # END SOLUTION",
            12,
            "of its own",
        ),
    ],
)
def test_marker_out_of_place_is_an_error_that_names_file_and_line(old, new, line, words):
    assert SMALL.count(old) == 1
    with pytest.raises(StarterError) as error:
        strip(SMALL.replace(old, new), "solution/half.py")
    assert str(error.value).startswith(f"solution/half.py, line {line}: ")
    assert words in str(error.value)


@pytest.mark.parametrize(
    "body",
    [
        # Not in a function; empty; half of a statement; inside a block; reaching into another function.
        "# BEGIN SOLUTION task 1\nHALF = 0.5\n# END SOLUTION\n",
        "    # BEGIN SOLUTION task 1\n    # END SOLUTION\n    return x\n",
        "    # BEGIN SOLUTION task 1\n    if x:\n        x = 1\n        # END SOLUTION\n        x = 2\n",
        "    if x:\n        # BEGIN SOLUTION task 1\n        x = 1\n        # END SOLUTION\n",
        "    # BEGIN SOLUTION task 1\n    return x\n\n\ndef third():\n    return 1\n    # END SOLUTION\n",
    ],
)
def test_region_that_is_not_a_part_of_one_function_is_an_error(body):
    assert REGION in SMALL
    with pytest.raises(StarterError, match=r"half.py, lines \d+ to \d+: a region must hold whole statements"):
        strip(SMALL.replace(REGION, body), "half.py")


def test_region_cannot_take_the_docstring_with_it():
    source = SMALL.replace("def half(x):\n", "def half(x):\n    # BEGIN SOLUTION task 1\n", 1)
    source = source.replace("    # Think of what one half means.\n    # BEGIN SOLUTION task 1\n", "")
    with pytest.raises(StarterError, match="after its docstring"):
        strip(source, "half.py")


def test_marker_that_stands_further_left_than_the_body_is_an_error():
    """The stub would have the same indentation."""
    with pytest.raises(StarterError, match="half.py without its marked regions, line 11: "):
        strip(SMALL.replace("    # BEGIN", "  # BEGIN"), "half.py")


def test_source_without_regions_or_with_a_syntax_error_is_refused():
    with pytest.raises(StarterError, match="no marked region"):
        strip("x = 1\n", "half.py")
    with pytest.raises(StarterError, match=r"half\.py, line 1: "):
        strip("def (:\n", "half.py")


def test_stubs_of_the_real_solution_keep_signatures_docstrings_and_comments():
    whole, stubs = module(SOLUTION), module(strip(SOLUTION, "solution"))
    assert stubs.__doc__ == whole.__doc__
    for name, task in TASKS.items():
        ours, theirs = getattr(whole, name), getattr(stubs, name)
        assert inspect.signature(theirs) == inspect.signature(ours)
        assert theirs.__doc__ == ours.__doc__
        assert "Equation" in theirs.__doc__ and "shape" in stubs.__doc__
        with pytest.raises(NotImplementedError) as error:
            theirs(*inspect.signature(theirs).parameters)
        assert str(error.value) == f"Task {task}: write {name}, then delete this line"
    text = strip(SOLUTION, "solution")
    assert "# Walk from the output back to the input" in text
    assert "SOLUTION" not in text


# ---------------------------------------------------------------------------------------------- the leak gate

GIVEAWAYS = {
    "as it is": "h = sigmoid(x @ theta_h)",
    "in other code": "def check(x):\n    return np.allclose(model(x)[0], [sigmoid( x@theta_h )])",
    "a part of it": "grad = 2 * (y_hat * (1 - y_hat)) + 1",
    "one call": "print(np.outer(slope_y, theta_y).shape)",
    "with other spaces": "y/y_hat-(1-y)/(1-y_hat)",
    "over two lines": "print(np.where(z >= 0,\n               1.0, shrinking))",
    "with a comment in between": "a = (x.T @  # the transpose\n     slope_z)",
    "with more brackets": "a = ((x.T) @ (slope_z))",
    "with a line continued": "a = x.T \\\n    @ slope_z",
    "in a comment": "# the answer is np.exp(-np.abs(z)), of course",
    "in a comment of two lines": "# np.where(y == 1,\n#          y_hat, 1 - y_hat)",
    "in a docstring": 'def f():\n    """Hint.\n\n    Try float(np.sum(np.log(likelihood))).\n    """\n',
    "in Markdown": "Use `h * (1 - h)` here.",
    "in Markdown, word by word": "The slope is `h` * (1 - `h`).",
    "in a string of a program": 'print("np.where(y == 1,\\n  y_hat, 1 - y_hat)")',
    "broken before a sign": "In Python:\n\n    h \\\n    * (1 - h)\n",
    "in a quotation": "> np.where(y == 1,\n> y_hat, 1 - y_hat)",
    "in JSON": json.dumps({"cause": "not np.where(y == 1,\n  y_hat, 1 - y_hat)"}),
    "with other numbers": "np.where(z >= 0.0, 1, shrinking)",
    "an assignment": "slope_h = np.outer(slope_y, theta_y)",
    "a header": "while np.sum(np.log(likelihood)) < 0:\n    pass",
    "a header with more brackets": "if z:\n    pass\nelif ((x.T) @ (slope_z)).any():\n    pass",
    "a condition of a match": "match z:\n    case 1 if (x.T) @ (slope_z):\n        pass",
    "what a block is about": "with ((x.T) @ (slope_z)) as a:\n    pass",
    "an assignment with more brackets": "slope_h = (np.outer((slope_y), (theta_y)))",
    "on a page": "<!doctype html>\n<p>Try <code>h <b>* (1</b> - h)</code>.</p>",
    "in an attribute": "<p\ntitle='h * (1 - h)'>Point here.</p>",
    "at the end of a page": "<p>Hint:</p>h <b>* (1</b> - h)&c",
    "with entities in an attribute": "<p title='h &#42; (1 &#45; h)'>Point here.</p>",
    "with entities": "<p>np.where(y &#61;= 1, y&#95;hat, 1 &#x2d; y_hat)</p>",
    "in a comment of a page": "<p>Hint</p><!-- x.T @ slope_z -->",
    "in a file with a syntax error": "def (:\n    grad_theta_y = h.T @ slope_y",
}

INNOCENT = [
    "return h, y_hat",
    "grad_theta_h, grad_theta_y = network.backprop(x, y, h, y_hat, theta_y)",
    "h, y_hat = student.forward(x, theta_h, theta_y)",
    "LL = sum of  y log(y_hat) + (1 - y) log(1 - y_hat)",
    "sigma(z) = 1 / (1 + e^-z)   or 1 / (1 + np.exp(-z))",
    "h_j = sigma(sum_i x_i theta_h[i, j])",
    "np.where(y == 1, 'one', 'other')",
    "likelihood = np.log(p)\nprint(np.sum(likelihood))",
    "with np.errstate(divide='ignore'):\n    pass",
    "for i in range(n):\n    total += y[i]",
    "1 - y_hat, 1 - h, z >= 0, y == 1, np.abs(z), 1.0 + shrinking, y / y_hat",
    "x @ theta_hidden\nmax @ theta_h",
    "<p id='h' title='* (1 - h)'></p>",
]


@pytest.mark.parametrize("text", GIVEAWAYS.values(), ids=list(GIVEAWAYS))
def test_gate_finds_an_answer(text):
    found = leaks(SOLUTION, {"some/file": text})
    assert found and found[0].startswith("some/file, line ")


@pytest.mark.parametrize("text", INNOCENT)
def test_gate_raises_no_false_alarm(text):
    assert leaks(SOLUTION, {"some/file": text}) == []


def test_gate_names_place_answer_task_and_line_of_the_solution_once_and_at_full_length():
    text = "import numpy as np\n\n\nh = 1\nslope_z = slope_h * (h * (1 - h))\n"
    line = SOLUTION.splitlines().index(next(li for li in SOLUTION.splitlines() if "slope_z =" in li)) + 1
    answer = "`slope_z = slope_h * (h * (1 - h))` is part of the answer to task 4"
    assert leaks(SOLUTION, {"a.py": text, "b.py": "x = 1"}) == [f"a.py, line 5: {answer} (solution, line {line})"]


def test_gate_names_the_line_of_the_statement_in_a_program():
    """Where the program's own brackets interrupt the answer, this is the innermost statement; otherwise its start."""
    program = (
        "def f():\n    if ((x.T) @ (slope_z)):\n        slope_h = (np.outer((slope_y), (theta_y)))\n"
        "    match x:\n        case 1:\n            return max(\n                h\n                * (1 - h))\n"
        "        case _:\n            return (h @ (theta_y))\n"
    )
    assert [sentence.partition(":")[0] for sentence in leaks(SOLUTION, {"a.py": program})] == [
        "a.py, line 2", "a.py, line 3", "a.py, line 7", "a.py, line 10"
    ]  # fmt: skip


def test_gate_names_the_line_of_the_solution_on_which_the_answer_stands():
    """This includes answers inside a loop."""
    solution = SMALL.replace("return twice + twice", "for x in z:\n        total = half(x)")
    assert leaks(solution, {"a.py": "total = half(x)"}) == [
        "a.py, line 1: `total = half(x)` is part of the answer to task 1 (solution, line 13)"
    ]


def test_gate_names_the_line_of_a_page_on_which_the_answer_begins():
    """Tags inside the answer do not matter."""
    page = "<!doctype html>\n<p\nid='a'>Hint:</p>\n\n<p>h <b>*\n(1</b> - h)</p>\n"
    assert leaks(SOLUTION, {"a.html": page})[0].startswith("a.html, line 5: ")


def test_gate_finds_every_line_of_every_region_unless_it_is_trivial():
    missed = []
    for region in regions(SOLUTION, "solution"):
        for statement in region.statements:
            text = "def somewhere():\n    if True:\n        " + ast.unparse(statement).replace("\n", "\n        ")
            if not leaks(SOLUTION, {"x.py": text}):
                missed.append(ast.unparse(statement))
    assert missed == ["return (h, y_hat)", "return (grad_theta_h, grad_theta_y)"]


@pytest.mark.parametrize("line", ["total = half(x)", "total += half(x)", "total: float; total: float = half(x)"])
def test_gate_finds_every_kind_of_assignment(line):
    """One call in it makes it an answer, even with additional brackets."""
    for text in (line, line.replace("half(x)", "(half((x)))")):
        assert leaks(SMALL.replace("return twice + twice", line), {"notes.txt": text})


def test_gate_sees_the_parts_of_a_chain():
    for sign in "*+":
        solution = SMALL.replace("twice + twice", f" {sign} ".join("abcd"))
        for part in ("bcd", "cd2", "abc"):
            assert bool(leaks(solution, {"t": f"p = {f' {sign} '.join(part)}"})) == (part != "cd2")


@pytest.mark.parametrize(
    ("answer", "part", "found"),
    [
        ("a + b + c * d", "b + c * d", True),
        ("a * b + f(c)", "b + f(c)", False),
        ("a - b - f(c)", "b - f(c)", False),
        ("a * b * c", "b * c", False),
    ],
)
def test_gate_takes_a_chain_apart_only_where_its_parts_mean_the_same(answer, part, found):
    assert bool(leaks(SMALL.replace("twice + twice", answer), {"t": f"p = {part}"})) == found
    assert bool(leaks(SMALL.replace("twice + twice", answer), {"t": f'"p = {part}"'})) == found  # in recorded JSON too


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("x @ w", True),
        ("np.dot(x, w)", True),
        ("x.dot(w)", True),
        ("x.T.dot(w)", True),
        ("f(x) and w", True),
        ("f(x) < w", True),
        ("f(x) if w else z", True),
        ("f(x for x in w)", True),
        ("x * w", False),
        ("f(x, w)", False),
        ("x.sum()", False),
        ("np.sum(x, 0)", False),
        ("math.exp(x)", False),
        ("numpy.exp(x)", False),
    ],
)
def test_gate_knows_an_answer_by_how_much_it_does(answer, found):
    assert bool(leaks(SMALL.replace("twice + twice", answer), {"t": f"print({answer})"})) == found


@pytest.mark.parametrize(("number", "same"), [("0.5", ".5"), ("2", "2."), ("0.001", "1e-3")])
def test_gate_reads_a_number_as_its_value(number, same):
    assert leaks(SMALL.replace("twice + twice", f"{number} * f(x)"), {"t": f"# {same} * f(x)"})


def test_gate_reads_archives_in_archives_and_any_encoding():
    inner = wheel({"autograder/hint.py": b"x = sigmoid(h @ theta_y)\n"})
    files = {
        "checks/autograder.whl": wheel({"inner.whl": inner}),
        "notes.txt": "x = sigmoid(h @ theta_y)".encode("utf-16"),
        "latin.txt": "é x = sigmoid(h @ theta_y)".encode("latin-1"),
    }
    found = leaks(SOLUTION, readable(files))
    assert [sentence.partition(",")[0] for sentence in found] == [
        "checks/autograder.whl!inner.whl!autograder/hint.py",
        "latin.txt",
        "notes.txt",
    ]


def test_gate_reads_a_notebook_cell_by_cell():
    cells = [
        {"cell_type": "markdown", "source": ["Two lines\n", "of text."]},
        {"cell_type": "code", "source": ["slope_y = y_hat * (\n", "    1 - y_hat)\n", "return x"], "outputs": []},
        {"cell_type": "code", "source": [], "outputs": [{"text": ["sigmoid(h @ theta_y)"]}]},
    ]
    found = leaks(SOLUTION, readable({"a.ipynb": json.dumps({"nbformat": 4, "cells": cells}).encode()}))
    assert [sentence.partition(":")[0] for sentence in found] == ["a.ipynb!cell 2, line 1", "a.ipynb!cell 3, line 2"]


@pytest.mark.parametrize(
    "text",
    ["x\0y", "1" + " + 1" * 5000, "[" * 100_000, '{"nbformat": 4}', '{"nbformat": 4, "cells": ["print(1)"]}',
     '{"cells": [{"source": "print(1)"}]}'],
    ids=["zero", "long sum", "deep list", "notebook without cells", "cell that is none", "no notebook"],
)  # fmt: skip
def test_gate_reads_as_it_stands_what_no_parser_takes_and_what_is_no_notebook(text):
    """Nothing in the starter stops the search or hides from it."""
    if text.startswith("{"):
        text = text.removesuffix("}") + ', "hint": "h * (1 - h)"}'
    else:
        text += "\nh * (1 - h)"
    [found] = leaks(SOLUTION, readable({"a.txt": text.encode()}))
    assert found.startswith("a.txt, line ")


def test_gate_reads_a_text_that_is_a_number():
    assert readable({"a.txt": b"5"}) == {"a.txt": "5"}


WEIGHTS = np.random.RandomState(5).normal(0, 1, (40, 20))
TABLE = {"theta_h.csv": "\n".join(",".join(f"{w:.6f}" for w in row) for row in WEIGHTS)}


def npz(array):
    file = io.BytesIO()
    np.savez_compressed(file, a=array)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TABLE["theta_h.csv"].encode(),
        json.dumps({"w": WEIGHTS[3].tolist()}).encode(),
        " ".join(f"{w:.3f}" for w in WEIGHTS[:, 7]).encode(),
        " ".join(f"{w:.6f}" for w in WEIGHTS[8]).encode("utf-16"),
        b"<p>&theta; =</p>" + b"</td><td>".join(b"%.4f" % w for w in WEIGHTS[5]),
        " ".join(f"{w:.4f}" for w in WEIGHTS[6, :10]).replace("-", "\N{MINUS SIGN}").encode(),
        *(
            " ".join(f"{w:.4f}" for w in WEIGHTS[6, :10]).replace("-", minus).encode()
            for minus in ("&minus;", "&#8722;", "&#X2212;")
        ),
        json.dumps([f"{w:.4f}".replace("-", "\N{MINUS SIGN}") for w in WEIGHTS[6, :10]]).encode(),
        " ".join(f"{w:.4e}" for w in WEIGHTS[8]).encode(),
        ";".join(f"{w:.4f}" for w in WEIGHTS[9]).replace(".", ",").encode(),
        b"\x93NUMPY...." + WEIGHTS[2:4].tobytes(),
        WEIGHTS.astype("float32").T.tobytes(),
        npz(WEIGHTS),
        b'{"weights": "' + base64.b64encode(b"?" + WEIGHTS[:4].tobytes()) + b'"}',
        b"data:;base64," + base64.urlsafe_b64encode(WEIGHTS[3, :4].astype("float32").tobytes()),
        base64.b64encode(WEIGHTS[0, :4].tobytes()),
        base64.b64encode(WEIGHTS[:4, 0].astype("float32").tobytes()).rstrip(b"="),
    ],
    ids=["the table", "JSON", "three decimals", "UTF-16", "a page", "typeset", "typeset in a page",
         "typeset as a decimal number", "typeset as a hexadecimal number", "typeset in JSON", "powers of ten",
         "decimal commas", "doubles", "floats", "an archive",
         "base64", "base64 for addresses", "four doubles in base64", "four floats in base64"],
)  # fmt: skip
def test_gate_finds_trained_weights(data):
    found = weights_in(unpacked({"notes.bin": data}), TABLE)
    assert len(found) == 1
    assert found[0].startswith("notes.bin") and "holds trained weights of the solution (theta_h.csv)" in found[0]


def test_gate_takes_no_other_numbers_for_weights():
    others = np.random.RandomState(6).normal(0, 1, (300, 100))
    files = {
        "text": "\n".join(map(str, others.ravel())).encode(),
        "array": others.tobytes(),
        "zeros": bytes(10_000),
        "nothing numeric": b"nan inf 1e400 2024.11.20 3.10.7 " * 40,
        "three of four": b" ".join(b"%.6f" % w for w in [*WEIGHTS[0, :3], 9.0, *WEIGHTS[1, :3]]),
    }
    assert weights_in(files, TABLE) == []


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ("-0.5001 0.5006 0.0205 0.01", True),
        ("0.5001 0.0205 0.01 0.6", True),
        ("0.0196 0.01 0.6 -0.7", True),
        ("0.6 -0.7 0.3 -0.4 9.0", True),
        (".6 -.7 .3 -.4", True),
        ("6e-1 -7E-1 3e-1 -4e-1", True),
        ("12.5 0.01 0.01 0.01", True),
        ("0.01 0.01 0.01 0.01", False),
        ("0.5019 0.0205 0.01 0.6", False),
        ("0.6 -0.7 0.3", False),
        ("-0.7 0.3 -0.4 9.0", False),
    ],
)
def test_four_numbers_to_three_decimals_are_weights(numbers, found):
    """They may be rounded either way or negative, begin with one barely large enough, and start or end a line."""
    table = {"theta_y.csv": "-0.5006,0.5006,0.0205,0.01,0.6,-0.7,0.3,-0.4,12.5,0.01,0.01,0.01,0.01"}
    assert bool(weights_in({"notes.txt": numbers.encode()}, table)) == found


def test_table_may_end_in_a_blank_line_and_there_may_be_none():
    """Editors leave blank lines, and before the first training there is no table."""
    numbers = {"notes.txt": b"0.5 -0.6 0.7 -0.8"}
    assert len(weights_in(numbers, {"theta_y.csv": "0.5,-0.6,0.7,-0.8\n\n"})) == 1
    assert weights_in(numbers, {}) == [] == weights_in(numbers, {"theta_y.csv": ""})


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("w1,w2\n0.5,0.6\n", "holds more than numbers: could not convert string to float: 'w1'"),
        ("0.5,\n0.6,0.7\n", "holds more than numbers: could not convert string to float: ''"),
        ("0.5,0.6\n0.7\n", "is not a table"),
        ("0.5,inf\n", "is not a table"),
        ("0.5,nan\n", "is not a table"),
    ],
)
def test_table_that_is_none_is_named(project, table, words):
    """Otherwise the gate would not know what to look for in the starter."""
    (project / "solution/trained").mkdir()
    (project / "solution/trained/theta_y.csv").write_text(table, encoding="ascii")
    with pytest.raises(StarterError, match=rf"^theta_y.csv of the trained weights {words}"):
        starter.write(project)


def test_starter_with_trained_weights_in_it_is_not_written(project):
    (project / "solution/trained").mkdir()
    (project / "solution/trained/theta_h.csv").write_text(TABLE["theta_h.csv"], encoding="ascii")
    (project / "solution/starter/lesson.json").write_text(json.dumps(WEIGHTS[0].tolist()), encoding="ascii")
    with pytest.raises(StarterError, match=r"lesson.json holds trained weights of the solution \(theta_h.csv\)"):
        starter.write(project)


def test_what_training_leaves_in_the_folder_of_the_solution_stays_there(project):
    (project / "solution/starter/trained").mkdir()
    (project / "solution/starter/trained/0-against-1.npz").write_bytes(npz(WEIGHTS))
    assert not [name for name in starter.build(project) if "trained" in name]


def test_gate_reads_the_strings_of_json_as_they_are_meant():
    """Escaped characters and sentences used as keys hide nothing; the line number is that of the file."""
    for hint in ("h * (1 - h)", "h\u00a0* (1 - h)", 'Try\n"y / y_hat - (1 - y) / (1 - y_hat)".'):
        for content in ({"a": [1.0, {"sentence": hint}]}, {hint: 1}, [hint]):
            [found] = leaks(SOLUTION, {"expected.json": '{\n"x":\n' + json.dumps(content) + "}"})
            assert found.startswith("expected.json, line 3: ")


def test_gate_finds_every_right_hand_side_in_what_is_recorded():
    """This includes right-hand sides too simple to be recognized in other kinds of text."""
    small = SMALL.replace("x / 4 ", "x / 4 ").replace("return twice + twice", "return 2 * twice")
    for source in (SOLUTION, small):
        for region in regions(source, "solution"):
            for statement in region.statements:
                for node in ast.walk(statement):
                    if isinstance(node, (ast.Assign, ast.Return)) and not isinstance(node.value, ast.Tuple):
                        sentence = f"Leave out {ast.unparse(node.value)}, which is too much."
                        assert leaks(source, {"r.json": json.dumps({"mistakes": [{"sentence": sentence}]})}), sentence
    assert leaks(small, {"readme": "2 * twice"}) == []
    assert leaks(SMALL.replace("twice + twice", "twice"), {"r.json": '"This is twice as much."'}) == []


# --------------------------------------------------------------------------------------------- cut case files

CASES = '''\
"""Task 7: everything."""

import os
import numpy as np
import pytest
from inputs import hidden_inputs
from gradescope_utils.autograder_utils.decorators import number, weight

# How far off a right answer may be.
WITHIN = 1e-6
HIDDEN = 7  # never shown


# ------ examples ------


def helper(x):
    """Reached through another helper."""
    return x + OFFSET


SPARE = 3 ; PAIR = (1,
                    2) ; OFFSET = len("a")
CLOSED = 4
UNIT = 1
TABLE = {}
TABLE["one"] = UNIT


def wrap(x, HIDDEN=None):
    # This comment stays.
    return [helper(k) for k in [x]]


@pytest.fixture
def box():
    """A fixture, reached by name."""
    return TABLE


@pytest.fixture
def secret_box():
    return hidden_inputs()


@pytest.mark.example
@weight(4)
@number("7.1")
def test_seen(student, box):
    """everything: seen"""
    HIDDEN = wrap(1)
    assert HIDDEN == [k for k in HIDDEN], WITHIN   # odd  spacing


# What comes now is not for students: 42.
@weight(4)
@number("7.2")
def test_unseen(student, secret_box):
    """everything: unseen"""
    assert os.name, HIDDEN


@weight(1)
@pytest.mark.example()
@pytest.mark.parametrize("n", [1, 2])
def test_also_seen(n):
    assert np.zeros(n).size == n


# The end, and 43.
'''

CUT = '''\
"""Task 7: everything."""

if __name__ == "__main__":  # started by itself, as by an editor's button: check this file alone
    import pytest

    raise SystemExit(pytest.main([__file__]))

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, weight

# How far off a right answer may be.
WITHIN = 1e-6


# ------ examples ------


def helper(x):
    """Reached through another helper."""
    return x + OFFSET


SPARE = 3 ; PAIR = (1,
                    2) ; OFFSET = len("a")
UNIT = 1
TABLE = {}
TABLE["one"] = UNIT


def wrap(x, HIDDEN=None):
    # This comment stays.
    return [helper(k) for k in [x]]


@pytest.fixture
def box():
    """A fixture, reached by name."""
    return TABLE


@pytest.mark.example
@weight(4)
@number("7.1")
def test_seen(student, box):
    """everything: seen"""
    HIDDEN = wrap(1)
    assert HIDDEN == [k for k in HIDDEN], WITHIN   # odd  spacing


@weight(1)
@pytest.mark.example()
@pytest.mark.parametrize("n", [1, 2])
def test_also_seen(n):
    assert np.zeros(n).size == n
'''


def cut(source):
    return examples.cut(textwrap.dedent(source), "tests/cases/test_x.py")


def test_cut_keeps_examples_and_what_they_reach_letter_by_letter():
    assert examples.cut(CASES, "x.py") == CUT


def test_cut_leaves_out_a_file_without_examples():
    assert cut("import pytest\n\ndef test_hidden():\n    pass\n") is None


SCOPES = [
    "[SECRET for SECRET in a]",
    "{SECRET for SECRET in a}",
    "{SECRET: 1 for SECRET in a}",
    "sum(SECRET for SECRET in a)",
    "lambda SECRET: SECRET",
    "def inner(*SECRET): SECRET = [SECRET]",
    "async def inner(*, SECRET): SECRET = [SECRET]",
]


def secret_is_kept(body):
    """Return whether the module's SECRET is kept when an example needs a function with this body."""
    kept = cut(f"SECRET = 1\ndef helper(a):\n    {body}\n@pytest.mark.example\ndef test_seen():\n    helper([])\n")
    assert body in kept
    return "SECRET = 1" in kept


@pytest.mark.parametrize(
    "line",
    [
        *SCOPES,
        "a, *SECRET = a; SECRET",
        "import os as SECRET; SECRET",
        "for SECRET in a: SECRET",
        "def SECRET(): SECRET",
        "async def SECRET(): SECRET",
        "class SECRET: pass\n    SECRET",
        "try: a()\n    except ValueError as SECRET: SECRET",
        "match a:\n        case [1, *SECRET]: SECRET",
        "match a:\n        case [1, SECRET]: SECRET",
        "match a:\n        case {1: 2, **SECRET}: SECRET",
        "[(SECRET := one) for one in a]; SECRET",
    ],
)
def test_cut_leaves_out_what_a_function_has_under_the_same_name(line):
    """Hidden data may have an ordinary name."""
    assert not secret_is_kept(line)


@pytest.mark.parametrize("line", [*SCOPES, "class Inner: SECRET = 2"])
def test_cut_keeps_what_a_function_reads_beside_a_scope_that_has_the_same_name(line):
    """It would be missing at home."""
    assert secret_is_kept(f"{line}\n    SECRET")


def test_cut_keeps_globals_that_a_function_fills():
    kept = cut("""
        import pytest
        SEEN = {}
        COUNT = 0
        def note(x):
            global COUNT
            COUNT += 1
            SEEN[x] = 1
        @pytest.mark.example
        def test_seen():
            note(1)
    """)
    assert "SEEN = {}" in kept and "COUNT = 0" in kept


def test_cut_keeps_what_applies_to_every_test():
    kept = cut("""
        from __future__ import annotations
        import pytest
        from pytest import fixture, mark
        pytest_plugins = []
        pytestmark = pytest.mark.filterwarnings("error")
        def noted(function):
            return function
        @pytest.fixture(autouse=True)
        def calm():
            yield
        @noted
        @fixture
        def asked_for():
            yield
        @pytest.fixture
        def not_asked_for():
            yield
        def no_fixture():
            pass
        @pytest.mark.usefixtures("asked_for")
        @pytest.mark.parametrize("no_fixture", [1])
        @mark.example
        def test_seen(no_fixture):
            pass
    """)
    assert all(word in kept for word in ("pytestmark", "pytest_plugins", "def calm", "def asked_for", "def noted"))
    assert "not_asked_for" not in kept and "def no_fixture" not in kept
    assert compile(kept, "test_x.py", "exec").co_flags & __future__.annotations.compiler_flag, "it stands first"


def test_cut_keeps_every_statement_that_gives_a_name_a_meaning():
    """Statements of the same kinds that no example reaches are left out."""
    kinds = """
        async def later():
            pass
        size: int = 3
        size += 1
        many = [0]
        many[0] += 1
        if size:
            large = 1
        try:
            import zoneinfo
        except ImportError as missing:
            zoneinfo = None
        class Box:
            @property
            def lid(self):
                pass
    """
    hidden = re.sub("later|size|many|large|zoneinfo|missing|Box", r"\g<0>_unseen", kinds)
    example = """
        import pytest
        @pytest.mark.example
        def test_seen():
            later, many, large, zoneinfo, Box
    """
    assert cut(kinds + hidden + example) == cut(kinds + example)
    assert textwrap.dedent(kinds).strip() in cut(kinds + example)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "from inputs import x\n@pytest.mark.example\ndef test_a():\n    x",
            "line 1: an example needs `inputs`",
        ),
        ("@pytest.mark.example\ndef test_a():\n    from . import inputs", "line 3: an example needs `.`"),
        ("@pytest.mark.example\ndef test_a():\n    from .numpy import x", "line 3: an example needs `.`"),
        ("@pytest.mark.example\ndef test_a():\n    import reference", "line 3: an example needs `reference`"),
        (
            "def test_b():\n    1\n@pytest.mark.example\ndef test_a():\n    test_b()",
            "line 1: an example uses test_b",
        ),
        (
            "from inputs import *\n@pytest.mark.example\ndef test_a():\n    x",
            "line 1: import names one by one",
        ),
        ("print(1)\n@pytest.mark.example\ndef test_a():\n    x", "line 1: the top level of"),
        ("if 1:\n    print(1)\n@pytest.mark.example\ndef test_a():\n    x", "line 1: the top level of"),
        ("try:\n    print(1)\nfinally:\n    1\n@pytest.mark.example\ndef test_a():\n    x", "line 1: the top level of"),
        (
            "class TestA:\n    @weight(1)\n    @pytest.mark.example\n    def test_a(self):\n        x",
            "line 4: an example must be a function",
        ),
        ("def test_a(:", "line 1: "),
    ],
)
def test_cut_refuses_what_it_cannot_cut_safely(source, words):
    with pytest.raises(StarterError) as error:
        cut(source)
    assert str(error.value).startswith(f"tests/cases/test_x.py, {words}")


# ------------------------------------------------------------------------------------------ the whole starter


MORE = SMALL.replace("half", "third").replace("task 1", "task 2").replace("twice = x / 4", "third = x / 3")


@pytest.fixture
def project(tmp_path):
    """A minimal project, in a folder with a space and an umlaut."""
    root = tmp_path / "Übung 1"
    sources = {
        "solution/neural_network.py": SMALL,
        "solution/starter/README.md": "Read me.\n",
        "solution/starter/conftest.py": "",
        "solution/starter/pytest.ini": "[pytest]\n",
        "solution/starter/.vscode/settings.json": "{}\n",
        "solution/starter/lesson/page.html": "<p>Draw.\n",
        "solution/starter/__pycache__/train.pyc": "junk",
        "solution/made/handout.html": "<p>Half of everything.</p>\n",
        "solution/expected/neural_network.json": '{"7.1": 1}\n',
        "datasets/digits/public/README.md": "From UCI.\n",
        "tests/cases/test_7_all.py": CASES,
        "tests/cases/test_8_none.py": "def test_hidden(student):\n    '''hidden'''\n",
        "tests/cases/inputs.py": "SECRET = 42\n",
        "tests/cases/assignment.toml": "title = 'Half'\nfile = 'neural_network.py'\n",
        "solution/more.py": MORE,
        "solution/expected/more.json": '{"9.1": 1}\n',
        "tests/cases/beyond/test_9_more.py": CASES,
        "tests/cases/beyond/inputs.py": "SECRET = 43\n",
        "tests/cases/beyond/assignment.toml": 'file = "more.py"\n',
        "tests/cases/no_part/notes.txt": "SECRET\n",
        "LICENSE": "MIT\n",
    } | {f"autograder/{name}": f'"""Module {name}."""\n' for name in ENGINE}
    for name, text in sources.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (root / "datasets/digits/public/train_labels.npy").write_bytes(b"\x93NUMPY\r\n\r\n\x00")
    return root


def test_starter_holds_exactly_what_is_meant_for_students(project):
    files = starter.build(project)
    assert list(files) == [
        ".vscode/settings.json",
        "README.md",
        "checks/assignment.toml",
        "checks/autograder.whl",
        "checks/beyond/assignment.toml",
        "checks/beyond/expected.json",
        "checks/beyond/test_9_more.py",
        "checks/expected.json",
        "checks/test_7_all.py",
        "conftest.py",
        "data/README.md",
        "data/train_labels.npy",
        "handout.html",
        "lesson/page.html",
        "more.py",
        "neural_network.py",
        "pytest.ini",
    ]
    assert files["checks/test_7_all.py"].decode() == files["checks/beyond/test_9_more.py"].decode() == CUT
    assert "third = x / 3" not in files["more.py"].decode() and "Task 2: write third" in files["more.py"].decode()
    assert files["checks/beyond/expected.json"] == b'{"9.1": 1}\n'
    assert files["data/train_labels.npy"] == b"\x93NUMPY\r\n\r\n\x00"
    unseen = ("SECRET", "never shown", "secret_box")
    assert [word for text in readable(files).values() for word in unseen if word in text] == []


def test_starter_is_the_same_from_a_checkout_with_other_line_endings_and_a_byte_order_mark(project):
    before = starter.build(project)
    for path in project.rglob("*"):
        if path.suffix in {".py", ".md", ".json", ".toml", ".html"} or path.name == "LICENSE":
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert starter.build(project) == before


def test_starter_is_the_same_in_another_process_whatever_its_hash_seed_and_folder(project):
    program = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from authoring import starter; from pathlib import Path\n"
        "print(hashlib.sha256(repr(starter.build(Path(sys.argv[2]))).encode()).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, str(ROOT / "autograder"), str(project)],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone, folder in (("1", "UTC", project), ("2", "Asia/Tokyo", "/"))
    }
    assert printed == {hashlib.sha256(repr(starter.build(project)).encode()).hexdigest() + "\n"}


def test_without_golden_values_the_starter_is_built_all_the_same(project):
    (project / "solution/expected/neural_network.json").unlink()
    assert "checks/expected.json" not in starter.build(project)


@pytest.mark.parametrize(
    "leak",
    [
        "solution/starter/README.md",
        "tests/cases/test_7_all.py",
        "autograder/feedback.py",
        "datasets/digits/public/README.md",
        "solution/expected/neural_network.json",
    ],
)
def test_starter_that_leaks_is_not_written(project, leak):
    path = project / leak
    path.write_text(
        path.read_text(encoding="utf-8").replace("\n", "\n# return twice+twice, twice = x/4\n", 1),
        encoding="utf-8",
    )
    if leak.endswith("neural_network.json"):
        path.write_text(json.dumps({"answers": {}, "mistakes": [{"sentence": "It is twice = x\u00a0/ 4."}]}))
    if leak.endswith("test_7_all.py"):
        path.write_text(CASES.replace("# This comment stays.", "# twice = x / 4"), encoding="utf-8")
    with pytest.raises(
        StarterError,
        match=r"would give away the solution:\n.*`twice = x / 4` is part of the answer to task 1",
    ):
        starter.write(project)
    assert not (project / "starter").exists()


@pytest.mark.parametrize("leak", ["starter/README.md", "made/handout.html", "expected/more.json"])
def test_starter_that_leaks_a_further_file_is_not_written(project, leak):
    """Extra credit has answers too."""
    (project / "solution" / leak).write_text('{"It is": "third = x / 3"}\n', encoding="utf-8")
    with pytest.raises(StarterError, match=r"`third = x / 3` is part of the answer to task 2"):
        starter.build(project)


def test_write_says_what_changed_and_out_of_step_what_differs(project):
    assert starter.out_of_step(project)[0] == ".vscode/settings.json (missing)"
    assert starter.write(project) == [f"{name} (new)" for name in starter.build(project)]
    os.utime(project / "starter/more.py", (0, 0))
    assert starter.write(project) == [] == starter.out_of_step(project)
    assert (project / "starter/more.py").stat().st_mtime == 0

    (project / "starter/README.md").write_text("edited by hand", encoding="utf-8")
    for name in ("old.py", ".vscode/old.json"):
        (project / "starter" / name).write_text("x", encoding="utf-8")
    for name in (".venv/bin/python", "__pycache__/a.pyc", ".pytest_cache/b"):
        path = project / "starter" / name
        path.parent.mkdir(parents=True)
        path.write_text("of a tool", encoding="utf-8")
    assert starter.out_of_step(project) == ["README.md", ".vscode/old.json (not generated)", "old.py (not generated)"]
    assert starter.write(project) == ["README.md", ".vscode/old.json (gone)", "old.py (gone)"]
    assert starter.out_of_step(project) == []
    assert (project / "starter/.venv/bin/python").exists()


@pytest.mark.parametrize(
    "junk", ["__pycache__/a.txt", ".DS_Store", "Thumbs.db", ".pytest_cache/a", ".ruff_cache/a", "trained/a", "a.pyc"]
)
def test_what_tools_leave_behind_is_neither_copied_nor_removed(project, junk):
    """This holds for the folder that is copied, and for the one that is made."""
    for folder in ("solution/starter/lesson", "starter/lesson"):
        path = project / folder / junk
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(folder, encoding="utf-8")
    starter.write(project)
    assert starter.out_of_step(project) == []
    assert path.read_text(encoding="utf-8") == "starter/lesson"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("solution/neural_network.py", "neural_network.py is missing"),
        ("tests/cases/assignment.toml", "assignment.toml is missing"),
        ("solution/more.py", "more.py is missing"),
        ("tests/cases/beyond/test_9_more.py", "beyond has an example"),
        ("tests/cases/test_7_all.py", "has an example"),
        ("autograder/feedback.py", "feedback.py is missing"),
        ("LICENSE", "LICENSE is missing"),
        ("solution/starter", "starter is missing: the starter is made from it"),
        ("solution/starter/conftest.py", "conftest.py is missing, and no check runs at home without it"),
        ("solution/starter/pytest.ini", "pytest.ini is missing, and no check runs at home without it"),
    ],
)
def test_missing_source_is_named(project, name, words):
    (project / name).rename(project / "elsewhere")
    with pytest.raises(StarterError, match=words):
        starter.build(project)


def test_settings_that_name_no_file_say_what_is_missing(project):
    """Without the name, it is unknown whose stubs to make."""
    (project / "tests/cases/beyond/assignment.toml").write_text('title = "More"\n', encoding="utf-8")
    with pytest.raises(StarterError, match=r'does not say which file is handed in. Add file = "name.py".'):
        starter.build(project)


def test_case_file_that_is_not_understood_is_named(project):
    """The path is one that an editor can open."""
    (project / "tests/cases/test_7_all.py").write_text("def broken(:\n", encoding="utf-8")
    with pytest.raises(StarterError, match=r"^tests/cases/test_7_all.py"):
        starter.build(project)


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("from .sandbox import run\n", "sandbox"),
        ("from . import feedback, sandbox\n", "sandbox"),
        ("from .box import call, worker\n", "box.worker"),
        ("try:\n    from .sandbox import run\nexcept ImportError:\n    run = None\n", "sandbox"),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    from .sandbox import run\n", "sandbox"),
        ("if sys.platform:\n    with suppress():\n        from .sandbox import run\n", "sandbox"),
        (
            "from .outcome import Outcome\nfrom . import feedback\nfrom .box import call\nfrom .box.call import f\n",
            None,
        ),
        ("from . import exact\nfrom .box import inside\nfrom json import dumps\nimport sandbox\n", None),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .sandbox import run\n", None),
        ("def grade():\n    from .sandbox import run\n", None),
    ],
)
def test_engine_that_would_not_load_at_home_is_an_error(project, source, missing):
    (project / "autograder/__init__.py").write_text("exact = 1\n", encoding="utf-8")
    (project / "autograder/box/__init__.py").write_text("inside = 1\n", encoding="utf-8")
    (project / "autograder/plugin.py").write_text(source, encoding="utf-8")
    if missing is None:
        assert starter.build(project)
    else:
        words = rf"autograder/plugin.py, line \d+, imports {missing}, which the starter does not ship. Add it to ENGINE"
        with pytest.raises(StarterError, match=words):
            starter.build(project)


def test_wheel_is_a_wheel_uncompressed_and_dated_the_same_everywhere(project):
    data = starter.build(project)["checks/autograder.whl"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(info.create_system, info.external_attr >> 16) for info in archive.infolist()} == {(3, 0o100644)}
        assert names[:-3] == sorted(names[:-3])
        installed = importlib.metadata.PathDistribution(zipfile.Path(archive, "autograder-1.0.dist-info/"))
        assert (installed.name, installed.version, installed.requires) == ("autograder", "1.0", ["numpy", "pytest"])
        assert installed.metadata["Requires-Python"] == ">=3.10"
        assert installed.read_text("WHEEL").splitlines()[::2] == ["Wheel-Version: 1.0", "Root-Is-Purelib: true"]
        record = archive.read("autograder-1.0.dist-info/RECORD").decode().splitlines()
        assert record[-1] == "autograder-1.0.dist-info/RECORD,,"
        assert [line.split(",")[0] for line in record] == names
        for line in record[:-1]:
            name, digest, size = line.split(",")
            member = archive.read(name)
            assert int(size) == len(member)
            want = base64.urlsafe_b64encode(hashlib.sha256(member).digest()).rstrip(b"=").decode()
            assert digest == f"sha256={want}"
        terms = archive.read("autograder-1.0.dist-info/licenses/LICENSE-gradescope-utils").decode()
        assert "Permission is hereby granted" in terms
        assert {"gradescope_utils/autograder_utils/decorators.py", "autograder-1.0.dist-info/licenses/LICENSE"} <= {
            *names
        }


def test_wheel_needs_gradescope_utils_and_its_license(project, monkeypatch):
    """Both are required, because the checks import its decorators."""
    monkeypatch.setattr(importlib.metadata, "files", lambda _: None)
    with pytest.raises(StarterError, match=r"^The installed gradescope-utils has no LICENSE file"):
        starter.build(project)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(StarterError, match=r"^gradescope-utils is not installed here.*: make setup$"):
        starter.build(project)


def test_python_imports_from_the_wheel_without_installing_it(project, tmp_path):
    path = tmp_path / "autograder.whl"
    path.write_bytes(starter.build(project)["checks/autograder.whl"])
    program = (
        "import sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]\n"
        f"sys.path.insert(0, {str(path)!r})\n"
        "import autograder.outcome; from gradescope_utils.autograder_utils.decorators import weight\n"
        "print(autograder.__doc__, weight(3)(lambda: 0).__weight__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == "Module __init__.py. 3\n"


# -------------------------------------------------------------------------------------------- this repository


def test_starter_of_this_repository_is_in_step(starter_files, monkeypatch):
    monkeypatch.setattr(starter, "build", lambda _: dict(starter_files))  # building it again would take seconds
    assert starter.out_of_step(ROOT) == [], "to mend it: make starter"


def test_what_is_recorded_holds_numbers_and_words_for_students_only(starter_files):
    """It holds no formula and nothing for staff, and the download stays below 300 kB."""
    for part in assignment.load(ROOT / "tests" / "cases").parts:
        name = f"checks/{part.folder.relative_to(ROOT / 'tests' / 'cases').as_posix()}/expected.json".replace("./", "")
        recorded = json.loads(starter_files[name])
        assert set(recorded) == {"answers", "mistakes"}
        assert {tuple(mistake) for mistake in recorded["mistakes"]} == {("identifier", "function", "sentence", "gives")}
        tried = {case.function for case in part.cases if case.example}
        assert {mistake["function"] for mistake in recorded["mistakes"]} == tried
        assert starter_files[name].isascii()
        assert len(starter_files[name]) < 100_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in starter_files.items():
            archive.writestr(name, data)
    assert len(packed.getvalue()) < 300_000


def test_recorded_arguments_are_found_on_every_processor():
    """Random numbers differ there in their last digits, so no argument may lie where rounding to ten digits changes."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; import numpy as np\n"
        "from autograder import assignment, replay; from autograder.authoring import trial\n"
        "root = Path(sys.argv[1])\n"
        "parts = assignment.load(root / 'tests' / 'cases').parts\n"
        "calls = []\n"
        "for part in parts:\n"
        "    with trial.importable(part.folder):\n"
        "        calls += trial.recorded(root, part).calls\n"
        "for off in (-4, 4):\n"
        "    for function, arguments in calls:\n"
        "        near = [np.asarray(a) * (1 + off * np.finfo(float).eps) for a in arguments]\n"
        "        assert replay._key(near) == replay._key(arguments), (function, arguments)\n"
        "print(len(calls))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 35


def test_trained_weights_and_figures_are_in_step():
    done = subprocess.run(
        [sys.executable, str(ROOT / "solution" / "make.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_hand_written_file_that_ships_is_plain_ascii():
    written = (ROOT / "solution" / name for name in starter.solutions(ROOT))
    for path in [*(ROOT / "solution" / "starter").rglob("*"), *written]:
        if path.is_file() and not {"__pycache__", "trained"} & set(path.parts):
            assert path.read_bytes().isascii(), path


@pytest.fixture
def download(starter_files, tmp_path):
    """The starter as a student has downloaded and unpacked it."""
    folder = tmp_path / "Meine Übung"
    for name, data in starter_files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def clean(environment):
    """Return the environment for plain `pytest` as a student runs it, without any of our settings.

    Plug-ins installed beside our pytest are not loaded unless asked for: hypothesis alone takes longer to load than the
    checks take.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    ours = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | ours | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment


def check_on_its_own(folder, *arguments, **environment):
    """Run plain `pytest` as a student does, in a new interpreter."""
    return subprocess.run(
        [sys.executable, "-c", "import sys, pytest; sys.exit(pytest.main())", *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        encoding="cp1252",
        timeout=120,
        env=clean(environment),
    )


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    """Return a function that does the same in a copy of a process that has loaded NumPy and pytest."""
    with copying(tmp_path_factory.mktemp("printed"), "numpy", "pytest") as run:

        def check(folder, *arguments, **environment):
            status, *printed = run("pytest", arguments, folder, clean(environment))
            return subprocess.CompletedProcess(["pytest"], status, *(text.decode("cp1252") for text in printed))

        yield check


def test_untouched_download_fails_every_check_and_the_solution_passes_them(check, download):
    untouched = check_on_its_own(download, PYTEST_DISABLE_PLUGIN_AUTOLOAD="")  # with every installed plug-in
    assert untouched.returncode == 1
    assert "0 of " in untouched.stdout and "passed" not in untouched.stdout
    (download / "neural_network.py").write_text(SOLUTION, encoding="utf-8")
    whole = check(download)
    assert whole.returncode == 0, whole.stdout
    assert "failed" not in whole.stdout


# What an editor's test panel adds to pytest: it lists the collected tests, and records the outcome and text of each.
PANEL = """
import json

def pytest_sessionfinish(session, exitstatus):
    items = [[item.nodeid, item.path.as_posix(), item.location[1], item.parent.name] for item in session.items]
    print("PANEL", json.dumps({"status": int(exitstatus), "items": items}))

def pytest_report_teststatus(report):
    if report.when == "call":
        print("PANEL", json.dumps({"id": report.nodeid, "outcome": report.outcome, "text": report.longreprtext}))
"""


def test_panel_of_an_editor_lists_the_checks_and_runs_one_by_its_name(check, download):
    """VS Code collects with its own plug-in and --rootdir, and then names one test by its full path."""
    settings = json.loads((download / ".vscode" / "settings.json").read_text(encoding="ascii"))
    tests = settings["python.testing.pytestArgs"]
    (download.parent / "panel.py").write_text(PANEL, encoding="ascii")

    def panel(*arguments):
        ran = check(download, "-p", "panel", f"--rootdir={download}", *arguments, PYTHONPATH=str(download.parent))
        lines = [line.partition("PANEL ")[2] for line in ran.stdout.splitlines() if "PANEL " in line]
        return ran, [json.loads(line) for line in lines]

    ran, (collected,) = panel("--collect-only", *tests)
    assert (ran.returncode, ran.stderr, collected["status"]) == (0, "", 0)
    assert "points so far" not in ran.stdout
    numbers = [item[0].partition("::")[0] for item in collected["items"]]
    assert len(numbers) == sum(
        path.read_text().count("@pytest.mark.example") for path in download.glob("checks/test_*.py")
    )
    assert set(numbers) == {f"checks/{path.name}" for path in (download / "checks").glob("test_*.py")}
    for identifier, path, _, file in collected["items"]:
        assert path == (download / identifier.partition("::")[0]).as_posix()
        assert file.endswith(Path(path).name)

    whole = f"{download / 'checks' / 'test_1_sigmoid.py'}::test_known_values"
    ran, (one, end) = panel(whole)
    assert (ran.returncode, ran.stderr, end["status"]) == (1, "", 1)
    assert (one["id"], one["outcome"]) == ("checks/test_1_sigmoid.py::test_known_values", "failed")
    assert "sigmoid is not written yet." in one["text"]
    (download / "neural_network.py").write_text(SOLUTION, encoding="utf-8")
    ran, (one, end) = panel(whole)
    assert (ran.returncode, one["outcome"], end["status"]) == (0, "passed", 0)
    assert "4 of 4 points so far." in ran.stdout


# Simulates Ctrl-C pressed in an endless loop.
CTRL_C = "import signal; signal.signal(2, signal.default_int_handler); signal.raise_signal(2)"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "    h = sig",
            f"    {CTRL_C}\n    h = sig",
            "Stopped while forward was running, at line {} of neural_network.py",
        ),
        (
            "import numpy as np",
            f"import numpy as np\n{CTRL_C}",
            "Stopped while neural_network.py was imported, at line {}",
        ),
    ],
    ids=["in a function", "at import"],
)
def test_ctrl_c_names_the_line_that_was_running(check, download, old, new, words):
    (download / "neural_network.py").write_text(SOLUTION.replace(old, new, 1), encoding="utf-8")
    done = check(download)
    assert done.returncode == 2
    lines = (download / "neural_network.py").read_text(encoding="utf-8").splitlines()
    said = words.format(1 + next(k for k, line in enumerate(lines) if CTRL_C in line))
    assert f"{said}, because you pressed Ctrl-C. The checks after that did not run." in " ".join(done.stdout.split())


def test_misspelled_name_of_a_function_is_no_result(check, download):
    done = check(download, "-k", "sigmod")
    assert done.returncode == 5
    assert "No check has this name. Try `pytest -k sigmoid`." in done.stdout
    assert "points" not in done.stdout


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "zeros in the middle", "a page instead"])
def test_checks_of_an_incomplete_download_say_what_to_do(check, download, damage):
    engine = download / "checks" / "autograder.whl"
    whole = engine.read_bytes()
    left = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "zeros in the middle": whole[:5000] + bytes(5000) + whole[10000:],
        "a page instead": b"<html>Not found</html>",
    }
    engine.unlink()
    if damage in left:
        engine.write_bytes(left[damage])
    done = check(download)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "ERROR: checks/autograder.whl is missing or damaged. Download the assignment again.\n\n"


@pytest.mark.parametrize("missing", [["conftest.py"], ["conftest.py", "pytest.ini"]])
@pytest.mark.parametrize("asked", [[], ["checks/test_1_sigmoid.py"]])
def test_checks_that_were_copied_without_the_file_that_runs_them_say_so(check, download, missing, asked):
    for name in missing:
        (download / name).unlink()
    done = check(download, *asked)
    assert done.returncode != 0
    said = f"There is no conftest.py in {download}. Download the assignment again, and keep its files together."
    assert done.stdout.count(said) == 1
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("missing", ["checks/assignment.toml", "checks/extensions/assignment.toml"])
@pytest.mark.parametrize("asked", [(), ("checks/extensions",), ("-k", "two_guesses")])
def test_checks_without_their_settings_say_what_to_do(check, download, missing, asked):
    (download / missing).unlink()
    done = check(download, *asked)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.strip() == (
        f"ERROR: The checks are incomplete: {missing} cannot be read: No such file or directory. "
        "Download the assignment again."
    )


def test_checks_and_training_without_numpy_say_how_to_install_it(download, tmp_path):
    (tmp_path / "numpy.py").write_text("raise ImportError('no numpy here')", encoding="utf-8")
    done = check_on_its_own(download, PYTHONPATH=str(tmp_path))
    assert done.returncode == 4
    assert "The checks need NumPy. To install it: python -m pip install numpy" in done.stdout + done.stderr
    done = subprocess.run(
        [sys.executable, str(download / "train.py")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1
    assert done.stderr == "This needs NumPy. To install it: python -m pip install numpy\n"
