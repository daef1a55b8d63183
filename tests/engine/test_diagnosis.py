"""naming/diagnosis.py: a mistake is named when exactly one formula reproduces the answer, and never guessed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder import Mistake, absolute
from autograder.mistake import Diagnosis
from autograder.naming.diagnosis import Observation, Scene, recognize


def catalogue(**formulas):
    """Return mistakes of `double`, by name."""
    return [Mistake(f"double.{name}", "double", formula, f"It is {name}.") for name, formula in formulas.items()]


ROOT = Path(__file__).resolve().parents[2]
TWO = Scene(("z",), ("total", "product"), absolute(1e-6))


def called(got, z=(1.0, 3.0)):
    """Return one call of a function with `z`, and what it returned: an array, or a list of arrays."""
    arrays = [np.array(part, dtype=float) for part in (got if isinstance(got, list) else [got])]
    return Observation([np.array(z) if isinstance(z, tuple) else z], arrays)


def named(mistakes, *calls, want=(2.0, 6.0), function="double"):
    """Return the identifier of the recognized mistake, if any. `want` is what the last call should have returned."""
    observations = [one if isinstance(one, Observation) else called(one) for one in calls]
    wants = {i: np.array(part, dtype=float) for i, part in enumerate(want if isinstance(want, list) else [want])}
    found = recognize(mistakes, function, observations, wants)
    return found and found.identifier


def refuses(_z):
    """Raise, as a formula that does not apply."""
    raise ValueError("with one image there is nothing to leave out")


def test_nothing_fits_and_nothing_is_named():
    """An answer that no formula gives has no known cause."""
    assert named(catalogue(triples=lambda z: 3 * z), (4.0, 5.5)) is None


def test_without_a_catalogue_the_numbers_speak():
    """The structure of the numbers can be named without a formula."""
    assert named([], (3.0, 9.0)) == "structure.multiple"
    assert named([], (4.0, 5.5)) is None


@pytest.mark.parametrize("error", [ValueError, ZeroDivisionError, IndexError, KeyError, FloatingPointError])
def test_formula_that_does_not_apply_is_passed_over(error):
    """Its exception is ignored, and the other formulas are still tried."""

    def fails(_z):
        raise error

    assert named(catalogue(fails=fails, triples=lambda z: 3 * z), (3.0, 9.0)) == "double.triples"


def test_two_formulas_that_both_fit_name_nothing():
    """If two causes are possible, neither is named."""
    assert named(catalogue(triples=lambda z: 3 * z, adds=lambda z: z + 2 * z), (3.0, 9.0)) is None


def test_formula_that_is_right_on_these_inputs_explains_nothing():
    """z ** 2 is not a mistake where it gives the expected answer."""
    assert named(catalogue(squares=lambda z: z**2), called((4.0,), z=(2.0,)), want=(4.0,)) is None


def test_mistakes_of_other_functions_are_not_tried():
    """The formulas of other functions expect other arguments."""
    mistakes = [Mistake("both.triples", "both", lambda z: 3 * z, "It triples.")]
    assert named(mistakes, (3.0, 9.0)) == "structure.multiple"


def test_formula_with_another_number_of_results_does_not_fit():
    """One array is not two."""
    assert named(catalogue(pairs=lambda z: (3 * z, z)), (3.0, 9.0)) == "structure.multiple"


def test_every_returned_array_must_fit():
    """A formula that gives one of two wrong arrays is named for that one, and nothing is said about the other."""
    mistakes = catalogue(swaps=lambda z: (z, 2 * z))
    want = [(2.0, 6.0), (1.0, 3.0)]
    observation = called([(1.0, 3.0), (9.1, 4.0)])
    found = recognize(mistakes, "double", [observation], {i: np.array(part) for i, part in enumerate(want)})
    assert found.sentence == "It is swaps. This shows in result 0."
    assert named(mistakes, [(1.0, 3.0), (2.0, 6.0)], want=want) == "double.swaps"
    assert named(mistakes, [(1.0, 3.0), (2.0, 6.0)], want=[(2.0, 6.0), (2.0, 6.0)]) == "double.swaps"


def test_earlier_call_of_the_case_must_fit_too():
    """A formula that explains only the last answer, and not an earlier one, is not what the student wrote."""
    mistakes = catalogue(triples=lambda z: 3 * z)
    assert named(mistakes, called((8.0,), z=(4.0,)), (3.0, 9.0)) is None
    assert named(mistakes, called((0.0,), z=(0.0,)), (3.0, 9.0)) == "double.triples"
    assert named(mistakes, called((0.0,), z=(0.0,)), (4.0, 5.5)) is None
    assert named(mistakes, called((0.0,), z=(0.0,)), (-2.0, -6.0)) == "structure.opposite_sign"
    assert named(mistakes, called((2.0, 6.0)), (4.0, 5.5)) == "structure.other_on_second_call"


def test_later_call_of_the_case_must_fit_too():
    """A case may make several calls before it compares the first; the evidence counts all that fit."""
    triples, scene = catalogue(triples=lambda z: 3 * z), Scene(("z",), ("value",), structure=False)

    def found(later):
        later = scene._replace(later=[called(later, z=(4.0,))])
        return recognize(triples, "double", [called((3.0, 9.0))], {0: np.array([2.0, 6.0])}, later)

    assert found((12.0,)).evidence == "2 calls reproduced"
    assert found((8.0,)) is None


def test_one_wanted_array_of_two_is_enough_to_tell_a_wrong_answer():
    """A case may compare only one of the gradients; the formula must still fit the whole answer."""
    mistakes = catalogue(swaps=lambda z: (z, 2 * z))
    observation = called([(1.0, 3.0), (2.0, 6.0)])
    for position, want, expected in (
        (0, (2.0, 6.0), "double.swaps"),
        (0, (1.0, 3.0), None),
        (1, (1.0, 3.0), "double.swaps"),
    ):
        found = recognize(mistakes, "double", [observation], {position: np.array(want)})
        assert (found and found.identifier) == expected


def test_shape_must_fit():
    """The same numbers in a column are not this mistake."""
    assert named(catalogue(triples=lambda z: 3 * z), ((3.0,), (9.0,))) is None


def test_one_fitting_formula_is_named():
    """The fit must hold to a millionth of the largest entry."""
    assert named(catalogue(triples=lambda z: 3 * z, squares=lambda z: z**2), (3.0, 9.0 + 8e-6)) == "double.triples"
    assert named(catalogue(triples=lambda z: 3 * z), (3.0, 9.0 + 1e-4)) is None


def test_mistake_that_gives_nan_and_infinity_is_recognized_by_them():
    """They must be in the same places; NumPy's warnings are suppressed."""

    def overflows(z):
        return np.exp(1e4 * z) * np.array([1.0, 0.0])

    assert named(catalogue(overflows=overflows), (np.inf, np.nan)) == "double.overflows"
    assert named(catalogue(overflows=overflows), (np.nan, np.inf)) is None


