"""A hundred thousand hostile replies, a thousand of them in every run: no exception escapes, and memory stays low."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MEASURE = Path(__file__).with_name("measure.py")
# The largest message has 16 MiB, and four copies of it exist while it is unpacked.
MOST_GROWTH_MIB = 100
# Outcomes that the generator must reach: replies that are all refused immediately would test nothing.
MUST_HAPPEN = {
    "Returned, and Failed",
    "Returned, and Passed",
    "Raised",
    "Failed",
    "Missing",
    "OutOfMemory",
    "Died: its answer makes no sense",
    "Died: it answered a question that was not asked",
    "Died: it ended its own process",
    "Died: it broke off the conversation: its message is larger than any honest one",
    "Died: it broke off the conversation: the description of the arrays is longer than any honest one",
    "Died: it broke off the conversation: the head is not an object",
    "Died: it broke off the conversation: the head is not JSON: JSONDecodeError",
    "Died: it broke off the conversation: the head is not JSON: UnicodeDecodeError",
    "Died: it broke off the conversation: the arrays are not safetensors: SafetensorError",
    "Died: it broke off the conversation: arrays must be float64 and numbered from 0",
    "Died: it broke off the conversation: an array's shape does not fit its length",
}
# Each version of Python decides which nesting is too deep and which number too long.
MAY_HAPPEN = {
    "Died: it broke off the conversation: the head is not JSON: RecursionError",
    "Died: it broke off the conversation: the head is not JSON: ValueError",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such record of memory")
@pytest.mark.parametrize("count", [1_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_hostile_replies_end_in_known_outcomes_and_in_little_memory(count, capsys):
    """Each seed is a reply; if one lets an exception escape, the failure names the command that sends it again."""
    run = subprocess.run([sys.executable, MEASURE, str(count)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    figures = json.loads(run.stdout)
    with capsys.disabled():
        print("\n" + page(figures))
    assert sum(figures["ends"].values()) == count
    assert MUST_HAPPEN <= set(figures["ends"]) <= MUST_HAPPEN | MAY_HAPPEN
    assert figures["peak_mib"] - figures["floor_mib"] < MOST_GROWTH_MIB


def page(figures):
    """Format the figures as a few lines."""
    growth = figures["peak_mib"] - figures["floor_mib"]
    ends = "\n".join(f"{number:>9}  {end}" for end, number in figures["ends"].items())
    return (
        f"{figures['replies']} hostile replies in {figures['seconds']} s; memory rose by {growth:.1f} MiB "
        f"to {figures['peak_mib']} MiB\n{ends}"
    )
