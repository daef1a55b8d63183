"""report.html and the terminal output: correct numbers, nobody's name, and nothing that makes the page do anything."""

import concurrent.futures
import csv
import io
import json
import os
import re
import shutil
import statistics
import sys
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from autograder.assignment import load
from autograder.batch.gathered import gather
from autograder.batch.items import mastery
from autograder.batch.records import Person, Stored, StoredCase
from autograder.batch.report import write_all
from autograder.grade import grade
from autograder.outcome import NOT_STARTED, Outcome

from ..pages import serious
from .made import ROOT, Answer, Batch, answers_of, failed, made_assignment, made_class, made_entry, passed, person

REAL = ("right_vectorised", "backprop_averages_over_n", "sigmoid_overflows", "log_likelihood_is_the_loss",
        "everything_is_nearly_right", "forward_transposes_theta_h", "has_no_backprop", "raises_at_import")  # fmt: skip


class Page(HTMLParser):
    """The text of a page, the cells of its grid, and all its tags and attributes."""

    def __init__(self, html):
        super().__init__()
        self.text, self.grid, self.tags, self.attributes = "", [], [], []
        self._in_grid = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Collect the tag and its attributes, and begin a row or cell. A cell may lack an end tag."""
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "table":
            self._in_grid = dict(attrs).get("id") == "grid"
        elif tag == "tr" and self._in_grid:
            self.grid.append([])
        elif tag in ("td", "th") and self._in_grid:
            self.grid[-1].append("")

    def handle_endtag(self, tag):
        """Note the end of a table; other end tags do not matter."""
        self._in_grid = self._in_grid and tag != "table"

    def handle_data(self, data):
        """Collect the text as a reader sees it."""
        self.text += data
        if self._in_grid and self.grid and self.grid[-1]:
            self.grid[-1][-1] += data.strip()


def written(batch, **options):
    """Write the report. Return the page and the summary for the terminal."""
    summary = write_all(batch.folder, batch.assignment, **options)
    return (batch.folder.path / "report.html").read_text(encoding="utf-8"), summary


def rows_of(batch):
    """Return the rows of grades.csv."""
    text = (batch.folder.path / "grades.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def assignment():
    """Return the real assignment."""
    return load(ROOT / "tests" / "cases")


@pytest.fixture(scope="module")
def real(assignment):
    """Return the graded answers of a few programs of the bank."""
    paths = [ROOT / "tests" / "submissions" / name for name in REAL]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        return [answers_of(one) for one in side_by_side.map(grade, paths, [assignment] * len(paths))]


@pytest.fixture(scope="module")
def big(assignment, real, tmp_path_factory):
    """Return a class of 200, with an environment."""
    batch = made_class(tmp_path_factory.mktemp("big") / "batch", assignment, real, 200)
    return batch.environment(grader="1.0", packages={"numpy": "2.4"}, limits={"call_s": 5}, source=["a.zip"], seed=None)


@pytest.fixture(scope="module")
def big_page(big):
    """Return the page of the class of 200, without names, and its summary."""
    return written(big)


# Numbers


def test_numbers_of_the_page_are_those_of_the_table(big, big_page):
    """Compare every student's total and every case."""
    page = Page(big_page[0])
    one_each = {row["submission id"]: row for row in rows_of(big)}
    for cells, row in zip(page.grid[1:], one_each.values(), strict=True):
        assert cells[0].split(" (")[0] == row["in the report"]
        assert cells[1] == row["total"]
        if row["status"] == "nothing to grade":
            assert cells[2:] == ["nothing to grade"]
        else:
            points = [row[f"case {case.number}"] for case in big.assignment.cases]
            assert [cell.split()[0] for cell in cells[2:]] == points


def test_statistics_of_the_page_are_those_of_the_table(big, big_page):
    """Compute the statistics again from grades.csv."""
    totals = [float(row["total"]) for row in {row["submission id"]: row for row in rows_of(big)}.values()]
    figures = dict(re.findall(r"<dt>(\w[\w ]*)</dt><dd>([\d.,]+)", big_page[0]))
    assert figures["Graded"] == str(len(totals)) == "199"
    assert float(figures["Median"]) == statistics.median(totals)
    assert float(figures["Mean"]) == pytest.approx(statistics.mean(totals), abs=0.051)
    assert figures["Full marks"] == str(totals.count(100.0))
    bars = re.search(r'<tr><th scope="row">Submissions</th>(.*?)</tr>', big_page[0])[1]
    counts = [sum(low <= total < low + 10 for total in totals) for low in range(0, 100, 10)] + [totals.count(100.0)]
    assert [int(count) for count in re.findall(r"<td>(\d+)</td>", bars)] == counts


def test_faults_of_the_grader_are_nobodys_mistake(big_page):
    """They are reported above all numbers, and not among the students' mistakes."""
    assert re.search(r"The grader itself failed on case 4.6 for \d submissions\. Their scores are too low", big_page[0])
    assert "<p>the grader failed</p>" not in big_page[0]


def test_terminal_says_why_the_grader_failed(tmp_path):
    """The summary gives the most frequent first reason, without names. Notes on submissions without a fault do not
    count as reasons.
    """
    batch = Batch(tmp_path / "batch").add(made_entry(1), staff=("Protection missing.",))
    faults = {"1.1": Answer(0, "GraderError", None, "the grader failed", "x")}
    batch.add(made_entry(2, person(2)), faults, staff=("The disk is full.",))
    for number in (3, 4):
        reasons = "a.py of Name2 Family2 could not be collected.", "The session ended."
        batch.add(made_entry(number), faults, staff=reasons)
    failed_on, why = written(batch)[1].problems
    assert failed_on.startswith("The grader itself failed on case 1.1 for 3 submissions")
    assert why.startswith("Reason given for 2 of them: a.py of ") and "Name2" not in why
    assert "a.py of Name2 Family2 could not be collected." in written(batch, names=True)[1].problems[1]


def test_class_with_nothing_to_grade_is_called_into_question(tmp_path):
    """As when a folder of classes is given: zeros for all of them would not be grades."""
    nothing = dict.fromkeys(("1.1", "1.2", "1.3"), failed(outcome="Unreadable", text="2 files are called double.py."))
    batch = Batch(tmp_path / "batch").add(made_entry(1), nothing).add(made_entry(2), nothing)
    html, summary = written(batch)
    (sentence,) = summary.problems
    assert sentence.startswith("No submission had anything to grade; the notes in grades.csv say what")
    assert sentence in html
    assert "<h1>Nobody has any points.</h1>" in html
    html, summary = written(batch.add(made_entry(3)).add(made_entry(4), graded=False))
    assert "<h1>2 of 3 students have no points.</h1>" in html
    assert "Included as 0: 2 students with nothing to grade." in html
    assert summary.problems == ("Not graded yet: 1 of 4 submissions.",)


