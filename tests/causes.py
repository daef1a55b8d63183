"""How often the cause of a wrong answer is named, and how often rightly.

    python -m tests.causes            grade the bank and the mutants, and print the tables
    python -m tests.causes --write    also rewrite docs/mistakes.md

A cause from a formula or from the sizes is right if the program's `expected.toml` lists it, and false otherwise, so
anyone who adds one has to look at every program that it is named for. Causes from the numbers alone only describe those
numbers, so they are true. What is said of mutants was judged by reading (`mutants`), both for the formulas alone and
for everything that the grader says.
"""

import argparse
import concurrent.futures
import contextlib
import os
import sys
import tempfile
import textwrap
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from autograder import submission as submissions
from autograder.assignment import Assignment
from autograder.grade import grade_program
from autograder.outcome import CaseResult, Grade, Outcome

from .bank import ASSIGNMENT, MESSAGE, ROOT, Program, read_bank
from .beside import Beside
from .in_process import PART_OF, PARTS
from .mutants import BEDS, Bed, Mutant

DOCUMENT = ROOT / "docs" / "mistakes.md"
WHOLE = "the whole file"
LABEL = "Likely cause"
SIZES = "structure.sizes"

HEAD = """# Naming the mistake: how often, and how correctly

Made by `python -m tests.causes --write`, so do not edit it. The cause of a formula is named only if no other formula
reproduces everything that the function returned in a case, to a millionth of the largest entry.
`tests/test_mistakes.py` tests that no two entries are alike on the inputs of the cases, that none is right, and that
none is found in a right answer. `tests/test_messages.py` compares each message word for word.
"""


@dataclass
class Row:
    """One line of the table."""

    wrong: list[str] = field(default_factory=list)
    """Programs that answer wrongly in a case of this function."""
    named: list[str] = field(default_factory=list)
    """The programs among `wrong` that are told a cause in at least one of these cases."""
    false: list[str] = field(default_factory=list)
    """The programs among `wrong` that are told a cause that `expected.toml` does not list."""
    silent: list[str] = field(default_factory=list)
    """Programs without an answer in any failing case: exceptions, timeouts, missing functions."""
    helped: list[str] = field(default_factory=list)
    """The programs among `silent` that are told what to do."""


def graded(programs: dict[str, Program]) -> dict[str, Grade]:
    """Return the grade of every program; as many are graded at a time as there are processors."""
    with contextlib.closing(Beside(programs.values())) as beside:
        return {name: beside.of(program) for name, program in programs.items()}


def functions_of(part: Assignment) -> list[str]:
    """Return the functions that have cases of their own."""
    return [name for name, one in PART_OF.items() if one.assignment.file == part.file]


def function_of(part: Assignment, result: CaseResult) -> str:
    """Return the function that a case is about."""
    function = part.function_under_test(result.case)
    return function.name if function is not None else WHOLE


def table(part: Assignment, programs: dict[str, Program], grades: dict[str, Grade]) -> dict[str, Row]:
    """Return function -> the wrong programs of the bank."""
    rows = {name: Row() for name in (*functions_of(part), WHOLE)}
    numbers = {case.number for case in part.cases}
    for name, program in programs.items():
        failed: dict[str, list[CaseResult]] = defaultdict(list)
        own = [result for result in grades[name].results if result.case.number in numbers]
        # If every case ends in the same way without an answer, no single function is to blame.
        outcomes = {result.outcome for result in own}
        whole = bool(program.all) or (len(outcomes) == 1 and not outcomes & {Outcome.FAILED, Outcome.PASSED})
        for result in own:
            if result.outcome is not Outcome.PASSED:
                failed[WHOLE if whole else function_of(part, result)].append(result)
        for function, results in failed.items():
            row = rows[function]
            listed = {program.mistake[one.case.number] for one in results if one.case.number in program.mistake}
            causes = {one.mistake for one in results if one.mistake}
            # A cause from the sizes combines several cases, so a person must have judged it as well.
            judged = {cause for cause in causes if cause == SIZES or not cause.startswith("structure.")}
            # A training case's hint to fix backprop first says nothing new about backprop.
            told = bool(causes) or any(LABEL in one.text for one in results if one.case.function in part.functions)
            if any(one.outcome is Outcome.FAILED for one in results) and function != WHOLE:
                row.wrong.append(name)
                row.named += [name] if causes else []
                row.false += [name] if judged - listed else []
            else:
                row.silent.append(name)
                row.helped += [name] if told else []
    return rows


def title_of(part: Assignment, what: str) -> str:
    """Return a heading of the page."""
    return f"## {what}\n" if part.file == ASSIGNMENT.file else f"## Extra credit: {what}\n"


