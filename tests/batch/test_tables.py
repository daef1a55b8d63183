"""grades.csv and canvas.csv: every name survives, no cell becomes a formula, and nobody gets another's grade."""

import csv
import io

import pytest

from autograder.batch import tables
from autograder.batch import text as texts
from autograder.batch.gathered import gather
from autograder.batch.gradebook import RosterError, canvas
from autograder.batch.records import Person

from .made import Answer, Batch, failed, made_assignment, made_entry, person


def grades(batch):
    """Return the rows of grades.csv as dictionaries."""
    text = tables.grades(gather(batch.folder, batch.assignment))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


# grades.csv


def test_columns_are_who_total_cases_and_what_to_know(tmp_path):
    """In this order; the last column names the row of the page. No heading is a number: 9.10 would become 9.1."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1)), {"1.2": failed(2.5)})
    (row,) = grades(batch)
    assert row == {
        "submission id": "submission_1001", "name": "Name1 Family1", "sid": "20001", "email": "n1@school.edu",
        "section": "Lecture 1", "total": "9", "case 1.1": "4", "case 1.2": "2.5", "case 1.3": "2.5",
        "status": "graded", "notes": "", "in the report": "Student 001",
    }  # fmt: skip


def test_group_has_a_row_for_each_and_nobody_has_one(tmp_path):
    """All members have the points of the submission."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1), person(2))).add(made_entry(2))
    assert [(row["submission id"], row["name"], row["total"]) for row in grades(batch)] == [
        ("submission_1001", "Name1 Family1", "12.5"),
        ("submission_1001", "Name2 Family2", "12.5"),
        ("submission_1002", "", "12.5"),
    ]


def test_name_that_could_not_be_an_id_is_in_the_notes(tmp_path):
    """Otherwise, nobody could say whose grade it is."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, handed_in_as="田中.py", notes=("Two files fit.",)))
    assert grades(batch)[0]["notes"] == "Handed in as 田中.py. Two files fit."


def test_status_says_how_far_it_came(tmp_path):
    """A submission without a grade has empty cells, not zeros."""
    batch = Batch(tmp_path / "batch").add(made_entry(1), graded=False)
    batch.add(
        made_entry(2, problem="There is no double.py."),
        dict.fromkeys(("1.1", "1.2", "1.3"), failed(0, outcome="Unreadable")),
    )
    batch.add(made_entry(3, notes=("Two files fit.",)), {"1.3": Answer(0, "GraderError")}, staff=("A fault.",))
    notebook = failed(0, outcome="Unreadable", text="There is a notebook.")
    batch.add(made_entry(4), dict.fromkeys(("1.1", "1.2", "1.3"), notebook))
    waiting, unreadable, fault, found_late = grades(batch)
    assert (waiting["total"], waiting["case 1.1"], waiting["status"]) == ("", "", "not graded yet")
    assert (unreadable["total"], unreadable["status"], unreadable["notes"]) == (
        "0", "nothing to grade", "There is no double.py.",
    )  # fmt: skip
    assert (found_late["status"], found_late["notes"]) == ("nothing to grade", "There is a notebook.")
    assert (fault["status"], fault["notes"]) == ("the grader failed on 1.3: look at it", "Two files fit. A fault.")


def test_results_that_cannot_be_read_count_as_not_graded(tmp_path):
    """A message names them."""
    batch = Batch(tmp_path / "batch")
    for number in range(1, 6):
        batch.add(made_entry(number))
    batch.folder.results("submission_1001").unlink()
    for number, damaged in enumerate(("", "[]", '{"tests": [{}]}'), 2):
        batch.folder.results(f"submission_100{number}").write_text(damaged, encoding="ascii")
    assert [row["status"] for row in grades(batch)] == ["not graded yet"] * 4 + ["graded"]
    assert gather(batch.folder, batch.assignment).problems == (
        "Counted as not graded yet, because their results cannot be read: submission_1001, submission_1002, "
        "submission_1003, submission_1004.",
    )


def test_other_cases_than_todays_leave_empty_cells(tmp_path):
    """A message names these submissions, which must be graded again."""
    batch = Batch(tmp_path / "batch", made_assignment(("4", "6"))).add(made_entry(1))
    batch.assignment = made_assignment()
    assert grades(batch)[0]["case 1.3"] == ""
    assert gather(batch.folder, batch.assignment).problems == (
        "Graded with a different list of cases, so they must be graded again: submission_1001.",
    )
    batch = Batch(tmp_path / "extra", made_assignment(extra=("1",))).add(made_entry(1), {"2.1": failed(0.5)})
    batch.assignment = made_assignment(extra=("1", "1"))
    (row,) = grades(batch)
    assert (row["extra credit, more.py"], row["case 2.1"], row["case 2.2"]) == ("0.5", "0.5", "")


def test_second_grading_of_a_submission_counts(tmp_path):
    """The last line in the journal counts."""
    batch = Batch(tmp_path / "batch").add(made_entry(1), {"1.1": failed()})
    batch.grade("submission_1001", {})
    assert [row["total"] for row in grades(batch)] == ["12.5"]


@pytest.mark.parametrize(
    "name", ['Ada "Countess" Lovelace', "Lovelace, Ada", "two\r\nlines", "Ωmega 王小明", "a;b\tc", "d'Arc", " spaced "]
)
def test_names_survive(name, tmp_path):
    """Quotes, line ends, separators, and all alphabets are kept."""
    assert grades(Batch(tmp_path / "batch").add(made_entry(1, Person(name))))[0]["name"] == name


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\tharmless", "  =1+1", "\n=1", "\u200b=1",
     "\ufeff=1", "＝1+1", '=HYPERLINK("http://evil.example","x")'],
)  # fmt: skip
def test_formulas_become_text(name, tmp_path):
    """An apostrophe is put before the text, which is otherwise unchanged."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person(name, name, name, name), notes=(name,)))
    (row,) = grades(batch)
    assert {row[column] for column in ("name", "sid", "email", "section")} == {"'" + name}
    assert row["notes"].startswith("'")


