"""One submission in, one Grade out: start reading here.

Theory of operation. The supervisor, this process, loads neither pytest nor NumPy, and it alone writes results. A
pytest session, which knows the answers, may already be loading, but is told what to do only after a complete fallback
has been written; then the zygote is started, from which workers are forked. The session reports each case on a socket.
When the session ends, dies, or reaches the deadline, the results reported so far stand, and every other case gets an
outcome that says what happened: the list of cases was read before the session was told anything, and nothing can
shorten it.

    supervisor        fallback results, deadline, results
      |- session      pytest, cases, reference          never runs a submission
      '- zygote       NumPy and `box`
           '- worker  one per try of a case             runs the submission, knows nothing
"""

import contextlib
import json
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import submission as submissions
from .assignment import DOWNLOAD, Assignment
from .box import folders
from .launch import readable_folders
from .outcome import NOT_STARTED, CaseResult, Grade, Outcome, as_score
from .place import Fresh
from .preload import preload
from .submission import HandedIn, Submission

if TYPE_CHECKING:
    from .place import Place

NOT_FINISHED = (
    "This check could not be graded, and that is not your fault: the grader itself did not finish. "
    "Your instructor has to look into it. There is nothing you need to do, and nothing is lost."
)
NOT_REACHED = "This check did not run: the time for the whole submission, {run_s:g} s, was up before its turn."


class Stopped(Exception):
    """The platform or a person told us to stop."""


def grade(
    path: Path,
    assignment: Assignment,
    *,
    layers: Sequence[str] | None = None,
    explain: bool = False,
    place: "Place | None" = None,
    meanwhile: Callable[[Grade], None] | None = None,
) -> Grade:
    """Grade the submission at `path`: a file, a folder or a zip. The other arguments are those of `grade_parts`.

    Raises:
        FileNotFoundError: there is nothing at `path`.
    """
    handed_in = submissions.read_parts(path, assignment)
    return grade_parts(handed_in, assignment, layers=layers, explain=explain, place=place, meanwhile=meanwhile)


def grade_parts(
    handed_in: HandedIn,
    assignment: Assignment,
    *,
    layers: Sequence[str] | None = None,
    explain: bool = False,
    place: "Place | None" = None,
    meanwhile: Callable[[Grade], None] | None = None,
) -> Grade:
    """Grade what was handed in for an assignment, and then what was handed in for extra credit.

    Each part has its own processes and time, so that nothing in a later part can affect the points of an earlier one.

    Args:
        meanwhile: called with the grade that stands while a further part is graded, which has no points in it yet.
        layers, explain, place: as for `grade_program`.
    """

    def grade_part(part: Assignment, one: HandedIn) -> Grade:
        if one.program is None:
            return unreadable(part, one.problem)
        return grade_program(one.program, part, layers=layers, explain=explain, place=place)

    graded = grade_part(assignment, handed_in)
    for part, one in zip(assignment.extra_credit, handed_in.extra):
        if one is None:
            continue
        if one.program is not None and _is_download(one.program, part):
            graded = _not_started(graded, part)
            continue
        so_far = _together(graded, fallback(part))
        if graded.stopped:
            graded = so_far
            continue
        if meanwhile is not None:
            meanwhile(so_far)
        more = grade_part(part, one)
        # A file without any of the functions is no download: whoever wrote it reads what is missing.
        begun = any(one.summary != NOT_STARTED or one.outcome is Outcome.MISSING for one in more.results)
        graded = _together(graded, more) if begun else _not_started(graded, part)
    return graded


def _is_download(program: Submission, part: Assignment) -> bool:
    """Return whether a program is the unchanged download, apart from line ends: the result of running it is known."""
    try:
        download = (part.folder / DOWNLOAD).read_text(encoding="utf-8")
    except OSError:  # not made yet: the program is graded like any other
        return False
    ours, theirs = ([line.rstrip() for line in text.strip().splitlines()] for text in (download, program.text))
    return ours == theirs