def bank_section(
    part: Assignment, rows: dict[str, Row], programs: dict[str, Program], grades: dict[str, Grade]
) -> list[str]:
    """Return the bank's figures, and the programs without a cause."""
    catalogue = next(one.mistakes for one in PARTS if one.assignment.file == part.file)
    counted = Counter(mistake.function for mistake in catalogue)
    each = ", ".join(f"{number} of {name}" for name, number in counted.items())
    path = (part.folder / "mistakes.py").relative_to(ROOT).as_posix()
    right = [name for name, program in programs.items() if program.right]
    accused = [name for name in right if any(one.mistake or LABEL in one.text for one in grades[name].results)]
    lines = [
        title_of(part, f"{'The bank: ' if part.file == ASSIGNMENT.file else ''}{len(programs)} programs"),
        *textwrap.wrap(f"The catalogue, `{path}`, holds {len(catalogue)} entries: {each}.", 120),
        "",
        "| function | wrong answers | cause named | right | false | right, % | no answer | told what to do |",
        "|---|---|---|---|---|---|---|---|",
    ]
    every = Row()
    for name, row in rows.items():
        lines.append(_line(f"`{name}`" if name != WHOLE else name, row))
        every.wrong += row.wrong
        every.named += row.named
        every.false += row.false
        every.silent += row.silent
        every.helped += row.helped
    lines.append(_line("all", every))
    others = [name for name in every.wrong if not (programs[name].folder / MESSAGE).exists()]
    told = sum(name in every.named for name in others)
    unnamed = dict.fromkeys(name for name in every.wrong if name not in every.named)
    lines += [
        "",
        f"Right programs, in every style: {len(right)}; with a cause named: {len(accused)}"
        + (f" ({', '.join(accused)})." if accused else "."),
        "",
        "A program counts once for each function whose cases it fails; training counts as backprop. *No answer* means",
        "exceptions, calls that never end, missing functions, and files that cannot be read. Each entry of the",
        "catalogue has a program here that was written for it, so these figures are flattering. Of the",
        f"{len(others)} wrong answers of programs that do not show an entry's message, a cause is named for {told}.",
        "The mutants below were not written for any entry.",
        "",
        "Wrong answers without a cause: " + (_listed(unnamed) or "none")
        + ".",
    ]  # fmt: skip
    if every.false:
        lines += ["", f"False causes: {_listed(every.false)}."]
    return lines


def _line(name: str, row: Row) -> str:
    rightly = len(row.named) - len(row.false)
    share = f"{rightly / len(row.wrong):.0%}" if row.wrong else "-"
    return (
        f"| {name} | {len(row.wrong)} | {len(row.named)} | {rightly} | {len(row.false)} | {share} |"
        f" {len(row.silent)} | {len(row.helped)} |"
    )


def _listed(names: object) -> str:
    return ", ".join(f"`{name}`" for name in names)  # type: ignore[attr-defined]


FORMULA, NUMBERS, EXCEPTION = "a formula of the catalogue", "the numbers alone", "an exception"


@dataclass(frozen=True)
class Told:
    """What the grader says of one mutant, as causes or sentences, by the means that produced them."""

    by: dict[str, set[str]]

    def false(self, bed: Bed, number: int, means: str) -> bool:
        """Return whether any of it was not judged to be right."""
        if means == EXCEPTION:
            return bool(self.by[means]) and number not in bed.advises
        right = bed.shows.get(number, set())
        return bool(self.by[means] - right - (bed.says.get(number, set()) if means == FORMULA else set()))


def told_of(bed: Bed, found: list[Mutant]) -> list[Told]:
    """Return what the whole grader says of each mutant, in the cases of the changed function."""
    limits = bed.part.limits._replace(call_s=5, case_s=10)
    assignment = bed.part._replace(limits=limits)
    told = []
    with tempfile.TemporaryDirectory() as place, concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        started = []
        for number, one in enumerate(found):
            folder = Path(place) / str(number)
            folder.mkdir()
            bed.laid_out(folder, one.text)
            handed_in = submissions.read_parts(folder, ASSIGNMENT)
            mine = handed_in if bed.part is ASSIGNMENT else handed_in.extra[ASSIGNMENT.extra_credit.index(bed.part)]
            started.append(pool.submit(grade_program, mine.program, assignment))
        for one, future in zip(found, started):
            results = [result for result in future.result().results if result.case.function == one.function]
            causes = {cause for result in results for cause in (result.mistake or "").split("+") if cause}
            told.append(Told({
                FORMULA: {cause for cause in causes if not cause.startswith("structure.")},
                NUMBERS: {cause for cause in causes if cause.startswith("structure.")},
                EXCEPTION: {result.text.split(LABEL)[1] for result in results
                            if result.outcome is Outcome.RAISED and not result.mistake and LABEL in result.text},
            }))  # fmt: skip
    return told