def test_what_no_file_can_hold_is_replaced(tmp_path):
    """NUL, which CSV readers refuse, and half of a surrogate pair are replaced."""
    assert grades(Batch(tmp_path / "batch").add(made_entry(1, Person("a\0b\ud800c"))))[0]["name"] == "a\ufffdb\ufffdc"


def test_texts_are_quoted_and_numbers_are_bare(tmp_path):
    """Separators are inside quotes, even for a spreadsheet that splits at semicolons; points remain numbers."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person("x;=1+1", "-7")), {"1.1": failed(0.5)})
    line = tables.grades(gather(batch.folder, batch.assignment)).split("\r\n")[1]
    assert line == '"submission_1001","x;=1+1","-7","","",9,0.5,6,2.5,"graded","","Student 001"'


def test_extra_credit_has_columns_of_its_own(tmp_path):
    """It is included in the total. A student who did not hand it in has empty cells, not zeros."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "0.5"))).add(made_entry(1), {"2.1": failed()})
    batch.add(made_entry(2)).add(made_entry(3), dict.fromkeys(("2.1", "2.2"), failed(outcome="Unreadable")))
    rows = grades(batch)
    assert list(rows[0])[5:12] == [
        "total", "case 1.1", "case 1.2", "case 1.3", "extra credit, more.py", "case 2.1", "case 2.2",
    ]  # fmt: skip
    assert [[row[name] for name in list(row)[5:12]] for row in rows] == [
        ["13", "4", "6", "2.5", "0.5", "0", "0.5"],
        ["12.5", "4", "6", "2.5", "", "", ""],
        ["12.5", "4", "6", "2.5", "0", "0", "0"],
    ]
    assert [row["status"] for row in rows] == ["graded"] * 3
    assert gather(batch.folder, batch.assignment).problems == ()


def test_extra_credit_alone_has_a_note_on_the_file_that_is_missing(tmp_path):
    """The status cannot say so, because the points of the extra credit are a grade."""
    missing = dict.fromkeys(("1.1", "1.2", "1.3"), failed(outcome="Unreadable", text="There is no double.py."))
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",)))
    (row,) = grades(batch.add(made_entry(1), missing | {"2.1": Answer(1, "Passed", text="")}))
    assert (row["total"], row["status"], row["notes"]) == ("1", "graded", "There is no double.py.")


