"""autograder/diagnosis.py: a mistake is named when exactly one formula gives what came back, and never guessed."""

import numpy as np
import pytest

from autograder import Mistake
from autograder.diagnosis import Observation, recognise


def catalogue(**formulas):
    """Mistakes of `double`, by name."""
    return [Mistake(f"double.{name}", "double", formula, f"It is {name}.") for name, formula in formulas.items()]


def called(got, z=(1.0, 3.0)):
    """One call of a function with `z`, and what it returned: an array, or a list of arrays."""
    arrays = [np.array(part, dtype=float) for part in (got if isinstance(got, list) else [got])]
    return Observation([np.array(z) if isinstance(z, tuple) else z], arrays)


def named(mistakes, *calls, want=(2.0, 6.0), function="double"):
    """The identifier of the mistake recognised, if any. `want` is what the last call should have returned."""
    observations = [one if isinstance(one, Observation) else called(one) for one in calls]
    wants = {i: np.array(part, dtype=float) for i, part in enumerate(want if isinstance(want, list) else [want])}
    found = recognise(mistakes, function, observations, wants)
    return found and found.identifier


def refuses(_z):
    """A formula that does not apply."""
    raise ValueError("with one image there is nothing to leave out")


def test_nothing_fits_and_nothing_is_named():
    """An answer that no formula gives has no known cause."""
    assert named(catalogue(triples=lambda z: 3 * z), (5.0, 5.0)) is None


def test_empty_catalogue_names_nothing():
    """At home there is none."""
    assert named([], (3.0, 9.0)) is None


@pytest.mark.parametrize("error", [ValueError, ZeroDivisionError, IndexError, KeyError, FloatingPointError])
def test_formula_that_does_not_apply_is_passed_over(error):
    """Its exception is no fault of anybody's; the others are still tried."""

    def fails(_z):
        raise error

    assert named(catalogue(fails=fails, triples=lambda z: 3 * z), (3.0, 9.0)) == "double.triples"


def test_two_formulas_that_both_fit_name_nothing():
    """Where two causes are possible, none is computed."""
    assert named(catalogue(triples=lambda z: 3 * z, adds=lambda z: z + 2 * z), (3.0, 9.0)) is None


def test_formula_that_is_right_on_these_inputs_explains_nothing():
    """z + z ** 1 is no mistake where it gives what was wanted."""
    assert named(catalogue(squares=lambda z: z**2), called((4.0,), z=(2.0,)), want=(4.0,)) is None


def test_mistakes_of_other_functions_are_not_tried():
    """Their formulas expect other arguments."""
    mistakes = [Mistake("both.triples", "both", lambda z: 3 * z, "It triples.")]
    assert named(mistakes, (3.0, 9.0)) is None


def test_formula_with_another_number_of_results_does_not_fit():
    """One array is not two."""
    assert named(catalogue(pairs=lambda z: (3 * z, z)), (3.0, 9.0)) is None


def test_every_returned_array_must_fit():
    """One right guess out of two is a guess."""
    mistakes = catalogue(swaps=lambda z: (z, 2 * z))
    want = [(2.0, 6.0), (1.0, 3.0)]
    assert named(mistakes, [(1.0, 3.0), (9.0, 9.0)], want=want) is None
    assert named(mistakes, [(1.0, 3.0), (2.0, 6.0)], want=want) == "double.swaps"


def test_earlier_call_of_the_case_must_fit_too():
    """A formula that explains the last answer and not the one before is not what the student wrote."""
    mistakes = catalogue(triples=lambda z: 3 * z)
    assert named(mistakes, called((8.0,), z=(4.0,)), (3.0, 9.0)) is None
    assert named(mistakes, called((0.0,), z=(0.0,)), (3.0, 9.0)) == "double.triples"


def test_one_wanted_array_of_two_is_enough_to_tell_a_wrong_answer():
    """A case may ask for one of the gradients only; what came back must fit whole all the same."""
    mistakes = catalogue(swaps=lambda z: (z, 2 * z))
    observation = called([(1.0, 3.0), (2.0, 6.0)])
    for position, want, expected in (
        (0, (2.0, 6.0), "double.swaps"),
        (0, (1.0, 3.0), None),
        (1, (1.0, 3.0), "double.swaps"),
    ):
        found = recognise(mistakes, "double", [observation], {position: np.array(want)})
        assert (found and found.identifier) == expected


def test_shape_must_fit():
    """The same numbers in a column are not this mistake."""
    assert named(catalogue(triples=lambda z: 3 * z), ((3.0,), (9.0,))) is None


def test_one_fitting_formula_is_named():
    """To a millionth of the largest entry."""
    assert named(catalogue(triples=lambda z: 3 * z, squares=lambda z: z**2), (3.0, 9.0 + 8e-6)) == "double.triples"
    assert named(catalogue(triples=lambda z: 3 * z), (3.0, 9.0 + 1e-4)) is None


def test_mistake_that_gives_nan_and_infinity_is_recognised_by_them():
    """In the same places; NumPy's warnings are nobody's business here."""

    def overflows(z):
        return np.exp(1e4 * z) * np.array([1.0, 0.0])

    assert named(catalogue(overflows=overflows), (np.inf, np.nan)) == "double.overflows"
    assert named(catalogue(overflows=overflows), (np.nan, np.inf)) is None


def test_scalar_argument_stays_a_number():
    """A formula with math.exp works on a float, and on nothing else."""
    seen = []
    assert named(catalogue(keeps=lambda z: seen.append(type(z)) or z), called(1.5, z=1.5), want=3.0) == "double.keeps"
    assert set(seen) == {float}


def test_formula_that_changes_its_arguments_changes_copies():
    """What the next formula and the message see is what the function was given."""
    given = np.array([1.0, 3.0])

    def spoils(z):
        z *= 0
        return z

    mistakes = catalogue(spoils=spoils, triples=lambda z: 3 * z)
    observation = Observation([given], [np.array([3.0, 9.0])])
    found = recognise(mistakes, "double", [observation], {0: np.array([2.0, 6.0])})
    assert found is mistakes[1]
    assert given.tolist() == [1.0, 3.0]


def test_formula_that_gives_no_numbers_does_not_fit():
    """A slip in the catalogue must not stop a grading."""
    mistakes = catalogue(text=lambda _z: "three", nothing=lambda _z: None, ragged=lambda _z: [[1.0], [1.0, 2.0]])
    assert named([*mistakes, *catalogue(triples=lambda z: 3 * z, refuses=refuses)], (3.0, 9.0)) == "double.triples"
