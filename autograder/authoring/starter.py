"""Make the starter, which students download, from the solution, the cases, and the engine.

    solution/neural_network.py   --strip--> starter/neural_network.py      stubs where the marked regions were
    solution/extensions.py       --strip--> starter/extensions.py          the same
    solution/starter/*           --copy---> starter/*                      everything written by hand
    solution/made/*              --copy---> starter/*                      the handout and the notebook
    tests/cases/test_*.py        --cut----> starter/checks/test_*.py       only examples and what they reach
    tests/cases/*/test_*.py      --cut----> starter/checks/*/test_*.py     those of extra credit
    autograder/ (part of it)     --wheel--> starter/checks/autograder.whl  runs the examples at home
    datasets/digits/public/*     --copy---> starter/data/*

`build` makes all of it in memory, as a mapping from path to bytes, and raises StarterError if the leak gate
finds an answer in it; `write` and `out_of_step` compare that mapping with the folder. The same sources give
the same bytes on every machine: nothing depends on the time, the order of a directory, line endings, or the
Python version.

`regions` strips, `examples` cuts, `wheel` packs the engine, and `leaks` and `weights` are the gate. These modules and
this one import only the standard library and each other, so that they can judge everything else.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .examples import cut
from .leaks import leaks, readable, unpacked
from .regions import StarterError, read_text, strip
from .weights import weights_in
from .wheel import engine

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["StarterError", "build", "leaks_in", "out_of_step", "stubs", "weights_of", "write"]

CASES = "tests/cases"
SETTINGS = "assignment.toml"
STARTER = "starter"

_TEXT = frozenset({".cfg", ".csv", ".html", ".ini", ".ipynb", ".json", ".md", ".py", ".svg", ".toml", ".txt"})
# What tools and train.py leave behind; if train.py ran in solution/, its weights are the solution's.
_JUNK = frozenset({"__pycache__", ".DS_Store", "Thumbs.db", ".pytest_cache", ".ruff_cache", "trained"})


def build(root: Path) -> dict[str, bytes]:
    """Return every file of the starter: its path below starter/, with forward slashes, and its bytes.

    Raises:
        StarterError: a source is missing or not understood, or the starter would give away a part of the solution.
    """
    files = {name: text.encode() for name, text in stubs(root).items()}
    files.update(_folder(root / "solution" / "starter"))
    for name in ("conftest.py", "pytest.ini"):
        if name not in files:
            raise StarterError(
                f"{root / 'solution' / 'starter' / name} is missing, and no check runs at home without it. Restore it: "
                "it is the same in every assignment."
            )
    for folder, below in ((root / "solution" / "made", ""), (root / "datasets" / "digits" / "public", "data/")):
        if folder.is_dir():  # an assignment need not have a handout or data
            files.update(_folder(folder, below))
    for cases in _parts(root):
        files.update(_checks(root, cases))
    files["checks/autograder.whl"] = engine(root)

    found = leaks_in(root, files) + weights_of(root, files)
    if found:
        raise StarterError("The starter would give away the solution:\n  " + "\n  ".join(found))
    return dict(sorted(files.items()))


def solutions(root: Path) -> dict[str, str]:
    """Return the solution's version of each file that a student writes: name -> text."""
    return {name: read_text(root / "solution" / name) for name in map(_file_of, _parts(root))}


def stubs(root: Path) -> dict[str, str]:
    """Return the same files as students get them, with stubs in place of the marked regions."""
    return {name: strip(solution, f"solution/{name}") for name, solution in solutions(root).items()}


def leaks_in(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return one sentence for each place where files give away a marked region of the solution."""
    texts = readable(files)
    return [sentence for solution in solutions(root).values() for sentence in leaks(solution, texts)]


def write(root: Path) -> list[str]:
    """Update starter/ from its sources; return the names of changed files, followed by "(new)" or "(gone)" if so.

    Nothing is changed unless the whole starter could be made. Files that do not belong there are removed,
    except what tools leave behind (caches, virtual environments).
    """
    wanted = build(root)
    folder = root / STARTER
    changes = []
    for name, data in wanted.items():
        path = folder / name
        if not path.is_file():
            changes.append(f"{name} (new)")
        elif path.read_bytes() != data:
            changes.append(name)
        else:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in _strangers(folder, wanted):
        (folder / name).unlink()
        changes.append(f"{name} (gone)")
    return changes


def out_of_step(root: Path) -> list[str]:
    """Return the files of starter/ that differ from what `build` makes now, with "(missing)" or "(not generated)"."""
    wanted = build(root)
    folder = root / STARTER
    differences = []
    for name, data in wanted.items():
        if not (folder / name).is_file():
            differences.append(f"{name} (missing)")
        elif (folder / name).read_bytes() != data:
            differences.append(name)
    return differences + [f"{name} (not generated)" for name in _strangers(folder, wanted)]


def weights_of(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return one sentence for each file that holds trained weights of the solution."""
    tables = {path.name: read_text(path) for path in sorted((root / "solution" / "trained").glob("*.csv"))}
    return weights_in(unpacked(files), tables)


def _folder(folder: Path, below: str = "") -> dict[str, bytes]:
    """Return the files of a folder that is copied unchanged, except that text always gets LF line endings."""
    if not folder.is_dir():
        raise StarterError(f"{folder} is missing: the starter is made from it.")
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not _JUNK.intersection(name.parts) and path.suffix != ".pyc":
            is_text = path.suffix in _TEXT
            files[below + name.as_posix()] = read_text(path).encode() if is_text else path.read_bytes()
    return files


def _parts(root: Path) -> list[Path]:
    """Return the folders of cases: the assignment's own, and those of extra credit inside it."""
    cases = root / CASES
    return [cases, *sorted(path.parent for path in cases.glob(f"*/{SETTINGS}"))]


def _file_of(cases: Path) -> str:
    """Return the name of the file that is handed in for a folder of cases."""
    found = re.search(r"""(?m)^file = ["'](.+?)["']""", read_text(cases / SETTINGS))
    if found is None:
        raise StarterError(f'{cases / SETTINGS} does not say which file is handed in. Add file = "name.py".')
    return found[1]


def _checks(root: Path, cases: Path) -> dict[str, bytes]:
    """Return the files of checks/ (or a folder in it) without the engine: examples, settings, and golden values."""
    source = cases.relative_to(root).as_posix()
    below = (Path("checks") / cases.relative_to(root / CASES)).as_posix()
    files = {}
    for path in sorted(cases.glob("test_*.py")):
        examples = cut(read_text(path), f"{source}/{path.name}")
        if examples is not None:
            files[f"{below}/{path.name}"] = examples.encode()
    if not files:
        raise StarterError(f"No case file in {cases} has an example: decorate one with @pytest.mark.example.")
    files[f"{below}/{SETTINGS}"] = read_text(cases / SETTINGS).encode()
    # `make solution` records the golden values; before it has run for the first time there are none yet.
    expected = root / "solution" / "expected" / f"{Path(_file_of(cases)).stem}.json"
    if expected.is_file():
        files[f"{below}/expected.json"] = read_text(expected).encode()
    return files


def _strangers(folder: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """Return the files in the folder that do not belong to the starter, except what tools leave behind."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        tool = any(part in _JUNK or (part.startswith(".") and part != ".vscode") for part in name.parts)
        if path.is_file() and not tool and path.suffix != ".pyc" and name.as_posix() not in wanted:
            found.append(name.as_posix())
    return found