def test_scalar_argument_stays_a_number():
    """A formula with math.exp works only on a float."""
    seen = []
    assert named(catalogue(keeps=lambda z: seen.append(type(z)) or z), called(1.5, z=1.5), want=3.0) == "double.keeps"
    assert set(seen) == {float}


def test_formula_that_changes_its_arguments_changes_copies():
    """The next formula and the message must see the arguments that the function received."""
    given = np.array([1.0, 3.0])

    def spoils(z):
        z *= 0
        return z

    mistakes = catalogue(spoils=spoils, triples=lambda z: 3 * z)
    observation = Observation([given], [np.array([3.0, 9.0])])
    found = recognize(mistakes, "double", [observation], {0: np.array([2.0, 6.0])})
    assert found is not None
    assert found.identifier == mistakes[1].identifier
    assert given.tolist() == [1.0, 3.0]


def test_formula_that_gives_no_numbers_does_not_fit():
    """An error in the catalogue must not stop a grading."""
    mistakes = catalogue(text=lambda _z: "three", nothing=lambda _z: None, ragged=lambda _z: [[1.0], [1.0, 2.0]])
    assert named([*mistakes, *catalogue(triples=lambda z: 3 * z, refuses=refuses)], (3.0, 9.0)) == "double.triples"


# ------------------------------------------------------------------------------------- each array by itself


