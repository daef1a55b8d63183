"""Load modules without what they want done after each fork."""

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def at_fork() -> Iterator[None]:
    """Ignore os.register_at_fork in the block.

    threading asks to be set up anew in each child. It is loaded by a library that we use, its hook writes to many pages
    of memory in every worker, and our children do not need it: the process that forks them has one thread.
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
