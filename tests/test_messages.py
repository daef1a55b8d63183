"""Every known mistake, and the whole message that a student with this mistake reads, word for word.

    python -m tests.test_messages --write [WORD ...]

rewrites each `message.txt` beside its program (those with all WORDs in their name), after which one reads what has
changed: a message is good because somebody has read it, not because a program has written it.
"""

import argparse
import contextlib
import sys

import pytest

from autograder.outcome import CaseResult, Grade

from .bank import ASSIGNMENT, BANK, MESSAGE, PARTS, Program, rarely_graded, read_bank
from .beside import Beside
from .in_process import MISTAKES


def shown_by(programs: dict[str, Program]) -> dict[str, tuple[Program, str]]:
    """Return identifier of a mistake -> the program that shows its message, and the case of the message.

    Among the programs with the fewest other mistakes, the choice is one that has a message already, or else the one
    with the shortest name. The case is the first visible one that names the mistake, or the first of all if only hidden
    cases do.
    """
    seen = {case.number for case in ASSIGNMENT.every_case if case.example}
    found: dict[str, tuple[Program, str]] = {}
    for mistake in MISTAKES:
        having = [program for program in programs.values() if mistake.identifier in program.mistake.values()]
        if having:
            program = min(having, key=_preference)
            numbers = [number for number, identifier in program.mistake.items() if identifier == mistake.identifier]
            found[mistake.identifier] = (program, min(numbers, key=lambda number: (number not in seen, number)))
    return found


def _preference(program: Program) -> tuple[int, bool, int]:
    has_none = not (program.folder / MESSAGE).exists()
    return len(set(program.mistake.values())), has_none, len(program.folder.name)


def message(graded: Grade, number: str) -> str:
    """Return what a student reads about one case: its title, and the text below."""
    return message_of(next(result for result in graded.results if result.case.number == number))


def message_of(result: CaseResult) -> str:
    """Return what a student reads about one case, from its result."""
    return f"{result.case.number}  {result.case.title}\n{result.text}\n"


PROGRAMS = read_bank()
SHOWN = shown_by(PROGRAMS)
RARELY = rarely_graded(PROGRAMS)


@pytest.mark.parametrize(
    ("identifier", "program", "number"),
    [
        pytest.param(identifier, *shown, id=identifier, marks=[pytest.mark.slow] if shown[0].folder in RARELY else [])
        for identifier, shown in SHOWN.items()
    ],
)
def test_message_is_word_for_word(identifier, program, number, graded):
    """The message file beside the program equals the text that it gets now, which contains the mistake's sentence."""
    text = message(graded(program), number)
    assert text == (program.folder / MESSAGE).read_text(encoding="ascii")
    sentence = next(mistake.sentence for mistake in MISTAKES if mistake.identifier == identifier)
    assert sentence in " ".join(text.split())


def test_every_mistake_has_a_program_that_shows_it():
    """A program shows one mistake only, or its message would be two."""
    assert [mistake.identifier for mistake in MISTAKES if mistake.identifier not in SHOWN] == []
    folders = [program.folder for program, _ in SHOWN.values()]
    assert len(set(folders)) == len(folders)


def test_no_message_is_left_over():
    """A message that no test compares would become outdated."""
    kept = {path.parent for folder in PARTS for path in folder.glob(f"*/{MESSAGE}")}
    assert kept == {program.folder for program, _ in SHOWN.values()}


def main() -> int:
    """Rewrite the messages, and print how many changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", required=True, help="rewrite them")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only programs with this in their name")
    words = parser.parse_args().words
    shown = [one for one in SHOWN.values() if all(word in one[0].folder.relative_to(BANK).as_posix() for word in words)]
    changed = 0
    with contextlib.closing(Beside(program for program, _ in shown)) as graded:
        for program, number in shown:
            path, text = program.folder / MESSAGE, message(graded.of(program), number)
            if not path.exists() or path.read_text(encoding="ascii") != text:
                path.write_text(text, encoding="ascii", newline="\n")
                print(path)
                changed += 1
    print(f"{changed} of {len(shown)} messages have changed. Read them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