def found_in(mistakes, got, want, scene=TWO, z=(1.0, 3.0, 4.0)):
    """Return the finding for one call of a function that returns two arrays."""
    wants = {i: np.array(part, dtype=float) for i, part in enumerate(want)}
    return recognize(mistakes, "double", [called(got, z)], wants, scene)


WANT = [(2.0, 6.0, 8.0), (1.0, 9.0, 16.0)]
BOTH = {"triples": lambda z: (3 * z, 3 * z**2), "adds": lambda z: (z + 5, z**2 + 5)}


def test_formula_that_fits_one_array_is_named_for_it_when_the_other_is_right():
    """The sentence names the array."""
    found = found_in(catalogue(**BOTH), [(6.0, 8.0, 9.0), WANT[1]], WANT)
    assert found.identifier == "double.adds"
    assert found.sentence == "It is adds. Only total has this mistake."
    assert found.evidence == "total"


def test_two_arrays_with_causes_of_their_own_are_both_named():
    """Each array gets one line."""
    found = found_in(catalogue(**BOTH), [(6.0, 8.0, 9.0), (3.0, 27.0, 48.0)], WANT)
    assert found.identifier == "double.adds+double.triples"
    assert found.sentence == "It is adds. This shows in total.\nIt is triples. This shows in product."


def test_formula_for_one_array_and_structure_for_the_other():
    """Each array gets the cause that explains it."""
    found = found_in(catalogue(**BOTH), [(6.0, 8.0, 9.0), ((1.0,), (9.0,), (16.0,))], WANT)
    assert found.identifier == "double.adds+structure.column"
    assert found.evidence == "total; product: (3, 1) for (3,)"


def test_array_that_two_formulas_give_is_named_by_what_its_numbers_show():
    """It is unknown which of the two formulas it was, but every entry is three times the right one."""
    two = catalogue(a=lambda z: (6 * z, z), b=lambda z: (6 * z, 0 * z))
    found = found_in(two, [(6.0, 18.0, 24.0), WANT[1]], WANT)
    assert found.identifier == "structure.multiplied"
    assert found.sentence == "Every entry of total is 3 times the right one, and 3 is the number of entries of z."


def test_same_finding_in_all_arrays_is_told_once():
    """The sentence does not name the arrays."""
    found = found_in([], [(-2.0, -6.0, -8.0), (-1.0, -9.0, -16.0)], WANT)
    assert (found.identifier, found.sentence) == ("structure.opposite_sign", "Every entry has the opposite sign.")


def test_arrays_in_another_order():
    """Each array is right, but in the place of another."""
    found = found_in([], [WANT[1], WANT[0]], WANT)
    assert found.identifier == "structure.order"
    assert found.sentence == (
        "The results are in the wrong order: total is where product belongs and product is where total belongs. "
        "Return total, product."
    )


