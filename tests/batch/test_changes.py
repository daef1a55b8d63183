"""autograder/batch/changes.py: which grades changed, for whom, and why."""

from dataclasses import replace

import pytest

from autograder.batch.changes import CaseChange, CaseCount, since_earlier, since_replaced, since_stored
from autograder.batch.gathered import gather
from autograder.batch.records import Person, Stored, StoredCase

from .made import Answer, Batch, failed, made_assignment, made_entry, person

ALL = {"1.1": StoredCase(4.0, "Passed"), "1.2": StoredCase(6.0, "Passed"), "1.3": StoredCase(2.5, "Passed")}


def beside_stored(tmp_path, stored, answers=None, assignment=None):
    """Return the comparison for a class of one."""
    batch = Batch(tmp_path / "batch", assignment).add(made_entry(1, stored=stored), answers)
    return since_stored(gather(batch.folder, batch.assignment), batch.assignment)


def test_no_stored_grades_are_nothing_to_compare_with(tmp_path):
    """Without stored grades there is no comparison, not even an empty one."""
    assert beside_stored(tmp_path, None) is None


def test_same_grade_is_no_change(tmp_path):
    """Rounding errors of floats are no change either."""
    comparison = beside_stored(tmp_path, Stored(12.5 + 1e-12, ALL))
    assert (comparison.compared, comparison.changes, comparison.other_totals) == (1, (), 0)


def test_case_that_failed_and_passes_now(tmp_path):
    """The change has the points, the outcomes, and the mistake."""
    before = {**ALL, "1.2": StoredCase(0.0, "Failed", "double.half")}
    comparison = beside_stored(tmp_path, Stored(6.5, before))
    (change,) = comparison.changes
    assert (change.before, change.after, change.difference, change.why) == (6.5, 12.5, 6.0, "")
    assert change.cases == (CaseChange("1.2", 0.0, 6.0, "Failed (double.half), now Passed"),)
    assert comparison.counts == (CaseCount("1.2", 1, 0),)


def test_other_mistake_with_the_same_points_is_a_change_of_no_total(tmp_path):
    """The change is listed, but no total differs."""
    before = {**ALL, "1.1": StoredCase(0.0, "Failed", "double.half")}
    comparison = beside_stored(tmp_path, Stored(8.5, before), {"1.1": failed(mistake="double.twice")})
    assert comparison.changes[0].cases[0].why == "double.half, now double.twice"
    assert (comparison.other_totals, comparison.counts) == (0, ())
    comparison = beside_stored(tmp_path / "named", Stored(8.5, before), {"1.1": failed()})
    assert comparison.changes[0].cases[0].why == "double.half, now no named mistake"
    before = {**ALL, "1.1": StoredCase(0.0, "Failed")}
    comparison = beside_stored(tmp_path / "nameless", Stored(8.5, before), {"1.1": failed(mistake="double.half")})
    assert comparison.changes[0].cases[0].why == "no named mistake, now double.half"


def test_case_goes_up_or_down_by_whatever_part_of_its_points(tmp_path):
    """The counts include partial changes: from zero to some points and back, and from all to some."""
    before = {"1.1": StoredCase(0.0, "Failed"), "1.2": StoredCase(0.5, "Failed"), "1.3": StoredCase(2.5, "Passed")}
    answers = {"1.1": failed(0.5), "1.2": failed(), "1.3": failed(1.0)}
    comparison = beside_stored(tmp_path, Stored(3.0, before), answers)
    assert comparison.counts == (CaseCount("1.1", 1, 0), CaseCount("1.2", 0, 1), CaseCount("1.3", 0, 1))


def test_case_that_is_worth_something_else_has_not_begun_to_pass(tmp_path):
    """An instructor may have moved points from one case to another."""
    comparison = beside_stored(tmp_path, Stored(12.5, {**ALL, "1.2": StoredCase(5.0, "Passed")}))
    assert comparison.changes[0].cases == (CaseChange("1.2", 5.0, 6.0, "Passed as before, with different points"),)


def test_export_of_another_grader_knows_points_alone(tmp_path):
    """An export without outcomes has only points; an outcome that was not stored is not reported as changed."""
    before = {**ALL, "1.1": StoredCase(1.0), "1.2": StoredCase(6.0)}
    comparison = beside_stored(tmp_path, Stored(9.5, before), {"1.1": failed(mistake="double.half")})
    assert comparison.changes[0].cases == (CaseChange("1.1", 1.0, 0.0, "now Failed (double.half)"),)


