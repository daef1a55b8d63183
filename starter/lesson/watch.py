"""Which of your functions is running, since when, and at which line: a loop without an end has no other way to tell."""

import contextlib
import sys
import threading
import time

from .console import say
from .functions import ManyOutputs, Network, check_all_written, file_of, load_functions

PATIENCE_S = 10.0  # before somebody who waits at a console is told


class WatchedNetwork(Network):
    """The functions of a network; anybody can see which one is running, and since when."""

    doing = None  # (name, since)

    def __init__(self):
        """Without functions: `load` reads them."""
        super().__init__(None)

    def load(self):
        """Read the student's file, and before it what it imports. It runs while it is read: that may take for ever."""
        for file in self.FILES:
            with self.busy(file):
                self.functions = load_functions(file)

    def load_all_written(self, without=()):
        """Do that, and raise Stop unless every function that is needed has been written."""
        self.load()
        check_all_written(self, without)

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


class WatchedManyOutputs(WatchedNetwork, ManyOutputs):
    """The same for the functions of a network with several outputs."""


def place_in(thread):
    """The innermost line of a student's file at which a thread, known by its number, is now: its file and number."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - there is no other way to ask
    while frame is not None and file_of(frame) is None:
        frame = frame.f_back
    return (file_of(frame), frame.f_lineno) if frame else (None, None)


@contextlib.contextmanager
def patience(network):
    """Say so, once, when a call of this thread has not returned for a while."""
    over, thread = threading.Event(), threading.get_ident()

    def wait():
        while not over.wait(PATIENCE_S / 10):
            doing = network.doing
            if doing and time.monotonic() - doing[1] > PATIENCE_S:
                file, line = place_in(thread)
                where = f"; it is at line {line} of {file}" if line else ""
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