def test_earlier_call_must_fit_what_is_said_of_one_array_or_of_two():
    """If an earlier call returned both arrays correctly, and they differed, the cause is neither a formula nor an
    exchange.
    """
    right, alike = called(WANT, (1.0, 3.0, 4.0)), called([(4.0,), (4.0,)], (2.0,))
    exchanged, twice = [WANT[1], WANT[0]], [WANT[1], WANT[1]]
    want = {i: np.array(part) for i, part in enumerate(WANT)}
    for got, identifier in ((exchanged, "order"), (twice, "equal_to_result")):
        last = called(got, (1.0, 3.0, 4.1))
        assert recognize([], "double", [right, last], want, TWO) is None
        assert recognize([], "double", [alike, last], want, TWO).identifier == f"structure.{identifier}"
    adds = called([(6.0, 8.0, 9.0), WANT[1]], (1.0, 3.0, 4.0))
    assert recognize(catalogue(adds=BOTH["adds"]), "double", [alike, adds], want, TWO) is None


def test_zeros_are_neither_exchanged_nor_returned_twice():
    """Zeros look the same in any place; a single 0 does not rule out an exchange."""
    zeros = (0.0, 0.0, 0.0)
    assert found_in([], [zeros, zeros], WANT).identifier == "structure.zeros"
    assert found_in([], [(5.0, 5.5, 7.0), zeros], [zeros, WANT[1]]).identifier == "structure.zeros"
    want = [(0.0, 6.0, 8.0), WANT[1]]
    assert found_in([], want[::-1], want).identifier == "structure.order"


def test_one_array_known_is_enough_for_the_order():
    """A case may compare only one of them."""
    found = recognize([], "double", [called([WANT[1], WANT[0]])], {0: np.array(WANT[0])}, TWO)
    assert found.identifier == "structure.order"


def test_one_array_returned_twice_is_not_taken_for_an_exchange():
    """Returned twice or exchanged, the second result is in the first place; its shape does not matter."""
    product = WANT[1][:2]
    exchanged = catalogue(swaps=lambda z: (z[:2] ** 2, 2 * z))
    found = recognize(exchanged, "double", [called([product, product])], {0: np.array(WANT[0])}, TWO)
    assert found.identifier == "structure.equal_to_result"
    assert found.sentence == "total and product are the same numbers: one of them is returned twice."


def test_one_array_returned_alone_is_not_taken_for_entries_of_it():
    """An array of two entries passes for two results; so does a table of two rows."""
    for alone in ([3.0, 5.0], [(1.0, 2.0), (3.0, 4.0)]):
        found = found_in([], alone, [WANT[0], alone])
        assert found.identifier == "structure.alone"
        assert found.sentence == (
            "Only product is returned, and its parts stand where 2 arrays belong: end with return total, product."
        )
    right, last = called(WANT, (1.0, 3.0, 4.0)), called([3.0, 5.0], (1.0, 2.0))
    want = {0: np.array(WANT[0]), 1: np.array([3.0, 5.0])}
    assert recognize([], "double", [last], want, TWO).identifier == "structure.alone"
    assert recognize([], "double", [right, last], want, TWO) != recognize([], "double", [last], want, TWO)
    assert found_in([], [3.0, 6.0], [WANT[0], (3.0, 5.0)]) is None


def test_two_results_that_are_the_same_by_chance_are_not_one_returned_twice():
    """A later call of the case may have returned two different results."""
    for later, named in (((1.0, 3.0), "structure.equal_to_result"), ((1.0, 4.0), None)):
        scene = TWO._replace(later=[called([(1.0, 3.0), later])])
        found = recognize([], "double", [called([(5.0, 1.0), (5.0, 1.0)])], {0: np.array([2.0, 6.0])}, scene)
        assert (found and found.identifier) == named


def test_what_is_not_compared_may_have_the_same_mistake():
    """So the message does not say that only this array has it."""
    found = recognize(catalogue(**BOTH), "double", [called([(6.0, 8.0, 9.0), (9.0, 9.0, 9.0)], (1.0, 3.0, 4.0))],
                      {0: np.array(WANT[0])}, TWO)  # fmt: skip
    assert found.sentence == "It is adds. This shows in total."


