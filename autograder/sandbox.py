"""Start the workers in which submissions run: forked by the zygote, or, where there is no fork, new interpreters."""

import contextlib
import functools
import os
import signal
import socket
from collections.abc import Iterator

from .assignment import Limits
from .backend import GraderFault
from .box import shared
from .box.control import ASKED, BY_ITSELF, END, ENDED, KILLED, LAST, REAP, REAP_S, START, STARTED
from .conversation import MAX_PRINTED_BYTES, ZYGOTE_PATIENCE_S, Ending, Worker


class Zygote:
    """Our end of the socket to the process that forks workers."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._control.settimeout(ZYGOTE_PATIENCE_S)
        self._lost = ""
        self._ordered = False
        self._delivered: list[tuple[int, list[int]]] = []

    def order(self, *, last: bool = False) -> None:
        """Ask for the next worker ahead of time, and do not wait for it.

        Args:
            last: whether no further worker will be needed soon, so that the zygote prepares none.
        """
        if self._lost or self._ordered or self._delivered:
            return
        with contextlib.suppress(GraderFault):
            self._tell(LAST if last else START)
        self._ordered = True

    def _tell(self, asked: bytes, pid: int = 0) -> None:
        try:
            self._control.sendall(ASKED.pack(asked, pid))
        except OSError as error:
            raise self._fault(f"the process that starts workers is gone ({error})") from None

    def _receive(self) -> None:
        """Receive the worker that was ordered: its pid and its descriptors."""
        try:
            started, descriptors, _, _ = socket.recv_fds(self._control, STARTED.size, 3)
        except OSError as error:
            raise self._fault(f"the process that starts workers does not answer ({error})") from None
        if len(descriptors) < 2:
            raise self._fault("the process that starts workers has died")
        self._ordered = False
        self._delivered.append((STARTED.unpack(started)[0], descriptors))

    @contextlib.contextmanager
    def worker(self, limits: Limits, *, last: bool = False) -> Iterator[Worker]:
        """Yield a fresh worker; the end of the block kills it and all that it started. `last`: as for `order`."""
        self.order(last=last)
        if self._lost:  # waiting for it in every case would take the whole time of the run
            raise GraderFault(self._lost)
        if not self._delivered:
            self._receive()
        pid, (connection_end, output, *memory) = self._delivered.pop()
        arguments = shared.Arguments(memory[0]) if memory else None
        for descriptor in memory:
            os.close(descriptor)
        with socket.socket(fileno=connection_end) as connection:
            worker = Worker(connection, output, functools.partial(self._end, pid), limits, arguments, pid)
            try:
                yield worker
            finally:
                worker.end()
                os.close(output)

    def _end(self, pid: int, dying: bool) -> Ending:
        self._tell(REAP if dying else END, pid)
        if not dying:
            return Ending(-signal.SIGKILL, KILLED)
        if self._ordered:
            self._receive()
        status, by = ENDED.unpack(self._answer(ENDED.size))
        return Ending(os.waitstatus_to_exitcode(status), by)

    def _answer(self, size: int) -> bytes:
        answer = b""
        while len(answer) < size:
            try:
                part = self._control.recv(size - len(answer))
            except OSError as error:
                raise self._fault(f"the process that starts workers does not answer ({error})") from None
            if not part:
                raise self._fault("the process that starts workers has died")
            answer += part
        return answer

    def _fault(self, sentence: str) -> GraderFault:
        """Give up the zygote, since what it might still send would answer an older request; return the fault."""
        self._lost = sentence
        return GraderFault(sentence)


class FreshInterpreter:
    """A new interpreter for each worker: slower than a fork, but all that Windows offers."""

    def __init__(self, settings: str) -> None:
        self._settings = settings

    def order(self, *, last: bool = False) -> None:
        """Do nothing, unlike `Zygote`: no worker is prepared here."""

    @contextlib.contextmanager
    def worker(self, limits: Limits, *, last: bool = False) -> Iterator[Worker]:  # noqa: ARG002, as `Zygote` has it
        """Yield a fresh worker; the end of the block kills it."""
        # Imported here, because a session with a zygote starts no process by itself.
        import subprocess
        import tempfile

        from .launch import start_interpreter

        ours, theirs = socket.socketpair()
        with tempfile.TemporaryFile() as printed, ours:
            process = start_interpreter("main_alone", theirs, self._settings, printed)
            theirs.close()

            def end(dying: bool) -> Ending:
                if dying:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(REAP_S)
                killed = process.poll() is None
                process.kill()
                ending = Ending(process.wait(ZYGOTE_PATIENCE_S), KILLED if killed else BY_ITSELF)
                printed.seek(0)
                worker.take_output(printed.read(MAX_PRINTED_BYTES))
                return ending

            worker = Worker(ours, None, end, limits)
            try:
                yield worker
            finally:
                worker.end()
