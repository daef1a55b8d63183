"""A process that stays as it was once loaded, and is forked for each submission of a class.

So nothing that one submission leads to, in our own processes either, is there for the next. The other side is
`launch.Template`. Its request `S` carries settings and descriptors, and is answered with the child's pid; `E` ends
that child, which is reaped here and nowhere else, so that its number is nobody else's before.
"""

import os
import signal
import socket
import time

from .control import CHILD_ENDED, END, FORKED, MAX_DESCRIPTORS, REQUEST, START, Request


def wait(control: socket.socket) -> tuple[str, list[int]]:
    """Serve until the other side closes the socket, which ends this process.

    Returns:
        In each child, and only there: its settings, and the descriptors it was given.
    """
    while True:
        head, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, MAX_DESCRIPTORS, socket.MSG_WAITALL)
        if len(head) < REQUEST.size:
            os._exit(0)
        request = Request._make(REQUEST.unpack(head))
        if request.what == START:
            settings = _read(control, request.size)
            pid = os.fork()
            if pid == 0:
                control.close()
                return settings.decode("ascii"), descriptors
            for descriptor in descriptors:
                os.close(descriptor)
            control.sendall(FORKED.pack(pid))
        elif request.what == END:
            _end(request.pid, request.patience_s)
            control.sendall(CHILD_ENDED)


def _read(control: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size:
        part = control.recv(size - len(received))
        if not part:
            os._exit(0)
        received += part
    return bytes(received)


def _end(pid: int, patience_s: float) -> None:
    """Wait so long for a child that has been told to go; then kill it."""
    deadline = time.monotonic() + patience_s
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return
        time.sleep(0.0005)
