"""What the cases of the extra credit cost in CPU time, and how much margin their limits leave."""

import platform

import numpy as np

from .measuring import Measured, Part, paragraph

# Gradescope's smallest container has half a CPU; there, plain loops took five times as long (docs/performance.md).
HALF, SLOW = 2, 5
# Cases that take fewer seconds than this are listed without figures.
SHORT = 0.01
STYLES = ("vectorized", "lists", "elements")


def report(part: Part, rights: dict[str, dict[str, Measured]], slowest: dict[str, Measured]) -> list[str]:
    """Return the tables: CPU seconds of each case by style, and of each function against its limits."""
    lines = [
        paragraph(
            f"""CPU seconds of a program's own calls in each case, measured in one process, with other work running
            on the machine; Python {platform.python_version()}, NumPy {np.__version__}. *Lists* is plain Python on
            lists. *Elements* is NumPy arrays indexed element by element in loops, by functions that call each other.
            *In a triple loop* is the same with the innermost sum computed again for each weight, over the outputs
            for the hidden layer and over the inputs in logistic regression; this is the slowest realistic style.
            *Ours* is the rest of the case, the reference's answers and our comparisons; a class pays for most of it
            only once."""
        ),
        "",
        "| case | vectorized | lists | elements | in a triple loop | ours |",
        "|---|---|---|---|---|---|",
    ]
    short = []
    for case in part.assignment.cases:
        if max(rights[style][case.number].own_s for style in STYLES) < SHORT:
            short.append(case.number)
            continue
        own = " | ".join(f"{rights[style][case.number].own_s:.3f}" for style in STYLES)
        triple = f"{slowest[case.number].own_s:.3f}" if case.number in slowest else "-"
        ours = rights["vectorized"][case.number].total_s - rights["vectorized"][case.number].own_s
        lines.append(f"| {case.number} | {own} | {triple} | {max(ours, 0):.3f} |")
    lines += ["", f"Less than {SHORT} s in all of them: {', '.join(short)}."]
    return [*lines, "", *_room(part, rights["elements"] | slowest)]


def _room(part: Part, slowest: dict[str, Measured]) -> list[str]:
    """Return the table that compares the slowest program with the limits."""
    limits = part.assignment.limits
    case = max(slowest.values(), key=lambda one: one.own_s)
    call = max(seconds for one in slowest.values() for calls in one.calls.values() for seconds in calls)
    functions = {
        name: sum(slowest[number].own_s for number in part.cases_of(name)) for name in part.assignment.functions
    }
    allowed = {name: part.assignment.share_s(function) for name, function in part.assignment.functions.items()}
    most = max(functions, key=lambda name: functions[name] / allowed[name])
    whole = sum(one.own_s for one in slowest.values())
    rows = (
        ("the longest call, `call_s`", call, limits.call_s),
        ("the longest case, `case_s`", case.own_s, limits.case_s),
        (f"the cases of one function, `{most}`: its share of `run_s`", functions[most], allowed[most]),
        ("all cases, `run_s`", whole, limits.run_s),
    )
    lines = [
        paragraph(
            f"""The slowest of these programs against the limits, in seconds of wall-clock time: on a whole CPU, on
            half of one, and at a speed {SLOW} times lower, which is what plain loops of the first part once had in
            an emulated container with half a CPU ([performance.md](performance.md)). No function may take more than
            its share of the run, so no function can use up the time of another."""
        ),
        "",
        f"| | one CPU | half a CPU | {SLOW} times slower | limit |",
        "|---|---|---|---|---|",
    ]
    for what, seconds, limit in rows:
        times = " | ".join(_within(seconds * factor, limit) for factor in (1, HALF, SLOW))
        lines.append(f"| {what} | {times} | {limit:.1f} |")
    return lines


def _within(seconds: float, limit: float) -> str:
    return f"{seconds:.1f}" if seconds < limit else f"**{seconds:.1f}: too slow**"
