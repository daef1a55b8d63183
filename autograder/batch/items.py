"""Distribution of the scores, and classical item analysis: difficulty and discrimination of each case.

Difficulty is the share of a case's points that was reached, in the words that learning platforms use: easy above 80%,
hard below 30%. Discrimination is the item-rest correlation: the correlation of the points for a case with the points
for all other cases, so that a case is not compared with itself. Below 0.1, the case does not tell students apart as the
others do. A case is said to be possibly wrong only if better students did worse in it, by more than chance explains. If
fewer than five submissions differ from most, there is no discrimination: it would depend on the luck of these few.

A submission with nothing to grade says nothing about a case and is left out. So is a case that the grader itself failed
on; the correlation leaves out that whole submission, because its rest is too low. The zeros of a program that cannot be
imported count, but not for the correlation: they would relate every case to every other. Extra credit is compared only
with itself, and a function of it that a student has not started says nothing.
"""

import math
import statistics
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..assignment import Assignment
from ..outcome import Case, Outcome
from . import text
from .gathered import Course, Student

EASY, HARD = 0.8, 0.3
GOOD, POOR = 0.3, 0.1
# A correlation over fewer submissions is mostly chance.
ENOUGH = 20
# If fewer than this differ from most, the correlation is theirs alone: one odd student among 500 proves nothing.
ODD_ONES = 5
# A case is called wrong only if its correlation is this many standard errors below zero. If students who get one
# function wrong get others right, correct cases lie around zero, and of dozens of cases one is always low.
BEYOND_CHANCE = 3
# The distribution has columns for extra credit up to this share of the points, so that the page stays narrow enough.
MOST_BEYOND = 0.5
NEARLY = 1e-9
# If only one or two submissions tried a case, it is no wonder that all of them failed.
ENOUGH_TO_FAIL = 3


@dataclass(frozen=True)
class Bin:
    """A column of the distribution: scores from `start` up to the start of the next column.

    The last column is full marks; with extra credit, it is `start` or more.
    """

    start: float
    count: int


@dataclass(frozen=True)
class Distribution:
    """The scores of all graded submissions. The quartiles are interpolated, as in spreadsheets and NumPy."""

    scores: int
    mean: float
    median: float
    lower: float
    upper: float
    full: int
    """How many scores are full marks, or more with extra credit."""
    zero: int
    """How many are 0."""
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Extra:
    """How the class did in one part for extra credit."""

    part: Assignment
    tried: int
    """Submissions with something handed in for it."""
    median: float
    """Median of their points for it."""


@dataclass(frozen=True)
class Mastery:
    """How many submissions passed all cases of one function, or of another first tag, such as for training."""

    name: str
    right: int
    tried: int
    """Submissions that were graded on all of its cases."""


@dataclass(frozen=True)
class Item:
    """Statistics of one case."""

    case: Case
    answers: int
    """Submissions that it was tried on."""
    passed: int
    difficulty: float | None
    """Mean share of its points; None without answers."""
    discrimination: float | None
    why_none: str
    """Why there is no discrimination, in words."""
    median_s: float | None
    """Median seconds of those that reached it."""
    faults: int
    looks: tuple[str, ...]
    """Sentences: why the case itself should be looked at."""

    @property
    def pass_rate(self) -> float | None:
        """Share of the answers that passed."""
        return self.passed / self.answers if self.answers else None

    @property
    def difficulty_word(self) -> str:
        """Easy, medium or hard."""
        if self.difficulty is None:
            return ""
        return "easy" if self.difficulty > EASY else "hard" if self.difficulty < HARD else "medium"

    @property
    def discrimination_word(self) -> str:
        """Good, fair or poor."""
        if self.discrimination is None:
            return ""
        return "good" if self.discrimination > GOOD else "poor" if self.discrimination < POOR else "fair"


def distribution(scores: Sequence[float], points: float, beyond: float = 0) -> Distribution | None:
    """Return the distribution of scores out of `points`; None if there are no scores.

    Args:
        beyond: points of extra credit, which scores may include.
    """
    if not scores:
        return None
    lower, median, upper = statistics.quantiles(scores, method="inclusive") if len(scores) > 1 else [scores[0]] * 3
    starts = [points * tenth / 10 for tenth in range(10)] + [points]
    if beyond > 0:
        last = points + min(beyond, MOST_BEYOND * points)
        starts += [one for one in (points * tenth / 10 for tenth in range(11, 20)) if one < last - NEARLY] + [last]
    counts = [0] * len(starts)
    for score in scores:
        counts[sum(score >= start for start in starts[1:])] += 1
    bins = tuple(Bin(start, count) for start, count in zip(starts, counts))
    mean = math.fsum(scores) / len(scores)
    full = sum(score >= points for score in scores)
    return Distribution(len(scores), mean, median, lower, upper, full, sum(score == 0 for score in scores), bins)


