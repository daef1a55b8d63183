"""What instructors remake from the files written by hand, and the check that nothing is out of step.

Only a checkout has these commands; the bundle on Gradescope does not.
"""

import contextlib
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import assignment as assignments
from .. import replay
from ..assignment import Assignment, AssignmentError, Function
from ..backend import Backend, Returned
from ..home import InProcess
from ..mistake import Mistake
from ..outcome import Case, CaseResult, Outcome
from ..plugin import GradingPlugin
from ..session import catalogue, load_module, run_cases
from ..submission import Submission
from .regions import StarterError, functions_in, parse, read_text, regions

# Programs that make what follows from the solution, where an assignment has them; each takes --check.
MAKERS = ("solution/make.py", "solution/handout/make.py")
DATA = "datasets/digits/make.py"

# As gradescope/run_autograder has it, which lies below Gradescope's own ten minutes.
GRADESCOPE_S = 540


def run(name: str, root: Path, say: Callable[[str], None]) -> int:
    """Run one of the maintenance commands; returns the exit status.

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

    assignment = assignments.load(root / "tests" / "cases")  # students' checks go by it, too
    _refuse_to_give_away(assignment, root)
    _tell(say, "starter", starter.write(root))
    return 0


def make_solution(root: Path, say: Callable[[str], None]) -> int:
    """Remake what follows from the solution: golden values, weights, figures, notebook, handout; then the starter."""
    changed = []
    for path, text in golden_values(root).items():
        if not path.exists() or path.read_text(encoding="ascii") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="ascii", newline="\n")
            changed.append(path.relative_to(root).as_posix())
    _tell(say, "golden values", changed)
    for script in _there(root, MAKERS):
        status = subprocess.run([sys.executable, str(root / script)], check=False).returncode
        if status:
            return status
    return make_starter(root, say)


def make_bundle(root: Path, say: Callable[[str], None]) -> int:
    """Write and prove dist/autograder.zip and dist/starter.zip."""
    from . import bundle

    return bundle.bundle(root, say)


def check(root: Path, say: Callable[[str], None]) -> int:
    """Fail, with the command that mends it, when anything generated is out of step."""
    found = list(problems(root))
    for line in found or ["Nothing is out of step."]:
        say(line)
    return 1 if found else 0


def problems(root: Path) -> Iterator[str]:
    """One sentence for each thing that is out of step."""
    from . import starter

    assignment = assignments.load(root / "tests" / "cases")
    yield from out_of_bounds(assignment, root)
    for expected, text in golden_values(root).items():
        if not expected.exists() or expected.read_text(encoding="ascii") != text:
            yield f"{expected.relative_to(root).as_posix()} is out of step with the cases: make solution"
    try:
        _refuse_to_give_away(assignment, root)
        for path in starter.out_of_step(root):
            yield f"starter/{path} is out of step with its source: make starter"
    except StarterError as error:
        yield str(error)
    for script in _there(root, (*MAKERS, DATA)):
        if subprocess.run([sys.executable, str(root / script), "--check"], check=False).returncode != 0:
            yield f"What {script} makes is out of step: {f'python {DATA}' if script == DATA else 'make solution'}"


def _there(root: Path, scripts: Sequence[str]) -> list[str]:
    """Those that this assignment has: another one need not train anything, or have a handout."""
    return [script for script in scripts if (root / script).is_file()]


def _refuse_to_give_away(assignment: Assignment, root: Path) -> None:
    """Raise StarterError for a function with cases that students would get written: both its markers are misspelt."""
    for part in assignment.parts:
        name = f"solution/{part.file}"
        source = read_text(root / name)
        written = {region.function for region in regions(source, name)}
        tested = {function.name for function in map(part.function_under_test, part.cases) if function is not None}
        for function in functions_in(parse(source, name)):
            if function.name in tested - written:
                raise StarterError(
                    f"{name}, line {function.lineno}: {function.name} has cases and no marked region: students would "
                    "get it written. Put `# BEGIN SOLUTION task N` and `# END SOLUTION` around what is theirs."
                )


def out_of_bounds(assignment: Assignment, root: Path) -> Iterator[str]:
    """What does not add up in settings and cases: a sentence for each, which says where to change it."""
    settings = [(part.folder / "assignment.toml").relative_to(root).as_posix() for part in assignment.parts]
    for path in assignment.folder.glob("*/assignment.toml"):
        where = path.relative_to(root).as_posix()
        if where not in settings:
            yield f"{where} is graded by nobody: name its folder in extra_credit of {settings[0]}."
    for part, where in zip(assignment.parts, settings):
        for case in part.cases:
            if case.tags and part.function_under_test(case) is None:
                yield (
                    f"{case.id} has the tag {case.function!r}, which is neither in [functions] nor in [under_test] of "
                    f"{where}: nothing is lent to this case, and no mistake is named in it."
                )
        points = sum(case.points for case in part.cases)
        if points != part.points:
            yield f"The cases of {part.file} add up to {points} points, {where} promises {part.points}."
    seconds = sum(part.limits.run_s for part in assignment.parts)
    if seconds >= GRADESCOPE_S:
        yield (
            f"run_s adds up to {seconds:g} seconds, and on Gradescope a grading is ended after {GRADESCOPE_S}: "
            f"less in {' or '.join(settings)}."
        )


def golden_values(root: Path) -> dict[Path, str]:
    """The files of solution/expected/ and their texts: what the reference answers in the example cases of each part of
    the assignment, for which the solution must be right, and what each known mistake gives for the arguments of their
    calls.

    Those are the arguments that the cases themselves make: with right functions in their hands, as the solution's are.
    A case that hands on what a student returned makes others at home, for which nothing is recorded, and then no
    mistake is named.

    Raises:
        SystemExit: the solution does not pass an example case.
        AssignmentError: there is no case, the reference lacks a function, or a mistake could never be named.
        StarterError: there is no solution.
    """
    texts = {}
    for part in assignments.load(root / "tests" / "cases").parts:
        host = _recorded(root, part)
        mistakes = catalogue(part)
        for sentence in _slips(mistakes, part, host.calls):
            raise AssignmentError(f"{part.folder / 'mistakes.py'}: {sentence}")
        recording = replay.Recording(host.records, replay.record_mistakes(mistakes, host.calls))
        texts[root / "solution" / "expected" / f"{Path(part.file).stem}.json"] = replay.as_text(recording)
        _forget(part.folder)
    return texts


def _forget(folder: Path) -> None:
    """Unload what lies in a folder of cases: the next part may have files of the same names."""
    sys.path.remove(str(folder))
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "").parent == folder:
            del sys.modules[name]


def _recorded(root: Path, assignment: Assignment) -> "_RecordingHost":
    """The example cases, run with the solution: what was asked, and with what the functions were called."""
    if not assignment.cases:  # pytest would take all there is
        raise AssignmentError(f"{assignment.folder} has no case: the first one is a function in a file test_1_*.py.")
    settings = assignment.folder / "pytest.ini"
    if not settings.is_file():
        raise SystemExit(f"{settings} is missing: no case runs without. Copy that of tests/engine/toy/.")
    host = _RecordingHost(root, assignment)
    plugin = GradingPlugin(assignment, host)
    run_cases(assignment, plugin, "-m", "example", "--strict-markers", "-p", "no:cacheprovider")
    if plugin.problems:
        raise SystemExit("\n".join(plugin.problems))
    for result in host.results:
        if result.outcome is not Outcome.PASSED:
            raise SystemExit(f"The solution does not pass {result.case.number}:\n{result.text or result.staff}")
    if len(host.results) != sum(case.example for case in assignment.cases):
        raise SystemExit("Not every example case ran; see above.")
    return host


def _slips(mistakes: Sequence[Any], part: Assignment, calls: Sequence[tuple[str, Sequence[Any]]]) -> Iterator[str]:
    """What makes an entry one that is never named, or is counted as another: a sentence for each."""
    seen = set()
    for mistake in mistakes:
        if not isinstance(mistake, Mistake):
            yield f"MISTAKES is a list of Mistake(identifier, function, formula, sentence), and holds {mistake!r}."
            continue
        own = f"the mistake {mistake.identifier!r}"
        if mistake.identifier in seen:
            yield f"{own} is there twice: tables count by this identifier."
        seen.add(mistake.identifier)
        if mistake.function not in part.functions:
            yield f"{own} is one of {mistake.function!r}, which is not in [functions] of assignment.toml."
            continue
        names = part.functions[mistake.function].arguments
        try:
            with contextlib.suppress(ValueError):  # NumPy's own functions do not tell theirs
                inspect.signature(mistake.formula).bind(*names)
        except TypeError as error:
            yield f"{own} has a formula that cannot be called with {', '.join(names)}: {error}."
            continue
        for function, arguments in calls:
            if function == mistake.function:
                try:
                    with np.errstate(all="ignore"):
                        mistake.formula(*(np.copy(a) if np.ndim(a) else a for a in arguments))
                except (AttributeError, NameError) as error:  # others may say that it does not apply here
                    yield f"{own} has a formula that raises {type(error).__name__}: {error}."
                    break
                except Exception:  # noqa: S112, as where it is looked for
                    continue


class _RecordingBackend(InProcess):
    """The solution, and the arguments it was called with."""

    def __init__(self, submission: Submission, path: Path, calls: list[tuple[str, Sequence[Any]]]) -> None:
        super().__init__(submission, path)
        self._calls = calls

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        self._calls.append((function.name, [np.copy(a) if np.ndim(a) else a for a in arguments]))
        return super().call(function, arguments)


class _RecordingHost:
    """The solution, which is trusted, in this process; the reference's answers are kept."""

    mistakes: Sequence[Mistake] = ()

    def __init__(self, root: Path, assignment: Assignment) -> None:
        self._path = root / "solution" / assignment.file
        companions = dict.fromkeys(assignment.imports, "")
        self.submission = Submission(assignment.file, assignment.file, read_text(self._path), companions)
        sys.path.insert(0, str(assignment.folder))
        self._reference = load_module(assignment.folder / "reference.py")
        for name in assignment.functions:  # one that is only lent is missed when a student fails, and not before
            if not hasattr(self._reference, name):
                raise AssignmentError(f"{assignment.folder / 'reference.py'} has no {name}, as [functions] promises.")
        self.records: dict[str, list[Any]] = {}
        self.calls: list[tuple[str, Sequence[Any]]] = []
        self.results: list[CaseResult] = []

    @contextlib.contextmanager
    def open(self, stand_ins: Sequence[str], function: Function | None) -> Iterator[Backend]:  # noqa: ARG002
        yield _RecordingBackend(self.submission, self._path, self.calls)

    def has_time(self, function: Function | None) -> bool:  # noqa: ARG002
        return True

    def reference(self, case: Case) -> replay.Recorder:
        return replay.Recorder(self._reference, self.records.setdefault(case.number, []))

    def can_stand_in(self) -> bool:
        return False

    def report(self, result: CaseResult) -> None:
        self.results.append(result)


def _tell(say: Callable[[str], None], what: str, changed: Sequence[str]) -> None:
    say(f"{what}: " + (f"{len(changed)} changed: {', '.join(changed)}" if changed else "nothing changed"))
