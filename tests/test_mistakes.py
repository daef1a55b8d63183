"""The catalogue of known mistakes against itself: no two alike on the cases' inputs, none right, none named for right.

All of this runs in this process, on the inputs of the cases. test_bank.py tests that students' programs are recognized.
"""

import math
import sys

import numpy as np
import pytest

from autograder.compare import close
from autograder.naming import structure
from autograder.naming.diagnosis import SAME, Observation, recognize
from autograder.naming.guess import Wrong
from autograder.outcome import Outcome
from autograder.rehearsal import Memory

from .bank import read_bank
from .in_process import FORMULAS_ALONE, FUNCTIONS, MISTAKES, PART_OF, PARTS, Plain, program_in, run
from .mutants import BEDS

# Case -> entries that give the same wrong answers as another entry everywhere in that case, so none of them is named
# there. For each of them, another case tells it from the other.
ALIKE = {
    "1.3": {"sigmoid.exp_only", "sigmoid.no_brackets"},  # they differ by 1 in 1e11
    "2.2": {"forward.softmax_over_images"},  # always 1 for a single image
    # Alike because of the first and the last label; the function's answers in other cases tell them apart.
    "3.2": {"log_likelihood.first_only", "log_likelihood.ends_at_0",
            "log_likelihood.last_only", "log_likelihood.begins_anew_at_0"},
    "3.3": {"log_likelihood.first_only", "log_likelihood.ends_at_1",
            "log_likelihood.last_only", "log_likelihood.begins_anew_at_0"},
    "3.4": {"log_likelihood.first_only", "log_likelihood.ends_at_1",
            "log_likelihood.last_only", "log_likelihood.begins_anew_at_0"},
    "4.6": {"backprop.no_second_term", "backprop.no_first_term", "backprop.first_only", "backprop.first_skipped"},
}  # fmt: skip
# Right programs whose arithmetic differs widely.
RIGHT = (
    "class_instance_callables", "lambdas_only", "loops_in_plain_python", "returns_float32", "returns_lists_and_tuples",
    "right_vectorised", "vectorised_scalar_functions", "works_on_transposes",
    "extensions/right_calls_its_own_functions", "extensions/right_in_float32", "extensions/right_with_lists",
)  # fmt: skip
# These cases check shapes, finiteness, or the result of training, and compare no answer.
COMPARES_NOTHING = {"4.1", "4.2", "5.1", "5.2", "5.3"}
# Every program is asked the same questions, so that each formula answers most of them once.
MEMORY = Memory()
CATALOGUE = [one._replace(formula=MEMORY.remembering(one.formula)) for one in MISTAKES]
EVERY_MISTAKE = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.identifier)


class Listening(Plain):
    """A backend that records every call with its answer."""

    def __init__(self, functions, heard):
        super().__init__(functions)
        self._heard = heard

    def call(self, function, arguments):
        """Call the function, and record the call."""
        answer = super().call(function, arguments)
        self._heard.append(Observation(list(arguments), answer.values))
        return answer


def right(name):
    """Return one function of the model solution, as name -> function."""
    return {name: getattr(PART_OF[name].solution, name)}


@pytest.fixture(scope="module")
def questions():
    """Function -> what its cases ask it, with the right answers."""
    asked = {name: [] for name in FUNCTIONS}
    for name in FUNCTIONS:
        run(name, lambda name=name: Listening(right(name), asked[name]))
    # Training asks about the same network many times, each time slightly better trained, so the first few suffice.
    return {name: heard[:20] for name, heard in asked.items()}


@pytest.fixture(scope="module")
def endings():
    """Identifier -> how each case of its function ends for a program with this formula."""
    return {
        one.identifier: run(one.function, lambda one=one: Plain({one.function: one.formula}), CATALOGUE)
        for one in MISTAKES
    }


def answers(mistake, asked):
    """Return a formula's answer to each question, or None where it does not apply."""
    found = []
    for one in asked:
        try:
            with np.errstate(all="ignore"):
                result = mistake.formula(*(np.copy(a) if np.ndim(a) else a for a in one.arguments))
        except (ValueError, OverflowError):  # Python's own power of a number raises when it overflows
            found.append(None)
            continue
        found.append([np.asarray(a, dtype=float) for a in (result if isinstance(result, tuple) else (result,))])
    return found