def _not_started(grade: Grade, part: Assignment) -> Grade:
    """Mark a part as not started: its untouched stubs came with the whole download, so there is nothing to fix."""
    told = [*grade.facts.get("not_started", ()), part.file]
    return grade._replace(facts={**grade.facts, "not_started": told})


def _together(grade: Grade, more: Grade) -> Grade:
    """Combine the grade of one part with that of a further one."""
    of_both = {
        key: {**more.facts[key], **fact}
        for key, fact in grade.facts.items()
        if isinstance(fact, dict) and key in more.facts
    }
    return Grade(
        grade.title,
        grade.results + more.results,
        grade.message,
        tuple(dict.fromkeys(grade.staff + more.staff)),
        grade.seconds + more.seconds,
        stopped=grade.stopped or more.stopped,
        facts={**more.facts, **grade.facts, **of_both},
    )


def grade_program(
    submission: Submission,
    assignment: Assignment,
    *,
    layers: Sequence[str] | None = None,
    explain: bool = False,
    place: "Place | None" = None,
) -> Grade:
    """Grade a program that has been read.

    Args:
        layers: protections to enable, from `box.limits.LAYERS`; all by default. Given only to measure what one of them
            does or costs.
        explain: whether to keep, in `facts["tries"]`, how each try of each case went, hidden data included.
        place: where processes come from; new interpreters by default.
    """
    started = time.monotonic()
    run = _Run(assignment, started + assignment.limits.run_s, place or Fresh(), layers, explain)
    try:
        with _stop_signals():
            run.grade(submission)
    except (Stopped, KeyboardInterrupt) as stop:
        run.stopped = True
        run.staff.append(f"Grading was stopped before it finished ({str(stop) or 'Ctrl-C'}).")
    except Exception as error:  # such as no process or no disk space left: what has been graded stands
        run.staff.append(f"The grader failed on this machine: {type(error).__name__}: {error}.")
    return run.result(time.monotonic() - started, submission.found_at)


def fallback(assignment: Assignment) -> Grade:
    """Return the grade that stands until there is a better one: every case without points, as a fault of ours."""
    results = tuple(
        CaseResult(case, Outcome.GRADER_ERROR, Decimal(0), NOT_FINISHED, summary="the grader did not finish")
        for case in assignment.cases
    )
    return Grade(assignment.title, results, NOT_FINISHED, ("The grader did not finish: please regrade.",))


def unreadable(assignment: Assignment, why: str) -> Grade:
    """Return the grade of a submission without a gradable file."""
    results = tuple(
        CaseResult(case, Outcome.UNREADABLE, Decimal(0), why, summary="no file to grade") for case in assignment.cases
    )
    return Grade(assignment.title, results, why)


