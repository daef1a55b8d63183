"""The pytest plugin: gives the decorators of gradescope-utils their meaning, and every case exactly one result.

Theory of operation. The list of cases and their points was read from the instructor's files before pytest started
(`assignment`); what happens here can fill that list, not change it. A case runs with the submission as written; if it
fails, it runs once more with the other functions answered by the grader, so that one mistake costs once. All reports
of a case, whichever phase or parameter they belong to, are merged into the worst, and that is sent off when the case's
last report is in.
"""

import contextlib
import re
import traceback
from collections.abc import Generator, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pytest
from _pytest.outcomes import Failed  # what pytest.fail raises, under the name that type checkers know

from . import order
from .assignment import Assignment, Function
from .backend import Backend, CallFailed, GraderFault
from .mistake import Diagnosis, Mistake
from .naming.evidence import Evidence
from .outcome import Case, CaseResult, Outcome, as_score
from .student import Student, WrongAnswer
from .submission import Submission

if TYPE_CHECKING:
    from .explain import Witness  # not shipped with the starter
    from .feedback import Finding  # loaded late, because a program that passes needs no messages

# The highest wins when a case has several reports: a fault of ours must never hide behind a pass.
SEVERITY = dict.fromkeys(Outcome, 1) | {Outcome.PASSED: 0, Outcome.GRADER_ERROR: 2}


class CaseFailed(Failed):
    """Raised when a case fails, with a finding whose text is all that pytest shows."""

    def __init__(self, finding: "Finding") -> None:
        super().__init__(finding.text, pytrace=False)
        self.finding = finding


class _Failure(NamedTuple):
    """How one try of a case failed."""

    finding: "Finding"
    imported: bool
    """Whether the program was imported to its end."""
    unwritten: bool
    """Whether the function under test itself raised NotImplementedError."""


class Host(Protocol):
    """What runs the plugin: the grader with its sandbox, or a student's own pytest."""

    submission: Submission
    mistakes: Sequence[Mistake]

    def open(self, stand_ins: Sequence[str], function: Function | None) -> contextlib.AbstractContextManager[Backend]:
        """Provide a fresh copy of the submission for one try of a case of `function`; `stand_ins` answer correctly."""

    def has_time(self, function: Function | None) -> bool:
        """Return whether any of the time that the cases of this function may take together is left."""

    def reference(self, case: Case) -> Any:
        """Return the value of the `reference` fixture in this case."""

    def can_stand_in(self, stand_ins: Sequence[str]) -> bool:
        """Return whether another try of a case, with these stand-ins or with none, makes sense."""

    def is_alone(self, function: Function, stand_ins: Sequence[str]) -> bool:
        """Return whether what a function does with these stand-ins depends on it alone, whatever is wrong elsewhere."""

    def report(self, result: CaseResult) -> None:
        """Take the result of one case."""


