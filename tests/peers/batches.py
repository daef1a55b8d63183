"""Grade many submissions, JOBS at a time, with a peer or with our own batch; and measure our batch's memory."""

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .environments import NotMeasured
from .gradings import BANK, PROGRAM, ROOT, SOLUTION, Figures, Grading, points_in, run

JOBS = 2
RIGHT = SOLUTION.read_text(encoding="utf-8")
LOOPS = (BANK / "loops_in_plain_python" / PROGRAM).read_text(encoding="utf-8")


def class_of(count: int, slow_every: int = 0) -> list[str]:
    """Return `count` right programs, no two the same; every `slow_every`-th is in plain loops."""
    return [
        f"# Handed in by student {i}.\n"
        + re.sub(r"\b(slope_z|total)\b", rf"\1_{i}", LOOPS if slow_every and i % slow_every == 0 else RIGHT)
        for i in range(count)
    ]


def their_batch(grading: Grading, count: int, place: Path) -> Figures:
    """Grade many submissions with a peer, each in its own process and folder."""
    place.mkdir()
    folders = [grading.prepare(text, place / str(i)) for i, text in enumerate(class_of(count))]
    with ThreadPoolExecutor(JOBS) as pool:
        started = time.perf_counter()
        done = list(pool.map(grading.grade, folders))
        wall = time.perf_counter() - started
    return Figures(wall, sum(one.cpu_s for one in done), max(one.memory_mib for one in done))


def our_batch(count: int, place: Path, slow_every: int = 0) -> Figures:
    """Run `python -m autograder batch` on many submissions, and require full points for every one."""
    figures = run(_command(class_of(count, slow_every), place), ROOT)
    points = [points_in(path) for path in (place / "out" / "results").glob("*.json")]
    if points != [100] * count:
        raise NotMeasured(f"of {count} right programs {points.count(100)} got full points")
    return figures


def parent_mib(count: int, place: Path) -> float:
    """Return the peak memory of our batch's parent process, read from /proc while it runs."""
    highest = 0
    command = _command(class_of(count), place)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{process.pid}/status").read_text(encoding="ascii"))
        highest = int(found[1]) if found else highest  # a zombie process has no VmHWM line
        time.sleep(0.05)
    if process.returncode:
        raise NotMeasured(f"a batch of {count} ended with {process.returncode}")
    return highest / 1024


def _command(texts: Sequence[str], place: Path) -> list[str]:
    """Write the programs to a folder, and return the command that grades them into `out`."""
    for i, text in enumerate(texts):
        folder = place / "handed_in" / f"student_{i:05}"
        folder.mkdir(parents=True)
        (folder / PROGRAM).write_text(text, encoding="utf-8")
    words = ["batch", str(place / "handed_in"), "--out", str(place / "out"), "--jobs", str(JOBS)]
    return [sys.executable, "-m", "autograder", *words]
