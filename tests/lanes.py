"""Answers about programs, worked out beside the tests by processes of their own, each once.

One program at a time while the tests need the other processors, and as many as there are processors once a test waits.
"""

import abc
import concurrent.futures
import contextlib
import os
import queue
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from . import processes
from .bank import Program

if TYPE_CHECKING:
    import subprocess

Answer = TypeVar("Answer")


class Lanes(abc.ABC, Generic[Answer]):
    """The answers about these programs, which are begun in their order.

    Args:
        begin: waited for before the first is begun; set here, too, as soon as a test waits for an answer.
        done: called, in another thread, when the last is begun or done.
    """

    def __init__(
        self, programs: Iterable[Program], begin: threading.Event | None = None, done: Callable[[], None] | None = None
    ) -> None:
        programs = list(programs)
        self._begin, self._done = begin or threading.Event(), done
        self._answers = {program.folder: concurrent.futures.Future[Answer]() for program in programs}
        self._waiting: queue.SimpleQueue[Program] = queue.SimpleQueue()
        for program in programs:
            self._waiting.put(program)
        self._lanes: list[tuple[subprocess.Popen[Any], threading.Thread]] = []
        if begin is None:
            self._begin.set()
        self._open_lane()

    @abc.abstractmethod
    def start(self) -> "subprocess.Popen[Any]":
        """A process that answers until its standard input is closed; in a session of its own, as Ctrl-C is for the
        tests, which then close this.
        """

    @abc.abstractmethod
    def ask(self, process: "subprocess.Popen[Any]", program: Program) -> Answer:
        """What it answers about one program."""

    def hurry(self, process: "subprocess.Popen[Any]") -> None:
        """Nobody waits for what it is at."""

    def of(self, program: Program) -> Answer:
        """The answer about one of them, waited for if need be."""
        self._begin.set()
        future = self._answers[program.folder]
        while not future.done() and len(self._lanes) < (os.cpu_count() or 1) and not self._waiting.empty():
            self._open_lane()
        return future.result()

    def close(self) -> None:
        """Stop what nobody waits for any more."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        self._begin.set()
        for process, thread in self._lanes:
            self.hurry(process)
            thread.join()
            with process, contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            processes.APART.discard(process.pid)

    def _open_lane(self) -> None:
        process = self.start()
        processes.APART.add(process.pid)
        thread = threading.Thread(target=self._fill, args=(process,))
        thread.start()
        self._lanes.append((process, thread))

    def _fill(self, process: "subprocess.Popen[Any]") -> None:
        self._begin.wait()
        with contextlib.suppress(queue.Empty):
            while True:
                program = self._waiting.get_nowait()
                try:
                    self._answers[program.folder].set_result(self.ask(process, program))
                except BaseException as error:  # a test waits, whatever it is
                    self._answers[program.folder].set_exception(error)
        if self._done is not None:
            self._done()