def test_array_within_the_tolerance_is_right():
    """A right array in float32 is not searched for causes."""
    nearly = tuple(np.float32(value) / 3 for value in WANT[1])
    want = [WANT[0], tuple(value / 3 for value in WANT[1])]
    found = found_in(catalogue(**BOTH), [(6.0, 8.0, 9.0), nearly], want)
    assert found.identifier == "double.adds"
    wide = TWO._replace(within=absolute(1e-3))
    found = found_in(catalogue(**BOTH), [(6.0, 8.0, 9.0), (1.0005, 9.0, 16.0)], WANT, wide)
    assert found.identifier == "double.adds"


def test_factor_of_any_size_is_named_where_it_is_that_of_every_array():
    """If only one of two arrays fits, an arbitrary factor may fit by chance."""
    by_chance = tuple(1.7 * value for value in WANT[0])
    assert found_in([], [by_chance, WANT[1]], WANT) is None
    assert found_in([], [tuple(1.7 + value for value in WANT[0]), WANT[1]], WANT) is None
    found = found_in([], [by_chance, tuple(1.7 * value for value in WANT[1])], WANT)
    assert found.identifier == "structure.multiple"


def test_case_about_many_calls_is_left_to_the_formulas():
    """The final result of a training is not what its last call must return."""
    scene = Scene(("z",), ("value",), structure=False)
    assert recognize([], "double", [called((3.0, 9.0))], {0: np.array([2.0, 6.0])}, scene) is None


def test_function_that_was_right_in_its_own_cases_is_not_to_blame_for_a_training():
    """In a training, it may have answered correctly for numbers that another function made wrong; the expected value is
    the one for the right numbers.
    """
    triples, want = catalogue(triples=lambda z: 3 * z), {0: np.array([2.0, 6.0])}

    def found(got):
        scene = Scene(("z",), ("value",), structure=False, elsewhere=[(called(got), want)])
        return recognize(triples, "double", [called((15.0,), z=(5.0,))], {0: np.array([10.0])}, scene)

    assert found((2.0, 6.0)) is None
    assert found((3.0, 9.0)).identifier == "double.triples"


# ------------------------------------------------------------------------------------- what other cases say

SIZES = Diagnosis("structure.sizes", "Wrong with n = 3, right with n = 2.")


def refuted(formula, elsewhere, want):
    """Return whether a formula that fits one case is not named because of a call of another case, for which `want` was
    right.
    """
    wanted = {i: np.array(part) for i, part in enumerate(want)}
    scene = Scene(("z",), ("value",), elsewhere=[(elsewhere, wanted)])
    found = recognize(catalogue(it=formula), "double", [called((3.0, 9.0))], {0: np.array([2.0, 6.0])}, scene)
    return found is None or found.identifier != "double.it"


def test_formula_that_is_wrong_where_the_function_was_right_is_not_named():
    """The function was right for three numbers, where the formula is wrong."""
    assert refuted(lambda z: 3 * z, called((2.0, 4.0, 8.0), (1.0, 2.0, 4.0)), [(2.0, 4.0, 8.0)])
    right_there = called((2.0, 4.0, 8.0), (1.0, 2.0, 4.0))
    assert not refuted(lambda z: 3 * z if len(z) == 2 else 2 * z, right_there, [(2.0, 4.0, 8.0)])
    assert refuted(lambda z: 3 * z, called((-np.inf, 2.0), (1.0, 2.0)), [(-np.inf, 2.0)])


def test_formula_that_gives_another_wrong_answer_than_the_function_elsewhere_is_not_named():
    """A formula for one of two mistakes is still named if the mistake does not show there, or if the other mistake
    leaves no number or another shape.
    """
    z, want = (1.0, 2.0, 4.0), [(2.0, 4.0, 8.0)]
    assert not refuted(lambda z: 3 * z, called((3.0, 6.0, 12.0), z), want)
    assert refuted(lambda z: 3 * z, called((4.0, 8.0, 16.0), z), want)
    assert not refuted(lambda z: 3 * z if len(z) == 2 else 2 * z, called((4.0, 8.0, 16.0), z), want)
    assert not refuted(lambda z: 3 * z, called((np.nan, 8.0, 16.0), z), want)
    assert not refuted(lambda z: 3 * z, called(((4.0, 8.0, 16.0),), z), want)


