"""autograder/batch/items.py: distribution, difficulty, and discrimination, compared with NumPy."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.batch.gathered import gather
from autograder.batch.items import distribution, extra_credit, items

from .made import NOT_BEGUN, Answer, Batch, failed, made_assignment, made_entry, person


def of_scores(tmp_path, rows, points=("4", "6", "2.5"), **changes):
    """Return the items of a class with these points, one row per student; fewer than all points is a failure."""
    batch = Batch(tmp_path / "batch", made_assignment(points))
    most = [float(one) for one in points]
    for number, row in enumerate(rows, 1):
        answers = {
            f"1.{n}": Answer(float(score), "Passed" if score == full else "Failed", **changes)
            for n, (score, full) in enumerate(zip(row, most, strict=True), 1)
        }
        batch.add(made_entry(number, person(number)), answers)
    return items(gather(batch.folder, batch.assignment))


def correlation(one, other):
    """Return Pearson's correlation of two columns."""
    return np.corrcoef(one, other)[0, 1]


@pytest.fixture
def scores():
    """Return the scores of a class of 60. A student who is good at one case is better at the others; the last case has
    partial credit.
    """
    rng = np.random.default_rng(109)
    skill = rng.normal(size=60)
    right = skill[:, None] + rng.normal(size=(60, 3)) > [-1, 0.5, 0]
    return np.where(right, [4, 6, 2.5], rng.choice([0, 1], size=(60, 3)) * [0, 0, 1.25])


def test_discrimination_is_the_correlation_with_the_rest(scores, tmp_path):
    """NumPy gives the same value if the case's own points are left out of the rest."""
    for column, item in enumerate(of_scores(tmp_path, scores)):
        rest = scores.sum(axis=1) - scores[:, column]
        assert item.discrimination == pytest.approx(correlation(scores[:, column], rest), abs=1e-9)


def test_discrimination_of_right_and_wrong_is_point_biserial(scores, tmp_path):
    """Without partial credit, both are the same number."""
    item = of_scores(tmp_path, scores)[0]
    right, rest = scores[:, 0] == 4, scores[:, 1:].sum(axis=1)
    share = right.mean()
    wanted = (rest[right].mean() - rest[~right].mean()) / rest.std() * np.sqrt(share * (1 - share))
    assert item.discrimination == pytest.approx(wanted, abs=1e-9)


def test_difficulty_is_the_mean_share_of_the_points(scores, tmp_path):
    """Partial credit counts toward difficulty, but not toward the pass rate."""
    for column, (item, full) in enumerate(zip(of_scores(tmp_path, scores), [4, 6, 2.5], strict=True)):
        assert item.difficulty == pytest.approx(scores[:, column].mean() / full)
        assert item.pass_rate == pytest.approx((scores[:, column] == full).mean())
        assert item.median_s == 0.25


@pytest.mark.parametrize(
    ("passing", "word"), [(10, "easy"), (9, "easy"), (8, "medium"), (3, "medium"), (2, "hard"), (0, "hard")]
)
def test_words_for_difficulty(passing, word, tmp_path):
    """As on learning platforms: easy above 80%, hard below 30%."""
    assert of_scores(tmp_path, [[4 * (n < passing), 6, 2.5] for n in range(10)])[0].difficulty_word == word


@pytest.mark.parametrize(
    ("discrimination", "word"),
    [(0.31, "good"), (0.3, "fair"), (0.1, "fair"), (0.09, "poor"), (-0.5, "poor"), (None, "")],
)
def test_words_for_discrimination(discrimination, word, tmp_path):
    """Good above 0.3, poor below 0.1, and no word without a discrimination."""
    item = of_scores(tmp_path, [[4, 6, 2.5]])[0]
    assert replace(item, discrimination=discrimination).discrimination_word == word


def test_small_class_has_no_discrimination(scores, tmp_path):
    """With 19 students, it would be chance."""
    (tmp_path / "more").mkdir()
    few, more = of_scores(tmp_path, scores[:19])[0], of_scores(tmp_path / "more", scores[:20])[0]
    assert (few.discrimination, few.why_none) == (None, "fewer than 20")
    assert more.discrimination is not None


def test_constant_scores_have_no_discrimination(tmp_path):
    """Neither a case that all passed, nor a case whose rest is the same for everybody, has a discrimination."""
    first, second, _ = of_scores(tmp_path, [[4 * (n % 2), 6, 2.5] for n in range(30)])
    assert (first.discrimination, first.why_none) == (None, "other cases all the same")
    assert (second.discrimination, second.why_none) == (None, "all the same")
    (tmp_path / "tenths").mkdir()
    tenths = [[4 * (n % 3 > 0), *((0.1, 0.2) if n % 2 else (0.3, 0))] for n in range(30)]
    first, *_ = of_scores(tmp_path / "tenths", tenths, points=("4", "0.3", "0.2"))
    assert (first.discrimination, first.why_none) == (None, "other cases all the same")


