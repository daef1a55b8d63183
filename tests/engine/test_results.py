"""autograder/gradescope/results.py: results.json is always valid, whatever a student wrote, and written whole or not at
all.
"""

import copy
import json
import os
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from autograder.gradescope import results
from autograder.gradescope.results import as_results, as_text, summary, write
from autograder.outcome import Outcome

from .made import made_case, made_grade, made_result

SCHEMA = json.loads((Path(__file__).resolve().parent.parent / "results.schema.json").read_text(encoding="ascii"))
VALIDATOR = Draft202012Validator(SCHEMA)

no_links = pytest.mark.skipif(os.name == "nt", reason="links need rights that Windows users lack")
user_only = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere: run as an ordinary user"
)

HOSTILE = "\x00\x1b[31m\u202e</pre><script>alert(1)</script>\ud800\uffff\r\n\x7f\x9b{{ 7 * 7 }} $(id)"


def mixed(**changes):
    """Return a grade with one case of every outcome."""
    made = [
        made_result(
            made_case(number=f"1.{i}", visibility=visibility, tags=("double", outcome.value)),
            outcome,
            "4" if outcome is Outcome.PASSED else "0",
            text=f"Got {outcome.value}",
            summary="wrong",
        )
        for i, (outcome, visibility) in enumerate(
            zip(Outcome, ["visible", "hidden", "after_due_date", "after_published"] * 3), 1
        )
    ]
    return made_grade(*made, **changes)


def valid(value):
    """Return `value` as a strict reader sees it: no NaN, and only what the specification names."""
    read = json.loads(json.dumps(value, allow_nan=False))
    VALIDATOR.validate(read)
    return read


# ------------------------------------------------------------------------------------- the schema itself


def test_schema_is_a_schema():
    """The schema is valid in the dialect that it names."""
    Draft202012Validator.check_schema(SCHEMA)


WRONG = {
    "score as text": lambda r: r.update(score="4"),
    "score as null": lambda r: r.update(score=None),
    "score as a bool": lambda r: r.update(score=True),
    "no score anywhere": lambda r: (r.pop("score"), r["tests"][0].pop("score")),
    "neither score nor tests": lambda r: (r.pop("score"), r.pop("tests")),
    "time as text": lambda r: r.update(execution_time="0.56"),
    "format of one's own": lambda r: r.update(output_format="markdown"),
    "visibility of one's own": lambda r: r.update(visibility="secret"),
    "stdout_visibility true": lambda r: r.update(stdout_visibility=True),
    "extra data as a list": lambda r: r.update(extra_data=[]),
    "tests as an object": lambda r: r.update(tests={}),
    "output as a list": lambda r: r.update(output=[]),
    "output too long": lambda r: r.update(output="x" * 100_001),
    "a key of one's own": lambda r: r.update(scores=4),
    "number as a number": lambda r: r["tests"][0].update(number=1.1),
    "status of one's own": lambda r: r["tests"][0].update(status="skipped"),
    "test's score as text": lambda r: r["tests"][0].update(score="4"),
    "test's max_score as null": lambda r: r["tests"][0].update(max_score=None),
    "test's name as null": lambda r: r["tests"][0].update(name=None),
    "tag as a number": lambda r: r["tests"][0].update(tags=[1]),
    "tags as text": lambda r: r["tests"][0].update(tags="double"),
    "test's visibility": lambda r: r["tests"][0].update(visibility="invisible"),
    "test's key of its own": lambda r: r["tests"][0].update(points=4),
    "leaderboard as an object": lambda r: r.update(leaderboard={"time": 3}),
    "leaderboard's order": lambda r: r.update(leaderboard=[{"name": "time", "value": 3, "order": "up"}]),
    "leaderboard's value": lambda r: r.update(leaderboard=[{"name": "time", "value": None}]),
}  # fmt: skip


@pytest.mark.parametrize("spoil", WRONG.values(), ids=list(WRONG))
def test_schema_refuses_what_gradescope_refuses(spoil):
    """Each kind of mistake is refused: the schema is not a rubber stamp."""
    spoilt = copy.deepcopy(as_results(mixed()))
    spoil(spoilt)
    assert not VALIDATOR.is_valid(spoilt)


@pytest.mark.parametrize(
    "right",
    [
        {"score": 0},
        {"tests": [{"score": 1.5}]},
        {"tests": []},
        {"score": 4, "tests": [{"name": "a check without points"}]},
        {
            "score": 44.0,
            "execution_time": 136,
            "output": "",
            "output_format": "md",
            "visibility": "after_published",
            "stdout_visibility": "visible",
            "extra_data": {},
            "leaderboard": [
                {"name": "Accuracy", "value": 0.926},
                {"name": "Time", "value": 15.1, "order": "asc"},
                {"name": "Stars", "value": "*****"},
            ],
        },
    ],
)
def test_schema_accepts_what_the_specification_shows(right):
    """These are the examples in the documentation."""
    VALIDATOR.validate(right)


