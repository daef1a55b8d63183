"""Time this grader, gradescope-utils, pytest-gradescope, and otter on the same submissions, in one run.

    python -m tests.peers [--rounds 25] [--write]   print the tables; --write puts them into docs/benchmarks.md
    python -m tests.peers --long                    also batches of 1,000, a quarter of them slow, and of 10,000;
                                                    otherwise their rows stay, with the day of their measurement

Before anything is timed, all graders must give the same points to a correct program, and to one whose gradient has the
opposite sign. Then the rows take turns, so that a machine that slows down affects all of them. A grader that cannot be
installed here is listed as not measured, with the reason, and the others are still measured.
"""

import argparse
import datetime as dt
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from autograder.authoring.bootstrap import is_unoptimized

from . import gradings
from .batches import RIGHT, our_batch, parent_mib, their_batch
from .environments import NotMeasured, python_of, versions
from .gradings import BANK, HERE, PEERS, PROGRAM, ROOT, Figures, Grading, run
from .report import FLOOR, OURS, Long, Measured, Row, document

WRITTEN = ROOT / "docs" / "benchmarks.md"
WRONG = (BANK / "backprop_has_the_opposite_sign" / PROGRAM).read_text(encoding="utf-8")
# Submissions in a batch: enough of ours to show a sustained speed, and of the others as many as take some seconds.
COUNTS = {OURS: 200, "gradescope-utils": 40, "pytest-gradescope": 40, "otter run": 8}
# Otter takes longer than all the others together.
OTTER_ROUNDS, BATCH_ROUNDS = 5, 3


def main() -> int:
    """Measure, print the page, and write it if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=25, help="of single gradings, at most three of them for batches; default: 25"
    )
    parser.add_argument("--long", action="store_true", help="also time batches of 1,000 and of 10,000")
    parser.add_argument("--write", action="store_true", help=f"write {WRITTEN.relative_to(ROOT)}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        measured = measure(Path(folder), arguments.rounds, long=arguments.long)
    text = document(measured)
    print(text)
    if arguments.write:
        WRITTEN.write_text(text, encoding="utf-8")
    return 0


def measure(place: Path, rounds: int, *, long: bool) -> Measured:
    """Measure everything, in the order of the tables."""
    load = os.getloadavg()[0]
    about = [f"{OURS}: {versions(Path(sys.executable), ['numpy', 'pytest'])}"]
    those = {OURS: gradings.ours(place / "ours")}
    absent: dict[str, Row] = {}
    for name, peer in PEERS.items():
        these = {f"{name}, {data} data": data for data in ("usual", "equal")}
        try:
            python = python_of(peer.folder)
            about.append(f"{name}: {versions(python, peer.packages)}")
            those |= {row: peer.grading(python, folder_for(place, row), data) for row, data in these.items()}
        except NotMeasured as why:
            absent |= {row: Row(row, why_not=str(why)) for row in these}
    check_points(those, place)
    floor = gradings.floor(place / "floor")
    single, fork_ms = single_rounds({**those, FLOOR: floor}, rounds, place)
    batch = batch_rounds(those, min(rounds, BATCH_ROUNDS), place)
    return Measured(
        about=[f"{circumstances()}; load {load:.1f} before and {os.getloadavg()[0]:.1f} after these rounds", *about],
        single=single | absent,
        fork_ms=fork_ms,
        batch=batch | absent,
        alone_ms=[float(run([sys.executable, "-m", "tests.peers.share"], ROOT).printed) for _ in range(BATCH_ROUNDS)],
        long=long_batches(place) if long else Long.of(WRITTEN.read_text(encoding="utf-8") if WRITTEN.exists() else ""),
    )


def circumstances() -> str:
    """Return the date and a description of the machine."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{dt.datetime.now().astimezone():%d %B %Y}; {processor[1] if processor else platform.machine()}, "
        f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB; {platform.freedesktop_os_release()['PRETTY_NAME']}; "
        f"Python {platform.python_version()}{', built without optimization' if is_unoptimized(sys.executable) else ''}"
    )


def check_points(those: dict[str, Grading], place: Path) -> None:
    """Require the same points from all: full points for the right program, and fewer for the wrong one.

    Otherwise the compared graders would not do the same work.
    """
    for what, text in (("right", RIGHT), ("wrong", WRONG)):
        say(f"points for a {what} program")
        points, name = {}, ""
        try:
            for name, grading in those.items():
                points[name] = grading.points(text, folder_for(place, f"{what} {name}"))
        except NotMeasured as why:
            raise SystemExit(f"{name} does not grade a {what} program: {why}.") from None
        if len(set(points.values())) > 1 or (points[OURS] == 100) != (what == "right"):
            said = "; ".join(f"{name}: {given:g}" for name, given in points.items())
            raise SystemExit(f"They do not grade the same. Points for a {what} program: {said}.")


def single_rounds(those: dict[str, Grading], rounds: int, place: Path) -> tuple[dict[str, Row], list[float]]:
    """Return a row for each grader, and the milliseconds of each fork; the first round warms the disk and is
    dropped.
    """
    rows, forks = {name: Row(name) for name in those}, []
    for i in range(rounds + 1):
        say(f"single gradings, round {i} of {rounds}")
        for name, grading in those.items():
            if name.startswith("otter") and i > OTTER_ROUNDS:
                continue
            folder = grading.prepare(RIGHT, folder_for(place, f"{i} {name}"))
            measure_into(rows[name], lambda grading=grading, folder=folder: grading.grade(folder))
        forks.append(float(run([sys.executable, str(HERE / "floor.py"), "--fork"], place).printed))
    for row in rows.values():
        del row.figures[:1]
    return rows, forks[1:]


def batch_rounds(those: dict[str, Grading], rounds: int, place: Path) -> dict[str, Row]:
    """Return a row of batches for each grader."""
    rows = {name: Row(name, count=COUNTS[name.partition(",")[0]]) for name in those}
    for i in range(rounds):
        say(f"batches, round {i + 1} of {rounds}")
        for name, row in rows.items():
            folder = folder_for(place, f"batch {i} {name}")
            if name == OURS:
                measure_into(row, lambda row=row, folder=folder: our_batch(row.count, folder))
            else:
                measure_into(row, lambda row=row, folder=folder: their_batch(those[row.name], row.count, folder))
    return rows


def measure_into(row: Row, grade: Callable[[], Figures]) -> None:
    """Append one measurement to a row; a row that has failed once is not measured again."""
    if not row.why_not:
        try:
            row.figures.append(grade())
        except NotMeasured as why:
            row.why_not = str(why)


def long_batches(place: Path) -> Long:
    """Measure a class of 1,000 in which every fourth program is slow, and the parent's memory for 100 and 10,000."""
    minutes, mib = [], []
    try:
        say("a batch of 1,000, a quarter in loops")
        minutes.append(our_batch(1000, folder_for(place, "slow"), slow_every=4).wall_s / 60)
        for count in (100, 10_000):
            say(f"the memory of a batch of {count}")
            mib.append(parent_mib(count, folder_for(place, f"{count}")))
    except NotMeasured as why:
        return Long(minutes, why_not=str(why))
    return Long(minutes, [mib[1] / mib[0]])


def folder_for(place: Path, name: str) -> Path:
    """Return a path below `place` without spaces, because it is copied into commands."""
    return place / name.replace(", ", "_").replace(" ", "_")


def say(where: str) -> None:
    """Report progress on standard error."""
    print(f"{where} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
