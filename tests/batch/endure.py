"""Grade a class while the grader is killed again and again: `python -m tests.batch.endure`.

This makes an export with everything that a class can contain: groups, students who handed in nothing, two programs that
hang, attacks, identical programs, and names in other alphabets. It grades the class without interruption, and then once
more, killing the whole run at random moments and continuing it. Both must give the same table and the same results,
grade nothing twice, and leave no process and no folder behind. It also prints how long the first run took, in seconds
and in seconds of processor time.
"""

import argparse
import contextlib
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from autograder.batch import jobs
from autograder.batch.records import Folder

from ..bank import BANK, ROOT, read_all
from ..hostile.bank import ATTACKS
from ..processes import children, none_left
from . import make_export

# An import and a function that never finish. These two are in every class, and no other programs that reach time
# limits: one takes as long as a hundred correct programs, so the measurement would depend on how many are drawn.
HANGING = ("never_finishes_importing", "never_returns")
# Each worker has its own process id and folder, which differ in each run; a program may print them.
BY_CHANCE = re.compile(r"/proc/\d+|/\S*?grading-class-\S+|\S*?/tmp\S*|[\n ]{10,}\S*")


def main() -> int:
    """Return 1 if anything is wrong, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.batch.endure", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="submissions; default: 300")
    parser.add_argument("--kills", type=int, default=10, help="how often the run is killed; default: 10")
    parser.add_argument("--seed", type=int, default=0, help="chooses the class and the moments; default: 0")
    parser.add_argument(
        "--jobs",
        type=int,
        default=len(os.sched_getaffinity(0)),
        help="submissions at a time; default: one per processor",
    )
    asked = parser.parse_args()
    # A shell starts background processes with SIGINT ignored, and all processes started here would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="endure-") as place:
        # In a folder of our own, everything left behind is ours, whatever else is being graded on this machine. Mode
        # 711: workers pass through it to their folders.
        os.environ["TMPDIR"] = place
        os.chmod(place, 0o711)
        return endure(Path(place), asked)


def endure(place: Path, asked: argparse.Namespace) -> int:
    """Grade the class undisturbed and disturbed, and print the differences. Return whether there are any."""
    programs = [one for one in (*read_all(BANK).values(), *ATTACKS.values()) if not one.limits]
    hanging = [read_all(BANK)[name] for name in HANGING]
    export = make_export.make(place, asked.count, asked.seed, programs, always=hanging)
    print(f"{asked.count} submissions, seed {asked.seed}, {asked.jobs} at a time.")
    undisturbed, disturbed = Folder(place / "undisturbed"), Folder(place / "disturbed")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    status = _start(export, undisturbed, asked.jobs).wait()
    took_s = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(f"Undisturbed: {took_s:.1f} s, {cpu_s:.1f} s of processors, exit status {status}.")
    _print_kinds(undisturbed)
    problems = [f"undisturbed: exit status {status}"] if status else []
    chance = random.Random(asked.seed)
    for number in range(asked.kills):
        problems += _kill_one(export, disturbed, asked.jobs, chance.uniform(0.2, 1.2 * took_s / asked.kills), number)
    status = _start(export, disturbed, asked.jobs).wait()
    problems += [f"continued: exit status {status}"] if status else []
    problems += list(_differences(undisturbed, disturbed))
    problems += [f"left behind: {path}" for path in place.glob(f"{jobs.PREFIX}*")]
    for problem in problems:
        print(problem)
    print("The same table, the same results." if not problems else f"{len(problems)} problems.")
    return bool(problems)


def _start(export: Path, folder: Folder, count: int) -> "subprocess.Popen[bytes]":
    words = ["batch", str(export), "--out", str(folder.path), "--jobs", str(count)]
    return subprocess.Popen([sys.executable, "-m", "autograder", *words], cwd=ROOT, stdout=subprocess.DEVNULL)


def _kill_one(export: Path, folder: Folder, count: int, after_s: float, number: int) -> list[str]:
    """Start a run and end it, half of the time with SIGKILL, which it cannot handle."""
    running = _start(export, folder, count)
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(after_s)
    started = children(running.pid)
    how = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[number % 4]
    running.send_signal(how)
    running.wait()
    gone = none_left(started, 10)
    done = len(set(_identifiers(folder)))
    print(f"{how.name} after {after_s:.1f} s: {done} graded so far, {len(started)} processes ended: {gone}.")
    return [] if gone else [f"after {how.name} processes were left"]


def _identifiers(folder: Folder) -> list[str]:
    return [one.id for one in folder.graded()]


def _differences(one: Folder, other: Folder):
    table, again = ((folder.path / "grades.csv").read_text(encoding="utf-8") for folder in (one, other))
    if table != again:
        lines = zip(table.splitlines(), again.splitlines())
        yield "grades.csv differs: " + "; ".join(f"{a} | {b}" for a, b in lines if a != b)
    twice = [name for name, times in Counter(_identifiers(other)).items() if times > 1]
    if twice:
        yield f"graded twice: {', '.join(twice)}"
    for entry in one.entries():
        texts = [_without_chance(folder, entry.id) for folder in (one, other)]
        if texts[0] != texts[1]:
            yield f"{entry.id}: other results"


def _without_chance(folder: Folder, identifier: str) -> str:
    """Return the results without times and names of temporary folders, even where a line break splits such a name."""
    results = folder.results_of(identifier)
    del results["execution_time"]
    for test in results["tests"]:
        test["output"] = BY_CHANCE.sub("", test["output"])
    return json.dumps(results)


def _print_kinds(folder: Folder) -> None:
    """Print how many submissions there are of each kind, and the time they took."""
    kinds: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for one in folder.graded():
        worst = [case.outcome for case in one.cases]
        kind = next((name for name in ("GraderError", "TimedOut", "OutOfMemory", "Died", "NotRun", "Unreadable")
                     if name in worst), "right" if set(worst) == {"Passed"} else "wrong")  # fmt: skip
        kinds[kind] += 1
        seconds[kind] += one.seconds
    for kind, number in kinds.most_common():
        print(f"  {kind:12} {number:4}   {seconds[kind]:7.1f} s in their stations")


if __name__ == "__main__":
    sys.exit(main())
