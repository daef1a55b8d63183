"""Turns the measurements into the tables of docs/benchmarks.md."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .batches import JOBS
from .gradings import Figures

OURS, FLOOR = "this grader", "floor: the bodies alone in one process"


@dataclass
class Row:
    """One line of a table: the figures of every round, or why there are none."""

    name: str
    figures: list[Figures] = field(default_factory=list)
    why_not: str = ""
    count: int = 1
    """The number of submissions in each of the figures."""

    @property
    def walls(self) -> list[float]:
        """Seconds for each submission, by round."""
        return [one.wall_s / self.count for one in self.figures]


@dataclass(frozen=True)
class Target:
    """A target, and what was measured."""

    what: str
    measured: Sequence[float] = ()
    why_not: str = ""
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    @property
    def met(self) -> str:
        """Whether the median meets the target; empty if nothing was measured, or there is no target."""
        if not self.measured or (self.at_least is None and self.at_most is None):
            return ""
        median = statistics.median(self.measured)
        enough = self.at_least is None or median >= self.at_least
        return "yes" if enough and (self.at_most is None or median <= self.at_most) else "**no**"


@dataclass(frozen=True)
class Long:
    """Results of the long measurements, or why they were left out."""

    slow_minutes: Sequence[float] = ()
    """Minutes for 1,000 submissions, a quarter of them in loops."""
    parent_memory: Sequence[float] = ()
    """Parent memory for a batch of 10,000, relative to that for a batch of 100."""
    why_not: str = ""
    measured_on: str = ""
    """The date, if it was an earlier run."""

    @classmethod
    def of(cls, text: str) -> "Long":
        """Read the results from an earlier document, so that a run without --long keeps an hour's work."""
        rows = re.findall(
            r"^\| (?:a batch of 1,000|memory of the parent)[^|]*\|[^|]*\| ([\d.]+) \|", text, re.MULTILINE
        )
        day = re.search(r"\(of (\d+ \w+ \d{4})\) \|", text) or re.search(r"^- (\d+ \w+ \d{4});", text, re.MULTILINE)
        if len(rows) != 2 or day is None:
            return cls(why_not="only with --long")
        return cls([float(rows[0])], [float(rows[1])], measured_on=day[1])


@dataclass(frozen=True)
class Measured:
    """All results of a run. Rows are by name, ours first."""

    about: Sequence[str]
    """Date, machine, and versions."""
    single: Mapping[str, Row]
    fork_ms: Sequence[float]
    batch: Mapping[str, Row]
    alone_ms: Sequence[float]
    """Milliseconds of CPU time for a submission's own functions and our comparisons, in one process, by batch round."""
    long: Long


def document(measured: Measured) -> str:
    """Return the text of docs/benchmarks.md."""
    bodies = [float(one.printed) for one in measured.single[FLOOR].figures]
    parts = [
        "# Beside the peers",
        """\
`make bench` writes this page, so do not edit it. `usual` data are digits from scikit-learn's `load_digits`, as in most
courses. `equal` data come from the files that this grader reads. Figures are medians of the rounds, with the range.""",
        "\n".join(f"- {line}" for line in measured.about),
        "## What was asked for, and what was measured",
        target_table(targets(measured)),
        "## One submission",
        single_table(list(measured.single.values())),
        f"""\
In the process of the floor, the bodies themselves take {spread(bodies)} ms. Forking a process that holds NumPy, and
waiting for its end, takes {spread(measured.fork_ms)} ms; this grader forks for each of the 22 cases.""",
        "## Many submissions",
        batch_table(list(measured.batch.values())),
        METHOD,
    ]
    return "\n\n".join(parts) + "\n"


METHOD = """\
## Method

Every peer runs the bodies of our 22 cases (`tests/peers/bodies.py`: the same inputs, expected values, tolerances, and
training). The bodies are called from the kind of test that the peer requires: methods of unittest, functions of pytest,
or otter's test files with a notebook as the submission. Each peer has its own environment, from a lock file with
hashes. Before the clock starts, all must give the right program 100 points, and all must give the same lower score to a
program whose gradient has the opposite sign.

A grading is a fresh process in a fresh folder. The bytecode of libraries and of the assignment is in place; that of the
submission is not. The rows take turns, after one round that does not count. A ratio is taken within each round. CPU is
the sum over all processes of a grading, and MiB is the largest of them. Peers may use as many BLAS threads as they
like. In a batch, they grade in as many processes at a time as we do, in folders copied before the clock starts. The
programs differ from each other in a comment and a name.

What the figures do not show: the peers run the submission in the process, or the kernel, that knows the answers, and
without limits of their own. This grader gives each of the 22 cases a separate process with every protection."""


