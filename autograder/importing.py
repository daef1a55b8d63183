"""The submission in the worker of each try, and what is known of an import that fails."""

import contextlib
import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

from .assignment import Assignment, Limits
from .backend import CallFailed, GraderFault
from .outcome import Outcome
from .sandbox import FreshInterpreter, Worker, Zygote
from .submission import Submission

# What an import may take for the next to be begun before its turn: NumPy is there already, and functions are defined.
QUICKLY_S = 0.05
# How an import ends that may have defined something before.
RAISING = {Outcome.RAISED, Outcome.OUT_OF_MEMORY}


class Importing:
    """Imports one submission for one try after another.

    Args:
        answer: what a function that is lent gives for these arguments.
        check_machine: raises GraderFault where the machine is to blame for a failure.
        tell_protections: hears which protections workers have, when that is known and whenever it changes.
        ahead: whether a worker may import the submission while that of the case before works.
    """

    def __init__(
        self,
        assignment: Assignment,
        submission: Submission,
        workers: Zygote | FreshInterpreter,
        *,
        answer: Callable[[str, list[Any]], Sequence[Any]],
        check_machine: Callable[[CallFailed], None],
        tell_protections: Callable[[dict[str, str]], None],
        ahead: bool,
    ) -> None:
        self._assignment = assignment
        self._submission = submission
        self._workers = workers
        self._answer = answer
        self._check_machine = check_machine
        self._tell_protections = tell_protections
        self._protections: dict[str, str] = {}
        self._code: str | None = None
        self._broken: dict[tuple[str, ...], CallFailed] = {}
        """By what was lent: a program may need its own functions to be imported, as one of objects does."""
        self._kept: set[tuple[str, ...]] = set()
        """What was lent where an import raises, and what it had defined until then is graded."""
        self._was_late = False
        self._ahead = ahead
        self._is_quick = False
        self._begun: tuple[contextlib.ExitStack, Worker] | None = None
        """A worker that imports the submission as it is written, and what ends it."""
        self._cases_left = len(assignment.cases)

    def worker(self, stack: contextlib.ExitStack, stand_ins: Sequence[str], limits: Limits) -> Worker:
        """A worker, ended with `stack`, that has imported the submission.

        Raises:
            CallFailed: the import failed, now or before.
            GraderFault: for a reason that is ours.
        """
        broken = self.broken(stand_ins)
        if broken is not None:
            raise broken
        while (worker := self._tried(stack, stand_ins, limits)) is None:
            pass
        return worker

    def broken(self, stand_ins: Sequence[str]) -> CallFailed | None:
        """Why the program cannot be imported with these functions lent, as far as is known without another try."""
        for lent, failure in self._broken.items():
            if lent == tuple(stand_ins):
                return failure
            if stand_ins and not self._may_end_otherwise(lent, failure):
                return failure
        return None

    def order_next(self) -> None:
        """Have the worker made ready that is taken when that of the next case works."""
        if self._is_followed_by(2):
            self._workers.order(last=self._cases_left <= 3)

    def case_is_over(self) -> None:
        """A case was reported, whether it had a worker or not."""
        self._cases_left -= 1

    def close(self) -> None:
        """End the worker that was begun for a case which did not come."""
        if self._begun is not None:
            self._begun[0].close()

    def _tried(self, stack: contextlib.ExitStack, stand_ins: Sequence[str], limits: Limits) -> Worker | None:
        """A worker that has imported the submission; None if it failed to and another may not."""
        with contextlib.ExitStack() as attempt:
            worker, begun = self._take(attempt, stand_ins, limits)
            try:
                self._load(worker, stand_ins, begun=begun)
            except CallFailed as failure:
                self._check_machine(failure)
                attempt.close()  # before another worker takes as much memory
                # All cases hang on the first import: a machine that stood still for a moment gets another chance.
                stood_still = failure.outcome is Outcome.TIMED_OUT and "computing" not in failure.facts
                if stood_still and not self._was_late:
                    self._was_late = True
                elif self._may_be_kept(stand_ins, failure):
                    self._kept.add(tuple(stand_ins))
                else:
                    lent = bool(stand_ins) and () in self._broken
                    failure.facts["mended"] = lent and self._is_mended_by_right_ones
                    self._broken[tuple(stand_ins)] = failure
                    raise
                return None
            stack.push(attempt.pop_all())
        worker.meanwhile = self._begin_next
        return worker

    def _may_be_kept(self, stand_ins: Sequence[str], failure: CallFailed) -> bool:
        """Whether what an import with functions lent has defined until it raised may be graded."""
        tried = not stand_ins or tuple(stand_ins) in self._kept  # a program may raise what is not caught
        return not tried and failure.outcome in RAISING and self._is_mended_by_right_ones

    @functools.cached_property
    def _is_mended_by_right_ones(self) -> bool:
        """Whether the import comes to its end with a right one in the place of every function, or of a single one.

        If it does not as written, that is then for a wrong one, be it the very one whose case it is or one that is not
        lent for it. Tried in workers that no case has: they could ask there for what they are to answer.
        """
        everything, limits = tuple(self._assignment.functions), self._assignment.limits
        as_written = self._broken.get(())
        if as_written is not None and as_written.outcome is Outcome.TIMED_OUT:
            # An import that takes as long as a call may is none to be waited for in every case.
            limits = limits._replace(import_s=min(limits.import_s, limits.call_s))
        sets = [everything]
        if as_written is not None and as_written.outcome is Outcome.RAISED:
            # A check may hold only of the student's own: lists instead of arrays, the last digit, how often it ran.
            # Then a right one for the wrong function alone lets them pass.
            sets += [(name,) for name in everything]
        deadline = time.monotonic() + limits.import_s
        for lent in sets:
            with contextlib.ExitStack() as stack:
                worker, _ = self._take(stack, lent, limits)
                try:
                    self._load(worker, lent, begun=False)
                except CallFailed as failure:
                    # All of them take no longer than one import may.
                    limits = limits._replace(import_s=deadline - time.monotonic())
                    if failure.outcome is not Outcome.RAISED or limits.import_s <= 0:
                        return False
                else:
                    return True
        return False

    def _take(self, stack: contextlib.ExitStack, stand_ins: Sequence[str], limits: Limits) -> tuple[Worker, bool]:
        """A worker, ended with `stack`, and whether it has been told to import the submission as it is written."""
        if self._begun is None or stand_ins:
            return stack.enter_context(self._workers.worker(limits, last=self._cases_left <= 1)), False
        (ending, worker), self._begun = self._begun, None
        stack.push(ending)
        worker.limits = limits
        return worker, True

    def _begin_next(self) -> None:
        """Let the worker of the next case import the submission while that of this case works.

        Only where that is quickly done: how long a call takes should not depend on what another worker is at, nor
        should two that need much memory meet.
        """
        if self._begun is not None or not self._is_followed_by(1):
            return
        with contextlib.suppress(GraderFault), contextlib.ExitStack() as stack:
            last = self._cases_left <= 2
            worker = stack.enter_context(self._workers.worker(self._assignment.limits, last=last))
            worker.begin_load(self._submission, code=self._code or "")
            self._begun = stack.pop_all(), worker

    def _may_end_otherwise(self, lent: Sequence[str], failure: CallFailed) -> bool:
        """Whether an import that came to such an end may come to a better one with other functions lent: those that it
        calls, at the end of a program that tries itself, or those of another file of the student's.
        """
        if lent:  # one that hangs is not waited for with each set of functions, unless they are known to mend it
            return failure.outcome is not Outcome.TIMED_OUT or self._is_mended_by_right_ones
        if self._assignment.imports:
            return True
        return self._code is not None and (failure.outcome is Outcome.RAISED or self._is_mended_by_right_ones)

    def _is_followed_by(self, cases: int) -> bool:
        """Whether so many cases follow this one, whose workers may begin before their turn."""
        return self._ahead and self._is_quick and self._cases_left > cases

    def _load(self, worker: Worker, stand_ins: Sequence[str], *, begun: bool) -> None:
        try:
            if begun:
                worker.finish_load()
                return
            functions = self._assignment.functions
            if self._code is None:
                self._code = worker.compile(self._submission)
            lent = {name: functions[name].arguments for name in stand_ins}
            began = time.monotonic()
            keep = tuple(stand_ins) in self._kept
            worker.load(self._to_load(lent), lent, self._answer, self._code, keep=keep)
            self._is_quick = time.monotonic() - began < QUICKLY_S
        finally:
            if worker.protections and worker.protections != self._protections:
                self._protections = worker.protections
                self._tell_protections(worker.protections)

    def _to_load(self, lent: dict[str, tuple[str, ...]]) -> Submission:
        """The submission; what it imports of the student's holds only what is lent, once its import has come to no end.

        Whether it hung or ended the process: if the other file is to blame, it has cost its points already. Where it
        raised, the worker keeps what the other file had defined.
        """
        failure = self._broken.get(())
        if not lent or failure is None or failure.outcome is Outcome.RAISED:
            return self._submission
        return self._submission._replace(companions=dict.fromkeys(self._submission.companions, ""))