def test_cases_that_came_and_went(tmp_path):
    """New and removed cases are named once in the notes, and appear with each student's points."""
    before = {"1.1": StoredCase(4.0, "Passed"), "1.2": StoredCase(6.0, "Passed"), "0.9": StoredCase(3.0, "Passed")}
    comparison = beside_stored(tmp_path, Stored(13.0, before))
    assert comparison.changes[0].cases == (
        CaseChange("1.3", None, 2.5, "a new case"),
        CaseChange("0.9", 3.0, None, "a removed case"),
    )
    assert comparison.notes == ("New cases: 1.3.", "Removed cases: 0.9.")
    (change,) = beside_stored(tmp_path / "all", Stored(12.5, {"0.9": StoredCase(12.5, "Passed")})).changes
    assert (change.why, len(change.cases)) == ("", 4)


def titled(*titles):
    """Return passed stored cases 1.1, 1.2, ..., one for each title, with today's points."""
    return {
        f"1.{place}": StoredCase(points, "Passed", None, f"double: {title}")
        for place, (title, points) in enumerate(zip(titles, (4.0, 6.0, 2.5), strict=False), 1)
    }


def test_case_with_another_number_is_found_again_by_its_title(tmp_path):
    """One case was inserted before it, and the last one removed. Cases that were only renumbered are not reported as
    changed.
    """
    before = {
        "1.1": StoredCase(6.0, "Passed", None, "double: title 2"),
        "1.2": StoredCase(2.5, "Passed", None, "double: title 3"),
        "1.3": StoredCase(4.0, "Passed", None, "double: no title of today"),
    }
    comparison = beside_stored(tmp_path, Stored(12.5, before))
    assert comparison.changes[0].cases == (
        CaseChange("1.1", None, 4.0, "a new case"),
        CaseChange("former 1.3", 4.0, None, "a removed case"),
    )
    assert comparison.counts == (CaseCount("1.1", 1, 0), CaseCount("former 1.3", 0, 1))
    assert comparison.notes == (
        "New cases: 1.1.",
        "Removed cases: former 1.3.",
        "Renumbered cases, matched by title: 1.1 is now 1.2, 1.2 is now 1.3.",
    )
    assert beside_stored(tmp_path / "same", Stored(12.5, titled("title 1", "title 2", "title 3"))).notes == ()


def test_case_with_another_title_may_be_another_case(tmp_path):
    """It is compared by its number, and a note says that it may be a different case."""
    comparison = beside_stored(tmp_path, Stored(12.5, titled("title 1", "Title two", "title 3")), {"1.2": failed()})
    assert comparison.changes[0].cases == (CaseChange("1.2", 6.0, 0.0, "Passed, now Failed"),)
    assert comparison.notes == ("Same number but a new title, so perhaps a different case: 1.2.",)


def test_cases_of_one_title_go_by_their_numbers(tmp_path):
    """A title that two cases share, then or now, is not used to match cases."""
    twice = beside_stored(tmp_path / "then", Stored(12.5, titled("title 1", "title 1", "title 3")))
    assert (twice.changes, len(twice.notes)) == ((), 1)
    assignment = made_assignment()
    first, _, third = assignment.cases
    assignment = replace_cases(assignment, first._replace(title=third.title))
    now = beside_stored(tmp_path / "now", Stored(12.5, titled("title 1", "title 2", "title 3")), {}, assignment)
    assert (now.changes, now.notes) == ((), ("Same number but a new title, so perhaps a different case: 1.1.",))
    moved = beside_stored(tmp_path / "moved", Stored(12.5, titled("title 1", "title 3", "title 2")), {}, assignment)
    assert moved.notes[1:] == (
        "Removed cases: former 1.2.",
        "Renumbered cases, matched by title: 1.3 is now 1.2.",
        "Same number but a new title, so perhaps a different case: 1.1.",
    )


def replace_cases(assignment, first):
    """Return the assignment with its first case replaced."""
    return assignment._replace(cases=(first, *assignment.cases[1:]))


def test_what_is_gone_is_in_order(tmp_path):
    """Numbers are compared as numbers: 9.10 comes after 9.2."""
    before = {**ALL, **{f"9.{number}": StoredCase(1.0, "Passed") for number in (1, 10, 2)}}
    comparison = beside_stored(tmp_path, Stored(15.5, before))
    assert comparison.notes == ("Removed cases: 9.1, 9.2, 9.10.",)
    assert [case.number for case in comparison.changes[0].cases] == ["9.1", "9.2", "9.10"]