def test_formula_is_not_refuted_where_it_gives_no_number():
    """The formula may not apply there, or overflow, or be nearly right."""
    elsewhere, want = called((2.0, 4.0, 8.0), (1.0, 2.0, 4.0)), [(2.0, 4.0, 8.0)]
    assert not refuted(lambda z: 3 * z if len(z) == 2 else refuses(z), elsewhere, want)
    assert not refuted(lambda z: 3 * z if len(z) == 2 else z / 0, elsewhere, want)
    assert not refuted(lambda z: 3 * z if len(z) == 2 else z * [np.nan, 1.0, 1.0], elsewhere, want)
    assert not refuted(lambda z: 3 * z if len(z) == 2 else 2.0001 * z, elsewhere, want)


def test_answer_that_a_case_has_not_compared_any_more_refutes_a_formula_too():
    """Only a number in the right shape counts; an array that the formula does not have to explain does not matter."""
    z = (1.0, 2.0, 4.0)
    assert refuted(lambda z: 3 * z, called((4.0, 8.0, 16.0), z), ())
    assert not refuted(lambda z: 3 * z, called((3.0, 6.0, 12.0), z), ())
    assert not refuted(lambda z: 3 * z, called((np.nan, 8.0, 16.0), z), ())
    assert not refuted(lambda z: 3 * z, called((4.0, 8.0), z), ())
    one = catalogue(total=lambda z: (3 * z, z**2))
    for product, total, told in (((7.0, 7.0), (6.0, 12.0), "double.total"), ((7.0, 7.0), (5.0, 12.0), None)):
        scene = TWO._replace(elsewhere=[(called([total, product], (2.0, 4.0)), {})])
        found = recognize(one, "double", [called([(3.0, 9.0), (5.0, 7.0)])], {0: np.array([2.0, 6.0])}, scene)
        assert (found and found.identifier) == told


def test_formula_for_one_array_can_be_refuted_too():
    """The structure of the numbers can be refuted too: here, that the factor 3 is the number of entries of z."""
    elsewhere = called([(2.0, 4.0), (1.0, 4.0)], (1.0, 2.0)), {0: np.array([2.0, 4.0])}
    scene = Scene(("z",), ("total", "product"), absolute(1e-6), elsewhere=[elsewhere])
    got, z = [(6.0, 18.0, 24.0), WANT[1]], (2.0, 6.0, 8.0)
    assert found_in(catalogue(**BOTH), got, WANT, scene, z=z) is None
    assert found_in([], got, WANT, scene._replace(elsewhere=()), z=z).identifier == "structure.multiplied"


def test_array_that_is_wrong_elsewhere_too_refutes_no_formula_for_another_array():
    """In the other case, `product` has a mistake of its own: a formula for both arrays that is wrong for it there may
    still explain `total`.

    So two formulas remain for `total`, one of which says that `product` is right, and neither is named.
    """
    both = catalogue(both=lambda z: (3 * z, 3 * z), total=lambda z: (3 * z, z**2))
    got, want = [(3.0, 9.0), (5.0, 7.0)], {0: np.array([2.0, 6.0]), 1: np.array([1.0, 9.0])}

    def identifier(product):
        elsewhere = called([(6.0, 12.0), product], (2.0, 4.0)), {0: np.array([4.0, 8.0]), 1: np.array([4.0, 16.0])}
        found = recognize(both, "double", [called(got)], want, TWO._replace(elsewhere=[elsewhere]))
        return found and found.identifier

    assert identifier((1.0, 2.0)) is None
    assert identifier((4.0, 16.0)) == "double.total"
    both.pop()
    assert identifier((1.0, 2.0)) is None
    assert identifier((6.0, 12.0)) == "double.both"


