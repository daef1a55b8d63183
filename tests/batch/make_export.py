"""A made-up Gradescope export with programs of the bank: `python -m tests.batch.make_export FOLDER --count 300`.

The same arguments give the same bytes. All people in it are invented. Like a real export, it has groups, students
without a number, a metadata entry without a folder, a folder without an entry, identical programs, names in many
alphabets, and extra credit of every kind. It also has stored grades. Some of them differ from what the grader would
give today, and none includes extra credit.
"""

import argparse
import json
import random
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from ..bank import ASSIGNMENT, BANK, POINTS, Program, read_all

GIVEN = (
    "Ada Björn Chloé Dvořák Émile 美咲 Ибрагим Νίκος José Kwame Łukasz Mehmet Nguyễn Óscar Priya Seán Zoë أمل".split()
)
FAMILY = (
    "Ng O'Brien Müller Smith Иванова 田中 Παπαδάκης García-López Þórsdóttir Nwosu Kowalska חיים Singh Yılmaz".split()
)
TITLES = {case.number: case.title for case in ASSIGNMENT.cases}
LINE = "What a case says of a program that is wrong takes some lines, and Gradescope stores every one of them.\n"

# What is handed in for extra credit: a few fast functions, correct or wrong, or a program that fails.
BEGUN = """
import numpy as np
from neural_network import sigmoid

def logistic_gradient(x, y, theta):
    return (y - sigmoid(x @ theta)) @ x

def neuron_loss(x, y, w):
    return float(np.sum((sigmoid(x @ w) - y) ** 2) / 2)

def perceptron_predict(x, w):
    return np.where(x @ w >= 0, 1.0, 0.0)
"""
EXTRA = {
    "begun": BEGUN,
    "wrong sign": BEGUN.replace("(y - sigmoid(x @ theta))", "(sigmoid(x @ theta) - y)"),
    "does not import": "from neural_network import sigmoyd\n",
    "ends": "import os\nos._exit(0)\n",
    "no Python": "def logistic_gradient(x, y, theta) return x\n",
    "empty": "",
}


def make(
    folder: Path,
    count: int,
    seed: int = 0,
    programs: Sequence[Program] | None = None,
    *,
    loops: float = 0,
    stored: float = 0.5,
    changed: float = 0.1,
    odd: float = 0.04,
    extra: float = 0.15,
    output_bytes: int = 0,
    apart: bool = False,
    always: Sequence[Program] = (),
) -> Path:
    """Make an export in `folder`, and return its path.

    Args:
        folder: created if it does not exist.
        count: number of submissions.
        seed: another seed gives another class.
        programs: what to draw from; at least half of the draws are correct. By default, all of the bank that end soon.
        loops: share of submissions in plain loops, which are slow.
        stored: share with stored results.
        changed: share of these whose stored grade differs in one case.
        extra: share with extra credit.
        odd: share of each: entries without a folder, folders without an entry, and entries that name nobody.
        output_bytes: length of the stored output of a submission.
        apart: make all programs different, because a batch grades identical ones only once.
        always: programs that are always handed in, by randomly chosen students.
    """
    # Extra credit has its own generator, so that the rest of the class does not depend on it.
    chance, beyond = random.Random(seed), random.Random(seed)
    programs = sorted(programs or ending(), key=lambda program: program.folder.name)
    right = [program for program in programs if program.right] or programs
    slow = read_all(BANK)["loops_in_plain_python"]
    certain = dict(zip(random.Random(seed).sample(range(count), len(always)), always))
    top = folder / f"assignment_{4_000_000 + seed}_export"
    top.mkdir(parents=True)
    with open(top / "submission_metadata.yml", "w", encoding="utf-8", newline="\n") as lines:
        lines.write("---\n")
        for number in range(count):
            name = f"submission_{250_000_000 + 7 * number}"
            program = slow if chance.random() < loops else chance.choice(right if chance.random() < 0.5 else programs)
            fate = chance.random() / odd if odd else 3
            if number in certain:
                program, fate = certain[number], 3
            if fate >= 1:
                _hand_in(program, top / name)
                if apart:
                    for file in (top / name).glob("*.py"):
                        file.write_bytes(file.read_bytes() + f"\n# {number}\n".encode())
                if beyond.random() < extra:
                    text = EXTRA[beyond.choice(list(EXTRA))]
                    (top / name / ASSIGNMENT.extra_credit[0].file).write_text(text, encoding="utf-8", newline="\n")
            if not 1 <= fate < 2:
                kept = chance.random() < stored
                other = chance.choice(list(POINTS)) if kept and chance.random() < changed else ""
                lines.write(f"{name}:\n")
                _write_people(lines, chance, number, nobody=2 <= fate < 3)
                lines.write(f"  :created_at: 2025-11-{1 + number % 20:02} 1{number % 10}:30:05.{number:09} Z\n")
                _write_stored(lines, program, other, output_bytes, kept=kept)
    return top