def extra_credit(course: Course) -> list[Extra]:
    """Return one Extra for each part for extra credit that anybody has tried."""
    found = []
    for part in course.extra:
        scores = [student.score_of(part) for student, _ in course.graded if student.handed_in(part)]
        found.append(Extra(part, len(scores), statistics.median(scores)))
    return found


def mastery(course: Course) -> list[Mastery]:
    """Return one Mastery for each function of the assignment itself that anybody was graded on, in order of cases."""
    part = course.parts[0]
    students = [student for student, _ in course.graded if not student.nothing_for(part)]
    found = []
    for name in dict.fromkeys(case.function for case in part.cases if case.function):
        numbers = {case.number for case in part.cases if case.function == name}
        tried = [one for one in students if numbers <= one.cases.keys() and not numbers.intersection(one.faults)]
        right = sum(all(one.cases[number].passed for number in numbers) for one in tried)
        found += [Mastery(name, right, len(tried))] if tried else []
    return found


def items(course: Course) -> list[Item]:
    """Return one Item for each declared case, in the declared order; for extra credit only if anybody has tried it."""
    found = []
    for part in course.parts:
        students = [student for student, _ in course.graded if not student.nothing_for(part)]
        numbers = {case.number for case in part.cases}
        ended = {student.number for student in students if _ended_alike(student, numbers)}
        for case in part.cases:
            asked = [student for student in students if case.number in student.cases]
            asked = [student for student in asked if not student.cases[case.number].left_out(case)]
            found.append(_item(case, asked, numbers, ended))
    return found


def _item(case: Case, students: Sequence[Student], part: AbstractSet[str], ended: AbstractSet[int]) -> Item:
    """Return the statistics of one case.

    Args:
        students: those who were graded on it.
        part: the numbers of the cases that it is compared with.
        ended: the numbers of the students whose programs ended in the same way in all of these cases.
    """
    tried = [one for one in students if one.cases[case.number].outcome != Outcome.GRADER_ERROR.value]
    scores = [one.cases[case.number].score for one in tried]
    passed = sum(one.cases[case.number].passed for one in tried)
    points = float(case.points)
    came_far = [one for one in tried if one.number not in ended]
    whole = [one for one in came_far if not one.faults]
    discrimination, why_none = _item_rest(case.number, whole, part)
    reached = [one for one in came_far if _has_reached(case, one)]
    times = [seconds for one in reached if (seconds := one.cases[case.number].seconds) is not None]
    faults = len(students) - len(tried)

    looks = []
    if faults:
        looks.append(
            f"The grader itself failed on it for {text.count(faults, 'submission')}, through no fault of theirs."
        )
    if len(reached) >= ENOUGH_TO_FAIL and not passed:
        looks.append(f"None of the {len(reached):,} who tried it passed.")
    # If the true correlation is zero, its standard error is 1 / sqrt(n - 1), whatever the scores are.
    if discrimination is not None and discrimination * math.sqrt(len(whole) - 1) < -BEYOND_CHANCE:
        looks.append(
            "Students with more points on the other cases did worse on it than students with fewer "
            f"({discrimination:+.2f})."
        )
    return Item(
        case=case,
        answers=len(tried),
        passed=passed,
        difficulty=math.fsum(scores) / len(scores) / points if scores and points else None,
        discrimination=discrimination,
        why_none=why_none,
        median_s=statistics.median(times) if times else None,
        faults=faults,
        looks=tuple(looks),
    )


def _has_reached(case: Case, student: Student) -> bool:
    """Return False if time ran out before the case, or if it is extra credit and its function is missing."""
    outcome = student.cases[case.number].outcome
    return outcome != Outcome.NOT_RUN.value and not (case.extra and outcome == Outcome.MISSING.value)


def _ended_alike(student: Student, part: AbstractSet[str]) -> bool:
    """Return whether a program ended in the same way in every case, as one that cannot be imported does.

    Such a program has reached no case, so it is no evidence about any.
    """
    ends = {(seen.outcome, seen.summary) for number, seen in student.cases.items() if number in part}
    return len(ends) == 1 and ends.pop()[0] not in (Outcome.PASSED.value, Outcome.FAILED.value)


def _item_rest(number: str, students: Sequence[Student], part: AbstractSet[str]) -> tuple[float | None, str]:
    if len(students) < ENOUGH:
        return None, f"fewer than {ENOUGH}"
    scores = [one.cases[number].score for one in students]
    # Rounded, since sums of floats in another order may differ in the last digit, so equal rests would look different.
    rests = [
        round(math.fsum(seen.score for other, seen in one.cases.items() if other in part and other != number), 6)
        for one in students
    ]
    if len(set(scores)) == 1:
        return None, "all the same"
    if (odd := len(scores) - scores.count(statistics.mode(scores))) < ODD_ONES:
        return None, f"only {odd} different"
    if len(set(rests)) == 1:
        return None, "other cases all the same"
    return statistics.correlation(scores, rests), ""
