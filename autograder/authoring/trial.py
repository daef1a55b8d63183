"""Run the cases as their author: with the solution, which must pass, and with answers that are never right.

The first gives the golden values for the starter; all together show cases that judge nothing, or differ each time.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .. import assignment as assignments
from .. import replay
from ..assignment import Assignment, AssignmentError, Function
from ..backend import Backend, Returned
from ..in_process import InProcess
from ..mistake import Mistake
from ..outcome import Case, CaseResult, Outcome
from ..plugin import GradingPlugin
from ..session import catalogue, load_module, run_cases
from ..submission import Submission
from .entries import never_named, slips
from .regions import StarterError, read_text

# For the author of case, reference, and solution, who reads the message that a student would get.
HINT = (
    "Fix the solution, the reference or the case. Arguments are floats unless `integers` in assignment.toml names "
    "them. The right answers of an example have ten digits, so no tolerance can be finer. `python -m autograder "
    "explain solution` shows the numbers that a hidden case withholds."
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
        with importable(part.folder):
            host = recorded(root, part)
            mistakes = catalogue(part)
            for sentence in slips(mistakes, part, host.calls):
                raise AssignmentError(f"{part.folder / 'mistakes.py'}: {sentence}")
            recording = replay.Recording(host.records, replay.record_mistakes(mistakes, host.calls))
        texts[root / "solution" / "expected" / f"{Path(part.file).stem}.json"] = replay.as_text(recording)
    return texts


@contextlib.contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let case files import from their own folder; unload them at the end, as another folder may use the same names."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or "").parent == folder:
                del sys.modules[name]


def recorded(root: Path, assignment: Assignment) -> "_RecordingHost":
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


def unsound(root: Path, assignment: Assignment) -> Iterator[str]:
    """Run all cases, even hidden ones, with the solution and with answers that are never right; yield the problems."""
    solved, again = _tried(root, assignment, InProcess), _tried(root, assignment, InProcess)
    yield from _not_passed(solved)
    passed = {result.case.id for result in solved.results if result.outcome is Outcome.PASSED}
    absurd = _tried(root, assignment, _Absurd)
    for result in absurd.results:
        if result.outcome is Outcome.PASSED:
            yield (
                f"{result.case.id} passes whatever is returned. Judge each answer by must_equal or another must_... "
                "function (see tests/cases/README.md)."
            )
    zeros = _tried(root, assignment, _Zeros)
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
    with importable(assignment.folder):
        sentences = list(never_named(catalogue(assignment), assignment, calls))
    for sentence in sentences:
        yield f"{(assignment.folder / 'mistakes.py').relative_to(root).as_posix()}: {sentence}"


def _tried(root: Path, assignment: Assignment, backend: Callable[[Submission, Path], Backend]) -> "_RecordingHost":
    """Run all cases, loaded anew, with these answers."""
    with importable(assignment.folder):
        host = _RecordingHost(root, assignment, backend)
        _run(assignment, host)
    return host


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
        return replay.Rounded(self._reference, self.records.setdefault(case.number, []))

    def can_stand_in(self, stand_ins: Sequence[str]) -> bool:  # noqa: ARG002
        return False

    def is_alone(self, function: Function, stand_ins: Sequence[str]) -> bool:  # noqa: ARG002
        return True

    def report(self, result: CaseResult) -> None:
        self.results.append(result)
        calls = self.calls[self._told :]
        self.given[result.case.id] = [[np.asarray(a).tobytes() for a in given] for _, given in calls]
        self._told = len(self.calls)
