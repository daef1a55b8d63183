"""autograder/newer.py: what is said about a program that needs a newer Python than Gradescope's."""

import contextlib
import importlib
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from autograder import newer

HERE = sys.version_info[:2]
ROOT = Path(__file__).resolve().parents[2]


def test_python_that_grades_is_the_oldest_that_the_project_supports():
    """The two version numbers must be raised together."""
    version = ".".join(map(str, newer.GRADES))
    assert f'requires-python = ">={version}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("since", "program", "expected"),
    [
        ((3, 11), "try:\n    pass\nexcept* ValueError:\n    pass\nx = 1\n", [(3, newer.SYNTAX["TryStar"])]),
        ((3, 11), "x = a[*i]", [(1, newer.STARRED)]),
        ((3, 11), "x = a[\n  1, *i]", [(1, newer.STARRED)]),
        ((3, 12), "# rows\ntype Row = list", [(2, newer.SYNTAX["TypeAlias"])]),
        ((3, 12), "class A[T]: pass\n\ndef f[T](x: T): pass", [(1, newer.PARAMETERS)]),
        ((3, 12), 'x = f"{a["b"]}"', [(1, newer.QUOTES)]),
        ((3, 12), 'x = (f"1" "2"\n  f"{a:{w["b"]}}")', [(2, newer.QUOTES)]),
        ((3, 12), "x = f'''{f\"{a[\"b\"]}\"}'''", [(1, newer.QUOTES)]),
        ((3, 12), 'x = f"{f\'{a} "\'}"', [(1, newer.QUOTES)]),
        ((3, 12), "x = f'{\"\\n\".join(a)}'", [(1, newer.IN_BRACES)]),
        ((3, 12), 'x = f"{\n  a}"', [(1, newer.IN_BRACES)]),
        ((3, 12), 'x = f"""{\n  a # a\n}"""', [(2, newer.IN_BRACES)]),
        ((3, 14), "try:\n    pass\nexcept TypeError, ValueError:\n    pass", [(3, newer.EXCEPTIONS)]),
        ((3, 14), 'x = t"{a}"', [(1, newer.SYNTAX["TemplateStr"])]),
    ],
)  # fmt: skip
def test_newer_syntax_is_told_where_python_reads_it(since, program, expected):
    """An older Python cannot read it, so there is nothing to add."""
    if since > HERE:
        with pytest.raises(SyntaxError):
            compile(program, "", "exec")
        expected = []
    assert newer.advice(program) == expected


@pytest.mark.parametrize(
    "program",
    [
        "x = a[(*i,)], a[1, 2], a[()]",
        "try:\n    pass\nexcept (TypeError, ValueError):\n    pass",
        "type = list\nmatch = type[0]",
        'x = f"{a[\'b\']!r:>{w}}" "{a[" f\'{{"{x}\'',
        'x = f"""{a["b"]} {f\'{c["d"]}\'}"""',
        "x = f'{a}\\n{b:\\t>3}' f\"\\N{BULLET}{a}\\\n{b}\"",
        "x = rf'\\d{a}' f'''{\na\n}'''  # f\"{a[\"b\"]}\"",
    ],
)
def test_nothing_is_said_of_what_python_3_10_reads(program):
    """When Python 3.10 runs this test, `compile` proves that it reads them."""
    compile(program, "", "exec")
    assert newer.advice(program, (3, 13)) == []


def test_what_python_cannot_read_or_warns_of_is_told_elsewhere():
    """The import reports it; here nothing is said, and no warning is repeated."""
    assert newer.advice("x = (\nfrom math import cbrt") == []
    assert newer.advice("x = '\\d'\nfrom math import cbrt", (3, 13)) == [(2, "it has no math.cbrt; write np.cbrt")]