def test_two_submissions_of_one_person_are_told(tmp_path):
    """Alone or in a group; matched by number, or else by address. A namesake is somebody else."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1), person(2))).add(made_entry(2, person(2)))
    batch.add(made_entry(3, Person("Ada", "", "Ada@school.edu"))).add(made_entry(4, Person("", "", "ada@school.edu")))
    batch.add(made_entry(5, person(5, "Zoe"))).add(made_entry(6, person(6, "Zoe"), person(6, "Zoe")))
    html, summary = written(batch)
    (sentence,) = summary.problems
    assert sentence.startswith("4 submissions are from somebody who handed in more than one. Each has its own row")
    told = html.partition(sentence)[2].partition("</li>")[0]
    assert re.findall(r"href=#s(\d+)", told) == ["1", "2", "3", "4"]
    told = written(batch, names=True)[0].partition(sentence)[2].partition("</li>")[0]
    assert "ada@school.edu" in told, "the only name there is"


def test_mistakes_are_counted_and_explained(big, big_page):
    """The page shows the sentences of the catalogue."""
    students = 0
    for path in big.folder.path.glob("results/*.json"):
        tests = json.loads(path.read_text(encoding="ascii"))["tests"]
        students += any(test["extra_data"]["mistake"] == "backprop.mean" for test in tests)
    found = re.search(r"<b>(\d+)</b>(?:(?!<li>).)*?<code>backprop.mean</code>, in ([\d., ]+)", big_page[0], re.DOTALL)
    assert found is not None
    assert (int(found[1]), found[2].strip()) == (students, "4.5, 4.6, 4.7")
    assert "leave out the division by n" in big_page[0]
    assert "The gradient of an average loss, as in other courses." in big_page[0]


def test_page_begins_with_what_the_class_needs_most(tmp_path):
    """It names the function that the fewest students have right, and the most frequent mistake, named or not."""
    assignment = made_assignment()
    first, *others = assignment.cases
    assignment = assignment._replace(cases=(first._replace(tags=("half",)), *others))
    batch = Batch(tmp_path / "batch", assignment)
    assert (
        "One student is graded, with 8.5 of 12.5 points.</h1>"
        in written(batch.add(made_entry(1), {"1.1": failed(mistake="half.sign", summary="wrong sign")}))[0]
    )
    fault = Answer(0, "GraderError")
    slow = {"1.2": failed(summary="double is slow"), "1.3": failed(summary="slow, too")}
    for number in (2, 3):
        batch.add(made_entry(number), {"1.1": fault, **slow})
    batch.add(made_entry(4), {"1.2": failed(summary="double is slow")})
    for number in range(5, 9):
        nothing = failed(outcome="Unreadable", summary="empty")
        batch.add(made_entry(number), dict.fromkeys(("1.1", "1.2", "1.3"), nothing))
    page = Page(written(batch)[0])
    begins = " ".join(page.text.partition("Scores")[0].split())
    assert "Fewest students have double right: 1 of 4. What went wrong most often, for 3 students: " in begins
    assert "for 3 students: double is slow." in begins
    batch.add(made_entry(9), {"1.3": failed(summary="slow, too")})
    begins = " ".join(Page(written(batch)[0]).text.partition("Scores")[0].split())
    assert "2 things went wrong most often, for 3 students each. One of them: double is slow." in begins
    functions = page.text.partition("by function")[2].partition("Mistakes")[0]
    found = re.findall(r"(\w+)\s+(\d+)% (\d) of (\d)", functions)
    assert found == [("half", "50", "1", "2"), ("double", "25", "1", "4")]


def test_page_of_a_class_that_has_everything_right_needs_nothing(tmp_path):
    """A function is not judged by a submission on which the grader failed."""
    batch = Batch(tmp_path / "batch").add(made_entry(1)).add(made_entry(2), {"1.2": Answer(0, "GraderError")})
    html, _ = written(batch)
    assert "Fewest students have" not in html and "What went wrong" not in html and "Included as 0" not in html
    assert "100% <small>1 of 1</small>" in html.partition("by function")[2]


def test_case_that_waits_for_another_is_no_failure_of_its_own(tmp_path):
    """The engine words the summary. Such a case counts with the case that it waits for."""
    from autograder.feedback import Finding as Told
    from autograder.feedback import mend_first

    batch = Batch(tmp_path / "batch")
    told = Told(Outcome.FAILED, "")
    mend_first(told, batch.assignment.cases[2], "double", "1.1")
    batch.add(made_entry(1), {"1.1": failed(mistake="double.sign"), "1.3": failed(summary=told.summary)})
    html, _ = written(batch)
    assert "Failures without a named mistake" not in html


def test_mistakes_in_extra_credit_come_last(tmp_path):
    """However many students make them."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",)))
    for number in range(3):
        batch.add(made_entry(number), {"2.1": failed(mistake="triple.sign")})
    html, summary = written(batch.add(made_entry(3), {"1.1": failed(mistake="double.sign")}))
    assert re.findall(r"<code>([\w.]+)</code>, in", html) == ["double.sign", "triple.sign"]
    at = summary.lines.index("most common mistakes:")
    assert [int(line.split()[0]) for line in summary.lines[at + 1 :][:2]] == [1, 3]
    assert "What went wrong" not in html


def test_what_a_student_read_is_behind_each_failing_cell(tmp_path):
    """A cell that simply passed has no text. Texts that differ only in line numbers are the same."""
    batch = Batch(tmp_path / "batch")
    batch.add(made_entry(1), {"1.1": failed(text="Got 3\nline 7: x"), "1.2": failed(1.5, text="Got 5\nline 9: y")})
    batch.add(made_entry(2), {"1.1": failed(text="Got 3\nline 8: x")})
    html, _ = written(batch)
    assert re.findall("<h3>(1.[123]) double", html) == ["1.1", "1.2"]
    links = re.findall(r"<a href=#(m\d+)>([^<]+)</a>", html)
    texts = dict(re.findall(r'id="(m\d+)".*?<pre>(.*?)</pre>', html, re.DOTALL))
    assert [(texts[anchor], points) for anchor, points in links] == [
        ("Got 3\nline #: x", "0"), ("Got 5\nline 9: y", "1.5"), ("Got 3\nline #: x", "0"),
    ]  # fmt: skip


def test_what_a_student_read_about_a_case_that_is_gone_is_kept_under_its_number(tmp_path):
    """The cases have changed since; until all are graded again, the page shows what there is."""
    batch = Batch(tmp_path / "batch").add(made_entry(1), {"1.3": failed(text="Got 3")})
    batch.add(made_entry(2), dict.fromkeys(("1.1", "1.2", "1.3"), failed(outcome="Unreadable", text="")))
    batch.assignment = made_assignment(("4", "6"))
    html, _ = written(batch)
    assert re.search("<h3>1.3</h3>.*?<pre>Got 3</pre>", html, re.DOTALL)


