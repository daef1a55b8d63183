"""The same words at home as on Gradescope: each visible failure of each program of the bank, byte for byte.

At home, the starter's checks run in this repository's engine, with recorded answers and mistakes in place of the
reference and the formulas; on Gradescope, the same case runs in a worker. The message of a case that fails in both must
not differ. Exceptions, and their reasons:

* A case that passes on Gradescope with right functions in place of the others: at home there are no stand-ins, so it
  fails there, and the summary says that it waits.
* A case that fails with right functions around it in another way than without: Gradescope shows the failure with them.
  In the bank, this happens if the import raises because of a wrong function; the failure is then that function's own
  mistake (CHECKS_AT_ITS_END). Any other such program must be named here.
* Extra credit without the first file: on Gradescope, the grader provides the functions that it imports.
* A program that hangs or ends its own process in a visible case: at home only Ctrl-C stops it, and its end is the end
  of pytest. A program that asks for too much memory: the limit depends on the computer.
* A file that cannot be read: at home it is one sentence in place of all cases, on Gradescope one in each.
* Non-ASCII characters in what a program prints or raises: at home they are escaped, since some terminals lack them.
"""

import os
import textwrap

import pytest

from autograder.gradescope.results import as_results
from autograder.outcome import Outcome

from .bank import ASSIGNMENT, rarely_graded, read_bank

VISIBLE = {part.file: {case.number for case in part.cases if case.example} for part in ASSIGNMENT.parts}
# Outcomes that do not occur on a student's own computer.
STOPPED = {"TimedOut", "OutOfMemory", "Died", "NotRun"}
PROGRAMS = read_bank()
CHECKS_AT_ITS_END = {
    "backprop_returns_nothing_and_is_tried_at_the_end",
    "forward_without_the_outer_sigmoid_and_checks_at_the_end",
    "sigmoid_raises_and_is_tried_at_the_end",
    "extensions/squared_loss_no_half_and_a_gradient_check_at_the_end",
}
COMPARABLE = {
    name: program
    for name, program in PROGRAMS.items()
    if not program.right
    and program.part.file in program.files
    and name not in CHECKS_AT_ITS_END
    and "import_s" not in program.limits  # its import hangs, and at home nothing stops it
    and not program.alone  # the grader provides what it imports, and at home nothing does
    and not {program.expected[number] for number in VISIBLE[program.part.file]} & {"TimedOut", "Died", "Unreadable"}
}
# Of those programs that other tests grade anyway, `make test` compares one in three that show a known mistake of the
# first file, one in eight that show one of extra credit, and all that show none of the first file.
RARELY = rarely_graded(PROGRAMS)
GRADED = {name: one for name, one in COMPARABLE.items() if one.folder not in RARELY}
EXTRA = [name for name, one in GRADED.items() if one.part is not ASSIGNMENT]
NAMED = [name for name, one in GRADED.items() if one.part is ASSIGNMENT and one.mistake]
OFTEN = GRADED.keys() - {*EXTRA, *NAMED} | {*NAMED[::3]} | {*[name for name in EXTRA if GRADED[name].mistake][::8]}
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each program needs a process of its own, made quickly")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(program, id=name, marks=[] if name in OFTEN else [pytest.mark.slow])
        for name, program in COMPARABLE.items()
    ],
)
def test_visible_failure_says_the_same_at_home(program, graded, said_at_home):
    """Message, cause, and printed text are the same to the letter. Where the page at home shows a case in full, that is
    Gradescope's output.
    """
    said, page = said_at_home(program)
    reached = graded(program)
    outputs = {test["number"]: test["output"] for test in as_results(reached)["tests"]}
    for result in reached.results:
        number = result.case.number
        if number not in VISIBLE[program.part.file]:
            continue
        outcome, text = said[number]
        if result.outcome is Outcome.PASSED:
            assert result.carried or outcome == "Passed", number
        elif result.outcome.value not in STOPPED:
            assert (outcome, text) == (result.outcome.value, result.text), number
            head = f"\n--- {number}  {result.case.title}\n"
            if head in page:
                block = textwrap.indent(outputs[number], "  ").encode("ascii", "backslashreplace").decode("ascii")
                assert f"{head}{block}\n\n" in page
    assert "INTERNALERROR" not in page and "Traceback" not in page


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(PROGRAMS[name], id=name, marks=[pytest.mark.slow] if PROGRAMS[name].folder in RARELY else [])
        for name in sorted(CHECKS_AT_ITS_END)
    ],
)
def test_import_that_raises_because_of_a_wrong_function_is_told_at_home(program, graded, said_at_home):
    """Each case at home shows the line. On Gradescope, a case shows what is wrong with its own function, or passes."""
    said, _ = said_at_home(program)
    ((outcome, text),) = {tuple(said[number]) for number in VISIBLE[program.part.file]}
    importing = f"Got            importing {program.part.file} raised "
    assert outcome == "Raised"
    assert importing in text and "Your lines     line " in text
    told = [one for one in graded(program).results if one.case.example and one.outcome is not Outcome.PASSED]
    assert told and not any(importing in one.text for one in told)