def told_section(bed: Bed, told: list[Told]) -> list[str]:
    """Return a table of what is said of the mutants, by the means that produced it."""
    lines = [
        "### By everything that the grader says\n",
        "The figures above are for the formulas alone, on all arrays together. Below is what a student with the mutant",
        "is told in the cases of its function, unpolished. A formula may explain one array of two, the numbers may",
        "show something without any formula, and the type and words of an exception may tell what to do. A mutant that",
        "is told by two means counts for both. It counts as false if any sentence is untrue or misleading.",
        "",
        "| told by | mutants | right | false | which are false |",
        "|---|---|---|---|---|",
    ]
    numbered = list(enumerate(told, 1))
    for means in (FORMULA, NUMBERS, EXCEPTION):
        named = [number for number, one in numbered if one.by[means]]
        false = [number for number, one in numbered if one.false(bed, number, means)]
        lines.append(_share(means, named, false))
    named = [number for number, one in numbered if any(one.by.values())]
    false = [number for number, one in numbered if any(one.false(bed, number, means) for means in one.by)]
    lines.append(_share("any of them", named, false))
    silent = ", ".join(str(number) for number, one in numbered if not any(one.by.values()))
    return [*lines, "", f"The grader says nothing about {len(told) - len(named)} of {len(told)}: {silent or '-'}.", ""]


def _share(means: str, named: list[int], false: list[int]) -> str:
    which = ", ".join(map(str, false)) or "-"
    return f"| {means} | {len(named)} | {len(named) - len(false)} | {len(false)} | {which} |"


def mutant_section(bed: Bed, found: list[Mutant], harmless: int) -> list[str]:
    """Return the mutants' figures, and a table of each of them."""
    lines = [
        title_of(bed.part, f"{len(found)} mutants"),
        "Right programs with one operator, sign, index, axis, or bound changed mechanically (`tests/mutants.py`, seed",
        f"{bed.seed}), taking the functions in turn. They were made after the catalogue was closed, and used for",
        f"nothing else. Mutants left out because they changed no grade: {harmless}.",
        "",
        "| function | wrong answers | cause named | right | false | no answer |",
        "|---|---|---|---|---|---|",
    ]
    of = {name: [one for one in found if one.function == name] for name in functions_of(bed.part)}
    numbers = {id(one): number for number, one in enumerate(found, 1)}

    def wrongly(one: Mutant) -> bool:
        return bool(one.named - bed.says.get(numbers[id(one)], set()))

    for name, some in [*((f"`{name}`", some) for name, some in of.items()), ("all", found)]:
        answering = [one for one in some if one.answers]
        named = [one for one in answering if one.named]
        false = [one for one in named if wrongly(one)]
        lines.append(
            f"| {name} | {len(answering)} | {len(named)} | {len(named) - len(false)} |"
            f" {len(false)} | {len(some) - len(answering)} |"
        )
    told = told_of(bed, found)
    lines += [
        "",
        *told_section(bed, told),
        "| | in | changed | to | formula | also told |",
        "|---|---|---|---|---|---|",
    ]
    for number, one in enumerate(found, 1):
        by = told[number - 1].by
        causes = _listed(sorted((by[FORMULA] | by[NUMBERS]) - one.named))
        besides = ", ".join(filter(None, [causes, "what to do" if by[EXCEPTION] else ""])) or "-"
        cause = _listed(sorted(one.named)) or ("-" if one.answers else "no answer")
        judged = " (false)" if wrongly(one) else ""
        lines.append(
            f"| {number} | {one.function} | `{_cell(one.before)}` | `{_cell(one.after)}` | {cause}{judged} |"
            f" {besides} |"
        )
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Print the page, and write it if asked; return 1 if a cause is false or a right program is accused."""
    parser = argparse.ArgumentParser(prog="python -m tests.causes", description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="rewrite docs/mistakes.md")
    options = parser.parse_args()
    programs = read_bank()
    grades = graded(programs)
    sections, false = [HEAD], False
    for bed in BEDS:
        own = {name: program for name, program in programs.items() if program.part.file == bed.part.file}
        rows = table(bed.part, own, grades)
        sections += [*bank_section(bed.part, rows, own, grades), "", *mutant_section(bed, *bed.mutants()), ""]
        accused = any(one.mistake for name, one_of in own.items() if one_of.right for one in grades[name].results)
        false = false or accused or any(row.false for row in rows.values())
    text = "\n".join(sections)
    print(text)
    if options.write:
        DOCUMENT.write_text(text, encoding="utf-8", newline="\n")
    return int(false)


if __name__ == "__main__":
    sys.exit(main())
