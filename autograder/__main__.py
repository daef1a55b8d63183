"""Entry point of `python -m autograder`: start the interpreters that a grading needs, and load `commands` meanwhile."""

import _thread
import gc
import os
import sys
import time

# Import neither `typing` nor our own modules here: `main` could not handle Ctrl-C while they are loaded.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .place import Fresh


def main(arguments: list[str]) -> int:
    """Run one command."""
    fill_closed_descriptors()
    sys.unraisablehook = _press_ctrl_c_again
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # raised before `commands`, which handles it itself, was loaded
        if sys.stderr is not None:
            sys.stderr.write("Stopped.\n")
        return 2


def _run(arguments: list[str]) -> int:
    from .launch import expect_children
    from .place import Fresh

    expect_children()
    place = Fresh()
    try:
        if arguments[:1] == ["grade"] and not {"-h", "--help", "--no-fork"}.intersection(arguments):
            gc.disable()  # the process lives for about a second: collecting garbage would cost more than keeping it
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
    # Import before the fork what the session, a copy of this process, needs as well.
    import argparse  # noqa: F401
    import tempfile  # noqa: F401

    from . import assignment, submission  # noqa: F401

    place.start(_session)


def _session() -> None:
    from . import session

    session.main()


def _press_ctrl_c_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """If Ctrl-C came where Python ignores every exception, interrupt the main thread again a moment later.

    Such places are the finalizers of objects, and a callback that follows each import.
    """
    if unraisable.exc_type is KeyboardInterrupt:
        _thread.start_new_thread(_interrupt, (_thread.get_ident(),))
    else:
        sys.__unraisablehook__(unraisable)


def _interrupt(main_thread: int) -> None:
    import signal

    time.sleep(0.01)
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread, signal.SIGINT)  # also ends what the thread is waiting for
    else:
        _thread.interrupt_main()


def fill_closed_descriptors() -> None:
    """Open /dev/null in place of closed standard streams, so that no file of ours becomes one in a child process."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


if __name__ == "__main__":
    # Everything is printed and closed, and an orderly shutdown of the interpreter takes as long as starting one.
    os._exit(main(sys.argv[1:]))