def test_stored_totals_alone(tmp_path):
    """Without stored cases, only the change of the total is reported."""
    (change,) = beside_stored(tmp_path, Stored(3.0, {})).changes
    assert (change.why, change.cases) == ("only the total was stored before", ())
    assignment, answers = made_assignment(extra=("1",)), {"2.1": Answer(1, "Passed")}
    (change,) = beside_stored(tmp_path / "extra", Stored(3.0, {}), answers, assignment).changes
    assert (change.why, change.cases) == ("only the total was stored before", ())


def test_what_was_never_graded_has_not_changed(tmp_path):
    """A submission that the export lists without a grade is counted in a note, not among the changes."""
    comparison = beside_stored(tmp_path, Stored(None, {}))
    assert (comparison.compared, comparison.changes) == (0, ())
    assert comparison.notes == ("Graded now, with no earlier grade to compare with: 1.",)


def test_students_without_a_stored_grade_are_counted_beside_the_others(tmp_path):
    """They are counted in a note, wherever they are in the list."""
    batch = Batch(tmp_path / "batch").add(made_entry(1)).add(made_entry(2, stored=Stored(9.5, ALL)))
    comparison = since_stored(gather(batch.folder, batch.assignment), batch.assignment)
    assert (comparison.compared, [change.difference for change in comparison.changes]) == (1, [3.0])
    assert comparison.notes == ("Graded now, with no earlier grade to compare with: 1.",)


def two_runs(tmp_path, then, now, **entry):
    """Compare two runs. Each is a list of (number, person, answers, digest)."""
    runs = []
    for name, submissions in (("then", then), ("now", now)):
        batch = Batch(tmp_path / name)
        for number, who, answers, digest in submissions:
            batch.add(replace(made_entry(number, who), **entry), answers, digest=digest)
        runs.append(gather(batch.folder, batch.assignment))
    return since_earlier(runs[1], runs[0], made_assignment())


def test_same_program_with_another_grade_is_a_change_of_the_grading(tmp_path):
    """As in a regrade, the program is the same and the grade differs."""
    comparison = two_runs(tmp_path, [(1, person(1), {"1.1": failed()}, "a" * 64)], [(1, person(1), {}, "a" * 64)])
    assert comparison.notes == ()
    (change,) = comparison.changes
    assert change.why == "the same program, graded differently"
    assert change.cases == (CaseChange("1.1", 0.0, 4.0, "Failed, now Passed"),)


def test_new_submission_of_the_same_student_is_found_by_who_it_is(tmp_path):
    """By number, or else by email; the digests show that the program is different."""
    by_email = Person("Ada", "", "ADA@school.edu")
    comparison = two_runs(
        tmp_path,
        [(1, person(1), {"1.1": failed()}, "a" * 64), (2, by_email, {}, "c" * 64)],
        [(7, person(1), {}, "b" * 64), (8, replace(by_email, email="ada@school.edu"), {"1.2": failed()}, "d" * 64)],
    )
    assert [change.why for change in comparison.changes] == ["a different program was handed in"] * 2
    assert [change.difference for change in comparison.changes] == [-6.0, 4.0]


def test_who_came_and_who_went(tmp_path):
    """The notes say how many."""
    comparison = two_runs(tmp_path, [(1, person(1), {}, "")], [(2, person(2), {}, "")])
    assert comparison.compared == 0
    assert comparison.notes == (
        "Graded now, with no earlier grade to compare with: 1.",
        "Submissions in the earlier run but not in this one: 1.",
    )


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        (Person("A", "1", "a@x"), Person("B", " 1 ", "b@x"), True),
        (Person("A", "1"), Person("A", "1"), True),
        (Person("A", "", "a@x"), Person("B", "", " A@x "), True),
        (Person("A", "", "a@x"), Person("A", "", "b@x"), False),
        (Person("A", "1", "a@x"), Person("A", "2", "a@x"), False),
        (Person("A"), Person("A"), False),
    ],
)
def test_two_are_one_student_by_number_or_else_by_address(then, now, same, tmp_path):
    """Two people are never matched by name alone, nor because both lack a number."""
    assert two_runs(tmp_path, [(1, then, {}, "")], [(2, now, {}, "")]).compared == same