# ------------------------------------------------------------------------------------- what we make


def test_grade_with_every_outcome_is_valid():
    """Each outcome becomes a test, in the declared order, with the declared points."""
    made = valid(as_results(mixed()))
    assert [test["number"] for test in made["tests"]] == [f"1.{i}" for i in range(1, 11)]
    assert {test["max_score"] for test in made["tests"]} == {4}
    assert [test["extra_data"]["outcome"] for test in made["tests"]] == [outcome.value for outcome in Outcome]
    assert [test["status"] for test in made["tests"]] == ["passed"] + ["failed"] * 9


def test_results_are_exactly_these():
    """This compares all of it, for one passed and one failed case."""
    grade = made_grade(
        made_result(made_case(points="2.5"), Outcome.PASSED, "2.5"),
        made_result(
            made_case(number="1.2", tags=("double", "slow"), visibility="hidden", title="double: more"),
            text="Got   nothing", mistake="double.adds_two", evidence="in 2 calls",
            summary="double is wrong",
        ),
        seconds=0.123456,
    )  # fmt: skip
    assert as_results(grade) == {
        "score": 2.5,
        "output": "2.5 of 6.5 points.\nFix this first: 1.2 double: more: double is wrong.",
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": 0.12,
        "tests": [
            {
                "number": "1.1", "name": "double: twice as much", "score": 2.5, "max_score": 2.5, "status": "passed",
                "output": "", "tags": ["double"], "visibility": "visible",
                "extra_data": {"outcome": "Passed", "mistake": None, "evidence": None, "carried": False},
            },
            {
                "number": "1.2", "name": "double: more", "score": 0, "max_score": 4, "status": "failed",
                "output": "Got   nothing", "tags": ["double", "slow"], "visibility": "hidden",
                "extra_data": {"outcome": "Failed", "mistake": "double.adds_two", "evidence": "in 2 calls",
                               "carried": False},
            },
        ],
        "extra_data": {"title": "A small assignment"},
    }  # fmt: skip


def test_carried_pass_says_that_the_mistake_is_elsewhere():
    """The test has full points, and a sentence that says why."""
    made = as_results(made_grade(made_result(outcome=Outcome.PASSED, score="4", carried=True)))
    assert made["tests"][0]["output"] == (
        "Passed, with no points lost: as handed in, this fails, but only because other functions of yours are "
        "wrong. With correct versions of them it passes."
    )
    assert made["output"] == (
        "4 of 4 points.\n"
        "1.1 passed with correct versions of your other functions. Their mistakes cost you nothing there."
    )


def test_carried_pass_says_that_the_import_fails_as_handed_in():
    """It does not say whose fault that is: the function under test may be the reason, or a missing one."""
    failed = "importing toy.py raised AssertionError"
    result = made_result(outcome=Outcome.PASSED, score="4", carried=True, text=failed)
    assert as_results(made_grade(result))["tests"][0]["output"] == (
        "Passed, with no points lost: as handed in, importing toy.py raised AssertionError. With correct versions "
        "of your other functions it passes."
    )


def test_carried_pass_names_the_functions_that_failed():
    """These are the wrong functions that the grader replaced in that case."""
    made = [made_result(made_case(number=f"{i}.1", tags=(tag,))) for i, tag in enumerate(("one", "double", "training"))]
    passed = made_result(made_case(number="4.1", tags=("four",)), Outcome.PASSED, "4", carried=True)
    grade = made_grade(*made, passed, facts={"lent": {"four": ("one", "double", "five")}})
    assert "other functions of yours are wrong (one, double). With" in as_results(grade)["tests"][3]["output"]


def test_third_failure_with_the_same_mistake_points_to_the_first():
    """Every test has its own box, so other failures keep their text, and so do cases that are shown later."""
    mistakes = ["double.triples", "double.triples", "double.triples", "double.squares", None]
    made = [
        made_result(made_case(number=f"1.{i}"), text=f"Got {i}", mistake=mistake)
        for i, mistake in enumerate(mistakes, 1)
    ]
    later = made_result(made_case(number="1.6", visibility="after_published"), text="Got 6", mistake="double.triples")
    outputs = [test["output"] for test in as_results(made_grade(*made, later))["tests"]]
    same = "The same mistake as 1.1. What is said there applies here, too."
    assert outputs == ["Got 1", "Got 2", same, "Got 4", "Got 5", "Got 6"]


