"""Measure pictures per second, and the time until the network is right: python -m tests.starter.frames

Starts classify2d.py for a vectorized program and for one with plain loops, looks at each page with Chromium, and prints
what it saw. The numbers depend on the machine, so no test asserts them.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from ..pages import Reader, browser

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {
    "vectorized": ROOT / "solution" / "neural_network.py",
    "plain loops": ROOT / "tests" / "submissions" / "loops_in_plain_python" / "neural_network.py",
}
LOOPS = Path(__file__).with_name("extensions_in_loops.py")
EXTENSIONS = {"vectorized": ROOT / "solution" / "extensions.py", "plain loops": LOOPS}
WATCHED_S = 4.0
RIGHT = "parseFloat(document.querySelector('#network-right').textContent) >= 95"


@contextmanager
def started(home, *arguments, **environment):
    """Run classify2d.py of a student's folder. Yield its process and the address of its page; kill it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", str(home / "classify2d.py"), "--no-open", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=home.parent,
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "NO_COLOR": "1"} | environment,
        encoding="cp1252",
    )
    try:
        said = ""
        while not (address := re.search(r"http://127\.0\.0\.1:\d+/\S+/\n", said)):
            line = process.stdout.readline()
            assert line, f"it has ended:\n{said}"
            said += line
        yield process, address.group().strip()
    finally:
        process.kill()
        process.communicate()


def until(page, expression, patience_s=60.0):
    """Wait until an expression is true. Playwright's own wait evaluates text in the page, which its policy forbids."""
    deadline = time.monotonic() + patience_s
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(20)


def main():
    """Print the table."""
    print("program      data    pictures/s  steps/s  fields  95% after")
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        home = Path(folder) / "home"
        shutil.copytree(ROOT / "solution" / "starter", home)
        for name, program in PROGRAMS.items():
            shutil.copy(program, home / "neural_network.py")
            shutil.copy(EXTENSIONS[name], home / "extensions.py")
            for data in ("circle", "xor", "spiral", "blobs", "arms"):
                with started(home, "--data", data) as (_, address):
                    print(f"{name:11}  {data:6}  {_watched(chromium, address)}", flush=True)


def _watched(chromium, address):
    reader = Reader(chromium)
    begin = time.perf_counter()
    page = reader.open(address)
    until(page, RIGHT)
    took, steps = time.perf_counter() - begin, page.evaluate("now.steps")
    before = page.evaluate("[pictures, now.steps, performance.now()]")
    page.wait_for_timeout(1000 * WATCHED_S)
    after = page.evaluate("[pictures, now.steps, performance.now()]")
    side, right = page.evaluate("[now.network.map.side, now.network.right]")
    reader.close()
    passed_s = (after[2] - before[2]) / 1000
    pace = f"{(after[0] - before[0]) / passed_s:10.1f}  {(after[1] - before[1]) / passed_s:7.0f}  {side:2d}x{side:<3d}"
    return f"{pace}  {steps} steps, {took:.1f} s; later {right:.0%}"


if __name__ == "__main__":
    main()