@pytest.mark.parametrize(("then", "now"), [("a" * 64, ""), ("", "a" * 64)])
def test_program_that_is_not_known_is_neither_the_same_nor_another(then, now, tmp_path):
    """An empty digest means that the program is unknown."""
    comparison = two_runs(tmp_path, [(1, person(1), {"1.1": failed()}, then)], [(1, person(1), {}, now)])
    assert comparison.changes[0].why == ""


def test_program_that_was_replaced_is_compared_with(tmp_path):
    """Only the student whose program was replaced in the same folder, as after an appeal, is compared. Grading the new
    program twice changes nothing.
    """
    batch = Batch(tmp_path / "batch").add(made_entry(1), {"1.1": failed()}, digest="a" * 64)
    batch.add(made_entry(2), {"1.1": failed()}, digest="c" * 64)
    assert since_replaced(gather(batch.folder, batch.assignment), batch.assignment) is None
    batch.grade("submission_1001", {}, digest="b" * 64)
    batch.grade("submission_1001", {}, digest="b" * 64)
    batch.grade("submission_1002", {}, digest="c" * 64)
    comparison = since_replaced(gather(batch.folder, batch.assignment), batch.assignment)
    (change,) = comparison.changes
    assert (change.student.entry.id, change.before, change.after) == ("submission_1001", 8.5, 12.5)
    assert change.why == "a different program was handed in"
    assert change.cases == (CaseChange("1.1", 0.0, 4.0, "Failed, now Passed"),)
    assert (comparison.compared, comparison.notes) == (1, ())
    nothing = dict.fromkeys(("1.1", "1.2", "1.3"), failed(outcome="Unreadable"))
    batch = Batch(tmp_path / "nothing").add(made_entry(1), nothing)
    batch.grade("submission_1001", {}, digest="b" * 64)
    (change,) = since_replaced(gather(batch.folder, batch.assignment), batch.assignment).changes
    assert change.why == "a different program was handed in"


def test_case_of_a_replaced_program_that_fails_as_before_has_not_changed(tmp_path):
    """The earlier mistake is not kept in the journal. If the outcome changed, today's mistake is given."""
    batch = Batch(tmp_path / "batch").add(made_entry(1), {"1.1": failed(), "1.2": failed(outcome="Raised")})
    now = {"1.1": failed(mistake="double.sign"), "1.2": failed(mistake="double.half")}
    batch.grade("submission_1001", now, digest="b" * 64)
    (change,) = since_replaced(gather(batch.folder, batch.assignment), batch.assignment).changes
    assert change.cases == (CaseChange("1.2", 0.0, 0.0, "Raised, now Failed (double.half)"),)


def test_cases_of_a_replaced_program_with_other_points_are_not_made_up(tmp_path):
    """The journal has no points per case, so partial points of a failed case are only in the total."""
    batch = Batch(tmp_path / "batch").add(made_entry(1), {"1.2": failed(1.5)})
    batch.grade("submission_1001", {}, digest="b" * 64)
    (change,) = since_replaced(gather(batch.folder, batch.assignment), batch.assignment).changes
    assert (change.before, change.after, change.cases) == (8.0, 12.5, ())


def test_two_earlier_submissions_of_one_student_are_no_guess(tmp_path):
    """Neither is compared, unless today's submission is one of them."""
    then = [(1, person(1), {}, ""), (2, person(1), {"1.1": failed()}, "")]
    assert two_runs(tmp_path, then, [(3, person(1), {}, "")]).compared == 0
    (change,) = two_runs(tmp_path / "one of them", then, [(2, person(1), {}, "")]).changes
    assert change.difference == 4.0


def test_largest_difference_comes_first(tmp_path):
    """Whether the score went up or down."""
    then = [(n, person(n), {}, "") for n in (1, 2, 3)]
    now = [(1, person(1), {"1.3": failed()}, ""), (2, person(2), {"1.2": failed()}, ""), (3, person(3), {}, "")]
    assert [change.difference for change in two_runs(tmp_path, then, now).changes] == [-6.0, -2.5]


MORE = {**ALL, "2.1": StoredCase(1.0, "Passed"), "2.2": StoredCase(0.0, "Failed")}