def test_function_with_a_new_case_is_not_yet_said_to_be_right(tmp_path):
    """Nobody has been graded on all of its cases."""
    batch = Batch(tmp_path / "batch", made_assignment(("4", "6"))).add(made_entry(1))
    batch.assignment = made_assignment()
    assert mastery(gather(batch.folder, batch.assignment)) == []


def test_what_a_student_read_is_behind_a_cell_that_passed_with_right_functions(tmp_path):
    """It is not a failure, but the case fails as handed in. The legend explains such cells only if there are any."""
    told = replace(passed(made_assignment().cases[1]), text="Passed, with no points lost: as handed in, this fails.")
    html, _ = written(Batch(tmp_path / "lent").add(made_entry(1), {"1.1": failed(text="Got 3"), "1.2": told}))
    cells = re.search(r"<td>8.5<td><a href=#(m\d)>0</a><td><a class=p href=#(m\d)>6</a><td>2.5\n", html)
    texts = dict(re.findall(r'id="(m\d+)".*?<pre>(.*?)</pre>', html, re.DOTALL))
    assert [texts[anchor] for anchor in cells.groups()] == ["Got 3", told.text]
    assert "<h4>1 student, Passed</h4>" in html
    assert "An underlined number without a box" in html
    html, _ = written(Batch(tmp_path / "none").add(made_entry(1), {"1.1": failed(text="Got 3")}))
    assert "An underlined number" not in html


def test_text_that_several_mistakes_lead_to_names_them_all(tmp_path):
    """Such a text only refers to another case, so its readers may have made different mistakes."""
    text = "The same mistake as 1.1. What is said there applies here, too."
    batch = Batch(tmp_path / "batch")
    for number, mistake in enumerate(("double.sign", "double.half", "double.half", "double.odd", "double.even"), 1):
        batch.add(made_entry(number), {"1.2": failed(mistake=mistake, text=text)})
    said = re.search("<h4>(5 students, [^<]+)</h4>", written(batch)[0])
    assert said[1] == "5 students, double.half, double.sign, double.odd and 1 more"


def test_failure_without_a_text_is_no_pass(tmp_path):
    """An instructor may hide messages; the cell is still marked."""
    html, _ = written(Batch(tmp_path / "batch").add(made_entry(1), {"1.1": failed(text=""), "1.2": failed(text="x")}))
    assert re.search(r"<td><b>0</b><td><a href=#m1>0</a><td>2.5\n", html)


def test_environment_is_shown_whatever_is_in_it(big_page):
    """Nested values are flattened, with dots in their names."""
    facts = dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", big_page[0].partition('class="facts"')[2]))
    assert facts == {
        "grader": "1.0", "packages.numpy": "2.4", "limits.call_s": "5", "source": "a.zip", "seed": "null",
    }  # fmt: skip


def test_case_to_look_at_is_flagged(big_page):
    """Cases on which the grader failed are flagged."""
    assert re.search(r"<b>4.6</b> The grader itself failed on it for \d submissions", big_page[0])
    assert "cases to check: 4.6" in "\n".join(big_page[1].lines)


def test_terminal_says_the_same(big_page):
    """The summary has the same numbers in a few lines."""
    lines = big_page[1].lines
    assert re.fullmatch(r"199 of 199 graded   median [\d.]+   mean [\d.]+   full marks: \d+", lines[0])
    assert lines[1].startswith("most failed cases: ")
    assert lines[2] == "most common mistakes:"
    assert any("This is the average over the images" in line for line in lines[3:6])
    assert re.search(
        r"^13 scores differ from the grades stored in the export: see Changes", "\n".join(lines), re.MULTILINE
    )
    assert "13 totals differ, of 39 submissions compared." in big_page[0]


# Extra credit


@pytest.fixture(scope="module")
def tried(assignment, real, tmp_path_factory):
    """Return a class of 500, two fifths of which hand in extra credit."""
    place = tmp_path_factory.mktemp("tried") / "batch"
    return made_class(place, assignment, real, 500, tried=0.4).environment(grader="1.0")


@pytest.fixture(scope="module")
def tried_page(tried):
    """Return its page, without names, and its summary."""
    return written(tried)


def test_class_that_tried_no_extra_credit_has_the_page_of_an_assignment_without(big, big_page, tmp_path):
    """The page, grades.csv, and the terminal output are identical."""
    assert big.assignment.extra_credit
    copy = shutil.copytree(big.folder.path, tmp_path / "copy")
    said = write_all(replace(big.folder, path=copy), big.assignment._replace(extra_credit=()))
    assert (copy / "report.html").read_text(encoding="utf-8") == big_page[0]
    assert (copy / "grades.csv").read_bytes() == (big.folder.path / "grades.csv").read_bytes()
    assert said == big_page[1]


@pytest.mark.slow
def test_grids_of_both_parts_are_the_table(tried, tried_page):
    """The first grid has everybody. The second has those with extra credit, and a dash for what was not begun."""
    (extra,) = tried.assignment.extra_credit
    numbers = [f"case {case.number}" for case in extra.cases]
    rows = list({row["submission id"]: row for row in rows_of(tried)}.values())
    first, more = (Page(grid).grid[1:] for grid in grids(tried_page[0]))
    assert [(cells[1], cells[2]) for cells in first] == [
        (row["total"], row["extra credit, extensions.py"] or "–") for row in rows
    ]
    those = [row for row in rows if row["extra credit, extensions.py"]]
    assert 150 < len(those) < 250
    for cells, row in zip(more, those, strict=True):
        assert cells[0].split(" (")[0] == row["in the report"]
        assert cells[1] == row["extra credit, extensions.py"]
        if cells[2:] != ["nothing to grade"]:
            for cell, number in zip(cells[2:], numbers, strict=True):
                assert cell.split()[0] == row[number] or (cell, row[number]) == ("–", "0")


def grids(html):
    """Return the tables of students, each as a page with that grid alone."""
    return [
        f'<table id="grid">{one}'
        for one in re.findall(r'<div class="wide grid".*?<table[^>]*>(.*?)</table>', html, re.DOTALL)
    ]


def test_statistics_with_extra_credit_are_those_of_the_table(tried, tried_page):
    """Scores above the points have columns of their own, and a student with all points or more counts as such."""
    rows = list({row["submission id"]: row for row in rows_of(tried)}.values())
    totals = [float(row["total"]) for row in rows]
    extra = [float(row["extra credit, extensions.py"]) for row in rows if row["extra credit, extensions.py"]]
    assert max(totals) > 100
    figures = dict(re.findall(r"<dt>(\w[\w ]*)</dt><dd>([\d.,]+)", tried_page[0]))
    enough = sum(total >= 100 for total in totals)
    assert (figures["100 points or more"], figures["Tried extra credit"]) == (str(enough), str(len(extra)))
    assert f"<small>median {float(statistics.median(extra)):g} of 20</small>" in tried_page[0]
    bars = re.search(r'<tr><th scope="row">Submissions</th>(.*?)</tr>', tried_page[0])[1]
    counts = [sum(low <= total < low + 10 for total in totals) for low in range(0, 120, 10)] + [totals.count(120.0)]
    assert [int(count) for count in re.findall(r"<td>(\d+)</td>", bars)] == counts
    assert "ull marks" not in tried_page[0]
    assert tried_page[1].lines[0].endswith(f"   100 or more: {enough}")
    assert tried_page[1].lines[1] == (
        f"extra credit, extensions.py: {len(extra)} tried it   median {float(statistics.median(extra)):g} of 20"
    )