def test_case_that_turns_students_round_is_to_be_looked_at(tmp_path):
    """Students who pass the other cases fail it, and vice versa, so the case is wrong."""
    item = of_scores(tmp_path, [[4 * (n % 2), 6 * (1 - n % 2), 2.5 * (1 - n % 2)] for n in range(30)])[0]
    assert item.discrimination == pytest.approx(-1)
    assert item.looks == (
        "Students with more points on the other cases did worse on it than students with fewer (-1.00).",
    )


@pytest.mark.parametrize("many", [20, 300])
def test_cases_that_have_nothing_to_do_with_each_other_are_not_called_wrong(many, tmp_path):
    """Mistakes in different functions are independent, so by chance half of the correlations are negative."""
    rng = np.random.default_rng(many)
    for number in range(3):
        rows = np.where(rng.random((many, 10)) < 0.7, 4.0, 0.0)
        found = of_scores(tmp_path / str(number), rows, points=("4",) * 10)
        assert min(item.discrimination for item in found if not item.why_none) < 0
        assert not any(item.looks for item in found)


@pytest.mark.parametrize(("odd", "why"), [(1, "only 1 different"), (4, "only 4 different"), (5, "")])
def test_few_odd_students_make_no_discrimination(odd, why, tmp_path):
    """Only the best or the worst few of 100 failed it, so the case can be called neither `poor` nor `good`."""
    item, other, _ = of_scores(tmp_path, [[4 * (n >= odd), 6 * (n < 100 - odd), 2.5 * (n < 50)] for n in range(100)])
    assert (item.why_none, other.why_none) == (why, why)
    assert (item.discrimination is None, other.discrimination is None) == (odd < 5, odd < 5)
    assert item.looks == ()


@pytest.mark.parametrize(("odd", "best", "looked_at"), [(5, 30, True), (4, 10, False), (5, 40, False)])
def test_case_is_called_wrong_by_five_students_and_three_standard_errors(odd, best, looked_at, tmp_path):
    """Of 100 students, `odd` fail it, all of whom have full points on the rest. These are 3.5, 6.1, and 2.8 standard
    errors.
    """
    item = of_scores(tmp_path, [[4 * (n >= odd), 6 * (n < best), 2.5] for n in range(100)])[0]
    assert bool(item.looks) == looked_at


def test_case_that_nobody_passed_is_to_be_looked_at(tmp_path):
    """With two students, it is not flagged."""
    (tmp_path / "two").mkdir()
    assert of_scores(tmp_path, [[0, 6, 2.5]] * 3)[0].looks == ("None of the 3 who tried it passed.",)
    assert of_scores(tmp_path / "two", [[0, 6, 2.5]] * 2)[0].looks == ()


def test_programs_that_cannot_be_imported_are_no_evidence_against_a_case(tmp_path):
    """They fail every case. A function that raises in each of its own cases is evidence."""
    batch = Batch(tmp_path / "batch")
    ended = failed(outcome="Raised", summary="importing double.py raised SyntaxError")
    for number in range(3):
        batch.add(made_entry(number), dict.fromkeys(("1.1", "1.2", "1.3"), ended))
    assert not any(item.looks for item in items(gather(batch.folder, batch.assignment)))
    for number in range(3, 6):
        batch.add(made_entry(number), {"1.1": failed(outcome="Raised", summary="double() raised ValueError")})
    first, *others = items(gather(batch.folder, batch.assignment))
    assert first.looks == ("None of the 3 who tried it passed.",)
    assert not any(item.looks for item in others)


