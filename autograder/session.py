"""One pytest session that grades one submission: the process that knows the answers, and never runs a student's code.

Started by `place` as a process of its own; for a class, forked from one that has collected the cases. It sends each
result, as soon as it is known, as a line of JSON to the supervisor; when it is killed, what it has sent stands.
"""

import contextlib
import errno
import functools
import gc
import importlib.util
import json
import os
import shutil
import socket
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from . import deferred

with deferred.unused():
    import numpy as np  # noqa: F401, loaded here for all
    import pytest

from .assignment import Assignment, AssignmentError, Function, Limits
from .backend import Backend, CallFailed, GraderFault, as_given
from .box import folders, template
from .importing import Importing
from .mistake import Mistake
from .outcome import Case, CaseResult
from .plugin import GradingPlugin
from .replay import Rounded
from .sandbox import FreshInterpreter, Zygote, go_the_way_of_an_answer
from .submission import Submission

if TYPE_CHECKING:
    from .rehearsal import Memory

# What a graded session needs none of: each costs time at every start, or writes files. Two more are switched off
# where no case file mentions them.
UNUSED_PLUGINS = (
    "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "legacypath", "logging",
    "pastebin", "recwarn", "setuponly", "setupplan", "stepwise", "terminal", "threadexception", "unraisableexception",
    "warnings",
)  # fmt: skip
# With less than that left on a disk, it is the disk that a program failed to write for.
MIB = 1 << 20
# What Matplotlib says if it may read none.
NO_FONT = "Failed to find font"


class GradingHost:
    """Runs the functions in workers, takes right answers from the instructor's reference, reports to the supervisor.

    Args:
        ahead: whether a worker may import the submission while that of the case before works.
    """

    def __init__(
        self,
        assignment: Assignment,
        submission: Submission,
        workers: Zygote | FreshInterpreter,
        reference: ModuleType,
        mistakes: Sequence[Mistake],
        results: TextIO,
        scratch: str,
        *,
        ahead: bool,
    ) -> None:
        self.submission = submission
        self.mistakes = mistakes
        self._assignment = assignment
        self._reference = reference
        self._results = results
        self._check_machine = functools.partial(_check_machine, scratch)
        self.importing = Importing(
            assignment, submission, workers, ahead=ahead, answer=functools.partial(_answer, assignment, reference),
            check_machine=self._check_machine,
            tell_protections=lambda protections: _send(results, protections=protections),
        )  # fmt: skip
        self._has_failed = False
        """Whether a try of this case has."""
        self._spent_s: defaultdict[str, float] = defaultdict(float)
        self._share_s = functools.cache(assignment.share_s)

    @contextlib.contextmanager
    def open(self, stand_ins: Sequence[str], function: Function | None) -> Iterator[Backend]:
        """A worker with the submission loaded."""
        with contextlib.ExitStack() as stack:
            worker = self.importing.worker(stack, stand_ins, self._limits(function))
            try:
                yield worker
            except BaseException as failure:
                self._has_failed = True
                if isinstance(failure, CallFailed):
                    self._check_machine(failure)
                raise
            finally:
                self._spent_s[_name(function)] += worker.spent_s
                self.importing.order_next()

    def has_time(self, function: Function | None) -> bool:
        """Whether a function has not used up its share of the time. Importing the submission is not counted."""
        return self._spent_s[_name(function)] < self._share_s(function)

    def _limits(self, function: Function | None) -> Limits:
        limits = self._assignment.limits
        left = self._share_s(function) - self._spent_s[_name(function)]
        return limits._replace(case_s=min(limits.case_s, left))

    def reference(self, case: Case) -> ModuleType | Rounded:
        """The instructor's reference itself; in a case that travels, with the ten digits that travel with it."""
        return Rounded(self._reference) if case.example else self._reference

    def can_stand_in(self, stand_ins: Sequence[str]) -> bool:
        """Not in a submission that cannot even be imported so. Where another file of the student's may be the reason,
        what stops it with right functions in that one is the better thing to read, and is asked for all the same.
        """
        return bool(self._assignment.imports) or self.importing.broken(stand_ins) is None

    def is_alone(self, function: Function, stand_ins: Sequence[str]) -> bool:
        """With right others around it."""
        return tuple(stand_ins) == function.stand_ins

    def report(self, result: CaseResult) -> None:
        """Send one result to the supervisor."""
        self.importing.case_is_over()
        _send(
            self._results,
            case=result.case.id,
            outcome=result.outcome.value,
            score=str(result.score),
            text=result.text,
            mistake=result.mistake,
            evidence=result.evidence,
            summary=result.summary,
            staff=result.staff,
            carried=result.carried,
            seconds=round(result.seconds, 4),
        )
        if self._has_failed:
            # An exception and the frames that it passed through hold each other, and with them a worker's last message
            # and its memory: 50 MiB if a program wants it so, for each try.
            self._has_failed = False
            gc.collect()

    def explain(self, note: dict[str, Any]) -> None:
        """Send what staff asked to know of one try."""
        _send(self._results, explained=note)

    def finish(self, problems: Sequence[str]) -> None:
        """Say that the session came to its end, and what the instructor should know."""
        _send(self._results, finished=True, problems=list(problems))
        self.importing.close()