def test_cases_of_extra_credit_are_a_group_of_their_own(tried, tried_page):
    """Both in the table of cases and among the mistakes and messages."""
    first, more = re.findall(r"<tbody>(.*?)</tbody>", tried_page[0].partition('id="cases"')[2], re.DOTALL)[:2]
    assert re.findall(r'scope="row">([\d.]+) ', first) == [case.number for case in tried.assignment.cases]
    (extra,) = tried.assignment.extra_credit
    assert "Extra credit, extensions.py" in more
    assert re.findall(r'scope="row">([\d.]+) ', more) == [case.number for case in extra.cases]
    assert re.search(r"<code>neuron_gradient.sign</code>, in 7.3, 7.4, extra credit<", tried_page[0])
    assert not re.search(r"<code>backprop.mean</code>, in [\d., ]+, extra credit", tried_page[0])
    assert "<h3>Extra credit, 7.3 " in tried_page[0]
    assert "is not written yet" not in tried_page[0]
    assert NOT_STARTED not in tried_page[0]


def test_text_that_stands_in_every_case_of_a_part_says_so(tmp_path):
    """As when a file cannot be imported. Where there is only one file, it is not named."""
    alone = Batch(tmp_path / "alone").add(made_entry(1), dict.fromkeys(("1.1", "1.2", "1.3"), failed(text="x")))
    assert "<h4>1 student, Failed, in every case</h4>" in written(alone)[0]
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "1")))
    batch.add(made_entry(1), dict.fromkeys(("1.1", "1.2", "1.3"), failed(text="x")) | {"2.1": Answer(1, "Passed")})
    batch.add(made_entry(2), dict.fromkeys(("2.1", "2.2"), failed(text="y")))
    batch.add(
        made_entry(3), dict.fromkeys(("1.1", "1.2", "1.3", "2.2"), failed(text="z")) | {"2.1": Answer(1, "Passed")}
    )
    assert re.findall("<h4>1 student, Failed, in ([^<]+)</h4>", written(batch)[0]) == [
        "every case of double.py, 2.2",
        "every case of double.py",
        "every case of more.py",
    ]


def test_text_that_most_students_read_comes_first(tmp_path):
    """A text in many cases of one student is not more frequent than one that two students read."""
    batch = Batch(tmp_path / "batch").add(made_entry(1), dict.fromkeys(("1.1", "1.2", "1.3"), failed(text="x")))
    batch.add(made_entry(2), {"1.1": failed(text="y")}).add(made_entry(3), {"1.2": failed(text="y")})
    assert re.findall("<h4>(.*?),", written(batch)[0]) == ["2 students", "1 student"]


def test_failure_in_every_case_of_a_part_says_so(tmp_path):
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",)))
    batch.add(
        made_entry(1),
        {
            "1.1": failed(summary="a"),
            "1.2": failed(summary="a"),
            "1.3": failed(summary="b"),
            "2.1": failed(summary="b"),
        },
    )
    batch.add(made_entry(2), dict.fromkeys(("1.1", "1.2", "1.3"), failed(summary="c")))
    shown = dict(re.findall(r'<p>(a|b|c)</p>\s*<p class="small">In ([^<]+)</p>', written(batch)[0]))
    assert shown == {"a": "1.1, 1.2", "b": "every case of more.py, 1.3", "c": "every case of double.py"}


