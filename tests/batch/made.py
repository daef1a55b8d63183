"""A made-up batch folder: what intake and grading would leave for the tables and the page."""

import json
import random
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from autograder.assignment import Assignment, Function, Limits
from autograder.batch.records import (
    Entry,
    Folder,
    Graded,
    GradedCase,
    Person,
    Stored,
    StoredCase,
    as_line,
)
from autograder.gradescope.results import EXTRA
from autograder.outcome import NOT_STARTED, Case

ROOT = Path(__file__).resolve().parents[2]


def made_assignment(points=("4", "6", "2.5"), folder=Path("nowhere"), title="A small assignment", extra=()):
    """Return an assignment with cases 1.1, 1.2, ..., each tagged with the function that it tests.

    If `extra` has points, there is extra credit in a file more.py, with cases 2.1, 2.2, ...
    """
    first = _made_part(1, "double", points, folder, title)
    if not extra:
        return first
    more = _made_part(2, "triple", extra, folder / "more", f"{title}, and more")
    cases = tuple(case._replace(extra=True) for case in more.cases)
    return first._replace(extra_credit=(more._replace(file="more.py", cases=cases),))


def _made_part(number, function, points, folder, title):
    cases = tuple(
        Case(f"test_{number}.py::test_{n}", f"{number}.{n}", f"{function}: title {n}", Decimal(one), (function,),
             "visible", example=True)
        for n, one in enumerate(points, 1)
    )  # fmt: skip
    return Assignment(
        folder=folder,
        title=title,
        file=f"{function}.py",
        points=sum((case.points for case in cases), Decimal(0)),
        functions={function: Function(function, ("x",), ("value",), ())},
        limits=Limits(1, 1, 1, 10, 100),
        cases=cases,
        under_test={},
    )


@dataclass(frozen=True)
class Answer:
    """The result of one case for one submission."""

    score: float
    outcome: str = "Failed"
    mistake: str | None = None
    summary: str = "double is wrong"
    text: str = "Got  something else"
    seconds: float = 0.25


def passed(case):
    """Return an answer with all points of the case."""
    return Answer(float(case.points), "Passed", None, "", "")


def failed(score=0, **changes):
    """Return a failed answer."""
    return Answer(score, **changes)


# The answer for a function that is still the stub from the download.
NOT_BEGUN = Answer(0, "Raised", None, NOT_STARTED, "Got  double is not written yet.")


def made_entry(number, *people, **changes):
    """Return the entry of a submission by `people`, who may be nobody."""
    return Entry(**{"id": f"submission_{1000 + number}", "path": f"/handed/in/{number}", "people": people, **changes})


def person(number, name=None):
    """Return a made-up student."""
    return Person(name or f"Name{number} Family{number}", f"{20000 + number}", f"n{number}@school.edu", "Lecture 1")


class Batch:
    """A batch's folder, written step by step."""

    def __init__(self, path, assignment=None):
        self.folder, self.assignment = Folder(Path(path)), assignment or made_assignment()
        (self.folder.path / "run").mkdir(parents=True)
        (self.folder.path / "results").mkdir()
        self.folder.manifest.write_text("", encoding="ascii")

    def add(self, entry, answers=None, *, graded=True, **changes):
        """Add a submission. A case that is not in `answers` passes.

        A part of extra credit counts as handed in only if `answers` has one of its cases.
        """
        with self.folder.manifest.open("a", encoding="ascii") as manifest:
            manifest.write(as_line(entry))
        if graded:
            self.grade(entry.id, answers or {}, **changes)
        return self

    def grade(self, identifier, answers, **changes):
        """Write what grading leaves for a submission."""
        parts = [part for part in self.assignment.extra_credit if any(case.number in answers for case in part.cases)]
        cases = [case for part in (self.assignment, *parts) for case in part.cases]
        all_answers = {case.number: answers.get(case.number, passed(case)) for case in cases}
        tests = [
            {
                "number": case.number,
                "name": EXTRA + case.title if case.extra else case.title,
                "score": all_answers[case.number].score,
                "max_score": float(case.points),
                "output": all_answers[case.number].text,
                "extra_data": {
                    "outcome": all_answers[case.number].outcome,
                    "mistake": all_answers[case.number].mistake,
                },
            }
            for case in cases
        ]
        self.folder.results(identifier).write_text(json.dumps({"tests": tests}), encoding="ascii")
        graded = Graded(
            id=identifier,
            score=sum(one.score for one in all_answers.values()),
            seconds=1.5,
            digest="",
            cases=tuple(
                GradedCase(number, one.outcome, one.seconds, one.summary) for number, one in all_answers.items()
            ),
        )
        with self.folder.journal.open("a", encoding="ascii") as journal:
            journal.write(as_line(replace(graded, **changes)))

    def environment(self, **facts):
        """Write environment.json."""
        self.folder.environment.write_text(json.dumps(facts), encoding="ascii")
        return self


