"""Send many hostile replies through the grader, in a separate process, and measure the cost.

    python tests/fuzz/measure.py COUNT [FIRST]     replies of the seeds FIRST, FIRST + 1, ...

prints one line of JSON: how many replies came to which end, the memory before and at the peak, the seconds. The process
is separate because a memory peak cannot be reset: what other tests needed would hide what these need.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)

from autograder.outcome import CaseResult  # noqa: E402, only now can it be found
from tests.fuzz import replies, road  # noqa: E402

MIB = 1 << 20
# Stop a grader that can be made to ask for more before the machine runs out; far above what a test allows.
MOST_BYTES = 2 << 30
WARM_UP = 50
# How many results go into one results.json: a grade per case would cost more than the reply.
TOGETHER = 500


def main(count: int, first: int = 0) -> None:
    """Print the figures as JSON."""
    _limit_memory()
    for seed in range(-WARM_UP, 0):
        travel(seed)
    floor, started, ends = peak_bytes(), time.monotonic(), Counter()
    waiting: list[CaseResult] = []
    for seed in range(first, first + count):
        try:
            end, results = travel(seed)
        except BaseException:
            print(f"seed {seed}; again: python tests/fuzz/measure.py 1 {seed}", file=sys.stderr)
            raise
        ends[end] += 1
        waiting += results
        if len(waiting) > TOGETHER:
            road.check_results(waiting)
            waiting.clear()
    road.check_results(waiting)
    figures = {
        "replies": count,
        "ends": dict(ends.most_common()),
        "floor_mib": round(floor / MIB, 1),
        "peak_mib": round(peak_bytes() / MIB, 1),
        "seconds": round(time.monotonic() - started, 1),
    }
    print(json.dumps(figures))


def travel(seed: int) -> tuple[str, list[CaseResult]]:
    """Send one reply, to the import of the submission or to a call, all the way to results."""
    draw = Random(seed)
    before = [road.loaded] if draw.random() < 0.85 else []
    parts = replies.reply(draw)
    return road.judged(lambda: road.converse(*before, lambda request: replies.addressed(parts, request)))


def peak_bytes() -> int:
    """Return the peak resident memory of this process."""
    try:
        # Preferred to ru_maxrss, which also counts the process before exec: a copy of pytest.
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
