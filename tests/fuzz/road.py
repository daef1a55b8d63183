"""The path of a reply from the wire to results.json, and the invariants of each step.

Whatever a worker sends, a case ends in a known outcome; values that reach a case are plain float64 arrays of the
promised number; and what a student reads is short, printable, and valid. `AssertionError` means that an invariant does
not hold, any other exception that one escaped. A fuzzer treats both as a crash.
"""

import contextlib
import json
import math
import socket
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from jsonschema import Draft202012Validator

from autograder import Mistake, absolute, feedback
from autograder.assignment import Function, Limits
from autograder.backend import CallFailed, Returned
from autograder.box import wire
from autograder.box.control import BY_ITSELF, KILLED
from autograder.conversation import Ending, Worker
from autograder.feedback import Finding
from autograder.gradescope.results import MAX_OUTPUT, as_results
from autograder.mistake import Diagnosis
from autograder.naming.diagnosis import Observation, Scene, recognize
from autograder.outcome import Case, CaseResult, Grade, Outcome
from autograder.student import Answer, WrongAnswer
from autograder.submission import Submission

SCHEMA = json.loads((Path(__file__).resolve().parent.parent / "results.schema.json").read_text(encoding="ascii"))
VALIDATOR = Draft202012Validator(SCHEMA)

FUNCTION = Function("both", ("a", "b"), ("total", "product"), ("double",))
ARGUMENTS = (np.array([1.0, 2.0]), 3.0)
WANT = {"total": np.array([4.0, 5.0]), "product": np.array([3.0, 6.0])}
Part = bytes | memoryview
Reply = Callable[[int], Sequence[Part]]
"""The parts of what is sent in reply to the question of this number."""
PROGRAM = Submission(
    "small.py", "small.py", "def double(z):\n    return z + z\n\ndef both(a, b):\n    return a + b, a * b\n"
)
SWAPPED = Mistake(
    "both.swapped", "both", lambda a, b: (a * b, a + b), "The two results are swapped: total comes first."
)
# The longest permitted message about one failed case; feedback's own messages are far shorter.
MAX_TEXT = 4000
# A refused reply has one of these outcomes; only a case can give a pass.
REFUSED = {
    Outcome.FAILED, Outcome.RAISED, Outcome.MISSING, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.DIED,
}  # fmt: skip
LIMITS = Limits(call_s=30, import_s=30, case_s=60, run_s=60, memory_mib=64)
READY = wire.pack({"outcome": "ready", "protections": {"seccomp": "on"}})

JUDGES: tuple[Callable[[Answer], Any], ...] = (
    lambda answer: answer.must_not_warn(),
    lambda answer: answer.must_not_change_arguments(),
    lambda answer: answer.must_be_finite(),
    lambda answer: answer.must_have_shapes(total=(2,), product=(2,)),
    lambda answer: answer.must_equal(within=absolute(1e-9), **WANT),
)


def case(number: str, *, example: bool) -> Case:
    """Make a case about `both`."""
    title, points = "both: total and product", Decimal("2.5")
    return Case(f"test_both.py::test_{number}", number, title, points, ("both",), "visible", example, "handout, task 1")


CASES = (case("1.1", example=True), case("1.2", example=False))


# ------------------------------------------------------------------------------------- a worker that is none


def converse(*replies: Reply) -> Returned:
    """Return what `Worker` makes of a worker that sends these replies, first to the import and then to a call, and goes
    away.

    Raises:
        CallFailed: as from `Worker`.
    """
    with conversation(*replies) as worker:
        worker.load(PROGRAM, {"double": ("z",)}, stand_in)
        return worker.call(FUNCTION, ARGUMENTS)


