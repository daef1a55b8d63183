"""Which of your functions is running, since when, and at which line: a loop without an end has no other way to tell."""

import contextlib
import sys
import threading
import time
from pathlib import Path

from . import HOME
from .console import say
from .functions import Network

FILE = HOME / "neural_network.py"
PATIENCE_S = 10.0  # before somebody who waits at a console is told


class WatchedNetwork(Network):
    """The four functions; anybody can see which one is running, and since when."""

    doing = None  # (name, since)

    def call(self, name, *arguments):
        """Call one of the functions."""
        with self.busy(name):
            return super().call(name, *arguments)

    @contextlib.contextmanager
    def busy(self, name):
        """Let others see what is being done."""
        self.doing = (name, time.monotonic())
        try:
            yield
        finally:
            self.doing = None


def line_of(thread):
    """The innermost line of neural_network.py at which a thread, known by its number, is now; or None."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - there is no other way to ask
    while frame is not None and Path(frame.f_code.co_filename).name != FILE.name:
        frame = frame.f_back
    return frame.f_lineno if frame else None


@contextlib.contextmanager
def patience(network):
    """Say so, once, when a call of this thread has not returned for a while."""
    over, thread = threading.Event(), threading.get_ident()

    def wait():
        while not over.wait(PATIENCE_S / 10):
            doing = network.doing
            if doing and time.monotonic() - doing[1] > PATIENCE_S:
                line = line_of(thread)
                where = f"; it is at line {line} of {FILE.name}" if line else ""
                say(
                    "",
                    f"{doing[0]} has not returned for {PATIENCE_S:g} s{where}. If that is a loop without an end, press "
                    "Ctrl-C.",
                    to=sys.stderr,
                )
                return

    threading.Thread(target=wait, daemon=True).start()
    try:
        yield
    finally:
        over.set()
