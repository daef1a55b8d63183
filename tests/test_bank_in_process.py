"""Programs that show a known mistake and that `make test` does not grade, run in this process.

Each function is run with right functions around it, as in the grader's second try: the same cases end the same way, and
the same causes and messages are given, in a twentieth of the time. What is not tested here is isolation, limits, and
what a mistake does to the cases of other functions; one in six of these programs is graded for that, and all are in
`make check-all` (test_bank.py).
"""

import pytest

from autograder.rehearsal import Memory

from .bank import MESSAGE, SLOWEST, rarely_graded, read_bank
from .in_process import MISTAKES, results
from .test_messages import SHOWN, message_of

PROGRAMS = read_bank()
FOLDERS = rarely_graded(PROGRAMS) - SLOWEST
RARELY = {name: one for name, one in PROGRAMS.items() if one.folder in FOLDERS}
MEMORY = Memory()  # every program is asked the same questions
CATALOGUE = [one._replace(formula=MEMORY.remembering(one.formula)) for one in MISTAKES]
NUMBER = {program.folder: number for program, number in SHOWN.values()}


def wrong_functions(program):
    """Return the names of the functions that are wrong: usually one."""
    cases = [case for case in program.cases if case.number in program.outcomes]
    return {program.part.function_under_test(case).name for case in cases}


@pytest.mark.filterwarnings("ignore")  # a program may overflow
@pytest.mark.parametrize("program", RARELY.values(), ids=RARELY.keys())
def test_program_gets_its_outcomes_causes_and_message(program, tmp_path):
    """As `expected.toml` and `message.txt` say. Every case that does not pass is one of a wrong function."""
    path = program.hand_in(tmp_path / "handed_in") / program.part.file
    found = {}
    for name in wrong_functions(program):
        found |= results(name, path, CATALOGUE)
    assert {number: one.outcome.value for number, one in found.items()} == {
        number: outcome for number, outcome in program.expected.items() if number in found
    }
    assert program.outcomes.keys() <= found.keys()
    assert {number: found[number].mistake for number in program.mistake} == program.mistake
    named = {one.mistake for one in found.values() if one.mistake and not one.mistake.startswith("structure.")}
    assert named <= set(program.mistake.values())
    if program.folder in NUMBER:
        text = (program.folder / MESSAGE).read_text(encoding="ascii")
        assert message_of(found[NUMBER[program.folder]]) == text