def test_sizes_speak_where_nothing_else_explains_anything():
    """Sizes are not mentioned if a cause is named, or if several causes fit and none may be named."""
    scene = Scene(("z",), ("value",), absolute(1e-6), sizes=SIZES)

    def said(got, *mistakes):
        return recognize(mistakes, "double", [called(got)], {0: np.array([2.0, 6.0])}, scene)

    assert said((4.0, 5.5)) is SIZES
    assert said((-2.0, -6.0)).identifier == "structure.opposite_sign"
    two = catalogue(triples=lambda z: 3.5 * z, adds=lambda z: 3.5 * z)
    assert said((3.5, 10.5), *two) is None
    assert said((3.5, 10.5), *two[:1]).identifier == "double.triples"
    both = catalogue(a=lambda z: (z**3, z), b=lambda z: (z**3, 0 * z))
    got, scene = [(1.0, 27.0, 64.0), WANT[1]], TWO._replace(sizes=SIZES)
    assert found_in([], got, WANT, scene) is SIZES
    assert found_in(both, got, WANT, scene) is None
    assert found_in(both, [got[0], (5.0, 7.0, 1.0)], WANT, scene) is None
    want = {0: np.array([0.2, 0.5, 0.8])}  # reversed, or subtracted from 1
    scene = Scene(("z",), ("value",), absolute(1e-6), sizes=SIZES)
    assert recognize([], "double", [called((0.8, 0.5, 0.2))], want, scene) is None


def test_right_program_pays_for_none_of_this():
    """Modules that only a wrong answer needs are loaded when there is one."""
    program = "import sys, autograder.plugin; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    late = {f"autograder.naming.{name}" for name in ("structure", "shapes", "guess")}
    assert not late & set(ran.stdout.split())


def test_formula_that_does_not_apply_to_a_later_call_is_named_all_the_same():
    """The answer to that call has other causes, too. A formula that applies but gives something else is not named."""
    scene = Scene(("z",), ("value",), absolute(1e-6), later=[called((0.0, 0.0), (0.0, 0.0)), called((5.0, 2.0))])

    def unless_zero(z):
        if not z.any():
            raise ValueError("zeros have many causes")
        return 5 - 3 * (z - 1) / 2

    def identifier(formula):
        found = recognize(catalogue(it=formula), "double", [called((5.0, 2.0))], {0: np.array([2.0, 6.0])}, scene)
        return found and found.identifier

    assert identifier(unless_zero) == "double.it"
    assert identifier(lambda z: 5 - 3 * (z - 1) / 2) is None


def test_evidence_counts_the_calls_that_a_formula_applies_to():
    """Other calls do not count, because the formula reproduces nothing there."""
    scene = Scene(("z",), ("value",), absolute(1e-6), later=[called((0.0, 0.0), (0.0, 0.0)), called((3.0, 9.0))])

    def unless_zero(z):
        if not z.any():
            raise ValueError("zeros have many causes")
        return 3 * z

    found = recognize(catalogue(it=unless_zero), "double", [called((3.0, 9.0))], {0: np.array([2.0, 6.0])}, scene)
    assert found.evidence == "2 calls reproduced"


def test_array_that_has_the_name_of_an_argument_is_not_that_argument_and_something_else():
    """A training returns W for W: that W plus a part of the right answer came back names no cause, and fails nobody."""
    rng = np.random.default_rng(0)
    W, right, loss = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), np.array(0.5)
    call = Observation([W], [W + 0.37 * right, loss])

    def found(*returns):
        return recognize([], "train", [call], {0: right, 1: loss}, Scene(("W",), returns, absolute(1e-6)))

    assert found("new_W", "loss").sentence == "new_W is W plus 0.37 times the right one: leave W out of it."
    assert found("W", "loss") is None