def test_missing_files_are_counted_for_each_part(tmp_path):
    """An empty file for extra credit does not count among those who handed in nothing at all."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",)))
    nothing = failed(outcome="Unreadable", summary="no file to grade")
    batch.add(made_entry(1), {"2.1": nothing}).add(made_entry(2), {"2.1": nothing})
    batch.add(made_entry(3), dict.fromkeys(("1.1", "1.2", "1.3"), nothing))
    found = re.findall(r'<b>(\d)</b>(?:(?!<li>).)*?<p class="small">In ([^<]+)</p>', written(batch)[0], re.DOTALL)
    assert found == [("1", "every case of double.py"), ("2", "every case of more.py, extra credit")]


def test_wrong_function_is_listed_once_however_many_entries_are_wrong(tmp_path):
    """The summaries are worded as in `tests/engine/test_feedback.py`."""
    batch = Batch(tmp_path / "batch")
    for number, many in enumerate((1, 40)):
        summaries = {"1.1": f"double is wrong in {many} of 40 entries", "1.2": "double is wrong in 1 of 1 entries"}
        batch.add(made_entry(number), {case: failed(summary=summary) for case, summary in summaries.items()})
    html, _ = written(batch.add(made_entry(4), {"1.3": failed(summary="", text="Got 3\ninstead of 2.5")}))
    assert "<p>Got 3</p>" in html, "without a summary, the text begins with what is wrong"
    assert re.findall(r'<p>(double.*)</p>\s*<p class="small">In ([^<]+)</p>', html) == [("double is wrong", "1.1, 1.2")]
    assert 'What went wrong <a href="#mistakes">most often</a>, for 2 students: double is wrong.' in html


def test_catalogues_of_all_parts_are_read(tmp_path):
    """Each imports its own neighbors, though they have the same names. A broken one only loses its sentences."""
    assignment = made_assignment(folder=tmp_path, extra=("1",))
    (extra,) = assignment.extra_credit
    for part, function in ((assignment, "double"), (extra, "triple")):
        part.folder.mkdir(exist_ok=True)
        (part.folder / "neighbor.py").write_text(f"NAME = {function!r}\n", encoding="utf-8")
        (part.folder / "mistakes.py").write_text(
            "from collections import namedtuple\nfrom neighbor import NAME\n"
            "Mistake = namedtuple('Mistake', 'identifier sentence staff')\n"
            "MISTAKES = [Mistake(NAME + '.half', 'You halve in ' + NAME, 'for staff')]\n",
            encoding="utf-8",
        )
    batch = Batch(tmp_path / "batch", assignment)
    batch.add(made_entry(1), {"1.1": failed(mistake="double.half"), "2.1": failed(mistake="triple.half")})
    html, summary = written(batch)
    assert re.findall("<p>You halve in (\\w+)</p>", html) == ["double", "triple"]
    assert summary.problems == ()
    assert {str(assignment.folder), str(extra.folder)}.isdisjoint(sys.path)
    (extra.folder / "mistakes.py").write_text("1 / 0", encoding="utf-8")
    html, summary = written(batch)
    assert re.findall("<p>You halve in (\\w+)</p>", html) == ["double"]
    assert f"{extra.folder.name}/mistakes.py cannot be read" in summary.problems[0]


def test_words_of_extra_credit_are_no_names(tmp_path):
    """A student and a function are called Triple. If nobody tried that function, the word is hidden like any name."""
    said = failed(text="triple is not defined, said Triple")
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1",))).add(made_entry(1, Person("Triple")), {"1.1": said})
    assert "<pre>[hidden] is not defined, said [hidden]</pre>" in written(batch)[0]
    batch.add(made_entry(2), {"2.1": failed()})
    assert "<pre>triple is not defined, said Triple</pre>" in written(batch)[0]


def test_run_that_is_not_finished_shows_what_there_is_of_extra_credit(tmp_path):
    """A student who is not graded yet has a dash, and so has one who did not try it."""
    batch = Batch(tmp_path / "batch", made_assignment(extra=("1", "1"))).add(made_entry(1), graded=False)
    batch.add(made_entry(2), {"2.1": failed(outcome="Raised", text="x")}).add(made_entry(3))
    first, more = (Page(grid).grid for grid in grids(written(batch)[0]))
    assert first == [
        ["Student", "Total", "Extra", "1.1", "1.2", "1.3"],
        ["Student 001", "", "–", "not graded yet"],
        ["Student 002", "13.5", "1", "4", "6", "2.5"],
        ["Student 003", "12.5", "–", "4", "6", "2.5"],
    ]
    assert more == [["Student", "Extra credit", "2.1", "2.2"], ["Student 002", "1", "0 e", "1"]]


# What is not finished


def test_half_finished_run_says_how_much_is_missing(tmp_path):
    """It also shows the grades so far."""
    batch = Batch(tmp_path / "batch").add(made_entry(1)).add(made_entry(2), graded=False)
    with batch.folder.journal.open("a", encoding="ascii") as journal:
        journal.write('{"id":"submission_1002","sco')  # cut off
    html, summary = written(batch)
    assert summary.problems == ("Not graded yet: 1 of 2 submissions.",)
    assert "Not graded yet: 1 of 2 submissions." in html
    assert Page(html).grid[1:] == [["Student 001", "12.5", "4", "6", "2.5"], ["Student 002", "", "not graded yet"]]


def test_numbers_stay_whose_they_were(tmp_path):
    """A late hand-in is last on a page of numbers, and in alphabetical order on a page of names."""
    batch = Batch(tmp_path / "batch")
    for number in (1, 2, 3):
        batch.add(made_entry(number, person(number)))
    numbers = {"submission_1001": 1, "submission_1003": 2, "submission_0999": 3, "submission_1002": 4}
    batch.folder.numbers.write_text(json.dumps(numbers), encoding="ascii")
    assert [row[0] for row in Page(written(batch)[0]).grid[1:]] == ["Student 001", "Student 002", "Student 004"]
    assert [row["in the report"] for row in rows_of(batch)] == ["Student 001", "Student 004", "Student 002"]
    named = [row[0] for row in Page(written(batch, names=True)[0]).grid[1:]]
    assert [name.partition(" ")[0] for name in named] == ["Name1", "Name2", "Name3"]


def test_run_that_has_not_begun_has_a_page(tmp_path):
    """There is no journal, no results, and no environment."""
    html, summary = written(Batch(tmp_path / "batch").add(made_entry(1), graded=False))
    assert "Nothing is graded yet." in html
    assert summary.lines == ("0 of 1 graded",)


def test_batch_of_nobody_has_a_page(tmp_path):
    """The manifest is empty."""
    html, _ = written(Batch(tmp_path / "batch"))
    assert "Nothing is graded yet." in html


def test_small_class_has_no_discrimination_and_the_page_says_why(tmp_path):
    """With 19 students."""
    batch = Batch(tmp_path / "batch")
    for number in range(19):
        batch.add(made_entry(number), {"1.1": failed()} if number % 2 else {})
    assert "with 19 graded, fewer than 20, it would be mostly chance" in written(batch)[0]


def test_mistakes_without_a_catalogue_go_by_their_half_line(tmp_path):
    """Mistakes found from the numbers alone are shown by their summary, and so are exceptions, which have no name."""
    batch = Batch(tmp_path / "batch")
    batch.add(made_entry(1), {"1.1": failed(mistake="structure.sign", summary="the opposite sign")})
    batch.add(made_entry(2), {"1.1": Answer(0, "Raised", None, "double raised KeyError", "x")})
    html, _ = written(batch)
    assert re.search(r"<p>the opposite sign</p>\s*<p class=\"small\"><code>structure.sign</code>, in 1.1", html)
    assert re.search(r"<h3>Failures without a named mistake</h3>.*<p>double raised KeyError</p>", html, re.DOTALL)


def test_half_line_is_shown_only_for_the_mistake_it_describes(tmp_path):
    """If two arrays of an answer are wrong in two ways, it describes the first."""
    batch = Batch(tmp_path / "batch")
    batch.add(made_entry(1), {"1.1": failed(mistake="structure.sign+structure.row", summary="the opposite sign")})
    batch.add(made_entry(2), {"1.1": failed(mistake="structure.sign+structure.row", summary="the opposite sign")})
    alone = r"<p>Found only beside another mistake in the same answer\..*</p>\s*<p class=\"small\"><code>structure.row<"
    assert re.search(alone, written(batch)[0])
    batch.add(made_entry(3), {"1.1": failed(mistake="structure.row", summary="in a row")})
    html, _ = written(batch)
    assert re.search(r"<p>in a row</p>\s*<p class=\"small\"><code>structure.row<", html)
    assert re.search(r"<p>the opposite sign</p>\s*<p class=\"small\"><code>structure.sign<", html)


def test_half_line_is_an_example_if_it_is_not_what_everybody_read(tmp_path):
    """Factors, for example, differ from student to student."""
    batch = Batch(tmp_path / "batch")
    for number, times in enumerate(("twice", "twice", "half"), 1):
        batch.add(made_entry(number), {"1.1": failed(mistake="structure.factor", summary=f"{times} the right one")})
    assert "<p>For example: twice the right one</p>" in written(batch)[0]


def test_catalogue_that_cannot_be_read_is_said(tmp_path):
    """Only its sentences are missing."""
    (tmp_path / "mistakes.py").write_text("1 / 0", encoding="utf-8")
    batch = Batch(tmp_path / "batch", made_assignment(folder=tmp_path)).add(made_entry(1))
    assert "mistakes.py cannot be read" in written(batch)[1].problems[0]


# canvas.csv, and earlier runs


def test_canvas_is_written_for_a_roster(tmp_path):
    """The summary says who is not in the roster."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1))).add(made_entry(2, Person("Zoe")))
    roster = tmp_path / "roster.csv"
    roster.write_text("Student,ID,Section\nName1 Family1,1,S\n", encoding="utf-8")
    _, summary = written(batch, roster=roster)
    assert (batch.folder.path / "canvas.csv").read_bytes().endswith(b'"Name1 Family1","1","S",12.5\r\n')
    assert summary.problems[0] == "Not found in the roster, so not in canvas.csv: Zoe."
    assert written(batch)[1].problems == ("canvas.csv is from an earlier run; no roster was given this time.",)
    _, summary = written(batch, roster=tmp_path / "nothing.csv")
    assert summary.problems[0].startswith("No canvas.csv was written. The roster")
    assert not (batch.folder.path / "canvas.csv").exists()