def alike(a, b):
    """Return whether a search for causes cannot tell two answers apart."""
    return len(a) == len(b) and all(close(x, y, SAME) for x, y in zip(a, b))


def test_there_are_enough_of_each_function():
    """Each part has 60 entries or more; each function has at least 15, or 8 in the extra credit with its smaller
    ones.
    """
    for part, least in zip(PARTS, (15, 8)):
        functions = [name for name in FUNCTIONS if PART_OF[name] is part]
        counted = {name: sum(mistake.function == name for mistake in part.mistakes) for name in functions}
        assert sum(counted.values()) == len(part.mistakes) >= 60
        assert min(counted.values()) >= least


@EVERY_MISTAKE
def test_entry_is_complete_and_plain(mistake):
    """The identifier starts with the function's name; both sentences are ASCII, and neither too short nor too long."""
    assert mistake.identifier.startswith(f"{mistake.function}.")
    assert mistake.identifier.replace(".", "_").isidentifier()
    for sentence in (mistake.sentence, mistake.staff):
        assert sentence.isascii()
        assert sentence.endswith((".", "?"))
        assert "!" not in sentence
        assert 20 < len(sentence) < 200


def test_no_two_entries_say_the_same():
    """Two entries of a function that need the same sentence are one mistake."""
    assert len({(mistake.function, mistake.sentence) for mistake in MISTAKES}) == len(MISTAKES)
    assert len({mistake.identifier for mistake in MISTAKES}) == len(MISTAKES)


@EVERY_MISTAKE
def test_entry_is_recognized_as_itself_and_as_nothing_else(mistake, endings):
    """It is named in at least one case. Where it fails but is not named, ALIKE lists it."""
    ended = endings[mistake.identifier]
    assert {ending.mistake for ending in ended.values()} == {mistake.identifier, None} - (
        set() if any(ending.mistake is None for ending in ended.values()) else {None}
    )
    for number, ending in ended.items():
        if number not in COMPARES_NOTHING and ending.outcome is Outcome.FAILED and ending.mistake is None:
            assert mistake.identifier in ALIKE[number], number


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_two_entries_coincide_on_the_inputs_of_the_cases(name, questions):
    """For any two entries there is a question to which both apply and their answers differ."""
    asked = questions[name]
    given = {one.identifier: answers(one, asked) for one in MISTAKES if one.function == name}
    same = []
    for i, (a, of_a) in enumerate(given.items()):
        for b, of_b in list(given.items())[i + 1 :]:
            both = [(x, y) for x, y in zip(of_a, of_b) if x is not None and y is not None]
            if all(alike(x, y) for x, y in both):
                same.append((a, b))
    assert same == []


@EVERY_MISTAKE
def test_no_entry_is_the_right_answer(mistake, questions):
    """On at least one question, it differs by more than a right program ever does."""
    asked = questions[mistake.function]
    given = answers(mistake, asked)
    assert any(got is not None and not alike(got, one.got) for got, one in zip(given, asked))


def nearly_right():
    """Return variants of the model solution whose tiny deviations, made out of caution, cost no points."""
    exact = PARTS[0].solution
    more = PARTS[1].solution

    def log_likelihood(y, y_hat, tiny=1e-12):
        return np.sum(y * np.log(y_hat + tiny) + (1 - y) * np.log(1 - y_hat + tiny))

    def clipped(y, y_hat):
        return log_likelihood(y, np.clip(y_hat, 1e-15, 1 - 1e-15), 0.0)

    def with_denominators(x, y, h, y_hat, theta_y, tiny=1e-12):
        slope = (y / (y_hat + tiny) - (1 - y) / (1 - y_hat + tiny)) * y_hat * (1 - y_hat)
        return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope

    def clipped_sigmoid(z):
        return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

    def backwards(x, y, h, y_hat, theta_y):
        return exact.backprop(x[::-1], y[::-1], h[::-1], y_hat[::-1], theta_y)

    def in_float32(function):
        def single(*arguments):
            result = function(*(a if np.asarray(a).dtype.kind == "i" else np.float32(a) for a in arguments))
            return tuple(map(np.float32, result)) if isinstance(result, tuple) else np.float32(result)

        return single

    return [
        ("log_likelihood", log_likelihood),
        ("log_likelihood", clipped),
        ("log_likelihood", lambda y, y_hat: math.fsum(np.log(np.maximum(np.where(y == 1, y_hat, 1 - y_hat), 1e-300)))),
        ("backprop", with_denominators),
        ("backprop", backwards),
        ("sigmoid", clipped_sigmoid),
        ("sigmoid", lambda z: 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))),
        *((name, in_float32(getattr(exact, name))) for name in ("forward", "backprop")),
        ("backprop_multi", lambda x, y, h, y_hat, V: more.backprop_multi(x[::-1], y[::-1], h[::-1], y_hat[::-1], V)),
        ("neuron_loss", lambda x, y, w: 0.5 * np.linalg.norm(exact.sigmoid(x @ w) - y) ** 2),
        *((name, in_float32(getattr(more, name))) for name in FUNCTIONS if PART_OF[name] is PARTS[1]),
    ]


