"""Run attacks in a container, against the naive grader or ours, and say what they did.

    python -m tests.hostile.attack                          every attack, in all three ways
    python -m tests.hostile.attack NAME... --mode naive     these, against the naive grader

    naive   tests/hostile/naive.py as root
    root    this grader as root, as on Gradescope
    user    this grader as an ordinary user, as on a laboratory machine

Each run has a fresh container. --image keeps what setup.sh made there, and takes it from there the next time. A run of
everything with --write puts what it saw into docs/security.md.
"""

import argparse
import concurrent.futures
import contextlib
import datetime as dt
import json
import os
import platform
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from autograder.authoring import bundle

from ..container.container import Limits, enter, new_autograder, set_up, why_not
from .bank import ATTACKS, CLASSES, Attack, effects, place_in

ROOT = Path(__file__).resolve().parent.parent.parent
MODES = ("naive", "root", "user")
# Seconds to wait after a grading before looking again. What an attack leaves running acts within seconds.
PATIENCE_S = {"naive": 4, "root": 30, "user": 30}
BEGIN, END = "<!-- BEGIN ATTACKS, written by python -m tests.hostile.attack --write -->", "<!-- END ATTACKS -->"
# Each gets half a CPU.
AT_ONCE = 2 * len(os.sched_getaffinity(0))


def attack_all(image: Path, attacks: list[tuple[Attack, str]], done: Callable[[Attack, str, dict], None]) -> None:
    """Run each attack in its mode. While one waits for delayed effects, the next is graded."""
    grading = threading.Semaphore(AT_ONCE)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE * 8) as pool:
        waiting = {pool.submit(run, image, *one, grading): one for one in attacks}
        for future in concurrent.futures.as_completed(waiting):
            done(*waiting[future], future.result())


def run(image: Path, attack: Attack, mode: str, grading: threading.Semaphore | None = None) -> dict:
    """Return watch.py's report of one attack, plus `printed` (the grader's output for staff) and `effects`."""
    graded = threading.Event()
    with tempfile.TemporaryDirectory(prefix="attack-", dir=image) as folder, contextlib.ExitStack() as stack:
        scratch = Path(folder)
        scratch.chmod(0o755)
        container = new_autograder(scratch, image / "autograder" / "source")
        place_in(container, attack)
        for name in ("watch.py", "naive.py"):
            shutil.copy(Path(__file__).with_name(name), container)
        shutil.copy(ROOT / "solution" / "neural_network.py", container / "solution.py")
        limits = None if mode == "naive" else Limits(scratch.name)
        # Naive graders also run on laptops, which have no such profile.
        variables = {"PROFILED_BY": ""} if mode == "naive" else {}
        if limits is not None:
            stack.callback(limits.remove)
        if grading is not None:
            grading.acquire()

        def listen(line: str) -> None:
            if line == "graded\n" and not graded.is_set():
                graded.set()
                if grading is not None:
                    grading.release()

        try:
            _, printed = enter(
                scratch, container, image / "autograder" / "env",
                ["/autograder/env/bin/python", "-I", "/autograder/watch.py", mode, str(PATIENCE_S[mode])],
                limits=limits, on_line=listen, AUTOGRADER_TOKEN=f"{attack.folder.name} is not to see this", **variables,
            )  # fmt: skip
        finally:
            listen("graded\n")
    printed, _, report = printed.rstrip().rpartition("\n")
    try:
        found = json.loads(report)
        return {**found, "printed": printed, "effects": effects(attack, found)}
    except ValueError:
        return {"results": None, "printed": f"{printed}\n{report}", "effects": ["the watcher did not report"]}


def find_image(kept: Path | None, stack: contextlib.ExitStack) -> Path:
    """Return a folder that holds /autograder as setup.sh leaves it."""
    if kept is not None and (kept / "autograder" / "env" / "bin").is_dir():
        return kept
    folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="image-")))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    archive, _ = bundle.build(ROOT, folder)
    bundle._unpack(archive, folder / "source")
    set_up(folder, folder / "source")
    return folder


def main() -> int:
    """Run the requested attacks, and print a line for each."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.hostile.attack", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="folders of submissions/hostile; none means all")
    parser.add_argument("--mode", choices=MODES, help="only this way")
    parser.add_argument("--image", type=Path, metavar="FOLDER", help="keep the image here, or take it from here")
    parser.add_argument("--write", action="store_true", help="rewrite the tables of docs/security.md")
    parser.add_argument("--full", action="store_true", help="print everything that is known")
    parsed = parser.parse_args()
    if reason := why_not():
        print(f"There can be no container here: {reason}.", file=sys.stderr)
        return 2
    chosen = [ATTACKS[name] for name in parsed.names or ATTACKS]
    modes = [parsed.mode] if parsed.mode else MODES

    reports: dict[tuple[str, str], dict] = {}

    def done(attack: Attack, mode: str, report: dict) -> None:
        reports[attack.folder.name, mode] = report
        print(f"{attack.folder.name:<50} {mode:<6} {in_words(attack, report)}", flush=True)
        if parsed.full:
            print(json.dumps(report, indent=1).replace("\\n", "\n"))

    with contextlib.ExitStack() as stack:
        image = find_image(parsed.image, stack)
        attack_all(image, [(attack, mode) for mode in modes for attack in chosen], done)
    if parsed.write:
        document = ROOT / "docs" / "security.md"
        before, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        document.write_text(f"{before}{BEGIN}\n{tables(reports)}{END}{after}", encoding="utf-8")
    return 0


def in_words(attack: Attack, report: dict) -> str:
    """Describe the points that a grader gave, and the effects on it."""
    if report["effects"] in (["no results"], ["the watcher did not report"]):
        return report["effects"][0]
    if "no results" in report["effects"]:
        return "; ".join(report["effects"])
    points = f"{sum(test['score'] for test in json.loads(report['results'])['tests']):g}"
    given = f"{points} of 100" + (f" instead of {attack.score:g}" if float(points) != attack.score else "")
    return "; ".join([given, *(effect for effect in report["effects"] if effect not in ("points", "fewer points"))])


def tables(reports: dict[tuple[str, str], dict]) -> str:
    """Return a table for each class of attacks, after a line with the totals."""
    contained = sum(not reports[name, mode]["effects"] for name in ATTACKS for mode in ("root", "user"))
    fell = sum(bool(reports[name, "naive"]["effects"]) for name in ATTACKS)
    lines = [
        f"{dt.datetime.now(tz=dt.timezone.utc):%-d %B %Y}, Linux {platform.release()}: {len(ATTACKS)} attacks. "
        f"The naive grader fell for {fell} of them; {contained} of {2 * len(ATTACKS)} gradings by this one, as root in "
        "the container and as an ordinary user, gave exactly the points due and left nothing behind.",
    ]
    for kind in CLASSES:
        lines += [
            "",
            f"**{kind.capitalize()}**",
            "",
            "| attack | what it does | naive grader | this grader |",
            "|---|---|---|---|",
        ]
        for name, attack in sorted(ATTACKS.items()):
            if attack.kind == kind:
                ours = {in_words(attack, reports[name, mode]) for mode in ("root", "user")}
                naive = in_words(attack, reports[name, "naive"])
                lines.append(f"| {name} | {attack.why} | {naive} | {' / '.join(sorted(ours))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