class GradingPlugin:
    """One session over the cases of one assignment, for one submission."""

    def __init__(self, assignment: Assignment, host: Host | None = None) -> None:
        self._assignment = assignment
        if host is not None:  # a session that waits for submissions has none yet
            self.host = host
        self._cases = {case.id: case for case in assignment.cases}
        self._unreported: dict[str, int] = {}
        self._results: dict[str, CaseResult] = {}
        self._student = Student(assignment.functions)
        self._carried = False
        self._import_failed = ""
        """Half a line on why the program could not be imported as written, for a case that then passed."""
        self._has_given_hidden_data = False
        self._slow: set[str] = set()
        self._evidence = Evidence(assignment.sides)
        self.witness: Witness | None = None
        """Records what staff may want to know about each try; None unless they ask."""
        self.problems: list[str] = []
        """Sentences for the instructor about files that could not be collected and cases that are not declared."""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare our marker, and make pytest spend no time on tracebacks that nobody reads."""
        config.addinivalue_line(
            "markers", "example: the data of this case may be shown, and it travels with the starter"
        )
        if not config.pluginmanager.hasplugin("terminal"):
            # Tracebacks in pytest's own style take 50 ms each to format.
            config.option.tbstyle = "native"

    @pytest.fixture
    def student(self) -> Student:
        """The functions handed in."""
        return self._student

    @pytest.fixture
    def reference(self, request: pytest.FixtureRequest) -> Any:
        """The functions that give the correct answers."""
        return self.host.reference(self._case_of(request.node.nodeid))

    # What is collected

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Count the tests collected for each declared case: its result is sent when the last of them has run."""
        for item in items:
            case = self._cases.get(case_id(item.nodeid))
            if case is None:
                self.problems.append(f"{item.nodeid} was collected but is declared nowhere: it counts for nothing.")
            else:
                self._unreported[case.id] = self._unreported.get(case.id, 0) + 1
                # So that `pytest -k` finds the cases of a function by its name, as our messages suggest.
                item.extra_keyword_matches.add(case.function)
        # Open cases run first: then, whatever a program manages to carry from one worker to the next (in the disk
        # cache, for instance), nothing that it prints in an open case can come from a hidden one.
        items.sort(key=self._is_hidden)

    def _is_hidden(self, item: pytest.Item) -> bool:
        case = self._cases.get(case_id(item.nodeid))
        return case is not None and not case.example

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the reason why a case file could not be collected."""
        if report.failed:
            file = report.nodeid.rpartition("/")[2]
            lines = re.findall(rf'{re.escape(file)}(?:", line |:)(\d+)', str(report.longrepr))
            where = f" ({file}, line {lines[-1]})" if lines else ""
            self.problems.append(f"{report.nodeid} could not be collected: {_last_line(report)}{where}")

    # How a case runs

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a case with the program as written, and once more with stand-ins if that fails."""
        case = self._cases.get(case_id(pyfuncitem.nodeid))
        if case is None or "student" not in pyfuncitem.fixturenames:
            return None
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}  # noqa: SLF001, as pytest itself
        function = self._assignment.function_under_test(case)
        self._carried, self._import_failed = False, ""
        failures: dict[tuple[str, ...], _Failure] = {}
        for stand_ins in self._plan(function):
            if not self.host.has_time(function):
                break
            if failures:
                # A function that is not written yet fails with correct functions around it, too.
                if not self.host.can_stand_in(stand_ins) or any(one.unwritten for one in failures.values()):
                    break
                if "reference" in arguments:  # a replayed reference starts from its beginning
                    arguments["reference"] = self.host.reference(case)
            failure = self._try(pyfuncitem, case, function, arguments, stand_ins)
            if failure is None:
                # Not if the first try was the one with stand-ins: how the program does as written is unknown then.
                self._carried = bool(stand_ins and failures)
                if self._carried and not failures[()].imported:
                    self._import_failed = failures[()].finding.summary
                return True
            failures[stand_ins] = failure
        own = self._own_failure(pyfuncitem, case, function, arguments, failures)
        if own.outcome is Outcome.TIMED_OUT and function is not None:
            self._slow.add(function.name)
        raise CaseFailed(own)

    def _own_failure(
        self,
        item: pytest.Function,
        case: Case,
        function: Function | None,
        arguments: dict[str, Any],
        failures: dict[tuple[str, ...], _Failure],
    ) -> "Finding":
        """Return the failure to report, of those of a case's tries (stand-ins -> failure).

        A failure with correct functions around it is this function's own doing, so it is the better one to report,
        unless a program that could be imported as written cannot even be imported with them.
        """
        as_written = failures.get(())
        with_others = failures.get(function.stand_ins) if function is not None else None
        if as_written and as_written.imported and with_others and not with_others.imported:
            with_others = None
            if as_written.finding.outcome is Outcome.FAILED and self.host.has_time(function):
                # Run it as written again: the first time, it was not searched for causes, as another try was to come.
                if "reference" in arguments:
                    arguments["reference"] = self.host.reference(case)
                with_others = self._try(item, case, function, arguments, ())
        elif not self._assignment.imports and all(
            one.finding.outcome is Outcome.RAISED and not one.imported for one in failures.values()
        ):
            # The import raises either way: report what students see at home, where nothing is lent.
            with_others = as_written or with_others
        own = with_others or as_written
        return own.finding if own else _no_time_left(case)

    def _plan(self, function: Function | None) -> list[tuple[str, ...]]:
        """Return the stand-ins of each try: first none (as written), then all that there are.

        A function that was too slow with correct functions around it is itself slow, and so is any function that calls
        it. To wait for it again and again would only take time from other functions.
        """
        if function is None or not function.stand_ins:
            return [()]
        if function.name in self._slow:
            return [function.stand_ins]
        if self._slow.intersection(function.stand_ins):
            return [function.stand_ins, ()]
        return [(), function.stand_ins]

    def _try(
        self,
        item: pytest.Function,
        case: Case,
        function: Function | None,
        arguments: dict[str, Any],
        stand_ins: Sequence[str],
    ) -> _Failure | None:
        """Run one try; return what failed, or None if the case passed."""
        vars(item.obj).pop("__score__", None)  # a score that an earlier try or parameter set must not count here
        backend: Backend | None = None
        failure: WrongAnswer | CallFailed | None = None
        tried: _Failure | None = None
        if self.witness is not None:
            self.witness.begin()
        try:
            with self.host.open(stand_ins, function) as backend:
                self._has_given_hidden_data |= not case.example
                self._student.bind(backend if self.witness is None else self.witness.watch(backend))
                item.obj(**arguments)
        except (WrongAnswer, CallFailed) as error:
            failure = error
        if isinstance(failure, CallFailed) and failure.informed is None:  # one of the import is raised in every case
            failure.informed = self._has_given_hidden_data
        sizes = None
        alone = function is None or self.host.is_alone(function, stand_ins)
        judged = function if backend is not None and function is not None and case.function == function.name else None
        if judged is not None:
            open_passed = self._has_passed_open_cases(judged)
            with self._looking_for_causes(case):
                sizes = self._evidence.judge(case, judged, self._student, alone=alone, open_passed=open_passed)
        if failure is not None:
            printed = backend.printed if backend is not None else ""
            tried = _Failure(
                self._in_words(case, function, failure, sizes, printed, alone=alone),
                imported=backend is not None and not failure.facts.get("cut_short"),
                unwritten=isinstance(failure, CallFailed) and _raises_not_implemented(failure, function),
            )
        if judged is not None:
            with self._looking_for_causes(case):
                self._evidence.keep(judged, self._student, alone=alone)
        if self.witness is not None:
            self.witness.end(case, stand_ins, tried and tried.finding, failure)
        return tried

    def _in_words(
        self,
        case: Case,
        function: Function | None,
        failure: WrongAnswer | CallFailed,
        sizes: Diagnosis | None,
        printed: str,
        *,
        alone: bool,
    ) -> "Finding":
        """Return what to say about a failed try.

        Args:
            sizes: what the sizes at which the function was right and wrong say about it.
            alone: as `Host.is_alone` returns it. If False, other functions may have caused a wrong answer.
        """
        from . import feedback

        if isinstance(failure, WrongAnswer):
            # A search for causes takes longer than a try, so it is skipped if another try will tell more.
            others = () if alone or function is None else function.stand_ins
            last = not (others and self.host.can_stand_in(others) and self.host.has_time(function))
            cause = None
            if last or self.witness is not None:
                with self._looking_for_causes(case):
                    cause = self._evidence.cause(case, failure, self._student, self.host.mistakes, sizes)
            finding = feedback.wrong_answer(case, failure, self.host.submission, cause)
        else:
            about = self._assignment.functions.get(failure.function, function)
            finding = feedback.failed_call(case, failure, self.host.submission, about, sizes)
        first = self._to_mend_first(case, function, failure)
        if first is not None and function is not None:
            feedback.mend_first(finding, case, function.name, first)
        return feedback.with_printed(finding, printed, case)

    @contextlib.contextmanager
    def _looking_for_causes(self, case: Case) -> Iterator[None]:
        """Go on if the block raises. That is our fault, but whether the answers were right is known without it."""
        try:
            yield
        except Exception as error:
            *_, (frame, line) = traceback.walk_tb(error.__traceback__)
            place = f"{type(error).__name__} in {Path(frame.f_code.co_filename).name}, line {line}"
            told = f"{case.number}: the search for the cause of a mistake failed ({place}). The points are right."
            self.problems += [told] if told not in self.problems else []

    def _to_mend_first(self, case: Case, function: Function | None, failure: WrongAnswer | CallFailed) -> str | None:
        """Return the number of the first case that the function under test failed, for a case about all functions.

        None if the function has passed its own cases so far, or if the failure itself says what to do.
        """
        if function is None or case.function == function.name:
            return None
        if isinstance(failure, CallFailed) and (
            not failure.function or failure.facts.get("type") == "NotImplementedError"
        ):
            return None
        own = [one for one in self._results.values() if one.case.function == function.name]
        told = (one.case for one in order.failures(own))
        return next((one.number for one in told if one.visibility == "visible" and one.hidden_message is None), None)

    def _has_passed_open_cases(self, function: Function) -> bool:
        open_cases = [one.id for one in self._assignment.cases if one.example and one.function == function.name]
        results = [self._results.get(one) for one in open_cases]
        return all(result is not None and result.outcome is Outcome.PASSED for result in results)

    # How results are reported

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Attach to the report what `pytest_runtest_logreport` needs and reports have no field for."""
        error = call.excinfo.value if call.excinfo is not None else None
        if call.excinfo is not None and isinstance(error, CaseFailed):
            # Only its text is shown, but pytest would look up the file of each of twenty frames, several times.
            call.excinfo.traceback = call.excinfo.traceback[-1:]
        report = yield
        report.finding = error.finding if isinstance(error, CaseFailed) else None
        report.fault = ""
        if call.excinfo is not None and not report.finding:
            report.fault = f"{type(error).__name__}: {error}{self._place(call.excinfo)}"
        if isinstance(error, pytest.FixtureLookupError):
            report.fault = f"it asks for {error.argname!r}, and what there is to ask for is student and reference"
        report.score = getattr(getattr(item, "obj", None), "__score__", None)
        return report

    def _place(self, raised: pytest.ExceptionInfo[BaseException]) -> str:
        """Return the last line of the instructor's files that an exception passed through, as the end of a message."""
        own = [entry for entry in raised.traceback if Path(entry.path).parent == self._assignment.folder]
        return f" ({Path(own[-1].path).name}, line {own[-1].lineno + 1})" if own else ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Merge one report into the result of its case: the worst wins."""
        case = self._cases.get(case_id(report.nodeid))
        if case is None:
            return
        result = self._result(case, report)
        if result is not None:
            known = self._results.get(case.id)
            if known is None or _how_bad(result) > _how_bad(known):
                self._results[case.id] = result

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Send the result of a case when all its tests are done."""
        case = self._cases.get(case_id(nodeid))
        if case is None:
            return
        self._unreported[case.id] -= 1
        if self._unreported[case.id] == 0:
            missing = CaseResult(case, Outcome.GRADER_ERROR, Decimal(0), staff=f"{case.id} left no result.")
            self.host.report(self._results.get(case.id, missing))

    def _result(self, case: Case, report: pytest.TestReport) -> CaseResult | None:
        """Return what one report says about its case; None for a setup or teardown that passed."""
        finding: Finding | None = getattr(report, "finding", None)
        if finding is not None:
            told = case.hidden_message is None
            return CaseResult(
                case, finding.outcome, self._partial(case, report) or Decimal(0),
                text=finding.text if told else case.hidden_message or "", summary=finding.summary if told else "",
                mistake=finding.mistake, evidence=finding.evidence, seconds=report.duration,
            )  # fmt: skip
        # A sub-test that fails sends a report of its own, and the report of its parent may still say "passed".
        if report.passed and report.when == "call":
            score = self._partial(case, report)
            full = score is None or score == case.points
            summary = "" if full else f"{score} of {case.points} points"
            return CaseResult(
                case, Outcome.PASSED if full else Outcome.FAILED, case.points if score is None else score,
                text=self._import_failed if full else "", summary=summary, carried=self._carried,
                seconds=report.duration,
            )  # fmt: skip
        if report.passed:
            return None
        if report.skipped and not hasattr(report, "wasxfail"):
            why = f"{case.id} was skipped; a skipped case is one nobody graded."
        else:
            why = f"{case.id}, {report.when}: {getattr(report, 'fault', '') or _last_line(report)}"
        return CaseResult(case, Outcome.GRADER_ERROR, Decimal(0), staff=why, seconds=report.duration)

    def _partial(self, case: Case, report: pytest.TestReport) -> Decimal | None:
        """Return the points that the case itself set with gradescope-utils' set_score, clamped; None if it set none."""
        value = getattr(report, "score", None)
        if value is None:
            return None
        try:
            return as_score(value, case.points)
        except ValueError as error:
            self.problems.append(f"{case.id} set a score that is none: {error}. It counts 0.")
            return Decimal(0)

    def _case_of(self, nodeid: str) -> Case:
        try:
            return self._cases[case_id(nodeid)]
        except KeyError:
            raise GraderFault(f"{nodeid} is declared nowhere") from None


def _how_bad(result: CaseResult) -> tuple[int, Decimal, bool]:
    """Return a sort key for the results of one case, of which the worst counts."""
    return SEVERITY[result.outcome], -result.score, result.carried


def _raises_not_implemented(failure: CallFailed, function: Function | None) -> bool:
    """Return whether this function itself raised NotImplementedError, and not one that it calls."""
    raised_by = failure.facts.get("innermost") if failure.facts.get("type") == "NotImplementedError" else ""
    return function is not None and raised_by == failure.function == function.name


def _no_time_left(case: Case) -> "Finding":
    from . import feedback

    return feedback.no_time_left(case)


def case_id(nodeid: str) -> str:
    """Return the id of a test's declared case: the same for all its parameters, whatever folder pytest started in."""
    path, _, rest = nodeid.partition("::")
    return f"{path.rpartition('/')[2]}::{rest.partition('[')[0]}"


def _last_line(report: Any) -> str:
    text = str(report.longrepr or "").strip()
    return text.splitlines()[-1][:300].removeprefix("E   ") if text else "no reason was given"