def test_file_of_extra_credit_that_cannot_be_imported_is_no_evidence_against_its_cases(tmp_path):
    """Even though the first file works."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "1")))
    ended = failed(outcome="Raised", summary="importing more.py raised SyntaxError")
    for number in range(3):
        batch.add(made_entry(number), dict.fromkeys(("2.1", "2.2"), ended))
    assert not any(item.looks for item in items(gather(batch.folder, batch.assignment)))


def test_programs_that_cannot_be_imported_do_not_relate_cases(scores, tmp_path):
    """Their zeros everywhere would make every case look discriminating. They still count as answers."""
    (tmp_path / "more").mkdir()
    batch = Batch(tmp_path / "more" / "batch")
    for number, row in enumerate(scores, 1):
        answers = zip(("1.1", "1.2", "1.3"), row, (4, 6, 2.5), strict=True)
        batch.add(
            made_entry(number), {one: Answer(got, "Passed" if got == full else "Failed") for one, got, full in answers}
        )
    ended = failed(outcome="Raised", summary="importing double.py raised SyntaxError")
    for number in range(61, 81):
        batch.add(made_entry(number), dict.fromkeys(("1.1", "1.2", "1.3"), ended))
    found = items(gather(batch.folder, batch.assignment))
    assert [one.discrimination for one in found] == [one.discrimination for one in of_scores(tmp_path, scores)]
    assert [one.answers for one in found] == [80, 80, 80]


def test_what_was_not_reached_is_no_evidence_against_a_case(tmp_path):
    """Either the time ran out, or that function of the extra credit was not written. In the first part, a missing
    function is evidence.
    """
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "1")))
    for number in range(3):
        missing = failed(outcome="Missing")
        answers = {"1.1": missing, "1.2": failed(outcome="NotRun"), "2.1": missing, "2.2": failed()}
        batch.add(made_entry(number), answers)
    found = {item.case.number: item.looks for item in items(gather(batch.folder, batch.assignment))}
    nobody = ("None of the 3 who tried it passed.",)
    assert found == {"1.1": nobody, "1.2": (), "1.3": (), "2.1": (), "2.2": nobody}


def test_faults_of_the_grader_are_no_answers(tmp_path):
    """They do not count in the rates, they exclude the submission from the correlation, and they are flagged."""
    batch = Batch(tmp_path / "batch")
    for number in range(1, 31):
        answers = {"1.1": failed() if number % 2 else Answer(4, "Passed"), "1.2": failed() if number % 3 else None}
        batch.add(made_entry(number), {key: one for key, one in answers.items() if one})
    batch.add(made_entry(31), {"1.1": Answer(0, "GraderError"), "1.2": failed()})
    item, other, _ = items(gather(batch.folder, batch.assignment))
    assert (item.answers, item.passed, item.faults) == (30, 15, 1)
    assert item.looks[0] == "The grader itself failed on it for 1 submission, through no fault of theirs."
    assert other.answers == 31
    first = np.array([number % 2 == 0 for number in range(1, 31)])
    second = np.array([number % 3 == 0 for number in range(1, 31)])
    assert other.discrimination == pytest.approx(correlation(second, 4.0 * first))


def test_case_without_answers_or_without_points_has_no_difficulty(tmp_path):
    """One case on which the grader failed for everybody, and one that is worth nothing: the report is still written."""
    batch = Batch(tmp_path / "batch", made_assignment(("4", "0"))).add(made_entry(1), {"1.1": Answer(0, "GraderError")})
    found = items(gather(batch.folder, batch.assignment))
    assert [(item.difficulty, item.pass_rate) for item in found] == [(None, None), (None, 1)]


def test_median_time_is_that_of_programs_that_have_come_so_far(tmp_path):
    """Programs that ended earlier took no time for the case."""
    batch = Batch(tmp_path / "batch").add(made_entry(1))
    ended = failed(outcome="Raised", summary="importing double.py raised SyntaxError", seconds=0.0)
    for number in (2, 3, 4):
        batch.add(made_entry(number), dict.fromkeys(("1.1", "1.2", "1.3"), ended))
    batch.add(made_entry(5), {"1.3": failed(outcome="NotRun", seconds=0.0)})
    assert [item.median_s for item in items(gather(batch.folder, batch.assignment))] == [0.25, 0.25, 0.25]


def test_nothing_to_grade_says_nothing_about_a_case(tmp_path):
    """Its zeros would make all cases look related."""
    batch = Batch(tmp_path / "batch").add(made_entry(1))
    batch.add(made_entry(2), {f"1.{n}": Answer(0, "Unreadable") for n in (1, 2, 3)})
    assert [item.answers for item in items(gather(batch.folder, batch.assignment))] == [1, 1, 1]


def test_extra_credit_is_compared_with_itself(tmp_path):
    """Only students who handed it in are compared, by their points for the rest of it, whatever their points for the
    first part.
    """
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "1", "1")))
    rng = np.random.default_rng(109)
    right = rng.random((40, 3)) < 0.6
    for number, row in enumerate(right, 1):
        answers = {f"2.{n}": Answer(float(one), "Passed" if one else "Failed") for n, one in enumerate(row, 1)}
        batch.add(made_entry(number), answers | ({"1.1": failed()} if number % 2 else {}))
        batch.add(made_entry(100 + number), {"1.2": failed()} if number % 3 else {})
    found = items(gather(batch.folder, batch.assignment))
    assert [item.answers for item in found] == [80, 80, 80, 40, 40, 40]
    for column, item in enumerate(found[3:]):
        rest = right.sum(axis=1) - right[:, column]
        assert item.discrimination == pytest.approx(correlation(right[:, column], rest), abs=1e-9)
    first = [[4.0 * (number % 2 == 0), 6.0] for number in range(1, 41)]
    first += [[4.0, 6.0 * (number % 3 == 0)] for number in range(1, 41)]
    wanted = correlation(*np.transpose(first))
    assert found[0].discrimination == pytest.approx(wanted, abs=1e-9)


def test_function_that_was_not_begun_says_nothing_where_it_is_extra_credit(tmp_path):
    """A student who does half of the extra credit has not failed the other half. In the first part, it is a failure."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "1")))
    batch.add(made_entry(1), {"1.1": NOT_BEGUN, "2.1": NOT_BEGUN}).add(made_entry(2), {"2.2": NOT_BEGUN})
    batch.add(made_entry(3), {"2.1": failed(), "2.2": NOT_BEGUN})
    found = {item.case.number: (item.passed, item.answers) for item in items(gather(batch.folder, batch.assignment))}
    assert found == {"1.1": (2, 3), "1.2": (3, 3), "1.3": (3, 3), "2.1": (1, 2), "2.2": (1, 1)}