def test_earlier_run_is_compared_with(tmp_path):
    """The export's grades are compared, too."""
    earlier = Batch(tmp_path / "earlier").add(made_entry(1), {"1.1": failed()})
    batch = Batch(tmp_path / "batch").add(made_entry(1, stored=Stored(1.0, {})))
    html, summary = written(batch, earlier=earlier.folder.path)
    assert "1 score differs from an earlier run: see Changes in report.html" in summary.lines
    assert re.search(r"<b>1.1</b> 0 → 4, Failed, now Passed", html)
    assert written(batch, earlier=tmp_path / "nothing")[1].problems == (
        f"{tmp_path / 'nothing'} has no batch to compare with.",
    )


def test_run_without_a_change_sends_nobody_to_an_empty_list(tmp_path):
    """Where nothing has changed, the page has nothing more to say."""
    earlier = Batch(tmp_path / "earlier").add(made_entry(1))
    _, summary = written(Batch(tmp_path / "batch").add(made_entry(1)), earlier=earlier.folder.path)
    assert summary.lines[-1] == "0 scores differ from an earlier run"


def test_runs_are_told_apart_by_when_they_started(tmp_path):
    """After an appeal, the page answers since when somebody has these points."""
    earlier = Batch(tmp_path / "earlier").add(made_entry(1), {"1.1": failed()})
    earlier.environment(started="2026-11-03T09:05:59+00:00")
    batch = Batch(tmp_path / "batch").add(made_entry(1)).environment(started="2026-11-09T18:30:00+00:00")
    html, summary = written(batch, earlier=earlier.folder.path)
    assert summary.lines[-1] == "1 score differs from the run of 2026-11-03 09:05 UTC: see Changes in report.html"
    assert "<h3>Compared with the run of 2026-11-03 09:05 UTC</h3>" in html
    assert '<p class="over">A small assignment, run of 2026-11-09 18:30 UTC</p>' in html
    for damaged in ("", "yesterday", 7, None):
        earlier.environment(started=damaged)
        assert "<h3>Compared with an earlier run</h3>" in written(batch, earlier=earlier.folder.path)[0]


def test_earlier_run_of_others_says_nothing_of_these(tmp_path):
    """As with last year's run: "nothing has changed" would be misleading."""
    earlier = Batch(tmp_path / "earlier").add(made_entry(1))
    batch = Batch(tmp_path / "batch").add(made_entry(2, stored=Stored(None, {})))
    html, summary = written(batch, earlier=earlier.folder.path)
    assert summary.lines[-2:] == (
        "nothing to compare with an earlier run: nobody in this batch has a grade there",
        "nothing to compare with the grades stored in the export: nobody in this batch has a grade there",
    )
    changes = " ".join(Page(html).text.split()).partition("Compared with an earlier run ")[2]
    changes = changes.partition("How it was graded")[0]
    assert changes.startswith(
        "Nobody in this batch has a grade there, so there is nothing to compare. Graded now, with no"
    )
    assert "Nothing changed" not in changes and "differ" not in changes


def test_points_that_do_not_add_up_are_told(tmp_path):
    """Otherwise nobody would have full marks, and nobody would know why."""
    assignment = made_assignment(extra=("1",))._replace(points=Decimal(100))
    batch = Batch(tmp_path / "batch", assignment).add(made_entry(1), {"2.1": Answer(1, "Passed")})
    html, summary = written(batch)
    sentence = "The cases of double.py add up to 12.5 points, but its assignment.toml says 100"
    assert [problem.partition(",")[0] for problem in summary.problems] == [sentence.partition(",")[0]]
    assert sentence in " ".join(Page(html).text.split())


def test_earlier_run_comes_before_the_export_with_what_has_changed_for_all(tmp_path):
    """After a regrade, the page is read for how many gain, how many lose, and why."""
    answers = ({"1.1": failed()}, {"1.1": failed()}, {}, {})
    earlier, batch = Batch(tmp_path / "earlier"), Batch(tmp_path / "batch")
    for number, then in enumerate(answers):
        earlier.add(made_entry(number), then)
        batch.add(made_entry(number, stored=Stored(1.0, {})), {"1.2": failed()} if number == 3 else {})
    earlier.environment(decisive={"grader": "1", "cases": "a", "packages": {"numpy": "2.3"}, "python": "3.11"})
    now = {"grader": "1", "cases": "b", "packages": {"numpy": "2.4"}, "python": "3.11"}
    batch.environment(decisive={**now, "data sets": "not recorded then"})
    html, _ = written(batch, earlier=earlier.folder.path)
    assert re.findall("<h3>Compared with (.*)</h3>", html) == ["an earlier run", "the grades stored in the export"]
    page = " ".join(Page(html).text.split())
    assert "3 totals differ, of 4 students compared. Higher: 2; lower: 1. Changed since then: cases, packages." in page
    assert "3 scores differ from an earlier run. 4 scores differ from the" in page.partition("Scores")[0]
    earlier.environment(decisive="damaged")
    assert "Changed since then" not in written(batch, earlier=earlier.folder.path)[0]


def test_stored_score_that_no_grader_meant_leaves_room_for_the_others(tmp_path):
    """A program may have written such a score itself, if another grader accepted it."""
    batch = Batch(tmp_path / "batch")
    for number, score in enumerate((1e308, -1e308, 1.0)):
        batch.add(made_entry(number, stored=Stored(score, {})))
    page = Page(written(batch)[0]).text
    assert "1e+308" in page
    assert not re.search("[0-9]{80}", page), "a digest has 64 digits"


# Names


def test_nobody_is_named_unless_asked_for(big, big_page):
    """No name, number, address, or id appears, not even in texts that students read."""
    html = big_page[0].partition("</style>")[2]  # color codes may contain a student's number
    for entry in big.folder.entries():
        for secret in (entry.id, *(part for one in entry.people for part in (one.name, one.sid, one.email))):
            assert secret not in html
        assert f"name{entry.id[-3:]}family" not in html.casefold()
    assert "Student 017" in html


def test_notes_that_have_no_room_are_said_to_be_in_the_table(tmp_path):
    """The page has room for 30 notes. The table has them all, each with its student."""
    batch = Batch(tmp_path / "batch")
    for number in range(1, 33):
        batch.add(made_entry(number, notes=(f"Note {number:02}.",)))
    html, _ = written(batch)
    assert len(re.findall(r"Note \d\d\.", html)) == 30
    assert "More notes, about 2 students, are in grades.csv." in html


