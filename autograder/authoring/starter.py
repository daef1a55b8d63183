"""Make the starter, which students download, from the solution, the cases and the engine.

    solution/neural_network.py   --strip--> starter/neural_network.py      stubs where the marked regions were
    solution/extensions.py       --strip--> starter/extensions.py          the same
    solution/starter/*           --copy---> starter/*                      everything written by hand
    solution/made/*              --copy---> starter/*                      the handout and the notebook
    tests/cases/test_*.py        --cut----> starter/checks/test_*.py       only examples and what they reach
    tests/cases/*/test_*.py      --cut----> starter/checks/*/test_*.py     those of extra credit
    autograder/ (part of it)     --wheel--> starter/checks/autograder.whl  runs the examples at home
    datasets/digits/public/*     --copy---> starter/data/*

`build` makes all of it in memory, as a mapping from path to bytes, and refuses to finish when the leak gate
finds an answer in it; `write` and `out_of_step` compare that mapping with the folder. The same sources make
the same bytes on every machine: nothing depends on the time, the order of a directory, line endings or the
Python version.

`regions` strips, `examples` cuts, `wheel` packs the engine, `leaks` and `weights` are the gate. They and this module
use the standard library only and nothing of ours but each other, so that they can judge everything else.
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
# What tools leave behind, and train.py: its weights are the solution's if it ran in solution/.
_JUNK = frozenset({"__pycache__", ".DS_Store", "Thumbs.db", ".pytest_cache", ".ruff_cache", "trained"})


def build(root: Path) -> dict[str, bytes]:
    """Every file of the starter: its path below starter/, with forward slashes, and its bytes.

    Raises StarterError for a source that is missing or not understood, and when the starter would give away a
    part of the solution.
    """
    files = {name: text.encode() for name, text in stubs(root).items()}
    files.update(_folder(root / "solution" / "starter"))
    for folder, below in ((root / "solution" / "made", ""), (root / "datasets" / "digits" / "public", "data/")):
        if folder.is_dir():  # an assignment may do without a handout, and without data
            files.update(_folder(folder, below))
    for cases in _parts(root):
        files.update(_checks(root, cases))
    files["checks/autograder.whl"] = engine(root)

    found = leaks_in(root, files) + weights_of(root, files)
    if found:
        raise StarterError("The starter would give away the solution:\n  " + "\n  ".join(found))
    return dict(sorted(files.items()))


def solutions(root: Path) -> dict[str, str]:
    """The files that a student writes, each as the solution has it: name -> text."""
    return {name: read_text(root / "solution" / name) for name in map(_file_of, _parts(root))}


def stubs(root: Path) -> dict[str, str]:
    """The same as students get them: without the marked regions."""
    return {name: strip(solution, f"solution/{name}") for name, solution in solutions(root).items()}


def leaks_in(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Where files give away a marked region of one of the solution's: one sentence for each place."""
    texts = readable(files)
    return [sentence for solution in solutions(root).values() for sentence in leaks(solution, texts)]


def write(root: Path) -> list[str]:
    """Bring starter/ in step with its sources; returns the files that changed, and "(new)" or "(gone)" if so.

    Nothing is touched unless the whole starter could be made. Files that do not belong there are removed,
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
    """The files of starter/ that differ from what would be made now, "(missing)" or "(not generated)" if so."""
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
    """Where files hold trained weights of the solution: one sentence for each."""
    tables = {path.name: read_text(path) for path in sorted((root / "solution" / "trained").glob("*.csv"))}
    return weights_in(unpacked(files), tables)


def _folder(folder: Path, below: str = "") -> dict[str, bytes]:
    """The files of a folder that is copied as it is; text gets LF line endings whatever the checkout has."""
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
    """The folders of cases: that of the assignment, and those of extra credit in it."""
    cases = root / CASES
    return [cases, *sorted(path.parent for path in cases.glob(f"*/{SETTINGS}"))]


def _file_of(cases: Path) -> str:
    """The name of the file that is handed in for some cases."""
    found = re.search(r"""(?m)^file = ["'](.+?)["']""", read_text(cases / SETTINGS))
    if found is None:
        raise StarterError(f'{cases / SETTINGS} does not say which file is handed in. Add file = "name.py".')
    return found[1]


def _checks(root: Path, cases: Path) -> dict[str, bytes]:
    """The folder checks/, or one in it, without the engine: case files cut to their examples, and what they go by."""
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
    """Files in the folder that the starter does not have, other than what tools leave behind."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        tool = any(part in _JUNK or (part.startswith(".") and part != ".vscode") for part in name.parts)
        if path.is_file() and not tool and path.suffix != ".pyc" and name.as_posix() not in wanted:
            found.append(name.as_posix())
    return found
