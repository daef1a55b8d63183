"""What the programs print: whole sentences, in lines that fit, on any console."""

import os
import shutil
import sys
import textwrap

from .functions import Stop, frame_of, place_of, plain

WIDEST = 80


def run(program):
    """Call a program and return its exit status: 1 after a Stop, whose sentence is printed, and 130 after Ctrl-C."""
    # A console that cannot show a letter (an old Windows code page) shows a question mark instead of failing.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return program() or 0
    except Stop as stop:
        sys.stdout.flush()
        say("", str(stop), to=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        sys.stdout.flush()
        frame = frame_of(interrupt)
        where = f" {frame.name} was at {place_of(frame)}: {plain(frame.line)}" if frame else ""
        say("", f"Stopped, because you pressed Ctrl-C.{where}", to=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output has gone (`python train.py | head`). Python would complain once more when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def say(*paragraphs, to=None):
    """Print each line of each paragraph, folded where it does not fit the console, with its indentation kept."""
    for line in "\n".join(paragraphs).split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        print(textwrap.fill(line, width(), subsequent_indent=indent, break_on_hyphens=False), file=to or sys.stdout)


def width():
    """How many letters fit beside each other: those of the console, and never more than is pleasant to read."""
    # Python 3.10 says 0 where the terminal itself does not know.
    columns = shutil.get_terminal_size().columns or WIDEST
    return max(20, min(WIDEST, columns - 1))


class Progress:
    """A line that is rewritten in place on a terminal; elsewhere only the lines that are to be kept appear."""

    def __init__(self, stream):
        """Write to the stream."""
        self.stream = stream
        self.in_place = stream.isatty()
        self.length = 0  # of the line that stands there now and may be written over

    def show(self, text, *, keep):
        """Show the text in the place of the last one; `keep` it, and the next goes below."""
        if self.in_place:
            text = text[: width()]
            self.stream.write("\r" + text.ljust(self.length) + ("\n" if keep else ""))
            self.length = 0 if keep else len(text)
        elif keep:
            self.stream.write(text + "\n")
        self.stream.flush()

    def close(self):
        """End the line, so that what follows begins on its own."""
        if self.length:
            self.stream.write("\n")
            self.length = 0
        self.stream.flush()