def _answer(assignment: Assignment, reference: ModuleType, name: str, arguments: list[Any]) -> Sequence[Any]:
    """What a function of the reference gives.

    Raises:
        ValueError: the sizes of the arguments do not fit together. NumPy would repeat a side of one entry: a program
            may mean something else by that, as one datapoint as a column, and answers such a call by its own function.
    """
    lengths: dict[str, int] = {}
    for argument, value in zip(assignment.functions[name].arguments, arguments):
        sides = assignment.sides.get(argument, ())
        for side, length in zip(sides, value.shape if value.ndim == len(sides) else ()):
            if lengths.setdefault(side, length) != length:
                raise ValueError(f"{argument} has another {side}")
    answer = getattr(reference, name)(*as_given(assignment.functions[name], arguments))
    return answer if isinstance(answer, tuple) else (answer,)


def _check_machine(scratch: str, failure: CallFailed) -> None:
    """A program that could not save its plot because of our disk, or draw it for want of a font, is not to blame.

    Its word for it is not enough: we look at the disk, while what the worker wrote is still there, and at whether
    libraries may read their own files.
    """
    message = str(failure.facts.get("message"))
    if f"[Errno {errno.ENOSPC}]" in message and shutil.disk_usage(scratch).free < MIB:
        raise GraderFault("the disk that holds the temporary folder is full") from None
    if (NO_FONT in message or sys.prefix in message) and _is_closed_to_workers(sys.prefix):
        raise GraderFault(
            f"only root may enter {sys.prefix}, so that libraries cannot read fonts and other files of theirs that "
            "lie there: open its folders to others (chmod o+x), or move it elsewhere"
        ) from None


def _send(results: TextIO, **message: Any) -> None:
    try:
        print(json.dumps(message), file=results, flush=True)
    except OSError:
        os._exit(1)  # the supervisor was killed: there is nobody to grade for, and nobody to tell


def _is_closed_to_workers(folder: str) -> bool:
    """Whether root alone may walk to a folder: modules in it are found all the same, see `box.late`."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and not folders.is_open(os.path.realpath(folder))


def _name(function: Function | None) -> str:
    return "" if function is None else function.name


def load_module(path: Path) -> ModuleType:
    """A file of the instructor's as a module, under its own name.

    Raises:
        AssignmentError: it cannot be run.
    """
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        sys.modules.pop(path.stem, None)
        raise AssignmentError(_cannot_be_run(path, error)) from error
    return module


def catalogue(assignment: Assignment) -> Sequence[Mistake]:
    """The known mistakes of an assignment; none where nobody has written any down.

    Raises:
        AssignmentError: the file cannot be run, or holds none.
    """
    path = assignment.folder / "mistakes.py"
    if not path.exists():
        return ()
    try:
        mistakes: Sequence[Mistake] = load_module(path).MISTAKES
    except AttributeError:
        raise AssignmentError(f"{path} cannot be run: it has no MISTAKES. Fix it, and grade again.") from None
    return mistakes


def _cannot_be_run(path: Path, error: Exception) -> str:
    """Which line of an instructor's file it is, or of another one that lies beside it and was imported, and why."""
    passed = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    why = str(error)
    if isinstance(error, SyntaxError):
        passed.append((error.filename or "", error.lineno or 0))
        why = error.msg
    lines = [(Path(file).name, line) for file, line in passed if Path(file).parent == path.parent]
    file, line = lines[-1] if lines else (path.name, 0)
    where = ("" if file == path.name else f", {file}") + (f", line {line}" if line else "")
    what = type(error).__name__ + (f": {why}" if why else "")
    return f"{path} cannot be run{where}: {what}. Fix it, and grade again."


def main() -> NoReturn:
    """Grade. Everything needed comes as one JSON object on standard input; results go to the descriptor it names."""
    try:
        settings = json.load(sys.stdin)
    except ValueError:  # the supervisor was stopped while it wrote: there is nothing to do and nobody to tell
        os._exit(1)
    assignment = Assignment.from_json(settings["assignment"])
    sys.path.insert(0, str(assignment.folder.absolute()))  # case files import their own neighbours
    waiting = socket.socket(fileno=settings["template"]) if "template" in settings else None
    try:
        if waiting is not None:
            _be_template(waiting, assignment)
        reference, mistakes = load_module(assignment.folder / "reference.py"), catalogue(assignment)
    except AssignmentError as error:
        _give_up(settings["results"] if waiting is None else waiting, str(error))
    workers: Zygote | FreshInterpreter
    if settings["control"] is None:
        workers = FreshInterpreter(json.dumps(settings["worker"]))
    else:
        workers = Zygote(socket.socket(fileno=settings["control"]))
    host = _host(assignment, settings, settings["results"], workers, reference, mistakes)
    plugin = GradingPlugin(assignment, host)
    _witness(plugin, host, settings)
    gc.freeze()  # what is loaded by now need not be looked through when a case has failed
    run_cases(assignment, plugin)
    host.finish(plugin.problems)
    # Taking an interpreter with NumPy and pytest apart in good order would take longer than a case.
    os._exit(0)