def test_names_are_newer():
    """Each name is missing in Python 3.10 and exists in 3.13."""

    def is_there(name):
        module, _, attribute = name.partition(".")
        if not importlib.util.find_spec(module):
            return False
        return not attribute or hasattr(importlib.import_module(module), attribute)

    since_3_12 = {"itertools.batched", "math.sumprod", "random.binomialvariate", "typing.override"}
    newest = {(3, 10): set(newer.NAMES), (3, 11): since_3_12 | {"math.fma"}, (3, 12): {"math.fma"}}
    assert {name for name in newer.NAMES if not is_there(name)} == newest.get(HERE, set())


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import tomllib", {1: "tomllib"}),
        ("from tomllib import loads", {1: "tomllib"}),
        ("from typing import Self, override", {1: ("typing.Self", "typing.override")}),
        ("import math as m\n\ndef f(z):\n    if z > 0:\n        return m.cbrt(z)", {5: "math.cbrt"}),
        (
            "import datetime, enum\nx = datetime.UTC\nclass C(enum.StrEnum): pass",
            {2: "datetime.UTC", 3: "enum.StrEnum"},
        ),
        ("try:\n    from itertools import batched\nfinally:\n    x = 1", {2: "itertools.batched"}),
        ("from math import cbrt, exp2\nfrom math import cbrt", {1: ("math.cbrt", "math.exp2")}),
        ("try:\n    import tomllib\nexcept ImportError:\n    tomllib = None", {}),
        ("import math\ntry:\n    cbrt = math.cbrt\nexcept:\n    cbrt = abs", {}),
        ("import math\ntry:\n    math.cbrt\nexcept AttributeError:\n    math.cbrt = abs\nx = math.cbrt(8)", {}),
        ("import sys\nif sys.version_info >= (3, 11):\n    import tomllib", {}),
        ("import sys\ndef f():\n    if sys.version_info >= (3, 11):\n        import tomllib", {}),
        ("from sys import version_info as v\nNEW = v >= (3, 11)\ndef f():\n    if NEW: import tomllib", {}),
        ("import math\nx = math.cbrt(8) if hasattr(math, 'cbrt') else 2", {}),
        ("from contextlib import suppress\nwith suppress(ImportError):\n    import tomllib", {}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from typing import Self", {}),
        ("if __name__ == '__main__':\n    import tomllib", {}),
        ("from __future__ import annotations\nimport typing\ndef f() -> typing.Self: pass", {}),
        ("import typing\ndef f(z):\n    if z:\n        row: typing.Self = z\n    z.row: typing.Self = z", {}),
        ("import typing\ndef f():\n    class A:\n        row: typing.Self", {4: "typing.Self"}),
        ("import numpy as math\nx = math.cbrt(8)\nfrom .math import exp2", {}),
        ("from datetime import datetime\nx = datetime.UTC", {}),
        ("x = 'import tomllib'  # import tomllib", {}),
    ],
)
def test_newer_names_are_told_where_nothing_stands_in_for_them(program, found):
    """The name is imported, or is an attribute of a module."""
    several = [(line, name) for line, names in found.items() for name in ([names] if isinstance(names, str) else names)]
    said = [(line, f"it has no {name}; {newer.NAMES[name]}") for line, name in several]
    assert newer.advice(program, (3, 13)) == sorted(said)
    assert newer.advice(program, newer.GRADES) == []


@pytest.mark.parametrize(
    ("program", "lines"),
    [
        ("import numpy as np\nimport torch", [2]),
        ("from torch.nn.functional import relu", [1]),
        ("import torch.nn as nn, sympy", [1]),
        ("def show():\n    from torch import tensor", [2]),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None", []),
        ("if __name__ == '__main__':\n    import torch", []),
        ("import os\nhas_torch = hasattr(os, 'torch')\ndef f():\n    import torch", []),
        ("import scipy, matplotlib, torches\nfrom .torch import tensor\nimport sympy", []),
    ],
)
@pytest.mark.parametrize("here", [newer.GRADES, (3, 13)], ids=str)
def test_package_that_is_installed_here_alone_is_told(program, lines, here, tmp_path, monkeypatch):
    """If the package is missing here as well, as sympy is, the failing import already says so."""
    (tmp_path / "torch.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "sympy", None)
    assert newer.advice(program, here) == [(line, newer.NOT_INSTALLED.format("torch")) for line in lines]


@pytest.mark.parametrize("name", ["IPython", "joblib", "requests"])
def test_package_that_notebooks_bring_along_is_told(name, tmp_path, monkeypatch):
    """Many students have it without having installed it themselves."""
    (tmp_path / f"{name}.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert newer.advice(f"import {name}") == [(1, newer.NOT_INSTALLED.format(name))]


def test_packages_are_none_that_gradescope_installs():
    """None of the packages that Gradescope installs depends on one of them, either."""
    lock = (ROOT / "autograder" / "gradescope" / "requirements.txt").read_text(encoding="utf-8").lower()
    installed = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    others = {"sklearn": "scikit-learn", "skimage": "scikit-image", "cv2": "opencv-python"}
    assert {"numpy", "scipy", "matplotlib"} <= installed
    assert not installed & {others.get(name, name).lower() for name in newer.PACKAGES}


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("def f(z: List[float]) -> List: pass", {1: "List"}),
        ("import numpy as np\ndef f(z: np.ndarray,\n  *more: ndarray): pass", {3: "ndarray"}),
        ("class Net:\n    size: int\n    def copy(self) -> Net: pass", {3: "Net"}),
        ("x: Later = 1\nclass Later: pass", {1: "Later"}),
        ("def f(z: 'List[float]', k: int | None = None) -> float: pass", {}),
        ("from typing import List\nRow = list\ndef f(z: List[float]) -> Row: pass", {}),
        ("try:\n    from none import NDArray\nexcept ImportError:\n    NDArray = list\ndef f(z: NDArray): pass", {}),
        ("from __future__ import annotations\ndef f(z: List): pass", {}),
        ("from typing import *\ndef f(z: List): pass", {}),
        ("globals()['Row'] = list\ndef f(z: Row, k=Row): pass", {}),
        ("def f(z):\n    def g(x: Later): pass\n    y: Later = z\nclass Later: pass", {}),
        ("class Net:\n    Row = list\n    def copy(self) -> Row: pass", {}),
    ],
)
def test_annotation_that_python_3_14_does_not_read_is_told_where_its_name_is_unknown(program, found):
    """Older versions of Python evaluate it immediately, and raise NameError."""
    assert newer.advice(program, (3, 14)) == [(line, newer.UNBOUND.format(name)) for line, name in found.items()]
    assert newer.advice(program, (3, 13)) == []
    fails = pytest.raises(NameError, match=next(iter(found.values()))) if found else contextlib.nullcontext()
    with fails if HERE < (3, 14) else contextlib.nullcontext():
        exec(compile(program, "", "exec", dont_inherit=True), {"__name__": "program"})
