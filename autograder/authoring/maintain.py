"""Commands that regenerate files from those written by hand, and the check that nothing is unsound or out of date.

Only a checkout has these commands; the bundle on Gradescope does not.
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from .. import assignment as assignments
from ..assignment import DOWNLOAD, Assignment
from .regions import StarterError, functions_in, parse, read_text, regions
from .trial import golden_values, unsound

# Programs that generate files from the solution, in assignments that have them; each takes --check.
MAKERS = ("solution/make.py", "solution/handout/make.py")
DATA = "datasets/digits/make.py"

# Where the starter's README shows what `pytest` prints in a fresh download: what is before, between, and after.
OUTPUT = re.compile(r"(<!-- BEGIN OUTPUT pytest -->\n```\n)(.*?)(```\n<!-- END OUTPUT -->)", re.DOTALL)

# The timeout in gradescope/run_autograder, which is below Gradescope's own ten minutes.
GRADESCOPE_S = 540


def run(name: str, root: Path, say: Callable[[str], None]) -> int:
    """Run one of the maintenance commands; return the exit status.

    Args:
        say: prints a line on standard output.
    """
    commands: dict[str, Callable[[Path, Callable[[str], None]], int]] = {
        "starter": make_starter,
        "solution": make_solution,
        "bundle": make_bundle,
        "check": check,
    }
    try:
        return commands[name](root, say)
    except StarterError as error:
        print(error, file=sys.stderr)
        return 2


def make_starter(root: Path, say: Callable[[str], None]) -> int:
    """Write starter/ from solution/, the example cases and the engine."""
    from . import starter

    assignment = assignments.load(root / "tests" / "cases")  # students' checks use it, too
    _refuse_to_give_away(assignment, root)
    changed = starter.write(root)
    shown = _written(readme(root), root)
    if shown:
        changed += starter.write(root)
    _tell(say, "starter", [*shown, *changed, *_written(downloads(assignment, root), root)])
    return 0


def make_solution(root: Path, say: Callable[[str], None]) -> int:
    """Regenerate what depends on the solution: golden values, weights, figures, notebook, handout; then the starter."""
    _tell(say, "golden values", _written(golden_values(root), root))
    for script in _there(root, MAKERS):
        status = subprocess.run([sys.executable, str(root / script)], check=False).returncode
        if status:
            return status
    return make_starter(root, say)


def make_bundle(root: Path, say: Callable[[str], None]) -> int:
    """Write and test dist/autograder.zip and dist/starter.zip."""
    from . import bundle

    return bundle.bundle(root, say)


def check(root: Path, say: Callable[[str], None]) -> int:
    """Say what is unsound or out of date, and how to fix it. Return the exit status: 1 if anything is, else 0."""
    found = list(problems(root))
    for line in found or ["Everything is up to date."]:
        say(line)
    return 1 if found else 0


def problems(root: Path) -> Iterator[str]:
    """Yield one sentence for each thing that is unsound or out of date."""
    from . import starter

    assignment = assignments.load(root / "tests" / "cases")
    yield from out_of_bounds(assignment, root)
    golden = golden_values(root)
    yield from _other_arguments(assignment, root)
    for part in assignment.parts:
        yield from unsound(root, part)
    for name in _stale(golden, root):
        yield f"{name} is out of date with the cases: make solution"
    try:
        _refuse_to_give_away(assignment, root)
        stale = [f"starter/{path}" for path in starter.out_of_step(root)]
        for name in [*(stale or _stale(readme(root), root)), *_stale(downloads(assignment, root), root)]:
            yield f"{name} is out of date with its source: make starter"
    except StarterError as error:
        yield str(error)
    for script in _there(root, (*MAKERS, DATA)):
        yield from _said_by_maker(root, script)


def _said_by_maker(root: Path, script: str) -> Iterator[str]:
    """Yield a sentence if the files that a program makes are out of date, or if it failed before comparing them."""
    command = [sys.executable, str(root / script), "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    # Python exits with 1 when a program raises, too; but then there is only text on standard error.
    if done.returncode == 1 and (done.stdout or not done.stderr):
        yield f"The output of {script} is out of date: {f'python {DATA}' if script == DATA else 'make solution'}"
    elif done.returncode != 0:
        *_, why = [f"exit status {done.returncode}", *done.stderr.strip().splitlines()]
        yield (
            f"{script} fails, so its output cannot be checked: {why.rstrip('.')}. Fix it; `python {script} --check` "
            "shows where it fails."
        )


def _there(root: Path, scripts: Sequence[str]) -> list[str]:
    """Return the scripts that this assignment has: another one need not train anything, or have a handout."""
    return [script for script in scripts if (root / script).is_file()]


def _refuse_to_give_away(assignment: Assignment, root: Path) -> None:
    """Raise StarterError for a function with cases whose solution students would get.

    Either its markers are missing or both misspelled, or there is no body to put them in.
    """
    for part in assignment.parts:
        name = f"solution/{part.file}"
        source = read_text(root / name)
        written = {region.function for region in regions(source, name)}
        tested = {function.name for function in map(part.function_under_test, part.cases) if function is not None}
        for function in functions_in(parse(source, name)):
            if function.name in tested - written:
                raise StarterError(
                    f"{name}, line {function.lineno}: {function.name} has cases but no marked region, so students "
                    "would get its solution. Put `# BEGIN SOLUTION task N` and `# END SOLUTION` around what they must "
                    "write."
                )
            tested.discard(function.name)
        for function_name in sorted(tested):  # the solution has it as a lambda, or not at all
            raise StarterError(
                f"{name}: {function_name} has cases but no `def`, so students would get its solution, or nothing. "
                f"Write it as `def {function_name}(...):` with a marked region in it."
            )


def out_of_bounds(assignment: Assignment, root: Path) -> Iterator[str]:
    """Yield a sentence for each inconsistency in settings and cases, which says where to fix it."""
    settings = [(part.folder / "assignment.toml").relative_to(root).as_posix() for part in assignment.parts]
    for path in assignment.folder.glob("*/assignment.toml"):
        where = path.relative_to(root).as_posix()
        if where not in settings:
            yield f"{where} is part of no assignment. Name its folder in extra_credit of {settings[0]}."
    for part, where in zip(assignment.parts, settings):
        for case in part.cases:
            if part.function_under_test(case) is None:
                tag = (
                    f"the tag {case.function!r}, which is neither"
                    if case.tags
                    else "no @tags, and its first tag must be one"
                )
                join = "nor in" if case.tags else "or of"
                yield (
                    f"{case.id} has {tag} {'in' if case.tags else 'of'} [functions] {join} [under_test] of {where}, so "
                    "this case gets no stand-ins and names no mistakes."
                )
        points = sum(case.points for case in part.cases)
        if points != part.points:
            yield f"The cases of {part.file} add up to {float(points):g} points, but {where} says {part.points}."
    seconds = sum(part.limits.run_s for part in assignment.parts)
    if seconds >= GRADESCOPE_S:
        yield (
            f"run_s adds up to {seconds:g} seconds, but Gradescope stops grading after {GRADESCOPE_S}. Lower it in "
            f"{' or '.join(settings)}."
        )


def _other_arguments(assignment: Assignment, root: Path) -> Iterator[str]:
    """Yield a sentence for each function whose arguments the solution, and so the starter, has otherwise.

    Calls are by position, so all cases pass; but messages would show the inputs under the wrong names.
    """
    for part in assignment.parts:
        name, where = f"solution/{part.file}", (part.folder / "assignment.toml").relative_to(root).as_posix()
        for node in parse(read_text(root / name), name).body:
            if not isinstance(node, ast.FunctionDef) or node.name not in part.functions or node.args.vararg:
                continue
            declared = part.functions[node.name].arguments
            has = tuple(one.arg for one in (*node.args.posonlyargs, *node.args.args))
            if has[: len(declared)] != declared:
                yield (
                    f"{name}, line {node.lineno}: {node.name} takes {', '.join(has)}, but {where} says "
                    f"{', '.join(declared)}, and messages name the inputs by this. Use the same names in the same "
                    "order."
                )


def downloads(assignment: Assignment, root: Path) -> dict[Path, str]:
    """Return the stub of each extra-credit file, by its path beside the cases: handing in that text is no attempt.

    Raises:
        StarterError: there is no solution, or its markers are not understood.
    """
    from . import starter

    stubs = starter.stubs(root)
    return {part.folder / DOWNLOAD: stubs[part.file] for part in assignment.extra_credit if part.file in stubs}


def readme(root: Path) -> dict[Path, str]:
    """Return the text of the starter's README, by the path of its source, if it shows what a fresh download prints.

    Raises:
        StarterError: the checks of the starter cannot be run.
    """
    path = root / "solution" / "starter" / "README.md"
    text = read_text(path) if path.is_file() else ""
    if not OUTPUT.search(text):
        return {}
    # As in a plain terminal: COLUMNS sets the width of pytest's lines, and colors and warnings would add bytes.
    other = {"FORCE_COLOR", "PY_COLORS", "PYTHONOPTIMIZE"}
    kept = {name: value for name, value in os.environ.items() if name not in other and not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=root / "starter",
        env={**kept, "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != pytest.ExitCode.TESTS_FAILED:
        printed = (done.stdout + done.stderr).strip()
        raise StarterError(
            f"`pytest` in starter/ should run all checks, and find nothing written. It prints:\n{printed}"
        )
    printed = re.sub(r"in [0-9.]+s", "in 0.1s", done.stdout).strip()
    return {path: OUTPUT.sub(lambda found: f"{found[1]}{printed}\n{found[3]}", text)}


def _stale(texts: Mapping[Path, str], root: Path) -> list[str]:
    """Return the paths, relative to `root`, of the files that are missing or have a different text."""
    return [
        path.relative_to(root).as_posix()
        for path, text in texts.items()
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != text
    ]


def _written(texts: Mapping[Path, str], root: Path) -> list[str]:
    """Write the files that are missing or have a different text; return their names."""
    changed = _stale(texts, root)
    for path, text in texts.items():
        if path.relative_to(root).as_posix() in changed:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return changed


def _tell(say: Callable[[str], None], what: str, changed: Sequence[str]) -> None:
    say(f"{what}: " + (f"{len(changed)} changed: {', '.join(changed)}" if changed else "nothing changed"))
