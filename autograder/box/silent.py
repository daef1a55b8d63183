"""Load modules without the hooks that they register to run after each fork."""

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def at_fork() -> Iterator[None]:
    """Ignore os.register_at_fork in the block.

    A library of ours loads `threading`, whose hook writes to many pages of memory in every worker to set itself up
    again. Our children do not need that: the process that forks them has one thread.
    """
    if not hasattr(os, "register_at_fork"):
        yield
        return
    register = os.register_at_fork
    os.register_at_fork = lambda **_: None
    try:
        yield
    finally:
        os.register_at_fork = register
