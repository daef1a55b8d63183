"""A program that checks its functions at its end gets the same grade and messages as without these checks.

Each wrong program of the bank gets checks appended that raise if one of its functions is wrong. Its points, and the
message of each failed case, must be the same as in the bank.
"""

import os
from collections.abc import Iterator

import pytest

from autograder import submission as submissions
from autograder.batch import jobs
from autograder.batch.station import Station
from autograder.grade import grade_program
from autograder.outcome import CaseResult, Outcome

from .bank import ASSIGNMENT, Program, rarely_graded, read_bank
from .conftest import Graded

CHECKS = """

import numpy as _np


def _check(_name, _got, _want):
    _right = _np.shape(_got) == _np.shape(_want) and _np.allclose(_np.asarray(_got, dtype=float), _want, atol=1e-6)
    assert _right, f"{_name} is wrong"


def _squashed(z):
    return 1 / (1 + _np.exp(-z))


_x = _np.array([[0.2, 0.9, 0.4], [0.5, 0.1, 0.7], [0.3, 0.3, 0.8], [0.9, 0.6, 0.1]])
_y = _np.array([1.0, 0.0, 1.0, 0.0])
_theta_h = _np.array([[0.1, -0.4], [0.7, 0.2], [-0.3, 0.5]])
_theta_y = _np.array([0.5, -0.8])
_h = _squashed(_x @ _theta_h)
_y_hat = _squashed(_h @ _theta_y)
_error = _y - _y_hat
_check("sigmoid", sigmoid(_np.array([-1.0, 0.0, 2.0])), _squashed(_np.array([-1.0, 0.0, 2.0])))
for _got, _want in zip(forward(_x.copy(), _theta_h.copy(), _theta_y.copy()), (_h, _y_hat)):
    _check("forward", _got, _want)
_likelihood = _np.where(_y == 1, _y_hat, 1 - _y_hat)
_check("log_likelihood", log_likelihood(_y.copy(), _y_hat.copy()), _np.log(_likelihood).sum())
_gradients = _x.T @ (_np.outer(_error, _theta_y) * _h * (1 - _h)), _error @ _h
for _got, _want in zip(backprop(_x.copy(), _y.copy(), _h.copy(), _y_hat.copy(), _theta_y.copy()), _gradients):
    _check("backprop", _got, _want)
"""
# A check that the program's own functions pass, but that the right functions of the grader fail.
OWN = """

import numpy as _np

_forward = forward


def forward(x, theta_h, theta_y):
    return tuple(one.tolist() for one in _forward(x, theta_h, theta_y))


assert isinstance(forward(_np.ones((1, 2)), _np.ones((2, 3)), _np.ones(3))[1], list)
"""
# Programs that behave differently once their functions have been called, or that can no longer be imported.
OTHERWISE = {
    "backprop_adds_up_over_calls", "backprop_keeps_its_first_answer", "backprop_reads_globals_of_forward",
    "backprop_returns_random_numbers",
    "forward_has_a_list_for_a_default", "forward_keeps_its_first_answer_for_a_size",
    "kills_its_process",  # and its import, as each of its cases then says
    "needs_its_own_objects_to_be_imported",  # so no right function can replace another
    "overwrites_sigmoid_with_a_number",  # so no right function can be called by that name
    "sigmoid_is_wrong_in_a_class_with_a_metaclass",  # functions are bound by globals().update(), at the end only
}  # fmt: skip
BANK = read_bank()
PROGRAMS = {
    name: program
    for name, program in BANK.items()
    if program.part is ASSIGNMENT
    and not (program.right or program.all or program.limits or program.submission)
    and name not in OTHERWISE
}
RARELY = rarely_graded(BANK)
# `make test` runs one in fourteen of those programs that other tests grade anyway.
OFTEN = {name for name, program in PROGRAMS.items() if program.folder not in RARELY and program.mistake}
OFTEN = set(sorted(OFTEN)[::14]) | {"has_no_backprop", "misspells_log_likelihood"}
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a station needs fork")


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station, because it grades a program quickly."""
    with jobs.scratch_folder(tmp_path_factory.mktemp("station") / "scratch") as scratch:
        station = Station(scratch)
        yield station
        station.close()


def told(result: CaseResult) -> tuple[str, str]:
    """Return the outcome and the message of a case, without the output, which now includes what the import prints."""
    failed = result.outcome is not Outcome.PASSED
    return result.outcome.value, result.text.partition("\nYou printed")[0] if failed else ""


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(program, id=name, marks=[] if name in OFTEN else [pytest.mark.slow])
        for name, program in PROGRAMS.items()
    ],
)
def test_checks_at_the_end_cost_nothing(program: Program, graded: Graded, station: Station) -> None:
    """Right functions keep their points, and the mistake is still named."""
    read = submissions.read_parts(program.folder, ASSIGNMENT).program
    assert read is not None
    checked = grade_program(read._replace(text=read.text + CHECKS), ASSIGNMENT, place=station)
    plain = graded(program)
    assert not checked.faults
    assert {one.case.number: told(one) for one in checked.results} == {
        one.case.number: told(one) for one in plain.results
    }
    assert checked.score == plain.score


def test_checks_that_hold_of_its_own_functions_only_cost_nothing_either(station: Station) -> None:
    """The failed import is blamed on the one wrong function, and not on right ones that replace the others."""
    read = submissions.read_parts(PROGRAMS["backprop_averages_over_n"].folder, ASSIGNMENT).program
    assert read is not None
    checked, plain = (
        [told(one) for one in grade_program(read._replace(text=text), ASSIGNMENT, place=station).results]
        for text in (read.text + OWN + CHECKS, read.text)
    )
    assert checked == plain
