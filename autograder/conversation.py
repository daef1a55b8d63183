"""The grader's side of a worker: what it is asked, how long it may take, and how each way to die becomes an outcome.

Nothing that comes from a worker is believed: a reply is checked for its words, types, counts and shapes before a case
sees it, and only a complete reply counts, never an exit status.
"""

import contextlib
import functools
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from . import answering
from .assignment import COMPUTING, Function, Limits
from .backend import CallFailed, GraderFault, Returned, failure, returned
from .box import shared, wire
from .box.call import MAX_ENTRIES
from .box.control import BY_ITSELF, KILLED, LARGE, OVERFULL
from .outcome import Outcome
from .submission import Submission

MAX_PRINTED_BYTES = 4000
# How long the zygote, which is ours, may take for a fork or a reaping before we call it dead.
ZYGOTE_PATIENCE_S = 20.0
# How soon we notice that a program has used up its processor time; a shorter wait for a processor earns no more time.
LOOK_S = 0.01
# A worker cannot send a signal, not even to itself: these come from the kernel, a machine that shuts down, or a person.
SENT_FROM_OUTSIDE = {"SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2"}


class Ending(NamedTuple):
    """How a worker ended."""

    code: int
    """Exit status; minus the number of the signal, if it was one."""
    by: int = BY_ITSELF
    """BY_ITSELF; KILLED: we had to kill it; OVERFULL: it had filled its folder; LARGE: a signal ended it when it had
    taken most of the memory that it may use."""


