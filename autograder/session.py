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
    import numpy as np  # noqa: F401, loaded here for all modules
    import pytest

from . import answering
from .assignment import Assignment, AssignmentError, Function, Limits
from .backend import Backend, CallFailed, GraderFault, as_given
from .box import folders, template
from .importing import Importing
from .mistake import Mistake
from .outcome import Case, CaseResult
from .plugin import GradingPlugin
from .replay import Rounded
from .sandbox import FreshInterpreter, Zygote
from .student import WrongAnswer
from .submission import Submission

if TYPE_CHECKING:
    from .rehearsal import Memory

# pytest's plugins that a grading does not need: each costs time at every start, or writes files. Two more are turned
# off if no case file mentions them.
UNUSED_PLUGINS = (
    "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "legacypath", "logging",
    "pastebin", "recwarn", "setuponly", "setupplan", "stepwise", "terminal", "threadexception", "unraisableexception",
    "warnings",
)  # fmt: skip
# With less than this left on a disk, the disk is to blame if a program failed to write.
FULL_BYTES = 1 << 20
# Matplotlib's message if it may not read any font.
NO_FONT = "Failed to find font"


class GradingHost:
    """Runs the functions in workers, takes right answers from the instructor's reference, reports to the supervisor.

    Args:
        ahead: whether a worker may import the submission while the worker of the previous case is still busy.
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
        """Whether a try of the current case has failed."""
        self._spent_s: defaultdict[Function | None, float] = defaultdict(float)
        self._share_s = functools.cache(assignment.share_s)

    @contextlib.contextmanager
    def open(self, stand_ins: Sequence[str], function: Function | None) -> Iterator[Backend]:
        """Yield a worker with the submission loaded."""
        with contextlib.ExitStack() as stack:
            worker = self.importing.worker(stack, stand_ins, self._limits(function))
            try:
                yield worker
            except BaseException as failure:
                self._has_failed = True
                if isinstance(failure, CallFailed):
                    self._check_machine(failure)
                if isinstance(failure, (CallFailed, WrongAnswer)):
                    failure.facts["cut_short"] = self.importing.is_cut_short(stand_ins)
                raise
            finally:
                self._spent_s[function] += worker.spent_s
                self.importing.order_next()

    def has_time(self, function: Function | None) -> bool:
        """Return whether a function has time left of its share. Importing the submission is not counted."""
        return self._spent_s[function] < self._share_s(function)

    def _limits(self, function: Function | None) -> Limits:
        limits = self._assignment.limits
        left = self._share_s(function) - self._spent_s[function]
        return limits._replace(case_s=min(limits.case_s, left))

    def reference(self, case: Case) -> ModuleType | Rounded:
        """Return the instructor's reference; in a case that ships, rounded to the ten digits that ship with it."""
        return Rounded(self._reference) if case.example else self._reference

    def can_stand_in(self, stand_ins: Sequence[str]) -> bool:
        """Return False if it is known that the submission cannot be imported with these stand-ins.

        If the student's other files may be the reason, the try runs all the same: what stops the import with correct
        functions in those files is the better message.
        """
        return bool(self._assignment.imports) or self.importing.broken(stand_ins) is None

    def is_alone(self, function: Function, stand_ins: Sequence[str]) -> bool:
        """Return whether correct versions of the other functions are around it."""
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
            # An exception and the frames that it passed through are a reference cycle, which holds a worker's last
            # message and its shared memory: 50 MiB for each try, if a program wants that.
            self._has_failed = False
            gc.collect()

    def explain(self, note: dict[str, Any]) -> None:
        """Send what staff asked to know about one try."""
        _send(self._results, explained=note)

    def finish(self, problems: Sequence[str]) -> None:
        """Report that the session is complete, and what the instructor should know."""
        _send(self._results, finished=True, problems=list(problems))
        self.importing.close()


def _answer(assignment: Assignment, reference: ModuleType, name: str, arguments: list[Any]) -> Sequence[Any]:
    """Return what a function of the reference answers.

    Raises:
        ValueError: the sizes of the arguments do not fit together. NumPy would broadcast a side of length 1, but a
            program may mean something else by it, such as one datapoint as a column. Or an argument must be a whole
            number and is not: most functions would raise. Such a call is answered by the program's own function.
    """
    lengths: dict[str, int] = {}
    for argument, value in zip(assignment.functions[name].arguments, arguments):
        if argument in assignment.functions[name].integers and (value % 1 != 0).any():
            raise ValueError(f"{argument} must be a whole number")
        sides = assignment.sides.get(argument, ())
        for side, length in zip(sides, value.shape if value.ndim == len(sides) else ()):
            if lengths.setdefault(side, length) != length:
                raise ValueError(f"{argument} has another {side}")
    answer = getattr(reference, name)(*as_given(assignment.functions[name], arguments))
    return answer if isinstance(answer, tuple) else (answer,)