def accused(name, asked, call):
    """Return the mistakes that would be named if these right answers were judged wrong, question by question."""
    found = set()
    for one in asked:
        if not all(np.isfinite(value).all() for value in one.got):
            continue  # nothing is compared: the event is impossible, and any low value is accepted
        got = call(one.arguments)
        want = dict(enumerate(one.got))
        cause = recognize(CATALOGUE, name, [Observation(one.arguments, got)], want, FORMULAS_ALONE)
        found |= {cause.identifier} if cause else set()
    return found


@pytest.mark.parametrize("folder", RIGHT)
def test_right_program_makes_none_of_the_mistakes(folder, questions, tmp_path):
    """None is named for any question, even if its answer were judged wrong."""
    one = read_bank()[folder]
    program = program_in(one.hand_in(tmp_path / "handed_in") / one.part.file, one.part)
    for name, function in FUNCTIONS.items():
        if PART_OF[name].assignment.file != one.part.file:
            continue
        asked = questions[name]
        assert accused(name, asked, lambda arguments, of=function: program.call(of, arguments).values) == set()


@pytest.mark.parametrize(("name", "function"), nearly_right())
def test_careful_program_makes_none_of_the_mistakes(name, function, questions):
    """It may guard against log(0) with tiny numbers, sum in another order, or use single precision."""
    backend = Plain({name: function})
    asked = questions[name]
    assert accused(name, asked, lambda arguments: backend.call(FUNCTIONS[name], arguments).values) == set()


def _step(z):
    return np.where(z >= 0, 1.0, 0.0)


def _terms(y, y_hat):
    return np.log(np.where(y == 1, y_hat, 1 - y_hat))


def _forward_of_one_input(x, theta_h, theta_y):
    """A forward that uses x[k, 0] in place of every x[k, i]."""
    h = 1 / (1 + np.exp(-(x[:, :1] * theta_h.sum(axis=0))))
    return h, 1 / (1 + np.exp(-(h @ theta_y)))


def _forward_of_one_unit(choose):
    """Return a forward that uses one term of the sum over the hidden units in place of the sum."""

    def forward(x, theta_h, theta_y):
        h = 1 / (1 + np.exp(-(x @ theta_h)))
        return h, 1 / (1 + np.exp(-choose(h * theta_y, axis=1)))

    return forward


def _backprop_that_goes_half_way(x, y, h, y_hat, theta_y):
    """A backprop with y_hat for y_hat (1 - y_hat): off by 1 / (1 - y_hat), so that the error is y where y is 1."""
    error = (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), error @ h


def _differences(x, y, w):
    return 1 / (1 + np.exp(-(x @ w))) - y


def _perceptron(change):
    """Return a training; `change` maps w, x_k, y_k, and eta to the next w."""

    def train(x, y, w, eta, order):
        for k in order:
            w = change(w, x[k], y[k], eta)
        return w

    return train


