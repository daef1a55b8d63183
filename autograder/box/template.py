"""A process that loads everything once, stays as it is, and is forked for each submission of a class.

So nothing that one submission causes, even in our own processes, is there for the next. The other side is
`batch.station.Template`. Its request `S` carries settings and descriptors, and is answered with the child's pid; `E`
ends that child. Only this process reaps it, so that its pid cannot be reused before.
"""

import os
import signal
import socket
import time
from typing import NoReturn

from .control import CHILD_ENDED, END, MAX_DESCRIPTORS, REQUEST, START, STARTED


def wait(control: socket.socket, *, take_along: bool = False) -> tuple[str, list[int]]:
    """Fork a child for each request, until the other side closes the socket, which ends this process.

    Args:
        take_along: whether children that still run are then killed at once; without it, they end by themselves.

    Returns:
        Only in each child: its settings, and the descriptors that it was given.
    """
    alive: set[int] = set()
    while True:
        try:
            head, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, MAX_DESCRIPTORS, socket.MSG_WAITALL)
        except ConnectionError:  # the other side was killed before it had read our last answer
            _leave(alive)
        if len(head) < REQUEST.size:
            _leave(alive)
        asked, size, pid, patience_s = REQUEST.unpack(head)
        if asked == START:
            settings = _read(control, size)
            if settings is None:
                _leave(alive)
            pid = os.fork()
            if pid == 0:
                control.close()
                return settings.decode("ascii"), descriptors
            for descriptor in descriptors:
                os.close(descriptor)
            if take_along:
                alive.add(pid)
            _answer(control, STARTED.pack(pid), alive)
        elif asked == END:
            _end(pid, patience_s)
            alive.discard(pid)
            _answer(control, CHILD_ENDED, alive)


def _read(control: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:  # not MSG_WAITALL, which a stop and a continuation of this process would cut short
        part = control.recv(size - len(received))
        if not part:
            return None
        received += part
    return bytes(received)


def _answer(control: socket.socket, answer: bytes, children: set[int]) -> None:
    try:
        control.sendall(answer)
    except OSError:
        _leave(children)


def _leave(children: set[int]) -> NoReturn:
    """Kill the children and end this process: the other side is gone."""
    for pid in children:
        os.kill(pid, signal.SIGKILL)  # not reaped yet, so the pid cannot have been reused
    os._exit(0)


def _end(pid: int, patience_s: float) -> None:
    """Wait up to `patience_s` for a child that has been told to end; then kill it. Reap it either way."""
    deadline = time.monotonic() + patience_s
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return
        time.sleep(0.0005)