def ending() -> list[Program]:
    """Return the programs of the bank that reach no time limit."""
    return [program for program in read_all(BANK).values() if not program.limits]


def _hand_in(program: Program, to: Path) -> None:
    from_where = program.folder / program.submission if program.submission else program.folder
    if from_where.is_dir():
        shutil.copytree(from_where, to, ignore=shutil.ignore_patterns("expected.toml", "message.txt"))
    else:
        to.mkdir()
        shutil.copyfile(from_where, to / from_where.name)


def _write_people(lines, chance, number, *, nobody):
    if nobody:
        lines.write("  :submitters: []\n")
        return
    lines.write("  :submitters:\n")
    for member in range(chance.choice([1] * 17 + [2, 2, 3])):
        name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
        sid = f"{number * 3 + member:07}"
        lines.write(f"  - :name: {json.dumps(name, ensure_ascii=False)}\n")
        if chance.random() < 0.97:
            lines.write(f"    :sid: '{sid}'\n")
        lines.write(f"    :email: s{sid}@university.example\n")
        if chance.random() < 0.5:
            lines.write(f"    section_name: Section {1 + number % 8}\n")


def _write_stored(lines, program, other, output_bytes, *, kept):
    """Write results as Gradescope stores them. Case `other` gets an outcome that differs from today's."""
    if not kept:
        lines.write("  :score:\n  :status: unprocessed\n  :results:\n  :history: []\n")
        return
    scores = {number: POINTS[number] * (what == "Passed") for number, what in program.expected.items()}
    if other:
        scores[other] = POINTS[other] - scores[other]
    total = float(sum(scores.values()))
    lines.write(f"  :score: {total}\n  :status: processed\n  :results:\n    score: {total}\n    tests:\n")
    output = (LINE * (output_bytes // len(POINTS) // len(LINE))).replace("\n", "\\n")
    for number, score in scores.items():
        outcome = ("Failed" if program.expected[number] == "Passed" else "Passed") if number == other else ""
        mistake = json.dumps(program.mistake.get(number)) if number != other else "null"
        lines.write(
            f"    - number: '{number}'\n      name: {json.dumps(TITLES[number])}\n"
            f"      score: {float(score)}\n      max_score: {float(POINTS[number])}\n"
            f'      output: "{output}"\n      extra_data:\n'
            f"        outcome: {outcome or program.expected[number]}\n        mistake: {mistake}\n"
        )
    lines.write("  :history: []\n")


def as_zip(export: Path) -> Path:
    """Pack an export into a zip, as it is downloaded, and remove the folder."""
    path = export.with_name(f"{export.name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(export.rglob("*")):
            name = file.relative_to(export.parent).as_posix()
            if file.is_file() and not file.is_symlink():
                archive.writestr(zipfile.ZipInfo(name), file.read_bytes(), zipfile.ZIP_DEFLATED)
            elif file.is_dir():
                archive.writestr(zipfile.ZipInfo(name + "/"), b"")
    shutil.rmtree(export)
    return path


def main() -> None:
    """Make an export, and print its path."""
    parser = argparse.ArgumentParser(prog="python -m tests.batch.make_export", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the export goes")
    parser.add_argument("--count", type=int, default=300, help="submissions; default: 300")
    parser.add_argument("--seed", type=int, default=0, help="chooses programs and people; default: 0")
    parser.add_argument("--loops", type=float, default=0, help="the share of programs in plain loops, such as 0.25")
    parser.add_argument("--output-bytes", type=int, default=0, help="length of each stored output")
    parser.add_argument("--hanging", action="store_true", help="include programs that never end")
    parser.add_argument("--hostile", action="store_true", help="include attacks")
    parser.add_argument("--zip", action="store_true", help="write one zip file")
    asked = parser.parse_args()
    programs = list(read_all(BANK).values()) if asked.hanging else ending()
    if asked.hostile:
        from ..hostile.bank import ATTACKS

        programs += ATTACKS.values()
    export = make(asked.folder, asked.count, asked.seed, programs, loops=asked.loops, output_bytes=asked.output_bytes)
    print(as_zip(export) if asked.zip else export)


if __name__ == "__main__":
    main()