def test_nothing_to_grade_is_a_matter_of_each_part(tmp_path):
    """An unreadable file says nothing about its cases, and does not affect the cases of the other file."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",))).add(made_entry(1), {"2.1": failed()})
    batch.add(made_entry(2), {"2.1": failed(outcome="Unreadable")})
    unreadable = dict.fromkeys(("1.1", "1.2", "1.3"), failed(outcome="Unreadable"))
    batch.add(made_entry(3), {**unreadable, "2.1": Answer(1, "Passed")}).add(made_entry(4))
    assert [item.answers for item in items(gather(batch.folder, batch.assignment))] == [3, 3, 3, 2]
    (extra,) = extra_credit(gather(batch.folder, batch.assignment))
    assert (extra.tried, extra.median) == (3, 0)


def test_extra_credit_that_nobody_has_tried_has_no_items(tmp_path):
    """Nor does the report say that nobody passed it."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",))).add(made_entry(1))
    course = gather(batch.folder, batch.assignment)
    assert ([item.case.number for item in items(course)], extra_credit(course)) == (["1.1", "1.2", "1.3"], [])


@pytest.mark.parametrize("many", [1, 2, 3, 4, 17, 500])
def test_distribution_as_numpy_has_it(many):
    """Quartiles between two scores are interpolated."""
    scores = np.random.default_rng(many).integers(0, 41, size=many) * 2.5
    found = distribution(list(map(float, scores)), 100.0)
    assert (found.lower, found.median, found.upper) == pytest.approx(tuple(np.percentile(scores, [25, 50, 75])))
    assert found.mean == pytest.approx(scores.mean())
    counts = [*np.histogram(scores, [*range(0, 101, 10), 100.1])[0]]
    assert [one.count for one in found.bins] == counts
    assert (found.scores, found.full) == (many, (scores == 100).sum())


def test_distribution_of_odd_points():
    """Full marks are recognized despite the rounding errors of floats."""
    found = distribution([12.1, 12.0, 0.0], 12.1)
    assert [one.count for one in found.bins] == [1, *[0] * 8, 1, 1]
    assert distribution([], 12.1) is None


@pytest.mark.parametrize(
    ("points", "beyond", "starts"),
    [
        (100.0, 20.0, [100, 110, 120]),
        (100.0, 25.0, [100, 110, 120, 125]),
        (100.0, 3.0, [100, 103]),
        (100.0, 100.0, [100, 110, 120, 130, 140, 150]),
        (12.5, 2.5, [12.5, 13.75, 15]),
        (12.1, 1.21, [12.1, 13.31]),
        (5.0, 1.0, [5, 5.5, 6]),
        (100.0, 0.0, [100]),
    ],
)
def test_scores_beyond_the_points_have_columns(points, beyond, starts):
    """These columns are as wide as the others, up to the highest possible score. Every score is in one, and all points
    or more counts as full.
    """
    found = distribution([0.0, points, points + beyond / 3, points + beyond], points, beyond)
    assert [one.start for one in found.bins[10:]] == pytest.approx(starts)
    assert sum(one.count for one in found.bins) == 4
    assert found.bins[0].count == 1
    assert found.bins[-1].count >= 1
    assert found.full == 3
