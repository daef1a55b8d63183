"""`python -m autograder`: see `commands`, which is loaded while the interpreters that a grading needs load theirs."""

import gc
import os
import sys

# Not from typing, and nothing of ours: Ctrl-C while that is loaded has to end as any other.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .place import Fresh


def main(arguments: list[str]) -> int:
    """Run one command."""
    fill_closed_descriptors()
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # before `commands`, which says so itself, was loaded
        if sys.stderr is not None:
            sys.stderr.write("Stopped.\n")
        return 2


def _run(arguments: list[str]) -> int:
    from .place import Fresh

    place = Fresh()
    try:
        if arguments[:1] == ["grade"] and not {"-h", "--help", "--no-fork"}.intersection(arguments):
            gc.disable()  # for a second, in which it would cost more than the garbage
            _start(place)
        from . import commands

        return commands.main(arguments, place)
    finally:
        place.close()


def _start(place: "Fresh") -> None:
    from . import launch

    if not launch.is_plain():
        place.start()
        return
    # What a session loads as well, from the standard library or of ours.
    import argparse  # noqa: F401
    import tempfile  # noqa: F401

    from . import assignment, submission  # noqa: F401

    place.start(_session)


def _session() -> None:
    from . import session

    session.main()


def fill_closed_descriptors() -> None:
    """Keep what we open from becoming standard input, output or error of the processes that we start."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


if __name__ == "__main__":
    # Everything is printed and closed; to take an interpreter apart in good order takes as long as to start one.
    os._exit(main(sys.argv[1:]))
