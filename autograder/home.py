"""Run the example cases on a student's own machine: plain `pytest`, in its own process, with NumPy and pytest alone.

Nothing is isolated here, and nothing needs to be: it is the student's own machine and program. It is refused what a
worker refuses it (`refused`), right answers are replayed from a record (`replay`), and what is printed is what
Gradescope would print for the same mistake.
"""

import contextlib
import itertools
import os
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from . import assignment as assignments
from . import newer, order, replay
from . import submission as submissions
from .assignment import Assignment, AssignmentError, Function
from .feedback import left_over
from .in_process import InProcess
from .mistake import Mistake
from .order import failures
from .outcome import NOT_STARTED, Case, CaseResult, Outcome, as_score
from .plugin import GradingPlugin, case_id
from .submission import Submission

WIDTH = 88
WAITS = (
    "Your {name} calls your {others}, which did not pass: fix {others} first. When you hand in, {name} is also tried "
    "with a correct {others}, so a failure here that comes only from {others} costs nothing. "
    "`{command} -k {name}` shows these failures in full."
)
IMPORTED = (
    "What failed calls {names} from {files}, which is not checked here: does `pytest -k {name}` pass? When you hand "
    "in, this is also tried with a correct {names}."
)
NEWER = "Line {line} of {file} will not work on Gradescope's Python {python}: {what}."


class HomeHost:
    """Runs the functions in this process, takes right answers from the record, keeps the results for the summary."""

    mistakes: Sequence[Mistake]

    def __init__(self, folder: Path, assignment: Assignment) -> None:
        self.folder = folder
        self._path = folder / assignment.file
        self.problem = ""
        self._records: dict[str, list[Any]] = {}
        self.mistakes = ()
        try:
            recording = replay.read(assignment.folder / "expected.json")
            self._records, self.mistakes = recording.answers, recording.known_mistakes()
        except (OSError, ValueError):
            lacking = (assignment.folder / "expected.json").relative_to(folder).as_posix()
            self.problem = f"{lacking} is missing or damaged. Download the assignment again."
        gone = sorted(self._records.keys() - {case.number for case in assignment.cases})
        if gone:  # otherwise, the remaining cases would be reported as all of them
            self.problem = f"The checks are incomplete: {gone[0]} is missing. Download the assignment again."
        self.results: list[CaseResult] = []
        self._last: InProcess | None = None
        try:
            companions = {name: _text_of(folder / name) for name in assignment.imports}
            self.submission = submissions.read(self._path, assignment.file)._replace(companions=companions)
        except (submissions.Unreadable, FileNotFoundError) as error:
            missing = f"There is no {self._path}.{_which_to_rename(self._path)}"
            self.problem = str(error) if isinstance(error, submissions.Unreadable) else missing
            self.submission = Submission(assignment.file, assignment.file, "")

    @contextlib.contextmanager
    def open(self, stand_ins: Sequence[str], function: Function | None) -> Iterator[InProcess]:  # noqa: ARG002
        """Import the submission anew: a case must not depend on what an earlier one left behind."""
        self._last = InProcess(self.submission, self._path)
        yield self._last

    def uses(self, name: str, others: Iterable[str]) -> set[str]:
        """Return which of the functions `others` are called by the function `name`; none if the import fails."""
        return set() if self._last is None else self._last.uses(name, others)

    def has_time(self, function: Function | None) -> bool:  # noqa: ARG002
        """Return True: a student's own machine has no limit on the time of a function."""
        return True

    def reference(self, case: Case) -> replay.Replay:
        """Return the recorded answers, from the first one on."""
        return replay.Replay(self._records.get(case.number, []))

    def can_stand_in(self, stand_ins: Sequence[str]) -> bool:  # noqa: ARG002
        """Return False: the starter contains no right formula for a stand-in."""
        return False

    def is_alone(self, function: Function, stand_ins: Sequence[str]) -> bool:  # noqa: ARG002
        """Return whether the function calls none of the others, since no stand-ins replace them here."""
        return not self.uses(function.name, function.stand_ins)

    def report(self, result: CaseResult) -> None:
        """Keep the result."""
        self.results.append(result)


