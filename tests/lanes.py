"""Answers about programs that background processes compute while the tests run, each once.

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
    """The answers about these programs, computed in their order.

    Args:
        begin: waited for before the first program; also set as soon as a test waits for an answer.
        done: called in another thread each time a process finds no program left to start.
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
        """Start a process that answers until its standard input is closed.

        It is in its own session, so that Ctrl-C reaches only the tests, which then close it.
        """

    @abc.abstractmethod
    def ask(self, process: "subprocess.Popen[Any]", program: Program) -> Answer:
        """Return the process's answer about one program."""

    def hurry(self, process: "subprocess.Popen[Any]") -> None:
        """Hook, empty by default: nobody needs the answer that the process is working on."""

    def of(self, program: Program) -> Answer:
        """Return the answer about a program, waiting if necessary."""
        self._begin.set()
        future = self._answers[program.folder]
        while not future.done() and len(self._lanes) < (os.cpu_count() or 1) and not self._waiting.empty():
            self._open_lane()
        return future.result()

    def close(self) -> None:
        """Drop the programs not yet started, and stop the processes."""
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
                except BaseException as error:  # re-raised in the waiting test, which would otherwise hang
                    self._answers[program.folder].set_exception(error)
        if self._done is not None:
            self._done()