def test_extra_credit_that_nobody_has_tried_has_no_columns(tmp_path):
    """The table is the same as for an assignment without extra credit."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",))).add(made_entry(1)).add(made_entry(2), graded=False)
    text = tables.grades(gather(batch.folder, batch.assignment))
    assert text == tables.grades(gather(batch.folder, made_assignment()))


def test_file_that_could_not_be_unpacked_is_in_the_notes(tmp_path):
    """As is a problem with the whole submission."""
    entry = made_entry(1, problems={"more.py": "more.py is locked."})
    assert grades(Batch(tmp_path / "batch").add(entry))[0]["notes"] == "more.py is locked."


# canvas.csv

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (77),A small assignment (78),Final Score"
POINTS = "    Points Possible,,,,,10.00,12.50,(read only)"


def roster(tmp_path, *rows, header=HEADER, points=POINTS):
    """Write a gradebook as Canvas exports it."""
    path = tmp_path / "roster.csv"
    path.write_bytes("\r\n".join([header, *([points] if points else []), *rows, ""]).encode())
    return path


def student(number, cell="", name=None, sis=True):
    """Return a row of the gradebook."""
    name = name or f'"Family{number}, Name{number}"'
    return f"{name},{900 + number},{20000 + number if sis else ''},n{number}@school.edu,Lecture 1,9.00,{cell},81"


def canvas_rows(batch, path):
    """Return the rows of canvas.csv, and the messages except the one about students with no submission."""
    text, problems = canvas(gather(batch.folder, batch.assignment), batch.assignment, path)
    problems = [one for one in problems if not one.startswith(NOTHING)]
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))), problems


NOTHING = "In the roster with no submission, so left unchanged: "


def test_who_is_in_the_roster_and_has_handed_in_nothing_is_told(tmp_path):
    """The message leaves out submissions that are not graded yet, namesakes that cannot be told apart, and rows about
    posting.
    """
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1)), graded=False).add(made_entry(2, person(2)))
    batch.add(made_entry(3, Person("Wei Chen")))
    namesakes = [student(number, name='"Chen, Wei"', sis=False) for number in (6, 7)]
    path = roster(tmp_path, ",,,,,,Manual Posting,", *(student(n) for n in (1, 2, 4, 5)), *namesakes)
    problems = canvas(gather(batch.folder, batch.assignment), batch.assignment, path)[1]
    assert [one for one in problems if one.startswith(NOTHING)] == [f"{NOTHING}Family4, Name4; Family5, Name5."]


def test_column_of_the_assignment_is_replaced_and_no_other_is_there(tmp_path):
    """Canvas leaves columns alone that are not in the file, so grades entered since the export stay."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1)), {"1.1": failed()}).add(made_entry(2, person(2)))
    rows, problems = canvas_rows(batch, roster(tmp_path, student(1, "3.00"), student(2), student(3)))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A small assignment (78)"],
        ["    Points Possible", "", "", "", "", "12.50"],
        ["Family1, Name1", "901", "20001", "n1@school.edu", "Lecture 1", "8.5"],
        ["Family2, Name2", "902", "20002", "n2@school.edu", "Lecture 1", "12.5"],
        ["Family3, Name3", "903", "20003", "n3@school.edu", "Lecture 1", ""],
    ]
    assert problems == []


