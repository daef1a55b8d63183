"""Answer what a submission asks of the functions lent to it, without harm to the process that knows the answers.

The arguments are a student's: the reference, which may be plain Python, may take any time and any memory for them.
"""

import contextlib
import functools
import math
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .backend import text_of
from .box import wire
from .box.call import MAX_ENTRIES

with contextlib.suppress(ImportError):  # Windows has none, nor setitimer
    import resource

# A reference may use plain loops; no honest program asks it for more numbers than this.
MAX_ASKED_ENTRIES = 20_000
MAX_ANSWER_S = 2.0
MAX_ANSWER_BYTES = 64 << 20


def reply(
    asked: Mapping[str, Any],
    arguments: Sequence[np.ndarray],
    stand_ins: Mapping[str, Sequence[str]],
    answer: Callable[[str, list[np.ndarray]], Sequence[Any]] | None,
) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
    """Return the message and the arrays that answer one question of a worker, or that refuse it.

    Args:
        asked: what the worker sent; nothing of it is believed.
        stand_ins: the functions lent, each with the names of its arguments.
        answer: gives the right answer of a function, by its name.
    """
    name = text_of(asked.get("function"))
    # Only what was lent for this try: otherwise, a program that writes such a question itself would be told the very
    # answer that it is asked for.
    lent = stand_ins.get(name)
    if lent is None or answer is None or len(arguments) != len(lent):
        return _refusal("this call cannot be answered")
    # A side of 0 counts as 1: an array without entries may have millions of rows, each of which becomes a list.
    if sum(math.prod(max(side, 1) for side in argument.shape) for argument in arguments) > MAX_ASKED_ENTRIES:
        return _refusal(f"{name}() was called with more numbers than it takes here")
    try:
        # NumPy's warnings would appear in the log that staff read.
        with _at_most(MAX_ANSWER_S), np.errstate(all="ignore"):
            answers = [np.asarray(value, dtype=float) for value in answer(name, list(arguments))]
    except Exception as error:  # the arguments are the student's, who is told whatever is wrong with them
        why = str(error) or type(error).__name__
        return _refusal(f"{name}() was called with arguments it cannot take: {why}"[:300])
    # Arrays without entries may have a large product, (n, 0) @ (0, m), of which a message makes three copies.
    if sum(value.size for value in answers) > MAX_ENTRIES:
        return _refusal(f"{name}() was asked for more numbers than it gives here")
    return {"do": "answer"}, answers


def _refusal(message: str) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
    return {"do": "refuse", "message": message}, ()


def rehearse() -> None:
    """Go the way of one answer, so that what it loads is not loaded again in each forked process."""
    with _at_most(MAX_ANSWER_S):
        wire.unpack(b"{}", wire.pack({}, [np.zeros(2)])[wire.LENGTHS.size + 2 :])


@contextlib.contextmanager
def _at_most(limit_s: float) -> Iterator[None]:
    """Raise TimeoutError in the block once it has computed for `limit_s`.

    The reference may be plain Python, which a signal interrupts. Time without a processor does not count: a program
    whose question is refused goes on with its own function, so its grade would depend on how busy the machine is.
    """
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return

    def late(*_: Any) -> None:
        raise TimeoutError("the arguments are too large")

    # Memory is the outer block: even if the signal comes at the very end, this process must get its old limit back.
    with _at_most_more_memory(MAX_ANSWER_BYTES):
        before = signal.signal(signal.SIGPROF, late)
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


# OpenBLAS allocates its buffers at its first large product, and ends the process if no memory is left for them.
_set_up_products = functools.cache(lambda: np.ones((128, 128)) @ np.ones((128, 128)))


@contextlib.contextmanager
def _at_most_more_memory(size: int) -> Iterator[None]:
    """Make the block raise MemoryError before the kernel kills this process: small arrays may have a large product.

    The time limit is not enough, because no signal interrupts the C code that makes a list of millions of entries.
    """
    try:
        statm = open("/proc/self/statm", encoding="ascii")  # noqa: SIM115, closed below
    except OSError:  # no /proc, no limit
        # No product is set up here, either: on a Mac, the library starts threads for it, which a fork would lose.
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    with statm:
        if before[0] == resource.RLIM_INFINITY:
            _set_up_products()
        held = int(statm.read().split()[0]) * resource.getpagesize()
    hard = before[1]  # there may be a hard limit, as after `ulimit -v`
    most = held + size if hard == resource.RLIM_INFINITY else min(held + size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
