"""What a worker of a cluster may send back as the grade of a job."""

import json
from dataclasses import replace

import pytest

from autograder import assignment as assignments
from autograder.batch import jobs
from autograder.batch.credible import MAX_BYTES, why_not
from autograder.batch.records import Entry

from .toy import CLASS, hand_in, make_toy


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """Return the toy assignment, and name -> (job, its honest grade) for a class of three."""
    top = tmp_path_factory.mktemp("toy")
    assignment = assignments.load(make_toy(top / "cases"))
    class_ = {name: CLASS[name] for name in ("carried", "more", "not_begun")}
    path = hand_in(top / "class", {**class_, "empty": (None, None)})
    answers = {}
    for name in (*class_, "empty"):
        job = jobs.read(Entry(name, str(path / name)), assignment)
        answers[name] = job, jobs.do(job, assignment, None)
    return assignment, answers


def test_honest_grades_are_credible(toy):
    """With and without extra credit, and where there is nothing to grade."""
    assignment, answers = toy
    assert {name: why_not(done, job, assignment) for name, (job, done) in answers.items()} == dict.fromkeys(answers, "")


def graded(**changes):
    """Return a lie: what the journal would say is changed."""
    return lambda done: replace(done, graded=replace(done.graded, **changes))


def results(change):
    """Return a lie: results.json is changed by `change`."""

    def lie(done):
        plain = json.loads(done.results)
        change(plain)
        return replace(done, results=json.dumps(plain))

    return lie


def first(**changes):
    """Return a lie: the first case has other results."""
    return results(lambda plain: plain["tests"][0].update(changes))


LIES = {
    "no grade": (lambda _: "13 points", "its answer is no grade"),
    "half a grade": (lambda done: replace(done, graded=None), "its answer is no grade"),
    "a file outside the folder": (graded(id="../../escaped"), "its answer is about another submission"),
    "another student": (graded(id="more"), "its answer is about another submission"),
    "an earlier program": (graded(digest="0" * 64), "its answer is about another submission"),
    "no number": (graded(score=float("nan")), "its answer is damaged: ValueError"),
    "points as text": (graded(score="9"), "its points do not add up"),
    "points from nowhere": (graded(score=1000.0), "its points do not add up"),
    "no cases": (graded(cases=()), "its answer has other cases"),
    "cases of another type": (graded(cases=None), "its answer is damaged: TypeError"),
    "notes of another type": (graded(staff=("fine", 5)), "its answer is no grade"),
    "negative time": (graded(seconds=-1), "its answer is no grade"),
    "huge": (lambda done: replace(done, results="x" * MAX_BYTES), "its answer is larger than 64 MiB"),
    "cut": (lambda done: replace(done, results=done.results[:-9]), "its answer is damaged: JSONDecodeError"),
    "bytes": (lambda done: replace(done, results=b"{}"), "its answer is damaged: AttributeError"),
    "lone surrogate": (lambda done: replace(done, results="\ud800"), "its answer is damaged: UnicodeEncodeError"),
    "case missing": (results(lambda plain: plain["tests"].pop()), "its answer has other cases"),
    "another total": (results(lambda plain: plain.update(score=0)), "its points do not add up"),
    "more than the maximum": (first(score=400), "its answer is impossible in case 1"),
    "points of NaN": (first(score=float("nan")), "its answer is damaged: ValueError"),
    "points of true": (first(score=True), "its answer is damaged: ValueError"),
    "another maximum": (first(max_score=400), "its answer is impossible in case 1"),
    "another outcome": (
        first(extra_data={"outcome": "Missing", "mistake": None}),
        "its answer is impossible in case 1",
    ),
    "endless text": (first(output="x" * 30_000), "its answer is impossible in case 1"),
}


@pytest.mark.parametrize(("lie", "why"), LIES.values(), ids=LIES)
def test_answer_that_cannot_be_the_grade_is_recognized(toy, lie, why):
    """Otherwise it would put a wrong row into a table, stop the run, or write a file elsewhere."""
    assignment, answers = toy
    job, done = answers["carried"]
    assert why_not(lie(done), job, assignment) == why


def test_extra_credit_that_was_not_handed_in_is_not_credible(toy):
    """A worker that mixes up two students would give one of them the other's extra credit."""
    assignment, answers = toy
    job, done = answers["carried"]
    without = replace(job, handed_in=job.handed_in._replace(extra=(None,)))
    done = replace(done, graded=replace(done.graded, digest=without.digest))
    assert why_not(done, without, assignment) == "its answer has other cases"
