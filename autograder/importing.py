"""Import the submission in the worker of each try, and remember how imports fail.

Theory of operation. All cases need the same few imports: as written, and with each set of lent functions. One that has
failed is not tried again. But before it counts as failed, it may be repeated in a new worker: once in all if the
machine may have stalled; or so that what it defines before it raises or hangs is kept, if it completes as written or
with correct functions. While the worker of one case is busy, that of the next may already import.
"""

import contextlib
import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

from .assignment import Assignment, Limits
from .backend import CallFailed, GraderFault
from .conversation import Worker
from .outcome import Outcome
from .sandbox import FreshInterpreter, Zygote
from .submission import Submission

# The next worker imports ahead of its turn only if an import is faster than this: such an import merely defines
# functions, since NumPy is loaded before.
QUICKLY_S = 0.05
# How an import ends that may have defined something before it failed.
RAISING = {Outcome.RAISED, Outcome.OUT_OF_MEMORY}
# An import that hangs is interrupted after this part of its time: by then, a program has defined its functions.
INTERRUPTED = 1 / 4


class Importing:
    """Imports one submission, in a new worker for each try.

    Args:
        answer: returns what a lent function gives for these arguments.
        check_machine: raises GraderFault if the machine is to blame for a failure.
        tell_protections: called with the protections of the workers when they are known and whenever they change.
        ahead: whether a worker may import the submission while the worker of the previous case is still busy.
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
        """Functions lent -> how the import with them failed. A program may need its own functions to be imported, for
        example if they are objects."""
        self._kept: set[tuple[str, ...]] = set()
        """The sets of lent functions with which the import raises, and what it defined before that is graded."""
        self._hangs = False
        """Whether the import hangs with some set of lent functions. With each, it is then interrupted, and what it has
        defined by then is graded."""
        self._was_late = False
        self._ahead = ahead
        self._is_quick = False
        self._begun: tuple[contextlib.ExitStack, Worker] | None = None
        """A worker that imports the submission as written ahead of its turn, and the stack that ends it."""
        self._cases_left = len(assignment.cases)

    def worker(self, stack: contextlib.ExitStack, stand_ins: Sequence[str], limits: Limits) -> Worker:
        """Return a worker that has imported the submission; `stack` ends it.

        Raises:
            CallFailed: the import failed, now or earlier.
            GraderFault: the import failed for a reason that is our fault.
        """
        broken = self.broken(stand_ins)
        if broken is not None:
            raise broken
        while (worker := self._tried(stack, stand_ins, limits)) is None:
            pass
        return worker

    def broken(self, stand_ins: Sequence[str]) -> CallFailed | None:
        """Return why the program cannot be imported with these functions lent, if that is known without another try."""
        for lent, failure in self._broken.items():
            if lent == tuple(stand_ins):
                return failure
            if stand_ins and not self._may_end_otherwise(lent, failure):
                return failure
        return None

    def order_next(self) -> None:
        """Have the worker prepared that `_begin_next` takes during the next case."""
        if self._is_followed_by(2):
            self._workers.order(last=self._cases_left <= 3)

    def case_is_over(self) -> None:
        """Record that a case was reported, whether or not it had a worker."""
        self._cases_left -= 1

    def close(self) -> None:
        """End the worker that was started ahead for a case that did not come."""
        if self._begun is not None:
            self._begun[0].close()

    def _tried(self, stack: contextlib.ExitStack, stand_ins: Sequence[str], limits: Limits) -> Worker | None:
        """Return a worker that has imported the submission; None if it failed and another worker may succeed."""
        with contextlib.ExitStack() as attempt:
            worker, begun = self._take(attempt, stand_ins, limits)
            try:
                self._load(worker, stand_ins, begun=begun)
            except CallFailed as failure:
                self._check_machine(failure)
                attempt.close()  # before another worker takes as much memory
                # All cases depend on the first import, so one that timed out without computing gets another chance: the
                # machine may have stalled for a moment.
                stood_still = failure.outcome is Outcome.TIMED_OUT and "computing" not in failure.facts
                if stood_still and not self._was_late:
                    self._was_late = True
                elif self._may_be_interrupted(stand_ins, failure):
                    self._hangs = True
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
        """Return whether what an import with lent functions defined before it raised may be graded."""
        if not stand_ins or self._keep_after_s(stand_ins):  # kept already, and a worker does not catch everything
            return False
        # An import that completes as written may look at its functions, and refuse any that are not its own.
        return failure.outcome in RAISING and self._completes

    def is_cut_short(self, stand_ins: Sequence[str]) -> bool:
        """Return whether a program that completes as written is graded only as far as it came with these functions."""
        return tuple(stand_ins) in self._kept and () not in self._broken

    def _may_be_interrupted(self, stand_ins: Sequence[str], failure: CallFailed) -> bool:
        """Return whether what an import with lent functions defined before it hung may be graded.

        An import that completes as written may hang only because each call of a lent function has to ask.
        """
        may_hang = bool(stand_ins) and not self._hangs
        return may_hang and failure.outcome is Outcome.TIMED_OUT and self._completes

    def _keep_after_s(self, stand_ins: Sequence[str]) -> float:
        """Return after how many seconds an import is interrupted and graded as far as it came; 0 for never."""
        if stand_ins and self._hangs:
            return INTERRUPTED * self._assignment.limits.import_s
        return self._assignment.limits.import_s if tuple(stand_ins) in self._kept else 0

    @property
    def _completes(self) -> bool:
        """Whether the import completes as written, or else with right functions."""
        return () not in self._broken or self._is_mended_by_right_ones

    @functools.cached_property
    def _is_mended_by_right_ones(self) -> bool:
        """Whether the import completes with correct versions of all functions, or of a single one.

        If so, and it fails as written, a wrong function is the reason: the one under test, or one that is not lent for
        its cases. The attempts run in workers that belong to no case, because a program in such a worker could ask for
        the very answers that it is to give.
        """
        everything, limits = tuple(self._assignment.functions), self._assignment.limits
        as_written = self._broken.get(())
        if as_written is not None and as_written.outcome is Outcome.TIMED_OUT:
            # Every case would have to wait for the import, so it may take no longer than a call.
            limits = limits._replace(import_s=min(limits.import_s, limits.call_s))
        sets = [everything]
        if as_written is not None and as_written.outcome is Outcome.RAISED:
            # A check at the end of a program may hold only for the student's own functions: they return lists instead
            # of arrays, differ in the last digit, or count their calls. It then passes if a correct version replaces
            # the wrong function alone.
            sets += [(name,) for name in everything]
        deadline = time.monotonic() + limits.import_s
        for lent in sets:
            with contextlib.ExitStack() as stack:
                worker, _ = self._take(stack, lent, limits)
                try:
                    self._load(worker, lent, begun=False)
                except CallFailed as failure:
                    # All attempts together take no longer than one import may.
                    limits = limits._replace(import_s=deadline - time.monotonic())
                    if failure.outcome is not Outcome.RAISED or limits.import_s <= 0:
                        return False
                else:
                    return True
        return False

    def _take(self, stack: contextlib.ExitStack, stand_ins: Sequence[str], limits: Limits) -> tuple[Worker, bool]:
        """Return a worker, ended by `stack`, and whether it has been told to import the submission as written."""
        if self._begun is None or stand_ins:
            return stack.enter_context(self._workers.worker(limits, last=self._cases_left <= 1)), False
        (ending, worker), self._begun = self._begun, None
        stack.push(ending)
        worker.limits = limits
        return worker, True

    def _begin_next(self) -> None:
        """Let the worker of the next case import the submission while the worker of this case is busy.

        Only if the import is quick: the time of a call should not depend on what another worker is doing, and two
        workers that need much memory should not run at the same time.
        """
        if self._begun is not None or not self._is_followed_by(1):
            return
        with contextlib.suppress(GraderFault), contextlib.ExitStack() as stack:
            last = self._cases_left <= 2
            worker = stack.enter_context(self._workers.worker(self._assignment.limits, last=last))
            worker.begin_load(self._submission, code=self._code or "")
            self._begun = stack.pop_all(), worker

    def _may_end_otherwise(self, lent: Sequence[str], failure: CallFailed) -> bool:
        """Return whether an import that failed like this may succeed with other functions lent.

        These may be functions that a program calls at its end to test itself, or functions of another file of the
        student's.
        """
        if lent:  # an import that hangs is not tried with each set of functions, unless correct ones are known to help
            return failure.outcome is not Outcome.TIMED_OUT or self._is_mended_by_right_ones
        if self._assignment.imports:
            return True
        return self._code is not None and (failure.outcome is Outcome.RAISED or self._is_mended_by_right_ones)

    def _is_followed_by(self, cases: int) -> bool:
        """Return whether at least this many cases follow the current one, and their workers may start early."""
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
            keep_after_s = self._keep_after_s(stand_ins)
            worker.load(self._to_load(lent), lent, self._answer, self._code, keep_after_s=keep_after_s)
            self._is_quick = time.monotonic() - began < QUICKLY_S
        finally:
            if worker.protections and worker.protections != self._protections:
                self._protections = worker.protections
                self._tell_protections(worker.protections)

    def _to_load(self, lent: dict[str, tuple[str, ...]]) -> Submission:
        """Return the submission to load.

        If its import as written failed without raising (it hung, or ended the process), the student's other files are
        emptied, so that they hold only what is lent: if one of them is to blame, it has already cost its points. If the
        import raised, the worker keeps what the other file had defined.
        """
        failure = self._broken.get(())
        if not lent or failure is None or failure.outcome is Outcome.RAISED:
            return self._submission
        return self._submission._replace(companions=dict.fromkeys(self._submission.companions, ""))
