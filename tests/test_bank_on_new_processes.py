"""Some programs of extra credit, graded by new processes. In a file of its own: another assignment has other programs.

test_bank.py grades the bank of any assignment, as docs/new-assignment.md says.
"""

from pathlib import Path

import pytest

from autograder.gradescope.results import as_results

from .bank import Program, read_bank, timeless
from .conftest import Graded

PROGRAMS = read_bank()
ALSO_ON_NEW_PROCESSES = ("right_with_a_class", "train_multi_sgd_v_first", "kills_its_process_in_training")


@pytest.mark.parametrize(
    "program", [PROGRAMS[f"extensions/{name}"] for name in ALSO_ON_NEW_PROCESSES], ids=ALSO_ON_NEW_PROCESSES
)
def test_extra_credit_is_graded_alike_on_new_processes(program: Program, graded: Graded, tmp_path: Path) -> None:
    """Elsewhere, extra credit is graded by processes that were forked from loaded ones (tests/beside.py).

    tests/engine/test_station.py tests the same for the first file.
    """
    new = program.grade(program.hand_in(tmp_path / program.folder.name))
    assert timeless(as_results(new)) == timeless(as_results(graded(program)))