def _check_machine(scratch: str, failure: CallFailed) -> None:
    """Raise GraderFault if the machine is to blame: a program could not save its plot on our disk, or read a font.

    The program's word is not enough: we look at the disk, while what the worker wrote is still there, and at whether
    libraries may read their own files.
    """
    message = str(failure.facts.get("message"))
    if f"[Errno {errno.ENOSPC}]" in message and shutil.disk_usage(scratch).free < FULL_BYTES:
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
    """Return whether only root may enter a folder; modules in it are found all the same, see `box.late`."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and not folders.is_open(os.path.realpath(folder))


def load_module(path: Path) -> ModuleType:
    """Load a file of the instructor's as a module, under its own name.

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
    """Return the known mistakes of an assignment; none if it has no mistakes.py.

    Raises:
        AssignmentError: the file cannot be run, or has no MISTAKES.
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
    """Return a message that names the line that fails, in the instructor's file or one it imports, and the reason."""
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
    """Grade, or become a template for a class.

    Everything needed comes as one JSON object on standard input; results go to the descriptor that it names.
    """
    try:
        settings = json.load(sys.stdin)
    except ValueError:  # the supervisor was stopped while it wrote: there is nothing to do and nobody to tell
        os._exit(1)
    assignment = Assignment.from_json(settings["assignment"])
    sys.path.insert(0, str(assignment.folder.absolute()))  # case files import files from their own folder
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
    plugin = GradingPlugin(assignment)
    host = _host(plugin, assignment, settings, settings["results"], workers, reference, mistakes)
    gc.freeze()  # so that gc.collect, after a case has failed, skips what is loaded by now
    run_cases(assignment, plugin)
    host.finish(plugin.problems)
    # A regular exit of an interpreter with NumPy and pytest would take longer than a case.
    os._exit(0)


def _give_up(results: int | socket.socket, why: str) -> NoReturn:
    """Report why nothing can be graded; a template reports it for each submission."""
    if isinstance(results, socket.socket):
        _, (results, _) = template.wait(results, take_along=True)
    with contextlib.suppress(OSError):  # nobody listens any more
        socket.socket(fileno=results).sendall(json.dumps({"finished": True, "problems": [why]}).encode() + b"\n")
    os._exit(0)


def _be_template(control: socket.socket, assignment: Assignment) -> NoReturn:
    """Collect the cases once, and be forked for each submission of a class."""
    from .rehearsal import Memory, remembered  # not needed to grade a single submission

    memory, reference = Memory(), load_module(assignment.folder / "reference.py")
    memory.remember_module(reference)  # before the case files are imported and bind its functions
    each = _ForEachSubmission(control, assignment, reference, remembered(catalogue(assignment), memory), memory)
    run_cases(assignment, each.plugin, extra=[each])
    each.finish()
    os._exit(0)


class _ForEachSubmission:
    """A pytest plugin that turns a session with collected cases into a template; each forked child goes on to grade."""

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
        """Rehearse, and wait for submissions; this returns, and the session goes on, only in a forked child."""
        from . import causes, feedback  # noqa: F401, which any submission may need
        from .naming import guess, shapes, structure  # noqa: F401
        from .rehearsal import rehearse

        self._memory.learn(lambda: rehearse(self._assignment, session.items, self._reference, self._mistakes))
        answering.rehearse()
        gc.freeze()
        own, (results, zygote) = template.wait(self._control, take_along=True)
        settings = json.loads(own)
        workers = Zygote(socket.socket(fileno=zygote))
        self._host = _host(self.plugin, self._assignment, settings, results, workers, self._reference, self._mistakes)

    def finish(self) -> None:
        """Report that all cases have run."""
        self._host.finish(self.plugin.problems)


def _host(
    plugin: GradingPlugin,
    assignment: Assignment,
    settings: dict[str, Any],
    results: int,
    workers: Zygote | FreshInterpreter,
    reference: ModuleType,
    mistakes: Sequence[Mistake],
) -> GradingHost:
    """Give the plugin its host, which grades what the settings say."""
    submission = Submission(**settings["submission"])
    reporting = socket.socket(fileno=results)  # not a file: Windows needs recv and send
    stream = reporting.makefile("w", encoding="utf-8")
    plugin.host = host = GradingHost(
        assignment, submission, workers, reference, mistakes, stream, settings["worker"]["scratch"],
        ahead=settings["ahead"],
    )  # fmt: skip
    if settings.get("explain"):
        from .explain import Witness  # not needed to grade

        plugin.witness = Witness(mistakes, host.explain)
    return host


class _Unlocated:
    """A pytest plugin that skips the search for the line where each test begins, which only a terminal would show."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            vars(item)["location"] = (item.nodeid, None, item.name)


def run_cases(assignment: Assignment, plugin: GradingPlugin, *options: str, extra: Sequence[object] = ()) -> int:
    """Let pytest run the cases of an assignment under `plugin`, unaffected by pytest settings in the environment."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    paths = sorted(assignment.folder.glob("test_*.py"))
    used = "".join(path.read_text(encoding="utf-8") for path in paths)
    unused = [*UNUSED_PLUGINS, *(name for name in ("subtests", "unittest") if name not in used)]
    switched_off = [option for name in unused for option in ("-p", f"no:{name}")]
    # Plain assertions, because rewriting them costs time, and the messages would print expected values. A case file
    # that cannot be collected must not stop the others.
    ours = ["--assert=plain", "--noconftest", "--continue-on-collection-errors"]
    # Files are named one by one, because those in subfolders belong to another assignment; and without their folder,
    # because pytest takes a bracket in a path, as in `CS109 [Fall]`, for that of a parameter.
    files = [path.name for path in paths]
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