def test_names_and_numbers_are_there_when_asked_for(tmp_path):
    """Every member of a group is shown, or the id if nobody is named. Otherwise a group is known by its size."""
    batch = Batch(tmp_path / "batch").add(made_entry(1, person(1), person(2))).add(made_entry(2))
    assert [row[0] for row in Page(written(batch, names=True)[0]).grid[1:]] == [
        "Name1 Family120001,Name2 Family220002",
        "submission_1002",
    ]
    assert [row[0] for row in Page(written(batch)[0]).grid[1:]] == ["Student 001 (group of 2)", "Student 002"]


def test_what_has_no_file_is_known_whatever_anybody_is_called(tmp_path):
    """The grader's own words are not hidden as names. A missing file never counts as what went wrong most often."""
    nothing = {number: failed(outcome="Unreadable", summary="no file to grade") for number in ("1.1", "1.2", "1.3")}
    batch = Batch(tmp_path / "batch")
    for number, name in enumerate(("Pat File", "Max Grade", "Ada Lin"), 1):
        batch.add(made_entry(number, Person(name)), nothing)
    html, _ = written(batch)
    assert re.findall("<p>(.*file.*|.*grade)</p>", html) == ["no file to grade"]
    assert "What went wrong most often" not in html


@pytest.mark.parametrize("place", ["text", "summary", "notes", "staff", "environment"])
def test_names_in_texts_are_hidden(place, tmp_path):
    """A partner's name is hidden, too, wherever it is."""
    said = "by Zoe Zimmer and BOB_BAKER (zoe@school.edu, 0612345), submission_1002"
    batch = Batch(tmp_path / "batch")
    answer = failed(**{place: said}) if place in ("text", "summary") else failed()
    entry = made_entry(1, Person("Zoe Zimmer", "0612345", "zoe@school.edu"), notes=(said,) if place == "notes" else ())
    batch.add(entry, {"1.1": answer}, staff=(said,) if place == "staff" else ())
    batch.add(made_entry(2, Person("Bob Baker")), {"1.1": answer}).environment(path=said)
    html, _ = written(batch)
    assert "by [hidden] and [hidden] ([hidden], [hidden]), [hidden]" in html
    assert not re.search("zoe|zimmer|bob|baker|0612345|submission_1", html, re.IGNORECASE)


# Hostile text

HOSTILE = (
    "<script>alert(1)</script>", '"onmouseover="alert(1)', "'><img src=x onerror=alert(1)>", "</pre><h1>x", "<!--",
    "\u202egpj.exe", "a\0b", "a\ud800b", "</script><script>alert(1)", "\x1b[31mred", "{{ 7 * 7 }}", "&lt;b&gt;",
    "javascript:alert(1)",
)  # fmt: skip


@pytest.fixture(scope="module", params=[False, True], ids=["without names", "with names"])
def hostile(request, tmp_path_factory):
    """Write hostile text wherever somebody else can write."""
    batch = Batch(tmp_path_factory.mktemp("hostile") / "batch", made_assignment(points=("1",)))
    for number, bad in enumerate(HOSTILE):
        answer = failed(mistake=bad, summary=bad, text=f"{bad}\n{bad}")
        entry = made_entry(number, Person(bad, bad, bad, bad), notes=(bad,), problem=bad, stored=Stored(1.0, {}))
        batch.add(entry, {"1.1": replace(answer, outcome="Raised")}, staff=(bad,))
    batch.environment(**{bad.encode(errors="replace").decode(): [bad, {bad: bad}] for bad in HOSTILE})
    return written(batch, names=request.param)


def test_hostile_text_is_text(hostile):
    """Hostile text adds no tag, attribute, or control character to the page."""
    html, summary = hostile
    page = Page(html)
    assert page.tags.count("script") == 1
    assert not {"img", "iframe", "link", "base", "object", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert all(value.startswith("#") for name, value in page.attributes if name in ("href", "src"))
    assert "{{ 7 * 7 }}" in page.text
    assert not re.search("[\0\x1b\u202e\ud800]", html)
    assert not re.search("[\0-\x1f\u202e\ud800]", "".join(summary.problems + summary.lines))


def test_policy_allows_nothing_but_what_the_page_has(big_page):
    """It allows no requests, and only the page's own script."""
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', big_page[0])[1]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]{43}='; "
        r"base-uri 'none'; form-action 'none'",
        policy,
    )


# What a page may cost


def test_page_of_500_students_is_small(tried_page):
    """At most half a megabyte."""
    assert len(tried_page[0].encode()) < 500_000


@pytest.mark.slow
@pytest.mark.parametrize("tried", [0, 1], ids=["none", "all"])
def test_page_of_500_who_tried_extra_credit_or_not_is_small(tried, assignment, real, tmp_path):
    """Even though a third of the cases of extra credit fail at random, which is more than in any real class."""
    batch = made_class(tmp_path / "batch", assignment, real, 500, tried=tried)
    assert len(written(batch)[0].encode()) < 500_000


@pytest.mark.slow
def test_page_stays_small_when_everybody_reads_something_else(assignment, tmp_path):
    """Every case fails, and every text is long and unique, so the rarest texts are left out."""
    batch = Batch(tmp_path / "batch", assignment)
    for number in range(200):
        answers = {case.number: failed(text=f"{number} {case.number} " + "x" * 900) for case in assignment.cases}
        batch.add(made_entry(number, person(number), stored=Stored(50.0, {})), answers)
    assert len(written(batch)[0].encode()) < 500_000


@pytest.mark.slow
def test_large_class_is_sent_to_the_table(tmp_path):
    """With more than 2,000 rows, a page is no help."""
    batch = Batch(tmp_path / "batch", made_assignment(points=("1",)))
    for number in range(2001):
        batch.add(made_entry(number), {"1.1": failed()} if number % 3 else {})
    html, _ = written(batch)
    assert "2,001 rows are too many for this page. They are in grades.csv" in html
    assert len(html) < 60_000


@pytest.mark.slow
def test_stored_grade_with_many_cases_does_not_fill_the_page(tmp_path):
    """Another grader may have let a program choose what it stores."""
    cases = {f"x{number}": StoredCase(1.0) for number in range(20_000)}
    batch = Batch(tmp_path / "batch").add(made_entry(1, stored=Stored(9, cases)))
    html, _ = written(batch)
    assert "; and 19,903 more.</p>" in html
    assert len(html) < 60_000


def test_same_files_give_the_same_bytes(big, big_page, tmp_path):
    """Even on another day, or if the submissions finish in another order."""
    copy = shutil.copytree(big.folder.path, tmp_path / "copy")
    other = replace(big.folder, path=copy)
    lines = other.journal.read_text(encoding="ascii").splitlines(keepends=True)
    other.journal.write_text("".join(reversed(lines)), encoding="ascii")
    write_all(other, big.assignment)
    for name in ("report.html", "grades.csv"):
        assert (copy / name).read_bytes() == (big.folder.path / name).read_bytes()


