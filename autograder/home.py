"""The same cases at a student's home: plain `pytest`, their own process, NumPy and pytest alone.

Nothing is isolated here and nothing needs to be: it is the student's own machine and program. Right answers are
replayed from a record (`replay`), and what is printed is what Gradescope would print for the same mistake.
"""

import contextlib
import linecache
import sys
import textwrap
import types
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from . import assignment as assignments
from . import replay
from . import submission as submissions
from .assignment import Assignment, Function
from .backend import Returned, failure, returned
from .box.call import call_named, describe_exception
from .feedback import clean, labelled
from .mistake import Mistake
from .outcome import Case, CaseResult, Outcome
from .plugin import GradingPlugin, case_id
from .submission import Submission

# Failures shown in full; the rest take a line each, because one reads the first and mends it.
IN_FULL = 2


class InProcess:
    """A submission imported into this very process."""

    printed = ""
    """Left to pytest, which shows what was printed below each failure, or at once with -s."""

    def __init__(self, submission: Submission, path: Path) -> None:
        self._file = str(path)
        self._module = types.ModuleType(path.stem)
        self._module.__file__ = self._file
        sys.modules[path.stem] = self._module
        linecache.checkcache(self._file)
        try:
            exec(compile(submission.text, self._file, "exec", dont_inherit=True), self._module.__dict__)  # noqa: S102
        except (Exception, SystemExit) as error:  # exit() at the end of a file is usual; Ctrl-C still stops
            raise failure(describe_exception(error, self._file), "") from None

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call one function of the submission.

        Raises:
            CallFailed: it raised, is missing, or returned no numbers.
        """
        given = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        head, arrays = call_named(self._module, function.name, given, len(function.returns), self._file)
        if head.get("type") == "KeyboardInterrupt":
            raise KeyboardInterrupt  # Ctrl-C at home means stop
        return returned(head, arrays, function, len(given))


class HomeHost:
    """Runs the functions here, takes right answers from the record, and keeps the results for the summary."""

    mistakes: Sequence[Mistake] = ()

    def __init__(self, folder: Path, assignment: Assignment) -> None:
        self._path = folder / assignment.file
        self._records = replay.read(assignment.folder / "expected.json")
        self.results: list[CaseResult] = []
        self.problem = ""
        try:
            self.submission = submissions.read(self._path, assignment.file)
        except (submissions.Unreadable, FileNotFoundError) as error:
            self.problem = str(error) if isinstance(error, submissions.Unreadable) else f"There is no {self._path}."
            self.submission = Submission(assignment.file, assignment.file, "")

    @contextlib.contextmanager
    def open(self, stand_ins: Sequence[str], function: Function | None) -> Iterator[InProcess]:  # noqa: ARG002
        """The submission, imported anew: a case must not depend on what an earlier one left behind."""
        yield InProcess(self.submission, self._path)

    def has_time(self, function: Function | None) -> bool:  # noqa: ARG002
        """All the time of a student."""
        return True

    def reference(self, case: Case) -> replay.Replay:
        """The recorded answers, from their beginning."""
        return replay.Replay(self._records.get(case.number, []))

    def can_stand_in(self) -> bool:
        """There is no right formula here to stand in with."""
        return False

    def report(self, result: CaseResult) -> None:
        """Keep the result."""
        self.results.append(result)


class Summary:
    """What a student reads at the end, in place of pytest's own report."""

    def __init__(self, host: HomeHost, assignment: Assignment, hidden: Decimal) -> None:
        self._host = host
        self._assignment = assignment
        self._hidden = hidden
        self._printed: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a case printed: pytest itself would show it below a traceback, and there is none."""
        if report.when == "call" and report.capstdout.strip():
            self._printed[case_id(report.nodeid)] = report.capstdout

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print every case in a line and the first failures in full."""
        for line in self._lines():
            terminalreporter.write_line(line.encode("ascii", "backslashreplace").decode("ascii"))

    def _lines(self) -> Iterator[str]:
        yield ""
        if self._host.problem:
            yield self._host.problem
            return
        results = self._host.results
        for result in results:
            points = f"{result.score:f} / {result.case.points:f}"
            yield f"{_word(result):<8}{result.case.number:<5}{result.case.title:<58}{points:>9}"
        failed = [result for result in results if result.outcome is not Outcome.PASSED and _word(result) != "to do"]
        for result in failed[:IN_FULL]:
            yield ""
            yield f"--- {result.case.number}  {result.case.title}"
            # A fault of ours has nothing for the student's text; what there is says what to do.
            yield textwrap.indent(result.text or result.staff, "  ")
            if result.case.id in self._printed:
                yield textwrap.indent(labelled("You printed", clean(self._printed[result.case.id]).rstrip()), "  ")
        if len(failed) > IN_FULL:
            yield ""
            yield f"Mend these first; {len(failed) - IN_FULL} more did not pass. `pytest -k NAME` checks one function."
        if any(_word(result) == "to do" for result in results):
            todo = next(result for result in results if _word(result) == "to do")
            line = self._host.submission.line_of(todo.case.function)
            yield ""
            yield f"Next: {todo.case.function}, line {line} of {self._assignment.file}."
            yield "(A new download prints 'to do' everywhere.)"
        score = sum((result.score for result in results), Decimal(0))
        most = sum((result.case.points for result in results), Decimal(0))
        yield ""
        yield f"{score:f} of {most:f} points so far. Another {self._hidden:f} points are graded on data you do not see."


def _word(result: CaseResult) -> str:
    if result.outcome is Outcome.PASSED:
        return "passed"
    return "to do" if "is not written yet" in result.text else "FAILED"


def pytest_configure(config: pytest.Config) -> None:
    """Grade the cases in checks/ with the program beside it."""
    folder = config.rootpath
    assignment = assignments.load(folder / "checks")
    host = HomeHost(folder, assignment)
    config.pluginmanager.register(GradingPlugin(assignment, host), "grading")
    points = sum((case.points for case in assignment.cases), Decimal(0))
    config.pluginmanager.register(Summary(host, assignment, assignment.points - points), "grading-summary")
