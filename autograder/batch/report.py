"""The third stage of a batch: from manifest, journal and results to grades.csv, canvas.csv and report.html."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..assignment import Assignment
from . import tables, text
from .changes import Comparison, since_earlier, since_replaced, since_stored
from .environment import started, unlike
from .findings import Catalogue, findings, read_catalogue
from .gathered import Course, Student, gather
from .gradebook import RosterError, canvas
from .items import distribution, extra_credit, items, mastery
from .page import Content, Say, page
from .records import Folder, write_whole
from .veil import Veil

MOST_NAMED = 3


@dataclass(frozen=True)
class Summary:
    """What the terminal shows: plain text without control characters, ASCII except for names."""

    lines: tuple[str, ...]
    """How the class did."""
    problems: tuple[str, ...]
    """Sentences about what somebody has to look at."""


def write_all(
    folder: Folder,
    assignment: Assignment,
    *,
    names: bool = False,
    roster: Path | None = None,
    earlier: Path | None = None,
) -> Summary:
    """Write grades.csv, report.html and, given a roster, canvas.csv. The run may be unfinished.

    Args:
        names: whether report.html names students; the tables always do.
        roster: a gradebook exported from Canvas.
        earlier: the folder of an earlier batch, to compare with.

    Raises:
        OSError: there is no manifest, or the folder cannot be written.
    """
    course = gather(folder, assignment)
    problems = list(course.problems)
    write_whole(folder.path / "grades.csv", tables.grades(course))
    problems += _write_canvas(folder, course, assignment, roster)
    if not names:  # with numbers for names, readers look for a number
        course = replace(course, students=tuple(sorted(course.students, key=lambda one: one.number)))

    catalogue, unread = read_catalogue(course.parts)
    say: Say = (lambda _, said: said) if names else _veiled(course, catalogue)
    named, unnamed = findings(course, catalogue, say)
    environment, broken = _environment(folder)
    comparisons, no_earlier = _comparisons(course, assignment, earlier, environment)
    scores = [graded.score for _, graded in course.graded]
    problems += filter(None, (no_earlier, *unread, broken))
    content = Content(
        course=course,
        assignment=assignment,
        distribution=distribution(scores, float(assignment.points), float(sum(part.points for part in course.extra))),
        items=items(course),
        extra=extra_credit(course),
        mastery=mastery(course),
        named=named,
        unnamed=unnamed,
        comparisons=comparisons,
        environment=environment,
        problems=_problems(course),
    )
    write_whole(folder.path / "report.html", page(content, say, names=names))
    sentences = [*(sentence for sentence, _ in content.problems), *_why_it_failed(course, say), *problems]
    return Summary(tuple(_lines(content)), tuple(text.line(sentence, 1000) for sentence in sentences))


def _comparisons(
    course: Course, assignment: Assignment, earlier: Path | None, environment: dict[str, Any]
) -> tuple[list[Comparison], str]:
    """Return all comparisons; and a sentence if an earlier batch was given but cannot be compared with."""
    others = list(filter(None, (since_replaced(course, assignment), since_stored(course, assignment))))
    if earlier is None:
        return others, ""
    try:
        return [_since(Folder(earlier), course, assignment, environment), *others], ""
    except (OSError, ValueError, TypeError, KeyError):
        return others, f"{earlier} has no batch to compare with."


def _since(earlier: Folder, course: Course, assignment: Assignment, environment: dict[str, Any]) -> Comparison:
    """Compare with an earlier run, and note what differs in the environment, which may explain all changes at once."""
    comparison = since_earlier(course, gather(earlier, assignment), assignment)
    then = _environment(earlier)[0]
    other = unlike(environment, then)
    notes = (f"Changed since then: {text.named(other)}.",) if other else ()
    when = started(then)
    source = f"the run of {when}" if when else comparison.source
    return replace(comparison, source=source, notes=notes + comparison.notes)


def _write_canvas(folder: Folder, course: Course, assignment: Assignment, roster: Path | None) -> list[str]:
    """Write canvas.csv if there is a roster; return sentences about what is not in it."""
    path = folder.path / "canvas.csv"
    if roster is None:
        return [f"{path.name} is from an earlier run; no roster was given this time."] if path.exists() else []
    try:
        table, problems = canvas(course, assignment, roster)
    except RosterError as error:
        path.unlink(missing_ok=True)  # old grades under this name would be taken for today's
        return [f"No {path.name} was written. {error}"]
    write_whole(path, table)
    return problems


def _veiled(course: Course, catalogue: Catalogue) -> Say:
    """Return a function that hides everybody in a text."""
    vocabulary = []
    for part in course.parts:
        vocabulary += [part.title, part.file, *part.functions]
        vocabulary += [word for function in part.functions.values() for word in function.arguments]
        vocabulary += [f"{case.title} {case.look}" for case in part.cases]
    vocabulary += [sentence for sentence, _ in catalogue.values()]
    veil = Veil((student.entry for student in course.students), " ".join(vocabulary))
    return lambda student, said: veil.hide(said, None if student is None else student.entry)


def _environment(folder: Folder) -> tuple[dict[str, Any], str]:
    try:
        plain = json.loads(folder.environment.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError) as error:
        return {}, f"{folder.environment} cannot be read: {error}."
    return (plain if isinstance(plain, dict) else {"environment": plain}), ""


def _problems(course: Course) -> list[tuple[str, list[Student]]]:
    """Return sentences about what to know before the grades are used, each with the students it is about."""
    problems: list[tuple[str, list[Student]]] = []
    if left := len(course.students) - len(course.graded):
        problems.append((f"Not graded yet: {left:,} of {text.count(len(course.students), 'submission')}.", []))
    if faults := [student for student in course.students if student.faults]:
        numbers = list(dict.fromkeys(number for student in faults for number in student.faults))
        sentence = (
            f"The grader itself failed on {'case' if len(numbers) == 1 else 'cases'} {text.named(numbers)} for "
            f"{text.count(len(faults), 'submission')}. Their scores are too low through no fault of theirs: grade them "
            "again."
        )
        problems.append((sentence, faults))
    of_one = Counter(person for student in course.students for person in student.entry.known_as)
    if twice := [one for one in course.students if any(of_one[person] > 1 for person in one.entry.known_as)]:
        sentence = (
            f"{len(twice):,} submissions are from somebody who handed in more than one. Each has its own row in "
            "grades.csv; decide which one counts."
        )
        problems.append((sentence, twice))
    for part in course.parts:
        points = sum((case.points for case in part.cases), Decimal(0))
        if points != part.points:
            sentence = (
                f"The cases of {part.file} add up to {points:f} points, but its assignment.toml says {part.points:f}. "
                "Full marks and Canvas use assignment.toml. Change one of them."
            )
            problems.append((sentence, []))
    if course.graded and all(student.nothing_to_grade for student, _ in course.graded):
        sentence = (
            "No submission had anything to grade; the notes in grades.csv say what was found. The submissions of a "
            "class must be side by side in one folder. If there are several classes, grade each one separately."
        )
        problems.append((sentence, []))
    return problems


def _why_it_failed(course: Course, say: Say) -> list[str]:
    """Return the most frequent of the first reasons that the grader gave for each submission it failed on.

    For the terminal: the page has all reasons among its notes.
    """
    told = [(one, one.graded.staff) for one in course.students if one.faults and one.graded is not None]
    reasons = Counter(say(student, staff[0]) for student, staff in told if staff)
    return [f"Reason given for {count:,} of them: {reason}" for reason, count in reasons.most_common(1)]


def _lines(content: Content) -> list[str]:
    dist, students = content.distribution, len(content.course.students)
    lines = [f"{len(content.course.graded):,} of {students:,} graded"]
    if dist is not None:
        full = f"{text.number(float(content.assignment.points))} or more" if content.extra else "full marks"
        lines[0] += f"   median {text.number(dist.median)}   mean {dist.mean:.1f}   {full}: {dist.full:,}"
    lines += [
        f"extra credit, {one.part.file}: {one.tried:,} tried it   "
        f"median {text.number(one.median)} of {one.part.points:f}"
        for one in content.extra
    ]
    failed = [item for item in content.items if item.passed < item.answers and not item.case.extra]
    if failed:
        failed.sort(key=lambda item: item.passed - item.answers)
        usual = [f"{item.case.number} ({item.answers - item.passed:,})" for item in failed[:MOST_NAMED]]
        lines.append(f"most failed cases: {'  '.join(usual)}")
    if content.named:
        lines.append("most common mistakes:")
        lines += [f"{len(one.students):>6,}  {text.line(one.sentence, 90)}" for one in content.named[:MOST_NAMED]]
    if looks := [item.case.number for item in content.items if item.looks]:
        lines.append(f"cases to check: {', '.join(looks)}")
    for comparison in content.comparisons:
        if not comparison.compared:
            lines.append(f"nothing to compare with {comparison.source}: nobody in this batch has a grade there")
            continue
        differ = text.count(comparison.other_totals, "score differs", "scores differ")
        where = ": see Changes in report.html" if comparison.changes else ""
        lines.append(f"{differ} from {comparison.source}{where}")
    return lines
