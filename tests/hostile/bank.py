"""One attack, the files that it hands in, and its effects on a grader."""

import json
import os
import re
import shutil
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from ..bank import HOSTILE, Program, read_all

CLASSES = (
    "forging results", "reading secrets", "patching", "ending early", "signals", "floods", "forging replies",
    "lying values", "injecting output", "sidecar files", "odd files", "carrying state", "hard-coding", "exfiltration",
    "reaching out",
)  # fmt: skip
EFFECTS = (
    "points",
    "fewer points",
    "no results",
    "changed later",
    "leak",
    "left behind",
    "injection",
    "other outcomes",
    "next graded wrongly",
)
# An attack that has obtained something it must not have prints this word wherever it can.
STOLEN = "STOLEN"
# Includes the word in Braille, and digits, for attacks that must avoid letters.
TAKEN = re.compile(r"(?:STOLEN|\u280e\u281e\u2815\u2807\u2811\u281d|5701) \S")


@dataclass(frozen=True)
class Attack(Program):
    """One folder of submissions/hostile."""

    kind: str = ""
    """One of CLASSES."""
    naive: list[str] = field(default_factory=list)
    """The effects on a naive grader, from EFFECTS."""
    make: dict[str, str] = field(default_factory=dict)
    """Files that git cannot hold: name -> fifo, folder, device, link to PATH."""

    def hand_in(self, place: Path) -> Path:
        """Copy the folder without `expected.toml`, and add the files that git cannot hold."""
        copied = super().hand_in(place)
        for name, what in self.make.items():
            path = copied / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if what == "fifo":
                os.mkfifo(path)
            elif what == "folder":
                path.mkdir()
            elif what == "device":  # /dev/zero
                os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))
            else:
                path.symlink_to(what.removeprefix("link to "))
        return copied

    def ends_as_written(self, outcomes: dict[str, str]) -> bool:
        """Return whether each case ended as expected.

        Filling memory takes half a second of CPU time; in a fresh virtual machine, whose host has yet to provide the
        memory, 1.5 s. There, or on a busy machine, the time limit is reached before memory is refused. The program
        causes both outcomes itself, and neither earns points.
        """
        late = {number for number, outcome in outcomes.items() if outcome == "TimedOut"}
        full = {number: outcome for number, outcome in self.expected.items() if outcome == "OutOfMemory"}
        return {**outcomes, **{number: full[number] for number in late & set(full)}} == self.expected


ATTACKS: dict[str, Attack] = read_all(HOSTILE, Attack)


def effects(attack: Attack, report: dict) -> list[str]:
    """Translate watch.py's report into the words of EFFECTS; empty for a grader that was not affected."""
    found = []
    results = _readable(report["results"])
    if results is None or report["status"] is None:
        found.append("no results")
    else:
        points = sum(test["score"] for test in results["tests"])
        found += ["points"] * (points > attack.score) + ["fewer points"] * (points < attack.score)
        shown = [results.get("output", ""), *(test.get("output", "") for test in results["tests"])]
        found += ["leak"] * any(TAKEN.search(text) for text in shown)
        found += ["injection"] * any(injects(text, results) for text in shown)
    found += ["changed later"] * (report["later"] != report["results"])
    found += ["left behind"] * bool(report["processes"] or report["files"])
    if "solution" in report and results is not None:
        outcomes = {test["number"]: test["extra_data"]["outcome"] for test in results["tests"]}
        found += ["other outcomes"] * (not attack.ends_as_written(outcomes))
    found += ["next graded wrongly"] * (report.get("solution", 100) != 100)
    return found


def injects(text: str, results: dict) -> bool:
    """Return whether a text could have an effect: HTML markup, control or format characters, or stacked accents."""
    html = results.get("test_output_format", "text") != "text" and re.search(r"<(script|img|style|a|h1)\b", text)
    letters = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") and letter not in "\n\t" for letter in text)
    stacked = re.search(r"[^\W\d_]" + "[\u0300-\u036f\u0488\u0489\u20d0-\u20f0]" * 4, text)
    return bool(html or letters or stacked)


def _readable(text: str | None) -> dict | None:
    """Return the results as Gradescope reads them, or None where it would show an error."""
    try:
        results = json.loads(text or "")
        if all(isinstance(test["score"], (int, float)) and test["score"] == test["score"] for test in results["tests"]):
            return results if results["tests"] else None
    except (ValueError, KeyError, TypeError):
        pass
    return None


def place_in(container: Path, attack: Attack) -> None:
    """Copy an attack into the submission folder of a container made by `new_autograder`."""
    submission = container / "submission"
    shutil.rmtree(submission)
    attack.hand_in(submission)
    submission.chmod(0o777)