def test_staff_text_never_reaches_the_students_file():
    """What only instructors may read stays out: the file is shown to students."""
    secret = "answer-is-42"
    grade = made_grade(made_result(staff=secret), staff=(secret,), facts={"found_at": secret})
    assert secret not in json.dumps(as_results(grade))


def test_long_output_is_cut_before_the_platform_does():
    """Gradescope cuts out the middle of a text of more than a hundred thousand characters."""
    made = as_results(made_grade(made_result(text="x" * 10**6), message="y" * 10**6))
    for output in (made["output"], made["tests"][0]["output"]):
        assert len(output) <= results.MAX_OUTPUT
        assert output.endswith("\n... (cut here)")


@pytest.mark.parametrize(
    ("score", "written"),
    [("0", "0"), ("4", "4"), ("2.5", "2.5"), ("0.1", "0.1"), ("3.33", "3.33"), ("1E+2", "100"), ("2.50", "2.5")],
)
def test_points_are_written_as_a_person_would(score, written):
    """There is no exponent, no binary rounding error, and no .0."""
    made = as_results(made_grade(made_result(made_case(points="100"), Outcome.FAILED, score)))
    assert json.dumps(made["tests"][0]["score"]) == written
    assert json.dumps(made["score"]) == written


@pytest.mark.parametrize("score", ["nan", "inf", "-inf", "snan"])
def test_score_that_is_no_number_is_never_written(tmp_path, score):
    """An exception here leaves the fallback in place; a NaN in the file would lose the whole run."""
    path = tmp_path / "results.json"
    write(path, made_grade(made_result()))
    before = path.read_bytes()
    with pytest.raises((ValueError, ArithmeticError)):
        write(path, made_grade(made_result(outcome=Outcome.FAILED, score=score)))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["results.json"]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    outcome=st.sampled_from(list(Outcome)), score=st.decimals(0, 4, places=2), text=st.text(max_size=60),
    mistake=st.none() | st.text(max_size=8), message=st.text(max_size=30), seconds=st.floats(0, 1e6),
)  # fmt: skip
def test_any_text_and_points_are_valid(outcome, score, text, mistake, message, seconds):
    """The results are valid whatever a message contains."""
    result = made_result(made_case(title=text or "x"), outcome, score, text=text, summary=text, mistake=mistake)
    made = valid(as_results(made_grade(result, message=message, seconds=seconds)))
    assert Decimal(str(made["score"])) == score


# ------------------------------------------------------------------------------------- the summary


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([("1.1", Outcome.PASSED, "4", "")], "4 of 4 points."),
        (
            [
                ("1.1", Outcome.PASSED, "4", ""),
                ("1.2", Outcome.FAILED, "1.5", "double is wrong"),
                ("1.3", Outcome.DIED, "0", "x"),
            ],
            "5.5 of 12 points.\nFix this first: 1.2 double: twice as much: double is wrong.",
        ),
        ([("1.1", Outcome.FAILED, "0", "")], "0 of 4 points.\nFix this first: 1.1 double: twice as much."),
        (
            [
                ("1.1", Outcome.PASSED, "4", ""),
                ("1.2", Outcome.FAILED, "0", "wrong"),
                ("1.3", Outcome.GRADER_ERROR, "0", "failed"),
            ],
            "4 of 12 points.\nFix this first: 1.2 double: twice as much: wrong.\n"
            "The grader itself failed on 1.3. That is not your fault; your instructor has to look into it.",
        ),
        ([], "0 of 0 points."),
    ],
    ids=["all right", "some wrong", "no summary", "our fault too", "no cases"],
)
def test_summary_says_the_score_and_where_to_begin(made, said):
    """There is one line for the points, one for the first thing to fix, and one for our own faults."""
    grade = made_grade(*(made_result(made_case(number=n), outcome, score, summary=s) for n, outcome, score, s in made))
    assert summary(grade) == said


def test_summary_never_tells_a_student_to_fix_our_fault():
    """If only the grader has failed, there is nothing to fix first."""
    grade = made_grade(made_result(outcome=Outcome.GRADER_ERROR, summary="the grader failed"))
    assert summary(grade) == (
        "0 of 4 points.\nThe grader itself failed on 1.1. That is not your fault; your instructor has to look into it."
    )


def test_message_about_the_whole_submission_stands_alone():
    """Without a file to grade, no case is named as the first to fix."""
    grade = made_grade(made_result(outcome=Outcome.UNREADABLE), message="Nothing was handed in. Hand in small.py.")
    assert summary(grade) == "0 of 4 points.\nNothing was handed in. Hand in small.py."


