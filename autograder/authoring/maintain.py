"""Commands that regenerate files from those written by hand, and the check that nothing is unsound or out of date.

Only a checkout has these commands; the bundle on Gradescope does not.
"""

import ast
import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .. import assignment as assignments
from .. import replay
from ..assignment import DOWNLOAD, Assignment, AssignmentError, Function
from ..backend import Backend, Returned
from ..in_process import InProcess
from ..mistake import Mistake
from ..outcome import Case, CaseResult, Outcome
from ..plugin import GradingPlugin
from ..session import catalogue, load_module, run_cases
from ..submission import Submission
from .entries import never_named, slips
from .regions import StarterError, functions_in, parse, read_text, regions

# Programs that generate files from the solution, in assignments that have them; each takes --check.
MAKERS = ("solution/make.py", "solution/handout/make.py")
DATA = "datasets/digits/make.py"

# Where the starter's README shows what `pytest` prints in a fresh download: what is before, between, and after.
OUTPUT = re.compile(r"(<!-- BEGIN OUTPUT pytest -->\n```\n)(.*?)(```\n<!-- END OUTPUT -->)", re.DOTALL)

# For the author of case, reference, and solution, who reads the message that a student would get.
HINT = (
    "Fix the solution, the reference or the case. Arguments are floats unless `integers` in assignment.toml names "
    "them. The right answers of an example have ten digits, so no tolerance can be finer. `python -m autograder "
    "explain solution` shows the numbers that a hidden case withholds."
)

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
        yield from _shown_by_running(root, part)
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


def golden_values(root: Path) -> dict[Path, str]:
    """Return the files of solution/expected/ and their texts, one for each part of the assignment.

    Each text holds what the reference answers in the part's example cases, which the solution must pass, and what each
    known mistake gives for the arguments of their calls.

    These are the arguments of a run with the solution, whose functions are correct. A case that passes on what a
    student's function returned may use other arguments at home, for which nothing is recorded; then no mistake is
    named.

    Raises:
        SystemExit: the solution does not pass an example case.
        AssignmentError: there is no case, the reference lacks a function, or a mistake could never be named.
        StarterError: there is no solution.
    """
    texts = {}
    for part in assignments.load(root / "tests" / "cases").parts:
        host = _recorded(root, part)
        mistakes = catalogue(part)
        for sentence in slips(mistakes, part, host.calls):
            raise AssignmentError(f"{part.folder / 'mistakes.py'}: {sentence}")
        recording = replay.Recording(host.records, replay.record_mistakes(mistakes, host.calls))
        texts[root / "solution" / "expected" / f"{Path(part.file).stem}.json"] = replay.as_text(recording)
        _forget(part.folder)
    return texts


def _forget(folder: Path) -> None:
    """Unload the modules of a folder of cases: the next part may have files with the same names."""
    sys.path.remove(str(folder))
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "").parent == folder:
            del sys.modules[name]


def _recorded(root: Path, assignment: Assignment) -> "_RecordingHost":
    """Run the example cases with the solution; return the host, which has recorded all calls and correct answers."""
    if not assignment.cases:  # pytest would collect everything it finds
        raise AssignmentError(
            f"{assignment.folder} has no cases. Write the first one as a function in a file test_1_*.py."
        )
    settings = assignment.folder / "pytest.ini"
    if not settings.is_file():
        raise SystemExit(f"{settings} is missing, and no case runs without it. Copy the one in tests/engine/toy/.")
    host = _RecordingHost(root, assignment)
    plugin = _run(assignment, host, "-m", "example")
    if plugin.problems:
        raise SystemExit("\n".join(plugin.problems))
    for sentence in _not_passed(host):
        raise SystemExit(sentence)
    missing = {case.id for case in assignment.cases if case.example} - {one.case.id for one in host.results}
    if missing:
        raise SystemExit(f"{min(missing)} did not run. Does something else in its file have the same name?")
    return host


def _run(assignment: Assignment, host: "_RecordingHost", *options: str) -> GradingPlugin:
    plugin = GradingPlugin(assignment, host)
    ended = run_cases(assignment, plugin, *options, "--strict-markers", "-p", "no:cacheprovider")
    if ended == pytest.ExitCode.INTERRUPTED:  # Ctrl-C, which pytest handles: cases that did not run say nothing
        raise KeyboardInterrupt
    return plugin


def _not_passed(host: "_RecordingHost") -> Iterator[str]:
    for result in host.results:
        if result.outcome is not Outcome.PASSED:
            hint = f"\n{HINT}" if result.text else ""
            yield f"The solution does not pass {result.case.number}:\n{result.text or result.staff}{hint}"