def _give_up(results: int | socket.socket, why: str) -> NoReturn:
    """Say why nothing can be graded; as a template, for each submission."""
    if isinstance(results, socket.socket):
        _, (results, _) = template.wait(results, take_along=True)
    with contextlib.suppress(OSError):  # nobody listens any more
        socket.socket(fileno=results).sendall(json.dumps({"finished": True, "problems": [why]}).encode() + b"\n")
    os._exit(0)


def _be_template(control: socket.socket, assignment: Assignment) -> NoReturn:
    """Collect the cases once, and be forked for each submission of a class."""
    from .rehearsal import Memory, remembered  # which one grading alone does without

    memory, reference = Memory(), load_module(assignment.folder / "reference.py")
    memory.remember_module(reference)  # before the case files are imported, and take functions from it
    each = _ForEachSubmission(control, assignment, reference, remembered(catalogue(assignment), memory), memory)
    run_cases(assignment, each.plugin, extra=[each])
    each.finish()
    os._exit(0)


class _ForEachSubmission:
    """Makes of a session that has collected its cases a template; in each child the session goes on and grades."""

    def __init__(
        self,
        control: socket.socket,
        assignment: Assignment,
        reference: ModuleType,
        mistakes: Sequence[Mistake],
        memory: "Memory",
    ) -> None:
        self._control = control
        self._assignment = assignment
        self._reference = reference
        self._mistakes = mistakes
        self._memory = memory
        self.plugin = GradingPlugin(assignment)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Rehearse, and wait; what follows in the session follows in a child."""
        from . import causes, feedback, guess, shapes, structure  # noqa: F401, which any submission may need
        from .rehearsal import rehearse

        self._memory.learn(lambda: rehearse(self._assignment, session.items, self._reference, self._mistakes))
        go_the_way_of_an_answer()
        gc.freeze()
        own, (results, zygote) = template.wait(self._control, take_along=True)
        settings = json.loads(own)
        workers = Zygote(socket.socket(fileno=zygote))
        self._host = _host(self._assignment, settings, results, workers, self._reference, self._mistakes)
        self.plugin.host = self._host
        _witness(self.plugin, self._host, settings)

    def finish(self) -> None:
        """Say that all cases have run."""
        self._host.finish(self.plugin.problems)


def _host(
    assignment: Assignment,
    settings: dict[str, Any],
    results: int,
    workers: Zygote | FreshInterpreter,
    reference: ModuleType,
    mistakes: Sequence[Mistake],
) -> GradingHost:
    submission = Submission(**settings["submission"])
    reporting = socket.socket(fileno=results)  # by recv and send, as Windows wants it
    stream = reporting.makefile("w", encoding="utf-8")
    return GradingHost(
        assignment, submission, workers, reference, mistakes, stream, settings["worker"]["scratch"],
        ahead=settings["ahead"],
    )  # fmt: skip


def _witness(plugin: GradingPlugin, host: GradingHost, settings: dict[str, Any]) -> None:
    if settings.get("explain"):
        from .explain import Witness  # which a grading does without

        plugin.witness = Witness(host.mistakes, host.explain)


class _Unlocated:
    """Spares pytest the search for the line on which each test begins, which only a terminal would show."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            vars(item)["location"] = (item.nodeid, None, item.name)


def run_cases(assignment: Assignment, plugin: GradingPlugin, *options: str, extra: Sequence[object] = ()) -> int:
    """Let pytest run the cases of an assignment under `plugin`, untouched by the settings of whoever started us."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    used = "".join(path.read_text(encoding="utf-8") for path in assignment.folder.glob("test_*.py"))
    unused = [*UNUSED_PLUGINS, *(name for name in ("subtests", "unittest") if name not in used)]
    switched_off = [option for name in unused for option in ("-p", f"no:{name}")]
    # Plain assertions: rewriting them costs time, and its messages would print expected values. A case file with a slip
    # takes nothing from the cases of others.
    ours = ["--assert=plain", "--noconftest", "--continue-on-collection-errors"]
    # By name: what lies in folders below is another assignment's. And by name alone: a bracket in a path, as in
    # `CS109 [Fall]`, is that of a parameter to pytest.
    files = sorted(path.name for path in assignment.folder.glob("test_*.py"))
    before = os.getcwd()
    os.chdir(assignment.folder)
    try:
        return int(
            pytest.main(
                ["-c", "pytest.ini", *ours, *switched_off, *options, *files], plugins=[plugin, _Unlocated(), *extra]
            )
        )
    finally:
        os.chdir(before)