def test_new_column_gets_a_title_and_its_points(tmp_path):
    """Canvas asks what to do with it."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1)))
    header = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (77)"
    rows, problems = canvas_rows(batch, roster(tmp_path, "X,901,20001,n1,S,9", header=header, points=""))
    assert [row[5:] for row in rows] == [["A small assignment"], ["12.5"], ["12.5"]]
    assert rows[1][0] == "    Points Possible"
    assert "Canvas asks whether" in problems[0]


def test_whoever_has_no_grade_keeps_the_cell_of_canvas(tmp_path):
    """This covers students without a submission, missing folders, ungraded submissions, faults of the grader, and
    excused students.
    """
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1)), graded=False)
    batch.add(made_entry(2, person(2)), {"1.1": Answer(0, "GraderError")}).add(made_entry(3, person(3)))
    batch.add(made_entry(5, person(5), path="", problem="Nothing was handed in."), {"1.1": failed()})
    batch.add(made_entry(6, person(6), problems={"double.py": "double.py cannot be unpacked."}), {"1.1": failed()})
    left = student(4, "N/A"), student(5, "8.00"), student(6, "9.00")
    path = roster(tmp_path, student(1, "7.00"), student(2), student(3, "ex "), *left)
    rows, problems = canvas_rows(batch, path)
    assert [row[-1] for row in rows[2:]] == ["7.00", "", "ex ", "N/A", "8.00", "9.00"]
    assert problems == [
        "Not in canvas.csv because the grader failed, so somebody must check: Family2, Name2.",
        "Not in canvas.csv because a file is missing or cannot be used, so somebody must check: Family5, Name5; "
        "Family6, Name6.",
        "Excused in Canvas, and left excused: Family3, Name3.",
    ]


@pytest.mark.parametrize(
    "who",
    [
        Person("Another Name", "20001", "else@where"),
        Person("Another Name", "", "N1@School.edu"),
        Person("Another Name", "n1@school.edu"),
        Person("name1  FAMILY1"),
        Person("Family1, Name1", "99999", "else@where"),
    ],
)
def test_students_are_found_by_number_then_login_then_name(who, tmp_path):
    """The first of these that is available counts."""
    rows, problems = canvas_rows(
        Batch(tmp_path / "batch").add(made_entry(1, who)), roster(tmp_path, student(1), student(2))
    )
    assert ([row[-1] for row in rows[2:]], problems) == (["12.5", ""], [])


@pytest.mark.parametrize(
    "who", [Person("X", " aB1 "), Person("X", "", " n1@SCHOOL.edu "), Person("X", " n1@school.EDU ")]
)
def test_numbers_and_logins_are_the_same_in_any_letters(who, tmp_path):
    """Spaces around them, as people type them, do not matter either."""
    path = roster(tmp_path, "Y,901, Ab1 ,N1@School.edu ,S,,,")
    assert canvas_rows(Batch(tmp_path / "batch").add(made_entry(1, who)), path)[0][2][-1] == "12.5"


@pytest.mark.parametrize("who", [Person("Name2 Family2", "20001"), Person("X", "20001", "n2@school.edu")])
def test_number_of_one_student_and_name_of_another_is_not_guessed(who, tmp_path):
    """A mistyped number must not give a grade to whoever has that number."""
    batch = (
        Batch(tmp_path / "batch").add(made_entry(1, who)).add(made_entry(3, person(3))).add(made_entry(4, person(4)))
    )
    rows, problems = canvas_rows(batch, roster(tmp_path, *map(student, (1, 2, 3, 4))))
    assert [row[-1] for row in rows[2:]] == ["", "", "12.5", "12.5"]
    assert problems == [f"Not found in the roster, so not in canvas.csv: {who.name} (several match)."]


def test_number_tells_namesakes_apart(tmp_path):
    """The name alone would fit both."""
    path = roster(tmp_path, student(1, name='"Chen, Wei"'), student(2, name='"Chen, Wei"'))
    rows, _ = canvas_rows(Batch(tmp_path / "batch").add(made_entry(1, Person("Wei Chen", "20002"))), path)
    assert [row[-1] for row in rows[2:]] == ["", "12.5"]


def test_number_that_is_equal_by_chance_finds_nobody_and_hides_nobody(tmp_path):
    """Submissions have other numbers than the roster, as most people show. One happens to be another student's."""
    batch = Batch(tmp_path / "batch").add(made_entry(5, Person("Nobody There", "20005")))
    for number in (1, 2, 3):
        batch.add(made_entry(number, Person(f"Name{number} Family{number}", f"{number}")))
    batch.add(made_entry(4, Person("Name4 Family4", "20005")))
    rows, problems = canvas_rows(batch, roster(tmp_path, *map(student, (1, 2, 3, 4, 5))))
    assert [row[-1] for row in rows[2:]] == ["12.5", "12.5", "12.5", "", ""]
    assert problems[0] == (
        "Not found in the roster, so not in canvas.csv: Nobody There; Name4 Family4 (several match)."
    )


def test_namesake_with_another_number_is_somebody_else(tmp_path):
    """This holds once another student's number shows that both systems use the same numbers."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person("Name2 Family2", "99999")))
    path = roster(tmp_path, student(1), student(2))
    assert [row[-1] for row in canvas_rows(batch, path)[0][2:]] == ["", "12.5"]
    rows, problems = canvas_rows(batch.add(made_entry(2, person(1))), path)
    assert [row[-1] for row in rows[2:]] == ["12.5", ""]
    assert problems == [
        "Not found in the roster, so not in canvas.csv: Name2 Family2 (in the roster with another number)."
    ]
    rows, problems = canvas_rows(batch.add(made_entry(3, Person("Name2 Family2")), {"1.1": failed()}), path)
    assert [row[-1] for row in rows[2:]] == ["12.5", "8.5"]  # without a number, nothing speaks against the name


def test_canvas_own_id_is_not_taken_for_a_number_of_the_university(tmp_path):
    """It is only if the export has no SIS ids at all; the test student never has one."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person("X", "901")))
    rows, problems = canvas_rows(batch, roster(tmp_path, student(1), student(2, sis=False)))
    assert (rows[2][-1], problems) == ("", ["Not found in the roster, so not in canvas.csv: X."])
    rows, problems = canvas_rows(batch, roster(tmp_path, student(1, sis=False)))
    assert (rows[2][-1], problems) == ("12.5", [])