def similar(path: Path) -> list[str]:
    """Return files beside `path` whose names begin like its own: copies, and files whose .txt ending Windows hides."""
    begin = re.sub(r"[\W_]", "", path.stem).lower()
    texts = (one.name for one in path.parent.iterdir() if one.suffix.lower() in (".py", ".txt") and one.is_file())
    return sorted(name for name in texts if name != path.name and re.sub(r"[\W_]", "", name).lower().startswith(begin))


def _which_to_rename(path: Path) -> str:
    try:
        found = similar(path)
    except OSError:
        return ""
    hidden = " (Windows hides such endings, unless Explorer is told otherwise.)" if f"{path.name}.txt" in found else ""
    return f" Rename {' or '.join(found)} to {path.name}.{hidden}" if found else ""


def _text_of(path: Path) -> str:
    """Return the text of a file that the program may import; empty if it cannot be read.

    Python reports what is wrong with the file, if it is imported.
    """
    try:
        return submissions.read(path, path.name).text
    except (submissions.Unreadable, FileNotFoundError):
        return ""


class Summary:
    """Prints what a student reads at the end, in place of pytest's own report."""

    def __init__(self, host: HomeHost, assignment: Assignment, hidden: Decimal, command: str, words: str) -> None:
        self._host = host
        self._assignment = assignment
        self._command = command
        self._words = words
        self._hidden = hidden
        self._left_out = False
        self._stopped = ""
        self._places = {case.id: place for place, case in enumerate(assignment.cases)}
        self._others: list[pytest.TestReport | pytest.CollectReport] = []

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember what Ctrl-C interrupted: an endless loop is a mistake like any other."""
        if excinfo.type is not KeyboardInterrupt:  # pytest stops itself, for example if a file cannot be collected
            return
        file = self._assignment.file
        own = {self._host.folder / name for name in (file, *self._assignment.imports)}
        lines = [(entry.lineno + 1, Path(entry.path)) for entry in excinfo.traceback if Path(entry.path) in own]
        importing = "the checks began"
        for line, path in lines[-1:]:
            importing = f"{file} was imported, at line {line}" + (f" of {path.name}" if path.name != file else "")
        what = str(excinfo.value) or importing
        self._stopped = f"Stopped while {what}, because you pressed Ctrl-C. The checks after that did not run."

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Remember that -k or a similar option has left out tests."""
        self._left_out = bool(items)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort cases in the order of the handout, even if a plug-in shuffles them: one function leads to the next."""
        items.sort(key=lambda item: self._places.get(case_id(item.nodeid), len(self._places)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the failures of a student's own tests, which are not checks and are reported nowhere else."""
        if report.failed and case_id(report.nodeid) not in self._places:
            self._others.append(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file could not be collected."""
        if report.failed:
            self._others.append(report)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print each case in a line, what to fix first, and at most two failures of each function in full."""
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
        yield from self._failed([one for one in results if _word(one) == "FAILED"])
        todo = next((one for one in results if _word(one) == "to do"), None)
        if todo is not None:
            line = self._host.submission.line_of(todo.case.function)
            own = f"{todo.case.function}, {f'line {line} of' if line else 'in'} {self._assignment.file}"
            yield ""
            # The summary names another unwritten function, perhaps of another file, that this one needs.
            yield f"Next: {own if todo.summary == NOT_STARTED else todo.summary}."
            left = left_over(self._host.submission, todo.case.function) if todo.summary == NOT_STARTED else ""
            if left:
                yield left
            elif line and all(_word(one) == "to do" for one in results):
                yield "(A new download prints 'to do' everywhere.)"
            yield from () if left else self._copies()
        for report in self._others:
            yield from ("", f"--- {report.nodeid}", textwrap.indent(report.longreprtext, "  "))
        if self._stopped:
            yield ""
            yield from textwrap.wrap(self._stopped, WIDTH)
        yield from self._newer() if results else ()
        score = as_score(sum((result.score for result in results), Decimal(0)))
        most = as_score(sum((result.case.points for result in results), Decimal(0)))
        yield ""
        if self._left_out and not results and not self._stopped:
            own = f"{self._command} -k {self._assignment.cases[0].function}"
            other = _command_for(self._host.folder, self._words, self._assignment.folder)
            yield f"No check has this name. Try `{other or own}`."
            return
        if not results:
            if not self._others and not self._stopped:
                yield f"No check was asked for. Type `{self._command}` in the folder of {self._assignment.file}."
            return
        did = {result.case.id for result in results}
        others = [case.function for case in self._assignment.cases if case.id not in did]
        if others and not self._stopped:  # left out by -k, or in another test file
            names = ", ".join(dict.fromkeys(others))
            ran = f"{len(results)} of {len(self._assignment.cases)} checks ran; the others are for {names}."
            yield from textwrap.wrap(ran, WIDTH)
        if self._assignment.next_step and not others and all(one.outcome is Outcome.PASSED for one in results):
            yield from textwrap.wrap(f"Next: {self._assignment.next_step}", WIDTH)
            yield ""
        more = f" Another {self._hidden:f} points are graded on data you do not see."
        yield f"{score:f} of {most:f} points so far.{'' if others else more}"

    def _newer(self) -> Iterator[str]:
        """Yield a note on each line that works here but cannot work where programs are graded."""
        program = self._host.submission
        for file, text in {program.file: program.text, **program.companions}.items():
            for line, what in newer.advice(text):
                python = ".".join(map(str, newer.GRADES))
                yield ""
                yield from textwrap.wrap(NEWER.format(line=line, file=file, python=python, what=what), WIDTH)

    def _copies(self) -> Iterator[str]:
        """Yield a note on other programs that a student may have edited instead of the one that is checked."""
        path = self._host.folder / self._assignment.file
        copies = [name for name in similar(path) if name.endswith(".py")]
        if copies:
            yield from textwrap.wrap(f"Only {path.name} is checked, not {' or '.join(copies)} beside it.", WIDTH)

    def _failed(self, failed: list[CaseResult]) -> Iterator[str]:
        """Yield what to say about the failures, with the first thing to fix at the top."""
        # A fault of ours has no text for the student; the text for staff says what to do.
        for result in failed:
            if result.outcome is Outcome.GRADER_ERROR:
                yield from _in_full(result, result.staff)
        functions = self._assignment.functions
        broken = dict.fromkeys(one.case.function for one in failures(failed) if one.case.function in functions)
        uses = {name: self._host.uses(name, broken) for name in broken}
        # A function waits only for those that the grader has stand-ins for. If two call each other, neither waits.
        lent = {name: [one for one in broken if one in functions[name].stand_ins] for name in broken}
        waiting = {name: [one for one in lent[name] if one in uses[name] and name not in uses[one]] for name in broken}
        first = [one for one in failures(failed) if not waiting.get(one.case.function)]
        later = [one for one in failures(failed) if waiting.get(one.case.function)]
        if len(first) + len(later) > 1:
            yield ""
            yield from textwrap.wrap(order.first([*first, *later]), WIDTH)
        short = order.in_short(first)
        # Adjacent failures with the same short text share a line.
        for line, group in itertools.groupby(
            first, lambda one: short[one.case.id].line if one.case.id in short else ""
        ):
            if line:
                yield ""
                yield from textwrap.wrap(f"--- {', '.join(one.case.number for one in group)}  {line}", WIDTH)
            else:
                for result in group:
                    yield from _in_full(result, result.text)
        imported = [name for name in functions if name not in {case.function for case in self._assignment.cases}]
        # A function whose mistake is named is wrong by itself.
        unexplained = {one.case.function for one in failures(failed) if one.mistake is None}
        doubtful = [one for one in broken if one in unexplained]
        called = [name for name in imported if any(self._host.uses(one, [name]) for one in doubtful)]
        if called:
            files, names = (" and ".join(several) for several in (self._assignment.imports, called))
            yield ""
            yield from textwrap.wrap(IMPORTED.format(names=names, files=files, name=called[0]), WIDTH)
        for name in dict.fromkeys(one.case.function for one in later):
            numbers = ", ".join(one.case.number for one in later if one.case.function == name)
            others = " and ".join(waiting[name])
            yield ""
            yield f"--- {numbers}  {name} waits for {others}"
            sentence = WAITS.format(name=name, others=others, command=self._command)
            yield from textwrap.wrap(
                sentence, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
            )


def _in_full(result: CaseResult, text: str) -> Iterator[str]:
    yield ""
    yield f"--- {result.case.number}  {result.case.title}"
    yield textwrap.indent(text, "  ")


def _word(result: CaseResult) -> str:
    if result.outcome is Outcome.PASSED:
        return "passed"
    # Only the summary is searched: the whole text may contain the same words, printed by the program.
    unwritten = result.summary == NOT_STARTED or result.summary.endswith(" is not written yet")
    return "to do" if unwritten else "FAILED"


def pytest_configure(config: pytest.Config) -> None:
    """Set up the grading of the cases in checks/, or in a folder of it that was asked for, with the program beside it.

    Raises:
        UsageError: more than one assignment was asked for, or a file of the checks is missing or damaged.
    """
    folder = _root(config)
    asked = _asked_for(config)
    if len(asked) > 1:
        raise pytest.UsageError(
            f"Check one file at a time: {' or '.join(f'`{_command(folder, one)}`' for one in asked)}."
        )
    assignment = _load(folder, asked[0])
    host = HomeHost(folder, assignment)
    config.pluginmanager.register(GradingPlugin(assignment, host), "grading")
    # As on Gradescope: a plot window would block every check until somebody closes it.
    os.environ["MPLBACKEND"] = "Agg"
    if hasattr(config.option, "dist"):  # pytest-xdist: results do not cross from one process to another
        config.option.dist, config.option.tx = "no", []
    if not config.option.collectonly:  # as the test panel of an editor does
        points = sum((case.points for case in assignment.cases), Decimal(0))
        summary = Summary(
            host, assignment, assignment.points - points, _command(folder, asked[0]), config.option.keyword
        )
        config.pluginmanager.register(summary, "grading-summary")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the checks of other assignments, such as extra credit, which run only when they are asked for."""
    path = Path(os.path.realpath(collection_path))
    other = (path / "assignment.toml").is_file() and path not in _asked_for(config)
    return True if other and path != _root(config) / "checks" else None


def _root(config: pytest.Config) -> Path:
    """Return the student's folder with symbolic links resolved: editors may give pytest another name for it."""
    return Path(os.path.realpath(config.rootpath))


def _load(root: Path, folder: Path) -> Assignment:
    """Load the assignment in `folder`, which is checks/ or in it. All parts are read, since each must be complete."""
    try:
        parts = assignments.load(root / "checks").parts
        return next((part for part in parts if part.folder == folder), None) or assignments.load(folder)
    except AssignmentError as error:
        problem = str(error).replace(f"{root}{os.sep}", "")
        raise pytest.UsageError(f"The checks are incomplete: {problem} Download the assignment again.") from None


def _asked_for(config: pytest.Config) -> list[Path]:
    """Return the assignments (checks/, or folders in it) of the files and folders that pytest was given."""
    checks = _root(config) / "checks"
    found = []
    for argument in config.args:
        path = Path(os.path.realpath(argument.partition("::")[0]))
        folder = path if path.is_dir() else path.parent
        found.append(folder if checks in folder.parents and (folder / "assignment.toml").is_file() else checks)
    return list(dict.fromkeys(found)) or [checks]


def _command(root: Path, folder: Path) -> str:
    """Return the command that checks the assignment in a folder."""
    return "pytest" if folder == root / "checks" else f"pytest {folder.relative_to(root).as_posix()}"


def _command_for(root: Path, words: str, own: Path) -> str:
    """Return the command to type instead if the words of `-k` name only checks of another assignment; else empty."""
    checks = root / "checks"
    others = [path.parent for path in [checks / "assignment.toml", *sorted(checks.glob("*/assignment.toml"))]]
    for folder in [one for one in others if one != own]:
        functions = {case.function for case in assignments.load(folder).cases}
        for word in re.findall(r"\w+", words):
            if any(word.lower() in name.lower() for name in functions):
                return f"{_command(root, folder)} -k {word}"
    return ""
