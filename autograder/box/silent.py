"""Load modules without what they want done after each fork."""

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def at_fork() -> Iterator[None]:
    """Ignore os.register_at_fork in the block.

    threading and random ask to be set up anew in each child. Both are loaded here by libraries that we use, their hooks
    write to more than a hundred pages of memory in every worker, a fifth of all that it writes to, and our children
    need neither: the process that forks them has one thread, and random is seeded for programs that name it.
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