@contextlib.contextmanager
def conversation(
    *replies: Reply, limits: Limits = LIMITS, early: bytes = b"", stays: bool = False, pause_s: float = 0.0
) -> Iterator[Worker]:
    """Yield the grader's side of a worker that greets, answers each question with the next of `replies`, and goes away.

    Args:
        early: bytes that it sends before it is asked anything.
        stays: keep the connection open afterward, without sending more.
        pause_s: how long it waits before each part of a reply.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs, _FakeWorker(theirs, replies, early, stays, pause_s):
        # The worker ends by itself, with exit status 0.
        yield Worker(ours, None, lambda dying: Ending(0, BY_ITSELF if dying else KILLED), limits)


def loaded(request: int) -> Sequence[Part]:
    """Return the honest reply to the import of a submission."""
    return [wire.pack({"outcome": "loaded", "request": request})]


def stand_in(_: str, arguments: list[np.ndarray]) -> Sequence[Any]:
    """Double the number by way of lists, as a reference in plain loops does, so that even an empty row costs work."""
    with np.errstate(all="ignore"):
        return [2 * np.array(arguments[0].tolist())]


class _FakeWorker:
    """A fake worker without a program: a thread at the other end of the connection."""

    def __init__(
        self, connection: socket.socket, replies: Sequence[Reply], early: bytes, stays: bool, pause_s: float
    ) -> None:
        self._connection = connection
        self._replies = replies
        self._early = early
        self._stays = stays
        self._pause_s = pause_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live)

    def __enter__(self) -> None:
        self._connection.sendall(READY + self._early)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with contextlib.suppress(OSError):  # the grader may have closed its end long ago
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _live(self) -> None:
        with contextlib.suppress(OSError, wire.Closed):
            for reply in self._replies:
                question, _ = wire.read_blocking(self._connection.recv)
                for part in reply(question["request"]):
                    if self._pause_s and self._over.wait(self._pause_s):
                        return
                    self._connection.sendall(part)
            if not self._stays:
                self._connection.shutdown(socket.SHUT_WR)


# ------------------------------------------------------------------------------------- from a reply to a result


def judged(
    get: Callable[[], Returned], program: Submission = PROGRAM, printed: str = ""
) -> tuple[str, list[CaseResult]]:
    """Return what an answer, or its failure, leads to: a word for statistics, and results of an open and of a hidden
    case.
    """
    try:
        returned = get()
    except CallFailed as failure:
        check_failure(failure)
        told = [_result(one, _failed(one, failure, program, printed)) for one in CASES]
        return _word(failure), told
    check_values(returned)
    results = [_judge(one, judge, returned, program, printed) for one in CASES for judge in JUDGES]
    return f"Returned, and {results[len(JUDGES) - 1].outcome.value}", results


def _word(failure: CallFailed) -> str:
    problem = failure.facts.get("problem", "") if failure.outcome is Outcome.DIED else ""
    return ": ".join(filter(None, [failure.outcome.value, problem]))


def _failed(one: Case, failure: CallFailed, program: Submission, printed: str) -> Finding:
    finding = feedback.failed_call(one, failure, program, FUNCTION if failure.function else None)
    return feedback.with_printed(finding, printed, one)


def _judge(
    one: Case, judge: Callable[[Answer], Any], returned: Returned, program: Submission, printed: str
) -> CaseResult:
    answer = Answer(FUNCTION, ARGUMENTS, returned)
    try:
        judge(answer)
    except WrongAnswer as failure:
        finding = feedback.wrong_answer(one, failure, program, _recognize(failure))
        return _result(one, feedback.with_printed(finding, printed, one))
    return CaseResult(one, Outcome.PASSED, one.points)


def _recognize(failure: WrongAnswer) -> Diagnosis | None:
    answer = failure.answer
    wanted = {FUNCTION.returns.index(name): value for name, value in failure.facts.get("want", {}).items()}
    scene = Scene(FUNCTION.arguments, FUNCTION.returns)
    return recognize([SWAPPED], FUNCTION.name, [Observation(answer.arguments, answer.values)], wanted, scene)


def _result(one: Case, finding: Finding) -> CaseResult:
    return CaseResult(
        one, finding.outcome, Decimal(0), text=finding.text, summary=finding.summary, mistake=finding.mistake
    )


# ------------------------------------------------------------------------------------- what must hold


def check_failure(failure: CallFailed) -> None:
    """Check for a known kind of failure, whose facts are plain, short, and of known types."""
    assert failure.outcome in REFUSED
    for value in failure.facts.values():
        if isinstance(value, list):
            assert len(value) <= 16
            assert all(type(entry) in (str, tuple) for entry in value)
        else:
            assert type(value) in (str, int, float, type(None))
        if type(value) is float:
            assert 0 < value < math.inf
        if type(value) is str:
            assert len(value) <= 500


def check_values(returned: Returned) -> None:
    """Check for exactly float64 arrays, as many as promised, that keep no more memory alive than they show."""
    assert len(returned.values) == len(returned.kinds) == len(FUNCTION.returns)
    assert all(type(kind) is str and len(kind) <= 500 for kind in [*returned.kinds, *returned.warnings])
    assert set(returned.changed) <= set(range(len(ARGUMENTS)))
    arrays = [*returned.values, *returned.changed.values()]
    for array in arrays:
        assert type(array) is np.ndarray
        assert array.dtype == np.float64
        assert array.dtype.isnative
        # The sides of an empty array count too: as rows of a list, they still cost work and memory.
        assert math.prod(max(side, 1) for side in array.shape) <= wire.MAX_ARRAYS_BYTES
    assert sum(array.nbytes for array in arrays) <= wire.MAX_ARRAYS_BYTES


def check_results(results: Iterable[CaseResult]) -> str:
    """Return the text of a results.json with these results, after checking that it is valid, finite, printable, and of
    bounded length.
    """
    grade = Grade("A small assignment", tuple(results))
    text = json.dumps(as_results(grade), ensure_ascii=True, allow_nan=False)
    content = json.loads(text)
    VALIDATOR.validate(content)
    assert len(content["tests"]) == len(grade.results)
    assert math.isfinite(content["score"])
    check_text(content["output"], MAX_OUTPUT)
    for test, result in zip(content["tests"], grade.results):
        assert test["max_score"] == result.case.points
        assert math.isfinite(test["score"])
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] == ("passed" if result.outcome is Outcome.PASSED else "failed")
        check_text(test["output"], MAX_TEXT)
        check_text(result.summary, 200)
        assert "\n" not in result.summary
    return text


def check_text(text: str, most: int) -> None:
    """Check that a text is short and that no character moves the cursor, changes the direction, or is invisible."""
    assert len(text) <= most
    if text.isascii() and text.replace("\n", "").isprintable():
        return
    for char in set(text) - {"\n"}:
        category = unicodedata.category(char)
        assert category[0] != "C", f"{char!r} is {category}"
        assert category not in ("Zl", "Zp"), f"{char!r} ends a line"