def answers_of(grade):
    """Return the answers of a real grade by case number, with the texts of its results."""
    from autograder.gradescope.results import as_results

    tests = as_results(grade)["tests"]
    return {
        result.case.number: Answer(
            float(result.score), result.outcome.value, result.mistake, result.summary, test["output"], result.seconds
        )
        for result, test in zip(grade.results, tests, strict=True)
    }


def made_class(path, assignment, real, many, seed=109, tried=0):
    """Write a class whose members each take every function from one of several real gradings.

    The results of extra credit are made up: some functions are not begun, and some fail.

    Args:
        path: folder of the batch.
        assignment: what was graded.
        real: answers of real gradings, correct ones first.
        many: number of students; the last two are a group.
        seed: seed of the random choices.
        tried: share of students who hand in extra credit.
    """
    chance, more = random.Random(seed), random.Random(seed)
    batch = Batch(path, assignment)
    functions = list(assignment.functions)
    for number in range(1, many):
        # A student who gets one function right is more likely to get the others right.
        skill, lines = chance.random(), chance.randrange(30)
        source = {name: real[0] if chance.random() < skill else chance.choice(real) for name in functions}
        answers = {
            case.number: with_lines(source[assignment.function_under_test(case).name][case.number], lines)
            for case in assignment.cases
        }
        if number % 61 == 0:
            text = f"There is no neural_network.py; found instead: name{number}family{number}_hw.py."
            answers = dict.fromkeys(answers, Answer(0, "Unreadable", None, "no file to grade", text))
        if number % 97 == 0:
            answers["4.6"] = Answer(0, "GraderError", None, "the grader failed", "The grader did not finish.")
        if more.random() < tried:
            answers |= _made_extra(assignment, more, skill, number)
        stored = None
        if number % 5 == 0:
            cases = {key: StoredCase(one.score, one.outcome, one.mistake) for key, one in answers.items()}
            stored = Stored(sum(one.score for one in answers.values()), cases)
        if number % 15 == 0:
            before = StoredCase(8.0 - stored.cases["4.5"].score, "Failed")
            total = stored.score - stored.cases["4.5"].score + before.score
            stored = Stored(total, {**stored.cases, "4.5": before})
        people = [person(number), *([person(many)] if number == many - 1 else [])]
        batch.add(made_entry(number, *people, stored=stored), answers)
    return batch


def _made_extra(assignment, chance, skill, number):
    """Return answers to extra credit. The file of every 37th student is unreadable."""
    answers = {}
    for case in (case for part in assignment.extra_credit for case in part.cases):
        name = case.function
        if number % 37 == 0:
            answers[case.number] = Answer(0, "Unreadable", None, "no file to grade", "extensions.py is empty.")
        elif chance.random() < 0.15 + 0.7 * skill:
            answers[case.number] = passed(case)
        elif chance.random() < 0.4:
            answers[case.number] = replace(NOT_BEGUN, text=f"Got  {name} is not written yet.")
        else:
            text = f"{case.title}\nGot  {chance.randrange(9)}\nExpected  0.5\nYour lines: line {number}"
            answers[case.number] = Answer(0, "Failed", chance.choice([None, f"{name}.sign"]), f"{name} is wrong", text)
    return answers


def with_lines(answer, further):
    """Return the answer of the same program with `further` more lines at its top."""
    text = re.sub(r"\bline (\d+)", lambda found: f"line {int(found[1]) + further}", answer.text)
    return replace(answer, text=text, seconds=answer.seconds * (1 + further / 100))