def test_students_of_a_download_from_canvas_are_found_by_its_own_id(tmp_path):
    """This holds whatever SIS ids there are. Canvas's file names do not match names in the roster, and an equal SIS id
    is another student's.
    """
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person("family1name1", "901", numbered_by_canvas=True)))
    batch.add(made_entry(2, Person("name3", "20003", numbered_by_canvas=True)), {"1.1": failed()})
    rows, problems = canvas_rows(batch, roster(tmp_path, student(1), student(3)))
    assert [row[-1] for row in rows[2:]] == ["12.5", ""]
    assert "Not found in the roster, so not in canvas.csv: name3." in problems


def test_namesakes_are_not_guessed(tmp_path):
    """The first part of the email address decides, if it is the login of one of them."""
    path = roster(tmp_path, "Wei Chen,901,1,wchen1,S,,,", "Wei Chen,902,2,wchen2,S,,,")
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person("Wei Chen")))
    rows, problems = canvas_rows(batch, path)
    assert ([row[-1] for row in rows[2:]], problems) == (
        ["", ""],
        ["Not found in the roster, so not in canvas.csv: Wei Chen (several match)."],
    )
    batch.add(made_entry(2, Person("Wei Chen", "", "wchen2@school.edu")), {"1.1": failed()})
    assert [row[-1] for row in canvas_rows(batch, path)[0][2:]] == ["", "8.5"]


def test_two_submissions_for_one_student_are_not_guessed(tmp_path):
    """Neither is written, and a message names the student."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1))).add(made_entry(2, person(1)), {"1.1": failed()})
    rows, problems = canvas_rows(batch, roster(tmp_path, student(1, "3.00")))
    assert rows[2][-1] == "3.00"
    assert problems == ["Two or more submissions match one student, so none is in canvas.csv: Family1, Name1."]


def test_submissions_of_nobody_are_listed(tmp_path):
    """They are listed by id, the only thing known about them."""
    _, problems = canvas_rows(Batch(tmp_path / "batch").add(made_entry(1)), roster(tmp_path, student(1)))
    assert problems == ["Submissions that name nobody, so not in canvas.csv: submission_1001."]


def test_extra_credit_is_in_the_grade_and_not_in_the_worth(tmp_path):
    """Canvas also treats points above the maximum as extra credit."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "0.5"))).add(
        made_entry(1, person(1)), {"2.1": failed()}
    )
    rows, problems = canvas_rows(batch, roster(tmp_path, student(1), student(2)))
    assert ([row[-1] for row in rows[1:]], problems) == (["12.50", "13", ""], [])
    new = roster(tmp_path, student(1), header=HEADER.replace("A small", "Another"))
    assert [row[-1] for row in canvas_rows(batch, new)[0]] == ["A small assignment", "12.5", "13"]


def test_group_gets_its_grade_in_each_row(tmp_path):
    """One submission counts for two students."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1), person(2)))
    assert [row[-1] for row in canvas_rows(batch, roster(tmp_path, student(1), student(2)))[0][2:]] == ["12.5", "12.5"]


def test_rows_that_are_no_students_stay(tmp_path):
    """The row about posting comes before the points, and the test student is last."""
    path = roster(tmp_path, POINTS, student(1), '"Student, Test",999,,abc123,S,,,', points=",,,,,Manual Posting,,")
    rows, _ = canvas_rows(Batch(tmp_path / "batch").add(made_entry(1, person(1))), path)
    assert [row[-1] for row in rows[1:]] == ["", "12.50", "12.5", ""]


def test_nobody_is_found_in_the_row_that_says_what_it_is_worth(tmp_path):
    """Otherwise a student of that name would change the points possible."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person("Points Possible")), {"1.1": failed()})
    rows, problems = canvas_rows(batch, roster(tmp_path, student(1)))
    assert [row[-1] for row in rows[1:]] == ["12.50", ""]
    assert problems == ["Not found in the roster, so not in canvas.csv: Points Possible."]


@pytest.mark.parametrize("worth", ["50", "N/A"])
def test_other_worth_in_canvas_is_said_and_kept(worth, tmp_path):
    """An import must not change the points possible in Canvas."""
    path = roster(tmp_path, student(1), points=POINTS.replace("12.50", worth))
    rows, problems = canvas_rows(Batch(tmp_path / "batch").add(made_entry(1, person(1))), path)
    assert rows[1][-1] == worth
    assert problems == [
        f"In Canvas the assignment is worth {worth} points; these grades are out of 12.5. They were not converted."
    ]


