"""A process that stays as it was once loaded, and is forked for each submission of a class.

So nothing that one submission leads to, in our own processes either, is there for the next. The other side is
`batch.station.Template`. Its request `S` carries settings and descriptors, and is answered with the child's pid; `E`
ends that child, which is reaped here and nowhere else, so that its number is nobody else's before.
"""

import os
import signal
import socket
import time
from typing import NamedTuple, NoReturn

from .control import CHILD_ENDED, END, FORKED, MAX_DESCRIPTORS, REQUEST, START


class Request(NamedTuple):
    """REQUEST, unpacked."""

    what: bytes
    size: int
    pid: int
    patience_s: float


def wait(control: socket.socket, *, take_along: bool = False) -> tuple[str, list[int]]:
    """Serve until the other side closes the socket, which ends this process.

    Args:
        take_along: whether children that are still there end with it, at once; others see to that themselves.

    Returns:
        In each child, and only there: its settings, and the descriptors it was given.
    """
    alive: set[int] = set()
    while True:
        try:
            head, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, MAX_DESCRIPTORS, socket.MSG_WAITALL)
        except ConnectionError:  # it was killed before it had read our last answer
            _leave(alive)
        if len(head) < REQUEST.size:
            _leave(alive)
        request = Request._make(REQUEST.unpack(head))
        if request.what == START:
            settings = _read(control, request.size)
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
            _answer(control, FORKED.pack(pid), alive)
        elif request.what == END:
            _end(request.pid, request.patience_s)
            alive.discard(request.pid)
            _answer(control, CHILD_ENDED, alive)


def _read(control: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
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
    """Nobody is there any more to grade for."""
    for pid in children:
        os.kill(pid, signal.SIGKILL)  # not reaped yet, so its number is nobody else's
    os._exit(0)


def _end(pid: int, patience_s: float) -> None:
    """Wait so long for a child that has been told to go; then kill it."""
    deadline = time.monotonic() + patience_s
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return
        time.sleep(0.0005)