def _shown_by_running(root: Path, assignment: Assignment) -> Iterator[str]:
    """Run all cases, even hidden ones, with the solution and with answers that are never right; yield the problems."""
    solved, again = _RecordingHost(root, assignment), _RecordingHost(root, assignment)
    for host in (solved, again):
        _run(assignment, host)
        _forget(assignment.folder)
    yield from _not_passed(solved)
    passed = {result.case.id for result in solved.results if result.outcome is Outcome.PASSED}
    absurd = _RecordingHost(root, assignment, _Absurd)
    _run(assignment, absurd)
    for result in absurd.results:
        if result.outcome is Outcome.PASSED:
            yield (
                f"{result.case.id} passes whatever is returned. Judge each answer by must_equal or another must_... "
                "function (see tests/cases/README.md)."
            )
    _forget(assignment.folder)
    zeros = _RecordingHost(root, assignment, _Zeros)
    _run(assignment, zeros)
    faults = {one.case.id: one.staff for one in zeros.results + absurd.results if one.outcome is Outcome.GRADER_ERROR}
    for name in sorted(passed.intersection(faults)):
        yield (
            f"{faults[name]}. The same would happen to students with wrong answers, and staff would have to look at "
            "each of them. Judge by must_...; call must_have_shapes before computing anything from an answer; give "
            "must sentences as `expected` and `got`."
        )
    for case in assignment.cases:
        first, second, other = (host.given.get(case.id, []) for host in (solved, again, absurd))
        # With absurd answers, later calls may have other arguments, or not take place.
        if first != second or first[:1] != other[:1]:
            yield (
                f"{case.id} has different data each time it runs, so students would not get the same data. Seed its "
                "random numbers."
            )
    calls = [(*call, answer) for call, answer in zip(solved.calls, solved.answers)]
    for sentence in never_named(catalogue(assignment), assignment, calls):
        yield f"{(assignment.folder / 'mistakes.py').relative_to(root).as_posix()}: {sentence}"
    _forget(assignment.folder)


class _Absurd:
    """A backend with answers that no sound case accepts: an unexpected shape, nan, a warning, changed arguments."""

    printed = ""

    def __init__(self, submission: Submission, path: Path) -> None:
        """Take the arguments of `InProcess`, which it replaces."""

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Return absurd values for every call."""
        # The last sides do not broadcast with anything that a case may add.
        values = [np.full((1,) * 7 + (11, 13), np.nan) for _ in function.returns]
        changed = {i: np.full(np.shape(argument), np.nan) for i, argument in enumerate(arguments)}
        return Returned(values, ["array"] * len(values), ["nothing is right"], changed)


class _Zeros(InProcess):
    """The solution, with zeros in place of everything that it returns."""

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Return zeros in the correct shapes."""
        returned = super().call(function, arguments)
        return replace(returned, values=[np.zeros_like(value) for value in returned.values])


class _Recording:
    """A backend that records each call in the host, with its arguments and its answer."""

    def __init__(self, backend: Backend, host: "_RecordingHost") -> None:
        self._backend = backend
        self._host = host

    @property
    def printed(self) -> str:
        """What the program printed."""
        return self._backend.printed

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call the function and record the call."""
        self._host.calls.append((function.name, [np.copy(a) if np.ndim(a) else a for a in arguments]))
        self._host.answers.append([])
        returned = self._backend.call(function, arguments)
        self._host.answers[-1] = returned.values
        return returned


class _RecordingHost:
    """A host that runs the solution, which is trusted, in this process, and records the reference's answers.

    Args:
        backend: class of the backend that answers calls; `InProcess` runs the solution.
    """

    mistakes: Sequence[Mistake] = ()

    def __init__(
        self, root: Path, assignment: Assignment, backend: Callable[[Submission, Path], Backend] = InProcess
    ) -> None:
        self._backend = backend
        self._path = root / "solution" / assignment.file
        if not self._path.is_file():
            raise StarterError(
                f"{self._path} is missing: the starter is made from it. Write it there, or correct `file` in "
                f"{assignment.folder / 'assignment.toml'}."
            )
        companions = dict.fromkeys(assignment.imports, "")
        self.submission = Submission(assignment.file, assignment.file, read_text(self._path), companions)
        sys.path.insert(0, str(assignment.folder))
        self._reference = load_module(assignment.folder / "reference.py")
        for name in assignment.functions:  # a function that is only lent would be missed only once a student fails
            if not hasattr(self._reference, name):
                raise AssignmentError(f"{assignment.folder / 'reference.py'} has no {name}, but [functions] lists it.")
        self.records: dict[str, list[Any]] = {}
        self.calls: list[tuple[str, Sequence[Any]]] = []
        self.answers: list[Sequence[np.ndarray]] = []
        self.given: dict[str, list[list[bytes]]] = {}
        """Case -> the arguments of each of its calls."""
        self._told = 0
        self.results: list[CaseResult] = []

    @contextlib.contextmanager
    def open(self, stand_ins: Sequence[str], function: Function | None) -> Iterator[Backend]:  # noqa: ARG002
        yield _Recording(self._backend(self.submission, self._path), self)

    def has_time(self, function: Function | None) -> bool:  # noqa: ARG002
        return True

    def reference(self, case: Case) -> Any:
        if not case.example:  # with all digits, as in grading
            return self._reference
        return replay.Recorder(self._reference, self.records.setdefault(case.number, []))

    def can_stand_in(self, stand_ins: Sequence[str]) -> bool:  # noqa: ARG002
        return False

    def is_alone(self, function: Function, stand_ins: Sequence[str]) -> bool:  # noqa: ARG002
        return True

    def report(self, result: CaseResult) -> None:
        self.results.append(result)
        calls = self.calls[self._told :]
        self.given[result.case.id] = [[np.asarray(a).tobytes() for a in given] for _, given in calls]
        self._told = len(self.calls)


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