# ------------------------------------------------------------------------------------- to the disk


def test_file_is_ascii_with_one_line_end_and_valid(tmp_path):
    """Hostile text is escaped: no byte of it is a control character or needs an encoding."""
    path = tmp_path / "results.json"
    write(path, made_grade(made_result(made_case(title=HOSTILE), text=HOSTILE, summary=HOSTILE), message=HOSTILE))
    data = path.read_bytes()
    assert data.isascii()
    assert data.endswith(b"}\n")
    assert not set(range(32)) & set(data.replace(b"\n", b""))
    assert valid(json.loads(data))["tests"][0]["output"] == HOSTILE
    assert os.listdir(tmp_path) == ["results.json"]


def test_text_is_declared_as_text():
    """A student's text is never taken for HTML or Markdown."""
    made = as_results(made_grade(made_result(text=HOSTILE)))
    assert {made["output_format"], made["test_output_format"], made["test_name_format"]} == {"text"}
    assert "output_format" not in made["tests"][0]


def test_file_is_replaced_whole(tmp_path):
    """A shorter grade leaves nothing of a longer one behind."""
    path = tmp_path / "results.json"
    path.write_text("x" * 10**6)
    write(path, mixed())
    valid(json.loads(path.read_bytes()))


def test_failure_half_way_leaves_the_earlier_file_and_no_other(tmp_path, monkeypatch):
    """On a full disk, the earlier file stays, and a half-written one takes no space."""
    path = tmp_path / "results.json"
    write(path, mixed())
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(path, made_grade())
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["results.json"]


def test_earlier_half_written_file_is_no_obstacle(tmp_path):
    """A run that was killed while writing leaves such a file behind; in a container, the next run has the same PID."""
    (tmp_path / f"results.json.{os.getpid()}.new").write_text("half")
    write(tmp_path / "results.json", mixed())
    assert os.listdir(tmp_path) == ["results.json"]


def test_two_that_write_to_one_file_do_not_meet(tmp_path, monkeypatch):
    """Another process begins and finishes writing just before we put our file in place: both write whole files."""
    path, replace = tmp_path / "results.json", os.replace

    def after_another(*names):
        monkeypatch.setattr(os, "replace", replace)
        with monkeypatch.context() as other:
            other.setattr(os, "getpid", lambda: -1)
            write(path, mixed())
        replace(*names)

    monkeypatch.setattr(os, "replace", after_another)
    write(path, made_grade())
    assert path.read_text() == as_text(made_grade())
    assert os.listdir(tmp_path) == ["results.json"]


@no_links
@pytest.mark.parametrize("name", ["results.json", f"results.json.{os.getpid()}.new"])
def test_link_at_the_path_is_replaced_and_not_followed(tmp_path, name):
    """Otherwise, a link that somebody else has placed there would make us overwrite any file as root."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / name).symlink_to(victim)
    write(tmp_path / "results.json", mixed())
    assert victim.read_text() == "precious"
    assert not (tmp_path / "results.json").is_symlink()
    valid(json.loads((tmp_path / "results.json").read_bytes()))


@no_links
def test_dangling_link_at_the_path_creates_nothing_elsewhere(tmp_path):
    """No new file appears at the link's target, either."""
    (tmp_path / "results.json").symlink_to(tmp_path / "elsewhere")
    write(tmp_path / "results.json", mixed())
    assert os.listdir(tmp_path) == ["results.json"]


def test_folder_that_is_missing_is_an_os_error(tmp_path):
    """The command line turns the error into a sentence."""
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "nowhere" / "results.json", mixed())


def test_folder_at_the_path_is_an_os_error_and_leaves_nothing(tmp_path):
    """The folder is kept, and no half-written file is left beside it."""
    (tmp_path / "results.json").mkdir()
    with pytest.raises(OSError, match="results.json"):
        write(tmp_path / "results.json", mixed())
    assert os.listdir(tmp_path) == ["results.json"]


@user_only
def test_folder_that_is_read_only_is_an_os_error(tmp_path):
    """The earlier file is unchanged."""
    path = tmp_path / "results.json"
    write(path, mixed())
    before = path.read_bytes()
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            write(path, made_grade())
        assert path.read_bytes() == before
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_file_can_be_read_by_the_platform(tmp_path):
    """The harness may run as another user."""
    before = os.umask(0o022)
    try:
        write(tmp_path / "results.json", mixed())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "results.json").stat().st_mode) == 0o644