class _Run:
    """The state of one grading."""

    def __init__(
        self, assignment: Assignment, deadline: float, place: "Place", layers: Sequence[str] | None, explain: bool
    ) -> None:
        self.assignment = assignment
        self.deadline = deadline
        self.place = place
        self.layers = layers
        self.explain = explain
        self.tries: dict[str, list[dict[str, Any]]] = {}
        self.results: dict[str, CaseResult] = {}
        self.staff: list[str] = []
        self.protections: dict[str, str] = {}
        self.finished = False
        self.late = False
        self.stopped = False

    def grade(self, submission: Submission) -> None:
        """Start the processes, listen until the session ends or the deadline comes, and leave nothing running."""
        with contextlib.ExitStack() as stack:
            scratch = tempfile.mkdtemp(prefix="grading-", dir=self.place.scratch or folders.temporary())
            stack.callback(folders.remove, scratch)
            os.chmod(scratch, 0o711)  # noqa: S103, workers pass through it to their own folders and cannot list it
            worker_settings: dict[str, Any] = {
                "scratch": scratch,
                "readable": readable_folders(str(self.assignment.folder)),
                "preload": preload("\n".join([submission.text, *submission.companions.values()])),
                "memory_mib": self.assignment.limits.memory_mib,
                # Above every time limit that we enforce ourselves, and not only those of one case: a worker that
                # imports before its turn may do so for as long as the previous case takes, and a worker that the
                # kernel kills counts as our fault.
                "cpu_s": int(self.assignment.limits.run_s) + 10,
            }
            if self.layers is not None:
                worker_settings["layers"] = list(self.layers)
            settings = {"submission": submission._asdict(), "worker": worker_settings, "explain": self.explain}
            with self.place.grading(self.assignment, settings) as listening:
                self._listen(listening)

    def _listen(self, listening: socket.socket) -> None:
        pending = b""
        while not self.finished:
            timeout = self.deadline - time.monotonic()
            if timeout <= 0:
                self.late = True
                return
            # Not select, which takes no file descriptor above 1,023: a process that grades a class may have more.
            listening.settimeout(timeout)
            try:
                received = listening.recv(1 << 16)
            except TimeoutError:
                continue
            if not received:
                return
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        if "protections" in message:
            self.protections.update(message["protections"])
        elif "explained" in message:
            note = message["explained"]
            self.tries.setdefault(note.pop("case"), []).append(note)
        elif "finished" in message:
            self.finished = True
            self.staff += message["problems"]
        else:
            identifier = message.pop("case")
            case = next(case for case in self.assignment.cases if case.id == identifier)
            outcome, score = Outcome(message.pop("outcome")), as_score(Decimal(message.pop("score")), case.points)
            if outcome is Outcome.GRADER_ERROR:
                message["text"], message["summary"] = NOT_FINISHED, "the grader failed"
                self.staff.append(f"{case.number}: {message['staff']}")
            self.results[case.id] = CaseResult(case, outcome, score, **message)

    def result(self, seconds: float, found_at: str) -> Grade:
        """Return the grade: a result for every declared case, whatever happened."""
        missing = [case for case in self.assignment.cases if case.id not in self.results]
        for case in missing:
            if self.late:
                text = NOT_REACHED.format(run_s=self.assignment.limits.run_s)
                self.results[case.id] = CaseResult(
                    case, Outcome.NOT_RUN, Decimal(0), text, summary="not reached in time"
                )
            else:
                self.results[case.id] = CaseResult(
                    case, Outcome.GRADER_ERROR, Decimal(0), NOT_FINISHED, summary="the grader failed"
                )
        if missing and not self.late:
            numbers = ", ".join(case.number for case in missing)
            self.staff.append(
                f"These cases were not graded: {numbers}."
                if self.finished
                else f"The grading session ended before these cases were graded: {numbers}. Please regrade."
            )
        lent = {case.function: self.assignment.lent_for(case) for case in self.assignment.cases}
        absent = {layer: why for layer, why in self.protections.items() if why != "on"}
        for layer, why in absent.items():
            self.staff.append(f"Protection missing on this machine: {layer} ({why}).")
        return Grade(
            self.assignment.title,
            tuple(self.results[case.id] for case in self.assignment.cases),
            staff=tuple(self.staff),
            seconds=seconds,
            stopped=self.stopped,
            facts={"found_at": found_at, "protections": self.protections, "lent": lent}
            | ({"tries": self.tries} if self.explain else {}),
        )


@contextlib.contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn SIGTERM, which a platform sends shortly before it kills, into an exception, so that results are written."""

    def stop(number: int, _: Any) -> None:
        # A second SIGTERM must not end us before the results are written.
        # Not SIG_IGN: Python would print a traceback for a signal that arrives at this very moment.
        signal.signal(number, lambda *_: None)
        raise Stopped(signal.Signals(number).name)

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread: our caller handles signals
        yield
        return
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is stop:
            signal.signal(signal.SIGTERM, before)