def targets(measured: Measured) -> list[Target]:
    """Return this project's targets, and further ratios that it promises nothing about."""
    one, many, long = measured.single, measured.batch, measured.long
    earlier = f" (of {long.measured_on})" if long.measured_on else ""
    utils, plugin, otter = "gradescope-utils", "pytest-gradescope", "otter run"
    return [
        times("one, cold", one, f"{utils}, usual data", at_least=3),
        times("one, cold", one, f"{plugin}, usual data", at_least=3),
        times("one, cold", one, f"{otter}, usual data", at_least=15),
        times("one, cold", one, f"{plugin}, equal data", at_least=1),
        times("one, cold", one, f"{utils}, equal data"),
        times("a batch", many, f"{utils}, usual data", at_least=10),
        Target(
            f"a batch of {many[OURS].count}, {JOBS} at a time: submissions per second",
            [] if many[OURS].why_not else [1 / wall for wall in many[OURS].walls],
            many[OURS].why_not,
            at_least=20,
        ),
        Target(
            f"a batch of 1,000, a quarter of them in slow loops: minutes{earlier}",
            long.slow_minutes,
            long.why_not,
            at_most=8,
        ),
        Target(
            f"memory of the parent of a batch, for 10,000 submissions against 100{earlier}",
            long.parent_memory,
            long.why_not,
            at_most=1.2,
        ),
        Target(
            "share of a batch's CPU in students' functions and our comparisons",
            [alone / 1000 * many[OURS].count / one.cpu_s for alone, one in zip(measured.alone_ms, many[OURS].figures)],
            many[OURS].why_not,
        ),
    ]


def times(what: str, rows: Mapping[str, Row], name: str, at_least: float | None = None) -> Target:
    """Return how many times as fast as a peer we are."""
    why_not = rows[OURS].why_not or rows[name].why_not
    measured = [] if why_not else within_rounds(rows[name], rows[OURS])
    return Target(f"{what}: times as fast as {name}", measured, why_not, at_least)


def within_rounds(row: Row, ours: Row) -> list[float]:
    """Return a row's time divided by ours, for each round, so that a slow moment affects both."""
    return [theirs / own for theirs, own in zip(row.walls, ours.walls)]


def target_table(targets: Sequence[Target]) -> str:
    """Return the table of targets, in the given order."""
    lines = ["| what | asked for | measured | met |", "|---|---|---|---|"]
    for target in targets:
        asked = "no promise"
        if target.at_least is not None:
            asked = f"at least {target.at_least:g}"
        if target.at_most is not None:
            asked = f"at most {target.at_most:g}"
        measured = spread(target.measured) if target.measured else f"not measured: {target.why_not}"
        lines.append(f"| {target.what} | {asked} | {measured} | {target.met} |")
    return "\n".join(lines)


def single_table(rows: Sequence[Row]) -> str:
    """Return the table of single cold gradings; the first row is ours."""
    lines = ["| one cold grading | wall s | CPU s | MiB | wall, relative to ours |", "|---|---|---|---|---|"]
    for row in rows:
        if row.why_not:
            lines.append(f"| {row.name} | not measured: {row.why_not} | | | |")
            continue
        cpu = spread([one.cpu_s for one in row.figures])
        lines.append(f"| {row.name} | {spread(row.walls)} | {cpu} | {largest(row)} | {in_ours(row, rows[0])} |")
    return "\n".join(lines)


def batch_table(rows: Sequence[Row]) -> str:
    """Return the table of batches; the first row is ours."""
    lines = [
        f"| {JOBS} at a time | submissions | per second | CPU s of each | MiB | wall, relative to ours |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        if row.why_not:
            lines.append(f"| {row.name} | | not measured: {row.why_not} | | | |")
            continue
        rate = spread([1 / wall for wall in row.walls])
        cpu = spread([one.cpu_s / row.count for one in row.figures])
        lines.append(f"| {row.name} | {row.count} | {rate} | {cpu} | {largest(row)} | {in_ours(row, rows[0])} |")
    return "\n".join(lines)


def largest(row: Row) -> str:
    """Return the MiB of the row's largest process in any round."""
    return f"{max(one.memory_mib for one in row.figures):.0f}"


def in_ours(row: Row, ours: Row) -> str:
    """Return the ratio of seconds for one submission; if the peer is faster, say so in words."""
    if row is ours or ours.why_not:
        return ""
    ratios = within_rounds(row, ours)
    faster = statistics.median(ratios) < 1 and row.name != FLOOR
    return spread(ratios) + (": **faster than we are**" if faster else "")


def spread(values: Sequence[float]) -> str:
    """Return median and range, to three digits."""
    low, middle, high = (f"{value:.3g}" for value in (min(values), statistics.median(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({low}-{high})"