def test_extra_credit_that_came_or_went(tmp_path):
    """The reason is one sentence, whatever else has changed, and the cases of extra credit are not counted as higher or
    lower.
    """
    assignment = made_assignment(extra=("1", "1"))
    comparison = beside_stored(tmp_path / "came", Stored(12.5, ALL), {"1.1": failed(), "2.1": failed()}, assignment)
    (change,) = comparison.changes
    assert (change.before, change.after, change.why) == (12.5, 9.5, "extra credit now, none before")
    assert change.cases == (CaseChange("1.1", 4.0, 0.0, "Passed, now Failed"),)
    assert (comparison.counts, comparison.notes) == ((CaseCount("1.1", 0, 1),), ())
    answers = dict.fromkeys(("2.1", "2.2"), failed())
    (change,) = beside_stored(tmp_path / "nothing", Stored(12.5, ALL), answers, assignment).changes
    assert (change.difference, change.why, change.cases) == (0.0, "extra credit now, none before", ())
    comparison = beside_stored(tmp_path / "went", Stored(13.5, MORE), {}, assignment)
    (change,) = comparison.changes
    assert (change.difference, change.why, change.cases) == (-1.0, "no extra credit now, some before", ())


def test_extra_credit_that_was_switched_off_is_no_other_program(tmp_path):
    """The digest now covers only the first file, but the program is not called different. One sentence covers all extra
    credit.
    """
    then = Batch(tmp_path / "then", made_assignment(extra=("1", "1")))
    then.add(made_entry(1), {"2.1": Answer(1, "Passed"), "2.2": failed()}, digest="a" * 64)
    now = Batch(tmp_path / "now").add(made_entry(1), {"1.1": failed()}, digest="b" * 64)
    earlier = gather(then.folder, then.assignment)
    comparison = since_earlier(gather(now.folder, now.assignment), earlier, now.assignment)
    (change,) = comparison.changes
    assert change.why == "extra credit counted before and no longer does"
    assert change.cases == (CaseChange("1.1", 4.0, 0.0, "Passed, now Failed"),)
    assert (comparison.counts, comparison.notes) == ((CaseCount("1.1", 0, 1),), ())


def test_file_that_came_or_went_is_one_reason_for_all_its_cases(tmp_path):
    """As when the export lists a folder that is missing. Changes in the other file are still listed case by case."""
    nothing = dict.fromkeys(("1.1", "1.2", "1.3"), failed(outcome="Unreadable"))
    (change,) = beside_stored(tmp_path / "went", Stored(12.5, ALL), nothing).changes
    assert (change.difference, change.why, change.cases) == (-12.5, "nothing to grade in double.py now", ())
    before = {number: StoredCase(0.0, "Unreadable") for number in ALL}
    comparison = beside_stored(tmp_path / "came", Stored(0.0, before))
    assert (comparison.changes[0].difference, comparison.changes[0].cases, comparison.counts) == (12.5, (), ())
    assert comparison.changes[0].why == "nothing to grade in double.py before"
    assert beside_stored(tmp_path / "same", Stored(0.0, before), nothing).changes == ()
    (change,) = beside_stored(
        tmp_path / "extra", Stored(13.5, MORE), {**nothing, "2.1": failed()}, made_assignment(extra=("1", "1"))
    ).changes
    assert change.why == "nothing to grade in double.py now"
    assert [case.number for case in change.cases] == ["2.1", "2.2"]


def test_case_of_extra_credit_that_changed_is_a_case_like_others(tmp_path):
    """If extra credit was handed in both times, its cases are listed like any others."""
    assignment = made_assignment(extra=("1", "1", "0.5"))
    comparison = beside_stored(tmp_path, Stored(13.5, MORE), {"2.1": failed()}, assignment)
    (change,) = comparison.changes
    assert change.cases == (
        CaseChange("2.1", 1.0, 0.0, "Passed, now Failed"),
        CaseChange("2.2", 0.0, 1.0, "Failed, now Passed"),
        CaseChange("2.3", None, 0.5, "a new case"),
    )
    assert comparison.notes == ("New cases: 2.3.",)


def test_extra_credit_that_nobody_tried_is_no_change(tmp_path):
    """Nor are its cases reported as new."""
    comparison = beside_stored(tmp_path, Stored(12.5, ALL), {}, made_assignment(extra=("1", "1")))
    assert (comparison.changes, comparison.notes) == ((), ())


def test_what_is_not_graded_yet_is_not_compared(tmp_path):
    """In an unfinished run, submissions without a grade are not reported as having lost points."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, stored=Stored(12.5, ALL)), graded=False)
    batch.add(made_entry(2, stored=Stored(12.5, ALL)), {"1.1": Answer(0, "TimedOut")})
    comparison = since_stored(gather(batch.folder, batch.assignment), batch.assignment)
    assert (comparison.compared, len(comparison.changes)) == (1, 1)