@pytest.mark.parametrize(("worth", "kept"), [(" 12.50 ", " 12.50 "), ('"12,5"', "12,5"), ("  ", "12.5")])
def test_same_worth_in_other_words_and_an_empty_one_are_no_other_worth(worth, kept, tmp_path):
    """Some languages write numbers with commas. A value that is missing in Canvas is filled in."""
    path = roster(tmp_path, student(1), points=POINTS.replace("12.50", worth))
    rows, problems = canvas_rows(Batch(tmp_path / "batch").add(made_entry(1, person(1))), path)
    assert ([row[-1] for row in rows[1:]], problems) == ([kept, "12.5"], [])


def test_semicolons_and_first_names_apart(tmp_path):
    """Canvas exports semicolons where numbers have commas, and separate name columns on request."""
    path = tmp_path / "roster.csv"
    header = "\ufeffLastName;FirstName;ID;SIS Login ID;Section;A small assignment (78)"
    path.write_bytes(f"{header}\r\nFamily1;Name1;901;x;S;3,5\r\n".encode())
    batch = Batch(tmp_path / "batch").add(made_entry(1, Person("Name1 Family1")))
    text, _ = canvas(gather(batch.folder, batch.assignment), batch.assignment, path)
    assert (
        text.split("\r\n")[0] == '\ufeff"LastName";"FirstName";"ID";"SIS Login ID";"Section";"A small assignment (78)"'
    )
    assert text.split("\r\n")[2] == '"Family1";"Name1";"901";"x";"S";12.5'
    path.write_bytes(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    assert canvas(gather(batch.folder, batch.assignment), batch.assignment, path)[0] == text.removeprefix("\ufeff")


def test_formulas_of_the_roster_become_text(tmp_path):
    """This is safe, because Canvas finds students by the id in the second column."""
    rows, _ = canvas_rows(Batch(tmp_path / "batch"), roster(tmp_path, student(1, name='"=cmd()"')))
    assert rows[2][0] == "'=cmd()"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a Canvas gradebook"),
        (b"name,sid\r\nAda,1\r\n", "is not a Canvas gradebook"),
        (b"Student,ID\r\nAda,1\r\n", "is not a Canvas gradebook"),
        (b"Student,sid,Section\r\nAda,1,S\r\n", "is not a Canvas gradebook"),
        (b"LastName,FirstName,Section\r\nLovelace,Ada,S\r\n", "is not a Canvas gradebook"),
        (b"Student,ID,Section\r\n" + b"a" * (1 << 18), "is not a Canvas gradebook"),
        (
            b"Student,ID,Section\r\nAda,1,A\r\nBen,2,A\r\nAda,1,B\r\n",
            "has two or more rows for the ID 1, Ada. Keep one of them",
        ),
        (b"\xff\xfeS\x00", "is not UTF-8"),
        (b"Student,ID,Section,A small assignment (1),A small assignment (2)\r\n", "2 columns called"),
    ],
)
def test_what_is_no_roster_is_refused(content, message, tmp_path):
    """The message says what to do instead."""
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    batch = Batch(tmp_path / "batch")
    with pytest.raises(RosterError, match=message):
        canvas(gather(batch.folder, batch.assignment), batch.assignment, path)


def test_roster_that_is_not_there_is_refused(tmp_path):
    """The message names the file."""
    batch = Batch(tmp_path / "batch")
    with pytest.raises(RosterError, match="cannot be read"):
        canvas(gather(batch.folder, batch.assignment), batch.assignment, tmp_path / "nothing.csv")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("ada\u200b\u2060\u3164\U000e0041", "ada" + "\ufffd" * 4),
        ("e" + "\u0301" * 40 + "x", "e\u0301\u0301\u0301x"),
        ("Nguy\u1ec5n \u0645\u06cc\u200c\u062e", "Nguy\u1ec5n \u0645\u06cc\u200c\u062e"),
    ],
)
def test_nothing_is_hidden_in_a_name_or_reaches_into_other_lines(written, shown):
    """Names have letters of any alphabet, no invisible characters, and few combining marks."""
    assert texts.shown(written) == texts.line(written) == shown


def test_table_on_a_terminal_steers_nothing():
    """A terminal must not execute control sequences in the table."""
    assert texts.stored("a\x1b]0;t\x07\u202eb\tc\n") == "a\ufffd]0;t\ufffd\ufffdb\tc\n"