def _two_of(places):
    """Return guesses from these places of the ranking, best first."""

    def guess(x, W, V):
        h = 1 / (1 + np.exp(-(x @ W)))
        return np.argsort(-(h @ V), axis=1)[:, places]

    return guess


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("forward", _forward_of_one_input),
        ("forward", _forward_of_one_unit(np.max)),
        ("forward", _forward_of_one_unit(np.min)),
        ("log_likelihood", lambda y, y_hat: _terms(y, y_hat).max()),
        ("log_likelihood", lambda y, y_hat: _terms(y, y_hat).min()),
        ("log_likelihood", lambda y, y_hat: np.sum(_terms(y, np.where(y == 1, y_hat[0], y_hat)))),
        ("backprop", _backprop_that_goes_half_way),
        ("logistic_gradient", lambda x, y, theta: (y - 1 / (1 + np.exp(-(x @ theta)))) @ x / x.shape[1]),
        ("logistic_gradient", lambda x, y, theta: x.T @ (y[0] - 1 / (1 + np.exp(-(x @ theta))))),
        ("neuron_loss", lambda x, y, w: np.max(_differences(x, y, w) ** 2) / 2),
        ("neuron_loss", lambda _x, y, _w: np.sum(y**2) / 2),
        ("neuron_gradient", lambda x_k, y_k, w: (s := 1 / (1 + np.exp(-x_k @ w))) * (1 - s) * (s - y_k) * x_k[0]),
        ("train_perceptron", _perceptron(lambda w, _x, _y, _eta: w)),
        ("train_perceptron", _perceptron(lambda w, x, y, eta: w + eta * (y - (1 if x @ w >= 0 else -1)) / 2 * x)),
        ("train_perceptron", _perceptron(lambda w, x, y, eta: w + (y - _step(x @ w)) * (eta if y == 0 else 0) * x)),
        ("squared_loss", lambda y, y_hat: np.sum((y - y_hat) ** 2) / 3),
        ("squared_loss", lambda y, y_hat: np.max(np.sum((y - y_hat) ** 2, axis=1)) / 2),
        ("two_guesses", _two_of([-1, 1])),
    ],
)
def test_slip_that_is_no_entry_is_not_told_as_one_in_open_cases(name, slip):
    """Each looks like an entry on a single question, but an open case asks several before it compares."""
    shown = {case.number for case in PART_OF[name].assignment.cases if case.example}
    ended = {n: one for n, one in run(name, lambda: Plain({name: slip})).items() if n in shown}
    assert any(one.outcome is Outcome.FAILED for one in ended.values())
    assert {one.mistake for one in ended.values()} == {None}


@pytest.mark.parametrize(
    ("name", "divisor", "side"),
    [
        ("logistic_gradient", lambda given: given[0].shape[1], "4 is the number of columns of x"),
        ("backprop_multi", lambda given: given[1].shape[1], "4 is the number of columns of y"),
    ],
)
def test_wrong_divisor_is_called_by_its_own_side(name, divisor, side, questions):
    """In the open data, no other argument has a dimension of that length."""
    one, function = questions[name][0], FUNCTIONS[name]
    wrong = one.got[0] / divisor(one.arguments)
    found = structure.find(Wrong(wrong, one.got[0], calls=[one.arguments], arguments=function.arguments))
    assert found is not None
    assert side in found.sentence


def test_side_of_0_that_is_forgotten_is_not_a_loop_that_ends_too_early(questions):
    """If z were sorted, 0 for all nonnegative entries would look like 0 from some entry on."""
    one = questions["sigmoid"][0]
    z, want = one.arguments[0], one.got[0]
    found = structure.find(Wrong(np.where(z < 0, want, 0), want, calls=[one.arguments], arguments=["z"]))
    assert found is not None
    assert found.identifier == "structure.wrong_where"


def test_impossible_event_is_no_product_that_is_too_small():
    """A right log_likelihood also returns -inf, in a training that diverged."""
    arguments = [np.array([1.0, 0.0]), np.array([0.0, 0.5])]
    seen = [Observation(arguments, [np.array(-np.inf)])]
    assert recognize(MISTAKES, "log_likelihood", seen, {0: np.array(-1.4)}, FORMULAS_ALONE) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a mutant that never ends is stopped by an alarm, which Unix has")
@pytest.mark.parametrize("bed", BEDS, ids=lambda bed: bed.part.file)
def test_nothing_false_is_said_of_a_mutant(bed):
    """Nobody chose these programs, so a new cause must be read and judged (tests/mutants.py)."""
    found, _ = bed.mutants()
    said = {number: one.named for number, one in enumerate(found, 1) if one.named}
    assert said == bed.says | bed.misses