class Clock:
    """The processor time and the waiting time of a process in seconds, as the kernel counts them.

    Raises:
        OSError: this kernel does not count processor time; not every sandbox that calls itself Linux does.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._id = ~pid << 3 | 2  # as clock_getcpuclockid(3) makes it
        self._computed_s = time.clock_gettime(self._id)

    def computed_s(self) -> float:
        """Return the processor time that the process has used."""
        with contextlib.suppress(OSError):  # the process is gone, which its connection reports
            self._computed_s = time.clock_gettime(self._id)
        return self._computed_s

    def waited_s(self) -> float:
        """Return how long it was ready to run without a processor: others were running, or its share was used up."""
        try:
            with open(f"/proc/{self._pid}/schedstat", encoding="ascii") as counts:
                return int(counts.read().split()[1]) / 1e9
        except (OSError, IndexError):  # a kernel that does not count this, or no /proc
            return 0.0


def clock_of(pid: int) -> Clock | None:
    """Return the clock of a process; None if the system has none."""
    try:
        return Clock(pid) if sys.platform == "linux" else None
    except OSError:
        return None


class Worker:
    """One case's conversation with one worker. It implements `Backend` once a submission is loaded.

    Args:
        end: ends the process, and says how it ended; its argument is that of the method `end`.
        pid: the process whose processor time counts; if None, only wall-clock time does.
    """

    def __init__(
        self,
        connection: socket.socket,
        output: int | None,
        end: Callable[[bool], Ending],
        limits: Limits,
        arguments: shared.Arguments | None = None,
        pid: int | None = None,
    ) -> None:
        self._arguments = arguments
        self._clock = None if pid is None else clock_of(pid)
        self._began_s = 0.0
        """The processor time that it had used when its last request was sent."""
        self._deadline = 0.0
        self._given_s = 0.0
        """How much time it got beyond its limits, because it or its answers had to wait for a processor."""
        self._own: tuple[Clock, float] | None = None
        """This process's clock, and how long it had waited before the first question."""
        self._connection = connection
        self._received = bytearray()
        self._output = output
        self._end = end
        self.spent_s = 0.0
        """How long its calls have taken. What a case does between them is not charged to the program."""
        self._request = 0
        self._greeted = False
        self._printed = bytearray()
        self._printed_bytes = 0
        self._answer: Callable[[str, list[np.ndarray]], Sequence[Any]] | None = None
        self._stand_ins: Mapping[str, Sequence[str]] = {}
        self.limits = limits
        """The limits of the case that it is for."""
        self.meanwhile: Callable[[], None] | None = None
        """Called once, while the worker is busy with a request."""
        self.ending: Ending | None = None
        self.protections: dict[str, str] = {}
        """Layer -> "on", or why it is missing."""

    @property
    def printed(self) -> str:
        """What the submission printed, cut to a limit; the text is the student's, so do not trust it."""
        text = bytes(self._printed).decode("utf-8", "replace")
        more = self._printed_bytes - len(self._printed)
        return text + (f"\n... and {more} more bytes" if more > 0 else "")

    def take_output(self, part: bytes) -> None:
        """Keep the beginning of what is printed, and count the rest."""
        self._printed_bytes += len(part)
        self._printed += part[: MAX_PRINTED_BYTES - len(self._printed)]

    def compile(self, submission: Submission) -> str:
        """Compile the submission inside the worker, before anything of it runs.

        Returns:
            The compiled code, which spares other workers the work in their `load`. The grader never looks into it.

        Raises:
            CallFailed: the text is not valid Python.
            GraderFault: the worker never came up.
        """
        self._greet()
        head = {"do": "compile", "file": submission.file, "text": submission.text}
        reply, _ = self._ask(head, (), "", self.limits.import_s)
        code = reply.get("code")
        if reply.get("outcome") != "compiled" or type(code) is not str:
            raise failure(reply, "")
        return code

    def load(
        self,
        submission: Submission,
        stand_ins: Mapping[str, Sequence[str]] = MappingProxyType({}),
        answer: Callable[[str, list[np.ndarray]], Sequence[Any]] | None = None,
        code: str = "",
        *,
        keep_after_s: float = 0,
    ) -> None:
        """Import the submission inside the worker.

        Args:
            code: what `compile` returned, in this worker or in another.
            keep_after_s: if not 0, go on with what the import has defined if it raises or takes longer than this.
            stand_ins: functions that `answer` answers, on our side, in place of the submission's, and for each the
                names of the arguments that the contract gives it.

        Raises:
            CallFailed: the import raised, hung or ended the process.
            GraderFault: the worker never came up.
        """
        self.begin_load(submission, stand_ins, answer, code, keep_after_s=keep_after_s)
        self.finish_load()

    def begin_load(
        self,
        submission: Submission,
        stand_ins: Mapping[str, Sequence[str]] = MappingProxyType({}),
        answer: Callable[[str, list[np.ndarray]], Sequence[Any]] | None = None,
        code: str = "",
        *,
        keep_after_s: float = 0,
    ) -> None:
        """Ask for the import, and do not wait for it: `finish_load` does, and raises if anything went wrong."""
        self._answer = answer
        self._stand_ins = stand_ins
        head = {
            "do": "load",
            "file": submission.file,
            "text": submission.text,
            "stand_ins": dict(stand_ins),
            "companions": submission.companions,
            "code": code,
            "keep_after_s": keep_after_s,
        }
        # Sending fails if the worker has died. `finish_load` asks for its answer all the same, and then reports that.
        with contextlib.suppress(CallFailed, GraderFault):
            self._put(head, (), "", self.limits.import_s)

    def finish_load(self) -> None:
        """Wait for the import, whose time limit starts now.

        Raises:
            CallFailed, GraderFault: as for `load`.
        """
        self._greet()
        reply, _ = self._reply("", self.limits.import_s)
        if reply.get("outcome") != "loaded":
            raise failure(reply, "")

    def _greet(self) -> None:
        """Wait, once, for the message that the worker is in its box."""
        if self._greeted:
            return
        self._greeted = True
        self._deadline = time.monotonic() + ZYGOTE_PATIENCE_S
        greeting, _ = self._receive("", ZYGOTE_PATIENCE_S, ours=True)
        if greeting.get("outcome") != "ready":
            raise GraderFault(f"the worker refused to start: {str(greeting.get('message'))[:300]}")
        self.protections = {str(key): str(value) for key, value in greeting.get("protections", {}).items()}

    def call(self, function: Function, arguments: Sequence[Any]) -> Returned:
        """Call one function of the submission, within the limits for a call and for the case.

        Raises:
            CallFailed: no usable answer.
        """
        arrays = [np.asarray(argument, dtype=float) for argument in arguments]
        places = self._arguments.lay_out(arrays) if self._arguments is not None else None
        head = {
            "do": "call",
            "function": function.name,
            "returns": len(function.returns),
            "scalars": [i for i, argument in enumerate(arguments) if isinstance(argument, (int, float))],
            "whole": function.whole,
            "places": places,
        }
        limit_s = min(self.limits.call_s, self.limits.case_s - self.spent_s)
        began = time.monotonic() - self._given_s
        try:
            reply, values = self._ask(head, arrays if places is None else (), function.name, limit_s)
        finally:
            self.spent_s += max(0.0, time.monotonic() - self._given_s - began)
        if any(value.size > MAX_ENTRIES for value in values):
            # Our own code in the worker never sends more, but a program can write to the connection itself. We would
            # keep such answers, 16 MiB for each call, until the kernel kills us and the fault is ours.
            raise CallFailed(Outcome.DIED, function.name, problem="its answer makes no sense")
        answer = returned(reply, values, function)
        if places is not None and self._arguments is not None:
            # The shared memory tells what has changed, whatever the worker says. Only whole-number arguments have to be
            # taken from its reply: it had a copy of those.
            said = {i: content for i, content in answer.changed.items() if i in function.whole}
            answer.changed = {**said, **self._arguments.changed()}
        return answer

    def end(self, dying: bool = False) -> Ending:
        """Kill the worker, unless it has ended, and read the rest of what it printed.

        `dying`: it closed its connection, which we notice a moment before the process has ended; to kill it at once
        would hide how it died.
        """
        if self.ending is None:
            self.ending = self._end(dying)
            if self._output is not None:
                os.set_blocking(self._output, False)
                with contextlib.suppress(BlockingIOError):
                    self.take_output(os.read(self._output, wire.CHUNK_BYTES))
        return self.ending

    def _ask(
        self, head: dict[str, Any], arrays: Sequence[np.ndarray], function: str, limit_s: float
    ) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Send one request and wait for its reply."""
        self._put(head, arrays, function, limit_s)
        if self.meanwhile is not None:  # the worker's own time starts after that, since we may have to wait for others
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return self._reply(function, limit_s)

    def _put(self, head: dict[str, Any], arrays: Sequence[np.ndarray], function: str, limit_s: float) -> None:
        """Send one request."""
        # Not a count: a reply that a program sends before the request must not be able to know its number.
        self._request = int.from_bytes(os.urandom(6), "little")
        self._began_s = 0.0 if self._clock is None else self._clock.computed_s()
        self._deadline = time.monotonic() + limit_s
        self._send({**head, "request": self._request}, arrays, function, limit_s)

    def _reply(self, function: str, limit_s: float) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Wait for the reply to the last request, answering for stand-ins in between."""
        self._deadline = time.monotonic() + limit_s
        while True:
            reply, values = self._receive(function, limit_s)
            if reply.get("request") != self._request:
                raise CallFailed(Outcome.DIED, function, problem="it answered a question that was not asked")
            if reply.get("outcome") != "asks":
                return reply, values
            if self._own is None and (own := clock_of(os.getpid())) is not None:
                self._own = own, own.waited_s()
            self._send(*answering.reply(reply, values, self._stand_ins, self._answer), function, limit_s)

    def _send(self, head: dict[str, Any], arrays: Sequence[np.ndarray], function: str, limit_s: float) -> None:
        # Its time may be used up by its own questions, of which it may ask a hundred at once.
        while (left_s := self._deadline - time.monotonic()) <= 0:
            if not self._give_more():
                raise self._late(function, limit_s)
        try:
            self._connection.settimeout(left_s)
            self._connection.sendall(wire.pack(head, arrays))
        except TimeoutError:
            raise self._late(function, limit_s) from None
        except OSError:
            raise self._death(function) from None

    def _receive(self, function: str, limit_s: float, ours: bool = False) -> tuple[dict[str, Any], list[np.ndarray]]:
        left_s = None if ours or self._clock is None else functools.partial(self._left_s, self._clock, function)
        try:
            while True:
                with contextlib.suppress(wire.Late):
                    return wire.receive(
                        self._connection, self._deadline, self._received,
                        left_s=left_s, output=self._output, on_output=self._take_output_or_stop,
                    )  # fmt: skip
                if ours:
                    raise GraderFault(f"a worker was not ready after {limit_s:g} s")
                if left_s is not None and not left_s():
                    raise CallFailed(Outcome.TIMED_OUT, function, limit_s=self._whole_s(function), computing=True)
                if not self._give_more():
                    raise self._late(function, limit_s)
        except wire.Closed:
            death = self._death(function)
            if ours:
                why = " | ".join(self.printed.split("\n")[-4:])
                raise GraderFault(f"a worker died before it was given anything ({death}): {why}") from None
            raise death from None
        except wire.ProtocolError as error:
            raise CallFailed(Outcome.DIED, function, problem=f"it broke off the conversation: {error}") from None

    def _give_more(self) -> bool:
        """Extend the last deadline by the time that this worker waited for a processor; return whether it gained any.

        The time that it waited while it was created counts, too; and once it has asked a question, so does the time
        that we waited ourselves. So no program is too slow because the machine is busy.
        """
        waited_s = 0.0 if self._clock is None else self._clock.waited_s()
        if self._own is not None:
            own, before_s = self._own
            waited_s += own.waited_s() - before_s
        more_s = max(0.0, waited_s - self._given_s)
        self._deadline += more_s
        self._given_s += more_s
        return more_s > LOOK_S

    def _left_s(self, clock: Clock, function: str) -> float:
        """Return how soon it can use up its processor time for a request; 0 once it has."""
        left_s = COMPUTING * self._whole_s(function) - (clock.computed_s() - self._began_s)
        return max(left_s, LOOK_S) if left_s > 0 else 0.0

    def _whole_s(self, function: str) -> float:
        return self.limits.call_s if function else self.limits.import_s

    def _take_output_or_stop(self, part: bytes) -> None:
        if not part:
            self._output = None
        self.take_output(part)

    def _late(self, function: str, limit_s: float) -> CallFailed:
        """Return the failure of a worker that is too slow.

        It names `limit_s` if that is the limit of a call or of the import, and not the time that a case had left.
        """
        named = limit_s in (self.limits.call_s, self.limits.import_s)
        return CallFailed(Outcome.TIMED_OUT, function, limit_s=limit_s if named else None)

    def _death(self, function: str) -> Exception:
        """Return the failure of a worker that closed its connection; its wait status tells how it ended."""
        ending = self.end(dying=True)
        if ending.by == OVERFULL:
            return CallFailed(Outcome.DIED, function, problem="it filled its temporary folder and was stopped")
        if ending.by == KILLED:
            return CallFailed(Outcome.DIED, function, problem="it closed its connection to the grader")
        if ending.code >= 0:
            return CallFailed(Outcome.DIED, function, problem="it ended its own process", status=ending.code)
        number = -ending.code
        if number == getattr(signal, "SIGXCPU", None):
            return self._late(function, 0)
        name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
        if name in SENT_FROM_OUTSIDE and self.protections.get("seccomp", "on") == "on":
            # Not a fault of ours: otherwise, a program could choose to cause one on a machine with little memory.
            if name == "SIGKILL" and ending.by == LARGE:
                return CallFailed(Outcome.DIED, function, problem="it took more memory than there is, and was stopped")
            return GraderFault(f"a worker was killed from outside by {name} (no memory left, a shutdown, or by hand)")
        return CallFailed(Outcome.DIED, function, problem=f"its process was ended by {name}")