# In a browser


@pytest.fixture
def opened(chromium, big, big_page):
    """Return a function that opens a page. The test fails if a page requests anything or writes to the console."""
    said, asked, contexts = [], [], []

    def opened(*, path=None, **options):
        context = chromium.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.route("**/*", lambda route: (asked.append(route.request.url), route.continue_()))
        page.goto((path or big.folder.path / "report.html").as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.endswith("/report.html")] == []


@pytest.mark.parametrize(
    ("width", "scheme", "batch"),
    [
        (360, "light", "big"),
        (1280, "dark", "big"),
        *(
            pytest.param(*one, marks=pytest.mark.slow)
            for one in ((1280, "light", "big"), (360, "dark", "big"), (360, "light", "tried"), (1280, "light", "tried"))
        ),
    ],
)
def test_page_fits_its_window(width, scheme, batch, opened, request):
    """Only tables scroll sideways, in frames of their own."""
    request.getfixturevalue(f"{batch}_page")  # writes it
    path = request.getfixturevalue(batch).folder.path / "report.html"
    page = opened(path=path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # No number is broken across lines, and none overlaps the next.
    broken = """[...document.querySelectorAll(".histogram td, .histogram .from th, .figures div")].filter((cell) => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        return cell.scrollWidth > cell.clientWidth || (cell.matches("td, th") && text.getClientRects().length > 1);
    }).map((cell) => cell.textContent)"""
    assert page.evaluate(broken) == []
    # The number of passes is visible without scrolling the table.
    passed = page.locator("#cases .list tbody td.nowrap").first
    assert passed.evaluate("(cell) => cell.querySelector('small').getBoundingClientRect().right") <= width
    if width == 1280:
        assert page.locator(".grid").first.evaluate("(frame) => frame.scrollWidth - frame.clientWidth") == 0
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper)[:3])) < 200) == (scheme == "dark")


def test_page_is_read_without_script(opened):
    """Everything works except the filter."""
    page = opened(java_script_enabled=False)
    assert page.locator("#grid tbody tr").count() == 199
    assert page.locator("form").count() == 0
    page.locator("#grid tbody a").first.click()
    page.wait_for_url("**/report.html#m*")
    page.locator(".message:target").wait_for(state="visible")


def test_filter_finds_students_and_failures(opened):
    """The filter is the page's only script; the policy allows it by its hash."""
    page = opened()
    page.get_by_label("Find").fill("student 017")
    assert page.locator("#grid tbody tr:visible th").all_inner_texts() == ["Student 017"]
    page.get_by_label("Find").fill("")
    page.get_by_label("Show").select_option(label="who failed 4.5")
    left = page.locator("#grid tbody tr:visible").count()
    assert page.locator("output").inner_text() == f"{left} of 199"
    assert 0 < left < 199


def test_filter_takes_no_pass_for_a_failure(opened, tmp_path):
    """Though both cells link to the text that the student read."""
    batch = Batch(tmp_path / "batch")
    told = replace(passed(batch.assignment.cases[0]), text="Passed, with no points lost: as handed in, this fails.")
    batch.add(made_entry(1), {"1.1": told}).add(made_entry(2), {"1.1": failed()})
    written(batch)
    page = opened(path=batch.folder.path / "report.html")
    page.get_by_label("Show").select_option(label="who failed 1.1")
    assert page.locator("#grid tbody tr:visible th").all_inner_texts() == ["Student 002"]


@pytest.mark.slow
def test_filter_knows_the_cases_beside_the_extra_credit(opened, tried, tried_page):
    """The column of extra credit is not a case, and does not shift the columns."""
    page = opened(path=tried.folder.path / "report.html")
    page.get_by_label("Show").select_option(label="who failed 4.5")
    rows = page.locator("#grid tbody tr:visible").count()
    column = 3 + [case.number for case in tried.assignment.cases].index("4.5")
    failed = page.evaluate(
        "column => [...document.querySelectorAll('#grid tbody tr')].filter((row) => "
        "(row.cells[column] || row.cells[row.cells.length - 1]).querySelector('a:not(.p), b')).length",
        column,
    )
    assert rows == failed > 0
    assert page.get_by_label("Show").locator("option").count() == 1 + len(tried.assignment.cases)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), pytest.param(1280, "dark", marks=pytest.mark.slow)])
def test_page_is_accessible(width, scheme, opened, assignment, real, tmp_path):
    """axe finds nothing serious. A class of 30 has every part that one of 500 has."""
    batch = made_class(tmp_path / "batch", assignment, real, 30, tried=0.5).environment(grader="1.0")
    batch.add(made_entry(31), graded=False)
    written(batch, names=True)
    # The test injects axe as a script, which the page's own policy rejects.
    page = opened(
        path=batch.folder.path / "report.html",
        bypass_csp=True,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    page.locator("summary").first.click()
    assert serious(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("batch", ["big", "tried"])
def test_page_prints(opened, batch, request):
    """In print, nothing is cut off at the side, because the pages of the grid are wide."""
    request.getfixturevalue(f"{batch}_page")  # writes it
    path = request.getfixturevalue(batch).folder.path / "report.html"
    page = opened(path=path, viewport={"width": 1000, "height": 700})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    assert page.locator("form").is_hidden()
    assert page.locator("nav").is_hidden()
    assert page.locator("details p").first.is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_number_is_not_parted_from_its_sign(tmp_path):
    """In print, these cells may wrap; one did so between `76` and `% 31 of 41`."""
    html, _ = written(Batch(tmp_path / "batch").add(made_entry(1), {"1.1": failed()}).add(made_entry(2)))
    passed = re.findall(r"</span> (\d+)(.*)% <small>", html.partition('id="cases"')[2])
    assert passed == [("50", ""), ("100", ""), ("100", "")]


@pytest.mark.slow
def test_first_page_of_paper_is_not_filled_with_students(opened, tmp_path):
    """A note about 20 students lists them; one about 21 gives only their number. The table has all of them."""
    batch = Batch(tmp_path / "batch")
    for number in range(41):
        batch.add(made_entry(number, notes=("Few.",) if number < 20 else ("Many.",)))
    written(batch)
    page = opened(path=batch.folder.path / "report.html")
    page.emulate_media(media="print")
    few, many = (page.locator(".attention li", has_text=one).locator("span").first for one in ("Few.", "Many."))
    assert (few.is_visible(), many.is_visible()) == (True, False)


def test_hostile_page_does_nothing(opened, hostile, tmp_path):
    """Nothing is written to the console either."""
    path = tmp_path / "report.html"
    path.write_text(hostile[0], encoding="utf-8")
    page = opened(path=path)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.locator("body").hover()
    assert page.locator("script").count() == 1
